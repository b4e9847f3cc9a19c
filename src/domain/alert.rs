//! What staff are told when a clock passes a level: who, in which words.
//!
//! Alerts go into groups and mailboxes that many read, so they carry the code,
//! the kind, the topic, the times and the reply that is suggested, and nothing
//! about the customer.
//!
//! Invariant: no text that a customer wrote and no contact appears in an alert.

use jiff::Timestamp;

use crate::domain::clocks::{Clock, ClockKind, Level};
use crate::domain::complaint::{Complaint, ComplaintKind};
use crate::domain::conversation::Conversation;
use crate::domain::message::{EmailAddress, Language};
use crate::domain::outbox::{OutboxId, OutboxRow, Recipient, Thread};
use crate::domain::rules::Rules;
use crate::domain::suggestion::{Suggestion, suggestion};
use crate::domain::text::{dates, isolate, to_persian_digits};

/// One way to reach staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    Email { account: String, address: EmailAddress },
    Telegram { bot: String, chat: i64 },
}

/// The alert of one level of one clock, as one row for each path. `numbers` must be as many as `paths`.
pub fn rows(
    rules: &Rules,
    conversation: &Conversation,
    clock: &Clock,
    level: Level,
    paths: &[Path],
    numbers: &[OutboxId],
    now: Timestamp,
) -> Vec<OutboxRow> {
    let Some(complaint) = &conversation.complaint else { return Vec::new() };
    let language = rules.business.default_language();
    let (subject, mut text) = words(rules, complaint, clock, level, language, now);
    if let Some(suggestion) = suggestion(rules, conversation) {
        text.push_str(&suggested(&suggestion, &complaint.code.to_string(), language));
    }
    paths
        .iter()
        .zip(numbers)
        .map(|(path, number)| {
            let (to, account) = match path {
                Path::Email { account, address } => (Recipient::StaffEmail(address.clone()), account.clone()),
                Path::Telegram { bot, chat } => (Recipient::StaffTelegram(*chat), bot.clone()),
            };
            OutboxRow {
                id: *number,
                to,
                account,
                subject: subject.clone(),
                text: text.clone(),
                buttons: Vec::new(),
                attachments: Vec::new(),
                language,
                thread: Thread::default(),
                answers: None,
                conversation: Some(conversation.id),
                by_person: false,
                created_at: now,
            }
        })
        .collect()
}

fn words(
    rules: &Rules,
    complaint: &Complaint,
    clock: &Clock,
    level: Level,
    language: Language,
    now: Timestamp,
) -> (String, String) {
    let code = complaint.code.to_string();
    let due = dates::write_date_time(clock.due, rules.calendar.zone(), language);
    let left = dates::write_left(now, clock.due, language);
    let topic = complaint
        .topic
        .as_ref()
        .and_then(|topic| rules.intents.get(topic))
        .map(|intent| intent.title(language).to_owned());
    let clock_name = clock_title(clock.kind, language);
    let kind = kind_title(complaint.kind, language);
    let percent = level.0;
    match language {
        Language::Fa => {
            let percent = to_persian_digits(&percent.to_string());
            let head = if level.0 >= 100 {
                format!("⏰ مهلت {clock_name} تمام شد")
            } else {
                format!("⏰ {percent}٪ از مهلت {clock_name} گذشت")
            };
            let mut lines = vec![head.clone(), format!("پرونده: {}", isolate(&code)), format!("نوع: {kind}")];
            lines.extend(topic.map(|topic| format!("موضوع: {topic}")));
            lines.push(format!("مهلت: {due} ({left})"));
            lines.push(match &complaint.owner {
                Some(owner) => format!("مسئول: {}", isolate(owner)),
                None => "مسئول: هنوز کسی نیست".to_owned(),
            });
            lines.push(format!("برای دیدن: {}", isolate(&format!("pasokh complaint show {code}"))));
            (format!("{head} — {}", isolate(&code)), lines.join("\n"))
        }
        Language::En => {
            let head = if level.0 >= 100 {
                format!("⏰ The {clock_name} is overdue")
            } else {
                format!("⏰ {percent}% of the time for the {clock_name} is gone")
            };
            let mut lines = vec![head.clone(), format!("Case: {code}"), format!("Kind: {kind}")];
            lines.extend(topic.map(|topic| format!("Topic: {topic}")));
            lines.push(format!("Due: {due} ({left})"));
            lines.push(format!("Owner: {}", complaint.owner.as_deref().unwrap_or("nobody yet")));
            lines.push(format!("To read it: pasokh complaint show {code}"));
            (format!("{head} — {code}"), lines.join("\n"))
        }
    }
}

/// The reply that is one key away. It is a prepared text: nothing of the customer is in it.
fn suggested(suggestion: &Suggestion, code: &str, language: Language) -> String {
    let names = suggestion.replies.join(", ");
    let command = format!("pasokh complaint reply {code} --suggested");
    match language {
        Language::Fa => format!(
            "\n\nپاسخ پیشنهادی ({}):\n{}\n\nبرای فرستادن: {}",
            isolate(&names),
            suggestion.text,
            isolate(&command)
        ),
        Language::En => {
            format!("\n\nSuggested reply ({names}):\n{}\n\nTo send it: {command}", suggestion.text)
        }
    }
}

fn clock_title(kind: ClockKind, language: Language) -> &'static str {
    match (kind, language) {
        (ClockKind::FirstResponse, Language::Fa) => "پاسخ اول",
        (ClockKind::FirstResponse, Language::En) => "first response",
        (ClockKind::NextResponse, Language::Fa) => "پاسخ بعدی",
        (ClockKind::NextResponse, Language::En) => "next response",
        (ClockKind::Decision, Language::Fa) => "تصمیم",
        (ClockKind::Decision, Language::En) => "decision",
        (ClockKind::Unassigned, Language::Fa) => "تعیین مسئول",
        (ClockKind::Unassigned, Language::En) => "assignment",
        (ClockKind::Remedy, Language::Fa) => "انجام راه‌حل",
        (ClockKind::Remedy, Language::En) => "remedy",
        (ClockKind::Waiting | ClockKind::Acceptance, Language::Fa) => "پاسخ مشتری",
        (ClockKind::Waiting | ClockKind::Acceptance, Language::En) => "customer's answer",
        (ClockKind::Monitoring | ClockKind::Survey, Language::Fa) => "پیگیری پس از بستن",
        (ClockKind::Monitoring | ClockKind::Survey, Language::En) => "follow-up",
    }
}

fn kind_title(kind: ComplaintKind, language: Language) -> &'static str {
    match (kind, language) {
        (ComplaintKind::Complaint, Language::Fa) => "شکایت",
        (ComplaintKind::Question, Language::Fa) => "پرسش",
        (ComplaintKind::Request, Language::Fa) => "درخواست",
        (ComplaintKind::Suggestion, Language::Fa) => "پیشنهاد",
        (ComplaintKind::Criticism, Language::Fa) => "انتقاد",
        (ComplaintKind::Callback, Language::Fa) => "درخواست تماس",
        (kind, Language::En) => kind.name(),
    }
}

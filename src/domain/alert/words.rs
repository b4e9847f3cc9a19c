//! Alerts in words, in both languages.
//!
//! Alerts go into groups and mailboxes that many read, so they carry the code,
//! the kind, the topic, the times and the reply that is suggested, and nothing
//! about the customer.

use jiff::Timestamp;

use crate::domain::alert::Notice;
use crate::domain::clocks::{Clock, ClockKind, Level};
use crate::domain::code::TrackingCode;
use crate::domain::complaint::{Complaint, ComplaintKind};
use crate::domain::message::Language;
use crate::domain::rules::Rules;
use crate::domain::suggestion::Suggestion;
use crate::domain::text::{dates, isolate, to_persian_digits};

/// Subject and text of one notice.
pub(super) fn words(
    rules: &Rules,
    complaint: &Complaint,
    clock: &Clock,
    notice: &Notice,
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
    let head = head(clock.kind, notice, language);
    let kind = kind_title(complaint.kind, language);
    let severity = notice.severity.to_string();
    let mut lines = vec![head.clone()];
    match language {
        Language::Fa => {
            lines.push(format!("پرونده: {}", isolate(&code)));
            lines.push(format!("نوع: {kind}، شدت {}", to_persian_digits(&severity)));
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
            lines.push(format!("Case: {code}"));
            lines.push(format!("Kind: {kind}, severity {severity}"));
            lines.extend(topic.map(|topic| format!("Topic: {topic}")));
            lines.push(format!("Due: {due} ({left})"));
            lines.push(format!("Owner: {}", complaint.owner.as_deref().unwrap_or("nobody yet")));
            lines.push(format!("To read it: pasokh complaint show {code}"));
            (format!("{head} — {code}"), lines.join("\n"))
        }
    }
}

fn head(kind: ClockKind, notice: &Notice, language: Language) -> String {
    let clock = clock_title(kind, language);
    let level = notice.level.0;
    match language {
        Language::Fa => {
            let percent = to_persian_digits(&level.to_string());
            let late = if notice.late { " (با تأخیر)" } else { "" };
            match level {
                ..100 => format!("⏰ {percent}٪ از مهلت {clock} گذشت{late}"),
                100 => format!("⏰ مهلت {clock} تمام شد{late}"),
                _ => format!("🔴 {percent}٪ مهلت {clock} گذشته است{late}"),
            }
        }
        Language::En => {
            let late = if notice.late { " (told late)" } else { "" };
            match level {
                ..100 => format!("⏰ {level}% of the time for the {clock} is gone{late}"),
                100 => format!("⏰ The {clock} is overdue{late}"),
                _ => format!("🔴 The {clock} has taken {level}% of its time{late}"),
            }
        }
    }
}

pub(super) fn list_head(count: usize, language: Language) -> String {
    match language {
        Language::Fa => format!("⏰ {} پرونده رسیدگی می‌خواهد", to_persian_digits(&count.to_string())),
        Language::En => format!("⏰ {count} cases need attention"),
    }
}

/// Above the cases of a department.
pub(super) fn department_line(department: Option<&str>, language: Language) -> String {
    format!("\n▪ {}", department_title(department, language))
}

pub(super) fn department_title(department: Option<&str>, language: Language) -> String {
    match (department, language) {
        (Some(name), Language::Fa) => format!("بخش {}", isolate(name)),
        (Some(name), Language::En) => name.to_owned(),
        (None, Language::Fa) => "بدون بخش".to_owned(),
        (None, Language::En) => "No department".to_owned(),
    }
}

/// One case of a list, in one line.
pub(super) fn list_line(
    complaint: &Complaint,
    clock: &Clock,
    notice: &Notice,
    language: Language,
    now: Timestamp,
) -> String {
    let code = complaint.code.to_string();
    let clock_name = clock_title(clock.kind, language);
    let left = dates::write_left(now, clock.due, language);
    let Level(level) = notice.level;
    let (severity, level) = (notice.severity.to_string(), level.to_string());
    match language {
        Language::Fa => format!(
            "{} | {}٪ {clock_name} | شدت {} | {left} | {}",
            isolate(&code),
            to_persian_digits(&level),
            to_persian_digits(&severity),
            complaint.owner.as_deref().map_or_else(|| "بی‌مسئول".to_owned(), isolate)
        ),
        Language::En => format!(
            "{code} | {level}% {clock_name} | severity {severity} | {left} | {}",
            complaint.owner.as_deref().unwrap_or("nobody")
        ),
    }
}

pub(super) fn list_rest(count: usize, language: Language) -> String {
    match language {
        Language::Fa => format!(
            "و {} پروندهٔ دیگر: {}",
            to_persian_digits(&count.to_string()),
            isolate("pasokh complaint list --open")
        ),
        Language::En => format!("and {count} more: pasokh complaint list --open"),
    }
}

pub(super) fn claim_label(language: Language) -> &'static str {
    match language {
        Language::Fa => "من رسیدگی می‌کنم",
        Language::En => "I take it",
    }
}

pub(super) fn snooze_label(language: Language) -> &'static str {
    match language {
        Language::Fa => "تعویق ۱ ساعت",
        Language::En => "Later, in 1 hour",
    }
}

pub(super) fn reassign_label(language: Language) -> &'static str {
    match language {
        Language::Fa => "ارجاع",
        Language::En => "Somebody else",
    }
}

/// A way to staff works again, after what it should have carried went by another.
pub fn restored(route: &str, language: Language) -> String {
    match language {
        Language::Fa => {
            format!("✅ راه {} دوباره برقرار است. هشدارهای این مدت از راه دیگری فرستاده شد.", isolate(route))
        }
        Language::En => format!("✅ {route} works again. Alerts went another way in the meantime."),
    }
}

/// Somebody writes in our name.
pub fn suspicious(code: TrackingCode, language: Language) -> String {
    let (code, show) = (code.to_string(), format!("pasokh complaint show {code}"));
    match language {
        Language::Fa => format!(
            "🛡 گزارش پیام مشکوک: پروندهٔ {}\nشاید کسی به نام ما پیام می‌فرستد. برای دیدن: {}\nاگر چنین است، هشداری برای همهٔ مشتریان آماده است تا صاحب کسب‌وکار تأیید کند: {}",
            isolate(&code),
            isolate(&show),
            isolate("pasokh warn")
        ),
        Language::En => format!(
            "🛡 A suspicious message was reported: case {code}\nSomebody may be writing in our name. To read it: {show}\nIf so, a warning to all customers is prepared for the owner to approve: pasokh warn"
        ),
    }
}

/// A customer threatens somebody.
pub fn threatened(code: TrackingCode, language: Language) -> String {
    let (code, show) = (code.to_string(), format!("pasokh complaint show {code}"));
    match language {
        Language::Fa => format!(
            "⚠️ تهدید به خشونت در پروندهٔ {}\nکسی که پاسخ می‌دهد تنها نباشد. برای دیدن: {}",
            isolate(&code),
            isolate(&show)
        ),
        Language::En => format!(
            "⚠️ A threat of violence in case {code}\nNobody should answer it alone. To read it: {show}"
        ),
    }
}

/// The reply that is one key away. It is a prepared text: nothing of the customer is in it.
pub(super) fn suggested(suggestion: &Suggestion, code: &str, language: Language) -> String {
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

pub fn clock_title(kind: ClockKind, language: Language) -> &'static str {
    match language {
        Language::Fa => match kind {
            ClockKind::FirstResponse => "پاسخ اول",
            ClockKind::NextResponse => "پاسخ بعدی",
            ClockKind::Decision => "تصمیم",
            ClockKind::Ack => "رسید",
            ClockKind::Unassigned => "تعیین مسئول",
            ClockKind::Update => "خبر دادن به مشتری",
            ClockKind::Remedy => "جبران",
            ClockKind::Waiting => "پاسخ مشتری",
            ClockKind::Acceptance => "پذیرش تصمیم",
            ClockKind::Monitoring => "پیگیری پس از تصمیم",
            ClockKind::Survey => "نظرسنجی",
            ClockKind::Callback => "تماس",
            ClockKind::Request => "درخواست فوری",
            ClockKind::External => "پاسخ به مرجع بیرونی",
            ClockKind::LegalCap => "تصمیم نهایی قانونی",
        },
        Language::En => match kind {
            ClockKind::FirstResponse => "first response",
            ClockKind::NextResponse => "next response",
            ClockKind::Decision => "decision",
            ClockKind::Ack => "acknowledgement",
            ClockKind::Unassigned => "search for an owner",
            ClockKind::Update => "next word to the customer",
            ClockKind::Remedy => "remedy",
            ClockKind::Waiting => "customer's answer",
            ClockKind::Acceptance => "acceptance",
            ClockKind::Monitoring => "time after the final decision",
            ClockKind::Survey => "survey",
            ClockKind::Callback => "call-back",
            ClockKind::Request => "urgent request",
            ClockKind::External => "answer to the outside body",
            ClockKind::LegalCap => "final decision by law",
        },
    }
}

pub fn kind_title(kind: ComplaintKind, language: Language) -> &'static str {
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

//! Transcripts of `tests/conversations/`, each played in a world of its own.
//!
//! A transcript is a list of steps: a customer says or presses something, and
//! what is expected of it; staff act; time passes; alerts are counted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use pasokh::domain::code::TrackingCode;
use pasokh::domain::complaint::{Closing, ComplaintKind};
use pasokh::domain::desk::Action;
use pasokh::domain::judgement::Fit;
use pasokh::domain::short_code::ShortCode;
use pasokh::report::moves::WireMove;
use serde::Deserialize;

use crate::world::{Mail, Sent, WEDNESDAY_MORNING, World};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Transcript {
    conversation: String,
    /// Local time of the shop; Wednesday 11 November 2026, 10:00 when absent.
    #[serde(default)]
    start: Option<String>,
    /// Of the settings; `auto` when absent.
    #[serde(default)]
    mode: Option<String>,
    /// Of single intents.
    #[serde(default)]
    modes: BTreeMap<String, String>,
    /// Colleagues of Sara with their roles.
    #[serde(default)]
    people: BTreeMap<String, String>,
    /// Lines of `promises:` instead of those that keep clocks out of the way.
    #[serde(default)]
    promises: Option<String>,
    steps: Vec<Step>,
}

/// One step; which fields are there says what it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Step {
    /// An address, `telegram:CHAT` or `chat:SESSION`.
    from: Option<String>,
    says: Option<String>,
    subject: Option<String>,
    /// Answers the last mail that this address got.
    replying: bool,
    /// Without a DMARC pass.
    unproven: bool,
    header: Option<String>,
    presses: Option<String>,
    /// Disposition, or disposition and reason.
    expect: Option<String>,
    intent: Option<String>,
    kind: Option<String>,
    contains: Vec<String>,
    lacks: Vec<String>,
    /// Words of the text file that comes with it.
    attached: Vec<String>,
    /// Labels of the buttons, in order; in a mail they are numbered lines.
    buttons: Vec<String>,
    /// Nothing is sent to the customer.
    silent: bool,
    wait: Option<String>,
    /// So many per cent of a clock are told to staff, on so many paths.
    alert: Option<u8>,
    no_alert: bool,
    staff_reply: Option<String>,
    staff_close: bool,
    /// An intent or `none`, or a kind.
    staff_set: Option<String>,
    staff_send_suggestion: bool,
    /// Name of the reply that is suggested to staff; `none`.
    suggested: Option<String>,
    staff_note: Option<String>,
    staff_reopen: bool,
    staff_assign: Option<String>,
    /// A move of the complaint process, as it crosses the socket.
    staff: Option<WireMove>,
    /// The step that named this closes or merges the case: `adopted`, or the name of another case.
    staff_outcome: Option<String>,
    staff_merge_into: Option<String>,
    staff_tells_apart_from: Option<String>,
    /// Names of the cases that staff are told of as alike.
    alike: Option<Vec<String>>,
    /// Who of the staff; Sara when absent.
    by: Option<String>,
    /// Words of the refusal that staff read.
    refused: Option<String>,
    /// The case gets this name, for `of` and `staff_merge_into`.
    remember: Option<String>,
    /// The case of this name is meant from here on.
    of: Option<String>,
    /// After a wait: this contact gets a message.
    gets: Option<String>,
    /// After a wait: this contact gets none.
    hears_nothing: Option<String>,
    ignore_alerts: bool,
    closing: Option<String>,
    level: Option<String>,
    severity: Option<u8>,
    owner: Option<String>,
    follow_up: Option<bool>,
    state: Option<String>,
    /// Lines of the record, by field.
    record: BTreeMap<String, String>,
    crash: bool,
}

#[test]
fn every_transcript_goes_as_written() {
    all_of("tests/conversations");
}

#[test]
fn every_complaint_by_mail_goes_as_written() {
    all_of("tests/conversations/process/mail");
}

#[test]
fn every_complaint_in_a_chat_goes_as_written() {
    all_of("tests/conversations/process/chat");
}

#[test]
fn insults_are_answered_as_written() {
    all_of("tests/conversations/abuse");
}

#[test]
fn stamps_and_links_go_as_written() {
    all_of("tests/conversations/proof");
}

#[test]
fn whoever_waits_too_long_hears_so_as_written() {
    all_of("tests/conversations/delays");
}

#[test]
fn what_is_missing_is_asked_as_written() {
    all_of("tests/conversations/details");
}

fn all_of(directory: &str) {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "yaml"));
    files.sort();
    assert!(files.len() >= 2, "transcripts are missing from {}", directory.display());
    // All that went wrong is told at once: each panic says where.
    let failed: Vec<String> = files
        .iter()
        .filter(|file| std::panic::catch_unwind(|| play(file)).is_err())
        .map(|file| file.display().to_string())
        .collect();
    assert!(failed.is_empty(), "{} went otherwise:\n{}", failed.len(), failed.join("\n"));
}

fn play(file: &Path) {
    let text = std::fs::read_to_string(file).unwrap();
    let transcript: Transcript =
        serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut stage = Stage {
        world: World::promising(
            &match &transcript.start {
                Some(start) => format!("{}:00+03:30", start.replace(' ', "T")),
                None => WEDNESDAY_MORNING.to_owned(),
            },
            transcript.mode.as_deref().unwrap_or("auto"),
            &transcript
                .modes
                .iter()
                .map(|(intent, mode)| (intent.as_str(), mode.as_str()))
                .collect::<Vec<_>>(),
            &transcript
                .people
                .iter()
                .map(|(name, role)| format!(", {{ name: {name}, role: {role} }}"))
                .collect::<String>(),
            transcript.promises.as_deref().unwrap_or("unassigned: 900d, update: 900d"),
        ),
        last: None,
        code: None,
        names: BTreeMap::new(),
        name: format!("{} ({})", file.display(), transcript.conversation),
    };
    for (number, step) in transcript.steps.iter().enumerate() {
        stage.step(number + 1, step);
    }
}

struct Stage {
    world: World,
    last: Option<Sent>,
    code: Option<String>,
    names: BTreeMap<String, String>,
    name: String,
}

impl Stage {
    fn step(&mut self, number: usize, step: &Step) {
        let place = format!("{}, step {number}", self.name);
        if let Some(name) = &step.of {
            self.code = Some(self.names.get(name).unwrap_or_else(|| panic!("{place}: no {name}")).clone());
        }
        if let Some(from) = &step.from {
            self.customer(&place, from, step);
        }
        if let Some(name) = &step.remember {
            let code = self.code(&place);
            self.names.insert(name.clone(), code);
        }
        if let Some(text) = &step.staff_reply {
            let code = self.code(&place);
            self.world.staff(&code, Action::Reply { text: text.clone(), wait: false });
            self.read_last(&place, step);
        }
        if let Some(set) = &step.staff_set {
            let code = self.code(&place);
            let kind = ComplaintKind::from_name(set).filter(|kind| *kind != ComplaintKind::Complaint);
            let fit = if set == "none" { Fit::Nothing } else { Fit::Intent(set.clone()) };
            let intent = if kind.is_none() { Some(fit) } else { None };
            self.world.staff(&code, Action::Set { intent, kind });
        }
        if step.staff_send_suggestion {
            let code = self.code(&place);
            self.world.staff(&code, Action::SendSuggestion { wait: false });
            self.read_last(&place, step);
        }
        if let Some(text) = &step.staff_note {
            let code = self.code(&place);
            self.world.staff(&code, Action::Note { text: text.clone() });
        }
        self.process(&place, step);
        if let Some(name) = &step.staff_tells_apart_from {
            let (code, from) = (self.code(&place), TrackingCode::parse(&self.names[name]).unwrap());
            self.world.staff(&code, Action::TellApart { from });
        }
        if let Some(expected) = &step.alike {
            let found = self.world.sheet(&self.code(&place)).alike;
            let expected: Vec<&String> = expected.iter().map(|name| &self.names[name]).collect();
            assert_eq!(found.iter().map(|one| &one.code).collect::<Vec<_>>(), expected, "{place}");
        }
        if let Some(wait) = &step.wait {
            self.world.advance(duration(wait));
        }
        if let Some(contact) = &step.gets {
            self.read(&place, contact, step);
        }
        if let Some(contact) = &step.hears_nothing {
            self.world.expect_no_reply(contact);
        }
        if step.crash {
            self.world.crash_and_restart();
        }
        self.alerts(&place, step);
        self.record(&place, step);
        if let Some(suggested) = &step.suggested {
            let suggestion = self.world.sheet(&self.code(&place)).suggestion;
            let replies = suggestion.map_or_else(|| "none".to_owned(), |one| one.replies.join(", "));
            assert_eq!(&replies, suggested, "{place}");
        }
        if let Some(state) = &step.state {
            let code = self.code(&place);
            assert_eq!(&self.world.sheet(&code).row.state, state, "{place}");
        }
        for (field, text) in &step.record {
            assert_eq!(
                self.world.sheet(&self.code(&place)).record.fields.get(field),
                Some(text),
                "{place}: {field}"
            );
        }
    }

    /// What staff do in the complaint process, and what the customer then reads.
    fn process(&mut self, place: &str, step: &Step) {
        let outcome = step.staff_outcome.as_deref().map(|name| Closing::from_name(name).unwrap());
        let close = || Action::Close { reason: None, outcome, tell: true };
        let merge = |name: &String| {
            let code = self.names.get(name).unwrap_or_else(|| panic!("{place}: no case named {name}"));
            Action::Merge { into: TrackingCode::parse(code).unwrap() }
        };
        let zone = TimeZone::get("Asia/Tehran").unwrap();
        let made = |made: WireMove| made.read(&zone).unwrap_or_else(|error| panic!("{place}: {error}"));
        let actions = [
            step.staff_assign.as_ref().map(|owner| Action::Assign { owner: owner.clone() }),
            step.staff.clone().map(made),
            step.staff_merge_into.as_ref().map(merge),
            (step.staff_close || outcome.is_some()).then(close),
            step.staff_reopen.then_some(Action::Reopen),
        ];
        for action in actions.into_iter().flatten() {
            let code = self.code(place);
            let by = step.by.as_deref().unwrap_or("Sara");
            match (self.world.staff_member(by, &code, &action), &step.refused) {
                (Ok(()), None) => {}
                (Err(refusal), Some(words)) => assert!(refusal.contains(words), "{place}: {refusal}"),
                (acted, expected) => panic!("{place}: expected {expected:?}, but it was {acted:?}"),
            }
            let is_silent = step.silent || step.refused.is_some() || matches!(action, Action::Assign { .. });
            if !is_silent {
                self.read_last(place, step);
            }
        }
    }

    /// What stands on the record.
    fn record(&mut self, place: &str, step: &Step) {
        let sheet = || self.world.sheet(&self.code(place));
        if let Some(closing) = &step.closing {
            assert_eq!(sheet().record.closing.as_ref(), Some(closing), "{place}");
        }
        if let Some(level) = &step.level {
            assert_eq!(&sheet().record.level, level, "{place}");
        }
        if let Some(severity) = step.severity {
            assert_eq!(sheet().record.severity, severity, "{place}");
        }
        if let Some(owner) = &step.owner {
            assert_eq!(sheet().row.owner.as_deref().unwrap_or("nobody"), owner, "{place}");
        }
        if let Some(follow_up) = step.follow_up {
            assert_eq!(sheet().row.follow_up.is_some(), follow_up, "{place}");
        }
        if step.ignore_alerts {
            self.world.alerts();
        }
    }

    fn customer(&mut self, place: &str, from: &str, step: &Step) {
        let message = if let Some(label) = &step.presses {
            let sent = self.last.clone().unwrap_or_else(|| panic!("{place}: nothing to press"));
            self.world.press(&sent, label)
        } else {
            let says = step.says.clone().unwrap_or_default();
            let says = match &self.code {
                Some(code) => says.replace("{code}", code),
                None => says,
            };
            let says = match &self.last {
                Some(last) => {
                    let stamp = self.world.stamp(&last.row).unwrap_or_default();
                    let one_time = short_code(last.text()).unwrap_or_default();
                    says.replace("{stamp}", &stamp).replace("{one_time}", &one_time)
                }
                None => says,
            };
            self.say(from, &says, step)
        };
        let outcome = self.world.disposition(message);
        if let Some(expected) = &step.expect {
            let is_as_expected = &outcome == expected || outcome.split(' ').next() == Some(expected);
            let verdict = self.world.outcome(message).verdict;
            assert!(is_as_expected, "{place}: expected {expected}, but it was {outcome}: {verdict:#?}");
        }
        let verdict = self.world.outcome(message).verdict.unwrap();
        if let Some(intent) = &step.intent {
            assert_eq!(
                pasokh::report::messages::intent_of(&verdict).as_deref(),
                Some(intent.as_str()),
                "{place}"
            );
        }
        if let Some(kind) = &step.kind {
            assert_eq!(verdict.kind.map(|kind| kind.name()), Some(kind.as_str()), "{place}");
        }
        if step.silent {
            self.world.expect_no_reply(from);
        } else {
            self.read(place, from, step);
        }
        if let Some(code) = verdict.code {
            self.code = Some(code.to_string());
        }
    }

    fn say(&mut self, from: &str, says: &str, step: &Step) -> pasokh::domain::message::MessageId {
        if let Some(chat) = from.strip_prefix("telegram:") {
            return self.world.telegram_from(chat.parse().unwrap(), says);
        }
        if let Some(session) = from.strip_prefix("chat:") {
            return self.world.chat_from(session, says);
        }
        let mut mail = Mail::from(from, says);
        if let Some(subject) = &step.subject {
            mail = mail.subject(subject);
        }
        if step.replying {
            mail = mail.replying(self.last.as_ref().expect("there is a mail to reply to"));
        }
        if step.unproven {
            mail = mail.unproven();
        }
        if let Some(header) = &step.header {
            mail = mail.header(header);
        }
        self.world.mail(mail)
    }

    fn read_last(&mut self, place: &str, step: &Step) {
        let sent = self.last.clone().unwrap_or_else(|| panic!("{place}: nobody was written to before"));
        let to = match &sent.row.to {
            pasokh::domain::outbox::Recipient::Customer(contact) => match contact {
                pasokh::domain::message::Contact::Email(address) => address.to_string(),
                pasokh::domain::message::Contact::Telegram { chat, .. } => format!("telegram:{chat}"),
                pasokh::domain::message::Contact::Chat(session) => format!("chat:{session}"),
            },
            other => panic!("{place}: {other:?} is no customer"),
        };
        self.read(place, &to, step);
    }

    fn read(&mut self, place: &str, to: &str, step: &Step) {
        let sent = self.world.expect_reply(to);
        for words in &step.contains {
            let words = words.replace("{code}", self.code.as_deref().unwrap_or_default());
            assert!(sent.text().contains(&words), "{place}: {words:?} is not in:\n{}", sent.text());
        }
        if !step.attached.is_empty() {
            let (file, bytes) = sent.files.first().unwrap_or_else(|| panic!("{place}: nothing is attached"));
            let text = String::from_utf8(bytes.clone()).unwrap();
            for words in &step.attached {
                let words = words.replace("{code}", self.code.as_deref().unwrap_or_default());
                assert!(text.contains(&words), "{place}: {words:?} is not in {}:\n{text}", file.name);
            }
        }
        for words in &step.lacks {
            assert!(!sent.text().contains(words), "{place}: {words:?} is in:\n{}", sent.text());
        }
        if !step.buttons.is_empty() {
            assert_eq!(sent.labels(), step.buttons, "{place}");
        }
        self.world.expect_no_reply(to);
        self.last = Some(sent);
    }

    fn alerts(&mut self, place: &str, step: &Step) {
        if let Some(level) = step.alert {
            let alerts = self.world.alerts();
            assert!(!alerts.is_empty(), "{place}: nobody is told");
            let code = self.code(place);
            for alert in &alerts {
                assert!(alert.text().contains(&code), "{place}: {}", alert.text());
            }
            let told = self.world.sheet(&code).clocks.iter().flat_map(|clock| clock.alerted.clone()).max();
            assert_eq!(told, Some(level), "{place}");
        }
        if step.no_alert {
            assert!(self.world.alerts().is_empty(), "{place}");
        }
    }

    fn code(&self, place: &str) -> String {
        self.code.clone().unwrap_or_else(|| panic!("{place}: nothing was filed before"))
    }
}

/// The one-time code in a text.
fn short_code(text: &str) -> Option<String> {
    text.split_whitespace()
        .filter(|word| word.contains('-'))
        .find_map(ShortCode::parse)
        .map(|code| code.to_string())
}

/// `30m`, `8h`, `3d`: calendar time.
fn duration(text: &str) -> SignedDuration {
    let (number, unit) = text.split_at(text.len() - 1);
    let number: i64 = number.parse().unwrap();
    match unit {
        "m" => SignedDuration::from_mins(number),
        "h" => SignedDuration::from_hours(number),
        "d" => SignedDuration::from_hours(24 * number),
        other => panic!("{other:?} is no unit of time"),
    }
}

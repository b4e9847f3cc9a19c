//! The written form of events: JSON that later versions can still read.
//!
//! Each domain event has a mirror here, tagged by `event`; optional fields may
//! be absent. Domain types stay free of serialisation, and a renamed variant
//! in the domain cannot silently change what lies on disk.
//!
//! Invariant: what was written is read back as the same event; an unknown
//! kind is an error that names it, never a guess.

mod clock;
mod judgement;
mod message;
mod mirror;
mod outbox;
mod record;
mod talk;
mod verdict;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::clocks::ClockKind;
use crate::domain::event::Event;
use crate::domain::message::Language;

pub use clock::{WireClock, WireClosure, WireMove, WireNotice};
pub use judgement::{WireJudged, WireTaught};
pub use message::{WireAttachment, WireContact, WireKey};
pub use outbox::{WireOutcome, WireRow};
pub use record::WireFact;
pub use talk::{WireEntry, WireFiling, WireNote, WireQuestion};
pub use verdict::WireVerdict;

/// A written event that this version cannot understand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WireError(pub String);

/// `value`, or the error that says which `what` of which name is unknown.
fn known<T>(what: &str, name: &str, value: Option<T>) -> Result<T, WireError> {
    value.ok_or_else(|| WireError(format!("unknown {what} `{name}`: was it written by a newer pasokh?")))
}

fn language(tag: &str) -> Result<Language, WireError> {
    known("language", tag, Language::from_tag(tag))
}

fn clock_kind(name: &str) -> Result<ClockKind, WireError> {
    known("clock", name, ClockKind::from_name(name))
}

/// One event as the journal has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum WireEvent {
    Received {
        message: u64,
        key: WireKey,
        raw: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<WireAttachment>,
        at: Timestamp,
    },
    RawReplaced {
        message: u64,
        raw: String,
        at: Timestamp,
    },
    Decided {
        message: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<u64>,
        verdict: Box<WireVerdict>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mail_id: Option<String>,
        at: Timestamp,
    },
    Opened {
        conversation: u64,
        contact: WireContact,
        account: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer_name: Option<String>,
        language: String,
        at: Timestamp,
    },
    Said {
        conversation: u64,
        entry: WireEntry,
    },
    Answered {
        conversation: u64,
        topics: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<u64>,
        at: Timestamp,
    },
    Asked {
        conversation: u64,
        question: WireQuestion,
        at: Timestamp,
    },
    QuestionSettled {
        conversation: u64,
        helped: bool,
        at: Timestamp,
    },
    LanguageChosen {
        conversation: u64,
        language: String,
        at: Timestamp,
    },
    Filed {
        conversation: u64,
        filing: WireFiling,
    },
    StateChanged {
        conversation: u64,
        state: String,
        by: String,
        at: Timestamp,
    },
    Assigned {
        conversation: u64,
        owner: String,
        by: String,
        at: Timestamp,
    },
    Noted {
        conversation: u64,
        note: WireNote,
    },
    Judged {
        conversation: u64,
        judged: WireJudged,
    },
    Taught {
        conversation: u64,
        taught: WireTaught,
    },
    Recorded {
        conversation: u64,
        record: WireFact,
        by: String,
        at: Timestamp,
    },
    Linked {
        conversation: u64,
        with: u64,
        at: Timestamp,
    },
    Unlinked {
        conversation: u64,
        at: Timestamp,
    },
    ClockStarted {
        conversation: u64,
        clock: WireClock,
    },
    ClockStopped {
        conversation: u64,
        kind: String,
        at: Timestamp,
    },
    ClockPaused {
        conversation: u64,
        kind: String,
        started_at: Timestamp,
        at: Timestamp,
    },
    ClockMoved {
        conversation: u64,
        kind: String,
        started_at: Timestamp,
        moved: WireMove,
    },
    PromiseBroken {
        conversation: u64,
        kind: String,
        started_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promise: Option<String>,
        due: Timestamp,
        at: Timestamp,
    },
    DelayDue {
        conversation: u64,
        kind: String,
        told: Timestamp,
        due: Timestamp,
        at: Timestamp,
    },
    AlertFired {
        conversation: u64,
        kind: String,
        started_at: Timestamp,
        level: u8,
        at: Timestamp,
    },
    Snoozed {
        conversation: u64,
        kind: String,
        started_at: Timestamp,
        until: Timestamp,
        by: String,
        at: Timestamp,
    },
    NoticeHeld {
        notice: WireNotice,
    },
    NoticesTold {
        ids: Vec<u64>,
        at: Timestamp,
    },
    Queued {
        row: WireRow,
    },
    Attempted {
        row: u64,
        at: Timestamp,
    },
    Settled {
        row: u64,
        outcome: WireOutcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Timestamp>,
        at: Timestamp,
    },
    Dismissed {
        row: u64,
        by: String,
        at: Timestamp,
    },
    ClosureAdded {
        closure: WireClosure,
        by: String,
        at: Timestamp,
    },
    ClosureRemoved {
        from: jiff::civil::Date,
        by: String,
        at: Timestamp,
    },
    CursorMoved {
        name: String,
        value: String,
    },
    ContactChanged {
        contact: WireContact,
        state: String,
        at: Timestamp,
    },
}

/// The event as JSON.
pub fn write(event: &Event) -> Result<Vec<u8>, WireError> {
    serde_json::to_vec(&WireEvent::from(event)).map_err(|error| WireError(error.to_string()))
}

/// The event that this JSON states.
pub fn read(json: &[u8]) -> Result<Event, WireError> {
    let wire: WireEvent = serde_json::from_slice(json).map_err(|error| WireError(explain(&error)))?;
    Event::try_from(wire)
}

/// serde names an unknown variant; the reader also wants to know why it is there.
pub fn explain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.contains("unknown variant") { format!("{text}: was it written by a newer pasokh?") } else { text }
}

#[cfg(test)]
mod tests;

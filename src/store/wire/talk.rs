//! Written forms of what happens inside a conversation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::code::TrackingCode;
use crate::domain::complaint::record::{Field, SurveyQuestion};
use crate::domain::complaint::{ComplaintKind, Filing, Note};
use crate::domain::conversation::{Entry, Question, Speaker};
use crate::domain::message::MessageId;
use crate::domain::outbox::OutboxId;
use crate::store::wire::{WireAttachment, WireError, known, verdict};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireSpeaker {
    Customer,
    Machine,
    Staff(String),
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireEntry {
    by: WireSpeaker,
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<WireAttachment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outbox: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mail_id: Option<String>,
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded_at: Option<Timestamp>,
}

impl From<&Entry> for WireEntry {
    fn from(entry: &Entry) -> WireEntry {
        WireEntry {
            by: match &entry.by {
                Speaker::Customer => WireSpeaker::Customer,
                Speaker::Machine => WireSpeaker::Machine,
                Speaker::Staff(name) => WireSpeaker::Staff(name.clone()),
            },
            text: entry.text.clone(),
            subject: entry.subject.clone(),
            attachments: entry.attachments.iter().map(WireAttachment::from).collect(),
            message: entry.message.map(|id| id.0),
            outbox: entry.outbox.map(|id| id.0),
            mail_id: entry.mail_id.clone(),
            at: entry.at,
            recorded_at: (entry.recorded_at != entry.at).then_some(entry.recorded_at),
        }
    }
}

impl From<WireEntry> for Entry {
    fn from(wire: WireEntry) -> Entry {
        Entry {
            by: match wire.by {
                WireSpeaker::Customer => Speaker::Customer,
                WireSpeaker::Machine => Speaker::Machine,
                WireSpeaker::Staff(name) => Speaker::Staff(name),
            },
            text: wire.text,
            subject: wire.subject,
            attachments: wire.attachments.into_iter().map(Into::into).collect(),
            message: wire.message.map(MessageId),
            outbox: wire.outbox.map(OutboxId),
            mail_id: wire.mail_id,
            at: wire.at,
            recorded_at: wire.recorded_at.unwrap_or(wire.at),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WireQuestion {
    Helped(Vec<String>),
    Which(Vec<String>),
    /// Whether the first choice is a review.
    Decision(bool),
    /// Name of the survey's question.
    Survey(String),
    Withdraw,
    /// Name of the field.
    Detail {
        field: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        choices: Vec<u32>,
    },
}

impl From<&Question> for WireQuestion {
    fn from(question: &Question) -> WireQuestion {
        match question {
            Question::Helped { topics } => WireQuestion::Helped(topics.clone()),
            Question::Which { choices } => WireQuestion::Which(choices.clone()),
            Question::Decision { review } => WireQuestion::Decision(*review),
            Question::Survey(question) => WireQuestion::Survey(question.name().to_owned()),
            Question::Withdraw => WireQuestion::Withdraw,
            Question::Detail { field, choices } => {
                WireQuestion::Detail { field: field.name().to_owned(), choices: choices.clone() }
            }
        }
    }
}

impl TryFrom<WireQuestion> for Question {
    type Error = WireError;

    fn try_from(wire: WireQuestion) -> Result<Question, WireError> {
        Ok(match wire {
            WireQuestion::Helped(topics) => Question::Helped { topics },
            WireQuestion::Which(choices) => Question::Which { choices },
            WireQuestion::Decision(review) => Question::Decision { review },
            WireQuestion::Survey(name) => {
                Question::Survey(known("survey question", &name, SurveyQuestion::from_name(&name))?)
            }
            WireQuestion::Withdraw => Question::Withdraw,
            WireQuestion::Detail { field, choices } => {
                Question::Detail { field: known("field", &field, Field::from_name(&field))?, choices }
            }
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireFiling {
    code: u32,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    received_at: Timestamp,
    promised: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    suggested: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<u64>,
    at: Timestamp,
}

impl From<&Filing> for WireFiling {
    fn from(filing: &Filing) -> WireFiling {
        WireFiling {
            code: TrackingCode::value(filing.code),
            kind: filing.kind.name().to_owned(),
            topic: filing.topic.clone(),
            received_at: filing.received_at,
            promised: filing.promised,
            suggested: filing.suggested.clone(),
            about: filing.about.map(|id| id.0),
            at: filing.at,
        }
    }
}

impl TryFrom<WireFiling> for Filing {
    type Error = WireError;

    fn try_from(wire: WireFiling) -> Result<Filing, WireError> {
        Ok(Filing {
            code: verdict::code(wire.code)?,
            kind: known("complaint kind", &wire.kind, ComplaintKind::from_name(&wire.kind))?,
            topic: wire.topic,
            received_at: wire.received_at,
            promised: wire.promised,
            suggested: wire.suggested,
            about: wire.about.map(MessageId),
            at: wire.at,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireNote {
    by: String,
    text: String,
    at: Timestamp,
}

impl From<&Note> for WireNote {
    fn from(note: &Note) -> WireNote {
        let Note { by, text, at } = note.clone();
        WireNote { by, text, at }
    }
}

impl From<WireNote> for Note {
    fn from(wire: WireNote) -> Note {
        let WireNote { by, text, at } = wire;
        Note { by, text, at }
    }
}

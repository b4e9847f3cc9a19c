//! What is to be sent: decided, durable, and not yet confirmed.
//!
//! A row says to whom, on which channel and what, in a form that knows no
//! MIME and no Bot API; each channel renders it when it sends.
//!
//! Invariant: a row is rendered the same way at every attempt, so that a
//! repetition carries the same Message-ID.

use jiff::Timestamp;

use crate::domain::conversation::ConversationId;
use crate::domain::message::{Attachment, Channel, Contact, EmailAddress, Language, MessageId, Press};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxId(pub u64);

/// Whom a row reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    Customer(Contact),
    StaffEmail(EmailAddress),
    /// A chat of a staff member or the staff group.
    StaffTelegram(i64),
    /// A number of a staff member, as the settings have it.
    StaffPhone(String),
}

impl Recipient {
    pub fn channel(&self) -> Channel {
        match self {
            Recipient::Customer(contact) => contact.channel(),
            Recipient::StaffEmail(_) => Channel::Email,
            Recipient::StaffTelegram(_) => Channel::Telegram,
            Recipient::StaffPhone(_) => Channel::Phone,
        }
    }
}

/// A button under a message; in mail a numbered line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    pub label: String,
    pub action: ButtonAction,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ButtonAction {
    Press(Press),
    /// Opens an address.
    Link(String),
}

/// Where an e-mail hangs in its thread.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thread {
    /// Message-ID being answered, without angle brackets.
    pub in_reply_to: Option<String>,
    /// The whole References chain, oldest first, without angle brackets; the one being answered is last.
    pub references: Vec<String>,
}

/// One message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: OutboxId,
    pub to: Recipient,
    /// The mailbox or bot that sends, by its name in the settings; `chat` for the live chat.
    pub account: String,
    /// E-mail only; complete, `Re: …` included.
    pub subject: String,
    /// Paragraphs of plain text, with bidi isolates around what is inserted.
    pub text: String,
    /// Rows of buttons, in reading order.
    pub buttons: Vec<Vec<Button>>,
    pub attachments: Vec<Attachment>,
    pub language: Language,
    pub thread: Thread,
    /// The inbound message that this answers.
    pub answers: Option<MessageId>,
    pub conversation: Option<ConversationId>,
    /// Written by a person, not by the machine: no `Auto-Submitted`.
    pub by_person: bool,
    pub created_at: Timestamp,
}

/// What became of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The peer has it. `external` is its name for the message (Telegram message id), if any.
    Delivered { external: Option<String> },
    /// It does not have it and may later; `after` is what the peer asked for, in seconds.
    Later { reason: String, after: Option<u32> },
    /// Nobody was there: the server is down or out of reach, and this says nothing about the row.
    Unreachable { reason: String },
    /// It never will.
    Refused { reason: String },
    /// It may have it: the line went dead after the content was given.
    Unknown { reason: String },
}

/// Where a row stands, for `export`, the dead letter and the metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    Waiting { attempts: u32, next_at: Timestamp, uncertain: bool },
    Delivered { at: Timestamp, external: Option<String> },
    Refused { reason: String },
    Unknown { reason: String },
}

impl Delivery {
    pub fn name(&self) -> &'static str {
        match self {
            Delivery::Waiting { .. } => "waiting",
            Delivery::Delivered { .. } => "delivered",
            Delivery::Refused { .. } => "refused",
            Delivery::Unknown { .. } => "unknown",
        }
    }
}

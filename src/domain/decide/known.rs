//! What the store knows that bears on one message.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::code::TrackingCode;
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::message::Channel;
use crate::domain::outbox::OutboxId;
use crate::domain::short_code::ShortCode;

/// A message of ours, as whoever holds its stamp may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    pub at: Timestamp,
    pub channel: Channel,
    /// The mail address that it went to, but for a few letters; none elsewhere.
    pub to: Option<String>,
    pub by_person: bool,
}

/// What came of asking about a stamp.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Asked {
    Ours(Stamped),
    #[default]
    NotOurs,
    /// This contact has asked often enough for now.
    TooOften,
}

/// How a message came to belong to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// A mail that answers one of ours or one of its own thread; a Telegram reply; a pressed button.
    Reply,
    /// The conversation of this contact that was active last, not long ago.
    Recent,
}

/// Whom a message that asks for linking may be linked with.
#[derive(Debug, Clone, Default)]
pub enum Linkable {
    #[default]
    Nobody,
    /// This contact has tried often enough for now.
    TooOften,
    /// A code may be sent to the address of this conversation.
    Address(Box<Conversation>),
    /// The code is good: it was shown in, or sent to, this conversation.
    Offered {
        with: Box<Conversation>,
        /// Whoever gives it back has asked for it, from this very contact.
        asked_here: bool,
    },
}

/// Gathered by the gateway before it asks for a decision; nothing here is of another customer,
/// except that `named` may be, and then only its contact is looked at.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub joined: Option<(Join, Conversation)>,
    /// The conversation whose tracking code the text names, whoever it belongs to.
    pub named: Option<Conversation>,
    /// The sender's conversations with an open complaint, newest first.
    pub open: Vec<Conversation>,
    /// The sender is who the message says: the channel proves it, or DMARC does, or the mail
    /// answers a Message-ID that only the address on record was told.
    pub proven: bool,
    /// The message held a card number, a PIN or the like, which is hidden by now.
    pub hid_secrets: bool,
    /// The machine has answered this sender, or everybody, often enough for now.
    pub over_budget: bool,
    /// About the stamp that the message asks about, if it does.
    pub asked: Asked,
    /// Conversations on other contacts that the sender has proven to be theirs; see [`crate::domain::conversation::Links`].
    pub links: Vec<ConversationId>,
    /// Those other contacts, by their keys.
    pub linked: BTreeSet<String>,
    /// What the one-time code or the address that the message names leads to.
    pub linkable: Linkable,
}

/// Identifiers that the decision may use; drawn by the gateway, since the domain is not random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fresh {
    pub conversation: ConversationId,
    pub row: OutboxId,
    pub code: TrackingCode,
    /// For a message to another contact of the same customer.
    pub other_row: OutboxId,
    pub one_time: ShortCode,
}

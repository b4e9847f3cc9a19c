//! What the store knows that bears on one message.

use crate::domain::code::TrackingCode;
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::outbox::OutboxId;

/// How a message came to belong to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// A mail that answers one of ours or one of its own thread; a Telegram reply; a pressed button.
    Reply,
    /// The conversation of this contact that was active last, not long ago.
    Recent,
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
}

/// Identifiers that the decision may use; drawn by the gateway, since the domain is not random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fresh {
    pub conversation: ConversationId,
    pub row: OutboxId,
    pub code: TrackingCode,
}

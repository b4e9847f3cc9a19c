//! The door through which every channel hands over what it fetched.
//!
//! A channel gives raw bytes and a key and learns whether they are durable.
//! Only then may it move its cursor, confirm an offset or answer its client.
//!
//! Invariant: the same key is accepted once, whatever happens in between.

use crate::domain::message::{MessageId, MessageKey};

/// What a channel fetched, before anybody tried to understand it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    pub key: MessageKey,
    /// The mail as it was stored (RFC 5322), the Telegram update as JSON, or the
    /// live chat's submission as JSON.
    pub bytes: Vec<u8>,
    /// Contents of attachments that do not lie inside `bytes` (Telegram files, uploads).
    pub files: Vec<RawFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFile {
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    New(MessageId),
    /// Seen before, under this or another identity.
    Seen(MessageId),
}

#[derive(Debug, thiserror::Error)]
#[error("Could not store the message: {0}")]
pub struct IntakeError(pub String);

/// Implemented by the gateway, and by the tests of each channel in memory.
/// All calls block until what they did is durable; call them off the reactor.
pub trait Intake: Send + Sync {
    fn accept(&self, raw: Raw) -> Result<Accepted, IntakeError>;
    fn cursor(&self, name: &str) -> Result<Option<String>, IntakeError>;
    fn move_cursor(&self, name: &str, value: &str) -> Result<(), IntakeError>;
    /// A source was asked: fine, or the reason why not. For `/readyz` and the metrics.
    fn polled(&self, channel: &str, account: &str, result: Result<(), String>);
}

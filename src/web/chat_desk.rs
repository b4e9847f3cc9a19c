//! What the live chat asks of the rest of the program: the lines of a session.
//!
//! The gateway implements [`ChatDesk`] over the store; the web reads lines by
//! their number and is woken when there may be more.
//!
//! Invariant: a desk is asked about one session and answers about no other.

use jiff::Timestamp;
use tokio::sync::watch;

use crate::domain::message::{Attachment, BlobId, Language, MessageId};
use crate::domain::outbox::Button;

/// Implemented by the gateway, and by the tests in memory.
pub trait ChatDesk: Send + Sync {
    /// Lines of this session's conversations with a number above `after`, oldest first.
    /// Numbers rise within a session and a line's number never changes. Blocks: call it off
    /// the reactor.
    ///
    /// # Errors
    /// A sentence for the log; the customer is told to try again.
    fn lines(&self, session: &str, after: u64) -> Result<Vec<ChatLine>, String>;
    /// Changes when the session may have new lines.
    fn watch(&self, session: &str) -> watch::Receiver<u64>;
    /// A file of this session; `None` for files of others and for unknown ones.
    ///
    /// # Errors
    /// A sentence for the log.
    fn blob(&self, session: &str, blob: &BlobId) -> Result<Option<(Attachment, Vec<u8>)>, String>;
}

/// One thing said in the live chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatLine {
    pub number: u64,
    pub by: LineBy,
    /// For a customer's line: the number that intake gave the message. The page recognises
    /// its own message by it.
    pub message: Option<MessageId>,
    pub text: String,
    /// Rows of buttons, in reading order.
    pub buttons: Vec<Vec<Button>>,
    pub attachments: Vec<Attachment>,
    pub language: Language,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineBy {
    Customer,
    Machine,
    /// A staff member, by name.
    Staff(String),
}

impl LineBy {
    /// The word used in JSON and as a class on the page.
    pub fn name(&self) -> &'static str {
        match self {
            LineBy::Customer => "customer",
            LineBy::Machine => "machine",
            LineBy::Staff(_) => "staff",
        }
    }

    /// The staff member's name.
    pub fn person(&self) -> Option<&str> {
        match self {
            LineBy::Staff(name) => Some(name),
            LineBy::Customer | LineBy::Machine => None,
        }
    }
}

//! The store: what is durable, and what can be asked of it.
//!
//! The journal is the truth; the sled database is built from it and answers
//! queries; blobs hold raw messages and attachments. A commit is one journal
//! line and one sync, and the database moves with it.
//!
//! Invariant: nothing is acknowledged outward before the sync that covers it.

mod blobs;
mod catch_up;
mod changes;
mod checks;
mod embedded;
mod files;
mod journal;
mod keys;
mod names;
mod open;
mod owners;
mod seal;
mod sled;
mod verify;
mod wire;
mod writer;

use std::collections::BTreeSet;

use jiff::Timestamp;

pub use keys::installation_secret;
pub use open::{OpenReport, Progress, Rebuilt, open};

use crate::domain::alert::Notice;
use crate::domain::calendar::Closure;
use crate::domain::clocks::{ClockKind, Level};
use crate::domain::code::TrackingCode;
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::decide::Verdict;
use crate::domain::event::Event;
use crate::domain::intake::{Accepted, Raw};
use crate::domain::message::{Attachment, BlobId, Channel, Contact, MessageId, MessageKey};
use crate::domain::outbox::{Delivery, OutboxId, OutboxRow, Outcome};

/// What went wrong with the store, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What the decision was based on has changed in the meantime: decide again.
    #[error("the conversation has changed in the meantime")]
    Conflict,
    /// Another complaint has this tracking code: draw another one.
    #[error("the tracking code is taken")]
    CodeTaken,
    /// The message has its decision already.
    #[error("the message has been decided already")]
    Decided,
    /// Another process has the data directory.
    #[error(
        "{0} is in use by another pasokh process: stop that one, or give this one another data directory"
    )]
    Locked(String),
    /// The journal cannot be trusted from this line on.
    #[error("{file}:{line}: {what}")]
    Broken { file: String, line: u64, what: String },
    #[error("{what}: {source}")]
    Io { what: String, source: std::io::Error },
    #[error("{0}")]
    Other(String),
}

/// Events that become true together.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    pub events: Vec<Event>,
    /// Conversations on which the decision was based, with the number of events each had
    /// (0: it must not exist yet). A difference is a [`StoreError::Conflict`].
    pub expects: Vec<(ConversationId, u64)>,
}

/// A conversation and the number of events that made it.
#[derive(Debug, Clone)]
pub struct Versioned {
    pub conversation: Conversation,
    pub version: u64,
}

/// A message that was received: its raw copy and where it came from.
#[derive(Debug, Clone)]
pub struct Received {
    pub id: MessageId,
    pub key: MessageKey,
    pub raw: BlobId,
    pub files: Vec<Attachment>,
    pub at: Timestamp,
}

/// One message with how it ended.
#[derive(Debug, Clone)]
pub struct MessageRow {
    pub received: Received,
    /// None while it is still to be decided.
    pub verdict: Option<Verdict>,
    pub conversation: Option<ConversationId>,
    /// Message-ID of a mail.
    pub mail_id: Option<String>,
    /// Delivery of the answer, if there is one.
    pub delivery: Option<Delivery>,
}

/// An outbox row that this process may send now; its attempt is counted.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub row: OutboxRow,
    /// 1 at the first attempt.
    pub attempt: u32,
    /// An earlier attempt may have reached the peer: this is the one repetition.
    pub uncertain: bool,
}

/// A clock has reached a level about which nobody has been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub at: Timestamp,
    pub conversation: ConversationId,
    pub kind: ClockKind,
    pub started_at: Timestamp,
    pub level: Level,
}

/// Automatic messages sent lately, for the budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// To this contact in the last hour.
    pub address_hour: u32,
    /// To this contact's e-mail domain in the last hour; 0 on other channels.
    pub domain_hour: u32,
    /// To anybody in the last ten minutes.
    pub ten_minutes: u32,
}

/// What `verify` found.
#[derive(Debug, Clone, Default)]
pub struct Verification {
    pub journal_lines: u64,
    pub messages: u64,
    pub conversations: u64,
    pub complaints: u64,
    pub outbox: u64,
    pub blobs: u64,
    /// Empty when all is well; else one sentence each.
    pub faults: Vec<String>,
}

/// Which complaints to list.
#[derive(Debug, Clone, Default)]
pub struct ComplaintFilter {
    /// None: open and closed ones.
    pub open: Option<bool>,
    /// 0: no limit.
    pub limit: usize,
}

/// A channel and the name of the mailbox or bot that sends.
pub type Route = (Channel, String);

/// Verbs and questions; every call blocks until it is durable. Sled types stay behind it.
pub trait Store: Send + Sync {
    /// Stores the raw copy and the files as blobs and records `Received`, once per key.
    fn accept(&self, raw: &Raw, at: Timestamp) -> Result<Accepted, StoreError>;
    /// Makes the events true, all or none. Concurrent commits share a sync.
    fn commit(&self, commit: &Commit) -> Result<(), StoreError>;
    /// Rows whose time has come, at most `limit`, oldest first; each attempt is counted durably
    /// before it is handed out, and a row is handed out once until it is settled. Of the rows to
    /// one recipient only the oldest is handed out, so that messages arrive in order.
    /// Rows of a closed route stay where they are.
    fn claim_except(
        &self,
        now: Timestamp,
        limit: usize,
        closed: &BTreeSet<Route>,
    ) -> Result<Vec<Claimed>, StoreError>;
    /// The same with every route open.
    fn claim(&self, now: Timestamp, limit: usize) -> Result<Vec<Claimed>, StoreError> {
        self.claim_except(now, limit, &BTreeSet::new())
    }
    /// Says what became of a claimed row. `next_at`: when to try again, for `Later` and a first `Unknown`.
    fn settle(
        &self,
        row: OutboxId,
        outcome: &Outcome,
        next_at: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// When the next unclaimed row of an open route wants to be sent.
    fn next_attempt_except(&self, closed: &BTreeSet<Route>) -> Result<Option<Timestamp>, StoreError>;
    /// The same with every route open.
    fn next_attempt(&self) -> Result<Option<Timestamp>, StoreError> {
        self.next_attempt_except(&BTreeSet::new())
    }
    /// Levels reached by running clocks up to `now`, and not yet fired; oldest first.
    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError>;
    fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// A number never given out before, for conversations and outbox rows.
    fn fresh_number(&self) -> Result<u64, StoreError>;

    /// Messages received and not yet decided, oldest first.
    fn undecided(&self) -> Result<Vec<Received>, StoreError>;
    fn message(&self, id: MessageId) -> Result<Option<MessageRow>, StoreError>;
    /// Messages with a number above `after`, ascending.
    fn messages_after(&self, after: MessageId, limit: usize) -> Result<Vec<MessageRow>, StoreError>;
    fn conversation(&self, id: ConversationId) -> Result<Option<Versioned>, StoreError>;
    /// Conversations that have changed since the mark, and the next mark; none where all of them
    /// must be looked at.
    fn changed_since(&self, mark: Option<u64>) -> (Option<BTreeSet<ConversationId>>, u64);
    /// Newest first (by the time they were opened).
    fn conversations_of(&self, contact: &Contact, limit: usize) -> Result<Vec<ConversationId>, StoreError>;
    fn conversation_by_code(&self, code: TrackingCode) -> Result<Option<ConversationId>, StoreError>;
    /// By the Message-ID of a mail that the customer sent.
    fn conversation_by_mail_id(&self, mail_id: &str) -> Result<Option<ConversationId>, StoreError>;
    /// By Telegram's number of a message that we delivered into this chat.
    fn conversation_by_external(
        &self,
        contact: &Contact,
        external: &str,
    ) -> Result<Option<ConversationId>, StoreError>;
    /// Oldest first.
    fn complaints(&self, filter: &ComplaintFilter) -> Result<Vec<ConversationId>, StoreError>;
    /// Conversations in which a person said what a message is, or whether an answer helped.
    fn judged(&self) -> Result<Vec<ConversationId>, StoreError>;
    fn outbox_row(&self, id: OutboxId) -> Result<Option<(OutboxRow, Delivery)>, StoreError>;
    /// Rows that are waiting, and rows that ended as refused or unknown (the dead letter).
    fn unsent(&self) -> Result<Vec<(OutboxRow, Delivery)>, StoreError>;
    fn spent(&self, contact: &Contact, now: Timestamp) -> Result<Spent, StoreError>;
    /// Whether this very text went to this contact automatically since then.
    fn said_since(&self, contact: &Contact, text: &str, since: Timestamp) -> Result<bool, StoreError>;
    /// `blocked`, `bounced` …; None while the contact is fine.
    fn contact_state(&self, contact: &Contact) -> Result<Option<String>, StoreError>;
    fn cursor(&self, name: &str) -> Result<Option<String>, StoreError>;
    /// What staff are still to be told, the oldest first.
    fn notices(&self) -> Result<Vec<Notice>, StoreError>;
    /// Closures and openings that staff added, by their first day.
    fn closures(&self) -> Result<Vec<Closure>, StoreError>;

    fn put_blob(&self, bytes: &[u8]) -> Result<BlobId, StoreError>;
    /// Destroys the raw copies in whose place others stand; tells how many are gone for good.
    fn destroy_unwanted(&self) -> Result<usize, StoreError>;
    fn blob(&self, id: &BlobId) -> Result<Option<Vec<u8>>, StoreError>;
    /// Reads the whole journal and compares what the database says with it.
    fn verify(&self) -> Result<Verification, StoreError>;
    /// Can it be written right now? For `/readyz`.
    fn writable(&self) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests;

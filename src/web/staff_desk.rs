//! What the console asks of the rest of the program: people, the queue, one case, one act.
//!
//! The gateway implements [`StaffDesk`] over the store. Everything blocks: call
//! it off the reactor.
//!
//! Invariant: whoever is asked about a case gets none that they may not see.

use std::ops::RangeInclusive;
use std::sync::Arc;

use tokio::sync::watch;

use crate::domain::alert::Role;
use crate::domain::desk::Action;
use crate::domain::message::{Attachment, BlobId, Language};
use crate::report::complaints::{ComplaintRow, ComplaintSheet};

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    pub role: Role,
}

/// Characters of a password at least, and at most: longer ones only cost time.
pub const PASSWORD_CHARS: RangeInclusive<usize> = 10..=200;

/// A case in the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    pub row: ComplaintRow,
    /// Code, name and the beginning of what was said, folded as the matcher folds.
    pub words: String,
    pub beginning: String,
    pub customer: Option<String>,
    /// Staff whom it is about.
    pub concerned: Vec<String>,
    pub is_waiting: bool,
}

/// One case, for its page.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub sheet: ComplaintSheet,
    /// How much has been said: whoever answers tells how much they had read.
    pub said: usize,
    pub language: Language,
    /// Names and texts of the prepared replies in the customer's language.
    pub replies: Vec<(String, String)>,
    /// Name and title of every intent.
    pub intents: Vec<(String, String)>,
}

/// Why an act was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActFault {
    /// Somebody else has answered meanwhile; the customer wrote when there is no name.
    Overtaken(Option<String>),
    /// A sentence for the person who tried.
    Refused(String),
    NotFound,
    /// A sentence for the log.
    Failed(String),
}

/// Implemented by the gateway, and by the tests of the chat in memory.
pub trait StaffDesk: Send + Sync {
    /// # Errors
    /// Here and below: a sentence for the log.
    fn member_of(&self, session: &str) -> Result<Option<Member>, String>;
    /// The token of a new session, for the right password.
    fn sign_in(&self, name: &str, password: &str) -> Result<Option<String>, String>;
    fn send_link(&self, name: &str) -> Result<(), String>;
    /// The token of a new session, for a one-time link.
    fn redeem(&self, token: &str) -> Result<Option<String>, String>;
    fn invited(&self, token: &str) -> Result<Option<Member>, String>;
    fn accept_invitation(&self, token: &str, password: &str) -> Result<Option<String>, String>;
    fn sign_out(&self, session: &str) -> Result<(), String>;
    fn members(&self) -> Vec<Member>;
    fn rows(&self) -> Result<Arc<Vec<Arc<QueueRow>>>, String>;
    fn case(&self, member: &Member, code: &str) -> Result<Option<Case>, String>;
    /// # Errors
    /// Why it was not done.
    fn act(&self, member: &Member, code: &str, said: usize, action: &Action) -> Result<(), ActFault>;
    fn file(
        &self,
        member: &Member,
        code: &str,
        blob: &BlobId,
    ) -> Result<Option<(Attachment, Vec<u8>)>, String>;
    /// Changes when any case may have changed.
    fn watch(&self) -> watch::Receiver<u64>;
}

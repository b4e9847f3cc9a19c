//! What the console asks of the rest of the program: people, the queue, one case, one act.
//!
//! The gateway implements [`StaffDesk`] over the store. Everything blocks: call
//! it off the reactor.
//!
//! Invariant: whoever is asked about a case gets none that they may not see.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::domain::alert::Role;
use crate::domain::desk::Action;
use crate::domain::message::{Attachment, BlobId, Language};
use crate::report::complaints::{ComplaintRow, ComplaintSheet};
use crate::report::outbox::UnsentRow;
use crate::report::unmatched::UnmatchedReport;

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
    /// What an answer by mail ends with; empty on other channels.
    pub footer: String,
    /// Other cases of the customer that the member may see, the newest first.
    pub others: Vec<ComplaintRow>,
    /// What was made of each message, by its number.
    pub verdicts: BTreeMap<u64, VerdictLine>,
    /// Numbers of the messages that came as mail.
    pub mails: BTreeSet<u64>,
}

/// The rules in force, and the mistakes of the last files that could not be taken, with their time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RulesView {
    pub intents: Vec<IntentView>,
    pub mistakes: Option<(Timestamp, Vec<String>)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct IntentView {
    pub name: String,
    pub title: InWords,
    pub kind: &'static str,
    pub mode: &'static str,
    pub reply: Option<String>,
    /// Of the reply, with its placeholders.
    pub text: InWords,
    /// In the last thirty days, alone; and how often people said that it was wrong.
    pub answered: u32,
    pub wrong: u32,
}

/// What has not gone out, and what came in and could not be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stuck {
    /// The first of them; given up ones with their reason.
    pub unsent: Vec<UnsentRow>,
    pub waiting: usize,
    pub given_up: usize,
    /// When each came, by which channel and account; the newest first.
    pub set_aside: Vec<(Timestamp, String, String)>,
}

/// What the machine made of a message, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct VerdictLine {
    /// `answered`, `filed` …
    pub disposition: &'static str,
    pub reason: String,
    /// Title of the intent that was likeliest, with its score from 0 to 1.
    pub best: Option<(InWords, f64)>,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InWords {
    pub fa: String,
    pub en: String,
}

impl InWords {
    pub fn by(write: impl Fn(Language) -> String) -> InWords {
        InWords { fa: write(Language::Fa), en: write(Language::En) }
    }

    pub fn of(self, language: Language) -> String {
        match language {
            Language::Fa => self.fa,
            Language::En => self.en,
        }
    }
}

/// Why an act was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActFault {
    /// Somebody else has answered meanwhile; the customer wrote when there is no name.
    Overtaken(Option<String>),
    /// A sentence for the person who tried.
    Refused(InWords),
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
    /// The code under which the case goes on, if the member may see it.
    fn code_seen(&self, member: &Member, code: &str) -> Result<Option<String>, String>;
    /// A mail of this case as a page of its own, without anything that acts or is fetched.
    fn mail(&self, member: &Member, code: &str, message: u64) -> Result<Option<String>, String>;
    /// Intents and replies with their use, and what is wrong with the files.
    fn rules(&self) -> Result<RulesView, String>;
    /// What no intent serves; takes a while.
    fn unmatched(&self) -> Result<UnmatchedReport, String>;
    /// What would be done with a text, line by line.
    fn try_text(&self, text: &str, language: Language) -> String;
    /// What has not gone out or could not be read, but rows of cases that the member may not see.
    fn stuck(&self, member: &Member) -> Result<Stuck, String>;
    /// Sends what was given up anew, or with `again` off leaves it; false when it is no such row, or
    /// not for this member.
    fn dismiss(&self, member: &Member, row: u64, again: bool) -> Result<bool, String>;
    /// Changes when any case may have changed.
    fn watch(&self) -> watch::Receiver<u64>;
}

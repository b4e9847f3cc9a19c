//! Messages and how they ended, as `export --json` prints them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::decide::Verdict;
use crate::domain::understanding::Conclusion;

/// One message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedMessage {
    /// Our own number, ascending in the order of arrival.
    pub message: u64,
    pub channel: String,
    /// The mailbox or bot.
    pub account: String,
    /// Message-ID of a mail, without angle brackets.
    pub message_id: Option<String>,
    pub chat_id: Option<i64>,
    pub update_id: Option<i64>,
    pub received_at: Timestamp,
    /// Null while it waits to be decided.
    pub disposition: Option<String>,
    pub reason: Option<String>,
    pub intent: Option<String>,
    pub code: Option<String>,
    /// Of its answer: `waiting`, `delivered`, `refused`, `unknown`; null when there is none.
    pub delivery: Option<String>,
}

/// The intent on which the decision rests: the one concluded, or the topic of a complaint.
pub fn intent_of(verdict: &Verdict) -> Option<String> {
    match &verdict.understanding.as_ref()?.conclusion {
        Conclusion::One(intent) | Conclusion::Both(intent, _) | Conclusion::Either(intent, _) => {
            Some(intent.clone())
        }
        Conclusion::Complaint { topic } => topic.clone(),
        Conclusion::Nothing => None,
    }
}

//! Sends one outbox row to one chat.
//!
//! A row and the contents of its files come in; files go out first, then the
//! text in as many parts as it needs, the buttons under the last; an outcome
//! comes back. What of a row has been sent is remembered in memory until the
//! row is through, so that a repetition goes on where the last attempt failed
//! (after a restart it begins anew: sent at least once).
//!
//! Invariant: the same row makes the same steps at every attempt.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use serde_json::Value;
use teloxide::payloads::{SendDocument, SendMessage, SendMessageSetters, SendPhoto};
use teloxide::types::{ChatId, InlineKeyboardMarkup, LinkPreviewOptions};
use tokio::time::Instant;

use super::connection::Connection;
use super::failure::{Failure, Meaning};
use super::{keyboard, split};
use crate::domain::message::{Attachment, Contact};
use crate::domain::outbox::{OutboxId, OutboxRow, Outcome, Recipient};

/// Bot API, sendPhoto: "at most 10 MB in size".
const MAX_PHOTO: u64 = 10 * 1024 * 1024;

/// Rows whose progress is remembered; the oldest are forgotten first.
const REMEMBERED: usize = 1000;

const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};

/// Sends rows for one bot, at Telegram's pace. One for each bot, shared by reference.
#[derive(Debug)]
pub struct Sender {
    connection: Connection,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    progress: BTreeMap<OutboxId, Progress>,
    /// Groups that have got a new number.
    moved: BTreeMap<i64, i64>,
    /// Telegram wants to hear nothing before this.
    quiet_until: Option<Instant>,
}

/// How much of a row is through.
#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    steps: usize,
    last: Option<i64>,
}

/// One request of a row.
#[derive(Debug, PartialEq)]
enum Step<'a> {
    File(&'a Attachment, &'a [u8]),
    Text(String, Option<InlineKeyboardMarkup>),
}

impl Sender {
    pub fn new(connection: Connection) -> Sender {
        Sender { connection, state: Mutex::default() }
    }

    /// One attempt. `external` of a delivered row is Telegram's id of its last message.
    /// The reason of a row refused because the chat cannot be reached begins with `blocked`.
    /// Waits as long as Telegram's limits demand; dropping the future is safe before it sends
    /// and an unknown outcome after.
    pub async fn send(&self, row: &OutboxRow, files: &[(Attachment, Vec<u8>)]) -> Outcome {
        let Some(chat) = chat(&row.to) else {
            return Outcome::Refused { reason: "the recipient is not in Telegram".to_owned() };
        };
        if let Some(outcome) = self.still_quiet() {
            return outcome;
        }
        let steps = steps(row, files);
        if steps.is_empty() {
            return Outcome::Refused { reason: "there is nothing to send".to_owned() };
        }
        let mut progress = self.state().progress.get(&row.id).copied().unwrap_or_default();
        for step in steps.iter().skip(progress.steps) {
            self.connection.turn(chat).await;
            // Another row may have been told to wait while this one waited for its turn.
            if let Some(outcome) = self.still_quiet() {
                return outcome;
            }
            match self.step(chat, step).await {
                Ok(message_id) => {
                    progress = Progress { steps: progress.steps + 1, last: message_id.or(progress.last) };
                    self.remember(row.id, progress);
                }
                Err(failure) => return self.failed(row.id, failure),
            }
        }
        self.state().progress.remove(&row.id);
        Outcome::Delivered { external: progress.last.map(|id| id.to_string()) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, row: OutboxId, progress: Progress) {
        let mut state = self.state();
        state.progress.insert(row, progress);
        while state.progress.len() > REMEMBERED {
            state.progress.pop_first();
        }
    }

    /// After a 429 nothing is tried before the time that Telegram named.
    fn still_quiet(&self) -> Option<Outcome> {
        let left = self.state().quiet_until?.checked_duration_since(Instant::now())?;
        let after = u32::try_from(left.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
        Some(Outcome::Later { reason: "Telegram asked us to wait".to_owned(), after: Some(after) })
    }

    fn failed(&self, row: OutboxId, failure: Failure) -> Outcome {
        let outcome = outcome(&failure);
        if let Meaning::Flood { after: Some(after) } = failure.meaning {
            self.state().quiet_until = Some(Instant::now() + Duration::from_secs(after.into()));
        }
        if matches!(outcome, Outcome::Refused { .. }) {
            self.state().progress.remove(&row);
        }
        outcome
    }

    /// Performs one step, in the group's new place if it has moved.
    async fn step(&self, chat: i64, step: &Step<'_>) -> Result<Option<i64>, Failure> {
        let known = self.state().moved.get(&chat).copied().unwrap_or(chat);
        match self.request(known, step).await {
            Err(Failure { meaning: Meaning::Moved(new), what }) => {
                tracing::warn!(bot = self.connection.name(), chat, new, "{what}: change it in the settings");
                self.state().moved.insert(chat, new);
                self.request(new, step).await
            }
            result => result,
        }
    }

    async fn request(&self, chat: i64, step: &Step<'_>) -> Result<Option<i64>, Failure> {
        let sent = match step {
            Step::Text(text, markup) => {
                let message = SendMessage::new(ChatId(chat), text).link_preview_options(NO_PREVIEW);
                let message = match markup {
                    Some(markup) => message.reply_markup(markup.clone()),
                    None => message,
                };
                self.connection.send(&message).await?
            }
            Step::File(attachment, bytes) => self.send_file(chat, attachment, bytes).await?,
        };
        // Whatever else the result looks like: it says that the message is there.
        Ok(sent.get("message_id").and_then(Value::as_i64))
    }

    async fn send_file(&self, chat: i64, attachment: &Attachment, bytes: &[u8]) -> Result<Value, Failure> {
        let form = |field: &'static str| {
            let file = Part::bytes(bytes.to_vec()).file_name(attachment.name.clone());
            Form::new().text("chat_id", chat.to_string()).part(field, file)
        };
        let is_photo = matches!(attachment.media_type.as_str(), "image/jpeg" | "image/png" | "image/webp");
        if is_photo && bytes.len() as u64 <= MAX_PHOTO {
            match self.connection.send_file::<SendPhoto>(form("photo")).await {
                // Odd proportions or a format that it cannot read: still welcome as a document.
                Err(Failure { meaning: Meaning::Rejected, what }) if about_the_photo(&what) => {}
                result => return result,
            }
        }
        self.connection.send_file::<SendDocument>(form("document")).await
    }
}

fn about_the_photo(what: &str) -> bool {
    let what = what.to_ascii_uppercase();
    what.contains("PHOTO") || what.contains("IMAGE")
}

fn chat(to: &Recipient) -> Option<i64> {
    match to {
        Recipient::Customer(Contact::Telegram { chat, .. }) | Recipient::StaffTelegram(chat) => Some(*chat),
        Recipient::Customer(Contact::Email(_) | Contact::Chat(_))
        | Recipient::StaffEmail(_)
        | Recipient::StaffPhone(_) => None,
    }
}

fn steps<'a>(row: &OutboxRow, files: &'a [(Attachment, Vec<u8>)]) -> Vec<Step<'a>> {
    let keyboard = keyboard::keyboard(&row.buttons, row.language);
    let mut text = row.text.trim().to_owned();
    for line in &keyboard.lines {
        text.push('\n');
        text.push_str(line);
    }
    let parts = split::split(&text);
    let count = parts.len();
    let files = files.iter().map(|(attachment, bytes)| Step::File(attachment, bytes));
    let texts = parts.into_iter().enumerate().map(|(at, part)| {
        let markup = if at + 1 == count { keyboard.markup.clone() } else { None };
        Step::Text(part, markup)
    });
    files.chain(texts).collect()
}

fn outcome(failure: &Failure) -> Outcome {
    let reason = failure.what.clone();
    match &failure.meaning {
        // The token's fault is nobody's message: the operator mends it and everything goes out.
        Meaning::NotSent | Meaning::Down | Meaning::Token => Outcome::Unreachable { reason },
        Meaning::Conflict | Meaning::Server => Outcome::Later { reason, after: None },
        Meaning::Flood { after } => Outcome::Later { reason, after: *after },
        Meaning::Forbidden => Outcome::Refused { reason: format!("blocked: {reason}") },
        Meaning::Rejected | Meaning::Moved(_) => Outcome::Refused { reason },
        Meaning::Cut | Meaning::Unreadable(_) => Outcome::Unknown { reason },
    }
}

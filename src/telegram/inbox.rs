//! Reads one bot: asks for updates, makes them durable, and only then confirms.
//!
//! Updates come in from getUpdates with the offset that intake keeps; each goes
//! to intake as JSON, with its file. When all of a batch that could be stored
//! is stored, the offset moves, and the next question confirms it to Telegram.
//! Whatever fails is tried again from the stored offset.
//!
//! Invariant: the offset never passes an update that intake has not accepted.
//! After a crash anywhere in between the same updates come again, and intake
//! knows them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde_json::{Value, json};
use teloxide::payloads::AnswerCallbackQuery;
use teloxide::types::CallbackQueryId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::{Connection, POLL, set_commands};
use super::failure::{Failure, Meaning};
use super::{content, fetch, parse};
use crate::domain::intake::{Accepted, Intake, IntakeError, Raw};
use crate::domain::message::{MessageId, MessageKey};
use crate::settings::TelegramBot;

/// Pauses after one, two, three … failures in a row, from the start of the failed attempt.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];

/// No server may make us ask more often than this when it has nothing to say.
const BREATH: Duration = Duration::from_millis(300);

/// Updates per question, Telegram's most.
const BATCH: u8 = 100;

/// Files that are fetched at the same time.
const FETCHES: usize = 4;

/// Reads the bot until `shutdown`. Returns within two seconds of it.
pub async fn run(
    connection: Connection,
    bot: TelegramBot,
    intake: Arc<dyn Intake>,
    shutdown: CancellationToken,
) {
    let tasks = TaskTracker::new();
    let mut inbox =
        Inbox { connection, bot: bot.name, intake, tasks: tasks.clone(), batch: BATCH, wait: Duration::ZERO };
    tasks.spawn(until(shutdown.clone(), introduce(inbox.connection.clone())));
    until(shutdown, inbox.poll_for_ever()).await;
    tasks.close();
    // What is left are thanks for pressed buttons: nothing depends on them.
    let _ = tokio::time::timeout(Duration::from_secs(2), tasks.wait()).await;
}

async fn until(shutdown: CancellationToken, work: impl Future<Output = ()>) {
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = work => {}
    }
}

/// Learns the bot's user name and sets its menu, as soon as the server can be reached.
async fn introduce(connection: Connection) {
    for pause in PAUSES.into_iter().chain(std::iter::repeat(Duration::from_secs(15))) {
        match connection.learn_username().await {
            Ok(()) => return set_commands(&connection).await,
            Err(failure) => {
                tracing::debug!(bot = connection.name(), "The bot's name is not known yet: {}", failure.what);
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// Why a round ended without everything done.
enum Fault {
    Asking(Failure),
    Storing(IntakeError),
}

struct Inbox {
    connection: Connection,
    bot: String,
    intake: Arc<dyn Intake>,
    tasks: TaskTracker,
    /// 1 while an update that cannot be read is being looked for.
    batch: u8,
    /// The first question after a fault does not wait, so that operators soon see that all is well.
    wait: Duration,
}

impl Inbox {
    async fn poll_for_ever(&mut self) {
        // In groups only a message that names us is for us, so the name should be known first;
        // but private chats shall not wait long for it.
        self.connection.wait_for_username(Duration::from_secs(3)).await;
        let mut failures = 0;
        loop {
            let started = Instant::now();
            let next = match self.round().await {
                Ok(received) => {
                    failures = 0;
                    if received == 0 { started + BREATH } else { started }
                }
                Err(fault) => {
                    let pause = PAUSES.get(failures).or(PAUSES.last()).copied().unwrap_or_default();
                    failures += 1;
                    self.wait = Duration::ZERO;
                    self.report(fault, started + pause)
                }
            };
            tokio::time::sleep_until(next).await;
        }
    }

    /// Tells operators what failed; gives the time of the next attempt.
    fn report(&self, fault: Fault, next: Instant) -> Instant {
        let (what, next) = match fault {
            Fault::Asking(failure) => (advice(&failure), next.max(Instant::now() + asked_pause(&failure))),
            Fault::Storing(error) => (error.to_string(), next),
        };
        tracing::warn!(bot = self.bot, "Telegram could not be read: {what}");
        self.intake.polled("telegram", &self.bot, Err(what));
        next
    }

    /// One question and what came of it: the number of updates received.
    async fn round(&mut self) -> Result<usize, Fault> {
        let offset = self.offset().await.map_err(Fault::Storing)?;
        let updates = match fetch::updates(&self.connection, offset, self.batch, self.wait).await {
            Ok(updates) => updates,
            Err(failure) => return self.unreadable(failure).await,
        };
        self.batch = BATCH;
        self.wait = POLL;
        self.intake.polled("telegram", &self.bot, Ok(()));
        let received = updates.len();
        self.take(updates).await.map_err(Fault::Storing)?;
        Ok(received)
    }

    fn cursor_name(&self) -> String {
        format!("telegram:{}", self.bot)
    }

    /// The first update id that has not been stored; none before the first update ever:
    /// what waits on the server then is what customers wrote since yesterday, and is handled.
    async fn offset(&self) -> Result<Option<i64>, IntakeError> {
        let name = self.cursor_name();
        let stored = self.off_reactor(move |intake| intake.cursor(&name)).await?;
        Ok(stored.and_then(|offset| offset.parse().ok()))
    }

    async fn off_reactor<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Intake) -> Result<T, IntakeError> + Send + 'static,
    ) -> Result<T, IntakeError> {
        let intake = Arc::clone(&self.intake);
        let done = tokio::task::spawn_blocking(move || work(intake.as_ref())).await;
        done.unwrap_or_else(|error| Err(IntakeError(error.to_string())))
    }

    /// Stores updates in order until one cannot be stored, then moves the offset behind
    /// the last that was.
    async fn take(&self, updates: Vec<Value>) -> Result<(), IntakeError> {
        let mut prepared = stream::iter(updates).map(|update| self.prepare(update)).buffered(FETCHES);
        let mut next = None;
        let mut result = Ok(());
        while let Some(update) = prepared.next().await {
            let Some((raw, id)) = update else { continue };
            let query = pressed(&raw);
            result = self.accept(raw).await;
            if result.is_err() {
                break;
            }
            next = next.max(Some(id + 1));
            if let Some(query) = query {
                self.thank_for_press(query);
            }
        }
        if let Some(next) = next {
            self.move_offset(next).await?;
        }
        result
    }

    /// The update with its file, ready for intake; none for something without an id.
    async fn prepare(&self, update: Value) -> Option<(Raw, i64)> {
        let Some(key) = parse::key(&self.bot, &update) else {
            tracing::warn!(bot = self.bot, "Telegram sent something without an update id; it is passed over");
            return None;
        };
        let MessageKey::Telegram { update_id, .. } = key else { return None };
        let kind = parse::kind(&update).unwrap_or("unknown");
        metrics::counter!("pasokh_telegram_updates_total", "bot" => self.bot.clone(), "kind" => counted(kind))
            .increment(1);
        let bytes = update.to_string().into_bytes();
        let media = update.get(kind).and_then(content::media).filter(|_| self.is_for_us(&bytes));
        let file = match media {
            Some(media) => fetch::file(&self.connection, &media).await,
            None => None,
        };
        Some((Raw { key, bytes, files: file.into_iter().collect() }, update_id))
    }

    /// Files of chats that do not concern us are left where they are.
    fn is_for_us(&self, bytes: &[u8]) -> bool {
        let username = self.connection.username();
        let message = parse::parse(parse::Update {
            id: MessageId(0),
            bytes,
            files: &[],
            received_at: Timestamp::UNIX_EPOCH,
            bot_name: &self.bot,
            bot_username: username.as_deref(),
            staff_group: None,
        });
        message.unanswerable.is_none()
    }

    async fn accept(&self, raw: Raw) -> Result<(), IntakeError> {
        match self.off_reactor(move |intake| intake.accept(raw)).await? {
            Accepted::New(id) => tracing::debug!(bot = self.bot, message = id.0, "An update is stored"),
            Accepted::Seen(id) => tracing::debug!(bot = self.bot, message = id.0, "An update came again"),
        }
        Ok(())
    }

    async fn move_offset(&self, next: i64) -> Result<(), IntakeError> {
        let name = self.cursor_name();
        self.off_reactor(move |intake| intake.move_cursor(&name, &next.to_string())).await
    }

    /// Takes the waiting circle off a pressed button.
    fn thank_for_press(&self, query: String) {
        let connection = self.connection.clone();
        self.tasks.spawn(async move {
            let thanks = AnswerCallbackQuery::new(CallbackQueryId(query));
            if let Err(Failure { what, .. }) = connection.ask(&thanks).await {
                tracing::debug!(bot = connection.name(), "A pressed button could not be answered: {what}");
            }
        });
    }

    /// A batch with something in it that is no valid JSON is asked for one by one; the one that
    /// cannot be read is stored as it came, so that it does not block those behind it.
    async fn unreadable(&mut self, failure: Failure) -> Result<usize, Fault> {
        let Meaning::Unreadable(raw) = &failure.meaning else { return Err(Fault::Asking(failure)) };
        let Some(update_id) = first_update_id(raw).filter(|_| self.batch == 1) else {
            self.batch = 1;
            return Err(Fault::Asking(failure));
        };
        tracing::warn!(bot = self.bot, update_id, "An update is no readable JSON; it is stored as it came");
        let key = MessageKey::Telegram {
            bot: self.bot.clone(),
            update_id,
            chat_id: None,
            message_id: None,
            edit: false,
        };
        let bytes = json!({"update_id": update_id, "unreadable": raw}).to_string().into_bytes();
        self.accept(Raw { key, bytes, files: Vec::new() }).await.map_err(Fault::Storing)?;
        self.move_offset(update_id + 1).await.map_err(Fault::Storing)?;
        Ok(1)
    }
}

fn first_update_id(raw: &str) -> Option<i64> {
    let (_, after) = raw.split_once("\"update_id\"")?;
    let digits = after.trim_start_matches([':', ' ']);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

/// The id of the callback query in an update, if it is one.
fn pressed(raw: &Raw) -> Option<String> {
    let update: Value = serde_json::from_slice(&raw.bytes).ok()?;
    update.pointer("/callback_query/id")?.as_str().map(str::to_owned)
}

/// A kind as a metric's label: the server's words are not to make new time series.
fn counted(kind: &str) -> &'static str {
    const KINDS: [&str; 6] = [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "channel_post",
        "edited_channel_post",
    ];
    KINDS.into_iter().find(|known| *known == kind).unwrap_or("other")
}

/// The sentence for operators, with what to do where we know it.
fn advice(failure: &Failure) -> String {
    let what = &failure.what;
    match failure.meaning {
        Meaning::Token => format!("{what}: check the token with @BotFather"),
        Meaning::Conflict => {
            format!("{what}: stop the other program that reads this bot, or delete the bot's webhook")
        }
        _ => what.clone(),
    }
}

/// What the server itself asks us to wait.
fn asked_pause(failure: &Failure) -> Duration {
    match failure.meaning {
        Meaning::Flood { after: Some(after) } => {
            Duration::from_secs(after.into()).min(Duration::from_secs(3600))
        }
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_an_unreadable_update_is_found() {
        assert_eq!(first_update_id(r#"{"ok":true,"result":[{"update_id": 700, "x": "\ud800"}]}"#), Some(700));
        assert_eq!(first_update_id(r#"{"ok":true,"result":[{"update_id":"#), None);
    }

    #[test]
    fn labels_are_bounded() {
        assert_eq!(counted("message"), "message");
        assert_eq!(counted("made_up_by_the_server"), "other");
    }
}

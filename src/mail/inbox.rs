//! Watches one mailbox and hands over every mail that arrives in it.
//!
//! Where the server offers IDLE a mail is seen at once; in any case the folder is looked at
//! again in short turns, which also shows that the connection lives. How far it has been read
//! is a cursor of UIDVALIDITY and UID in the store, moved only after the intake has accepted.
//!
//! Invariant: flags and times decide nothing. What another client has read, what came while we
//! were off, and what is found in a mailbox made anew is handed over once.

mod cursor;
mod reading;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use tokio_util::sync::CancellationToken;

use super::imap::{Connection, ImapFault};
use crate::domain::intake::{Intake, IntakeError};
use crate::settings::EmailAccount;

/// Waiting turns: short enough to notice a half-open connection within 45 seconds.
const TURN: Duration = Duration::from_secs(24);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// An outage's end is noticed within this time and a connection attempt.
const LONGEST_PAUSE: Duration = Duration::from_secs(12);
/// What a session may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(3);

/// Why a session ended before its time.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Imap(#[from] ImapFault),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    #[error("A mail or an answer of the server could not be read.")]
    Panicked,
}

/// One mailbox and what is known of it from session to session.
struct Mailbox {
    account: EmailAccount,
    intake: Arc<dyn Intake>,
    shutdown: CancellationToken,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Older mail that is still to be taken in, from this day on.
    since: Option<Date>,
    /// The folder has been read to its end in this session.
    healthy: bool,
    /// The mail that is being fetched.
    fetching: Option<u32>,
    /// How badly fetching a mail has gone.
    trouble: BTreeMap<u32, u32>,
    /// How far a folder that is counted anew has been read again: its UIDVALIDITY and a UID.
    read_again: Option<(u32, u32)>,
}

/// Watches the mailbox until `shutdown`. With `since`, mail that the server received on that day
/// or later is handed over too.
pub async fn run(
    account: EmailAccount,
    intake: Arc<dyn Intake>,
    since: Option<Date>,
    shutdown: CancellationToken,
) {
    let state = Mutex::new(State { since, ..State::default() });
    let mailbox = Arc::new(Mailbox { account, intake, shutdown, state });
    let mut pause = FIRST_PAUSE;
    while !mailbox.shutdown.is_cancelled() {
        let ended = match mailbox.begin_watching().await {
            Ok(()) => mailbox.session().await,
            Err(fault) => Err(fault),
        };
        let Err(fault) = ended else { continue };
        let healthy = mailbox.after(&fault);
        if healthy {
            pause = FIRST_PAUSE;
        }
        mailbox.report(Err(fault.to_string())).await;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = mailbox.shutdown.cancelled() => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

impl Mailbox {
    /// One connection, from sign-in to its end, in a task of its own: the parser may panic.
    async fn session(self: &Arc<Self>) -> Result<(), Fault> {
        let mailbox = Arc::clone(self);
        let mut task = tokio::spawn(async move { mailbox.watch().await });
        let ended = tokio::select! {
            ended = &mut task => ended,
            () = self.shutdown.cancelled() => {
                let ended = tokio::time::timeout(FAREWELL, &mut task).await;
                task.abort();
                return ended.unwrap_or(Ok(Ok(()))).unwrap_or(Ok(()));
            }
        };
        ended.unwrap_or(Err(Fault::Panicked))
    }

    async fn watch(&self) -> Result<(), Fault> {
        let imap = &self.account.imap;
        let mut connection = Connection::open(imap).await?;
        let folder = connection.examine(&imap.folder).await?;
        tracing::info!(account = %self.account.name, folder = %imap.folder, idle = connection.can_idle, "watching the mailbox");
        let mut next = self.begin(&mut connection, folder).await?;
        loop {
            let before = connection.exists;
            next = self.read_on(&mut connection, folder.uidvalidity, next).await?;
            self.with_state(|state| state.healthy = true);
            self.report(Ok(())).await;
            if self.shutdown.is_cancelled() {
                connection.log_out().await;
                return Ok(());
            }
            // What arrived while reading has been announced already and would not end an IDLE.
            if connection.exists == before {
                self.wait(&mut connection).await?;
            }
        }
    }

    /// Until there may be something new.
    async fn wait(&self, connection: &mut Connection) -> Result<(), Fault> {
        let poll = self.account.imap.poll.max(Duration::from_millis(100));
        if connection.can_idle {
            connection.idle(TURN.min(poll), self.shutdown.cancelled()).await?;
            return Ok(());
        }
        let mut left = poll;
        while !left.is_zero() && !self.shutdown.is_cancelled() {
            let turn = TURN.min(left);
            tokio::select! {
                () = tokio::time::sleep(turn) => {}
                () = self.shutdown.cancelled() => {}
            }
            connection.noop().await?;
            left = left.saturating_sub(turn);
        }
        Ok(())
    }

    /// Takes note of a failed session; true if it had been in order before.
    fn after(&self, fault: &Fault) -> bool {
        self.with_state(|state| {
            if let Some(uid) = state.fetching.take() {
                // Lines break; a mail that cannot be read does so every time.
                let weight = match fault {
                    Fault::Imap(ImapFault::Unreadable(_) | ImapFault::Refused { .. }) | Fault::Panicked => 3,
                    Fault::Imap(_) => 1,
                    Fault::Intake(_) => 0,
                };
                *state.trouble.entry(uid).or_default() += weight;
            }
            std::mem::take(&mut state.healthy)
        })
    }

    async fn report(&self, result: Result<(), String>) {
        if let Err(reason) = &result {
            tracing::warn!(account = %self.account.name, %reason, "the mailbox cannot be read");
        }
        let (intake, account) = (Arc::clone(&self.intake), self.account.name.clone());
        let told = tokio::task::spawn_blocking(move || intake.polled("email", &account, result)).await;
        if told.is_err() {
            tracing::error!(account = %self.account.name, "the state of the mailbox could not be recorded");
        }
    }

    fn with_state<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

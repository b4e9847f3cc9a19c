//! Sends mails, one recipient at a time, over a connection that is kept while it is good.
//!
//! A rendered mail comes in, what became of it goes out. The dialogue is held step by step,
//! each under its own time-out, because what a fault means depends on the step: before the
//! final dot the peer has nothing, after it nobody knows.
//!
//! Invariant: a connection on which anything went wrong is never used again.

mod dialogue;

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::render::Rendered;
use crate::domain::outbox::Outcome;
use crate::domain::text::without_addresses;
use crate::settings::EmailAccount;
use dialogue::{Dialogue, SendFault};

/// How long each step may take. RFC 5321 §4.5.3.2 allows minutes; a peer that needs them for a
/// command is asked again later, but after the final dot it is given its time.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub connect: Duration,
    pub command: Duration,
    /// For each 100 kB of the message, besides one `command`.
    pub data: Duration,
    pub after_dot: Duration,
    /// A connection that has been idle for longer is asked whether it lives before it is used.
    pub fresh: Duration,
    /// And one idle for longer than this is not used.
    pub stale: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            connect: Duration::from_secs(10),
            command: Duration::from_secs(30),
            data: Duration::from_secs(10),
            after_dot: Duration::from_secs(120),
            fresh: Duration::from_secs(5),
            stale: Duration::from_secs(60),
        }
    }
}

/// Sends for one account.
pub struct Postman {
    account: EmailAccount,
    patience: Patience,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    dialogue: Dialogue,
    used: Instant,
}

impl Postman {
    pub fn new(account: EmailAccount) -> Postman {
        Postman::with_patience(account, Patience::default())
    }

    pub fn with_patience(account: EmailAccount, patience: Patience) -> Postman {
        Postman { account, patience, kept: Mutex::new(None) }
    }

    /// Sends one mail. Dropping the future drops the connection with it.
    pub async fn send(&self, rendered: &Rendered) -> Outcome {
        let mut kept = self.kept.lock().await;
        if let Some(mut dialogue) = self.still_good(kept.take()).await {
            match dialogue.deliver(rendered).await {
                // It died while idle: nothing was given to it, so a new one may try at once.
                Err(fault) if fault.is_goodbye() && !dialogue.is_past_dot() => {}
                result => return self.settle(&mut kept, dialogue, result),
            }
        }
        match Dialogue::open(&self.account, self.patience).await {
            Ok(mut dialogue) => {
                let result = dialogue.deliver(rendered).await;
                self.settle(&mut kept, dialogue, result)
            }
            Err(fault) => self.unreachable(&fault),
        }
    }

    async fn still_good(&self, kept: Option<Kept>) -> Option<Dialogue> {
        let mut kept = kept?;
        let idle = kept.used.elapsed();
        let good =
            idle <= self.patience.fresh || (idle <= self.patience.stale && kept.dialogue.lives().await);
        good.then_some(kept.dialogue)
    }

    fn settle(&self, kept: &mut Option<Kept>, dialogue: Dialogue, result: Result<(), SendFault>) -> Outcome {
        match result {
            Ok(()) => {
                *kept = Some(Kept { dialogue, used: Instant::now() });
                Outcome::Delivered { external: None }
            }
            Err(fault) => self.outcome(&fault, dialogue.is_past_dot()),
        }
    }

    fn outcome(&self, fault: &SendFault, past_dot: bool) -> Outcome {
        let reason = fault.to_string();
        match fault {
            SendFault::Refused { .. } | SendFault::TooLarge { .. } | SendFault::Address(_) => {
                Outcome::Refused { reason }
            }
            SendFault::Lost { .. } if past_dot => Outcome::Unknown { reason },
            SendFault::SignIn { .. }
            | SendFault::NoSignIn
            | SendFault::NoStartTls(_)
            | SendFault::Connect(_) => self.unreachable(fault),
            SendFault::Lost { .. } | SendFault::Busy { .. } => {
                let told = without_addresses(&reason);
                tracing::warn!(account = %self.account.name, reason = %told, "a mail could not be sent now");
                Outcome::Later { reason, after: None }
            }
        }
    }

    /// No connection that takes mail came about, which says nothing about any mail.
    fn unreachable(&self, fault: &SendFault) -> Outcome {
        let reason = fault.to_string();
        let told = without_addresses(&reason);
        if matches!(fault, SendFault::SignIn { .. } | SendFault::NoSignIn | SendFault::NoStartTls(_)) {
            tracing::error!(account = %self.account.name, reason = %told, "no mail can be sent until this is put right");
        } else {
            tracing::warn!(account = %self.account.name, reason = %told, "the mail server is out of reach");
        }
        Outcome::Unreachable { reason }
    }
}

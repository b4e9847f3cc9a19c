//! Check: what must be looked up about the senders of waiting mail, before it is decided.
//!
//! Messages that wait come in; which of them may be decided goes out. Mail whose signatures could
//! prove its sender waits some seconds for DNS, many mails at once; all else waits for nothing.
//!
//! Invariant: within one mailbox mail is decided in the order in which it came, and no mail is
//! held back longer than one check takes. What was found is lost in a crash and found again; it
//! becomes durable with the decision.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use crate::domain::message::{MessageId, MessageKey};
use crate::domain::proof::Proof;
use crate::gateway::{Gateway, lock};
use crate::mail::authenticity::{Checker, Claim, Finding, claim};
use crate::store::{Received, StoreError};

/// Mails looked up at once.
const MOST_AT_ONCE: usize = 64;

/// What is known about mails that are not decided yet.
#[derive(Default)]
pub(super) struct Checks {
    /// None: our own check is off.
    checker: Option<Arc<Checker>>,
    /// A mail without a finding is being looked up.
    findings: Arc<Mutex<BTreeMap<MessageId, Option<Finding>>>>,
}

impl Checks {
    pub fn with(checker: Option<Checker>) -> Checks {
        Checks { checker: checker.map(Arc::new), ..Checks::default() }
    }

    pub fn finding(&self, message: MessageId) -> Option<Finding> {
        lock(&self.findings).get(&message).cloned().flatten()
    }

    /// The message is decided, or as good as.
    pub fn forget(&self, message: MessageId) {
        lock(&self.findings).remove(&message);
    }

    fn is_done(&self, message: MessageId) -> bool {
        self.checker.is_none() || lock(&self.findings).get(&message).is_some_and(Option::is_some)
    }

    fn is_known(&self, message: MessageId) -> bool {
        lock(&self.findings).contains_key(&message)
    }

    fn found(&self, message: MessageId, finding: Finding) {
        lock(&self.findings).insert(message, Some(finding));
    }

    /// Looks it up beside everything else, and wakes the work when it is done.
    fn look_up(&self, checker: &Arc<Checker>, message: MessageId, claim: Claim, done: Arc<Notify>) {
        lock(&self.findings).insert(message, None);
        let (checker, findings) = (checker.clone(), self.findings.clone());
        tokio::spawn(async move {
            let finding = checker.check(&claim).await;
            tell_trouble(message, &finding);
            lock(&findings).insert(message, Some(finding));
            done.notify_one();
        });
    }
}

fn tell_trouble(message: MessageId, finding: &Finding) {
    match finding.proof {
        Proof::DnsFailed => {
            metrics::counter!("pasokh_dns_failures_total").increment(1);
            tracing::warn!(
                number = message.0,
                "DNS gave no answer about the sender of a mail in time: it counts as unproven. \
                 Is the DNS server reachable? `dns` in the settings names another, or turns this check off"
            );
        }
        Proof::CheckFailed => {
            tracing::error!(
                number = message.0,
                "The signatures of a mail could not be checked: it counts as unproven"
            );
        }
        _ => {}
    }
}

impl Gateway {
    /// Those of the waiting messages that may be decided now. Starts the look-ups of the others.
    pub(super) fn ready<'a>(&self, waiting: &'a [Received]) -> Result<Vec<&'a Received>, StoreError> {
        self.start_checks(waiting)?;
        // Mailboxes whose next mail is still being looked up.
        let mut held: BTreeSet<&str> = BTreeSet::new();
        let held_up = lock(&self.held_up);
        let waiting = waiting.iter().filter(|received| !held_up.contains(&received.id));
        let ready = waiting.filter(|received| match &received.key {
            MessageKey::Email { account, .. } => {
                let may = !held.contains(account.as_str()) && self.checks.is_done(received.id);
                if !may {
                    held.insert(account);
                }
                may
            }
            MessageKey::Telegram { .. } | MessageKey::Chat { .. } => true,
        });
        Ok(ready.collect())
    }

    fn start_checks(&self, waiting: &[Received]) -> Result<(), StoreError> {
        let Some(checker) = &self.checks.checker else { return Ok(()) };
        let mails = waiting.iter().filter(|received| matches!(received.key, MessageKey::Email { .. }));
        for received in mails.take(MOST_AT_ONCE).filter(|received| !self.checks.is_known(received.id)) {
            let signatures = match self.signatures(received) {
                Ok(signatures) => signatures,
                Err(error @ StoreError::Other(_)) => {
                    self.hold_up(received, &error);
                    continue;
                }
                Err(error) => return Err(error),
            };
            match signatures {
                Ok(claim) => self.checks.look_up(checker, received.id, claim, self.has_work.clone()),
                Err(proof) => self.checks.found(received.id, Finding::nothing(proof)),
            }
        }
        Ok(())
    }

    /// What there is to look up, or why nothing is.
    fn signatures(&self, received: &Received) -> Result<Result<Claim, Proof>, StoreError> {
        // A copy that is missing is told when the message is decided.
        let Some(bytes) = self.store.blob(&received.raw)? else { return Ok(Err(Proof::Unchecked)) };
        let trusted = self.email_account(received.key.account())?.trusted_authserv_id.clone();
        Ok(claim(&bytes, trusted.as_deref()))
    }
}

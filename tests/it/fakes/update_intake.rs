//! Intake in memory, which remembers across "crashes" what a real one would have on disk,
//! and fails when a test says so.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use pasokh::domain::intake::{Accepted, Intake, IntakeError, Raw};
use pasokh::domain::message::MessageId;
use tokio::sync::Notify;

#[derive(Default)]
struct Inner {
    accepted: Vec<Raw>,
    seen_again: usize,
    cursors: BTreeMap<String, String>,
    polls: Vec<Result<(), String>>,
    refuse_accepts: usize,
    refuse_moves: usize,
}

#[derive(Clone, Default)]
pub struct UpdateIntake {
    inner: Arc<Mutex<Inner>>,
    changed: Arc<Notify>,
    /// The process that has this handle was killed: whatever it still runs changes nothing.
    killed: Arc<AtomicBool>,
}

impl UpdateIntake {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// The same memory for a process of its own.
    pub fn of_a_process(&self) -> UpdateIntake {
        UpdateIntake { killed: Arc::default(), ..self.clone() }
    }

    /// From when this returns on, nothing of the process has any effect: its threads end in the
    /// middle, as those of `kill -9` do and those of an aborted task do not.
    pub fn kill(&self) {
        let _at_rest = self.inner();
        self.killed.store(true, Ordering::SeqCst);
    }

    fn while_alive(&self) -> Result<MutexGuard<'_, Inner>, IntakeError> {
        let inner = self.inner();
        if self.killed.load(Ordering::SeqCst) {
            return Err(IntakeError("the process was killed".to_owned()));
        }
        Ok(inner)
    }

    /// The next so many calls of `accept` fail.
    pub fn refuse_accepts(&self, count: usize) {
        self.inner().refuse_accepts = count;
    }

    /// The next so many calls of `move_cursor` fail.
    pub fn refuse_moves(&self, count: usize) {
        self.inner().refuse_moves = count;
    }

    pub fn accepted(&self) -> Vec<Raw> {
        self.inner().accepted.clone()
    }

    pub fn seen_again(&self) -> usize {
        self.inner().seen_again
    }

    pub fn cursor_of(&self, name: &str) -> Option<String> {
        self.inner().cursors.get(name).cloned()
    }

    pub fn polls(&self) -> Vec<Result<(), String>> {
        self.inner().polls.clone()
    }

    /// Waits until something is so, at most 45 s.
    pub async fn until(&self, what: &str, so: impl Fn(&UpdateIntake) -> bool) {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if so(self) {
                    return;
                }
                changed.await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(45), wait).await;
        assert!(waited.is_ok(), "waited in vain until {what}; polls: {:?}", self.polls());
    }
}

impl Intake for UpdateIntake {
    fn accept(&self, raw: Raw) -> Result<Accepted, IntakeError> {
        let mut inner = self.while_alive()?;
        if inner.refuse_accepts > 0 {
            inner.refuse_accepts -= 1;
            return Err(IntakeError("the disk is full".to_owned()));
        }
        let identities = raw.key.identities();
        let known = |one: &Raw| one.key.identities().iter().any(|identity| identities.contains(identity));
        let answer = match inner.accepted.iter().position(known) {
            Some(at) => {
                inner.seen_again += 1;
                Accepted::Seen(MessageId(at as u64))
            }
            None => {
                inner.accepted.push(raw);
                Accepted::New(MessageId(inner.accepted.len() as u64 - 1))
            }
        };
        drop(inner);
        self.changed.notify_waiters();
        Ok(answer)
    }

    fn cursor(&self, name: &str) -> Result<Option<String>, IntakeError> {
        Ok(self.cursor_of(name))
    }

    fn move_cursor(&self, name: &str, value: &str) -> Result<(), IntakeError> {
        let mut inner = self.while_alive()?;
        if inner.refuse_moves > 0 {
            inner.refuse_moves -= 1;
            return Err(IntakeError("the disk is full".to_owned()));
        }
        inner.cursors.insert(name.to_owned(), value.to_owned());
        drop(inner);
        self.changed.notify_waiters();
        Ok(())
    }

    fn polled(&self, channel: &str, _account: &str, result: Result<(), String>) {
        assert_eq!(channel, "telegram");
        self.inner().polls.push(result);
        self.changed.notify_waiters();
    }
}

//! An intake in memory: accepts once per identity, keeps cursors, remembers polls.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use pasokh::domain::intake::{Accepted, Intake, IntakeError, Raw};
use pasokh::domain::message::MessageId;
use tokio::sync::Notify;

#[derive(Default)]
pub struct MemoryIntake {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    accepted: Vec<Raw>,
    seen: BTreeMap<String, MessageId>,
    cursors: BTreeMap<String, String>,
    polls: Vec<(String, Result<(), String>)>,
    /// Calls of `accept` that fail before the next one works.
    failing: u32,
    duplicates: usize,
}

impl MemoryIntake {
    /// Everything accepted as new, in order.
    pub fn accepted(&self) -> Vec<Raw> {
        self.state.lock().expect("the state").accepted.clone()
    }

    /// The bodies (first lines after the header) of what was accepted.
    pub fn bodies(&self) -> Vec<String> {
        let body = |raw: &Raw| {
            let text = String::from_utf8_lossy(&raw.bytes).replace("\r\n", "\n");
            text.split_once("\n\n").map_or(String::new(), |(_, body)| body.trim().to_owned())
        };
        self.accepted().iter().map(body).collect()
    }

    pub fn duplicates(&self) -> usize {
        self.state.lock().expect("the state").duplicates
    }

    pub fn cursor_named(&self, name: &str) -> Option<String> {
        self.state.lock().expect("the state").cursors.get(name).cloned()
    }

    pub fn fail_next(&self, times: u32) {
        self.state.lock().expect("the state").failing = times;
    }

    pub fn last_poll(&self) -> Option<Result<(), String>> {
        self.state.lock().expect("the state").polls.last().map(|(_, result)| result.clone())
    }

    pub fn good_polls(&self) -> usize {
        self.state.lock().expect("the state").polls.iter().filter(|(_, result)| result.is_ok()).count()
    }

    /// Waits until this is so; panics with the state of things when it takes too long.
    pub async fn until(&self, what: &str, limit: Duration, so: impl Fn(&MemoryIntake) -> bool) {
        let waited = tokio::time::timeout(limit, async {
            loop {
                let changed = self.changed.notified();
                if so(self) {
                    return;
                }
                changed.await;
            }
        });
        if waited.await.is_err() {
            let bodies = self.bodies();
            panic!("not within {limit:?}: {what}; accepted {bodies:?}, last poll {:?}", self.last_poll());
        }
    }

    pub async fn until_accepted(&self, count: usize) {
        self.until(&format!("{count} mails accepted"), Duration::from_secs(30), |intake| {
            intake.accepted().len() >= count
        })
        .await;
    }

    /// Waits until the folder has been read to its end once more.
    pub async fn until_polled(&self) {
        let before = self.good_polls();
        self.until("a good poll", Duration::from_secs(30), |intake| intake.good_polls() > before).await;
    }

    fn changing<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.state.lock().expect("the state"));
        self.changed.notify_waiters();
        result
    }
}

impl Intake for MemoryIntake {
    fn accept(&self, raw: Raw) -> Result<Accepted, IntakeError> {
        self.changing(|state| {
            if state.failing > 0 {
                state.failing -= 1;
                return Err(IntakeError("the disk is full".to_owned()));
            }
            let identities = raw.key.identities();
            if let Some(id) = identities.iter().find_map(|identity| state.seen.get(identity)).copied() {
                state.duplicates += 1;
                return Ok(Accepted::Seen(id));
            }
            let id = MessageId(state.accepted.len() as u64 + 1);
            state.seen.extend(identities.into_iter().map(|identity| (identity, id)));
            state.accepted.push(raw);
            Ok(Accepted::New(id))
        })
    }

    fn cursor(&self, name: &str) -> Result<Option<String>, IntakeError> {
        Ok(self.cursor_named(name))
    }

    fn move_cursor(&self, name: &str, value: &str) -> Result<(), IntakeError> {
        self.changing(|state| state.cursors.insert(name.to_owned(), value.to_owned()));
        Ok(())
    }

    fn polled(&self, channel: &str, account: &str, result: Result<(), String>) {
        assert_eq!(channel, "email");
        self.changing(|state| state.polls.push((account.to_owned(), result)));
    }
}

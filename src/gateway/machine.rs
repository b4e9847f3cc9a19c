//! The machine's own clocks: whether channels answer, messages go out, the disk has room and time runs on.
//!
//! What is wrong is told to the operator once, and again after six hours; when
//! it is well again, one message says so. Nothing of this goes to a group.
//!
//! Invariant: what was told is kept, so that a restart tells nothing twice.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::alert::machine::Trouble;
use crate::domain::alert::{Role, Told, machine};
use crate::domain::event::Event;
use crate::domain::outbox::Delivery;
use crate::gateway::{Gateway, lock};
use crate::store::{Commit, StoreError};

/// No good poll for so long is told.
const SILENT: SignedDuration = SignedDuration::from_mins(5);
/// A message that waits so long to go out is told.
const STUCK: SignedDuration = SignedDuration::from_mins(10);
/// Trouble that lasts is told again after so long, as the worst.
const LASTING: SignedDuration = SignedDuration::from_hours(6);
/// A clock that has gone back by more is told.
const BACK: SignedDuration = SignedDuration::from_mins(2);
/// With less room than this, mail may soon not be taken in.
const LEAST_ROOM: u64 = 500 * 1024 * 1024;
/// Between two looks.
const PERIOD: SignedDuration = SignedDuration::from_mins(1);

impl Gateway {
    /// Looks at everything, at most once a minute, and tells what has changed.
    pub fn watch_machine(&self) -> Result<(), StoreError> {
        let now = self.now.get();
        let looked = *lock(&self.looked_at_machine);
        if looked.is_some_and(|at| at <= now && now.duration_since(at) < PERIOD) {
            return Ok(());
        }
        let mut found = self.troubles(now)?;
        if let Some(back) = looked.filter(|at| at.duration_since(now) > BACK) {
            found.insert("clock".to_owned(), Trouble::ClockWentBack { from: back });
        }
        let mut events = Vec::new();
        for (name, trouble) in &found {
            events.extend(self.trouble_told(name, trouble, now)?);
        }
        for name in self.known_troubles()? {
            if !found.contains_key(&name) {
                events.extend(self.trouble_over(&name, now)?);
            }
        }
        if !events.is_empty() {
            self.store.commit(&Commit { events, expects: Vec::new() })?;
            self.has_mail.notify_one();
        }
        *lock(&self.looked_at_machine) = Some(now);
        Ok(())
    }

    /// What is wrong now, by a name that stays the same.
    fn troubles(&self, now: Timestamp) -> Result<BTreeMap<String, Trouble>, StoreError> {
        let mut found = BTreeMap::new();
        for (channel, account, since, reason) in self.health.silent(now, SILENT) {
            let name = format!("channel:{channel}:{account}");
            found.insert(name, Trouble::Silent { channel, account, since, reason });
        }
        let waits = |delivery: &Delivery| matches!(delivery, Delivery::Waiting { .. });
        let unsent = self.store.unsent()?;
        let waiting = unsent.iter().filter(|(_, delivery)| waits(delivery)).map(|(row, _)| row.created_at);
        if let Some(oldest) = waiting.clone().min().filter(|oldest| now.duration_since(*oldest) > STUCK) {
            let stuck = waiting.filter(|at| now.duration_since(*at) > STUCK).count();
            found.insert("outbox".to_owned(), Trouble::Stuck { oldest, count: stuck });
        }
        if let Some(free) = room_in(&self.settings.data_dir).filter(|free| *free < LEAST_ROOM) {
            found.insert("disk".to_owned(), Trouble::DiskFull { free });
        }
        Ok(found)
    }

    /// What was told and may be over.
    fn known_troubles(&self) -> Result<Vec<String>, StoreError> {
        let channels = self.health.read_since_start().into_iter();
        let channels = channels.map(|(kind, name)| format!("channel:{kind}:{name}"));
        let mut known = Vec::new();
        for name in channels.chain(["outbox".to_owned(), "disk".to_owned()]) {
            if self.store.cursor(&cursor_of(&name))?.is_some_and(|told| !told.is_empty()) {
                known.push(name);
            }
        }
        Ok(known)
    }

    fn trouble_told(&self, name: &str, trouble: &Trouble, now: Timestamp) -> Result<Vec<Event>, StoreError> {
        let last = self.store.cursor(&cursor_of(name))?.and_then(|at| at.parse::<Timestamp>().ok());
        let lasts = last.is_some_and(|at| now.duration_since(at) >= LASTING);
        if last.is_some() && !lasts {
            return Ok(Vec::new());
        }
        tracing::error!(trouble = name, "{}", trouble.log_line());
        let rules = self.rules();
        let language = rules.business.default_language();
        let (subject, text) = machine::words(trouble, lasts, rules.calendar.zone(), language);
        // A clock that went back is one event, not a state.
        let value =
            if matches!(trouble, Trouble::ClockWentBack { .. }) { String::new() } else { now.to_string() };
        let mut events = vec![Event::CursorMoved { name: cursor_of(name), value }];
        events.extend(self.to_operators(subject, text, now)?);
        Ok(events)
    }

    fn trouble_over(&self, name: &str, now: Timestamp) -> Result<Vec<Event>, StoreError> {
        let language = self.rules().business.default_language();
        let text = machine::over(name, language);
        tracing::info!(trouble = name, "Well again");
        let mut events = vec![Event::CursorMoved { name: cursor_of(name), value: String::new() }];
        events.extend(self.to_operators(text.clone(), text, now)?);
        Ok(events)
    }

    fn to_operators(&self, subject: String, text: String, now: Timestamp) -> Result<Vec<Event>, StoreError> {
        let language = self.rules().business.default_language();
        let told = Told { subject, text, buttons: Vec::new(), language, conversation: None };
        self.told_to(&told, self.operators(now), now)
    }

    /// Who looks after the machine: whoever is called `operator`, or else the owner of the business,
    /// or else those who lead.
    pub(super) fn operators(&self, now: Timestamp) -> Vec<String> {
        let people = &self.settings.staff.people;
        let operators: Vec<String> =
            people.iter().filter(|person| person.operator).map(|person| person.name.clone()).collect();
        if !operators.is_empty() {
            return operators;
        }
        let owners = self.staff.people.iter().filter(|person| person.role == Role::Owner);
        let owners: Vec<String> = owners.map(|person| person.name.clone()).collect();
        if owners.is_empty() { self.leader_names(now) } else { owners }
    }
}

fn cursor_of(name: &str) -> String {
    format!("machine:{name}")
}

/// Bytes that may still be written there; none where the system does not say.
fn room_in(dir: &std::path::Path) -> Option<u64> {
    let found = rustix::fs::statvfs(dir).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

//! Alerts: when a clock reaches a level, staff are told, once.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::alert::{self, Path};
use crate::domain::clocks::{ClockKind, Level};
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::event::Event;
use crate::domain::outbox::OutboxId;
use crate::gateway::Gateway;
use crate::settings::Person;
use crate::store::{Commit, Due, StoreError};

const MOST_AT_ONCE: usize = 500;

impl Gateway {
    /// Fires every level that has been reached; tells how many alerts that were.
    ///
    /// After a downtime several levels of one clock may be due: only the highest is told.
    pub fn fire_due(&self) -> Result<usize, StoreError> {
        let mut fired = 0;
        loop {
            let due = self.store.due(self.now.get(), MOST_AT_ONCE)?;
            if due.is_empty() {
                return Ok(fired);
            }
            for ((conversation, kind, started_at), level) in highest(&due) {
                if kind.is_follow_up() {
                    self.follow_up(conversation, kind, started_at)?;
                } else {
                    self.fire(conversation, kind, started_at, level)?;
                }
                fired += 1;
            }
        }
    }

    fn fire(
        &self,
        id: ConversationId,
        kind: ClockKind,
        started_at: Timestamp,
        level: Level,
    ) -> Result<(), StoreError> {
        loop {
            let Some(versioned) = self.store.conversation(id)? else {
                return Err(StoreError::Other(format!(
                    "A clock runs for conversation {}, which does not exist",
                    id.0
                )));
            };
            let now = self.now.get();
            let mut events = vec![Event::AlertFired { conversation: id, kind, started_at, level, at: now }];
            events.extend(self.remedy_overdue(&versioned.conversation, kind, level));
            events.extend(self.alert_rows(&versioned.conversation, kind, started_at, level, now)?);
            match self.store.commit(&Commit { events, expects: vec![(id, versioned.version)] }) {
                Ok(()) => break,
                Err(StoreError::Conflict) => continue,
                Err(error) => return Err(error),
            }
        }
        metrics::counter!("pasokh_alerts_total", "clock" => kind.name(), "level" => level.0.to_string())
            .increment(1);
        self.has_mail.notify_one();
        Ok(())
    }

    fn alert_rows(
        &self,
        conversation: &Conversation,
        kind: ClockKind,
        started_at: Timestamp,
        level: Level,
        now: Timestamp,
    ) -> Result<Vec<Event>, StoreError> {
        let Some(complaint) = &conversation.complaint else { return Ok(Vec::new()) };
        let running = complaint
            .clocks
            .iter()
            .find(|clock| clock.kind == kind && clock.started_at == started_at && clock.stopped_at.is_none());
        let Some(clock) = running else { return Ok(Vec::new()) };
        let paths = self.paths(complaint.owner.as_deref());
        if paths.is_empty() {
            tracing::warn!(code = %complaint.code, level = level.0, "A clock has reached a level, and there is nobody to tell: see `staff` in the settings");
        }
        let numbers: Vec<OutboxId> =
            paths.iter().map(|_| self.store.fresh_number().map(OutboxId)).collect::<Result<_, _>>()?;
        let rules = self.rules();
        Ok(alert::rows(&rules, conversation, clock, level, &paths, &numbers, now)
            .into_iter()
            .map(|row| Event::Queued { row })
            .collect())
    }

    /// The owner's own ways, or everybody's while nobody owns it; and the group.
    fn paths(&self, owner: Option<&str>) -> Vec<Path> {
        let staff = &self.settings.staff;
        let owners: Vec<&Person> =
            staff.people.iter().filter(|person| Some(person.name.as_str()) == owner).collect();
        let told: Vec<&Person> = if owners.is_empty() {
            staff.people.iter().filter(|person| person.role != "viewer").collect()
        } else {
            owners
        };
        let account = self.settings.email.first().map(|account| account.name.clone());
        let bot = self.settings.telegram.first().map(|bot| bot.name.clone());
        let mut paths = Vec::new();
        for person in told {
            if let (Some(account), Some(address)) = (&account, &person.email) {
                paths.push(Path::Email { account: account.clone(), address: address.clone() });
            }
            if let (Some(bot), Some(chat)) = (&bot, person.telegram) {
                paths.push(Path::Telegram { bot: bot.clone(), chat });
            }
        }
        if let (Some(bot), Some(chat)) = (&bot, staff.telegram_group) {
            paths.push(Path::Telegram { bot: bot.clone(), chat });
        }
        paths
    }
}

fn highest(due: &[Due]) -> BTreeMap<(ConversationId, ClockKind, Timestamp), Level> {
    let mut highest = BTreeMap::new();
    for one in due {
        let level = highest.entry((one.conversation, one.kind, one.started_at)).or_insert(one.level);
        *level = (*level).max(one.level);
    }
    highest
}

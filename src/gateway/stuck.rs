//! What has not gone out or could not be read, and seeing to it.
//!
//! Invariant: what was given up is sent anew only as a row of its own, in the
//! commit that takes the old one out of the dead letter, and only once.

use jiff::SignedDuration;

use crate::domain::access::{Right, may, may_see};
use crate::domain::decide::Disposition;
use crate::domain::event::Event;
use crate::domain::outbox::{Delivery, OutboxId, OutboxRow};
use crate::gateway::{Gateway, lock};
use crate::report::outbox::UnsentRow;
use crate::store::{Commit, StoreError};
use crate::web::{Member, Stuck};

/// So many rows are shown; the command shows all of them.
const MOST_ROWS: usize = 50;
/// Messages in quarantine are looked for so far back.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(3 * 24);

impl Gateway {
    pub(super) fn stuck_rows(&self, member: &Member) -> Result<Stuck, StoreError> {
        let mut rows = Vec::new();
        for (row, delivery) in self.store.unsent()? {
            if self.row_is_for(&row, member)? {
                rows.push(UnsentRow::of(&row, &delivery));
            }
        }
        rows.sort_by_key(|row| (row.reason.is_none(), row.row));
        let given_up = rows.iter().filter(|row| row.reason.is_some()).count();
        let waiting = rows.len() - given_up;
        rows.truncate(MOST_ROWS);
        let since = self.now.get().saturating_sub(LOOK_BACK).unwrap_or(jiff::Timestamp::MIN);
        let mut set_aside = Vec::new();
        self.walk_after(self.last_before(since)?, |row| {
            let verdict = row.verdict.as_ref();
            if verdict.is_some_and(|verdict| verdict.disposition == Disposition::Quarantined) {
                let key = &row.received.key;
                set_aside.push((row.received.at, key.channel().name().to_owned(), key.account().to_owned()));
            }
        })?;
        set_aside.reverse();
        Ok(Stuck { unsent: rows, waiting, given_up, set_aside })
    }

    /// Whoever a case is about learns nothing of it here either: not even who complains.
    fn row_is_for(&self, row: &OutboxRow, member: &Member) -> Result<bool, StoreError> {
        let Some(id) = row.conversation else { return Ok(true) };
        let found = self.store.conversation(id)?.and_then(|found| found.conversation.complaint);
        Ok(found.is_none_or(|one| may_see(&member.name, member.role, one.record.concerned())))
    }

    /// False when this row was not given up, somebody has seen to it already, or the member may not.
    pub(super) fn dismiss_row(&self, id: OutboxId, again: bool, by: &Member) -> Result<bool, StoreError> {
        if !may(by.role, Right::Act) {
            return Ok(false);
        }
        // Two who press at once send it once.
        let _one_at_a_time = lock(&self.dismissing);
        let unsent = self.store.unsent()?;
        let found = unsent
            .into_iter()
            .find(|(row, delivery)| row.id == id && !matches!(delivery, Delivery::Waiting { .. }));
        let Some((row, _)) = found else { return Ok(false) };
        if !self.row_is_for(&row, by)? {
            return Ok(false);
        }
        let now = self.now.get();
        let mut events = vec![Event::Dismissed { row: id, by: by.name.clone(), at: now }];
        if again {
            events.push(Event::Queued { row: OutboxRow { id: self.fresh_row()?, created_at: now, ..row } });
        }
        self.store.commit(&Commit { events, expects: Vec::new() })?;
        self.has_mail.notify_one();
        self.ring_desk();
        Ok(true)
    }
}

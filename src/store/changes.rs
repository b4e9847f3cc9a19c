//! What has changed lately: the conversations of the last commits, in memory.
//!
//! Whoever keeps something in memory that is made of conversations asks what
//! to make anew, instead of looking at all of them.
//!
//! Invariant: a change is told only after it can be read.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::domain::conversation::ConversationId;
use crate::domain::event::Event;

/// Whoever has missed more looks at everything.
const REMEMBERED: usize = 20_000;

#[derive(Debug, Default)]
pub(super) struct Changes(Mutex<Lately>);

#[derive(Debug, Default)]
struct Lately {
    /// How many there were before the first that is remembered.
    forgotten: u64,
    ids: VecDeque<ConversationId>,
}

impl Changes {
    pub fn add(&self, events: &[Event]) {
        let ids: BTreeSet<ConversationId> = events.iter().filter_map(Event::conversation).collect();
        let mut lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lately.ids.extend(ids);
        while lately.ids.len() > REMEMBERED {
            lately.ids.pop_front();
            lately.forgotten += 1;
        }
    }

    /// What has changed since the mark, and the next mark; no conversations where too much has
    /// changed, or nothing is known of that mark.
    pub fn since(&self, mark: Option<u64>) -> (Option<BTreeSet<ConversationId>>, u64) {
        let lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = lately.forgotten + lately.ids.len() as u64;
        let skipped = mark.and_then(|mark| mark.checked_sub(lately.forgotten)).filter(|_| mark <= Some(next));
        let changed = skipped.map(|skipped| {
            let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
            lately.ids.iter().skip(skipped).copied().collect()
        });
        (changed, next)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn changed(id: u64) -> Event {
        let conversation = ConversationId(id);
        Event::Unlinked { conversation, at: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn what_changed_since_a_mark_is_told_and_whoever_missed_too_much_looks_at_all() {
        let changes = Changes::default();
        assert_eq!(changes.since(None), (None, 0));
        changes.add(&[changed(1), changed(2), changed(1)]);
        let (found, mark) = changes.since(Some(0));
        assert_eq!(found, Some(BTreeSet::from([ConversationId(1), ConversationId(2)])));
        assert_eq!(changes.since(Some(mark)), (Some(BTreeSet::new()), mark));
        assert_eq!(changes.since(Some(mark + 1)).0, None);
        for id in 0..REMEMBERED as u64 {
            changes.add(&[changed(id)]);
        }
        assert_eq!(changes.since(Some(0)).0, None);
        assert!(changes.since(Some(mark)).0.is_some());
    }
}

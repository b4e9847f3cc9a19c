//! May this commit become true, given everything before it?
//!
//! The writer asks for each commit in turn, with the draft that holds those
//! before it, synced or not.
//!
//! Invariant: a commit that passes folds without a gap: what its events refer
//! to exists, and what must be new is new.

use std::collections::BTreeSet;

use crate::domain::event::Event;
use crate::store::sled::{View, head, layout, queries};
use crate::store::{Commit, StoreError};

pub fn check(commit: &Commit, view: &dyn View) -> Result<(), StoreError> {
    for (id, version) in &commit.expects {
        if queries::version(view, *id)? != *version {
            return Err(StoreError::Conflict);
        }
    }
    let mut seen = Seen::default();
    commit.events.iter().try_for_each(|event| seen.check(event, view))
}

/// What earlier events of the same commit have made.
#[derive(Default)]
struct Seen {
    opened: BTreeSet<u64>,
    codes: BTreeSet<u32>,
    decided: BTreeSet<u64>,
    queued: BTreeSet<u64>,
}

impl Seen {
    fn check(&mut self, event: &Event, view: &dyn View) -> Result<(), StoreError> {
        if let Some(id) = event.conversation() {
            let exists = self.opened.contains(&id.0) || queries::version(view, id)? > 0;
            match (event, exists) {
                (Event::Opened { .. }, true) => return Err(StoreError::Conflict),
                (Event::Opened { .. }, false) => self.opened.insert(id.0),
                (_, true) => true,
                (_, false) => return refused(&format!("conversation {} does not exist", id.0)),
            };
        }
        match event {
            Event::Filed { filing, .. } => {
                let taken = queries::conversation_by_code(view, filing.code)?.is_some();
                if taken || !self.codes.insert(filing.code.value()) {
                    return Err(StoreError::CodeTaken);
                }
            }
            Event::Decided { message, .. } => {
                if queries::is_decided(view, *message)? || !self.decided.insert(message.0) {
                    return Err(StoreError::Decided);
                }
                if view.get(&layout::message(*message))?.is_none() {
                    return refused(&format!("message {} was never received", message.0));
                }
            }
            Event::Queued { row } => {
                let taken = head::row(view, row.id)?.is_some();
                if taken || !self.queued.insert(row.id.0) {
                    return refused(&format!("outbox row {} exists already", row.id.0));
                }
            }
            Event::Received { .. } | Event::Attempted { .. } | Event::Settled { .. } => {
                return refused("receiving, attempting and settling have verbs of their own");
            }
            _ => {}
        }
        Ok(())
    }
}

fn refused(what: &str) -> Result<(), StoreError> {
    Err(StoreError::Other(format!("the commit is refused: {what}")))
}

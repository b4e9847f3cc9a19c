//! Delay notices: a customer who was told a time that cannot be kept, or who has heard nothing for
//! too long, hears so from us, with a new time.
//!
//! The clock that was broken goes on: a message of the machine's is no answer, and whoever is told of
//! the delay at 150 and 200 % is told all the same.
//!
//! Invariant: a notice names a time that lies ahead, and is committed with the event that made it due,
//! so that it is said once.

use jiff::Timestamp;

use crate::domain::clocks::ClockKind;
use crate::domain::complaint::Complaint;
use crate::domain::complaint::effects::{Terms, make};
use crate::domain::complaint::moves::{Actor, Move};
use crate::domain::conversation::Conversation;
use crate::domain::desk;
use crate::domain::event::Event;
use crate::domain::outbox::OutboxId;
use crate::domain::rules::Rules;
use crate::gateway::Gateway;
use crate::store::StoreError;

impl Gateway {
    /// The events, and the notice that they make due.
    pub(super) fn with_delay_told(
        &self,
        conversation: &Conversation,
        mut events: Vec<Event>,
        now: Timestamp,
    ) -> Result<Vec<Event>, StoreError> {
        let delayed = |event: &Event| match event {
            Event::DelayDue { kind, due, .. } => Some((*kind, *due)),
            _ => None,
        };
        if let Some((kind, due)) = events.iter().filter_map(delayed).max_by_key(|(_, due)| *due) {
            let row = OutboxId(self.store.fresh_number()?);
            events.extend(delay_told(&self.rules(), conversation, (kind, due), now, row));
        }
        Ok(events)
    }
}

fn delay_told(
    rules: &Rules,
    conversation: &Conversation,
    (kind, due): (ClockKind, Timestamp),
    now: Timestamp,
    row: OutboxId,
) -> Vec<Event> {
    let Some(complaint) = &conversation.complaint else { return Vec::new() };
    let until = Some(due).filter(|due| *due > now).unwrap_or_else(|| hears_by(rules, complaint, kind, now));
    let terms = Terms::of(rules, conversation, &rules.policy);
    make(complaint, &Move::Delay { until }, &Actor::Machine, now, &terms)
        .map_or_else(|_| Vec::new(), |moved| desk::spoken(rules, conversation, moved, now, row))
}

/// When the last people up the ladder hear of the broken clock; else as much time again.
fn hears_by(rules: &Rules, complaint: &Complaint, kind: ClockKind, now: Timestamp) -> Timestamp {
    let levels = complaint.running(kind).map(|clock| clock.levels.as_slice()).unwrap_or_default();
    let last = levels.last().map(|(_, at)| *at).filter(|at| *at > now);
    let again = || {
        let limit = rules.promises.response(kind, complaint.severity().number());
        limit.due(rules.calendar_of(complaint), now)
    };
    last.unwrap_or_else(again)
}

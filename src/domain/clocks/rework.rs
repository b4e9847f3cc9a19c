//! Clocks worked out anew: a pause ended, the calendar or the severity changed.
//!
//! Invariant: what the customer was told never moves, and nothing is due
//! earlier than it.

use jiff::Timestamp;

use crate::domain::calendar::Calendar;
use crate::domain::clocks::{Basis, Clock, ClockKind, Move, MoveReason, Promises, due_of};
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::departments::Calendars;
use crate::domain::event::Event;

/// Every clock that stands still goes on: because the customer answered, or because we have
/// waited for as long as may be.
///
/// `at` is the end of the pause, which may lie before it is noticed.
pub fn resumed(calendars: Calendars<'_>, conversation: &Conversation, at: Timestamp) -> Vec<Event> {
    let standing = |clock: &&Clock| clock.is_running() && clock.paused_at.is_some();
    let clocks = conversation.complaint.iter().flat_map(|complaint| &complaint.clocks).filter(standing);
    clocks
        .filter_map(|clock| {
            let calendar = calendars.of_clock(clock);
            let mut ended = clock.clone();
            ended.pauses.push((clock.paused_at?, at));
            let mut moved = worked_out(&ended, clock.basis.as_ref()?, MoveReason::Resumed, calendar, at);
            // The promise was told before we had to ask; the time that it took is the customer's own.
            moved.basis = None;
            Some(moving(conversation.id, clock, moved))
        })
        .collect()
}

/// Running clocks whose calendar has changed. Nothing is due earlier than what the customer was
/// told; where the told time cannot be kept any more, a delay notice is due.
pub fn rework(calendars: Calendars<'_>, conversation: &Conversation, at: Timestamp) -> Vec<Event> {
    let clocks = conversation.complaint.iter().flat_map(|complaint| &complaint.clocks);
    let mut events = Vec::new();
    for clock in clocks.filter(|clock| clock.is_ticking()) {
        let calendar = calendars.of_clock(clock);
        let Some(basis) = clock.basis.as_ref().filter(|basis| basis.calendar != calendar.version()) else {
            continue;
        };
        if !basis.limit.span.is_business() {
            continue;
        }
        let basis = Basis {
            calendar: calendar.version().to_owned(),
            department: calendar.department().map(str::to_owned),
            ..basis.clone()
        };
        events.extend(moved_for(conversation.id, clock, &basis, MoveReason::Calendar, calendar, at));
    }
    events
}

/// The clocks of a case whose severity has changed: each gets the limit of the new one, counted
/// from its own start.
pub fn severity_changed(
    promises: &Promises,
    calendars: Calendars<'_>,
    conversation: &Conversation,
    severity: u8,
    at: Timestamp,
) -> Vec<Event> {
    let clocks = conversation.complaint.iter().flat_map(|complaint| &complaint.clocks);
    let mut events = Vec::new();
    for clock in clocks.filter(|clock| clock.is_ticking()) {
        let Some(basis) = clock.basis.as_ref().filter(|basis| basis.severity != severity) else { continue };
        let Some(limit) = promises.of(clock.kind, severity) else { continue };
        // What was agreed with the customer, and what an outside body sets, knows no severity.
        if matches!(clock.kind, ClockKind::Remedy | ClockKind::Callback | ClockKind::External) {
            continue;
        }
        let calendar = calendars.of_clock(clock);
        let promise = promises.version().to_owned();
        let basis = Basis { promise, severity, limit, ..basis.clone() };
        events.extend(moved_for(conversation.id, clock, &basis, MoveReason::Severity, calendar, at));
    }
    events
}

/// The move, if anything moves, and the delay that comes of it.
fn moved_for(
    id: ConversationId,
    clock: &Clock,
    basis: &Basis,
    why: MoveReason,
    calendar: &Calendar,
    at: Timestamp,
) -> Vec<Event> {
    let mut moved = worked_out(clock, basis, why, calendar, at);
    if let (Some(told), MoveReason::Calendar) = (clock.told, why) {
        // Less to do than was promised is no reason to hurry anybody.
        moved.keep_from(told, clock);
    }
    if moved.due == clock.due && moved.levels == clock.levels {
        return Vec::new();
    }
    let due = moved.due;
    let mut events = vec![moving(id, clock, moved)];
    if let Some(told) = clock.told.filter(|told| *told > at && due > *told && clock.due <= *told) {
        events.push(Event::DelayDue { conversation: id, kind: clock.kind, told, due, at });
    }
    events
}

impl Move {
    /// The former times hold where the new due time would lie before what was told.
    fn keep_from(&mut self, told: Timestamp, clock: &Clock) {
        if self.due < told && clock.due <= told {
            self.due = clock.due;
            self.levels = clock.levels.clone();
        }
    }
}

fn worked_out(clock: &Clock, basis: &Basis, why: MoveReason, calendar: &Calendar, at: Timestamp) -> Move {
    let levels = basis.limit.levels(clock.kind, calendar, clock.started_at, &clock.pauses);
    let due = due_of(&levels, clock.started_at);
    Move { why, due, levels, basis: Some(basis.clone()), at }
}

fn moving(conversation: ConversationId, clock: &Clock, moved: Move) -> Event {
    Event::ClockMoved { conversation, kind: clock.kind, started_at: clock.started_at, moved }
}

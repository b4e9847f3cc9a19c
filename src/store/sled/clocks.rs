//! The index of due times: what running clocks will reach, by time.
//!
//! Invariant: a level is in the index while its clock runs and nobody has been
//! told of it or of a higher one.

use jiff::Timestamp;

use crate::domain::clocks::{Clock, ClockKind, Level, Move, MoveReason};
use crate::domain::conversation::ConversationId;
use crate::store::sled::draft::Draft;
use crate::store::sled::head::{ClockHead, Head};
use crate::store::sled::layout;

/// Only complaints have clocks.
pub fn started(draft: &mut Draft<'_>, id: ConversationId, head: &mut Head, clock: &Clock) {
    if head.complaint.is_none() || clock.stopped_at.is_some() {
        return;
    }
    let mut started = ClockHead {
        kind: clock.kind.name().to_owned(),
        started_at: clock.started_at,
        levels: Vec::new(),
        told: clock.fired.last().map_or(0, |level| level.0),
        paused: clock.paused_at.is_some(),
    };
    watch(draft, id, clock.kind, &mut started, &clock.levels);
    head.clocks.push(started);
}

/// From now on these times hold: what was told is not told again.
fn watch(
    draft: &mut Draft<'_>,
    id: ConversationId,
    kind: ClockKind,
    clock: &mut ClockHead,
    levels: &[(Level, Timestamp)],
) {
    forget(draft, id, kind, clock.started_at, &clock.levels);
    clock.levels =
        levels.iter().map(|(level, at)| (level.0, *at)).filter(|(level, _)| *level > clock.told).collect();
    if clock.paused {
        return;
    }
    for (level, at) in &clock.levels {
        draft.put(layout::due(*at, id, kind, clock.started_at, *level), []);
    }
}

/// Nothing of a clock that stands still comes due.
pub fn paused(
    draft: &mut Draft<'_>,
    id: ConversationId,
    head: &mut Head,
    kind: ClockKind,
    started_at: Timestamp,
) {
    for clock in head.clocks.iter_mut().filter(|clock| is(clock, kind, started_at)) {
        forget(draft, id, kind, started_at, &clock.levels);
        clock.paused = true;
    }
}

pub fn moved(
    draft: &mut Draft<'_>,
    id: ConversationId,
    head: &mut Head,
    kind: ClockKind,
    started_at: Timestamp,
    moved: &Move,
) {
    for clock in head.clocks.iter_mut().filter(|clock| is(clock, kind, started_at)) {
        if moved.why == MoveReason::Resumed {
            clock.paused = false;
        }
        watch(draft, id, kind, clock, &moved.levels);
    }
}

fn is(clock: &ClockHead, kind: ClockKind, started_at: Timestamp) -> bool {
    clock.kind == kind.name() && clock.started_at == started_at
}

pub fn stopped(draft: &mut Draft<'_>, id: ConversationId, head: &mut Head, kind: ClockKind) {
    for clock in head.clocks.extract_if(.., |clock| clock.kind == kind.name()) {
        forget(draft, id, kind, clock.started_at, &clock.levels);
    }
}

/// Telling of a level tells of all below it.
pub fn fired(
    draft: &mut Draft<'_>,
    id: ConversationId,
    head: &mut Head,
    kind: ClockKind,
    started_at: Timestamp,
    level: u8,
) {
    for clock in head.clocks.iter_mut().filter(|clock| is(clock, kind, started_at)) {
        let told: Vec<_> = clock.levels.extract_if(.., |(other, _)| *other <= level).collect();
        forget(draft, id, kind, started_at, &told);
        clock.told = clock.told.max(level);
    }
}

/// The complaint is filed anew: the clocks of the former record are no more.
pub fn dropped(draft: &mut Draft<'_>, id: ConversationId, head: &mut Head) {
    for kind in ClockKind::ALL {
        stopped(draft, id, head, kind);
    }
}

fn forget(
    draft: &mut Draft<'_>,
    id: ConversationId,
    kind: ClockKind,
    started_at: Timestamp,
    levels: &[(u8, Timestamp)],
) {
    for (level, at) in levels {
        draft.delete(layout::due(*at, id, kind, started_at, *level));
    }
}

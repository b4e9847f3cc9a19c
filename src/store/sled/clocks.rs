//! The index of due times: what running clocks will reach, by time.
//!
//! Invariant: a level is in the index while its clock runs and nobody has been
//! told of it or of a higher one.

use jiff::Timestamp;

use crate::domain::clocks::{Clock, ClockKind};
use crate::domain::conversation::ConversationId;
use crate::store::sled::draft::Draft;
use crate::store::sled::head::{ClockHead, Head};
use crate::store::sled::layout;

/// Only complaints have clocks.
pub fn started(draft: &mut Draft<'_>, id: ConversationId, head: &mut Head, clock: &Clock) {
    if head.complaint.is_none() || clock.stopped_at.is_some() {
        return;
    }
    let told = clock.fired.last();
    let untold = clock.levels.iter().filter(|(level, _)| told.is_none_or(|told| level > told));
    let levels: Vec<(u8, Timestamp)> = untold.map(|(level, at)| (level.0, *at)).collect();
    for (level, at) in &levels {
        draft.put(layout::due(*at, id, clock.kind, clock.started_at, *level), []);
    }
    head.clocks.push(ClockHead { kind: clock.kind.name().to_owned(), started_at: clock.started_at, levels });
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
    for clock in &mut head.clocks {
        if clock.kind == kind.name() && clock.started_at == started_at {
            let told: Vec<_> = clock.levels.extract_if(.., |(other, _)| *other <= level).collect();
            forget(draft, id, kind, started_at, &told);
        }
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

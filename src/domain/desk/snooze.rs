//! Putting off the alerts of a clock: for an hour, twice at most, and never past its due time.

use jiff::{SignedDuration, Timestamp};

use crate::domain::clocks::{Clock, ClockKind};
use crate::domain::conversation::Conversation;
use crate::domain::desk::Refusal;
use crate::domain::event::Event;

/// How long a snooze lasts, and how often a clock may be put off.
const SNOOZE: SignedDuration = SignedDuration::from_hours(1);
const MOST_SNOOZES: usize = 2;

pub(super) fn snooze(
    conversation: &Conversation,
    kind: ClockKind,
    by: &str,
    now: Timestamp,
) -> Result<Event, Refusal> {
    let clock = conversation.complaint.as_ref().and_then(|complaint| complaint.running(kind));
    let clock: &Clock = clock.filter(|clock| clock.due > now).ok_or(Refusal::NoMoreSnooze)?;
    if clock.snoozes.len() >= MOST_SNOOZES {
        return Err(Refusal::SnoozedTwice);
    }
    Ok(Event::Snoozed {
        conversation: conversation.id,
        kind,
        started_at: clock.started_at,
        until: now.saturating_add(SNOOZE).unwrap_or(clock.due).min(clock.due),
        by: by.to_owned(),
        at: now,
    })
}

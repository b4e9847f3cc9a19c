//! How a due time came about, step by step.

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::CountedDay;
use crate::domain::clocks::{Cap, Clock};
use crate::domain::departments::Calendars;

/// The account of one clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockAccount {
    /// The limit in words; none for clocks of before there were promises.
    pub limit: Option<String>,
    /// When it began to count: the next opening, where the limit is business time.
    pub counts_from: Timestamp,
    /// What of each day counted, from the start to the due time; none around the clock.
    pub days: Vec<CountedDay>,
    /// Business time in all, to the due time, without pauses.
    pub counted: SignedDuration,
    pub cap: Option<Cap>,
    /// Pauses with the business time that they took; the last may not be over.
    pub pauses: Vec<(Timestamp, Option<Timestamp>, SignedDuration)>,
    /// The hours, holidays or closures have changed since it was reckoned.
    pub other_calendar: bool,
}

/// Accounts for a clock by the calendar that it counts.
pub fn account(clock: &Clock, calendars: Calendars<'_>, now: Timestamp) -> ClockAccount {
    let calendar = calendars.of_clock(clock);
    let basis = clock.basis.as_ref();
    let business = basis.is_none_or(|basis| basis.limit.span.is_business());
    let pauses: Vec<_> = clock
        .pauses
        .iter()
        .map(|(from, to)| (*from, Some(*to), calendar.elapsed(*from, *to)))
        .chain(clock.paused_at.map(|from| (from, None, calendar.elapsed(from, now))))
        .collect();
    let paused =
        pauses.iter().map(|(.., time)| *time).fold(SignedDuration::ZERO, SignedDuration::saturating_add);
    ClockAccount {
        limit: basis.map(|basis| basis.limit.to_string()),
        counts_from: if business { calendar.next_open(clock.started_at) } else { clock.started_at },
        days: if business { calendar.account(clock.started_at, clock.due) } else { Vec::new() },
        counted: calendar.elapsed(clock.started_at, clock.due).saturating_sub(paused),
        cap: basis.and_then(|basis| basis.limit.cap(calendar, clock.started_at)),
        pauses,
        other_calendar: basis.is_some_and(|basis| basis.calendar != calendar.version()),
    }
}

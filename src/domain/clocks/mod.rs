//! Promised response times, and their running measure on one complaint.
//!
//! A [`Limit`] of the owner's [`Promises`] and a start make a [`Clock`], with
//! the instants at which somebody is told worked out at once. A clock carries
//! what it was reckoned with, so that a later edit of the promises moves none
//! that was given; when the calendar changes or a pause ends, an event moves it.
//! `follow` says which clocks start, stop and pause with what happens.
//!
//! Invariant: levels are ascending, one of them is the due time, and none lies
//! before the start.

mod account;
mod follow;
mod kind;
mod promises;
mod rework;
mod span;

use std::collections::BTreeSet;

use jiff::Timestamp;

pub use account::{ClockAccount, account};
pub use follow::follow;
pub use kind::{ClockKind, Level};
pub use promises::{Promises, SEVERITIES, Targets};
pub use rework::{resumed, rework, severity_changed};
pub use span::{Cap, Limit, Span};

use crate::domain::calendar::Calendar;

/// What a clock was reckoned with; frozen when it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Version of the promises.
    pub promise: String,
    pub severity: u8,
    pub limit: Limit,
    /// Version of the calendar.
    pub calendar: String,
    /// The department whose week counts; none where the shop's does. It stays when the case
    /// changes hands, and with it what the customer was told.
    pub department: Option<String>,
}

/// Why the due time of a running clock was worked out anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MoveReason {
    /// A pause ended.
    Resumed,
    /// Hours, holidays or closures changed.
    Calendar,
    /// The case was found to be more, or less, severe.
    Severity,
}

impl MoveReason {
    pub const ALL: [MoveReason; 3] = [MoveReason::Resumed, MoveReason::Calendar, MoveReason::Severity];

    pub fn name(self) -> &'static str {
        match self {
            MoveReason::Resumed => "resumed",
            MoveReason::Calendar => "calendar",
            MoveReason::Severity => "severity",
        }
    }

    pub fn from_name(name: &str) -> Option<MoveReason> {
        MoveReason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// The times of a clock after it was worked out anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub why: MoveReason,
    pub due: Timestamp,
    pub levels: Vec<(Level, Timestamp)>,
    /// What it is reckoned with from now on; none for clocks of before there were promises.
    pub basis: Option<Basis>,
    pub at: Timestamp,
}

/// One running measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    pub kind: ClockKind,
    pub started_at: Timestamp,
    pub due: Timestamp,
    /// When each level is reached, in the limit's own kind of time; ascending.
    pub levels: Vec<(Level, Timestamp)>,
    pub stopped_at: Option<Timestamp>,
    /// Levels about which staff have been told.
    pub fired: BTreeSet<Level>,
    /// None for clocks of before there were promises.
    pub basis: Option<Basis>,
    /// What the customer was told: the promise, which never moves.
    pub told: Option<Timestamp>,
    /// It stands still since then.
    pub paused_at: Option<Timestamp>,
    /// Pauses that are over.
    pub pauses: Vec<(Timestamp, Timestamp)>,
    /// Every time that it was worked out anew: why, the due time from then on, when.
    pub moves: Vec<(MoveReason, Timestamp, Timestamp)>,
    /// When the promise was found broken.
    pub broken_at: Option<Timestamp>,
    /// Until when it was to say nothing, each time that somebody asked for it.
    pub snoozes: Vec<Timestamp>,
}

impl Clock {
    /// Starts the measure of a limit that counts from `start`.
    pub fn of(
        kind: ClockKind,
        limit: Limit,
        (promise, severity): (&str, u8),
        calendar: &Calendar,
        start: Timestamp,
    ) -> Clock {
        let levels = limit.levels(kind, calendar, start, &[]);
        Clock {
            kind,
            started_at: start,
            due: due_of(&levels, start),
            levels,
            stopped_at: None,
            fired: BTreeSet::new(),
            basis: Some(Basis {
                promise: promise.to_owned(),
                severity,
                limit,
                calendar: calendar.version().to_owned(),
                department: calendar.department().map(str::to_owned),
            }),
            told: None,
            paused_at: None,
            pauses: Vec::new(),
            moves: Vec::new(),
            broken_at: None,
            snoozes: Vec::new(),
        }
    }

    /// Starts the measure of what the promises say; none when they say nothing.
    pub fn promised(
        kind: ClockKind,
        promises: &Promises,
        severity: u8,
        calendar: &Calendar,
        start: Timestamp,
    ) -> Option<Clock> {
        let limit = promises.of(kind, severity)?;
        Some(Clock::of(kind, limit, (promises.version(), severity), calendar, start))
    }

    /// A bare length of time, for a case of usual severity.
    pub fn start(kind: ClockKind, span: Span, calendar: &Calendar, now: Timestamp) -> Clock {
        Clock::of(kind, span.into(), ("", 3), calendar, now)
    }

    /// A clock that runs until an agreed time: a remedy's date, the end of a call's slot.
    pub fn until(kind: ClockKind, calendar: &Calendar, start: Timestamp, due: Timestamp) -> Clock {
        let minutes = due.duration_since(start).as_mins().clamp(0, i64::from(u32::MAX));
        let span = Span::CalendarMinutes(u32::try_from(minutes).unwrap_or(u32::MAX));
        Clock::of(kind, span.into(), ("agreed", 3), calendar, start)
    }

    /// One instant at which something is done; nobody is told before.
    pub fn follow_up(kind: ClockKind, due: Timestamp, now: Timestamp) -> Clock {
        let mut clock = Clock::of(
            kind,
            Span::CalendarMinutes(0).into(),
            ("", 3),
            &Calendar::default_for(jiff::tz::TimeZone::UTC),
            now,
        );
        clock.basis = None;
        clock.due = due;
        clock.levels = vec![(Level::DUE, due)];
        clock
    }

    pub fn telling(mut self, told: Timestamp) -> Clock {
        self.told = Some(told);
        self
    }

    /// It has not been stopped; it may stand still.
    pub fn is_running(&self) -> bool {
        self.stopped_at.is_none()
    }

    /// It goes on: neither stopped nor standing still.
    pub fn is_ticking(&self) -> bool {
        self.is_running() && self.paused_at.is_none()
    }

    /// The highest level that was reached by `now`, or before the clock was stopped.
    pub fn reached(&self, now: Timestamp) -> Option<Level> {
        let until = self.stopped_at.or(self.paused_at).map_or(now, |stopped| stopped.min(now));
        self.levels.iter().filter(|(_, at)| *at <= until).map(|(level, _)| *level).max()
    }

    /// The one level about which staff are to be told now.
    ///
    /// That is the highest one reached by a running clock, unless they were
    /// told of it or of a higher one: lower levels missed meanwhile stay untold.
    pub fn alert_due(&self, now: Timestamp) -> Option<Level> {
        if !self.is_ticking() {
            return None;
        }
        self.reached(now).filter(|level| self.fired.last().is_none_or(|fired| fired < level))
    }

    /// When the running clock next has something to tell; it may be in the past.
    pub fn next_alert(&self) -> Option<(Level, Timestamp)> {
        if !self.is_ticking() {
            return None;
        }
        let told = self.fired.last();
        self.levels.iter().copied().find(|(level, _)| told.is_none_or(|fired| fired < level))
    }

    /// Takes over the times of a move.
    pub fn apply_move(&mut self, moved: &Move) {
        if let Some(paused_at) = self.paused_at.take_if(|_| moved.why == MoveReason::Resumed) {
            self.pauses.push((paused_at, moved.at));
        }
        self.due = moved.due;
        self.levels = moved.levels.clone();
        self.moves.push((moved.why, moved.due, moved.at));
        if moved.basis.is_some() {
            self.basis = moved.basis.clone();
        }
    }
}

/// The earliest due time of what a customer was told to wait for: an answer, a call, a remedy.
pub fn next_answer(clocks: &[Clock]) -> Option<Timestamp> {
    let awaited = |clock: &&Clock| {
        clock.kind.is_response() || matches!(clock.kind, ClockKind::Remedy | ClockKind::Callback)
    };
    clocks.iter().filter(awaited).filter(|clock| clock.is_ticking()).map(|clock| clock.due).min()
}

/// The due time among levels, which every ladder has.
fn due_of(levels: &[(Level, Timestamp)], start: Timestamp) -> Timestamp {
    levels.iter().find(|(level, _)| *level == Level::DUE).map_or(start, |(_, at)| *at)
}

#[cfg(test)]
mod tests;

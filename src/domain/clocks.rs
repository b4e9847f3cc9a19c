//! Promised response times, and their running measure on one complaint.
//!
//! A [`Span`] of the owner's [`Targets`] and a start make a [`Clock`], with the
//! instants at which staff are to be told worked out at once: a clock needs no
//! calendar afterwards, and a later edit of the hours moves no promise.
//!
//! Invariant: levels are ascending, the last of them is the due time, and
//! neither lies before the start.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::Calendar;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockKind {
    FirstResponse,
    NextResponse,
    Decision,
}

impl ClockKind {
    pub const ALL: [ClockKind; 3] = [ClockKind::FirstResponse, ClockKind::NextResponse, ClockKind::Decision];

    pub fn name(self) -> &'static str {
        match self {
            ClockKind::FirstResponse => "first_response",
            ClockKind::NextResponse => "next_response",
            ClockKind::Decision => "decision",
        }
    }

    pub fn from_name(name: &str) -> Option<ClockKind> {
        ClockKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How much of the time is used up when staff are told, in per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(pub u8);

impl Level {
    pub const ALL: [Level; 3] = [Level(75), Level(90), Level(100)];
}

/// One running measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    pub kind: ClockKind,
    pub started_at: Timestamp,
    pub due: Timestamp,
    /// When each level is reached, in business time; ascending.
    pub levels: Vec<(Level, Timestamp)>,
    pub stopped_at: Option<Timestamp>,
    /// Levels about which staff have been told.
    pub fired: BTreeSet<Level>,
}

/// A promised length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Counted in opening hours only.
    BusinessMinutes(u32),
    /// Whole business days: due at the same time of day, so many working days later.
    BusinessDays(u32),
    CalendarMinutes(u32),
}

impl Span {
    /// When a promise of this length, given at `start`, falls due.
    pub fn due(&self, calendar: &Calendar, start: Timestamp) -> Timestamp {
        match *self {
            Span::BusinessMinutes(minutes) => calendar.add_business(start, minutes),
            Span::BusinessDays(days) => calendar.add_business_days(start, days),
            Span::CalendarMinutes(minutes) => later(start, SignedDuration::from_mins(i64::from(minutes))),
        }
    }

    /// When that share of the time from `start` to `due` is used up, in this span's own kind of time.
    fn share(&self, calendar: &Calendar, start: Timestamp, due: Timestamp, level: Level) -> Timestamp {
        let part = |whole: SignedDuration| whole.saturating_mul(i32::from(level.0)) / 100;
        match self {
            Span::BusinessMinutes(_) | Span::BusinessDays(_) => {
                calendar.advance(start, part(calendar.elapsed(start, due)))
            }
            Span::CalendarMinutes(_) => later(start, part(due.duration_since(start))),
        }
    }
}

/// The last instant of the year 9999 is as late as it gets.
fn later(start: Timestamp, span: SignedDuration) -> Timestamp {
    start.saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// The owner's promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Targets {
    pub first_response: Span,
    pub next_response: Span,
    pub decision: Span,
}

impl Default for Targets {
    /// Eight business hours for every answer, three business days for the decision.
    fn default() -> Targets {
        Targets {
            first_response: Span::BusinessMinutes(8 * 60),
            next_response: Span::BusinessMinutes(8 * 60),
            decision: Span::BusinessDays(3),
        }
    }
}

impl Targets {
    pub fn of(&self, kind: ClockKind) -> Span {
        match kind {
            ClockKind::FirstResponse => self.first_response,
            ClockKind::NextResponse => self.next_response,
            ClockKind::Decision => self.decision,
        }
    }
}

impl Clock {
    /// Starts the measure of a promise that counts from `now`.
    pub fn start(kind: ClockKind, span: Span, calendar: &Calendar, now: Timestamp) -> Clock {
        let due = span.due(calendar, now);
        let at = |level: Level| match level {
            Level(100) => due,
            level => span.share(calendar, now, due, level).min(due),
        };
        Clock {
            kind,
            started_at: now,
            due,
            levels: Level::ALL.into_iter().map(|level| (level, at(level))).collect(),
            stopped_at: None,
            fired: BTreeSet::new(),
        }
    }

    /// The highest level that was reached by `now`, or before the clock was stopped.
    pub fn reached(&self, now: Timestamp) -> Option<Level> {
        let until = self.stopped_at.map_or(now, |stopped| stopped.min(now));
        self.levels.iter().filter(|(_, at)| *at <= until).map(|(level, _)| *level).max()
    }

    /// The one level about which staff are to be told now.
    ///
    /// That is the highest one reached by a running clock, unless they were
    /// told of it or of a higher one: lower levels missed meanwhile stay untold.
    pub fn alert_due(&self, now: Timestamp) -> Option<Level> {
        if self.stopped_at.is_some() {
            return None;
        }
        self.reached(now).filter(|level| self.fired.last().is_none_or(|fired| fired < level))
    }

    /// When the running clock next has something to tell; it may be in the past.
    pub fn next_alert(&self) -> Option<(Level, Timestamp)> {
        if self.stopped_at.is_some() {
            return None;
        }
        let told = self.fired.last();
        self.levels.iter().copied().find(|(level, _)| told.is_none_or(|fired| fired < level))
    }
}

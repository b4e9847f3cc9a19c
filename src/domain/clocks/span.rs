//! Lengths of promised time, and where they end.
//!
//! A [`Limit`] is a span with, where there is one, a cap in calendar time; the
//! earlier one counts, and a cap that falls outside hours ends with the last
//! business minute before it, so that somebody can still keep it.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::Calendar;
use crate::domain::clocks::{ClockKind, Level};

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

    pub fn is_business(&self) -> bool {
        !matches!(self, Span::CalendarMinutes(_))
    }

    /// The time from `start` to `end` in this span's own kind of time. A stretch without any
    /// business time, as up to a cap over a long closure, is measured by the calendar.
    fn measure(&self, calendar: &Calendar, start: Timestamp, end: Timestamp) -> Measure {
        let business = if self.is_business() { calendar.elapsed(start, end) } else { SignedDuration::ZERO };
        if business.is_positive() {
            Measure::Business(business)
        } else {
            Measure::Calendar(end.duration_since(start).max(SignedDuration::ZERO))
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Measure {
    Business(SignedDuration),
    Calendar(SignedDuration),
}

impl Measure {
    fn share(self, level: Level) -> Measure {
        let part = |whole: SignedDuration| whole.saturating_mul(i32::from(level.0)) / 100;
        match self {
            Measure::Business(whole) => Measure::Business(part(whole)),
            Measure::Calendar(whole) => Measure::Calendar(part(whole)),
        }
    }

    fn after(self, calendar: &Calendar, start: Timestamp) -> Timestamp {
        match self {
            Measure::Business(span) => calendar.advance(start, span),
            Measure::Calendar(span) => later(start, span),
        }
    }
}

/// The last instant of the year 9999 is as late as it gets.
fn later(start: Timestamp, span: SignedDuration) -> Timestamp {
    start.saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// A promised length of time, and the most calendar time that it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub span: Span,
    /// Minutes.
    pub cap: Option<u32>,
}

impl From<Span> for Limit {
    fn from(span: Span) -> Limit {
        Limit { span, cap: None }
    }
}

/// Where the cap of a limit falls, and whether it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// The end of the calendar time.
    pub at: Timestamp,
    /// The last business instant before it; the cap itself when nobody is there before.
    pub falls: Timestamp,
    /// It is earlier than the end of the span.
    pub counts: bool,
}

impl Limit {
    pub fn capped(span: Span, hours: u32) -> Limit {
        Limit { span, cap: Some(hours * 60) }
    }

    pub fn due(&self, calendar: &Calendar, start: Timestamp) -> Timestamp {
        match self.cap(calendar, start) {
            Some(cap) if cap.counts => cap.falls,
            Some(_) | None => self.span.due(calendar, start),
        }
    }

    pub fn cap(&self, calendar: &Calendar, start: Timestamp) -> Option<Cap> {
        let at = later(start, SignedDuration::from_mins(i64::from(self.cap?)));
        let falls = calendar.last_business_instant(start, at).unwrap_or(at);
        Some(Cap { at, falls, counts: at < self.span.due(calendar, start) })
    }

    /// When each level of a clock is reached, in the order of the ladder, the due time among them.
    ///
    /// Each pause, from one instant to another, moves what lay behind its beginning.
    pub fn levels(
        &self,
        kind: ClockKind,
        calendar: &Calendar,
        start: Timestamp,
        pauses: &[(Timestamp, Timestamp)],
    ) -> Vec<(Level, Timestamp)> {
        let due = self.due(calendar, start);
        let whole = self.span.measure(calendar, start, due);
        let at = |level: Level| match (kind, self.span) {
            _ if level == Level::DUE => due,
            (ClockKind::External, Span::CalendarMinutes(EXTERNAL_FIRST_MINUTES)) => {
                warned_outside(start, level).unwrap_or_else(|| whole.share(level).after(calendar, start))
            }
            _ if level < Level::DUE => whole.share(level).after(calendar, start).min(due),
            _ => whole.share(level).after(calendar, start).max(due),
        };
        let moved = |at: Timestamp| {
            pauses.iter().fold(at, |at, (from, to)| {
                if at > *from { self.span.measure(calendar, *from, at).after(calendar, *to) } else { at }
            })
        };
        self.ladder(kind).iter().map(|level| (*level, moved(at(*level)))).collect()
    }

    fn ladder(&self, kind: ClockKind) -> &'static [Level] {
        match (kind, self.span) {
            (ClockKind::External, Span::CalendarMinutes(EXTERNAL_FIRST_MINUTES)) => &EXTERNAL_LADDER,
            _ => kind.ladder(),
        }
    }
}

/// The first window of an outside body (e-namad): warnings after 24, 48, 60 and 68 of its 72 hours.
const EXTERNAL_FIRST_MINUTES: u32 = 72 * 60;
const EXTERNAL_LADDER: [Level; 5] = [Level(33), Level(67), Level(83), Level(94), Level(100)];

fn warned_outside(start: Timestamp, level: Level) -> Option<Timestamp> {
    let hours = match level.0 {
        33 => 24,
        67 => 48,
        83 => 60,
        94 => 68,
        _ => return None,
    };
    Some(later(start, SignedDuration::from_hours(hours)))
}

/// `8 business hours`, `3 business days`, `72 hours around the clock`, `… , at most 72 hours`.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |minutes: u32| match minutes {
            0 => (0, "minute"),
            minutes if minutes % 60 == 0 => (minutes / 60, "hour"),
            minutes => (minutes, "minute"),
        };
        let plural = |count: u32| if count == 1 { "" } else { "s" };
        match self.span {
            Span::BusinessMinutes(minutes) => {
                let (count, unit) = counted(minutes);
                write!(f, "{count} business {unit}{}", plural(count))?;
            }
            Span::BusinessDays(days) => write!(f, "{days} business day{}", plural(days))?,
            Span::CalendarMinutes(minutes) => {
                let (count, unit) = counted(minutes);
                write!(f, "{count} {unit}{} around the clock", plural(count))?;
            }
        }
        match self.cap {
            Some(minutes) => {
                let (count, unit) = counted(minutes);
                write!(f, ", at most {count} {unit}{}", plural(count))
            }
            None => Ok(()),
        }
    }
}

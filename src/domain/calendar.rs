//! Opening hours, holidays and the arithmetic of business time.
//!
//! A calendar is a zone, the hours of each weekday and dated exceptions:
//! holidays, special opening days, days with other hours. It says whether
//! somebody is there, when somebody will be, and where a promised length of
//! business time ends.
//!
//! Everything walks over the *openings* of single days, as instants: local
//! times become instants day by day, so a change of the clocks lengthens or
//! shortens that one day and nothing else.
//!
//! Invariant: every question is answered after at most [`HORIZON_DAYS`] days
//! of walking, and no answer lies before the time that was asked about.

mod account;
mod describe;
mod outlook;
mod special;
mod week;

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

pub use self::account::{CountedDay, Uncounted};
pub use self::outlook::Outlook;
pub use self::special::{Closure, LONGEST_CLOSURE_RANGE_DAYS, SpecialDay};
pub use self::week::{Hours, Week, parse_weekdays};

/// How far ahead arithmetic looks: forty years. A span that does not end
/// within them ends with the last opening seen.
pub const HORIZON_DAYS: usize = 40 * 366;

/// The longest time without any opening that is believed; more is a mistake in the holidays.
pub const LONGEST_CLOSURE_DAYS: i64 = 366;

const MINUTE_SECONDS: i64 = 60;

/// Why opening hours or holidays make no calendar.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalendarError {
    #[error("no weekday has opening hours")]
    EmptyWeek,
    #[error("`{0}` is no pair of times like 09:00-17:00")]
    MalformedHours(String),
    #[error(
        "{opens}-{closes} closes before it opens; hours over midnight are written on both days, until 24:00 and from 00:00",
        opens = opens.strftime("%H:%M"), closes = closes.strftime("%H:%M")
    )]
    ClosesBeforeOpening { opens: Time, closes: Time },
    #[error("{first} and {second} overlap on {}", week::name(*weekday))]
    Overlap { weekday: Weekday, first: Hours, second: Hours },
    #[error("{first} and {second} overlap on {date}")]
    OverlapOn { date: Date, first: Hours, second: Hours },
    #[error("{from} to {until} is no stretch of days: it must not run backwards, nor be longer than a year")]
    NoStretch { from: Date, until: Date },
    #[error("the holidays leave no opening from {from} to {until}: more than a year")]
    ClosedTooLong { from: Date, until: Date },
}

/// When somebody is there to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    zone: TimeZone,
    week: Week,
    /// Dates that are not as their weekday.
    days: BTreeMap<Date, SpecialDay>,
    /// The department whose week it is; none of the shop's.
    department: Option<String>,
    version: String,
}

/// One stretch of business time: from the first instant to just before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Opening {
    /// The day whose hours these are. Clocks set back can repeat them on the day before.
    date: Date,
    opens: Timestamp,
    closes: Timestamp,
}

impl Calendar {
    /// Checks the hours and the dated exceptions together.
    pub fn new(
        zone: TimeZone,
        week: Week,
        days: BTreeMap<Date, SpecialDay>,
    ) -> Result<Calendar, CalendarError> {
        if week.is_empty() {
            return Err(CalendarError::EmptyWeek);
        }
        week.check()?;
        days.iter().try_for_each(|(date, day)| day.check(*date))?;
        let calendar = Calendar { zone, week, days, department: None, version: String::new() };
        calendar.check_closures()?;
        Ok(calendar.stamped())
    }

    /// The usual week of a private firm in Iran: Saturday to Wednesday 09:00-17:00, Thursday 09:00-13:00.
    pub fn default_for(zone: TimeZone) -> Calendar {
        let (week, days) = (Week::usual(), BTreeMap::new());
        Calendar { zone, week, days, department: None, version: String::new() }.stamped()
    }

    pub fn department(&self) -> Option<&str> {
        self.department.as_deref()
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    pub fn week(&self) -> &Week {
        &self.week
    }

    /// The name of a day that is closed by a date of its own.
    pub fn holiday(&self, date: Date) -> Option<&str> {
        self.days.get(&date).filter(|day| day.hours.is_empty()).map(|day| day.name.as_str())
    }

    /// What makes this date unlike its weekday.
    pub fn special(&self, date: Date) -> Option<&SpecialDay> {
        self.days.get(&date)
    }

    /// The hours of a date: its own, or those of its weekday.
    pub fn hours_of(&self, date: Date) -> &[Hours] {
        self.days.get(&date).map_or_else(|| self.week.of(date.weekday()), |day| &day.hours)
    }

    /// The local date of an instant.
    pub fn date_of(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// Somebody is there at some time of that day. Hours that clocks set forward skip
    /// altogether make no working day.
    pub fn is_working_day(&self, date: Date) -> bool {
        self.openings_of(date).next().is_some()
    }

    /// Somebody is there. At the minute of closing nobody is.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.openings(at).next().is_some_and(|opening| opening.opens <= at)
    }

    /// The next instant at which somebody is there: `at` itself while open.
    pub fn next_open(&self, at: Timestamp) -> Timestamp {
        self.openings(at).next().map_or(at, |opening| opening.opens.max(at))
    }

    /// Opening hours from then on, each from its opening to its closing; the first may have begun.
    pub fn stretches(&self, from: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        self.openings(from).map(|opening| (opening.opens, opening.closes))
    }

    /// The end of so many minutes of business time. An end that falls on closing time stays there.
    pub fn add_business(&self, start: Timestamp, minutes: u32) -> Timestamp {
        self.advance(start, SignedDuration::from_secs(i64::from(minutes) * MINUTE_SECONDS))
    }

    /// Whole minutes of business time from `a` to `b`; none when `b` is not later.
    pub fn business_between(&self, a: Timestamp, b: Timestamp) -> u32 {
        u32::try_from(self.elapsed(a, b).as_secs() / MINUTE_SECONDS).unwrap_or(u32::MAX)
    }

    /// The same time of day, `days` working days later.
    ///
    /// What comes outside hours counts as coming at the next opening. Where the
    /// last day is shorter (a half Thursday), the end is the last business
    /// instant of that day before the time of day, or else its opening.
    pub fn add_business_days(&self, start: Timestamp, days: u32) -> Timestamp {
        let Some(first) = self.openings(start).next() else { return start };
        let from = first.opens.max(start);
        let Some(step) = days.checked_sub(1) else {
            return from;
        };
        let time = self.zone.to_datetime(from).time();
        let date = days_after(first.date)
            .take(HORIZON_DAYS)
            .filter(|date| self.is_working_day(*date))
            .nth(usize::try_from(step).unwrap_or(usize::MAX));
        date.and_then(|date| self.within_hours(date, time)).unwrap_or_else(|| self.horizon(from))
    }

    /// `at` itself where somebody is there or just closes, or else the closing before it.
    ///
    /// None when nobody was there from `since` on.
    pub fn last_business_instant(&self, since: Timestamp, at: Timestamp) -> Option<Timestamp> {
        self.openings(since)
            .take_while(|opening| opening.opens <= at)
            .map(|opening| opening.closes.min(at))
            .last()
            .filter(|last| *last >= since)
    }

    /// The end of a length of business time.
    pub(crate) fn advance(&self, start: Timestamp, span: SignedDuration) -> Timestamp {
        if !span.is_positive() {
            return start;
        }
        let mut left = span;
        let mut reached = start;
        for opening in self.openings(start) {
            let from = opening.opens.max(start);
            let available = opening.closes.duration_since(from);
            if available >= left {
                return from.saturating_add(left).unwrap_or(opening.closes);
            }
            left = left.saturating_sub(available);
            reached = opening.closes;
        }
        reached
    }

    /// The business time from `a` to `b`.
    pub(crate) fn elapsed(&self, a: Timestamp, b: Timestamp) -> SignedDuration {
        self.openings(a)
            .take_while(|opening| opening.opens < b)
            .map(|opening| opening.closes.min(b).duration_since(opening.opens.max(a)))
            .fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// The openings that end after `from`, in order.
    fn openings(&self, from: Timestamp) -> impl Iterator<Item = Opening> {
        // The day before, too: clocks set back across midnight repeat the end of a day.
        let today = self.date_of(from);
        let first = today.yesterday().unwrap_or(today);
        std::iter::once(first)
            .chain(days_after(first))
            .take(HORIZON_DAYS)
            .flat_map(|date| self.openings_of(date))
            .filter(move |opening| opening.closes > from)
    }

    fn openings_of(&self, date: Date) -> impl Iterator<Item = Opening> {
        self.hours_of(date).iter().filter_map(move |hours| {
            let opens = self.instant(date.to_datetime(hours.opens()))?;
            let closes = self.instant(hours.closing_on(date)?)?;
            (opens < closes).then_some(Opening { date, opens, closes })
        })
    }

    /// The instant of a local time: of one that comes twice the first, and of
    /// one that is skipped the moment of skipping. So the order of local times
    /// stays the order of instants. None beyond the year 9999.
    fn instant(&self, local: DateTime) -> Option<Timestamp> {
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
            AmbiguousOffset::Gap { .. } => {
                let before = ambiguous.earlier().ok()?;
                self.zone.following(before).next().map(|change| change.timestamp())
            }
        }
    }

    /// `time` on that day, or the last business instant before it, or the day's opening.
    fn within_hours(&self, date: Date, time: Time) -> Option<Timestamp> {
        let wanted = self.instant(date.to_datetime(time))?;
        let first = self.openings_of(date).next()?;
        let reached = self.openings_of(date).take_while(|opening| opening.opens <= wanted).last();
        Some(reached.map_or(first.opens, |opening| opening.closes.min(wanted)))
    }

    /// The last opening that arithmetic from here can see.
    fn horizon(&self, from: Timestamp) -> Timestamp {
        self.openings(from).last().map_or(from, |opening| opening.closes)
    }

    /// Refuses holidays that close for longer than anybody means.
    fn check_closures(&self) -> Result<(), CalendarError> {
        let mut checked_until = None;
        for from in self.days.keys().copied().filter(|date| self.holiday(*date).is_some()) {
            if checked_until.is_some_and(|until| from < until) {
                continue;
            }
            // Holidays are finite and some weekday has hours: the walk ends.
            let until = days_after(from).find(|date| self.is_working_day(*date)).unwrap_or(Date::MAX);
            if from.duration_until(until).as_hours() > LONGEST_CLOSURE_DAYS * 24 {
                return Err(CalendarError::ClosedTooLong { from, until });
            }
            checked_until = Some(until);
        }
        Ok(())
    }
}

/// The days after one, to the end of the year 9999.
fn days_after(date: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(date.tomorrow().ok(), |date| date.tomorrow().ok())
}

#[cfg(test)]
mod tests;

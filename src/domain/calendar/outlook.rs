//! What an owner should know about the days ahead.
//!
//! Holidays are dated files, and the lunar ones are announced anew each year:
//! a calendar that runs out of them goes on promising answers on closed days.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Calendar;
use crate::domain::text::dates::Jalali;

/// From this month of the Jalali year on (Bahman), the next year's dates should be there.
const WARNED_FROM_MONTH: i32 = 11;
/// And so from December on where the Gregorian year is lived by.
const WARNED_FROM_GREGORIAN_MONTH: i8 = 12;
/// How far ahead long closures are looked for.
const AHEAD_DAYS: usize = 400;

/// One thing to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlook {
    /// Holidays of this year are known, and none of the next; the number is the next year's.
    NextYearMissing { year: i32 },
    /// Nobody is there from the first day to the last for longer than a promise in calendar time allows.
    ClosedLongerThanPromised { first: Date, last: Date, closed: SignedDuration, cap: SignedDuration },
}

impl Calendar {
    /// What there is to know at `now`. `cap` is a promise in calendar time, such as 72 hours.
    pub fn outlook(&self, now: Timestamp, cap: Option<SignedDuration>) -> Vec<Outlook> {
        let mut found: Vec<Outlook> = self.next_year_missing(now).into_iter().collect();
        if let Some(cap) = cap {
            found.extend(self.closures_longer_than(now, cap));
        }
        found
    }

    fn next_year_missing(&self, now: Timestamp) -> Option<Outlook> {
        let today = self.date_of(now);
        let jalali = self.zone.iana_name() == Some("Asia/Tehran");
        let year_of = |date: Date| if jalali { Jalali::from(date).year() } else { i32::from(date.year()) };
        let late = if jalali {
            Jalali::from(today).month() >= WARNED_FROM_MONTH
        } else {
            today.month() >= WARNED_FROM_GREGORIAN_MONTH
        };
        let year = year_of(today);
        let has_holidays =
            |year: i32| self.days.keys().any(|date| year_of(*date) == year && self.holiday(*date).is_some());
        let missing = late && has_holidays(year) && !has_holidays(year + 1);
        missing.then_some(Outlook::NextYearMissing { year: year + 1 })
    }

    /// Stretches without anybody there, between two openings, that outlast `cap` because of a
    /// date of their own; what every week brings, its owner knows.
    fn closures_longer_than(&self, now: Timestamp, cap: SignedDuration) -> Vec<Outlook> {
        let end = now.saturating_add(SignedDuration::from_hours(24 * AHEAD_DAYS as i64)).unwrap_or(now);
        let mut closes = None;
        let mut found = Vec::new();
        for opening in self.openings(now).take_while(|opening| opening.opens < end) {
            if let Some(closes) = closes {
                let closed = opening.opens.duration_since(closes);
                let (first, last) = (self.date_of(closes), self.date_of(opening.opens));
                let is_special = self.days.range(first..=last).any(|(_, day)| day.hours.is_empty());
                if closed > cap && is_special {
                    found.push(Outlook::ClosedLongerThanPromised { first, last, closed, cap });
                }
            }
            closes = Some(opening.closes);
        }
        found
    }
}

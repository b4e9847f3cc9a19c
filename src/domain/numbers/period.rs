//! The stretch of time that is reported on, and its parts.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// From the first instant to just before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    pub until: Timestamp,
}

/// Up to so many days a period is divided into days, then into weeks, then into four weeks.
const MOST_DAYS: i64 = 35;
const MOST_WEEKS: i64 = 27;

impl Period {
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    pub fn length(&self) -> SignedDuration {
        self.until.duration_since(self.from)
    }

    /// The stretch of the same length just before, to compare with.
    pub fn before(&self) -> Period {
        Period { from: self.from.saturating_sub(self.length()).unwrap_or(Timestamp::MIN), until: self.from }
    }

    /// Local days, weeks or four weeks from its beginning; the last one may be shorter.
    pub fn parts(&self, zone: &TimeZone) -> Vec<Period> {
        let first = zone.to_datetime(self.from).date();
        let days = (self.length().as_hours() + 23) / 24;
        let step = if days <= MOST_DAYS {
            1
        } else if days <= 7 * MOST_WEEKS {
            7
        } else {
            28
        };
        let starts = std::iter::successors(Some(first), |date| days_after(*date, step));
        let starts = starts.filter_map(|date| start_of(date, zone));
        let mut parts: Vec<Period> = Vec::new();
        for start in starts.take_while(|start| *start < self.until) {
            let from = start.max(self.from);
            if let Some(last) = parts.last_mut() {
                last.until = from;
            }
            parts.push(Period { from, until: self.until });
        }
        parts
    }
}

fn days_after(date: Date, days: i64) -> Option<Date> {
    date.checked_add(SignedDuration::from_hours(24 * days)).ok()
}

/// The first instant of a day.
pub fn start_of(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    date.to_zoned(zone.clone()).ok().map(|start| start.timestamp())
}

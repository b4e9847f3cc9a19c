//! What of each day counted as business time, so that a due time can be explained.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Calendar, Hours, days_after};

/// An account of more days than this is cut off: nobody reads it.
const MOST_DAYS: usize = 400;

/// One day between two instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedDay {
    pub date: Date,
    /// How much of it counted.
    pub counted: SignedDuration,
    /// The hours that hold on it.
    pub hours: Vec<Hours>,
    /// The name of a special day, when it is one.
    pub name: Option<String>,
    /// Why nothing counted.
    pub uncounted: Option<Uncounted>,
}

/// Why a day counted for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncounted {
    /// Closed by a date of its own.
    Holiday,
    /// The weekday has no hours.
    Weekday,
    /// It has hours, and none of them lie between the two instants.
    OutsideHours,
}

impl Calendar {
    /// Every local day from `from` to `until`, with the business time that lies between them.
    pub fn account(&self, from: Timestamp, until: Timestamp) -> Vec<CountedDay> {
        let (first, last) = (self.date_of(from), self.date_of(until));
        std::iter::once(first)
            .chain(days_after(first))
            .take_while(|date| *date <= last)
            .take(MOST_DAYS)
            .map(|date| self.counted_day(date, from, until))
            .collect()
    }

    fn counted_day(&self, date: Date, from: Timestamp, until: Timestamp) -> CountedDay {
        let counted = self
            .openings_of(date)
            .map(|opening| opening.closes.min(until).duration_since(opening.opens.max(from)))
            .filter(SignedDuration::is_positive)
            .fold(SignedDuration::ZERO, SignedDuration::saturating_add);
        let hours = self.hours_of(date).to_vec();
        let uncounted = match (counted.is_zero(), self.holiday(date).is_some(), hours.is_empty()) {
            (false, _, _) => None,
            (true, true, _) => Some(Uncounted::Holiday),
            (true, false, true) => Some(Uncounted::Weekday),
            (true, false, false) => Some(Uncounted::OutsideHours),
        };
        CountedDay { date, counted, hours, name: self.special(date).map(|day| day.name.clone()), uncounted }
    }
}

//! Dates that are not as their weekday: holidays, special opening days, other hours.
//!
//! They come from the owner's dated files, and from closures and opening days
//! that staff add while the daemon runs; the latter win.
//!
//! Invariant: the hours of one date never overlap.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;

use super::{Calendar, CalendarError, Hours, Week, days_after};

/// A range of days beyond this is a mistake.
pub const LONGEST_CLOSURE_RANGE_DAYS: usize = 366;

/// What holds on one date instead of its weekday's hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialDay {
    pub name: String,
    /// Sorted; none: closed all day.
    pub hours: Vec<Hours>,
}

impl SpecialDay {
    pub fn closed(name: &str) -> SpecialDay {
        SpecialDay { name: name.to_owned(), hours: Vec::new() }
    }

    pub fn open(name: &str, mut hours: Vec<Hours>) -> SpecialDay {
        hours.sort_unstable();
        SpecialDay { name: name.to_owned(), hours }
    }

    pub(super) fn check(&self, date: Date) -> Result<(), CalendarError> {
        match Week::first_overlap(&self.hours) {
            Some((first, second)) => Err(CalendarError::OverlapOn { date, first, second }),
            None => Ok(()),
        }
    }
}

/// A closure or special opening that was not foreseen in the settings: from one day to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    pub from: Date,
    /// The last day of it.
    pub until: Date,
    pub name: String,
    /// None: closed. Else somebody is there in these hours, whatever the week and the holidays say.
    pub hours: Vec<Hours>,
}

impl Closure {
    /// Its days, or why they make no stretch.
    pub fn dates(&self) -> Result<Vec<Date>, CalendarError> {
        let days: Vec<Date> = std::iter::once(self.from)
            .chain(days_after(self.from))
            .take_while(|date| *date <= self.until)
            .take(LONGEST_CLOSURE_RANGE_DAYS + 1)
            .collect();
        if days.is_empty() || days.len() > LONGEST_CLOSURE_RANGE_DAYS {
            return Err(CalendarError::NoStretch { from: self.from, until: self.until });
        }
        Ok(days)
    }
}

impl Calendar {
    /// The same calendar with these closures and openings; where two meet, the later one holds.
    pub fn with_closures(&self, closures: &[Closure]) -> Result<Calendar, CalendarError> {
        let mut days = self.days.clone();
        for closure in closures {
            let day = SpecialDay::open(&closure.name, closure.hours.clone());
            days.extend(closure.dates()?.into_iter().map(|date| (date, day.clone())));
        }
        Calendar::new(self.zone.clone(), self.week.clone(), days)
    }

    /// The same dates with another week, such as that of one person or department: who is not
    /// there on a weekday is not there when the shop has special hours on it.
    pub fn with_week(&self, week: Week) -> Result<Calendar, CalendarError> {
        let holds =
            |(date, day): &(&Date, &SpecialDay)| day.hours.is_empty() || !week.of(date.weekday()).is_empty();
        let days = self.days.iter().filter(holds).map(|(date, day)| (*date, day.clone())).collect();
        Calendar::new(self.zone.clone(), week, days)
    }

    /// The same dates with the week of a department, whose calendar it is then.
    pub fn of_department(&self, name: &str, week: Week) -> Result<Calendar, CalendarError> {
        Ok(Calendar { department: Some(name.to_owned()), ..self.with_week(week)? })
    }

    /// The same calendar with other hours on the working days of a range, such as those of Ramadan.
    /// A weekday without hours of its own, and a holiday, stay closed.
    pub fn special_hours(
        week: &Week,
        days: &BTreeMap<Date, SpecialDay>,
        range: &Closure,
    ) -> Result<BTreeMap<Date, SpecialDay>, CalendarError> {
        let day = SpecialDay::open(&range.name, range.hours.clone());
        let works = |date: &Date| !week.of(date.weekday()).is_empty() && !days.contains_key(date);
        Ok(range.dates()?.into_iter().filter(works).map(|date| (date, day.clone())).collect())
    }

    /// Names this state of the hours and dates, so that a due time says what it was reckoned with.
    ///
    /// The same content has the same name, on every machine and in every run.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(super) fn stamped(mut self) -> Calendar {
        let mut text = format!("{:?}|{:?}|", self.zone.iana_name(), self.week);
        for (date, day) in &self.days {
            let _ = write!(text, "{date}:{:?};", day.hours);
        }
        // FNV-1a, 64 bits: a name, no protection.
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        self.version = format!("{hash:016x}");
        self
    }
}

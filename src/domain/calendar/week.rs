//! The hours of each weekday.
//!
//! An owner writes `sat-wed: ["09:00-12:00", "13:00-17:00"]`; here it becomes
//! sorted hours for each day.
//!
//! Invariant: hours never cross midnight and are never empty.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Date, DateTime, Time, Weekday};

use super::CalendarError;

/// One stretch of opening hours within a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    opens: Time,
    /// Midnight stands for the end of the day.
    closes: Time,
}

impl Hours {
    /// Midnight as closing time is the end of the day, 24:00.
    pub fn new(opens: Time, closes: Time) -> Result<Hours, CalendarError> {
        if closes != Time::midnight() && closes <= opens {
            return Err(CalendarError::ClosesBeforeOpening { opens, closes });
        }
        Ok(Hours { opens, closes })
    }

    /// Reads `09:00-17:00`; the end may be `24:00`.
    pub fn parse(text: &str) -> Result<Hours, CalendarError> {
        let malformed = || CalendarError::MalformedHours(text.to_owned());
        let (opens, closes) = text.split_once(['-', '–']).ok_or_else(malformed)?;
        let opens = parse_time(opens.trim()).ok_or_else(malformed)?;
        let closes = match closes.trim() {
            "24:00" => Time::midnight(),
            time => parse_time(time).filter(|time| *time != Time::midnight()).ok_or_else(malformed)?,
        };
        Hours::new(opens, closes)
    }

    pub fn opens(self) -> Time {
        self.opens
    }

    /// Midnight is the end of the day.
    pub fn closes(self) -> Time {
        self.closes
    }

    /// The local time of closing on that day; 24:00 is the next day's midnight.
    pub(super) fn closing_on(self, date: Date) -> Option<DateTime> {
        if self.closes == Time::midnight() {
            return date.tomorrow().ok().map(|next| next.to_datetime(Time::midnight()));
        }
        Some(date.to_datetime(self.closes))
    }

    fn overlaps(self, later: Hours) -> bool {
        self.closes == Time::midnight() || later.opens < self.closes
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-", self.opens.strftime("%H:%M"))?;
        if self.closes == Time::midnight() {
            return f.write_str("24:00");
        }
        write!(f, "{}", self.closes.strftime("%H:%M"))
    }
}

/// `9:00` or `09:00`.
fn parse_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let number = |digits: &str, longest: usize| {
        let plain =
            !digits.is_empty() && digits.len() <= longest && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse::<i8>().ok()).flatten()
    };
    if minute.len() != 2 {
        return None;
    }
    Time::new(number(hour, 2)?, number(minute, 2)?, 0, 0).ok()
}

/// The hours of each weekday; a day without any is closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Week {
    /// By days since Saturday, sorted by opening.
    days: BTreeMap<i8, Vec<Hours>>,
}

impl Week {
    /// Adds hours to a day. Whether they overlap others is told by `Calendar::new`.
    pub fn add(&mut self, weekday: Weekday, hours: Hours) {
        let day = self.days.entry(key(weekday)).or_default();
        day.push(hours);
        day.sort_unstable();
    }

    /// The hours of a day, in order.
    pub fn of(&self, weekday: Weekday) -> &[Hours] {
        self.days.get(&key(weekday)).map_or(&[], Vec::as_slice)
    }

    pub fn is_empty(&self) -> bool {
        self.days.values().all(Vec::is_empty)
    }

    /// Saturday to Wednesday 09:00-17:00, Thursday 09:00-13:00.
    pub(super) fn usual() -> Week {
        let hours =
            |closes| Hours { opens: Time::constant(9, 0, 0, 0), closes: Time::constant(closes, 0, 0, 0) };
        let mut week = Week::default();
        for weekday in Weekday::Saturday.cycle_forward().take(5) {
            week.add(weekday, hours(17));
        }
        week.add(Weekday::Thursday, hours(13));
        week
    }

    /// Refuses the first overlap found.
    pub(super) fn check(&self) -> Result<(), CalendarError> {
        for weekday in Weekday::Saturday.cycle_forward().take(7) {
            if let Some((first, second)) = Week::first_overlap(self.of(weekday)) {
                return Err(CalendarError::Overlap { weekday, first, second });
            }
        }
        Ok(())
    }

    /// Two neighbours among sorted hours that overlap.
    pub(super) fn first_overlap(hours: &[Hours]) -> Option<(Hours, Hours)> {
        hours.windows(2).find_map(|pair| match *pair {
            [first, second] if first.overlaps(second) => Some((first, second)),
            _ => None,
        })
    }
}

fn key(weekday: Weekday) -> i8 {
    weekday.since(Weekday::Saturday)
}

pub(super) fn name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
    }
}

/// The days of `thu`, `sat-wed` or `fri-mon`; English names, whole or their first three letters.
pub fn parse_weekdays(text: &str) -> Option<Vec<Weekday>> {
    let (first, last) = match text.split_once(['-', '–']) {
        Some((first, last)) => (parse_weekday(first)?, parse_weekday(last)?),
        None => (parse_weekday(text)?, parse_weekday(text)?),
    };
    let count = usize::try_from(last.since(first)).ok()?.checked_add(1)?;
    Some(first.cycle_forward().take(count).collect())
}

fn parse_weekday(text: &str) -> Option<Weekday> {
    let text = text.trim().to_ascii_lowercase();
    Weekday::Saturday.cycle_forward().take(7).find(|weekday| {
        let whole = name(*weekday).to_ascii_lowercase();
        text == whole || (text.len() == 3 && whole.starts_with(&text))
    })
}

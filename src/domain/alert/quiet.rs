//! Quiet hours: when staff are left alone.
//!
//! At night and on days off nobody is told anything, unless the shop is open
//! then. What is held comes as one message at the next opening. The worst
//! wakes who is on call.

use jiff::Timestamp;
use jiff::civil::Time;

use crate::domain::alert::Person;
use crate::domain::calendar::Calendar;

/// The night, in the shop's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    pub from: Time,
    pub until: Time,
}

impl Default for Quiet {
    fn default() -> Quiet {
        Quiet { from: Time::constant(22, 0, 0, 0), until: Time::constant(7, 0, 0, 0) }
    }
}

impl Quiet {
    fn is_night(&self, time: Time) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }
}

/// From when on somebody, or with `None` the group, may be told what is known at `now`.
pub fn not_before(
    calendar: &Calendar,
    quiet: Quiet,
    person: Option<&Person>,
    severity: u8,
    now: Timestamp,
) -> Timestamp {
    let wakes = severity == 1 && person.is_none_or(|person| person.on_call);
    let own = person.and_then(|person| person.hours.clone()).and_then(|week| calendar.with_week(week).ok());
    let calendar = own.as_ref().unwrap_or(calendar);
    if wakes || calendar.is_open(now) {
        return now;
    }
    let local = calendar.zone().to_datetime(now);
    if quiet.is_night(local.time()) || !calendar.is_working_day(local.date()) {
        calendar.next_open(now)
    } else {
        now
    }
}

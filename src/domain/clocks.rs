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
    /// Until somebody owns it.
    Unassigned,
    /// Until the remedy that was promised is done.
    Remedy,
    /// We have asked the customer: the next reminder, or the end of our patience.
    Waiting,
    /// The decision was told: the next reminder, or what silence comes to.
    Acceptance,
    /// The final decision was refused.
    Monitoring,
    /// When the customer is asked how it was.
    Survey,
}

impl ClockKind {
    pub const ALL: [ClockKind; 9] = [
        ClockKind::FirstResponse,
        ClockKind::NextResponse,
        ClockKind::Decision,
        ClockKind::Unassigned,
        ClockKind::Remedy,
        ClockKind::Waiting,
        ClockKind::Acceptance,
        ClockKind::Monitoring,
        ClockKind::Survey,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ClockKind::FirstResponse => "first_response",
            ClockKind::NextResponse => "next_response",
            ClockKind::Decision => "decision",
            ClockKind::Unassigned => "unassigned",
            ClockKind::Remedy => "remedy",
            ClockKind::Waiting => "waiting_customer",
            ClockKind::Acceptance => "acceptance",
            ClockKind::Monitoring => "monitoring",
            ClockKind::Survey => "survey",
        }
    }

    /// Not what we owe the customer, but what we do by ourselves when its time has come.
    pub fn is_follow_up(self) -> bool {
        match self {
            ClockKind::Waiting | ClockKind::Acceptance | ClockKind::Monitoring | ClockKind::Survey => true,
            ClockKind::FirstResponse
            | ClockKind::NextResponse
            | ClockKind::Decision
            | ClockKind::Unassigned
            | ClockKind::Remedy => false,
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

    /// One instant at which something is done; nobody is told before.
    pub fn follow_up(kind: ClockKind, due: Timestamp, now: Timestamp) -> Clock {
        Clock {
            kind,
            started_at: now,
            due,
            levels: vec![(Level(100), due)],
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

#[cfg(test)]
mod tests {
    use jiff::civil::DateTime;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn tehran(text: &str) -> Timestamp {
        let time: DateTime = text.parse().unwrap();
        TimeZone::get("Asia/Tehran").unwrap().to_timestamp(time).unwrap()
    }

    fn calendar() -> Calendar {
        Calendar::default_for(TimeZone::get("Asia/Tehran").unwrap())
    }

    fn clock(span: Span, start: &str) -> Clock {
        Clock::start(ClockKind::FirstResponse, span, &calendar(), tehran(start))
    }

    #[test]
    fn levels_are_reached_in_business_time() {
        // Eight hours: Wednesday 5 minutes, Thursday 240; 115, 187 and 235 more on Saturday.
        let clock = clock(Targets::default().first_response, "2026-12-02T16:55");
        let expected = [(75, "2026-12-05T10:55"), (90, "2026-12-05T12:07"), (100, "2026-12-05T12:55")];
        assert_eq!(clock.levels, expected.map(|(level, at)| (Level(level), tehran(at))));
        assert_eq!(clock.due, tehran("2026-12-05T12:55"));
    }

    #[test]
    fn levels_of_business_days_are_shares_of_their_business_time() {
        // Sunday 10:00 to Wednesday 10:00 is 24 hours; 18 h end on Tuesday 12:00, 21.6 h at 15:36.
        let clock = clock(Targets::default().decision, "2026-12-06T10:00");
        let expected = [(75, "2026-12-08T12:00"), (90, "2026-12-08T15:36"), (100, "2026-12-09T10:00")];
        assert_eq!(clock.levels, expected.map(|(level, at)| (Level(level), tehran(at))));
    }

    #[test]
    fn calendar_time_runs_through_the_night() {
        let clock = clock(Span::CalendarMinutes(72 * 60), "2026-12-03T12:00");
        let expected = [(75, "2026-12-05T18:00"), (90, "2026-12-06T04:48"), (100, "2026-12-06T12:00")];
        assert_eq!(clock.levels, expected.map(|(level, at)| (Level(level), tehran(at))));
    }

    #[test]
    fn each_level_is_told_once_and_the_highest_alone_after_a_pause() {
        let mut clock = clock(Span::BusinessMinutes(100), "2026-12-05T09:00");
        assert_eq!(clock.reached(tehran("2026-12-05T10:14:59")), None);
        assert_eq!(clock.alert_due(tehran("2026-12-05T10:15")), Some(Level(75)));
        assert_eq!(clock.next_alert(), Some((Level(75), tehran("2026-12-05T10:15"))));
        clock.fired.insert(Level(75));
        assert_eq!(clock.alert_due(tehran("2026-12-05T10:15")), None);
        assert_eq!(clock.next_alert(), Some((Level(90), tehran("2026-12-05T10:30"))));
        assert_eq!(clock.alert_due(tehran("2026-12-05T18:00")), Some(Level(100)));
        clock.fired.insert(Level(100));
        assert_eq!(clock.alert_due(tehran("2026-12-05T18:00")), None);
        assert_eq!(clock.next_alert(), None);
    }

    #[test]
    fn a_stopped_clock_tells_nothing_and_keeps_what_it_reached() {
        let mut clock = clock(Span::BusinessMinutes(100), "2026-12-05T09:00");
        clock.stopped_at = Some(tehran("2026-12-05T10:20"));
        assert_eq!(clock.reached(tehran("2026-12-06T10:00")), Some(Level(75)));
        assert_eq!(clock.alert_due(tehran("2026-12-06T10:00")), None);
        assert_eq!(clock.next_alert(), None);
    }

    fn any_span() -> impl Strategy<Value = Span> {
        prop_oneof![
            (0..100_000_u32).prop_map(Span::BusinessMinutes),
            (0..100_u32).prop_map(Span::BusinessDays),
            any::<u32>().prop_map(Span::CalendarMinutes),
        ]
    }

    proptest! {
        #[test]
        fn levels_ascend_from_the_start_to_the_due_time(second in 0..4_000_000_000_i64, span in any_span()) {
            let now = Timestamp::from_second(second).unwrap();
            let clock = Clock::start(ClockKind::Decision, span, &calendar(), now);
            let times: Vec<Timestamp> = clock.levels.iter().map(|(_, at)| *at).collect();
            prop_assert!(times.is_sorted());
            prop_assert!(times.iter().all(|at| *at >= now));
            prop_assert_eq!(times.last(), Some(&clock.due));
        }
    }
}

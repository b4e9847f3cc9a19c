//! Clocks worked out by hand, and their laws.

mod follow;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::domain::calendar::{Calendar, SpecialDay, Week};
use crate::domain::text::dates::parse_date;

pub(super) fn tehran(text: &str) -> Timestamp {
    let time: DateTime = text.parse().unwrap();
    TimeZone::get("Asia/Tehran").unwrap().to_timestamp(time).unwrap()
}

pub(super) fn calendar() -> Calendar {
    Calendar::default_for(TimeZone::get("Asia/Tehran").unwrap())
}

pub(super) fn calendar_closed(dates: &[&str]) -> Calendar {
    let days = dates.iter().map(|date| (parse_date(date).unwrap(), SpecialDay::closed("closed"))).collect();
    let zone = TimeZone::get("Asia/Tehran").unwrap();
    let week: Week = calendar().week().clone();
    Calendar::new(zone, week, days).unwrap()
}

fn clock(span: Span, start: &str) -> Clock {
    Clock::start(ClockKind::FirstResponse, span, &calendar(), tehran(start))
}

const EIGHT_HOURS: Span = Span::BusinessMinutes(480);

fn levels(expected: &[(u8, &str)]) -> Vec<(Level, Timestamp)> {
    expected.iter().map(|(level, at)| (Level(*level), tehran(at))).collect()
}

#[test]
fn levels_are_reached_in_business_time() {
    // Eight hours: Wednesday 5 minutes, Thursday 240 (half of 480 is 5 minutes short of its end); then
    // Saturday 115, 187 and 235; 150 % and 200 % are 4 and 8 hours more, on Saturday and Sunday.
    let clock = clock(EIGHT_HOURS, "2026-12-02T16:55");
    let expected = levels(&[
        (50, "2026-12-03T12:55"),
        (75, "2026-12-05T10:55"),
        (90, "2026-12-05T12:07"),
        (100, "2026-12-05T12:55"),
        (150, "2026-12-05T16:55"),
        (200, "2026-12-06T12:55"),
    ]);
    assert_eq!(clock.levels, expected);
    assert_eq!(clock.due, tehran("2026-12-05T12:55"));
}

#[test]
fn levels_of_business_days_are_shares_of_their_business_time() {
    // Sunday 10:00 to Wednesday 10:00 is 24 hours; 18 h end on Tuesday 12:00, 21.6 h at 15:36.
    let clock = clock(Span::BusinessDays(3), "2026-12-06T10:00");
    let expected = levels(&[(75, "2026-12-08T12:00"), (90, "2026-12-08T15:36"), (100, "2026-12-09T10:00")]);
    assert_eq!(clock.levels[1..4], expected);
}

#[test]
fn calendar_time_runs_through_the_night() {
    let clock = clock(Span::CalendarMinutes(72 * 60), "2026-12-03T12:00");
    let expected = levels(&[
        (50, "2026-12-05T00:00"),
        (75, "2026-12-05T18:00"),
        (90, "2026-12-06T04:48"),
        (100, "2026-12-06T12:00"),
        (150, "2026-12-08T00:00"),
        (200, "2026-12-09T12:00"),
    ]);
    assert_eq!(clock.levels, expected);
}

#[test]
fn of_business_time_and_calendar_cap_the_earlier_counts() {
    let nowruz = ["1405-01-01", "1405-01-02", "1405-01-03", "1405-01-04"];
    let limit = Limit::capped(Span::BusinessDays(3), 72);
    let due = |closed: &[&str], start: &str| limit.due(&calendar_closed(closed), tehran(start));
    // Saturday to Tuesday is exactly 72 hours: business time is not later, and counts.
    assert_eq!(due(&[], "2026-12-05T10:00"), tehran("2026-12-08T10:00"));
    // Wednesday to Sunday would be 96 hours: the cap is Saturday 10:00, within hours.
    assert_eq!(due(&[], "2026-12-02T10:00"), tehran("2026-12-05T10:00"));
    // Wednesday 18:00: the cap is Saturday 18:00, after hours; the last business minute before it.
    assert_eq!(due(&[], "2026-12-02T18:00"), tehran("2026-12-05T17:00"));
    // Nowruz: the cap is 21 March 10:00, a holiday; Thursday's closing is the last chance.
    assert_eq!(due(&nowruz, "2026-03-18T10:00"), tehran("2026-03-19T13:00"));
    // Nobody is there between the start and the cap: only somebody on call can keep it.
    assert_eq!(due(&nowruz, "2026-03-19T14:00"), tehran("2026-03-22T14:00"));
}

#[test]
fn levels_of_a_capped_limit_end_at_the_cap() {
    let limit = Limit::capped(Span::BusinessDays(3), 72);
    let clock = Clock::of(ClockKind::Decision, limit, ("v", 3), &calendar(), tehran("2026-12-02T10:00"));
    // Wednesday 7 hours, Thursday 4, Saturday 1: twelve hours, of which nine end on Thursday 11:00.
    assert_eq!(clock.levels[1], (Level(75), tehran("2026-12-03T11:00")));
    assert_eq!(clock.due, tehran("2026-12-05T10:00"));
}

#[test]
fn an_outside_body_warns_at_24_48_60_and_68_hours_and_then_gives_less_time() {
    let promises = Promises::default();
    let start = tehran("2026-12-02T10:00");
    let first = Clock::promised(ClockKind::External, &promises, 3, &calendar(), start).unwrap();
    let hours: Vec<i64> = first.levels.iter().map(|(_, at)| at.duration_since(start).as_hours()).collect();
    assert_eq!(hours, [24, 48, 60, 68, 72]);
    let windows: Vec<Option<Limit>> = [72, 48, 24].map(|hours| promises.next_external(hours * 60)).to_vec();
    let hours = |hours: u32| Some(Limit::from(Span::CalendarMinutes(hours * 60)));
    assert_eq!(windows, [hours(48), hours(24), None]);
}

#[test]
fn the_promises_are_those_of_the_manual() {
    let promises = Promises::default();
    let row = |kind: ClockKind| {
        let said = SEVERITIES.map(|severity| promises.of(kind, severity).unwrap().to_string());
        format!("{}: {}", kind.name(), said.join(" | "))
    };
    let table: Vec<String> =
        ClockKind::ALL.into_iter().filter(|kind| promises.of(*kind, 3).is_some()).map(row).collect();
    insta::assert_snapshot!(table.join("\n"), @"
    first_response: 1 hour around the clock | 4 business hours | 1 business day | 2 business days
    next_response: 1 hour around the clock | 4 business hours | 1 business day | 2 business days
    decision: 24 hours around the clock | 2 business days, at most 48 hours | 3 business days, at most 72 hours | 5 business days
    unassigned: 15 minutes around the clock | 30 business minutes | 2 business hours | 4 business hours
    waiting_customer: 10 business days | 10 business days | 10 business days | 10 business days
    ack: 2 minutes around the clock | 2 minutes around the clock | 2 minutes around the clock | 2 minutes around the clock
    update: 1 business day | 2 business days | 3 business days | 5 business days
    request: 1 business hour | 1 business hour | 1 business hour | 1 business hour
    external: 72 hours around the clock | 72 hours around the clock | 72 hours around the clock | 72 hours around the clock
    ");
    let mut other = promises.clone();
    assert_eq!(other.version(), promises.version());
    other.set(ClockKind::Request, None, Span::BusinessMinutes(61).into());
    other.stamp();
    assert_ne!(other.version(), promises.version());
}

#[test]
fn each_level_is_told_once_and_the_highest_alone_after_a_pause() {
    let mut clock = clock(Span::BusinessMinutes(100), "2026-12-05T09:00");
    assert_eq!(clock.reached(tehran("2026-12-05T09:49:59")), None);
    assert_eq!(clock.alert_due(tehran("2026-12-05T10:15")), Some(Level(75)));
    assert_eq!(clock.next_alert(), Some((Level(50), tehran("2026-12-05T09:50"))));
    clock.fired.insert(Level(75));
    assert_eq!(clock.alert_due(tehran("2026-12-05T10:15")), None);
    assert_eq!(clock.next_alert(), Some((Level(90), tehran("2026-12-05T10:30"))));
    assert_eq!(clock.alert_due(tehran("2026-12-05T18:00")), Some(Level(200)));
    clock.fired.insert(Level(200));
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

#[test]
fn a_system_clock_that_jumps_backwards_tells_nothing_twice_and_nothing_early() {
    let mut clock = clock(Span::BusinessMinutes(100), "2026-12-05T09:00");
    let (before, after) = (tehran("2026-12-05T10:20"), tehran("2026-12-04T10:20"));
    assert_eq!(clock.alert_due(before), Some(Level(75)));
    clock.fired.insert(Level(75));
    // Back to the day before: nothing is reached, and what was told stays told.
    assert_eq!((clock.reached(after), clock.alert_due(after)), (None, None));
    assert_eq!(clock.alert_due(before), None);
    assert_eq!(clock.alert_due(tehran("2026-12-05T10:30")), Some(Level(90)));
    // Stopped before it began, by the clock on the wall: it took no time.
    clock.stopped_at = Some(after);
    assert_eq!(clock.reached(before), None);
}

fn any_limit() -> impl Strategy<Value = Limit> {
    let span = prop_oneof![
        (0..100_000_u32).prop_map(Span::BusinessMinutes),
        (0..100_u32).prop_map(Span::BusinessDays),
        any::<u32>().prop_map(Span::CalendarMinutes),
    ];
    (span, prop::option::of(0..20_000_u32)).prop_map(|(span, cap)| Limit { span, cap })
}

proptest! {
    #[test]
    fn levels_ascend_from_the_start_and_the_due_time_is_one(
        second in 0..4_000_000_000_i64, limit in any_limit(), which in 0..ClockKind::ALL.len(),
    ) {
        let now = Timestamp::from_second(second).unwrap();
        let clock = Clock::of(ClockKind::ALL[which], limit, ("v", 3), &calendar(), now);
        let times: Vec<Timestamp> = clock.levels.iter().map(|(_, at)| *at).collect();
        prop_assert!(times.is_sorted());
        prop_assert!(times.iter().all(|at| *at >= now));
        prop_assert!(clock.levels.contains(&(Level::DUE, clock.due)));
    }

    #[test]
    fn a_cap_never_makes_it_later(second in 0..4_000_000_000_i64, limit in any_limit()) {
        let now = Timestamp::from_second(second).unwrap();
        let due = limit.due(&calendar(), now);
        prop_assert!(due <= limit.span.due(&calendar(), now));
        if let Some(minutes) = limit.cap {
            prop_assert!(due <= now + SignedDuration::from_mins(i64::from(minutes)));
        }
    }

    #[test]
    fn a_pause_moves_what_lies_behind_it_by_the_business_time_that_it_took(
        second in 1_700_000_000..1_800_000_000_i64, minutes in 1..5_000_u32,
        before in 0..100_i64, length in 0..100_i64,
    ) {
        let calendar = calendar();
        let start = Timestamp::from_second(second).unwrap();
        let limit = Limit::from(Span::BusinessMinutes(minutes));
        let due = limit.due(&calendar, start);
        let from = start + SignedDuration::from_secs(due.duration_since(start).as_secs() * before / 101);
        let to = from + SignedDuration::from_hours(length);
        let moved = limit.levels(ClockKind::Decision, &calendar, start, &[(from, to)]);
        let due_then = moved.iter().find(|(level, _)| *level == Level::DUE).unwrap().1;
        prop_assert!(due_then >= due);
        let waited = calendar.elapsed(from, to);
        prop_assert_eq!(calendar.elapsed(start, due_then), SignedDuration::from_mins(minutes.into()) + waited);
    }
}

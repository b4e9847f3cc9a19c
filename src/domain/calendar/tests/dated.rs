//! Dated days: the hand-computed cases, special openings, closures, and what lies ahead.

use super::*;
use crate::domain::calendar::{Closure, Outlook, Uncounted};

const NOWRUZ_1403: [&str; 6] =
    ["1403-12-29", "1403-12-30", "1404-01-01", "1404-01-02", "1404-01-03", "1404-01-04"];
const NOWRUZ_1408: [&str; 6] =
    ["1408-12-29", "1408-12-30", "1409-01-01", "1409-01-02", "1409-01-03", "1409-01-04"];

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn hours(text: &str) -> Hours {
    Hours::parse(text).unwrap()
}

fn closure(from: &str, until: &str, open: &[&str]) -> Closure {
    let hours = open.iter().map(|text| hours(text)).collect();
    Closure { from: day(from), until: day(until), name: "known late".to_owned(), hours }
}

/// Hours 09-17 and Thursday 09-13, worked out with pencil and paper.
#[test]
fn due_times_worked_out_by_hand() {
    let plain: &[&str] = &[];
    let cases: &[(&str, &[&str], &str, u32, &str)] = &[
        // Wednesday 5 minutes, Thursday 240, Saturday 235.
        ("Wednesday 16:55, half Thursday", plain, "2026-12-02T16:55", 480, "2026-12-05T12:55"),
        // Wednesday 18 March 5, Thursday 240, 21 to 24 March closed, Wednesday 25 March 235.
        ("over Nowruz", &NOWRUZ_1405, "2026-03-18T16:55", 480, "2026-03-25T12:55"),
        // Tuesday 18 March 2025 60; 29 and 30 Esfand and 1 to 4 Farvardin; Tuesday 420.
        ("30 Esfand 1403", &NOWRUZ_1403, "2025-03-18T16:00", 480, "2025-03-25T16:00"),
        // 18 March 2030 is a Monday: 60; 19 to 24 March closed; Monday 25 March 420.
        ("30 Esfand 1408", &NOWRUZ_1408, "2030-03-18T16:00", 480, "2030-03-25T16:00"),
        ("a second before the holidays", &NOWRUZ_1403, "2025-03-18T23:59:59", 1, "2025-03-25T09:01"),
        ("due exactly at closing", plain, "2026-12-05T09:00", 480, "2026-12-05T17:00"),
        ("due a minute after closing", plain, "2026-12-05T09:00", 481, "2026-12-06T09:01"),
        ("due exactly at the half day's closing", plain, "2026-12-03T09:00", 240, "2026-12-03T13:00"),
        // Ten years and eight hours: 6 December 2036 is a Saturday.
        ("ten years ahead", plain, "2036-12-06T10:00", 480, "2036-12-07T10:00"),
        ("Friday counts for nothing", plain, "2026-12-04T12:00", 60, "2026-12-05T10:00"),
    ];
    for (case, closed, start, minutes, due) in cases {
        assert_eq!(shop(closed).add_business(tehran(start), *minutes), tehran(due), "{case}");
    }
}

#[test]
fn zones_with_summer_time_both_ways() {
    // (zone, start, minutes, due): the office is open Monday to Friday 09-17.
    for (name, start, minutes, due) in [
        ("Europe/Berlin", "2026-03-27T16:00", 120, "2026-03-30T10:00"),
        ("Europe/Berlin", "2026-10-23T16:00", 120, "2026-10-26T10:00"),
        ("America/New_York", "2026-03-06T16:30", 60, "2026-03-09T09:30"),
        ("America/New_York", "2026-10-30T16:30", 60, "2026-11-02T09:30"),
        ("Australia/Lord_Howe", "2026-04-03T16:30", 60, "2026-04-06T09:30"),
    ] {
        let office = calendar(name, &[("mon-fri", &["09:00-17:00"])]);
        let there = |text| local(&zone(name), text);
        assert_eq!(office.add_business(there(start), minutes), there(due), "{name} {start}");
    }
}

#[test]
fn a_special_opening_day_opens_a_friday_and_a_holiday() {
    let shop = shop(&NOWRUZ_1405)
        .with_closures(&[
            closure("1405-01-07", "1405-01-07", &["10:00-14:00"]),
            closure("1405-01-01", "1405-01-01", &["09:00-10:00"]),
        ])
        .unwrap();
    // 1 Farvardin 1405 is a Saturday and a holiday, 7 Farvardin a Friday.
    assert!(shop.is_open(tehran("2026-03-21T09:30")));
    assert_eq!(shop.holiday(day("1405-01-01")), None);
    assert_eq!(shop.next_open(tehran("2026-03-27T09:00")), tehran("2026-03-27T10:00"));
}

#[test]
fn a_holiday_put_into_a_running_time_moves_its_end_to_the_next_day() {
    let before = shop(&[]);
    let after = before.with_closures(&[closure("1405-09-15", "1405-09-15", &[])]).unwrap();
    // Saturday 16:00 and two hours: Sunday 6 December 10:00, which is 15 Azar.
    assert_eq!(before.add_business(tehran("2026-12-05T16:00"), 120), tehran("2026-12-06T10:00"));
    assert_eq!(after.add_business(tehran("2026-12-05T16:00"), 120), tehran("2026-12-07T10:00"));
    assert_ne!(before.version(), after.version());
    assert_eq!(after.version(), after.with_closures(&[]).unwrap().version());
}

#[test]
fn hours_of_a_range_change_working_days_only() {
    let range = closure("1405-09-10", "1405-09-16", &["10:00-14:00"]);
    let holidays = holidays(&["1405-09-15"]);
    let changed = Calendar::special_hours(&Week::usual(), &holidays, &range).unwrap();
    // 10 to 16 Azar are Tuesday to Monday; 13 is a Friday and 15 a holiday.
    let dates: Vec<Date> = changed.keys().copied().collect();
    let expected = ["1405-09-10", "1405-09-11", "1405-09-12", "1405-09-14", "1405-09-16"];
    assert_eq!(dates, expected.map(day));
    assert!(changed.values().all(|day| day.hours == [hours("10:00-14:00")]));
}

#[test]
fn a_range_that_is_none_and_hours_that_overlap_are_refused() {
    let refused = |one: Closure| shop(&[]).with_closures(&[one]).unwrap_err().to_string();
    insta::assert_snapshot!(
        refused(closure("1405-02-20", "1405-02-19", &[])),
        @"2026-05-10 to 2026-05-09 is no stretch of days: it must not run backwards, nor be longer than a year"
    );
    assert!(refused(closure("1405-02-20", "1407-02-20", &[])).contains("no stretch"));
    insta::assert_snapshot!(
        refused(closure("1405-02-20", "1405-02-20", &["09:00-12:00", "11:00-13:00"])),
        @"09:00-12:00 and 11:00-13:00 overlap on 2026-05-10"
    );
}

#[test]
fn the_last_business_instant_is_now_or_the_closing_before() {
    let shop = shop(&NOWRUZ_1405);
    let last = |since, at| shop.last_business_instant(tehran(since), tehran(at));
    assert_eq!(last("2026-03-18T10:00", "2026-03-18T11:00"), Some(tehran("2026-03-18T11:00")));
    assert_eq!(last("2026-03-18T10:00", "2026-03-18T23:00"), Some(tehran("2026-03-18T17:00")));
    // Thursday's closing, before the Friday and the holidays.
    assert_eq!(last("2026-03-18T10:00", "2026-03-21T10:00"), Some(tehran("2026-03-19T13:00")));
    assert_eq!(last("2026-03-19T14:00", "2026-03-22T14:00"), None);
}

#[test]
fn every_day_is_accounted_for_with_its_reason() {
    let shop = shop(&NOWRUZ_1405);
    let days = shop.account(tehran("2026-03-18T16:55"), tehran("2026-03-25T12:55"));
    let told: Vec<(i64, Option<Uncounted>)> =
        days.iter().map(|day| (day.counted.as_mins(), day.uncounted)).collect();
    let holiday = (0, Some(Uncounted::Holiday));
    assert_eq!(
        told,
        [
            (5, None),
            (240, None),
            (0, Some(Uncounted::Weekday)),
            holiday,
            holiday,
            holiday,
            holiday,
            (235, None)
        ]
    );
    assert_eq!(days[3].name.as_deref(), Some("closed 1405-01-01"));
    let night = shop.account(tehran("2026-12-05T18:00"), tehran("2026-12-05T20:00"));
    assert_eq!(night[0].uncounted, Some(Uncounted::OutsideHours));
}

#[test]
fn missing_holidays_of_the_next_year_are_told_from_1_bahman_on() {
    let outlook = |closed: &[&str], at| shop(closed).outlook(tehran(at), None);
    // 1 Bahman 1405 is 21 January 2027.
    assert_eq!(outlook(&NOWRUZ_1405, "2027-01-20T12:00"), []);
    assert_eq!(outlook(&NOWRUZ_1405, "2027-01-21T12:00"), [Outlook::NextYearMissing { year: 1406 }]);
    let both = [&NOWRUZ_1405[..], &["1406-01-01"]].concat();
    assert_eq!(outlook(&both, "2027-01-21T12:00"), []);
    assert_eq!(outlook(&[], "2027-01-21T12:00"), [], "whoever has no holidays misses none");
}

#[test]
fn a_closure_that_outlasts_a_promise_is_told_with_its_days() {
    let cap = SignedDuration::from_hours(72);
    let found = shop(&NOWRUZ_1405).outlook(tehran("2026-03-01T12:00"), Some(cap));
    // From Thursday 19 March 13:00 to Wednesday 25 March 09:00; the weekend of 12 and 13 Farvardin
    // (Wednesday, Thursday, Friday) from Tuesday 17:00 to Saturday 09:00.
    let told = |first, last, hours| Outlook::ClosedLongerThanPromised {
        first: jiff::civil::date(2026, first, if first == 3 && last == 25 { 19 } else { 31 }),
        last: jiff::civil::date(2026, if last == 25 { 3 } else { 4 }, last),
        closed: SignedDuration::from_hours(hours),
        cap,
    };
    assert_eq!(found, [told(3, 25, 140), told(3, 4, 88)]);
}

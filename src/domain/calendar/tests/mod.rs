//! Due times worked out by hand, and the laws that hold for every calendar.

mod dated;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::domain::text::dates::parse_date;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// An instant from the local time of a zone, which must be unambiguous.
fn local(zone: &TimeZone, text: &str) -> Timestamp {
    let time: DateTime = text.parse().unwrap();
    zone.to_ambiguous_timestamp(time).unambiguous().unwrap()
}

fn tehran(text: &str) -> Timestamp {
    local(&zone("Asia/Tehran"), text)
}

fn berlin(text: &str) -> Timestamp {
    local(&zone("Europe/Berlin"), text)
}

fn holidays(dates: &[&str]) -> BTreeMap<Date, SpecialDay> {
    dates
        .iter()
        .map(|text| (parse_date(text).unwrap(), SpecialDay::closed(&format!("closed {text}"))))
        .collect()
}

fn shop(dates: &[&str]) -> Calendar {
    Calendar::new(zone("Asia/Tehran"), Week::usual(), holidays(dates)).unwrap()
}

fn week(days: &[(&str, &[&str])]) -> Week {
    let mut week = Week::default();
    for (weekdays, hours) in days {
        for weekday in parse_weekdays(weekdays).unwrap() {
            for text in *hours {
                week.add(weekday, Hours::parse(text).unwrap());
            }
        }
    }
    week
}

fn calendar(zone_name: &str, days: &[(&str, &[&str])]) -> Calendar {
    Calendar::new(zone(zone_name), week(days), BTreeMap::new()).unwrap()
}

const NOWRUZ_1405: [&str; 6] =
    ["1405-01-01", "1405-01-02", "1405-01-03", "1405-01-04", "1405-01-12", "1405-01-13"];

#[test]
fn somebody_is_there_from_opening_until_just_before_closing() {
    let shop = shop(&[]);
    for (text, open) in [
        ("2026-12-05T08:59:59", false),
        ("2026-12-05T09:00:00", true),
        ("2026-12-05T16:59:59", true),
        ("2026-12-05T17:00:00", false),
        ("2026-12-03T12:59:59", true),
        ("2026-12-03T13:00:00", false),
        ("2026-12-04T10:00:00", false),
    ] {
        assert_eq!(shop.is_open(tehran(text)), open, "{text}");
    }
}

#[test]
fn the_next_opening_is_now_while_open() {
    let shop = shop(&[]);
    let next = |text| shop.next_open(tehran(text));
    assert_eq!(next("2026-12-05T10:11:12"), tehran("2026-12-05T10:11:12"));
    assert_eq!(next("2026-12-05T17:00:00"), tehran("2026-12-06T09:00:00"));
    assert_eq!(next("2026-12-03T13:00:00"), tehran("2026-12-05T09:00:00"));
}

#[test]
fn eight_hours_from_wednesday_evening_end_on_saturday_after_the_half_thursday() {
    // Wednesday 5 minutes, Thursday 240, Saturday the other 235.
    let due = shop(&[]).add_business(tehran("2026-12-02T16:55"), 480);
    assert_eq!(due, tehran("2026-12-05T12:55"));
}

#[test]
fn eight_hours_from_the_last_wednesday_of_the_year_end_after_nowruz() {
    // Wednesday 18 March 5 minutes, Thursday 240; 21 to 24 March closed; Wednesday 235.
    let shop = shop(&NOWRUZ_1405);
    assert_eq!(shop.add_business(tehran("2026-03-18T16:55"), 480), tehran("2026-03-25T12:55"));
    assert_eq!(shop.holiday(parse_date("1405-01-13").unwrap()), Some("closed 1405-01-13"));
    assert_eq!(shop.holiday(parse_date("1405-01-14").unwrap()), None);
}

#[test]
fn leap_esfand_is_closed_on_both_its_last_days() {
    // Tuesday one hour; 29 and 30 Esfand and 1 to 4 Farvardin closed; Tuesday 25 March seven hours.
    let closed = ["1403-12-29", "1403-12-30", "1404-01-01", "1404-01-02", "1404-01-03", "1404-01-04"];
    let shop = shop(&closed);
    assert_eq!(shop.add_business(tehran("2025-03-18T16:00"), 480), tehran("2025-03-25T16:00"));
}

#[test]
fn a_second_before_the_holiday_counts_from_the_day_after_it() {
    let closed = ["1403-12-29", "1403-12-30", "1404-01-01", "1404-01-02", "1404-01-03", "1404-01-04"];
    let shop = shop(&closed);
    let start = tehran("2025-03-18T23:59:59");
    assert_eq!(shop.next_open(start), tehran("2025-03-25T09:00"));
    // Exactly the whole day: it stays at closing.
    assert_eq!(shop.add_business(start, 480), tehran("2025-03-25T17:00"));
}

#[test]
fn seconds_before_closing_are_not_lost() {
    let shop = shop(&[]);
    assert_eq!(shop.add_business(tehran("2026-12-05T16:58:30"), 2), tehran("2026-12-06T09:00:30"));
    assert_eq!(shop.add_business(tehran("2026-12-05T16:58:00"), 2), tehran("2026-12-05T17:00:00"));
}

#[test]
fn several_stretches_a_day_are_counted_one_after_the_other() {
    let shop = calendar("Asia/Tehran", &[("sat-thu", &["16:00-20:00", "09:00-12:00"])]);
    assert_eq!(shop.add_business(tehran("2026-12-05T11:00"), 120), tehran("2026-12-05T17:00"));
    assert_eq!(shop.business_between(tehran("2026-12-05T08:00"), tehran("2026-12-06T10:00")), 420 + 60);
    assert_eq!(shop.business_between(tehran("2026-12-06T10:00"), tehran("2026-12-05T08:00")), 0);
}

#[test]
fn midnight_does_not_interrupt_hours_until_24_00() {
    let always = calendar("Asia/Tehran", &[("sat-fri", &["00:00-24:00"])]);
    assert!(always.is_open(tehran("2026-12-05T00:00")));
    assert_eq!(always.add_business(tehran("2026-12-04T23:30"), 60), tehran("2026-12-05T00:30"));
}

#[test]
fn business_days_keep_the_time_of_day() {
    let shop = shop(&NOWRUZ_1405);
    // Monday, Tuesday; 1 and 2 April are 12 and 13 Farvardin; Friday; Saturday is the third.
    assert_eq!(shop.add_business_days(tehran("2026-03-29T10:00"), 3), tehran("2026-04-04T10:00"));
    assert_eq!(shop.add_business_days(tehran("2026-12-02T16:55"), 2), tehran("2026-12-05T16:55"));
}

#[test]
fn business_days_end_within_the_hours_of_their_last_day() {
    let shop = shop(&[]);
    assert_eq!(shop.add_business_days(tehran("2026-12-02T16:55"), 1), tehran("2026-12-03T13:00"));
    // After closing counts as the next opening, which is Thursday's.
    assert_eq!(shop.add_business_days(tehran("2026-12-02T18:00"), 1), tehran("2026-12-05T09:00"));
    assert_eq!(shop.add_business_days(tehran("2026-12-02T18:00"), 0), tehran("2026-12-03T09:00"));
    let split =
        calendar("Asia/Tehran", &[("sat", &["08:00-20:00"]), ("sun", &["09:00-12:00", "15:00-18:00"])]);
    assert_eq!(split.add_business_days(tehran("2026-12-05T13:00"), 1), tehran("2026-12-06T12:00"));
    assert_eq!(split.add_business_days(tehran("2026-12-05T08:30"), 1), tehran("2026-12-06T09:00"));
}

#[test]
fn clocks_set_forward_take_an_hour_from_that_day_only() {
    let nights = calendar("Europe/Berlin", &[("sat-fri", &["00:00-08:00"])]);
    let night = |from, to| nights.business_between(berlin(from), berlin(to));
    assert_eq!(night("2026-03-28T00:00", "2026-03-28T23:00"), 480);
    assert_eq!(night("2026-03-29T00:00", "2026-03-29T23:00"), 420);
    let office = calendar("Europe/Berlin", &[("mon-fri", &["09:00-17:00"])]);
    assert_eq!(office.add_business(berlin("2026-03-27T16:00"), 120), berlin("2026-03-30T10:00"));
    assert_eq!(
        office.add_business_days(berlin("2026-03-27T10:00"), 1),
        "2026-03-30T08:00:00Z".parse().unwrap()
    );
}

#[test]
fn clocks_set_back_give_an_hour_to_that_day_only() {
    let nights = calendar("Europe/Berlin", &[("sat-fri", &["00:00-08:00"])]);
    assert_eq!(nights.business_between(berlin("2026-10-25T00:00"), berlin("2026-10-25T23:00")), 540);
    let always = calendar("Europe/Berlin", &[("sat-fri", &["00:00-24:00"])]);
    assert_eq!(always.add_business(berlin("2026-10-24T12:00"), 24 * 60), berlin("2026-10-25T11:00"));
    assert_eq!(always.add_business(berlin("2026-03-28T12:00"), 24 * 60), berlin("2026-03-29T13:00"));
}

#[test]
fn hours_that_begin_or_end_in_a_skipped_or_repeated_hour_stay_in_order() {
    let sunday = |hours: &[&str], day: &str| {
        let shop = calendar("Europe/Berlin", &[("sun", hours)]);
        let midnight = berlin(&format!("{day}T00:00"));
        (
            shop.next_open(midnight).to_string(),
            shop.business_between(midnight, berlin(&format!("{day}T12:00"))),
        )
    };
    // 02:00 to 03:00 is skipped on 29 March, and comes twice on 25 October.
    assert_eq!(sunday(&["02:30-04:00"], "2026-03-29"), ("2026-03-29T01:00:00Z".to_owned(), 60));
    assert_eq!(sunday(&["01:00-02:30"], "2026-03-29"), ("2026-03-29T00:00:00Z".to_owned(), 60));
    assert_eq!(sunday(&["02:10-02:50", "05:00-06:00"], "2026-03-29").1, 60);
    assert_eq!(sunday(&["02:30-04:00"], "2026-10-25"), ("2026-10-25T00:30:00Z".to_owned(), 150));
    assert_eq!(sunday(&["01:00-02:20", "02:40-05:00"], "2026-10-25").1, 80 + 200);
}

#[test]
fn clocks_changed_at_midnight_lose_nothing() {
    // Tehran until 2022 at 00:00; St. John's in 2010 at 00:01, back into the day before.
    let hours = |name: &str, from: &str, to: &str| {
        let always = calendar(name, &[("sat-fri", &["00:00-24:00"])]);
        always.business_between(local(&zone(name), from), local(&zone(name), to)) / 60
    };
    assert_eq!(hours("Asia/Tehran", "2022-03-21T12:00", "2022-03-22T12:00"), 23);
    assert_eq!(hours("Asia/Tehran", "2022-09-21T12:00", "2022-09-22T12:00"), 25);
    assert_eq!(hours("America/St_Johns", "2010-11-06T12:00", "2010-11-07T12:00"), 25);
    let evenings = calendar("America/St_Johns", &[("sat", &["20:00-24:00"])]);
    // 00:01 on Sunday became 23:01 on Saturday; the second 23:30 belongs to no opening.
    assert!(!evenings.is_open("2010-11-07T03:00:00Z".parse().unwrap()));
}

#[test]
fn ten_years_ahead_the_arithmetic_is_the_same() {
    let shop = shop(&[]);
    assert_eq!(shop.add_business(tehran("2036-12-06T10:00"), 480), tehran("2036-12-07T10:00"));
    // 520 weeks of 2640 minutes end with the last half Thursday.
    assert_eq!(shop.add_business(tehran("2026-12-05T09:00"), 520 * 2640), tehran("2036-11-20T13:00"));
}

#[test]
fn a_span_without_end_ends_at_the_horizon() {
    let rare = calendar("Asia/Tehran", &[("sat", &["09:00-09:01"])]);
    let start = tehran("2026-12-05T10:00");
    for due in [rare.add_business(start, u32::MAX), rare.add_business_days(start, u32::MAX)] {
        let years = due.duration_since(start).as_hours() / 24 / 365;
        assert!((39..=40).contains(&years), "{due}");
    }
    assert_eq!(rare.next_open(Timestamp::MAX), Timestamp::MAX);
    assert_eq!(rare.add_business(Timestamp::MAX, 5), Timestamp::MAX);
    assert!(rare.add_business(Timestamp::MIN, 5) > Timestamp::MIN);
}

#[test]
fn a_week_without_hours_is_refused() {
    let refused = Calendar::new(zone("Asia/Tehran"), Week::default(), BTreeMap::new());
    assert_eq!(refused, Err(CalendarError::EmptyWeek));
}

#[test]
fn overlapping_hours_are_refused_with_both() {
    let refused = |hours: &[&str]| {
        Calendar::new(zone("Asia/Tehran"), week(&[("thu", hours)]), BTreeMap::new())
            .map_err(|e| e.to_string())
    };
    insta::assert_snapshot!(
        refused(&["12:00-17:00", "09:00-13:00"]).unwrap_err(),
        @"09:00-13:00 and 12:00-17:00 overlap on Thursday"
    );
    insta::assert_snapshot!(
        refused(&["09:00-24:00", "23:00-23:30"]).unwrap_err(),
        @"09:00-24:00 and 23:00-23:30 overlap on Thursday"
    );
    assert!(refused(&["09:00-12:00", "12:00-17:00"]).is_ok());
}

#[test]
fn holidays_that_close_for_more_than_a_year_are_refused() {
    let days = |count| {
        let all =
            std::iter::once(jiff::civil::date(2026, 1, 3)).chain(days_after(jiff::civil::date(2026, 1, 3)));
        all.take(count).map(|date| (date, SpecialDay::closed("closed"))).collect::<BTreeMap<_, _>>()
    };
    let with = |holidays| Calendar::new(zone("Asia/Tehran"), Week::usual(), holidays);
    insta::assert_snapshot!(
        with(days(730)).unwrap_err().to_string(),
        @"the holidays leave no opening from 2026-01-03 to 2028-01-03: more than a year"
    );
    let closed = with(days(360)).unwrap();
    assert_eq!(closed.next_open(tehran("2026-01-03T09:00")), tehran("2026-12-29T09:00"));
}

#[test]
fn hours_and_weekdays_are_read_as_owners_write_them() {
    let hours = |text| Hours::parse(text).map(|hours| hours.to_string()).map_err(|error| error.to_string());
    assert_eq!(hours("9:00 - 17:30").unwrap(), "09:00-17:30");
    assert_eq!(hours("00:00-24:00").unwrap(), "00:00-24:00");
    for wrong in
        ["", "09:00", "9-17", "09:00-25:00", "09:00-17:60", "09:00-00:00", "24:00-24:00", "+9:00-17:00"]
    {
        assert!(matches!(Hours::parse(wrong), Err(CalendarError::MalformedHours(_))), "{wrong}");
    }
    insta::assert_snapshot!(
        hours("22:00-06:00").unwrap_err(),
        @"22:00-06:00 closes before it opens; hours over midnight are written on both days, until 24:00 and from 00:00"
    );
    let days = |text| parse_weekdays(text).map(|days| days.len());
    assert_eq!(days("thu"), Some(1));
    assert_eq!(days("sat-wed"), Some(5));
    assert_eq!(days("Friday - Monday"), Some(4));
    assert_eq!(days("sat-fri"), Some(7));
    assert_eq!(parse_weekdays("thu-sat").unwrap(), [Weekday::Thursday, Weekday::Friday, Weekday::Saturday]);
    for wrong in ["", "th", "sat-", "someday", "sat-wed-thu"] {
        assert_eq!(days(wrong), None, "{wrong}");
    }
}

/// Calendars of every shape: hours on five-minute marks, holidays here and there.
fn any_calendar() -> impl Strategy<Value = Calendar> {
    let zones =
        prop::sample::select(vec!["Asia/Tehran", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"]);
    let marks = prop::collection::btree_set(0..=288_i32, 2..6);
    let days = prop::collection::vec(prop::option::of(marks), 7);
    let closed = prop::collection::btree_set(0..4000_i64, 0..40);
    (zones, days, closed).prop_filter_map("some hours", |(name, days, closed)| {
        let mut week = Week::default();
        for (weekday, marks) in Weekday::Saturday.cycle_forward().zip(days) {
            let marks: Vec<i32> = marks.into_iter().flatten().collect();
            for pair in marks.chunks_exact(2) {
                let time =
                    |mark: i32| Time::midnight() + SignedDuration::from_mins(i64::from(mark % 288) * 5);
                week.add(weekday, Hours::new(time(pair[0]), time(pair[1])).unwrap());
            }
        }
        let day = |days: i64| jiff::civil::date(2005, 1, 1) + SignedDuration::from_hours(24 * days);
        let holidays = closed.into_iter().map(|days| (day(days), SpecialDay::closed("closed"))).collect();
        Calendar::new(zone(name), week, holidays).ok()
    })
}

fn any_start() -> impl Strategy<Value = Timestamp> {
    (1_104_537_600..1_450_000_000_i64).prop_map(|second| Timestamp::from_second(second).unwrap())
}

/// What a proptest run found once: the only opening of 11 March 2012 lies in the skipped hour, and
/// the day counted all the same; its end was then looked for and found forty years later.
#[test]
fn a_day_whose_hours_are_skipped_altogether_counts_for_nothing() {
    let days: [(&str, &[&str]); 3] =
        [("sun", &["02:15-02:30"]), ("mon", &["00:00-00:05"]), ("fri", &["00:00-00:05"])];
    let shop = calendar("America/St_Johns", &days);
    let start: Timestamp = "2012-01-29T05:35:00Z".parse().unwrap();
    // Three days a week: the 17th is Friday 9 March, Sunday 11 March has no opening, then Monday.
    let due = |days| shop.add_business_days(start, days);
    assert_eq!(due(17), local(&zone("America/St_Johns"), "2012-03-09T00:05"));
    assert_eq!(due(18), local(&zone("America/St_Johns"), "2012-03-12T00:05"));
    assert!(!shop.is_working_day(jiff::civil::date(2012, 3, 11)));
    // Tehran skipped the first hour of the year until 2022.
    let midnight = calendar("Asia/Tehran", &[("sun", &["00:00-00:05"])]);
    assert_eq!(midnight.add_business_days(tehran("2009-03-14T13:05"), 1), tehran("2009-03-29T00:00"));
}

/// Clocks set back before midnight repeat the beginning of an opening on the day before it.
#[test]
fn an_opening_that_begins_on_the_day_before_is_no_second_working_day() {
    let shop = calendar("America/St_Johns", &[("sun", &["00:00-00:05"])]);
    // 7 November 2010 at 00:01 became 23:01 on Saturday: this is the second 23:30.
    let start: Timestamp = "2010-11-07T03:00:00Z".parse().unwrap();
    assert!(shop.is_open(start));
    assert_eq!(shop.add_business_days(start, 1), local(&zone("America/St_Johns"), "2010-11-14T00:05"));
}

/// What a proptest run found once: beyond the horizon the span ends with the last opening seen.
#[test]
fn a_span_beyond_the_horizon_ends_with_the_last_opening() {
    let mut week = Week::default();
    week.add(Weekday::Saturday, Hours::parse("22:15-22:20").unwrap());
    let calendar = Calendar::new(zone("Asia/Tehran"), week, BTreeMap::new()).unwrap();
    let start: Timestamp = "2005-01-01T00:00:00Z".parse().unwrap();
    let last = calendar.add_business(start, 10_460);
    assert_eq!(calendar.business_between(start, last), 10_460);
    assert_eq!(calendar.add_business(start, 10_461), last);
}

proptest! {
    // The scantest calendar has one opening of five minutes a week and forty holidays: within
    // HORIZON_DAYS it holds 10,260 minutes, and beyond the horizon spans end early as documented.
    #[test]
    fn business_time_added_is_business_time_measured(
        calendar in any_calendar(), start in any_start(), minutes in 0..10_000_u32,
    ) {
        let due = calendar.add_business(start, minutes);
        prop_assert!(due >= start);
        prop_assert_eq!(calendar.business_between(start, due), minutes);
    }

    #[test]
    fn two_spans_one_after_the_other_are_their_sum(
        calendar in any_calendar(), start in any_start(), a in 0..3_000_u32, b in 0..3_000_u32,
    ) {
        let first = calendar.add_business(start, a);
        prop_assert_eq!(calendar.add_business(first, b), calendar.add_business(start, a + b));
    }

    #[test]
    fn the_next_opening_is_open_and_nothing_before_it_is(
        calendar in any_calendar(), start in any_start(), share in 0..1000_i64,
    ) {
        let next = calendar.next_open(start);
        prop_assert!(next >= start && calendar.is_open(next));
        let between = start + SignedDuration::from_secs(next.duration_since(start).as_secs() * share / 1000);
        prop_assert!(between == next || !calendar.is_open(between));
    }

    #[test]
    fn business_days_end_on_a_working_day_and_never_early(
        calendar in any_calendar(), start in any_start(), days in 1..30_u32,
    ) {
        let due = calendar.add_business_days(start, days);
        prop_assert!(due > start);
        prop_assert!(due <= calendar.add_business_days(start, days + 1));
        let just_before = due - SignedDuration::from_nanos(1);
        prop_assert!(calendar.is_open(due) || calendar.is_open(just_before));
    }
}

//! Dates as people write them: Jalali in Persian, Gregorian in English.
//!
//! The Jalali calendar is counted by the 33-year rule, which agrees with the
//! official calendar for every year in which this program will run (the
//! 2820-year formula, which many libraries use, is a day off in 1404).
//!
//! Invariant: every Gregorian date has one Jalali date and comes back from it;
//! a date that does not exist is never read as its neighbour.

use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::message::Language;
use crate::domain::text::digits;

/// The year whose first day anchors the count: 1 Farvardin 1404 was 21 March 2025.
const ANCHOR_YEAR: i32 = 1404;
const ANCHOR: Date = date(2025, 3, 21);

/// A year below this is a Jalali one.
const FIRST_GREGORIAN_YEAR: i32 = 1700;

/// A day of the Jalali calendar; months and days count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Jalali {
    year: i32,
    month: i32,
    day: i32,
}

impl Jalali {
    /// `None` for a day that the year does not have.
    pub fn new(year: i32, month: i32, day: i32) -> Option<Jalali> {
        let exists = (1..FIRST_GREGORIAN_YEAR).contains(&year)
            && (1..=12).contains(&month)
            && (1..=month_length(year, month)).contains(&day);
        exists.then_some(Jalali { year, month, day })
    }

    pub fn year(self) -> i32 {
        self.year
    }

    pub fn month(self) -> i32 {
        self.month
    }

    pub fn day(self) -> i32 {
        self.day
    }

    pub fn to_gregorian(self) -> Option<Date> {
        let days = year_start(self.year) + month_start(self.month) + self.day - 1;
        ANCHOR.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok()
    }
}

impl From<Date> for Jalali {
    fn from(date: Date) -> Jalali {
        let days = i32::try_from(date.duration_since(ANCHOR).as_hours() / 24).unwrap_or(0);
        // 33 years have 12053 days; the estimate is a year off at most.
        let estimate = ANCHOR_YEAR + (days * 33).div_euclid(12_053);
        let year =
            (estimate - 1..=estimate + 1).rev().find(|year| year_start(*year) <= days).unwrap_or(estimate);
        let day_of_year = days - year_start(year);
        let month = (1..=12).rev().find(|month| month_start(*month) <= day_of_year).unwrap_or(1);
        Jalali { year, month, day: day_of_year - month_start(month) + 1 }
    }
}

/// The 33-year rule: eight leap years in every 33.
pub fn is_jalali_leap_year(year: i32) -> bool {
    (25 * year + 11).rem_euclid(33) < 8
}

/// Days from the anchor to the first day of a year.
fn year_start(year: i32) -> i32 {
    let leap_days = |year: i32| (8 * year + 21).div_euclid(33);
    365 * (year - ANCHOR_YEAR) + leap_days(year) - leap_days(ANCHOR_YEAR)
}

/// Days from the first day of a year to the first day of a month: six of 31, then of 30.
fn month_start(month: i32) -> i32 {
    30 * (month - 1) + (month - 1).min(6)
}

fn month_length(year: i32, month: i32) -> i32 {
    match month {
        1..=6 => 31,
        7..=11 => 30,
        _ => 29 + i32::from(is_jalali_leap_year(year)),
    }
}

/// Reads `1405-01-01` or `2026/3/21`, in any digits: year, month, day.
///
/// A year below 1700 is Jalali.
pub fn parse_date(text: &str) -> Option<Date> {
    let text = digits::to_ascii(text.trim());
    let mut parts = text.split(['-', '/', '.']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if year < FIRST_GREGORIAN_YEAR {
        return Jalali::new(year, month, day)?.to_gregorian();
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn number(text: &str) -> Option<i32> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// «شنبه ۱۴ آذر ۱۴۰۵، ساعت ۱۲:۳۰», "Saturday 5 December 2026, 12:30".
pub fn write_date_time(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let local = zone.to_datetime(at);
    let date = write_date(local.date(), language);
    match language {
        Language::Fa => format!("{date}، ساعت {}", digits::to_persian(&local.strftime("%H:%M").to_string())),
        Language::En => format!("{date}, {}", local.strftime("%H:%M")),
    }
}

/// «شنبه ۱۴ آذر ۱۴۰۵», "Saturday 5 December 2026".
pub fn write_date(date: Date, language: Language) -> String {
    match language {
        Language::Fa => {
            let jalali = Jalali::from(date);
            let weekday = persian_weekday(date.weekday());
            let month = persian_month(jalali.month);
            digits::to_persian(&format!("{weekday} {} {month} {}", jalali.day, jalali.year))
        }
        Language::En => date.strftime("%A %-d %B %Y").to_string(),
    }
}

/// The length of a stretch of time in its two greatest units: «۲ ساعت و ۵ دقیقه», "2 hours 5 minutes".
///
/// Whole minutes, rounded down; whether it lies ahead or behind is not said.
pub fn write_span(span: SignedDuration, language: Language) -> String {
    let minutes = span.abs().as_mins();
    let units = [
        (minutes / 1440, "روز", "day"),
        (minutes / 60 % 24, "ساعت", "hour"),
        (minutes % 60, "دقیقه", "minute"),
    ];
    let named = |(count, fa, en): &(i64, &str, &str)| match language {
        Language::Fa => digits::to_persian(&format!("{count} {fa}")),
        Language::En => format!("{count} {en}{}", if *count == 1 { "" } else { "s" }),
    };
    let said: Vec<String> =
        units.iter().skip_while(|unit| unit.0 == 0).take(2).filter(|unit| unit.0 > 0).map(named).collect();
    match (language, said.is_empty()) {
        (Language::Fa, true) => "کمتر از یک دقیقه".to_owned(),
        (Language::En, true) => "less than a minute".to_owned(),
        (Language::Fa, false) => said.join(" و "),
        (Language::En, false) => said.join(" "),
    }
}

/// How long is left until `due`, or how long ago it was: «۲۴ دقیقه مانده», "24 minutes late".
pub fn write_left(now: Timestamp, due: Timestamp, language: Language) -> String {
    let span = write_span(due.duration_since(now), language);
    match (language, now < due) {
        (Language::Fa, true) => format!("{span} مانده"),
        (Language::Fa, false) => format!("{span} گذشته"),
        (Language::En, true) => format!("{span} left"),
        (Language::En, false) => format!("{span} late"),
    }
}

pub fn persian_weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Saturday => "شنبه",
        Weekday::Sunday => "یکشنبه",
        Weekday::Monday => "دوشنبه",
        Weekday::Tuesday => "سه‌شنبه",
        Weekday::Wednesday => "چهارشنبه",
        Weekday::Thursday => "پنجشنبه",
        Weekday::Friday => "جمعه",
    }
}

pub fn persian_month(month: i32) -> &'static str {
    match month {
        1 => "فروردین",
        2 => "اردیبهشت",
        3 => "خرداد",
        4 => "تیر",
        5 => "مرداد",
        6 => "شهریور",
        7 => "مهر",
        8 => "آبان",
        9 => "آذر",
        10 => "دی",
        11 => "بهمن",
        _ => "اسفند",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jalali(text: &str) -> Date {
        parse_date(text).unwrap_or_else(|| panic!("{text} is a date"))
    }

    #[test]
    fn the_vectors_of_the_requirements_hold() {
        assert_eq!(jalali("1403-12-30"), date(2025, 3, 20));
        assert_eq!(jalali("1404-01-01"), date(2025, 3, 21));
        assert_eq!(jalali("1405-01-01"), date(2026, 3, 21));
        assert_eq!(jalali("1405-01-01").weekday(), Weekday::Saturday);
        assert_eq!(jalali("1404-11-22"), date(2026, 2, 11));
        assert_eq!(jalali("1348-10-11"), date(1970, 1, 1));
        assert_eq!(jalali("1357-11-22"), date(1979, 2, 11));
    }

    #[test]
    fn leap_years_are_the_official_ones() {
        let leap: Vec<i32> = (1390..=1430).filter(|year| is_jalali_leap_year(*year)).collect();
        assert_eq!(leap, [1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428]);
    }

    #[test]
    fn every_day_from_1390_to_1430_follows_the_one_before_and_comes_back() {
        let mut gregorian = date(2011, 3, 21);
        for year in 1390..=1430 {
            for month in 1..=12 {
                for day in 1..=month_length(year, month) {
                    let jalali = Jalali::new(year, month, day).unwrap();
                    assert_eq!(jalali.to_gregorian(), Some(gregorian), "{jalali:?}");
                    assert_eq!(Jalali::from(gregorian), jalali);
                    gregorian = gregorian.tomorrow().unwrap();
                }
            }
        }
        assert_eq!(gregorian, date(2052, 3, 20));
    }

    #[test]
    fn dates_far_away_stay_total() {
        for far in [Date::MIN, Date::MAX, date(622, 3, 22), date(1, 1, 1)] {
            let there = Jalali::from(far);
            assert!((1..=12).contains(&there.month) && (1..=31).contains(&there.day), "{far} {there:?}");
            assert!(!write_date(far, Language::Fa).is_empty());
        }
    }

    #[test]
    fn dates_are_read_in_any_digits_and_either_calendar() {
        for text in ["1405-09-14", "1405/9/14", "۱۴۰۵/۰۹/۱۴", "١٤٠٥.٩.١٤", " 2026-12-05 ", "2026/12/5"]
        {
            assert_eq!(parse_date(text), Some(date(2026, 12, 5)), "{text}");
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_not_read() {
        for text in [
            "1404-12-30",
            "1405-13-01",
            "1405-07-31",
            "1405-01-00",
            "2026-02-29",
            "05-01-01",
            "1405-01",
            "1405-01-01-1",
            "",
            "+405-1-1",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
        assert!(parse_date("1403-12-30").is_some());
    }

    #[test]
    fn times_are_written_as_people_write_them() {
        let at: Timestamp = "2026-12-05T09:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Asia/Tehran").unwrap();
        insta::assert_snapshot!(write_date_time(at, &zone, Language::Fa), @"شنبه ۱۴ آذر ۱۴۰۵، ساعت ۱۲:۳۰");
        insta::assert_snapshot!(write_date_time(at, &zone, Language::En), @"Saturday 5 December 2026, 12:30");
        insta::assert_snapshot!(write_date(date(2026, 3, 24), Language::Fa), @"سه‌شنبه ۴ فروردین ۱۴۰۵");
    }

    #[test]
    fn lengths_are_written_in_their_two_greatest_units() {
        let written = |minutes, language| write_span(SignedDuration::from_mins(minutes), language);
        insta::assert_snapshot!(written(24, Language::Fa), @"۲۴ دقیقه");
        insta::assert_snapshot!(written(125, Language::Fa), @"۲ ساعت و ۵ دقیقه");
        insta::assert_snapshot!(written(125, Language::En), @"2 hours 5 minutes");
        insta::assert_snapshot!(written(1441, Language::En), @"1 day");
        insta::assert_snapshot!(written(3 * 1440 + 61, Language::En), @"3 days 1 hour");
        insta::assert_snapshot!(written(0, Language::En), @"less than a minute");
        insta::assert_snapshot!(written(-1, Language::En), @"1 minute");
    }

    #[test]
    fn what_is_left_is_told_from_what_is_late() {
        let now: Timestamp = "2026-12-05T09:00:00Z".parse().unwrap();
        let later = now + SignedDuration::from_mins(24);
        insta::assert_snapshot!(write_left(now, later, Language::Fa), @"۲۴ دقیقه مانده");
        insta::assert_snapshot!(write_left(later, now, Language::Fa), @"۲۴ دقیقه گذشته");
        insta::assert_snapshot!(write_left(now, later, Language::En), @"24 minutes left");
        insta::assert_snapshot!(write_left(now, now, Language::En), @"less than a minute late");
    }
}

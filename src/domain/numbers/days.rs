//! Stretches of whole days, as people name them.

use jiff::SignedDuration;
use jiff::civil::{Date, Weekday};

use crate::domain::message::Language;
use crate::domain::text::dates::Jalali;

/// Days of the business's calendar, the last one included.
pub type Days = (Date, Date);

/// The last whole week before today. Weeks begin on Saturday in Persian, on Monday in English.
pub fn last_week(today: Date, language: Language) -> Option<Days> {
    let first_day = match language {
        Language::Fa => Weekday::Saturday,
        Language::En => Weekday::Monday,
    };
    let into = i64::from(today.weekday().since(first_day));
    let last = days_before(today, into + 1)?;
    Some((days_before(last, 6)?, last))
}

/// The last whole month before today: a Jalali one in Persian, a Gregorian one in English.
pub fn last_month(today: Date, language: Language) -> Option<Days> {
    let first_of_month = |date: Date| match language {
        Language::Fa => {
            let jalali = Jalali::from(date);
            Jalali::new(jalali.year(), jalali.month(), 1)?.to_gregorian()
        }
        Language::En => Some(date.first_of_month()),
    };
    let last = days_before(first_of_month(today)?, 1)?;
    Some((first_of_month(last)?, last))
}

pub fn days_before(date: Date, days: i64) -> Option<Date> {
    date.checked_sub(SignedDuration::from_hours(24 * days)).ok()
}

//! The end of a day: what was done, what is left, and how old it is.

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::Calendar;
use crate::domain::conversation::{Conversation, Speaker};
use crate::domain::message::Language;
use crate::domain::text::{dates, to_persian_digits};

/// Open cases are counted by age, up to so many days.
const AGES: [i64; 3] = [1, 3, 7];

/// Subject and text.
pub fn evening(
    cases: &[Conversation],
    calendar: &Calendar,
    language: Language,
    now: Timestamp,
) -> (String, String) {
    let today = calendar.date_of(now);
    let is_today = |at: Timestamp| calendar.date_of(at) == today;
    let complaints = || cases.iter().filter_map(|case| Some((case, case.complaint.as_ref()?)));
    let filed = complaints().filter(|(_, one)| is_today(one.filed_at)).count();
    let closed = complaints().filter(|(_, one)| one.closed_at.is_some_and(is_today)).count();
    let by_people = complaints().filter(|(case, _)| {
        case.entries.iter().any(|entry| matches!(entry.by, Speaker::Staff(_)) && is_today(entry.at))
    });
    let answered = by_people.count();
    let open: Vec<Timestamp> =
        complaints().filter(|(_, one)| one.is_open()).map(|(_, one)| one.received_at).collect();
    let number = |count: usize| match language {
        Language::Fa => to_persian_digits(&count.to_string()),
        Language::En => count.to_string(),
    };
    let date = dates::write_date(today, language);
    let ages = ages(&open, now);
    let (subject, lines) = match language {
        Language::Fa => (
            format!("پایان {date}"),
            vec![
                format!("ثبت‌شده: {}", number(filed)),
                format!("پاسخ‌داده: {}", number(answered)),
                format!("بسته‌شده: {}", number(closed)),
                format!("باز مانده: {}", number(open.len())),
            ],
        ),
        Language::En => (
            format!("End of {date}"),
            vec![
                format!("Filed: {}", number(filed)),
                format!("Answered: {}", number(answered)),
                format!("Closed: {}", number(closed)),
                format!("Left open: {}", number(open.len())),
            ],
        ),
    };
    let older = ages.iter().enumerate().filter(|(_, count)| **count > 0).map(|(place, count)| {
        let name = age_name(place, language);
        format!("  {name}: {}", number(*count))
    });
    let text: Vec<String> = std::iter::once(subject.clone()).chain(lines).chain(older).collect();
    (subject, text.join("\n"))
}

/// How many are younger than each of [`AGES`] days, and how many older than all.
fn ages(open: &[Timestamp], now: Timestamp) -> [usize; 4] {
    let mut counts = [0; 4];
    for received in open {
        let age = now.duration_since(*received);
        let place =
            AGES.iter().position(|days| age < SignedDuration::from_hours(24 * days)).unwrap_or(AGES.len());
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    counts
}

fn age_name(place: usize, language: Language) -> &'static str {
    let names = match language {
        Language::Fa => ["کمتر از ۱ روز", "۱ تا ۳ روز", "۳ تا ۷ روز", "بیش از ۷ روز"],
        Language::En => ["younger than 1 day", "1 to 3 days", "3 to 7 days", "older than 7 days"],
    };
    names.get(place).copied().unwrap_or_default()
}

//! Opening hours in words, for customers who ask when somebody is there.

use jiff::civil::{Time, Weekday};

use super::Calendar;
use super::week::Hours;
use crate::domain::message::Language;
use crate::domain::text::dates::persian_weekday;
use crate::domain::text::digits::to_persian_digits;

/// The week as it is told in Iran: Saturday first.
const DAYS: [Weekday; 7] = [
    Weekday::Saturday,
    Weekday::Sunday,
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];

impl Calendar {
    /// «شنبه تا چهارشنبه ۰۹:۰۰ تا ۱۷:۰۰، پنجشنبه ۰۹:۰۰ تا ۱۳:۰۰»; days without hours are left out.
    pub fn describe(&self, language: Language) -> String {
        let mut runs: Vec<(Weekday, Weekday, &[Hours])> = Vec::new();
        for day in DAYS {
            let hours = self.week().of(day);
            match runs.last_mut() {
                Some((_, last, same)) if *same == hours && !hours.is_empty() => *last = day,
                _ => runs.push((day, day, hours)),
            }
        }
        let told: Vec<String> = runs
            .into_iter()
            .filter(|(_, _, hours)| !hours.is_empty())
            .map(|(first, last, hours)| format!("{} {}", days(first, last, language), spans(hours, language)))
            .collect();
        match language {
            Language::Fa => to_persian_digits(&told.join("، ")),
            Language::En => told.join(", "),
        }
    }
}

fn days(first: Weekday, last: Weekday, language: Language) -> String {
    match (first == last, language) {
        (true, Language::Fa) => persian_weekday(first).to_owned(),
        (false, Language::Fa) => format!("{} تا {}", persian_weekday(first), persian_weekday(last)),
        (true, Language::En) => format!("{first:?}"),
        (false, Language::En) => format!("{first:?} to {last:?}"),
    }
}

fn spans(hours: &[Hours], language: Language) -> String {
    let (to, and) = match language {
        Language::Fa => (" تا ", " و "),
        Language::En => ("–", " and "),
    };
    let spans: Vec<String> =
        hours.iter().map(|span| format!("{}{to}{}", clock(span.opens()), closing(span.closes()))).collect();
    spans.join(and)
}

fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

fn closing(time: Time) -> String {
    if time == Time::midnight() { "24:00".to_owned() } else { clock(time) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_week_is_told_in_both_languages() {
        let zone = jiff::tz::TimeZone::get("Asia/Tehran").unwrap();
        let calendar = Calendar::default_for(zone);
        insta::assert_snapshot!(calendar.describe(Language::Fa), @"شنبه تا چهارشنبه ۰۹:۰۰ تا ۱۷:۰۰، پنجشنبه ۰۹:۰۰ تا ۱۳:۰۰");
        insta::assert_snapshot!(calendar.describe(Language::En), @"Saturday to Wednesday 09:00–17:00, Thursday 09:00–13:00");
    }
}

//! Opening hours in words, for replies.
//!
//! Neighbouring days with the same hours are told together, Saturday first.

use jiff::civil::{Time, Weekday};

use super::week::{self, Hours};
use super::{Calendar, Week};
use crate::domain::message::Language;
use crate::domain::text::dates::persian_weekday;
use crate::domain::text::digits;

impl Calendar {
    /// «شنبه تا چهارشنبه ۰۹:۰۰ تا ۱۷:۰۰، پنجشنبه ۰۹:۰۰ تا ۱۳:۰۰»,
    /// "Saturday to Wednesday 09:00-17:00, Thursday 09:00-13:00".
    pub fn describe(&self, language: Language) -> String {
        let stretches: Vec<String> = stretches(&self.week)
            .iter()
            .map(|(days, hours)| format!("{} {}", name_days(days, language), name_hours(hours, language)))
            .collect();
        match language {
            Language::Fa => digits::to_persian(&stretches.join("، ")),
            Language::En => stretches.join(", "),
        }
    }
}

/// Neighbouring days that share their hours; closed days are left out.
fn stretches(week: &Week) -> Vec<(Vec<Weekday>, &[Hours])> {
    let mut stretches: Vec<(Vec<Weekday>, &[Hours])> = Vec::new();
    for weekday in Weekday::Saturday.cycle_forward().take(7) {
        let hours = week.of(weekday);
        match stretches.last_mut() {
            Some((days, shared)) if *shared == hours => days.push(weekday),
            _ => stretches.push((vec![weekday], hours)),
        }
    }
    stretches.retain(|(_, hours)| !hours.is_empty());
    stretches
}

fn name_days(days: &[Weekday], language: Language) -> String {
    let name = match language {
        Language::Fa => persian_weekday,
        Language::En => week::name,
    };
    match (days, language) {
        ([one], _) => name(*one).to_owned(),
        ([_, _, _, _, _, _, _], Language::Fa) => "هر روز".to_owned(),
        ([_, _, _, _, _, _, _], Language::En) => "every day".to_owned(),
        ([one, other], Language::Fa) => format!("{} و {}", name(*one), name(*other)),
        ([one, other], Language::En) => format!("{} and {}", name(*one), name(*other)),
        ([first, .., last], Language::Fa) => format!("{} تا {}", name(*first), name(*last)),
        ([first, .., last], Language::En) => format!("{} to {}", name(*first), name(*last)),
        ([], _) => String::new(),
    }
}

fn name_hours(hours: &[Hours], language: Language) -> String {
    let all_day = |hours: &Hours| hours.opens() == Time::midnight() && hours.closes() == Time::midnight();
    match (hours, language) {
        ([one], Language::Fa) if all_day(one) => "شبانه‌روز".to_owned(),
        ([one], Language::En) if all_day(one) => "around the clock".to_owned(),
        (_, Language::Fa) => {
            let said: Vec<String> =
                hours.iter().map(|hours| hours.to_string().replace('-', " تا ")).collect();
            said.join(" و ")
        }
        (_, Language::En) => hours.iter().map(Hours::to_string).collect::<Vec<_>>().join(" and "),
    }
}

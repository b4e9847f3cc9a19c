//! What the selects of the case's page offer: names of the process, with titles for people.

use std::collections::BTreeMap;

use minijinja::context;
use minijinja::value::{Serde, Value};

use crate::domain::alert::kind_title;
use crate::domain::complaint::lists::{Category, ExternalEnd, Finding, Recurrence, Remedy, VoidReason};
use crate::domain::complaint::record::Field;
use crate::domain::complaint::severity::{Factor, Severity};
use crate::domain::complaint::{Closing, ComplaintKind};
use crate::domain::decide::wording;
use crate::domain::message::Language;
use crate::web::console::queue::number;
use crate::web::console::words;

/// Value and title.
type Choice = (String, String);

/// The lists that are the same in every case.
pub fn lists(language: Language) -> Value {
    let word = |kind: &str, name: &str| words::word(language, &format!("{kind}_{name}"));
    let numbers = |range: std::ops::RangeInclusive<usize>| -> Vec<Choice> {
        range.map(|n| (n.to_string(), number(n, language))).collect()
    };
    macro_rules! titled {
        ($type:ident) => {
            $type::ALL.map(|one| (one.name().to_owned(), one.title(language).to_owned())).to_vec()
        };
    }
    let factors = Factor::ALL.map(|factor| (factor.name().to_owned(), word("factor", factor.name())));
    let kinds =
        ComplaintKind::ALL.map(|kind| (kind.name().to_owned(), kind_title(kind, language).to_owned()));
    let fields = Field::ALL.map(|field| (field.name().to_owned(), word("field", field.name())));
    let severities = Severity::ALL.map(|one| {
        let n = one.number();
        (n.to_string(), number(usize::from(n), language))
    });
    context! {
        factors => Serde(factors.to_vec()),
        scores => Serde(numbers(0..=3)),
        complexities => Serde(numbers(1..=3)),
        categories => Serde(titled!(Category)),
        findings => Serde(titled!(Finding)),
        remedies => Serde(titled!(Remedy)),
        recurrences => Serde(titled!(Recurrence)),
        ends => Serde(titled!(ExternalEnd)),
        void_reasons => Serde(titled!(VoidReason)),
        kinds => Serde(kinds.to_vec()),
        all_fields => Serde(fields.to_vec()),
        severities => Serde(severities.to_vec()),
    }
}

/// How a case of this kind may end by a person's word; empty where nothing is to be chosen.
pub fn outcomes(kind: &str, language: Language) -> Vec<Choice> {
    let of: &[Closing] = match ComplaintKind::from_name(kind) {
        Some(ComplaintKind::Suggestion | ComplaintKind::Criticism) => {
            &[Closing::Adopted, Closing::Declined, Closing::Forwarded]
        }
        Some(ComplaintKind::Callback) => &[Closing::Called, Closing::NoAnswer],
        _ => &[],
    };
    of.iter().map(|one| (one.name().to_owned(), wording::outcome(*one, language).to_owned())).collect()
}

/// The form as far as it is filled in, with titles for the names.
pub fn filled(fields: &BTreeMap<String, String>, language: Language) -> Vec<Choice> {
    let title = |name: &String| words::word(language, &format!("field_{name}"));
    fields.iter().map(|(name, text)| (title(name), text.clone())).collect()
}

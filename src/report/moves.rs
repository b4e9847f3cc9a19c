//! Moves as they come in: what a command at the local socket or a form of the desk asks for, in
//! its own words.
//!
//! Invariant: names and dates are read here, once; whoever gets a [`Move`]
//! need not check them again.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::domain::complaint::details::Slot;
use crate::domain::complaint::lists::{Category, ExternalEnd, Finding, Recurrence, Remedy, VoidReason};
use crate::domain::complaint::moves::Move;
use crate::domain::complaint::record::{Assessment, Decision, Field};
use crate::domain::complaint::severity::{Factor, Scores, Severity};
use crate::domain::desk::Action;
use crate::domain::message::Language;
use crate::domain::text::{dates, isolate};

/// What in it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    #[error("There is no {what} `{name}`. There are: {known}.")]
    NoSuchName { what: &'static str, name: String, known: String },
    #[error("There is no {what} `{name}`.")]
    Unknown { what: &'static str, name: String },
    #[error("`{0}` is no date. Write it like 1405-10-01 or 2026-12-22.")]
    BadDate(String),
    #[error("`{0}` is no number.")]
    NoNumber(String),
    #[error("`{0}` is no tracking code: one has nine digits, as in 482-917-508.")]
    BadCode(String),
}

impl Misread {
    pub fn unknown(what: &'static str, name: &str) -> Misread {
        Misread::Unknown { what, name: name.to_owned() }
    }

    /// For a page in this language.
    pub fn told(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, misread) => misread.to_string(),
            (Language::Fa, Misread::NoSuchName { name, .. } | Misread::Unknown { name, .. }) => {
                format!("گزینه‌ای با نام {} نیست.", isolate(name))
            }
            (Language::Fa, Misread::BadDate(text)) => {
                format!("{} تاریخ نیست. مانند {} بنویسید.", isolate(text.trim()), isolate("۱۴۰۵-۱۰-۰۱"))
            }
            (Language::Fa, Misread::NoNumber(text)) => format!("{} عدد نیست.", isolate(text)),
            (Language::Fa, Misread::BadCode(text)) => {
                format!("{} کد پیگیری نیست؛ کد نه رقم دارد.", isolate(text))
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "move", rename_all = "snake_case")]
pub enum WireMove {
    Assess(WireAssessment),
    Ask { question: String, until: String },
    Decide(Box<WireDecision>),
    RemedyDone { proof: String },
    RootCause { cause: String, recurrence: String },
    Correct { action: String, owner: Option<String>, due: Option<String> },
    Void { reason: String },
    OpenExternal { body: String, reference: String },
    EndExternal { end: String, result: String },
    Severity { severity: u8, reason: String },
    Withdraw { words: String },
    Accept { words: String },
    Refuse { words: String },
    Schedule { slot: String },
    Called { reached: bool },
    Record { field: String, text: String },
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WireAssessment {
    /// Score of each factor, 0 to 3; what is absent is 0.
    pub scores: BTreeMap<String, u8>,
    pub category: Option<String>,
    pub complexity: u8,
    pub immediate_action_possible: bool,
    pub recurring: bool,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WireDecision {
    pub finding: String,
    pub reasons: String,
    pub remedies: Vec<String>,
    pub value: Option<u64>,
    pub due: Option<String>,
    pub prevention: Option<String>,
    pub alternative: Option<String>,
    pub approver: Option<String>,
    pub second_reader: Option<String>,
}

impl WireMove {
    /// `zone` is that of the shop, in which times are written.
    pub fn read(self, zone: &TimeZone) -> Result<Action, Misread> {
        Ok(Action::Process(match self {
            WireMove::Assess(assessment) => Move::Assess(assessment.read()?),
            WireMove::Ask { question, until } => Move::Ask { question, by: date(&until)? },
            WireMove::Decide(decision) => Move::Decide(decision.read()?),
            WireMove::RemedyDone { proof } => Move::RemedyDone { proof },
            WireMove::RootCause { cause, recurrence } => Move::FindCause {
                cause,
                recurrence: named("recurrence", &recurrence, Recurrence::from_name, Recurrence::names)?,
            },
            WireMove::Correct { action, owner, due } => {
                Move::Correct { action, owner, due: due.as_deref().map(date).transpose()? }
            }
            WireMove::Void { reason } => {
                Move::Void { reason: named("reason", &reason, VoidReason::from_name, VoidReason::names)? }
            }
            WireMove::OpenExternal { body, reference } => Move::OpenExternal { body, reference },
            WireMove::EndExternal { end, result } => Move::EndExternal {
                end: named("end", &end, ExternalEnd::from_name, ExternalEnd::names)?,
                result,
            },
            WireMove::Severity { severity, reason } => {
                Move::SetSeverity { severity: severity_of(severity)?, reason }
            }
            WireMove::Withdraw { words } => Move::Withdraw { words },
            WireMove::Accept { words } => Move::Accept { words },
            WireMove::Refuse { words } => Move::Refuse { words },
            WireMove::Schedule { slot } => {
                let at = Slot::parse(&slot, zone);
                Move::Schedule { slot, at }
            }
            WireMove::Called { reached } => Move::Called { reached },
            WireMove::Record { field, text } => {
                let names = || Field::ALL.map(|field| field.name()).join(", ");
                Move::Fill { field: named("field", &field, Field::from_name, names)?, text }
            }
        }))
    }
}

impl WireAssessment {
    fn read(self) -> Result<Assessment, Misread> {
        let mut scores = Scores::default();
        for (name, score) in &self.scores {
            let names = || Factor::ALL.map(|factor| factor.name()).join(", ");
            scores = scores.with(named("factor", name, Factor::from_name, names)?, *score);
        }
        let category = self.category.as_deref();
        Ok(Assessment {
            scores,
            category: category
                .map(|name| named("category", name, Category::from_name, Category::names))
                .transpose()?,
            complexity: self.complexity,
            immediate_action_possible: self.immediate_action_possible,
            recurring: self.recurring,
            reason: self.reason,
            implicit: false,
        })
    }
}

impl WireDecision {
    fn read(self) -> Result<Decision, Misread> {
        let remedies =
            self.remedies.iter().map(|name| named("remedy", name, Remedy::from_name, Remedy::names));
        Ok(Decision {
            finding: named("finding", &self.finding, Finding::from_name, Finding::names)?,
            reasons: self.reasons,
            remedies: remedies.collect::<Result<_, _>>()?,
            value: self.value,
            due: self.due.as_deref().map(date).transpose()?,
            prevention: self.prevention,
            alternative: self.alternative,
            approver: self.approver,
            second_reader: self.second_reader,
        })
    }
}

fn severity_of(number: u8) -> Result<Severity, Misread> {
    Severity::from_number(number).ok_or_else(|| Misread::NoSuchName {
        what: "severity",
        name: number.to_string(),
        known: "1 (the worst), 2, 3, 4".to_owned(),
    })
}

/// The name in the list, hyphens as good as underscores; or what there is.
pub fn named<T>(
    what: &'static str,
    name: &str,
    from_name: impl Fn(&str) -> Option<T>,
    names: impl Fn() -> String,
) -> Result<T, Misread> {
    from_name(&name.trim().replace('-', "_")).ok_or_else(|| Misread::NoSuchName {
        what,
        name: name.to_owned(),
        known: names(),
    })
}

/// Jalali or Gregorian.
fn date(text: &str) -> Result<Date, Misread> {
    dates::parse_date(text).ok_or_else(|| Misread::BadDate(text.to_owned()))
}

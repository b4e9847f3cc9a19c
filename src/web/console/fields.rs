//! The fields of a form made into an act of the desk.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::domain::clocks::ClockKind;
use crate::domain::code::TrackingCode;
use crate::domain::complaint::severity::Factor;
use crate::domain::complaint::{Closing, ComplaintKind};
use crate::domain::desk::Action;
use crate::domain::judgement::Fit;
use crate::report::moves::{Misread, WireAssessment, WireDecision, WireMove};

/// What a form of the case's page sends; which fields count is said by `act`.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(from = "Vec<(String, String)>")]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl From<Vec<(String, String)>> for Fields {
    fn from(sent: Vec<(String, String)>) -> Fields {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in sent {
            fields.entry(name).or_default().push(value);
        }
        Fields(fields)
    }
}

impl Fields {
    /// Without the spaces around it; empty where there is no such field.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).first().map_or("", |value| value.trim())
    }

    fn owned(&self, name: &str) -> String {
        self.text(name).to_owned()
    }

    fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn is_on(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    fn number(&self, name: &str) -> Result<u8, Misread> {
        let text = self.text(name);
        if text.is_empty() { Ok(0) } else { text.parse().map_err(|_| Misread::NoNumber(text.to_owned())) }
    }

    /// How much the page showed.
    pub fn said(&self) -> usize {
        self.text("said").parse().unwrap_or(0)
    }
}

/// The act; `me` is who sends the form, `zone` that of the shop.
pub fn action(fields: &Fields, me: &str, zone: &TimeZone) -> Result<Action, Misread> {
    let text = || fields.owned("text");
    let code = || {
        let written = fields.text("code");
        TrackingCode::parse(written).ok_or_else(|| Misread::BadCode(written.to_owned()))
    };
    Ok(match fields.text("act") {
        "reply" => Action::Reply { text: text(), wait: fields.is_on("wait") },
        "suggestion" => Action::SendSuggestion { wait: false },
        "note" => Action::Note { text: text() },
        "take" => Action::Assign { owner: me.to_owned() },
        "assign" => Action::Assign { owner: fields.owned("owner") },
        "close" => closing(fields)?,
        "reopen" => Action::Reopen,
        "set" => setting(fields)?,
        "merge" => Action::Merge { into: code()? },
        "distinct" => Action::TellApart { from: code()? },
        "snooze" => {
            let name = fields.text("clock");
            let kind = ClockKind::from_name(name).ok_or_else(|| Misread::unknown("clock", name))?;
            Action::Snooze { kind }
        }
        _ => return moved(fields)?.read(zone),
    })
}

/// A move of the process.
fn moved(fields: &Fields) -> Result<WireMove, Misread> {
    let text = || fields.owned("text");
    Ok(match fields.text("act") {
        "assess" => WireMove::Assess(assessment(fields)?),
        "ask" => WireMove::Ask { question: text(), until: fields.owned("until") },
        "decide" => WireMove::Decide(Box::new(decision(fields)?)),
        "remedy_done" => WireMove::RemedyDone { proof: text() },
        "root_cause" => WireMove::RootCause { cause: text(), recurrence: fields.owned("recurrence") },
        "correct" => WireMove::Correct {
            action: text(),
            owner: fields.optional("owner"),
            due: fields.optional("until"),
        },
        "void" => WireMove::Void { reason: fields.owned("reason") },
        "external" => WireMove::OpenExternal { body: text(), reference: fields.owned("reference") },
        "external_ended" => WireMove::EndExternal { end: fields.owned("end"), result: text() },
        "severity" => WireMove::Severity { severity: fields.number("severity")?, reason: text() },
        "withdraw" => WireMove::Withdraw { words: text() },
        "accept" => WireMove::Accept { words: text() },
        "refuse" => WireMove::Refuse { words: text() },
        "schedule" => WireMove::Schedule { slot: text() },
        "called" => WireMove::Called { reached: true },
        "no_answer" => WireMove::Called { reached: false },
        "record" => WireMove::Record { field: fields.owned("field"), text: text() },
        other => return Err(Misread::unknown("act", other)),
    })
}

fn closing(fields: &Fields) -> Result<Action, Misread> {
    let outcome = fields.optional("outcome");
    let outcome =
        outcome.map(|name| Closing::from_name(&name).ok_or_else(|| Misread::unknown("outcome", &name)));
    Ok(Action::Close {
        reason: fields.optional("text"),
        outcome: outcome.transpose()?,
        tell: !fields.is_on("quiet"),
    })
}

fn setting(fields: &Fields) -> Result<Action, Misread> {
    let intent = match fields.text("intent") {
        "" => None,
        "none" => Some(Fit::Nothing),
        name => Some(Fit::Intent(name.to_owned())),
    };
    let kind = match fields.text("kind") {
        "" => None,
        name => Some(ComplaintKind::from_name(name).ok_or_else(|| Misread::unknown("kind", name))?),
    };
    Ok(Action::Set { intent, kind })
}

fn assessment(fields: &Fields) -> Result<WireAssessment, Misread> {
    let mut scores = BTreeMap::new();
    for factor in Factor::ALL {
        scores.insert(factor.name().to_owned(), fields.number(factor.name())?.min(3));
    }
    Ok(WireAssessment {
        scores,
        category: fields.optional("category"),
        complexity: fields.number("complexity")?.clamp(1, 3),
        immediate_action_possible: fields.is_on("immediate"),
        recurring: fields.is_on("recurring"),
        reason: fields.optional("text"),
    })
}

fn decision(fields: &Fields) -> Result<WireDecision, Misread> {
    // In digits of either script, with or without marks between thousands.
    let digits: String = crate::domain::text::to_ascii_digits(fields.text("value"))
        .chars()
        .filter(|c| !matches!(c, ',' | '٬' | '،' | ' '))
        .collect();
    let value = Some(digits).filter(|digits| !digits.is_empty());
    let value = value.map(|digits| digits.parse().map_err(|_| Misread::NoNumber(digits.clone())));
    Ok(WireDecision {
        finding: fields.owned("finding"),
        reasons: fields.owned("text"),
        remedies: fields.all("remedy").to_vec(),
        value: value.transpose()?,
        due: fields.optional("until"),
        prevention: fields.optional("prevention"),
        alternative: fields.optional("alternative"),
        approver: fields.optional("approver"),
        second_reader: fields.optional("second_reader"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::complaint::moves::Move;

    fn read(sent: &[(&str, &str)]) -> Result<Action, Misread> {
        let sent: Vec<(String, String)> =
            sent.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        action(&Fields::from(sent), "Sara", &TimeZone::UTC)
    }

    #[test]
    fn a_decision_is_read_with_all_its_remedies_and_digits_of_either_script() {
        let sent = [
            ("act", "decide"),
            ("finding", "upheld"),
            ("text", " حق با شماست "),
            ("remedy", "replace"),
            ("remedy", "apology"),
            ("value", "۲۵۰٬۰۰۰"),
            ("until", "۱۴۰۵-۱۰-۰۱"),
            ("second_reader", "Lena"),
            ("approver", ""),
        ];
        let Ok(Action::Process(Move::Decide(decision))) = read(&sent) else { panic!("{:?}", read(&sent)) };
        assert_eq!((decision.reasons.as_str(), decision.value), ("حق با شماست", Some(250_000)));
        assert_eq!(decision.remedies.len(), 2);
        assert_eq!(decision.due.unwrap().to_string(), "2026-12-22");
        assert_eq!((decision.second_reader.as_deref(), decision.approver), (Some("Lena"), None));
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (sent, expected) in [
            (vec![("act", "explode")], Misread::unknown("act", "explode")),
            (vec![("act", "merge"), ("code", "12")], Misread::BadCode("12".to_owned())),
            (vec![("act", "snooze"), ("clock", "wall")], Misread::unknown("clock", "wall")),
            (vec![("act", "ask"), ("text", "?"), ("until", "soon")], Misread::BadDate("soon".to_owned())),
            (vec![("act", "decide"), ("value", "much")], Misread::NoNumber("much".to_owned())),
            (vec![("act", "assess"), ("money", "x")], Misread::NoNumber("x".to_owned())),
            (vec![("act", "set"), ("kind", "joke")], Misread::unknown("kind", "joke")),
        ] {
            assert_eq!(read(&sent), Err(expected));
        }
        assert!(matches!(read(&[("act", "severity"), ("severity", "9")]), Err(Misread::NoSuchName { .. })));
    }
}

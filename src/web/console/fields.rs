//! The fields of a form made into an act of the desk.

use serde::Deserialize;

use crate::domain::code::TrackingCode;
use crate::domain::complaint::ComplaintKind;
use crate::domain::complaint::lists::{Finding, Remedy};
use crate::domain::complaint::moves::Move;
use crate::domain::complaint::record::Decision;
use crate::domain::desk::Action;
use crate::domain::judgement::Fit;
use crate::domain::text::dates;

/// What a form of the case's page sends; which fields count is said by `act`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    pub form: String,
    pub act: String,
    /// How much the page showed.
    pub said: usize,
    pub text: String,
    pub owner: String,
    pub until: String,
    pub intent: String,
    pub kind: String,
    pub finding: String,
    pub remedies: String,
    pub wait: bool,
    pub quiet: bool,
    pub code: String,
}

/// The act, or what is wrong with the fields: a sentence in English, as the desk's refusals are.
pub fn action(fields: &Fields, me: &str) -> Result<Action, String> {
    let text = || fields.text.trim().to_owned();
    let code = || {
        TrackingCode::parse(&fields.code)
            .ok_or_else(|| format!("`{}` is no tracking code.", fields.code.trim()))
    };
    let date = |text: &str| {
        let wrong = || format!("`{}` is no date. Write it like 1405-10-01 or 2026-12-22.", text.trim());
        dates::parse_date(text).ok_or_else(wrong)
    };
    Ok(match fields.act.as_str() {
        "reply" => Action::Reply { text: text(), wait: fields.wait },
        "suggestion" => Action::SendSuggestion { wait: false },
        "note" => Action::Note { text: text() },
        "take" => Action::Assign { owner: me.to_owned() },
        "assign" => Action::Assign { owner: fields.owner.clone() },
        "close" => Action::Close { reason: Some(text()), outcome: None, tell: !fields.quiet },
        "reopen" => Action::Reopen,
        "ask" => Action::Process(Move::Ask { question: text(), by: date(&fields.until)? }),
        "remedy_done" => Action::Process(Move::RemedyDone { proof: text() }),
        "decide" => Action::Process(Move::Decide(decision(fields, date)?)),
        "set" => setting(fields)?,
        "merge" => Action::Merge { into: code()? },
        "distinct" => Action::TellApart { from: code()? },
        other => return Err(format!("`{other}` is nothing that can be done.")),
    })
}

fn setting(fields: &Fields) -> Result<Action, String> {
    let intent = match fields.intent.as_str() {
        "" => None,
        "none" => Some(Fit::Nothing),
        name => Some(Fit::Intent(name.to_owned())),
    };
    let kind = match fields.kind.as_str() {
        "" => None,
        name => Some(ComplaintKind::from_name(name).ok_or_else(|| format!("There is no kind `{name}`."))?),
    };
    Ok(Action::Set { intent, kind })
}

fn decision(
    fields: &Fields,
    date: impl Fn(&str) -> Result<jiff::civil::Date, String>,
) -> Result<Decision, String> {
    let finding = Finding::from_name(&fields.finding)
        .ok_or_else(|| format!("There is no finding `{}`.", fields.finding))?;
    let names = fields.remedies.split([',', '،']).map(str::trim).filter(|name| !name.is_empty());
    let remedies = names.map(|name| {
        Remedy::from_name(&name.replace('-', "_")).ok_or_else(|| format!("There is no remedy `{name}`."))
    });
    Ok(Decision {
        finding,
        reasons: fields.text.trim().to_owned(),
        remedies: remedies.collect::<Result<_, _>>()?,
        value: None,
        due: Some(fields.until.as_str()).filter(|text| !text.trim().is_empty()).map(date).transpose()?,
        prevention: None,
        alternative: None,
        approver: None,
        second_reader: None,
    })
}

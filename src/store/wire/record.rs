//! Written forms of what is put on a complaint's record.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::code::TrackingCode;
use crate::domain::complaint::Closing;
use crate::domain::complaint::authority::Authority;
use crate::domain::complaint::lists::{Category, ExternalEnd, Finding, Recurrence, Remedy, VoidReason};
use crate::domain::complaint::record::{Acceptance, Assessment, Decision, Fact, Field, SurveyQuestion};
use crate::domain::complaint::severity::{Factor, Scores, Severity};
use crate::store::wire::{WireError, known, verdict};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum WireFact {
    Filled {
        field: String,
        text: String,
    },
    Assessed(WireAssessment),
    Noticed {
        factor: String,
        score: u8,
        word: String,
    },
    SeveritySet {
        severity: u8,
        reason: String,
    },
    Escalated {
        to: String,
    },
    Asked {
        question: String,
        by: Date,
    },
    Reminded,
    Decided(WireDecision),
    Accepted {
        words: String,
    },
    Refused {
        words: String,
    },
    Assumed,
    OutsideTold,
    RemedyDone {
        proof: String,
    },
    RootCause {
        cause: String,
        recurrence: String,
    },
    CorrectiveAction {
        action: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Date>,
    },
    ExternalOpened {
        body: String,
        reference: String,
    },
    ExternalEnded {
        end: String,
        result: String,
    },
    Released,
    Reopened,
    MergedInto {
        code: u32,
    },
    ToldApart {
        code: u32,
    },
    Absorbed {
        code: u32,
    },
    Voided {
        reason: String,
    },
    Withdrawn {
        words: String,
    },
    DelayTold {
        until: Timestamp,
    },
    Inquired {
        field: String,
    },
    Called {
        reached: bool,
    },
    SurveySent,
    Survey {
        question: String,
        score: u8,
    },
    FollowUp {
        why: String,
    },
    FollowedUp,
    Closed {
        reason: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireAssessment {
    /// Factors that score more than nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    scores: BTreeMap<String, u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(default)]
    complexity: u8,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    immediate_action_possible: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    recurring: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    implicit: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireDecision {
    finding: String,
    reasons: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    remedies: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prevention: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alternative: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approver: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    second_reader: Option<String>,
}

impl From<&Fact> for WireFact {
    fn from(fact: &Fact) -> WireFact {
        match fact.clone() {
            Fact::Filled { field, text } => WireFact::Filled { field: field.name().to_owned(), text },
            Fact::Assessed(assessment) => WireFact::Assessed((&assessment).into()),
            Fact::Noticed { factor, score, word } => {
                WireFact::Noticed { factor: factor.name().to_owned(), score, word }
            }
            Fact::SeveritySet { severity, reason } => {
                WireFact::SeveritySet { severity: severity.number(), reason }
            }
            Fact::Escalated { to } => WireFact::Escalated { to: to.name().to_owned() },
            Fact::Asked { question, by } => WireFact::Asked { question, by },
            Fact::Reminded => WireFact::Reminded,
            Fact::Decided(decision) => WireFact::Decided((&decision).into()),
            Fact::Answered(Acceptance::Accepted { words }) => WireFact::Accepted { words },
            Fact::Answered(Acceptance::Refused { words }) => WireFact::Refused { words },
            Fact::Answered(Acceptance::Assumed) => WireFact::Assumed,
            Fact::OutsideTold => WireFact::OutsideTold,
            Fact::RemedyDone { proof } => WireFact::RemedyDone { proof },
            Fact::RootCause { cause, recurrence } => {
                WireFact::RootCause { cause, recurrence: recurrence.name().to_owned() }
            }
            Fact::CorrectiveAction { action, owner, due } => {
                WireFact::CorrectiveAction { action, owner, due }
            }
            Fact::ExternalOpened { body, reference } => WireFact::ExternalOpened { body, reference },
            Fact::ExternalEnded { end, result } => {
                WireFact::ExternalEnded { end: end.name().to_owned(), result }
            }
            Fact::Released => WireFact::Released,
            Fact::Reopened => WireFact::Reopened,
            Fact::MergedInto { code } => WireFact::MergedInto { code: TrackingCode::value(code) },
            Fact::ToldApart { code } => WireFact::ToldApart { code: TrackingCode::value(code) },
            Fact::Absorbed { code } => WireFact::Absorbed { code: TrackingCode::value(code) },
            Fact::Voided { reason } => WireFact::Voided { reason: reason.name().to_owned() },
            Fact::Withdrawn { words } => WireFact::Withdrawn { words },
            Fact::DelayTold { until } => WireFact::DelayTold { until },
            Fact::Inquired { field } => WireFact::Inquired { field: field.name().to_owned() },
            Fact::Called { reached } => WireFact::Called { reached },
            Fact::SurveySent => WireFact::SurveySent,
            Fact::Survey { question, score } => {
                WireFact::Survey { question: question.name().to_owned(), score }
            }
            Fact::FollowUp { why } => WireFact::FollowUp { why },
            Fact::FollowedUp => WireFact::FollowedUp,
            Fact::Closed { reason } => WireFact::Closed { reason: reason.name().to_owned() },
        }
    }
}

impl TryFrom<WireFact> for Fact {
    type Error = WireError;

    fn try_from(wire: WireFact) -> Result<Fact, WireError> {
        Ok(match wire {
            WireFact::Filled { field, text } => {
                Fact::Filled { field: known("field", &field, Field::from_name(&field))?, text }
            }
            WireFact::Assessed(assessment) => Fact::Assessed(assessment.try_into()?),
            WireFact::Noticed { factor, score, word } => {
                Fact::Noticed { factor: known("factor", &factor, Factor::from_name(&factor))?, score, word }
            }
            WireFact::SeveritySet { severity, reason } => {
                let number = severity.to_string();
                let severity = known("severity", &number, Severity::from_number(severity))?;
                Fact::SeveritySet { severity, reason }
            }
            WireFact::Escalated { to } => {
                Fact::Escalated { to: known("level", &to, Authority::from_name(&to))? }
            }
            WireFact::Asked { question, by } => Fact::Asked { question, by },
            WireFact::Reminded => Fact::Reminded,
            WireFact::Decided(decision) => Fact::Decided(decision.try_into()?),
            WireFact::Accepted { words } => Fact::Answered(Acceptance::Accepted { words }),
            WireFact::Refused { words } => Fact::Answered(Acceptance::Refused { words }),
            WireFact::Assumed => Fact::Answered(Acceptance::Assumed),
            WireFact::OutsideTold => Fact::OutsideTold,
            WireFact::RemedyDone { proof } => Fact::RemedyDone { proof },
            WireFact::RootCause { cause, recurrence } => {
                let recurrence = known("recurrence", &recurrence, Recurrence::from_name(&recurrence))?;
                Fact::RootCause { cause, recurrence }
            }
            WireFact::CorrectiveAction { action, owner, due } => {
                Fact::CorrectiveAction { action, owner, due }
            }
            WireFact::ExternalOpened { body, reference } => Fact::ExternalOpened { body, reference },
            WireFact::ExternalEnded { end, result } => {
                Fact::ExternalEnded { end: known("end", &end, ExternalEnd::from_name(&end))?, result }
            }
            WireFact::Released => Fact::Released,
            WireFact::Reopened => Fact::Reopened,
            WireFact::MergedInto { code } => Fact::MergedInto { code: verdict::code(code)? },
            WireFact::ToldApart { code } => Fact::ToldApart { code: verdict::code(code)? },
            WireFact::Absorbed { code } => Fact::Absorbed { code: verdict::code(code)? },
            WireFact::Voided { reason } => {
                Fact::Voided { reason: known("reason", &reason, VoidReason::from_name(&reason))? }
            }
            WireFact::Withdrawn { words } => Fact::Withdrawn { words },
            WireFact::DelayTold { until } => Fact::DelayTold { until },
            WireFact::Inquired { field } => {
                Fact::Inquired { field: known("field", &field, Field::from_name(&field))? }
            }
            WireFact::Called { reached } => Fact::Called { reached },
            WireFact::SurveySent => Fact::SurveySent,
            WireFact::Survey { question, score } => {
                let question = known("survey question", &question, SurveyQuestion::from_name(&question))?;
                Fact::Survey { question, score }
            }
            WireFact::FollowUp { why } => Fact::FollowUp { why },
            WireFact::FollowedUp => Fact::FollowedUp,
            WireFact::Closed { reason } => {
                Fact::Closed { reason: known("closing reason", &reason, Closing::from_name(&reason))? }
            }
        })
    }
}

impl From<&Assessment> for WireAssessment {
    fn from(assessment: &Assessment) -> WireAssessment {
        let scores = Factor::ALL.into_iter().map(|factor| (factor, assessment.scores.of(factor)));
        WireAssessment {
            scores: scores
                .filter(|(_, score)| *score > 0)
                .map(|(factor, score)| (factor.name().to_owned(), score))
                .collect(),
            category: assessment.category.map(|category| category.name().to_owned()),
            complexity: assessment.complexity,
            immediate_action_possible: assessment.immediate_action_possible,
            recurring: assessment.recurring,
            reason: assessment.reason.clone(),
            implicit: assessment.implicit,
        }
    }
}

impl TryFrom<WireAssessment> for Assessment {
    type Error = WireError;

    fn try_from(wire: WireAssessment) -> Result<Assessment, WireError> {
        let mut scores = Scores::default();
        for (name, score) in &wire.scores {
            scores = scores.with(known("factor", name, Factor::from_name(name))?, *score);
        }
        Ok(Assessment {
            scores,
            category: wire
                .category
                .map(|name| known("category", &name, Category::from_name(&name)))
                .transpose()?,
            complexity: wire.complexity,
            immediate_action_possible: wire.immediate_action_possible,
            recurring: wire.recurring,
            reason: wire.reason,
            implicit: wire.implicit,
        })
    }
}

impl From<&Decision> for WireDecision {
    fn from(decision: &Decision) -> WireDecision {
        let Decision {
            finding,
            reasons,
            remedies,
            value,
            due,
            prevention,
            alternative,
            approver,
            second_reader,
        } = decision.clone();
        WireDecision {
            finding: finding.name().to_owned(),
            reasons,
            remedies: remedies.into_iter().map(|remedy| remedy.name().to_owned()).collect(),
            value,
            due,
            prevention,
            alternative,
            approver,
            second_reader,
        }
    }
}

impl TryFrom<WireDecision> for Decision {
    type Error = WireError;

    fn try_from(wire: WireDecision) -> Result<Decision, WireError> {
        let remedies = wire.remedies.iter().map(|name| known("remedy", name, Remedy::from_name(name)));
        Ok(Decision {
            finding: known("finding", &wire.finding, Finding::from_name(&wire.finding))?,
            reasons: wire.reasons,
            remedies: remedies.collect::<Result<_, _>>()?,
            value: wire.value,
            due: wire.due,
            prevention: wire.prevention,
            alternative: wire.alternative,
            approver: wire.approver,
            second_reader: wire.second_reader,
        })
    }
}

#[cfg(test)]
mod tests;

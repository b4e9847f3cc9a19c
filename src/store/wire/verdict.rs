//! Written form of a verdict with the understanding that explains it.

use serde::{Deserialize, Serialize};

use crate::domain::code::TrackingCode;
use crate::domain::complaint::ComplaintKind;
use crate::domain::decide::{Disposition, Verdict, Withheld};
use crate::domain::guard::{Guard, Reason};
use crate::domain::proof::Proof;
use crate::domain::rules::Mode;
use crate::domain::understanding::{Conclusion, Evidence, Scored, Understanding};
use crate::store::wire::{WireError, known, language};

#[derive(Debug, Serialize, Deserialize)]
pub struct WireVerdict {
    disposition: String,
    reason: String,
    guard: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    understanding: Option<WireUnderstanding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<u32>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    visible: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proof: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withheld: Option<WireWithheld>,
}

#[derive(Debug, Serialize, Deserialize)]
struct WireWithheld {
    disposition: String,
    reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct WireUnderstanding {
    language: String,
    conclusion: WireConclusion,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    best: Option<WireScored>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    runner_up: Option<WireScored>,
    #[serde(default)]
    dissatisfaction: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<WireEvidence>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireConclusion {
    One(String),
    Both(String, String),
    Either(String, String),
    Complaint(Option<String>),
    Nothing,
}

/// The score is written as text: a JSON number need not come back with the same last bit.
#[derive(Debug, Serialize, Deserialize)]
struct WireScored {
    intent: String,
    score: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct WireEvidence {
    phrase: String,
    matched: String,
    speaks_for: String,
}

impl From<&Verdict> for WireVerdict {
    fn from(verdict: &Verdict) -> WireVerdict {
        WireVerdict {
            disposition: verdict.disposition.name().to_owned(),
            reason: verdict.reason.clone(),
            guard: verdict.guard.name().to_owned(),
            understanding: verdict.understanding.as_ref().map(WireUnderstanding::from),
            kind: verdict.kind.map(|kind| kind.name().to_owned()),
            reply: verdict.reply.clone(),
            code: verdict.code.map(TrackingCode::value),
            visible: verdict.visible.clone(),
            proof: verdict.proof.map(|proof| proof.name().to_owned()),
            mode: verdict.mode.map(|mode| mode.name().to_owned()),
            withheld: verdict.withheld.as_ref().map(WireWithheld::from),
        }
    }
}

impl TryFrom<WireVerdict> for Verdict {
    type Error = WireError;

    fn try_from(wire: WireVerdict) -> Result<Verdict, WireError> {
        let kind = wire.kind.map(|name| known("complaint kind", &name, ComplaintKind::from_name(&name)));
        let proof = wire.proof.map(|name| known("proof", &name, Proof::from_name(&name)));
        let mode = wire.mode.map(|name| known("mode", &name, Mode::from_name(&name)));
        Ok(Verdict {
            disposition: disposition(&wire.disposition)?,
            reason: wire.reason,
            guard: guard(&wire.guard)?,
            understanding: wire.understanding.map(Understanding::try_from).transpose()?,
            kind: kind.transpose()?,
            reply: wire.reply,
            code: wire.code.map(code).transpose()?,
            visible: wire.visible,
            proof: proof.transpose()?,
            mode: mode.transpose()?,
            withheld: wire.withheld.map(Withheld::try_from).transpose()?,
        })
    }
}

impl From<&Withheld> for WireWithheld {
    fn from(withheld: &Withheld) -> WireWithheld {
        WireWithheld {
            disposition: withheld.disposition.name().to_owned(),
            reason: withheld.reason.clone(),
            reply: withheld.reply.clone(),
        }
    }
}

impl TryFrom<WireWithheld> for Withheld {
    type Error = WireError;

    fn try_from(wire: WireWithheld) -> Result<Withheld, WireError> {
        let WireWithheld { disposition: name, reason, reply } = wire;
        Ok(Withheld { disposition: disposition(&name)?, reason, reply })
    }
}

fn disposition(name: &str) -> Result<Disposition, WireError> {
    known("disposition", name, Disposition::from_name(name))
}

fn guard(name: &str) -> Result<Guard, WireError> {
    if name == Guard::Human.name() {
        return Ok(Guard::Human);
    }
    known("guard", name, Reason::from_name(name)).map(Guard::Silent)
}

pub fn code(value: u32) -> Result<TrackingCode, WireError> {
    known("tracking code", &value.to_string(), TrackingCode::from_value(value))
}

impl From<&Understanding> for WireUnderstanding {
    fn from(understanding: &Understanding) -> WireUnderstanding {
        WireUnderstanding {
            language: understanding.language.tag().to_owned(),
            conclusion: match understanding.conclusion.clone() {
                Conclusion::One(intent) => WireConclusion::One(intent),
                Conclusion::Both(first, second) => WireConclusion::Both(first, second),
                Conclusion::Either(first, second) => WireConclusion::Either(first, second),
                Conclusion::Complaint { topic } => WireConclusion::Complaint(topic),
                Conclusion::Nothing => WireConclusion::Nothing,
            },
            best: understanding.best.as_ref().map(WireScored::from),
            runner_up: understanding.runner_up.as_ref().map(WireScored::from),
            dissatisfaction: understanding.dissatisfaction,
            evidence: understanding.evidence.iter().map(WireEvidence::from).collect(),
        }
    }
}

impl TryFrom<WireUnderstanding> for Understanding {
    type Error = WireError;

    fn try_from(wire: WireUnderstanding) -> Result<Understanding, WireError> {
        Ok(Understanding {
            language: language(&wire.language)?,
            conclusion: match wire.conclusion {
                WireConclusion::One(intent) => Conclusion::One(intent),
                WireConclusion::Both(first, second) => Conclusion::Both(first, second),
                WireConclusion::Either(first, second) => Conclusion::Either(first, second),
                WireConclusion::Complaint(topic) => Conclusion::Complaint { topic },
                WireConclusion::Nothing => Conclusion::Nothing,
            },
            best: wire.best.map(Scored::try_from).transpose()?,
            runner_up: wire.runner_up.map(Scored::try_from).transpose()?,
            dissatisfaction: wire.dissatisfaction,
            evidence: wire.evidence.into_iter().map(Evidence::from).collect(),
        })
    }
}

impl From<&Scored> for WireScored {
    fn from(scored: &Scored) -> WireScored {
        WireScored { intent: scored.intent.clone(), score: scored.score.to_string() }
    }
}

impl TryFrom<WireScored> for Scored {
    type Error = WireError;

    fn try_from(wire: WireScored) -> Result<Scored, WireError> {
        let score = known("score", &wire.score, wire.score.parse().ok())?;
        Ok(Scored { intent: wire.intent, score })
    }
}

impl From<&Evidence> for WireEvidence {
    fn from(evidence: &Evidence) -> WireEvidence {
        let Evidence { phrase, matched, speaks_for } = evidence.clone();
        WireEvidence { phrase, matched, speaks_for }
    }
}

impl From<WireEvidence> for Evidence {
    fn from(wire: WireEvidence) -> Evidence {
        let WireEvidence { phrase, matched, speaks_for } = wire;
        Evidence { phrase, matched, speaks_for }
    }
}

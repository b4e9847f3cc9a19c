//! Written forms of what people said about how a message was understood.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::complaint::ComplaintKind;
use crate::domain::judgement::{Fit, Judged, Judgement, Label, Taught};
use crate::domain::message::MessageId;
use crate::store::wire::{WireError, known};

#[derive(Debug, Serialize, Deserialize)]
pub struct WireJudged {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<u64>,
    judgement: WireJudgement,
    by: String,
    at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireJudgement {
    Helped(Vec<String>),
    NotHelped(Vec<String>),
    SuggestionSent(Vec<String>),
    Set {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        intent: Option<WireFit>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireFit {
    Intent(String),
    Nothing,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireTaught {
    label: WireLabel,
    accepted: bool,
    by: String,
    at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireLabel {
    Intent(String),
    Not(String),
    Kind(String),
    Nothing,
}

fn kind(name: &str) -> Result<ComplaintKind, WireError> {
    known("complaint kind", name, ComplaintKind::from_name(name))
}

impl From<&Judged> for WireJudged {
    fn from(judged: &Judged) -> WireJudged {
        let judgement = match judged.judgement.clone() {
            Judgement::Helped { topics } => WireJudgement::Helped(topics),
            Judgement::NotHelped { topics } => WireJudgement::NotHelped(topics),
            Judgement::SuggestionSent { topics } => WireJudgement::SuggestionSent(topics),
            Judgement::Set { intent, kind } => WireJudgement::Set {
                intent: intent.map(|fit| match fit {
                    Fit::Intent(name) => WireFit::Intent(name),
                    Fit::Nothing => WireFit::Nothing,
                }),
                kind: kind.map(|kind| kind.name().to_owned()),
            },
        };
        let message = judged.message.map(|id| id.0);
        WireJudged { message, judgement, by: judged.by.clone(), at: judged.at }
    }
}

impl TryFrom<WireJudged> for Judged {
    type Error = WireError;

    fn try_from(wire: WireJudged) -> Result<Judged, WireError> {
        let judgement = match wire.judgement {
            WireJudgement::Helped(topics) => Judgement::Helped { topics },
            WireJudgement::NotHelped(topics) => Judgement::NotHelped { topics },
            WireJudgement::SuggestionSent(topics) => Judgement::SuggestionSent { topics },
            WireJudgement::Set { intent, kind: name } => Judgement::Set {
                intent: intent.map(|fit| match fit {
                    WireFit::Intent(name) => Fit::Intent(name),
                    WireFit::Nothing => Fit::Nothing,
                }),
                kind: name.map(|name| kind(&name)).transpose()?,
            },
        };
        Ok(Judged { message: wire.message.map(MessageId), judgement, by: wire.by, at: wire.at })
    }
}

impl From<&Taught> for WireTaught {
    fn from(taught: &Taught) -> WireTaught {
        let label = match taught.label.clone() {
            Label::Intent(name) => WireLabel::Intent(name),
            Label::Not(name) => WireLabel::Not(name),
            Label::Kind(kind) => WireLabel::Kind(kind.name().to_owned()),
            Label::Nothing => WireLabel::Nothing,
        };
        WireTaught { label, accepted: taught.accepted, by: taught.by.clone(), at: taught.at }
    }
}

impl TryFrom<WireTaught> for Taught {
    type Error = WireError;

    fn try_from(wire: WireTaught) -> Result<Taught, WireError> {
        let label = match wire.label {
            WireLabel::Intent(name) => Label::Intent(name),
            WireLabel::Not(name) => Label::Not(name),
            WireLabel::Kind(name) => Label::Kind(kind(&name)?),
            WireLabel::Nothing => Label::Nothing,
        };
        Ok(Taught { label, accepted: wire.accepted, by: wire.by, at: wire.at })
    }
}

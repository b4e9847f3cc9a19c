//! What would be done with a message and why, as `explain` prints it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::domain::decide::Verdict;
use crate::domain::message::{MailFacts, Message};
use crate::report::messages::intent_of;

/// One object a message; the fields are public (DESIGN §7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    pub disposition: String,
    pub reason: String,
    pub intent: Option<String>,
    pub score: Option<f64>,
    pub runner_up: Option<RunnerUp>,
    pub language: Option<String>,
    pub dissatisfaction: u32,
    pub kind: Option<String>,
    pub reply: Option<String>,
    /// `shadow`, `suggest` or `auto`: how far the intent may go; null where no intent decides.
    #[serde(default)]
    pub mode: Option<String>,
    /// What would have been done in `auto`.
    #[serde(default)]
    pub withheld: Option<WithheldLine>,
    pub visible_text: String,
    pub guard: String,
    pub evidence: Vec<EvidenceLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunnerUp {
    pub intent: String,
    pub score: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvidenceLine {
    pub phrase: String,
    pub matched: String,
    /// The intent that the phrase speaks for, or `dissatisfaction`.
    pub speaks_for: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WithheldLine {
    pub disposition: String,
    pub reason: String,
    pub reply: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MailLine {
    pub subject: String,
    pub from: Vec<String>,
    pub message_id: Option<String>,
    pub attachments: usize,
    pub authenticity: String,
    /// Why the authenticity is that.
    pub proof: String,
}

impl Explanation {
    pub fn of(verdict: &Verdict, message: &Message) -> Explanation {
        let understanding = verdict.understanding.as_ref();
        Explanation {
            disposition: verdict.disposition.name().to_owned(),
            reason: verdict.reason.clone(),
            intent: intent_of(verdict).or_else(|| Some(understanding?.best.as_ref()?.intent.clone())),
            score: understanding.and_then(|one| one.best.as_ref()).map(|best| rounded(best.score)),
            runner_up: understanding
                .and_then(|one| one.runner_up.as_ref())
                .map(|second| RunnerUp { intent: second.intent.clone(), score: rounded(second.score) }),
            language: understanding.map(|one| one.language.tag().to_owned()),
            dissatisfaction: understanding.map_or(0, |one| one.dissatisfaction),
            kind: verdict.kind.map(|kind| kind.name().to_owned()),
            reply: verdict.reply.clone(),
            mode: verdict.mode.map(|mode| mode.name().to_owned()),
            withheld: verdict.withheld.as_ref().map(|withheld| WithheldLine {
                disposition: withheld.disposition.name().to_owned(),
                reason: withheld.reason.clone(),
                reply: withheld.reply.clone(),
            }),
            visible_text: verdict.visible.clone(),
            guard: verdict.guard.name().to_owned(),
            evidence: understanding.map(evidence).unwrap_or_default(),
            mail: message.mail.as_ref().map(|mail| mail_line(mail, message)),
        }
    }

    /// A few lines for people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "{} ({})", self.disposition, self.reason);
        if let Some(intent) = &self.intent {
            let _ = writeln!(text, "  intent: {intent}, score {}", self.score.unwrap_or_default());
        }
        if let Some(second) = &self.runner_up {
            let _ = writeln!(text, "  runner-up: {}, score {}", second.intent, second.score);
        }
        if let Some(kind) = &self.kind {
            let _ = writeln!(text, "  filed as: {kind}");
        }
        if let Some(reply) = &self.reply {
            let _ = writeln!(text, "  reply: {reply}");
        }
        if let Some(mode) = &self.mode {
            let _ = writeln!(text, "  mode: {mode}");
        }
        if let Some(withheld) = &self.withheld {
            let reply = withheld.reply.as_deref().unwrap_or("-");
            let (disposition, reason) = (&withheld.disposition, &withheld.reason);
            let _ = writeln!(text, "  in auto: {disposition} ({reason}), reply: {reply}");
        }
        let _ = writeln!(
            text,
            "  language: {}, dissatisfaction: {}, guard: {}",
            self.language.as_deref().unwrap_or("-"),
            self.dissatisfaction,
            self.guard
        );
        for line in &self.evidence {
            let _ = writeln!(text, "  «{}» matched {} ({})", line.matched, line.phrase, line.speaks_for);
        }
        if let Some(mail) = &self.mail {
            let _ = writeln!(
                text,
                "  mail: {:?} from {}, authenticity {} ({})",
                mail.subject,
                mail.from.join(", "),
                mail.authenticity,
                mail.proof
            );
        }
        text
    }
}

fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

fn evidence(understanding: &crate::domain::understanding::Understanding) -> Vec<EvidenceLine> {
    understanding
        .evidence
        .iter()
        .map(|one| EvidenceLine {
            phrase: one.phrase.clone(),
            matched: one.matched.clone(),
            speaks_for: one.speaks_for.clone(),
        })
        .collect()
}

fn mail_line(mail: &MailFacts, message: &Message) -> MailLine {
    MailLine {
        subject: mail.subject.clone(),
        from: mail.from.clone(),
        message_id: mail.message_id.clone(),
        attachments: message.attachments.len(),
        authenticity: message.authenticity.name().to_owned(),
        proof: mail.proof.name().to_owned(),
    }
}

//! What would be done with a message and why, as `explain` prints it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::domain::decide::Verdict;
use crate::domain::message::{MailFacts, Message};
use crate::domain::understanding::{Evidence, Reasons};
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
    /// What lies behind the score; not in `--batch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learnt: Option<LearntLine>,
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
pub struct LearntLine {
    /// The words as they are compared.
    pub folded_text: String,
    /// How likely the customer complains, from 0 to 1; from `may_complain` on nobody is answered.
    pub complains: f64,
    pub may_complain: f64,
    /// The score that the intent needs.
    pub needed: Option<f64>,
    pub nearest: Option<NearestLine>,
    /// Words that speak for the best intent, the strongest first.
    pub words: Vec<WordLine>,
    /// What forbids the best intent, however likely it is: words that deny (`negation`), or another
    /// question on words of its own.
    #[serde(default)]
    pub objections: Vec<EvidenceLine>,
    /// Phrases of `not` in the text, and the intents that they rule out.
    pub vetoes: Vec<EvidenceLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearestLine {
    pub text: String,
    /// Null for an example of what fits no intent.
    pub intent: Option<String>,
    pub similarity: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WordLine {
    pub words: String,
    pub weight: f64,
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
            evidence: understanding.map(|one| evidence(&one.evidence)).unwrap_or_default(),
            learnt: None,
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
        if let Some(learnt) = &self.learnt {
            learnt.tell(self.score, &mut text);
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

fn evidence(evidence: &[Evidence]) -> Vec<EvidenceLine> {
    evidence
        .iter()
        .map(|one| EvidenceLine {
            phrase: one.phrase.clone(),
            matched: one.matched.clone(),
            speaks_for: one.speaks_for.clone(),
        })
        .collect()
}

impl LearntLine {
    pub fn of(reasons: &Reasons) -> LearntLine {
        LearntLine {
            folded_text: reasons.folded.clone(),
            complains: rounded(reasons.complains),
            may_complain: reasons.may_complain,
            needed: reasons.needed.filter(|needed| needed.is_finite()),
            nearest: reasons.nearest.as_ref().map(|nearest| NearestLine {
                text: nearest.text.clone(),
                intent: nearest.intent.clone(),
                similarity: rounded(nearest.similarity),
            }),
            words: reasons
                .words
                .iter()
                .map(|(words, weight)| WordLine { words: words.clone(), weight: rounded(*weight) })
                .collect(),
            objections: evidence(&reasons.objections),
            vetoes: evidence(&reasons.vetoes),
        }
    }

    fn tell(&self, score: Option<f64>, text: &mut String) {
        let _ = writeln!(text, "  read as: {}", self.folded_text);
        if let (Some(score), Some(needed)) = (score, self.needed) {
            let than = if score < needed { "less than" } else { "at least" };
            let _ = writeln!(text, "  score {score} is {than} the {needed} that this intent needs");
        }
        let complains =
            if self.complains < self.may_complain { "no complaint" } else { "perhaps a complaint" };
        let _ = writeln!(text, "  complaint: {} ({complains}, limit {})", self.complains, self.may_complain);
        if let Some(near) = &self.nearest {
            let of = near.intent.as_deref().unwrap_or("no intent");
            let _ = writeln!(text, "  nearest example: «{}» ({of}, {})", near.text, near.similarity);
        }
        for word in &self.words {
            let _ = writeln!(text, "  «{}» speaks for it, {}", word.words, word.weight);
        }
        for objection in &self.objections {
            let (matched, asked) = (&objection.matched, &objection.speaks_for);
            let _ = match asked.as_str() {
                "negation" => {
                    writeln!(text, "  «{matched}» denies something: the intent may be meant the other way")
                }
                _ => writeln!(text, "  «{matched}» asks for {asked} besides: one answer would not do"),
            };
        }
        for veto in &self.vetoes {
            let (matched, phrase, intent) = (&veto.matched, &veto.phrase, &veto.speaks_for);
            let _ = writeln!(text, "  «{matched}» matched {phrase}, which rules {intent} out");
        }
    }
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

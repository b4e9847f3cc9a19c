//! The whole understanding of a text: phrases, gate and examples together.
//!
//! The phrases conclude first; then the learner, which has seen the examples,
//! confirms, forbids or finds what no phrase says. Where there are too few
//! examples to know how sure one may be, the phrases decide alone.
//!
//! Invariant: nothing is answered that the learner takes for a possible complaint,
//! and an owner's example means what its owner says.

use super::candidates::{Candidate, Setting, barred, candidates};
use super::compile::{Matcher, Topic};
use super::conclude::{is_for_people, is_question};
use super::learnt::votes;
use super::reading::Reading;
use crate::domain::dissatisfaction::{IS_COMPLAINT, Weighed};
use crate::domain::learn::{Judgement, MAY_COMPLAIN, Ranked, Teaches};
use crate::domain::message::Language;
use crate::domain::rules::IntentKind;
use crate::domain::text::detect_language;
use crate::domain::understanding::{Conclusion, Scored, Understanding};

/// From this chance on the learner says that a customer complains.
const COMPLAINS: f64 = 0.35;
/// So likely must an answer be right …
const CONFIDENT: f64 = 0.85;
/// … and so likely when phrases and examples agree.
const CONFIRMED: f64 = 0.75;
/// A request is filed all the same; only its information may be wrong.
const WORTH_TELLING: f64 = 0.7;
/// What a person reads anyway need not be surer.
const LIKELY: f64 = 0.5;
/// An example of the owner's own.
const AS_TOLD: f64 = 0.99;

impl Matcher {
    /// What the text wants. `hint` is the sender's own language, for texts without letters.
    pub fn understand(&self, visible: &str, hint: Option<Language>) -> Understanding {
        let reading = Reading::new(self, visible);
        let weighed = self.gate.weigh(&reading);
        let setting = Setting::new(self, &reading, weighed.total);
        let candidates = candidates(self, &reading, &setting);
        let mut judgement = self.judge(&reading, &candidates, weighed.total);
        let told = self.told(&reading, &mut judgement);
        let dissatisfaction = self.dissatisfaction(&weighed, &judgement, told.is_some());
        let (by_phrases, shown) = self.conclude(&candidates, &setting, &reading, dissatisfaction);
        let conclusion = told.unwrap_or_else(|| {
            if self.learnt.is_examined && reading.is_complete() {
                self.consider(by_phrases, &judgement, &setting)
            } else {
                by_phrases
            }
        });
        let shown = shown.and_then(|at| candidates.get(at)).or_else(|| candidates.first());
        let second = shown.and_then(|best| candidates.iter().find(|other| other.topic != best.topic));
        let (best, runner_up) = if self.learnt.is_examined {
            self.ranking(&conclusion, &judgement, &candidates)
        } else {
            (shown.map(|candidate| self.scored(candidate)), second.map(|candidate| self.scored(candidate)))
        };
        Understanding {
            language: detect_language(visible).or(hint).unwrap_or(Language::Fa),
            conclusion,
            // Where no phrase says anything, the examples may still say what is near.
            best: best.or_else(|| self.ranked(judgement.best)),
            runner_up,
            dissatisfaction,
            evidence: self.evidence(&reading, &weighed, shown, second),
        }
    }

    fn judge(&self, reading: &Reading<'_>, candidates: &[Candidate], dissatisfaction: u32) -> Judgement {
        let votes = votes(candidates, dissatisfaction, self.topics.len());
        let barred: Vec<usize> = barred(self, reading).into_iter().collect();
        self.learnt.judge(reading, &votes, &barred)
    }

    /// The text is one of the owner's examples, word for word: there is nothing to guess.
    fn told(&self, reading: &Reading<'_>, judgement: &mut Judgement) -> Option<Conclusion> {
        let Teaches::Is(label) = self.learnt.told(reading)? else { return None };
        let topic = self.topics.get(label)?;
        if topic.kind == IntentKind::Complaint {
            judgement.complains = 1.0;
            return None;
        }
        judgement.complains = 0.0;
        let ranked = [judgement.best, judgement.runner_up];
        judgement.runner_up = ranked.into_iter().flatten().find(|other| other.label != label);
        judgement.best = Some(Ranked { label, confidence: AS_TOLD });
        Some(Conclusion::One(topic.name.clone()))
    }

    /// The gate's weight, and the learner's word where it is sure.
    fn dissatisfaction(&self, weighed: &Weighed, judgement: &Judgement, is_contented: bool) -> u32 {
        let learnt = self.learnt.is_examined && judgement.complains >= COMPLAINS;
        match (is_contented, learnt) {
            (true, _) => 0,
            (false, true) => weighed.total.max(IS_COMPLAINT),
            (false, false) => weighed.total,
        }
    }

    /// What the phrases concluded, in the light of the examples.
    fn consider(&self, by_phrases: Conclusion, judgement: &Judgement, setting: &Setting) -> Conclusion {
        let best = judgement.best.and_then(|best| Some((best, self.topics.get(best.label)?)));
        let Some((best, topic)) = best else { return by_phrases };
        let may_complain = judgement.complains >= MAY_COMPLAIN;
        let agrees = |name: &str| topic.name == name;
        match &by_phrases {
            Conclusion::Complaint { topic: None } if is_question(topic) && best.confidence >= LIKELY => {
                return Conclusion::Complaint { topic: Some(topic.name.clone()) };
            }
            Conclusion::Complaint { .. } => return by_phrases,
            Conclusion::One(name) => {
                let confirmed = agrees(name) && best.confidence >= CONFIRMED && !may_complain;
                if confirmed || self.topics.iter().any(|topic| topic.name == *name && is_for_people(topic)) {
                    return by_phrases;
                }
            }
            Conclusion::Both(one, other) | Conclusion::Either(one, other) => {
                let stands = (agrees(one) || agrees(other)) && !may_complain;
                return if stands { by_phrases } else { Conclusion::Nothing };
            }
            Conclusion::Nothing => {}
        }
        if best.confidence >= enough(topic, setting) && (is_for_people(topic) || !may_complain) {
            Conclusion::One(topic.name.clone())
        } else {
            Conclusion::Nothing
        }
    }

    /// Best and runner-up, so that the best is what was concluded.
    fn ranking(
        &self,
        conclusion: &Conclusion,
        judgement: &Judgement,
        candidates: &[Candidate],
    ) -> (Option<Scored>, Option<Scored>) {
        let learnt = [judgement.best, judgement.runner_up].map(|ranked| self.ranked(ranked));
        let named = match conclusion {
            Conclusion::One(name) | Conclusion::Both(name, _) | Conclusion::Either(name, _) => name,
            Conclusion::Complaint { topic: Some(name) } => name,
            Conclusion::Complaint { topic: None } | Conclusion::Nothing => return learnt.into(),
        };
        let is_named = |scored: &&Scored| scored.intent == *named;
        let by_phrase = || {
            candidates.iter().map(|candidate| self.scored(candidate)).find(|scored| scored.intent == *named)
        };
        let best = learnt.iter().flatten().find(is_named).cloned().or_else(by_phrase);
        (best, learnt.into_iter().flatten().find(|scored| scored.intent != *named))
    }

    fn ranked(&self, ranked: Option<Ranked>) -> Option<Scored> {
        let ranked = ranked?;
        Some(Scored { intent: self.topics.get(ranked.label)?.name.clone(), score: ranked.confidence })
    }
}

/// How likely an answer with this topic must be right.
fn enough(topic: &Topic, setting: &Setting) -> f64 {
    match topic.kind {
        _ if is_for_people(topic) => LIKELY,
        IntentKind::Request => WORTH_TELLING,
        // Thanks with a "but" are none.
        IntentKind::Thanks | IntentKind::Greeting if !setting.is_calm() => f64::INFINITY,
        _ => CONFIDENT,
    }
}

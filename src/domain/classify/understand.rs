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
use crate::domain::understanding::{Conclusion, Scored, Understanding};

/// From this chance on the learner says that a customer complains.
const COMPLAINS: f64 = 0.38;
/// So likely must an answer be right …
const CONFIDENT: f64 = 0.88;
/// … and so likely when phrases and examples agree.
const CONFIRMED: f64 = 0.75;
/// A request is filed all the same; only its information may be wrong.
const WORTH_TELLING: f64 = 0.74;
/// What a person reads anyway need not be surer.
const LIKELY: f64 = 0.55;
/// From this score of its phrases on another question is one, and no word in passing.
const MENTIONED: f64 = 0.5;
/// An example of the owner's own.
const AS_TOLD: f64 = 0.99;

/// What phrases, gate and examples find in a text.
pub(super) struct Findings {
    weighed: Weighed,
    pub setting: Setting,
    told: Told,
    pub candidates: Vec<Candidate>,
    pub judgement: Judgement,
}

/// What the findings come to.
pub(super) struct Decided<'f> {
    conclusion: Conclusion,
    dissatisfaction: u32,
    /// The candidate that the phrases rest on.
    shown: Option<&'f Candidate>,
    pub objection: Option<Objection<'f>>,
}

/// Why what the examples find likely is not concluded, however likely it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Objection<'f> {
    /// Something is denied, and the intent must not be taken for its contrary.
    Denied,
    /// Another question stands on words of its own.
    AsksMore(&'f Candidate),
}

impl Matcher {
    /// What the text wants. `hint` is the sender's own language, for texts without letters.
    pub fn understand(&self, visible: &str, hint: Option<Language>) -> Understanding {
        let reading = Reading::new(self, visible);
        let findings = self.findings(&reading);
        let Decided { conclusion, dissatisfaction, shown, .. } = self.decide(&reading, &findings);
        let Findings { weighed, candidates, judgement, .. } = &findings;
        let second = shown.and_then(|best| candidates.iter().find(|other| other.topic != best.topic));
        let (best, runner_up) = if self.learnt.is_examined {
            self.ranking(&conclusion, judgement, candidates)
        } else {
            (shown.map(|candidate| self.scored(candidate)), second.map(|candidate| self.scored(candidate)))
        };
        Understanding {
            language: reading.language().or(hint).unwrap_or(Language::Fa),
            conclusion,
            // Where no phrase says anything, the examples may still say what is near.
            best: best.or_else(|| self.ranked(judgement.best)),
            runner_up,
            dissatisfaction,
            evidence: self.evidence(&reading, weighed, shown, second),
        }
    }

    pub(super) fn findings(&self, reading: &Reading<'_>) -> Findings {
        let weighed = self.gate.weigh(reading);
        let setting = Setting::new(self, reading, weighed.total);
        let told = Told::of(self, reading);
        let candidates = self.candidates(reading, &setting, &told);
        let judgement = self.judge(reading, &candidates, weighed.total, &told);
        Findings { weighed, setting, told, candidates, judgement }
    }

    pub(super) fn decide<'f>(&self, reading: &Reading<'_>, findings: &'f Findings) -> Decided<'f> {
        let Findings { weighed, setting, told, candidates, judgement } = findings;
        let dissatisfaction = self.dissatisfaction(weighed, judgement, told);
        let (by_phrases, shown) = self.conclude(candidates, setting, reading, dissatisfaction);
        let (conclusion, objection) = match told.topic.and_then(|label| self.topics.get(label)) {
            Some(topic) if topic.kind != IntentKind::Complaint => (Conclusion::One(topic.name.clone()), None),
            _ if self.learnt.is_examined && reading.is_complete() => {
                self.consider(by_phrases, judgement, setting, candidates)
            }
            _ => (by_phrases, None),
        };
        let shown = shown.and_then(|at| candidates.get(at)).or_else(|| candidates.first());
        Decided { conclusion, dissatisfaction, shown, objection }
    }

    fn candidates(&self, reading: &Reading<'_>, setting: &Setting, told: &Told) -> Vec<Candidate> {
        let mut candidates = candidates(self, reading, setting);
        candidates.retain(|candidate| !told.barred.contains(&candidate.topic));
        candidates
    }

    fn judge(
        &self,
        reading: &Reading<'_>,
        candidates: &[Candidate],
        dissatisfaction: u32,
        told: &Told,
    ) -> Judgement {
        let votes = votes(candidates, dissatisfaction, self.topics.len());
        let mut judgement = self.learnt.judge(reading, &votes, &told.barred);
        if let Some(complains) = told.complains {
            judgement.complains = if complains { 1.0 } else { 0.0 };
        }
        if let Some(label) = told.topic.filter(|_| told.complains == Some(false)) {
            let ranked = [judgement.best, judgement.runner_up];
            judgement.runner_up = ranked.into_iter().flatten().find(|other| other.label != label);
            judgement.best = Some(Ranked { label, confidence: AS_TOLD });
        }
        judgement
    }

    /// The gate's weight, and the learner's word where it is sure.
    fn dissatisfaction(&self, weighed: &Weighed, judgement: &Judgement, told: &Told) -> u32 {
        let learnt = self.learnt.is_examined && judgement.complains >= COMPLAINS;
        match told.complains {
            Some(false) => 0,
            Some(true) => weighed.total.max(IS_COMPLAINT),
            None if learnt => weighed.total.max(IS_COMPLAINT),
            None => weighed.total,
        }
    }

    /// What the phrases concluded, in the light of the examples, and what was held against these.
    fn consider<'f>(
        &self,
        by_phrases: Conclusion,
        judgement: &Judgement,
        setting: &Setting,
        candidates: &'f [Candidate],
    ) -> (Conclusion, Option<Objection<'f>>) {
        let best = judgement.best.and_then(|best| Some((best, self.topics.get(best.label)?)));
        let Some((best, topic)) = best else { return (by_phrases, None) };
        let may_complain = judgement.complains >= MAY_COMPLAIN;
        let agrees = |name: &str| topic.name == name;
        match &by_phrases {
            Conclusion::Complaint { topic: None } if is_question(topic) && best.confidence >= LIKELY => {
                return (Conclusion::Complaint { topic: Some(topic.name.clone()) }, None);
            }
            Conclusion::Complaint { .. } => return (by_phrases, None),
            Conclusion::One(name) => {
                let confirmed = agrees(name) && best.confidence >= CONFIRMED && !may_complain;
                if confirmed || self.topics.iter().any(|topic| topic.name == *name && is_for_people(topic)) {
                    return (by_phrases, None);
                }
            }
            Conclusion::Both(one, other) | Conclusion::Either(one, other) => {
                let stands = (agrees(one) || agrees(other)) && !may_complain;
                return (if stands { by_phrases } else { Conclusion::Nothing }, None);
            }
            Conclusion::Nothing => {}
        }
        let objection = self.objection(best.label, topic, setting, candidates);
        let is_enough = best.confidence >= enough(topic, setting) && (is_for_people(topic) || !may_complain);
        if objection.is_none() && is_enough {
            (Conclusion::One(topic.name.clone()), None)
        } else {
            (Conclusion::Nothing, objection)
        }
    }

    fn objection<'f>(
        &self,
        label: usize,
        topic: &Topic,
        setting: &Setting,
        candidates: &'f [Candidate],
    ) -> Option<Objection<'f>> {
        let mentioned = candidates.iter().find(|candidate| candidate.topic == label);
        // "Do not cancel it": only a phrase that no negation takes back speaks for cancelling.
        let Some(mentioned) = mentioned else {
            return (topic.negation_cancels && setting.denies()).then_some(Objection::Denied);
        };
        // Another question on words of its own wants an answer too.
        candidates
            .iter()
            .filter(|other| other.topic != label && other.score >= MENTIONED)
            .filter(|other| self.topics.get(other.topic).is_some_and(is_question))
            .find(|other| other.places.is_disjoint(&mentioned.places))
            .map(Objection::AsksMore)
    }

    /// Best and runner-up, so that the best is what was concluded; of two, the likelier.
    fn ranking(
        &self,
        conclusion: &Conclusion,
        judgement: &Judgement,
        candidates: &[Candidate],
    ) -> (Option<Scored>, Option<Scored>) {
        let learnt = [judgement.best, judgement.runner_up].map(|ranked| self.ranked(ranked));
        let named = match conclusion {
            Conclusion::One(name) => name,
            Conclusion::Both(name, other) | Conclusion::Either(name, other) => {
                let likeliest = judgement.best.and_then(|best| self.topics.get(best.label));
                if likeliest.is_some_and(|topic| topic.name == *other) { other } else { name }
            }
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

/// What is certain of a text: the rules forbid a topic for it, or an owner gave just this text
/// as an example or a counterexample. There is nothing to guess then.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub barred: Vec<usize>,
    topic: Option<usize>,
    complains: Option<bool>,
}

impl Told {
    pub(super) fn of(matcher: &Matcher, reading: &Reading<'_>) -> Told {
        let mut told = Told { barred: barred(matcher, reading).into_iter().collect(), ..Told::default() };
        let is_complaint = |label: &usize| {
            matcher.topics.get(*label).is_some_and(|topic| topic.kind == IntentKind::Complaint)
        };
        for teaches in matcher.learnt.told(reading) {
            match teaches {
                Teaches::Is(label) if !told.barred.contains(label) && told.topic.is_none() => {
                    told.topic = Some(*label);
                    told.complains = Some(is_complaint(label));
                }
                Teaches::IsNot(label) => {
                    told.barred.push(*label);
                    if is_complaint(label) && told.complains.is_none() {
                        told.complains = Some(false);
                    }
                }
                Teaches::Is(_) | Teaches::Nothing | Teaches::Complains | Teaches::Contented => {}
            }
        }
        told
    }
}

/// How likely an answer with this topic must be right.
pub(super) fn enough(topic: &Topic, setting: &Setting) -> f64 {
    match topic.kind {
        _ if is_for_people(topic) => LIKELY,
        IntentKind::Request => WORTH_TELLING,
        // Thanks with a "but" are none, and a greeting with a question is a question.
        IntentKind::Thanks | IntentKind::Greeting if !setting.is_calm() || setting.asks() => f64::INFINITY,
        _ => CONFIDENT,
    }
}

//! From the phrases' candidates to one conclusion, in a fixed order.
//!
//! Complaint; a report of a forged message; a person; a call-back; suggestion
//! and criticism; questions and requests; thanks and greetings; nothing
//! (requirements §4.1 (i)).
//!
//! Invariant: `One` and `Both` name only intents whose score is sure.

use super::SUSPICIOUS_REPORT;
use super::candidates::{Candidate, Setting};
use super::compile::{Matcher, Topic};
use super::reading::Reading;
use super::search::Found;
use crate::domain::dissatisfaction::{IS_COMPLAINT, Weighed};
use crate::domain::rules::IntentKind;
use crate::domain::understanding::{Conclusion, Evidence, Scored};

/// From this score on an intent is sure.
const SURE: f64 = 0.8;
/// Wishes for a person and reports need less: a person reads them anyway.
const SURE_ENOUGH: f64 = 0.7;
/// A runner-up that explains so much of what the best explains is near.
const NEAR: f64 = 0.8;
/// Evidence beyond this many phrases convinces nobody more.
const MOST_EVIDENCE: usize = 12;

impl Matcher {
    pub(super) fn topic(&self, candidate: &Candidate) -> Option<&Topic> {
        self.topics.get(candidate.topic)
    }

    pub(super) fn name(&self, candidate: &Candidate) -> String {
        self.topic(candidate).map(|topic| topic.name.clone()).unwrap_or_default()
    }

    pub(super) fn scored(&self, candidate: &Candidate) -> Scored {
        Scored { intent: self.name(candidate), score: candidate.score }
    }

    /// The conclusion and the number of the candidate that it rests on.
    pub(super) fn conclude(
        &self,
        candidates: &[Candidate],
        setting: &Setting,
        reading: &Reading<'_>,
        dissatisfaction: u32,
    ) -> (Conclusion, Option<usize>) {
        let find = |wanted: &dyn Fn(&Topic, &Candidate) -> bool| {
            candidates.iter().position(|c| self.topic(c).is_some_and(|topic| wanted(topic, c)))
        };
        let question = find(&|topic, _| is_question(topic));
        let complains = find(&|topic, _| topic.kind == IntentKind::Complaint);
        if dissatisfaction >= IS_COMPLAINT || complains.is_some() {
            let topic = question.and_then(|at| candidates.get(at)).map(|candidate| self.name(candidate));
            return (Conclusion::Complaint { topic }, question.or(complains));
        }
        if !reading.is_complete() {
            return (Conclusion::Nothing, question);
        }
        let enough = |candidate: &Candidate| candidate.score >= SURE_ENOUGH;
        let ahead = find(&|topic, c| topic.name == SUSPICIOUS_REPORT && enough(c))
            .or_else(|| find(&|topic, c| topic.kind == IntentKind::Human && enough(c)))
            .or_else(|| find(&|topic, c| topic.kind == IntentKind::Callback && enough(c)))
            .or_else(|| {
                find(&|topic, c| {
                    matches!(topic.kind, IntentKind::Suggestion | IntentKind::Criticism) && enough(c)
                })
            });
        if let Some(candidate) = ahead.and_then(|at| candidates.get(at)) {
            return (Conclusion::One(self.name(candidate)), ahead);
        }
        if question.is_some() {
            return (self.among_questions(candidates, reading), question);
        }
        let social = find(&|topic, _| topic.kind == IntentKind::Thanks)
            .or_else(|| find(&|topic, _| topic.kind == IntentKind::Greeting));
        match social.and_then(|at| candidates.get(at)) {
            Some(candidate) if setting.is_bare() => (Conclusion::One(self.name(candidate)), social),
            _ => (Conclusion::Nothing, social),
        }
    }

    /// One question, two, which of two, or none for sure.
    fn among_questions(&self, candidates: &[Candidate], reading: &Reading<'_>) -> Conclusion {
        let mut questions = candidates.iter().filter(|c| self.topic(c).is_some_and(is_question));
        let Some(best) = questions.next() else { return Conclusion::Nothing };
        let one = || {
            if best.score >= SURE { Conclusion::One(self.name(best)) } else { Conclusion::Nothing }
        };
        let Some(second) = questions.next() else { return one() };
        let shared = best.places.intersection(&second.places).count();
        if shared == 0 && stands_alone(best, second, reading) {
            return self.two(best, second, questions.next(), reading);
        }
        let all_shared = shared == second.places.len();
        let near =
            if all_shared { second.words + 0.5 > best.words } else { second.words >= NEAR * best.words };
        if !near {
            return one();
        }
        if best.score >= SURE_ENOUGH && second.score >= SURE_ENOUGH {
            return Conclusion::Either(self.name(best), self.name(second));
        }
        Conclusion::Nothing
    }

    /// Two matters on separate words. Only questions may be answered together.
    fn two(
        &self,
        best: &Candidate,
        second: &Candidate,
        third: Option<&Candidate>,
        reading: &Reading<'_>,
    ) -> Conclusion {
        let crowded = third.is_some_and(|third| {
            third.places.is_disjoint(&best.places)
                && third.places.is_disjoint(&second.places)
                && stands_alone(best, third, reading)
        });
        let questions = [best, second]
            .iter()
            .all(|c| self.topic(c).is_some_and(|topic| topic.kind == IntentKind::Question));
        // What the other explains is not unexplained.
        let sure = best.score >= SURE_ENOUGH && second.score >= SURE_ENOUGH;
        if questions && sure && !crowded {
            Conclusion::Both(self.name(best), self.name(second))
        } else {
            Conclusion::Nothing
        }
    }

    /// A phrase as it stands in the text, in the customer's own words.
    pub(super) fn said(&self, reading: &Reading<'_>, found: &Found, speaks_for: &str) -> Evidence {
        Evidence {
            phrase: self.phrases.written(found.phrase).to_owned(),
            matched: reading.quote(found),
            speaks_for: speaks_for.to_owned(),
        }
    }

    pub(super) fn evidence(
        &self,
        reading: &Reading<'_>,
        weighed: &Weighed,
        best: Option<&Candidate>,
        runner_up: Option<&Candidate>,
    ) -> Vec<Evidence> {
        let mut evidence: Vec<Evidence> =
            weighed.signs.iter().map(|sign| self.said(reading, sign, "dissatisfaction")).collect();
        for candidate in best.into_iter().chain(runner_up) {
            let name = self.name(candidate);
            evidence.extend(candidate.signs.iter().map(|sign| self.said(reading, sign, &name)));
            evidence.extend(candidate.patterns.iter().cloned());
        }
        evidence.truncate(MOST_EVIDENCE);
        evidence
    }
}

/// Is a message of this topic always read by a person?
pub(super) fn is_for_people(topic: &Topic) -> bool {
    topic.name == SUSPICIOUS_REPORT
        || matches!(
            topic.kind,
            IntentKind::Human | IntentKind::Callback | IntentKind::Suggestion | IntentKind::Criticism
        )
}

pub(super) fn is_question(topic: &Topic) -> bool {
    topic.name != SUSPICIOUS_REPORT
        && matches!(topic.kind, IntentKind::Question | IntentKind::Request | IntentKind::Status)
}

/// Is the second a matter of its own, and not a word in passing?
fn stands_alone(best: &Candidate, second: &Candidate, reading: &Reading<'_>) -> bool {
    let clauses = |candidate: &Candidate| -> std::collections::BTreeSet<u32> {
        candidate.places.iter().filter_map(|at| reading.token(*at)).map(|token| token.clause).collect()
    };
    second.words >= 1.5 || second.words >= 1.0 && clauses(best).is_disjoint(&clauses(second))
}

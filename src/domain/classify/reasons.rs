//! Why a text was understood as it was, for people who ask.
//!
//! Invariant: what is told here is what `understand` went by.

use super::compile::Matcher;
use super::reading::Reading;
use super::search::{Found, Role, Speaks};
use super::understand::{Findings, Objection, enough};
use crate::domain::learn::{MAY_COMPLAIN, Teaches};
use crate::domain::understanding::{Evidence, NearestExample, Reasons};

/// More words explain nothing more.
const MOST_WORDS: usize = 6;

impl Matcher {
    pub fn reasons(&self, visible: &str) -> Reasons {
        let reading = Reading::new(self, visible);
        let findings = self.findings(&reading);
        let judgement = &findings.judgement;
        let words = self.learnt.words(&reading);
        let best = judgement.best.filter(|_| self.learnt.is_examined);
        Reasons {
            folded: words.join(" "),
            complains: judgement.complains,
            may_complain: MAY_COMPLAIN,
            needed: best
                .and_then(|best| self.topics.get(best.label))
                .map(|topic| enough(topic, &findings.setting)),
            nearest: judgement.nearest.and_then(|(lesson, similarity)| self.nearest(lesson, similarity)),
            words: best.map(|best| self.strongest(&words, best.label)).unwrap_or_default(),
            objections: self.objections(&reading, &findings),
            vetoes: reading.found.iter().filter_map(|found| self.veto(&reading, found)).collect(),
        }
    }

    fn nearest(&self, lesson: usize, similarity: f32) -> Option<NearestExample> {
        let (text, teaches) = self.learnt.lesson(lesson)?;
        let label = match teaches {
            Teaches::Is(label) => self.topics.get(label).map(|topic| topic.name.clone()),
            Teaches::IsNot(_) | Teaches::Nothing | Teaches::Complains | Teaches::Contented => None,
        };
        Some(NearestExample { text: text.to_owned(), intent: label, similarity: similarity.into() })
    }

    fn strongest(&self, words: &[&str], label: usize) -> Vec<(String, f64)> {
        let heard = self.learnt.heard(words, label).into_iter().take(MOST_WORDS);
        let said = |first: usize, second: usize| {
            let word = |at: usize| words.get(at).copied().unwrap_or_default();
            if first == second { word(first).to_owned() } else { format!("{} {}", word(first), word(second)) }
        };
        heard.map(|heard| (said(heard.first, heard.second), heard.weight.into())).collect()
    }

    /// The words that forbid what the examples find likely.
    fn objections(&self, reading: &Reading<'_>, findings: &Findings) -> Vec<Evidence> {
        let setting = &findings.setting;
        match self.decide(reading, findings).objection {
            None => Vec::new(),
            Some(Objection::Denied) => {
                let denials =
                    reading.with_role(Role::Negation).filter(|found| setting.is_denial(found.first()));
                denials.map(|found| self.said(reading, found, "negation")).collect()
            }
            Some(Objection::AsksMore(other)) => {
                let name = self.name(other);
                let phrases = other.signs.iter().map(|sign| self.said(reading, sign, &name));
                phrases.chain(other.patterns.iter().cloned()).collect()
            }
        }
    }

    fn veto(&self, reading: &Reading<'_>, found: &Found) -> Option<Evidence> {
        let Speaks::Against(topic) = found.speaks else { return None };
        Some(self.said(reading, found, &self.topics.get(topic)?.name))
    }
}

//! Why a text was understood as it was, for people who ask.
//!
//! Invariant: what is told here is what `understand` went by.

use super::candidates::Setting;
use super::compile::Matcher;
use super::reading::Reading;
use super::search::{Found, Speaks};
use super::understand::{Told, enough};
use crate::domain::learn::{MAY_COMPLAIN, Teaches};
use crate::domain::understanding::{Evidence, NearestExample, Reasons};

/// More words explain nothing more.
const MOST_WORDS: usize = 6;

impl Matcher {
    pub fn reasons(&self, visible: &str) -> Reasons {
        let reading = Reading::new(self, visible);
        let weighed = self.gate.weigh(&reading);
        let setting = Setting::new(self, &reading, weighed.total);
        let told = Told::of(self, &reading);
        let candidates = self.candidates(&reading, &setting, &told);
        let judgement = self.judge(&reading, &candidates, weighed.total, &told);
        let words = self.learnt.words(&reading);
        let best = judgement.best.filter(|_| self.learnt.is_examined);
        Reasons {
            folded: words.join(" "),
            complains: judgement.complains,
            may_complain: MAY_COMPLAIN,
            needed: best.and_then(|best| self.topics.get(best.label)).map(|topic| enough(topic, &setting)),
            nearest: judgement.nearest.and_then(|(lesson, similarity)| self.nearest(lesson, similarity)),
            words: best.map(|best| self.strongest(&words, best.label)).unwrap_or_default(),
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

    fn veto(&self, reading: &Reading<'_>, found: &Found) -> Option<Evidence> {
        let Speaks::Against(topic) = found.speaks else { return None };
        Some(Evidence {
            phrase: self.phrases.written(found.phrase).to_owned(),
            matched: reading.quote(found),
            speaks_for: self.topics.get(topic)?.name.clone(),
        })
    }
}

//! What counting says: how much likelier a feature is in the texts of a label than in others.
//!
//! Vectors of lessons come in; out come the log-odds of naive Bayes, scaled to
//! stand beside a separator's weights. The separator asks what tells labels
//! apart in the lessons together, which few lessons leave open; the odds ask
//! each feature alone. Their sum is right more often than either.
//!
//! Invariant: of a feature that a label has not, only sums over all labels are told.

use super::lesson::{Lesson, Teaches};
use super::vocabulary::Vector;

/// What an unseen feature is counted as. Found by cross-validation, as is the next.
const UNSEEN: f32 = 0.003;
/// A log-odd of one beside a height of one.
const SHARE: f32 = 0.03;

/// How much of each feature some lessons have.
#[derive(Debug, Default)]
pub(super) struct Counts {
    sums: Vec<f32>,
    all: f32,
}

impl Counts {
    /// Counts the lessons that `counts` names by what they teach. Beyond `features` only the sum of
    /// all is told.
    pub(super) fn of<'m>(
        lessons: impl Iterator<Item = (&'m Lesson, &'m Vector)>,
        features: usize,
        counts: impl Fn(Teaches) -> bool,
    ) -> Counts {
        let mut counted = Counts { sums: vec![0.0; features], all: 0.0 };
        for (lesson, vector) in lessons.filter(|(lesson, _)| counts(lesson.teaches)) {
            for (feature, there) in &vector.entries {
                if let Some(sum) = counted.sums.get_mut(*feature as usize) {
                    *sum += lesson.weight * there;
                }
                counted.all += lesson.weight * there;
            }
        }
        counted
    }

    /// Adds to a label's weights what its own counts say beside those of all. Returns what each
    /// unit of a text says for the label, whatever feature it is.
    pub(super) fn lift(&self, own: &Counts, weights: &mut [f32]) -> f32 {
        let all = self.sums.iter().zip(&own.sums).zip(weights);
        for ((sum, own), weight) in all.filter(|((_, own), _)| **own > 0.0) {
            let others = (sum - own).max(0.0) + UNSEEN;
            *weight += SHARE * ((own + UNSEEN) / UNSEEN * (sum + UNSEEN) / others).ln();
        }
        let unseen = UNSEEN * self.sums.len() as f32;
        let others = (self.all - own.all).max(0.0);
        SHARE * ((others + unseen) / (own.all + unseen)).ln()
    }

    /// What each feature says against every label that has it not.
    pub(super) fn against(&self) -> Vec<f32> {
        self.sums.iter().map(|sum| -SHARE * ((sum + UNSEEN) / UNSEEN).ln()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(teaches: Teaches, entries: &[(u32, f32)]) -> (Lesson, Vector) {
        let lesson = Lesson { words: Vec::new(), teaches, is_example: true, weight: 1.0, votes: Vec::new() };
        (lesson, Vector { entries: entries.to_vec(), unknown: 0.0 })
    }

    #[test]
    fn what_only_one_label_has_says_more_for_it_than_what_others_have_too() {
        let lessons = [
            lesson(Teaches::Is(0), &[(0, 1.0), (1, 1.0)]),
            lesson(Teaches::Is(1), &[(1, 1.0), (2, 1.0)]),
            lesson(Teaches::Nothing, &[(2, 1.0)]),
        ];
        let count = |counts: fn(Teaches) -> bool| {
            Counts::of(lessons.iter().map(|(lesson, vector)| (lesson, vector)), 3, counts)
        };
        let (all, own) = (count(|_| true), count(|teaches| teaches == Teaches::Is(0)));
        let mut weights = [0.0; 3];
        let each = all.lift(&own, &mut weights);
        assert!(weights[0] > weights[1] && weights[1] > 0.0 && weights[2] == 0.0, "{weights:?}");
        // Its texts are fewer than the others: a feature of its own is so much more of them.
        assert!(each > 0.0, "{each}");
        assert!(all.against().iter().all(|against| *against < 0.0));
    }
}

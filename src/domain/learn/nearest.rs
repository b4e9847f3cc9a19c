//! The lessons that are nearest to a text.
//!
//! Only whole words and neighbours are compared, and only those that not every
//! other lesson has.
//!
//! Invariant: a similarity is between 0 and 1.

use super::lesson::Teaches;
use super::vocabulary::{Entry, Vector, Vocabulary};

/// Features of more lessons than this tell them not apart.
const COMMON: usize = 64;
/// So many neighbours are asked.
const NEIGHBOURS: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Nearest {
    /// Place of the lesson in the list that was taught.
    pub lesson: usize,
    pub teaches: Teaches,
    pub similarity: f32,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Examples {
    pub lessons: Vec<(usize, Teaches)>,
    pub starts: Vec<u32>,
    pub holders: Vec<(u32, f32)>,
    pub words: Vec<bool>,
}

impl Examples {
    pub(super) fn new<'v>(
        lessons: impl Iterator<Item = (usize, Teaches, &'v [Entry])>,
        vocabulary: &Vocabulary,
    ) -> Examples {
        let words: Vec<bool> =
            (0_u32..).take(vocabulary.len()).map(|number| vocabulary.is_word(number)).collect();
        let mut examples = Examples { words, ..Examples::default() };
        let mut held: Vec<(u32, u32, f32)> = Vec::new();
        let mut counts = vec![0_usize; vocabulary.len()];
        for (number, teaches, entries) in lessons {
            let place = u32::try_from(examples.lessons.len()).unwrap_or(u32::MAX);
            examples.lessons.push((number, teaches));
            let length = examples.length(entries);
            for (feature, weight) in entries.iter().filter(|(feature, _)| examples.is_word(*feature)) {
                held.push((*feature, place, weight / length));
                counts.get_mut(*feature as usize).into_iter().for_each(|count| *count += 1);
            }
        }
        held.retain(|(feature, _, _)| counts.get(*feature as usize).is_some_and(|count| *count <= COMMON));
        held.sort_unstable_by_key(|(feature, place, _)| (*feature, *place));
        examples.starts.push(0);
        let mut end = 0;
        for (feature, count) in (0_u32..).zip(&counts) {
            let holders = held.get(end..).unwrap_or_default().iter().take(*count);
            let holders = holders.filter(|(of, _, _)| *of == feature);
            examples.holders.extend(holders.map(|(_, place, weight)| (*place, *weight)));
            end = examples.holders.len();
            examples.starts.push(u32::try_from(end).unwrap_or(u32::MAX));
        }
        examples
    }

    fn is_word(&self, feature: u32) -> bool {
        self.words.get(feature as usize).copied().unwrap_or(false)
    }

    fn length(&self, entries: &[Entry]) -> f32 {
        let squares = entries.iter().filter(|(feature, _)| self.is_word(*feature));
        squares.map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(f32::MIN_POSITIVE)
    }

    /// The nearest lessons of those that `counts`, nearest first.
    pub(super) fn nearest(&self, vector: &Vector, counts: impl Fn(usize) -> bool) -> Vec<Nearest> {
        let length = self.length(&vector.entries);
        let mut sums = vec![0.0_f32; self.lessons.len()];
        let at = |place: usize| self.starts.get(place).map_or(0, |start| *start as usize);
        for (feature, weight) in vector.entries.iter().filter(|(feature, _)| self.is_word(*feature)) {
            let feature = *feature as usize;
            for (lesson, there) in self.holders.get(at(feature)..at(feature + 1)).unwrap_or_default() {
                if let Some(sum) = sums.get_mut(*lesson as usize) {
                    *sum += there * weight / length;
                }
            }
        }
        let mut best: Vec<(f32, usize)> = Vec::with_capacity(NEIGHBOURS + 1);
        for (place, sum) in sums.iter().enumerate().filter(|(_, sum)| **sum > 0.0) {
            if best.len() == NEIGHBOURS && best.last().is_some_and(|(least, _)| sum <= least)
                || !self.lessons.get(place).is_some_and(|(lesson, _)| counts(*lesson))
            {
                continue;
            }
            let rank = best.iter().position(|(other, _)| sum > other).unwrap_or(best.len());
            best.insert(rank, (*sum, place));
            best.truncate(NEIGHBOURS);
        }
        let named = |(similarity, place): (f32, usize)| {
            let (lesson, teaches) = *self.lessons.get(place)?;
            Some(Nearest { lesson, teaches, similarity: similarity.min(1.0) })
        };
        best.into_iter().filter_map(named).collect()
    }
}

//! The features that the lessons have, and how much each of them says.
//!
//! Texts come in; out come vectors of length one over the known features: the
//! rarer a feature among the lessons, the more it weighs.
//!
//! Invariant: a vector's entries ascend and none stands twice.

use std::hash::{BuildHasherDefault, Hasher};

use super::features::{Group, features};

/// Rarity counts less than its logarithm; found by cross-validation.
const RARITY: f32 = 0.7;

/// A feature's number and its weight in one text.
pub(super) type Entry = (u32, f32);

/// Features are hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Only asked by key, never walked through in order: the kind of map shows nowhere.
#[expect(clippy::disallowed_types, reason = "a hundred look-ups a message; no result depends on its order")]
type Numbers = std::collections::HashMap<u64, u32, BuildHasherDefault<Hashed>>;

#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    numbers: Numbers,
    rarity: Vec<f32>,
    groups: Vec<Group>,
    /// Features that only one lesson has.
    once: Vec<bool>,
}

/// What a text is to the vocabulary.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Vector {
    pub entries: Vec<Entry>,
    /// Share of its words that no lesson has, from 0 to 1.
    pub unknown: f32,
}

impl Vocabulary {
    /// Learns the features of all texts. A pair must be seen twice to be known.
    pub(super) fn of(texts: &[Vec<&str>]) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        let mut seen: Vec<u32> = Vec::new();
        let mut counts: Vec<u32> = Vec::new();
        for (number, words) in (1_u32..).zip(texts) {
            features(words, |feature| {
                let next = u32::try_from(counts.len()).unwrap_or(u32::MAX);
                let at = *vocabulary.numbers.entry(feature.hash).or_insert(next);
                if at == next {
                    counts.push(0);
                    seen.push(0);
                    vocabulary.groups.push(feature.group);
                }
                if let (Some(seen), Some(count)) = (seen.get_mut(at as usize), counts.get_mut(at as usize))
                    && *seen != number
                {
                    *seen = number;
                    *count += 1;
                }
            });
        }
        vocabulary.keep(&counts);
        let all = texts.len() as f32 + 1.0;
        vocabulary.once = vocabulary.rarity.iter().map(|count| *count < 1.5).collect();
        vocabulary.rarity = vocabulary
            .rarity
            .iter()
            .map(|count| (all / (count + 1.0)).ln() + 1.0)
            .map(|rarity| rarity.powf(RARITY))
            .collect();
        vocabulary
    }

    /// Drops pairs that were seen once, and numbers the rest anew in the old order.
    fn keep(&mut self, counts: &[u32]) {
        let mut anew = vec![None; counts.len()];
        let mut groups = Vec::new();
        for ((count, group), place) in counts.iter().zip(&self.groups).zip(&mut anew) {
            if *group != Group::Pairs || *count > 1 {
                *place = u32::try_from(groups.len()).ok();
                groups.push(*group);
                self.rarity.push(*count as f32);
            }
        }
        self.groups = groups;
        self.numbers.retain(|_, number| match anew.get(*number as usize).copied().flatten() {
            Some(kept) => {
                *number = kept;
                true
            }
            None => false,
        });
    }

    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    pub(super) fn number(&self, hash: u64) -> Option<u32> {
        self.numbers.get(&hash).copied()
    }

    pub(super) fn is_word(&self, number: u32) -> bool {
        self.groups.get(number as usize) == Some(&Group::Words)
    }

    /// The vector of a text.
    pub(super) fn vector(&self, words: &[&str]) -> Vector {
        self.vector_of(words, |hash| self.number(hash))
    }

    /// The vector of a lesson as if it had never been seen: what it alone has is unknown.
    pub(super) fn foreign_vector(&self, words: &[&str]) -> Vector {
        let is_common = |number: &u32| !self.once.get(*number as usize).copied().unwrap_or(false);
        self.vector_of(words, |hash| self.number(hash).filter(is_common))
    }

    fn vector_of(&self, words: &[&str], number: impl Fn(u64) -> Option<u32>) -> Vector {
        let mut entries: Vec<Entry> = Vec::with_capacity(words.len() * 32);
        let (mut known, mut all) = (0_u32, 0_u32);
        features(words, |feature| {
            let number = number(feature.hash);
            if feature.group == Group::Words && feature.first == feature.second {
                all += 1;
                known += u32::from(number.is_some());
            }
            if let Some(number) = number {
                entries.push((number, 1.0));
            }
        });
        entries.sort_unstable_by_key(|(number, _)| *number);
        entries.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        self.weigh(&mut entries);
        let unknown = if all == 0 { 0.0 } else { 1.0 - known as f32 / all as f32 };
        Vector { entries, unknown }
    }

    /// From counts to weights: each group has its own length, and the whole has length one.
    fn weigh(&self, entries: &mut [Entry]) {
        let mut squares = [0.0_f32; Group::ALL.len()];
        let place = |number: u32| self.groups.get(number as usize).copied().unwrap_or(Group::Words);
        for (number, weight) in entries.iter_mut() {
            let rarity = self.rarity.get(*number as usize).copied().unwrap_or(1.0);
            *weight = (1.0 + weight.ln()) * rarity;
            if let Some(sum) = squares.get_mut(place(*number).index()) {
                *sum += *weight * *weight;
            }
        }
        let mut whole = 0.0_f32;
        let mut factors = [0.0_f32; Group::ALL.len()];
        for ((group, square), factor) in Group::ALL.iter().zip(squares).zip(&mut factors) {
            if square > 0.0 {
                *factor = group.weight() / square.sqrt();
                whole += group.weight() * group.weight();
            }
        }
        let whole = whole.sqrt().max(f32::MIN_POSITIVE);
        for (number, weight) in entries.iter_mut() {
            *weight *= factors.get(place(*number).index()).copied().unwrap_or(0.0) / whole;
        }
    }
}

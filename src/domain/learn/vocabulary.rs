//! The features that the lessons have, and how much each of them says.
//!
//! Texts come in; out come vectors of length one over the known features: the
//! rarer a feature among the lessons, the more it weighs.
//!
//! Invariant: a vector's entries ascend and none stands twice.

use super::features::{Group, features};

/// Rarity counts less than its logarithm; found by cross-validation.
const RARITY: f32 = 0.7;

/// A feature's number and its weight in one text.
pub(super) type Entry = (u32, f32);

/// The numbers of features by hash: a table with open addressing, since features are well mixed
/// hashes already and a message asks for a hundred of them.
#[derive(Debug, Clone, Default)]
struct Numbers {
    slots: Vec<Option<(u64, u32)>>,
    taken: usize,
}

impl Numbers {
    fn get(&self, hash: u64) -> Option<u32> {
        self.slots.get(self.place(hash)?).copied().flatten().map(|(_, number)| number)
    }

    /// The number of the hash, which is `number` if it had none.
    fn get_or_insert(&mut self, hash: u64, number: u32) -> u32 {
        if (self.taken + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let Some(slot) = self.place(hash).and_then(|place| self.slots.get_mut(place)) else { return number };
        if slot.is_none() {
            self.taken += 1;
        }
        slot.get_or_insert((hash, number)).1
    }

    /// Where the hash is, or the free slot where it would be.
    fn place(&self, hash: u64) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let start = usize::try_from(hash & mask as u64).ok()?;
        (0..=mask).map(|step| (start + step) & mask).find(|place| {
            self.slots.get(*place).is_none_or(|slot| slot.is_none_or(|(other, _)| other == hash))
        })
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1024);
        let old = std::mem::replace(self, Numbers { slots: vec![None; size], taken: 0 });
        for (hash, number) in old.slots.into_iter().flatten() {
            self.get_or_insert(hash, number);
        }
    }

    /// Gives every feature its new number, and drops those that have none.
    fn renumber(&mut self, anew: &[Option<u32>]) {
        let old = std::mem::take(self);
        for (hash, number) in old.slots.into_iter().flatten() {
            if let Some(number) = anew.get(number as usize).copied().flatten() {
                self.get_or_insert(hash, number);
            }
        }
    }
}

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
                let at = vocabulary.numbers.get_or_insert(feature.hash, next);
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
        self.numbers.renumber(&anew);
    }

    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    pub(super) fn number(&self, hash: u64) -> Option<u32> {
        self.numbers.get(hash)
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

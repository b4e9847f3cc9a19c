//! The features that the lessons have, and how much each of them says.
//!
//! Texts come in; out come vectors of length one over the known features: the
//! rarer a feature among the lessons, the more it weighs.
//!
//! Invariant: a vector's entries ascend and none stands twice.

use super::features::{Group, features};
use super::parallel::each;

/// Rarity counts less than its logarithm; found by cross-validation.
const RARITY: f32 = 0.7;

/// A feature's number and its weight in one text.
pub(super) type Entry = (u32, f32);

/// The numbers of features by hash: a table with open addressing, since features are well mixed
/// hashes already and a message asks for a hundred of them.
#[derive(Debug, Clone, Default)]
struct Numbers {
    /// 0 where nothing is.
    hashes: Vec<u64>,
    numbers: Vec<u32>,
    taken: usize,
}

impl Numbers {
    fn get(&self, hash: u64) -> Option<u32> {
        let place = self.place(hash)?;
        (*self.hashes.get(place)? == hash).then(|| self.numbers.get(place).copied())?
    }

    /// The number of the hash, which is `number` if it had none.
    fn get_or_insert(&mut self, hash: u64, number: u32) -> u32 {
        if (self.taken + 1) * 2 > self.hashes.len() {
            self.grow();
        }
        let place = self.place(hash).unwrap_or(usize::MAX);
        let (Some(slot), Some(there)) = (self.hashes.get_mut(place), self.numbers.get_mut(place)) else {
            return number;
        };
        if *slot != hash {
            (*slot, *there) = (hash, number);
            self.taken += 1;
        }
        *there
    }

    /// Where the hash is, or the free slot where it would be.
    fn place(&self, hash: u64) -> Option<usize> {
        let mask = self.hashes.len().checked_sub(1)?;
        let start = usize::try_from(hash & mask as u64).ok()?;
        (0..=mask)
            .map(|step| (start + step) & mask)
            .find(|place| self.hashes.get(*place).is_none_or(|there| *there == 0 || *there == hash))
    }

    fn grow(&mut self) {
        let size = (self.hashes.len() * 4).max(1024);
        let bigger = Numbers { hashes: vec![0; size], numbers: vec![0; size], taken: 0 };
        let old = std::mem::replace(self, bigger);
        for (hash, number) in old.all() {
            self.get_or_insert(hash, number);
        }
    }

    /// Every hash with its number.
    fn all(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        let slots = self.hashes.iter().zip(&self.numbers);
        slots.filter(|(hash, _)| **hash != 0).map(|(hash, number)| (*hash, *number))
    }

    /// The same features under new numbers; those without one are dropped.
    fn renumbered(&self, anew: &[Option<u32>]) -> Numbers {
        let mut numbers = Numbers::default();
        for (hash, old) in self.all() {
            if let Some(number) = anew.get(old as usize).copied().flatten() {
                numbers.get_or_insert(hash, number);
            }
        }
        numbers
    }
}

/// The hashes of a text's features, as often as it has them.
struct Hashes {
    all: Vec<(u64, Group)>,
    /// Those of its single words.
    words: Vec<u64>,
}

impl Hashes {
    fn of(words: &[&str]) -> Hashes {
        let mut hashes = Hashes { all: Vec::with_capacity(words.len() * 32), words: Vec::new() };
        features(words, |feature| {
            // Zero is no hash in the table.
            let hash = feature.hash.max(1);
            hashes.all.push((hash, feature.group));
            if feature.is_word() {
                hashes.words.push(hash);
            }
        });
        hashes
    }
}

/// Which pairs may have been seen twice: a filter that keeps most others out of the table.
struct Twice {
    once: Vec<u64>,
    twice: Vec<u64>,
}

impl Twice {
    const BITS: u64 = 1 << 22;

    fn of(texts: &[Hashes]) -> Twice {
        let words = usize::try_from(Twice::BITS / 64).unwrap_or_default();
        let mut filter = Twice { once: vec![0; words], twice: vec![0; words] };
        for (hash, _) in texts.iter().flat_map(|text| &text.all).filter(|(_, group)| *group == Group::Pairs) {
            let (word, bit) = Twice::place(*hash);
            if let (Some(once), Some(twice)) = (filter.once.get_mut(word), filter.twice.get_mut(word)) {
                *twice |= *once & bit;
                *once |= bit;
            }
        }
        filter
    }

    fn has(&self, hash: u64) -> bool {
        let (word, bit) = Twice::place(hash);
        self.twice.get(word).is_some_and(|twice| twice & bit != 0)
    }

    fn place(hash: u64) -> (usize, u64) {
        let at = (hash >> 20) & (Twice::BITS - 1);
        (usize::try_from(at / 64).unwrap_or_default(), 1 << (at % 64))
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    numbers: Numbers,
    pub rarity: Vec<f32>,
    pub groups: Vec<Group>,
    /// The features from this number on have been seen in one lesson only.
    pub common: u32,
}

/// What a text is to the vocabulary.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Vector {
    pub entries: Vec<Entry>,
    /// Share of its words that no lesson has, from 0 to 1.
    pub unknown: f32,
}

/// What a lesson is to the vocabulary.
#[derive(Debug, Clone, Default)]
pub(super) struct LessonVectors {
    pub own: Vector,
    /// As if the lesson had never been seen: what it alone has is unknown.
    pub foreign: Vector,
}

impl Vocabulary {
    /// Learns the features of all texts, and what each of these is. A pair must be seen twice to be known.
    pub(super) fn of(texts: &[Vec<&str>]) -> (Vocabulary, Vec<LessonVectors>) {
        let texts = each(texts, |words| Hashes::of(words));
        let twice = Twice::of(&texts);
        let mut vocabulary = Vocabulary::default();
        // In how many texts each feature is, and the last of them.
        let mut counts: Vec<(u32, u32)> = Vec::new();
        for (text, hashes) in (1_u32..).zip(&texts) {
            let known = hashes.all.iter().filter(|(hash, group)| *group != Group::Pairs || twice.has(*hash));
            for (hash, group) in known {
                let next = u32::try_from(counts.len()).unwrap_or(u32::MAX);
                let at = vocabulary.numbers.get_or_insert(*hash, next);
                if at == next {
                    counts.push((0, 0));
                    vocabulary.groups.push(*group);
                }
                if let Some((count, last)) = counts.get_mut(at as usize)
                    && *last != text
                {
                    (*count, *last) = (*count + 1, text);
                }
            }
        }
        vocabulary.keep(&counts, texts.len());
        let vectors = each(&texts, |text| vocabulary.lesson(text));
        (vocabulary, vectors)
    }

    /// Drops pairs that were seen once, and numbers the rest anew: first what more than one text has.
    fn keep(&mut self, counts: &[(u32, u32)], texts: usize) {
        let mut anew = vec![None; counts.len()];
        let mut groups = Vec::new();
        let all = texts as f32 + 1.0;
        for is_common in [true, false] {
            for (((count, _), group), place) in counts.iter().zip(&self.groups).zip(&mut anew) {
                if (*count > 1) == is_common && (is_common || *group != Group::Pairs) {
                    *place = u32::try_from(groups.len()).ok();
                    groups.push(*group);
                    self.rarity.push(((all / (*count as f32 + 1.0)).ln() + 1.0).powf(RARITY));
                }
            }
            if is_common {
                self.common = u32::try_from(groups.len()).unwrap_or(u32::MAX);
            }
        }
        self.groups = groups;
        self.numbers = self.numbers.renumbered(&anew);
    }

    /// The hashes of all features, by number.
    pub(super) fn hashes(&self) -> Vec<u64> {
        let mut hashes = vec![0; self.len()];
        for (hash, number) in self.numbers.all() {
            hashes.get_mut(number as usize).into_iter().for_each(|place| *place = hash);
        }
        hashes
    }

    pub(super) fn from_plain(
        hashes: &[u64],
        groups: Vec<Group>,
        rarity: Vec<f32>,
        common: u32,
    ) -> Vocabulary {
        let mut numbers = Numbers::default();
        for (number, hash) in (0_u32..).zip(hashes) {
            numbers.get_or_insert(*hash, number);
        }
        Vocabulary { numbers, rarity, groups, common }
    }

    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// How many features more than one lesson has; theirs are the first numbers.
    pub(super) fn common(&self) -> usize {
        self.common as usize
    }

    pub(super) fn number(&self, hash: u64) -> Option<u32> {
        self.numbers.get(hash.max(1))
    }

    pub(super) fn is_word(&self, number: u32) -> bool {
        self.groups.get(number as usize) == Some(&Group::Words)
    }

    /// The vector of a text.
    pub(super) fn vector(&self, words: &[&str]) -> Vector {
        let text = Hashes::of(words);
        self.vector_of(&text, self.counted(&text), u32::MAX)
    }

    fn lesson(&self, text: &Hashes) -> LessonVectors {
        let own = self.counted(text);
        let shared = own.partition_point(|(number, _)| *number < self.common);
        let foreign = own.get(..shared).unwrap_or_default().to_vec();
        LessonVectors {
            own: self.vector_of(text, own, u32::MAX),
            foreign: self.vector_of(text, foreign, self.common),
        }
    }

    /// The known features of a text, and how often it has each.
    fn counted(&self, text: &Hashes) -> Vec<Entry> {
        let mut numbers: Vec<u32> = text.all.iter().filter_map(|(hash, _)| self.numbers.get(*hash)).collect();
        numbers.sort_unstable();
        let entry = |same: &[u32]| Some((*same.first()?, same.len() as f32));
        numbers.chunk_by(|a, b| a == b).filter_map(entry).collect()
    }

    /// From the counts of features; only those whose numbers are below `end` count as known.
    fn vector_of(&self, text: &Hashes, mut entries: Vec<Entry>, end: u32) -> Vector {
        self.weigh(&mut entries);
        let is_known = |hash: &&u64| self.numbers.get(**hash).is_some_and(|number| number < end);
        let (all, known) = (text.words.len(), text.words.iter().filter(is_known).count());
        let unknown = if all == 0 { 0.0 } else { 1.0 - known as f32 / all as f32 };
        Vector { entries, unknown }
    }

    /// From counts to weights: each group has its own length, and the whole has length one.
    fn weigh(&self, entries: &mut [Entry]) {
        let mut squares = [0.0_f32; Group::ALL.len()];
        let place = |number: u32| self.groups.get(number as usize).copied().unwrap_or(Group::Words);
        for (number, weight) in entries.iter_mut() {
            let rarity = self.rarity.get(*number as usize).copied().unwrap_or(1.0);
            // Most stand once, and the logarithm of one is nothing.
            *weight = if *weight > 1.0 { (1.0 + weight.ln()) * rarity } else { rarity };
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

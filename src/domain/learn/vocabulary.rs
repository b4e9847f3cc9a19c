//! The features that the lessons have, and how much each of them says.
//!
//! Texts come in; out come vectors of length one over the known features: the
//! rarer a feature among the lessons, the more it weighs.
//!
//! Invariant: a vector's entries ascend and none stands twice.

use super::features::{Group, of_words, pieces};
use super::numbers::Numbers;
use super::parallel::each;

/// Rarity counts less than its logarithm; found by cross-validation.
const RARITY: f32 = 0.7;

/// A feature's number and its weight in one text.
pub(super) type Entry = (u32, f32);

/// The hashes of what a text's words make, as often as it has them.
struct Hashes {
    all: Vec<(u64, Group)>,
    /// Those of its single words.
    words: Vec<u64>,
}

impl Hashes {
    fn of(words: &[&str]) -> Hashes {
        let mut hashes = Hashes { all: Vec::with_capacity(words.len() * 12), words: Vec::new() };
        of_words(words, |feature| {
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

/// The pieces of every word of the lessons: most words come often, and are cut once.
#[derive(Default)]
struct Cut {
    /// The place of a word, by its hash.
    places: Numbers,
    /// The numbers of its pieces, and how often it has each.
    words: Vec<Vec<Entry>>,
}

impl Cut {
    fn pieces(&self, word: u64) -> &[Entry] {
        let place = self.places.get(word).and_then(|place| self.words.get(place as usize));
        place.map(Vec::as_slice).unwrap_or_default()
    }

    /// The place for a word that has none yet.
    fn place(&mut self, word: u64) -> Option<&mut Vec<Entry>> {
        let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        (self.places.get_or_insert(word, next) == next).then(|| self.words.push(Vec::new()))?;
        self.words.last_mut()
    }

    fn renumber(&mut self, anew: &[Option<u32>]) {
        for pieces in &mut self.words {
            let number = |(old, times): &Entry| Some((anew.get(*old as usize).copied().flatten()?, *times));
            *pieces = pieces.iter().filter_map(number).collect();
        }
    }
}

/// In how many lessons each feature is, while they are counted.
#[derive(Default)]
struct Counting {
    /// The lessons that have it, and the last of them.
    counts: Vec<(u32, u32)>,
    groups: Vec<Group>,
}

impl Counting {
    /// The number that a feature has or gets.
    fn number(&mut self, numbers: &mut Numbers, hash: u64, group: Group) -> u32 {
        let next = u32::try_from(self.counts.len()).unwrap_or(u32::MAX);
        let number = numbers.get_or_insert(hash, next);
        if number == next {
            self.counts.push((0, 0));
            self.groups.push(group);
        }
        number
    }

    fn count(&mut self, number: u32, text: u32) {
        if let Some((count, last)) = self.counts.get_mut(number as usize)
            && *last != text
        {
            (*count, *last) = (*count + 1, text);
        }
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
        let read = each(texts, |words| Hashes::of(words));
        let twice = Twice::of(&read);
        let mut vocabulary = Vocabulary::default();
        let (mut counting, mut cut) = (Counting::default(), Cut::default());
        for (number, (words, hashes)) in (1_u32..).zip(texts.iter().zip(&read)) {
            let known = hashes.all.iter().filter(|(hash, group)| *group != Group::Pairs || twice.has(*hash));
            for (hash, group) in known {
                let feature = counting.number(&mut vocabulary.numbers, *hash, *group);
                counting.count(feature, number);
            }
            for (word, hash) in words.iter().zip(&hashes.words) {
                if let Some(place) = cut.place(*hash) {
                    *place = counted(&vocabulary.new_pieces(word, &mut counting));
                }
                cut.pieces(*hash).iter().for_each(|(feature, _)| counting.count(*feature, number));
            }
        }
        cut.renumber(&vocabulary.keep(counting, texts.len()));
        let vectors = each(&read, |text| vocabulary.lesson(text, &cut));
        (vocabulary, vectors)
    }

    /// The numbers of a word's pieces, as they follow each other.
    fn new_pieces(&mut self, word: &str, counting: &mut Counting) -> Vec<u32> {
        let mut numbers = Vec::new();
        pieces(word, |hash| {
            numbers.push(counting.number(&mut self.numbers, hash.max(1), Group::Pieces));
        });
        numbers
    }

    /// Drops pairs that were seen once, and numbers the rest anew: first what more than one text has.
    /// Returns the new numbers.
    fn keep(&mut self, Counting { counts, groups: known }: Counting, texts: usize) -> Vec<Option<u32>> {
        let mut anew = vec![None; counts.len()];
        let mut groups = Vec::new();
        let all = texts as f32 + 1.0;
        for is_common in [true, false] {
            for (((count, _), group), place) in counts.iter().zip(&known).zip(&mut anew) {
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
        anew
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
        let mut numbers = self.known(&text);
        for word in words.iter().take(text.words.len()) {
            pieces(word, |hash| numbers.extend(self.number(hash)));
        }
        self.vector_of(&text, counted(&numbers), u32::MAX)
    }

    fn lesson(&self, text: &Hashes, cut: &Cut) -> LessonVectors {
        let mut own = counted(&self.known(text));
        own.extend(text.words.iter().flat_map(|word| cut.pieces(*word)));
        own.sort_unstable_by_key(|(number, _)| *number);
        own.dedup_by(|(number, times), (before, all)| {
            let is_same = number == before;
            *all += if is_same { *times } else { 0.0 };
            is_same
        });
        let shared = own.partition_point(|(number, _)| *number < self.common);
        let foreign = own.get(..shared).unwrap_or_default().to_vec();
        LessonVectors {
            own: self.vector_of(text, own, u32::MAX),
            foreign: self.vector_of(text, foreign, self.common),
        }
    }

    /// The numbers of what a text's words make.
    fn known(&self, text: &Hashes) -> Vec<u32> {
        text.all.iter().filter_map(|(hash, _)| self.numbers.get(*hash)).collect()
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

/// Each number once, in order, and how often it stands there.
fn counted(numbers: &[u32]) -> Vec<Entry> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    let entry = |same: &[u32]| Some((*same.first()?, same.len() as f32));
    numbers.chunk_by(|a, b| a == b).filter_map(entry).collect()
}

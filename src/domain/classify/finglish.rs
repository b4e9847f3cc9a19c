//! Persian words of the rules typed in Latin letters: "sefaresham koja hast".
//!
//! An unknown Latin word comes in; out come the Persian rule words that it may
//! spell. Both are filed under their consonants, which everybody types alike;
//! an alignment letter by letter then judges the vowels, which nobody does.
//!
//! Invariant: the cost is that of a few look-ups, whatever the number of rule words.

use super::alignment::{Consonants, consonants_of_latin, consonants_of_persian, cost};
use super::lexicon::{As, Entry};
use super::phrase::Form;
use super::table::Table;

/// A word that could be so many others says nothing.
const MOST_COMPARED: usize = 48;
/// A word with fewer consonants must be spelt without a doubt.
const ENOUGH_CONSONANTS: usize = 3;
/// A beginning shorter than this begins anything.
const SHORTEST_BEGINNING: usize = 3;

/// The endings of `endings.rs` as they are typed in Latin letters.
const TAILS: [&str; 44] = [
    "am", "em", "at", "et", "ash", "esh", "amo", "emo", "ato", "eto", "asho", "esho", "emun", "emoon",
    "amoon", "etun", "etoon", "atoon", "eshun", "eshoon", "ashoon", "emon", "eton", "eshon", "mun", "moon",
    "tun", "toon", "shun", "shoon", "ha", "haye", "hay", "haro", "ham", "hash", "ro", "o", "ra", "e", "eh",
    "i", "ye", "st",
];

/// A Persian rule word that a Latin word may spell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spelt {
    pub entry: u32,
    /// The Latin word goes on where a prefix (`word*`) ends.
    pub is_prefix: bool,
    /// Letters that go on after it, with an ending or a prefix.
    pub rest: usize,
    /// Vowels that do not fit.
    pub cost: u32,
    pub consonants: usize,
}

#[derive(Debug, Default)]
pub(super) struct Transliterations {
    table: Table,
}

impl Transliterations {
    pub(super) fn of(entries: &[Entry]) -> Transliterations {
        let may_be_meant = |entry: &Entry| {
            [Form::Inflected, Form::Exact, Form::Prefix].into_iter().any(|f| entry.has(f, As::Guessed))
        };
        let filed: Vec<(u64, u32)> = (0_u32..)
            .zip(entries)
            .filter(|(_, entry)| !entry.text.is_ascii() && may_be_meant(entry))
            .filter_map(|(number, entry)| Some((consonants_of_persian(&entry.text)?.hash, number)))
            .collect();
        Transliterations { table: Table::of(&filed) }
    }

    /// The rule words that are spelt so: the whole word first, then with an ending, then by a prefix.
    pub(super) fn spelt(&self, entries: &[Entry], word: &str) -> Vec<Spelt> {
        if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Vec::new();
        }
        let beginnings = consonants_of_latin(word);
        let under = |end: usize, is_prefix: bool, counts: &dyn Fn(&Entry) -> bool| {
            let key = beginnings.iter().rev().find(|(at, _)| *at == end).map(|(_, key)| *key);
            match (key, word.get(..end)) {
                (Some(key), Some(latin)) => {
                    self.under(entries, (latin, word.len() - end), key, is_prefix, counts)
                }
                _ => Vec::new(),
            }
        };
        let inflected = |entry: &Entry| entry.has(Form::Inflected, As::Guessed);
        let whole = |entry: &Entry| inflected(entry) || entry.has(Form::Exact, As::Guessed);
        let prefix = |entry: &Entry| entry.has(Form::Prefix, As::Guessed);
        let stems = TAILS.iter().filter_map(|tail| Some(word.strip_suffix(tail)?.len()));
        // «لطفاً» is typed "lotfan".
        let tanwin = word.ends_with("an").then(|| word.len() - 1);
        std::iter::once(word.len())
            .chain(tanwin)
            .map(|end| under(end, false, &whole))
            .chain(stems.map(|end| under(end, false, &inflected)))
            .chain((SHORTEST_BEGINNING..=word.len()).rev().map(|end| under(end, true, &prefix)))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// The entries that this spells best.
    fn under(
        &self,
        entries: &[Entry],
        (latin, rest): (&str, usize),
        key: Consonants,
        is_prefix: bool,
        counts: &dyn Fn(&Entry) -> bool,
    ) -> Vec<Spelt> {
        let allowed = u32::from(key.count >= ENOUGH_CONSONANTS);
        let mut found: Vec<Spelt> = Vec::new();
        for number in self.table.get(key.hash).take(MOST_COMPARED) {
            if let Some(entry) = usize::try_from(number).ok().and_then(|at| entries.get(at))
                && counts(entry)
                && let Some(cost) = cost(&entry.text, latin).filter(|cost| *cost <= allowed)
            {
                found.push(Spelt { entry: number, is_prefix, rest, cost, consonants: key.count });
            }
        }
        let least = found.iter().map(|spelt| spelt.cost).min();
        found.retain(|spelt| Some(spelt.cost) == least);
        found
    }
}

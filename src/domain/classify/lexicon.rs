//! Every word of the rules, and which of them a customer's word may be.
//!
//! A folded word comes in; out come the numbers ("atoms") of all rule words
//! that it satisfies: exactly, with an ending, by a prefix, or, when it is no
//! word that anybody knows, as a misspelling of exactly one of them.
//!
//! Invariant: a look-up costs a bounded number of map searches, whatever the word.

use std::collections::{BTreeMap, BTreeSet};

use super::endings::stems;
use super::phrase::{Form, Word};

/// Number of a word of the rules together with its form.
pub(super) type Atom = usize;

/// A longer word is no word of a language.
const LONGEST_WORD: usize = 40;
/// Misspellings are looked for in words of at least so many letters …
const FUZZY_LETTERS: usize = 4;
/// … of five in English, where "rule" and "rude", "loss" and "lost" are neighbours …
const FUZZY_LATIN_LETTERS: usize = 5;
/// … and with two mistakes from so many on.
const TWO_MISTAKES_LETTERS: usize = 8;
/// Longer words are names and addresses.
const FUZZY_LONGEST: usize = 16;

#[derive(Debug, Default)]
struct Entry {
    inflected: Option<Atom>,
    exact: Option<Atom>,
    prefix: Option<Atom>,
}

/// The atoms of one customer word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// In ascending order.
    pub atoms: Vec<Atom>,
    /// True when the word had to be corrected first.
    pub corrected: bool,
}

#[derive(Debug, Default)]
pub(super) struct Lexicon {
    entries: BTreeMap<Box<str>, Entry>,
    atoms: usize,
    known: BTreeSet<Box<str>>,
    /// Rule words that a misspelling may mean, with their lengths, by first letter.
    by_letter: BTreeMap<char, Vec<(usize, Box<str>)>>,
}

impl Lexicon {
    /// The atom of a rule word; the same word and form give the same atom.
    pub(super) fn atom(&mut self, word: &Word) -> Atom {
        let entry = self.entries.entry(word.text.as_str().into()).or_default();
        let place = match word.form {
            Form::Inflected => &mut entry.inflected,
            Form::Exact => &mut entry.exact,
            Form::Prefix => &mut entry.prefix,
        };
        *place.get_or_insert_with(|| {
            self.atoms += 1;
            self.atoms - 1
        })
    }

    pub(super) fn atoms(&self) -> usize {
        self.atoms
    }

    /// A word that is not to be taken for a misspelling.
    pub(super) fn know(&mut self, word: &str) {
        self.known.insert(word.into());
    }

    /// Builds the index of misspellings; call once, when all words are in.
    pub(super) fn index_misspellings(&mut self) {
        let mut by_letter: BTreeMap<char, Vec<(usize, Box<str>)>> = BTreeMap::new();
        for (word, entry) in &self.entries {
            let letters = word.chars().count();
            // `=word` means what it says, and a prefix is no whole word.
            if let Some(first) = word.chars().next()
                && entry.inflected.is_some()
                && can_be_corrected(word, letters)
            {
                by_letter.entry(first).or_default().push((letters, word.clone()));
            }
        }
        self.by_letter = by_letter;
    }

    pub(super) fn look_up(&self, word: &str) -> Meaning {
        let letters = word.chars().count();
        if letters > LONGEST_WORD {
            return Meaning::default();
        }
        let mut atoms = self.read(word);
        let mut corrected = false;
        if atoms.is_empty() && !self.is_known(word) {
            atoms = self.correct(word);
            corrected = !atoms.is_empty();
        }
        atoms.sort_unstable();
        atoms.dedup();
        Meaning { atoms, corrected }
    }

    /// The atoms of a word that is spelt as the rules spell it.
    fn read(&self, word: &str) -> Vec<Atom> {
        let mut atoms = Vec::new();
        if let Some(entry) = self.entries.get(word) {
            atoms.extend(entry.exact.into_iter().chain(entry.inflected));
        }
        stems(word, |stem| atoms.extend(self.entries.get(stem).and_then(|entry| entry.inflected)));
        for end in word.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1) {
            let prefix = word.get(..end).and_then(|prefix| self.entries.get(prefix));
            atoms.extend(prefix.and_then(|entry| entry.prefix));
        }
        atoms
    }

    fn is_known(&self, word: &str) -> bool {
        let mut known = self.known.contains(word);
        stems(word, |stem| known |= self.known.contains(stem));
        known
    }

    /// The atoms of the one rule word that is nearest, with its ending if need be.
    fn correct(&self, word: &str) -> Vec<Atom> {
        if let Some(nearest) = self.nearest(word) {
            return self.read(nearest);
        }
        let mut found = Vec::new();
        stems(word, |stem| {
            if found.is_empty()
                && let Some(nearest) = self.nearest(stem)
            {
                found = self.read(nearest);
            }
        });
        found
    }

    /// The rule word at the smallest distance, if there is just one and it is near enough.
    ///
    /// Only words with the same first letter are compared: people seldom get
    /// that one wrong, and "there" is not "where".
    fn nearest(&self, word: &str) -> Option<&str> {
        let letters = word.chars().count();
        if !can_be_corrected(word, letters) {
            return None;
        }
        let mut least = allowed_mistakes(letters) + 1;
        let mut nearest = None;
        for (length, candidate) in self.by_letter.get(&word.chars().next()?)? {
            let too_short = word.is_ascii() && letters.max(*length) < FUZZY_LATIN_LETTERS;
            if too_short || length.abs_diff(letters) > allowed_mistakes(letters) {
                continue;
            }
            let distance = strsim::osa_distance(word, candidate);
            if distance < least {
                least = distance;
                nearest = Some(candidate.as_ref());
            } else if distance == least {
                nearest = None;
            }
        }
        nearest
    }
}

fn can_be_corrected(word: &str, letters: usize) -> bool {
    (FUZZY_LETTERS..=FUZZY_LONGEST).contains(&letters) && !word.chars().any(char::is_numeric)
}

fn allowed_mistakes(letters: usize) -> usize {
    if letters >= TWO_MISTAKES_LETTERS { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon(words: &[(&str, Form)]) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for (text, form) in words {
            lexicon.atom(&Word { text: (*text).to_owned(), form: *form });
        }
        lexicon.index_misspellings();
        lexicon
    }

    #[test]
    fn a_word_is_found_in_each_form() {
        let lexicon = lexicon(&[("سفارش", Form::Inflected), ("سلام", Form::Exact), ("کجا", Form::Prefix)]);
        assert_eq!(lexicon.look_up("سفارشم").atoms, [0]);
        assert_eq!(lexicon.look_up("سلام").atoms, [1]);
        assert_eq!(lexicon.look_up("سلامت").atoms, [0_usize; 0]);
        assert_eq!(lexicon.look_up("کجاست").atoms, [2]);
    }

    #[test]
    fn a_misspelling_is_the_one_nearest_word() {
        let mut lexicon = lexicon(&[("order", Form::Inflected), ("guarantee", Form::Inflected)]);
        lexicon.know("older");
        for (word, atoms) in
            [("ordr", vec![0]), ("oredr", vec![0]), ("garantee", vec![1]), ("gurantie", vec![1])]
        {
            assert_eq!(lexicon.look_up(word), Meaning { atoms, corrected: true }, "{word}");
        }
        for word in ["older", "border", "odr", "orbits", "xyzw"] {
            assert_eq!(lexicon.look_up(word), Meaning::default(), "{word}");
        }
    }

    #[test]
    fn a_misspelling_of_two_words_is_neither() {
        let lexicon = lexicon(&[("track", Form::Inflected), ("trick", Form::Inflected)]);
        assert_eq!(lexicon.look_up("treck"), Meaning::default());
    }

    #[test]
    fn endings_survive_a_misspelling() {
        let lexicon = lexicon(&[("سفارش", Form::Inflected)]);
        assert!(lexicon.look_up("سفارسم").corrected);
    }
}

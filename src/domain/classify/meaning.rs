//! What one word of a customer may mean, in the words of the rules.
//!
//! A word comes in; out comes its meaning: the rule words that it is, or, when
//! nobody knows it, those that it is a misspelling or a transliteration of.
//!
//! Invariant: a guess between several words, or a vague one, never stands alone:
//! it counts only as one word of a phrase whose other words are sure.

use super::endings::{english_stems, stems};
use super::finglish::Spelt;
use super::lexicon::{As, Atom, Entry, Lexicon};
use super::misspelling::Nearest;
use super::phrase::Form;
use super::spelling::{Spelling, hash};

/// The atoms of one customer word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// In ascending order.
    pub atoms: Vec<Atom>,
    /// When it may be one of several words, the atoms of each.
    either: Vec<Vec<Atom>>,
    /// The guess leaves so much open that only other words can confirm it.
    pub is_vague: bool,
    /// True when the word had to be guessed.
    pub corrected: bool,
}

/// How well a word fits a place of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Not,
    /// Only if the other words of the phrase are there.
    Loosely,
    Surely,
}

impl Meaning {
    /// Of a word that is written so.
    pub(super) fn of(atoms: Vec<Atom>) -> Meaning {
        Meaning { atoms, ..Meaning::default() }
    }

    /// Of a word that is one of several: nothing, if one of them is no word of the rules.
    fn guessed(mut words: Vec<Vec<Atom>>, is_vague: bool) -> Meaning {
        if words.iter().any(Vec::is_empty) {
            return Meaning::default();
        }
        words.sort_unstable();
        words.dedup();
        let atoms = ascending(words.concat());
        let either = if words.len() > 1 { words } else { Vec::new() };
        Meaning { corrected: !atoms.is_empty(), atoms, either, is_vague }
    }

    /// Besides what the word surely is.
    pub(super) fn besides(mut self, sure: &[Atom]) -> Meaning {
        if self.is_nothing() || self.is_vague {
            return Meaning::of(sure.to_vec());
        }
        let with = |atoms: &[Atom]| ascending([atoms, sure].concat());
        self.atoms = with(&self.atoms);
        self.either.iter_mut().for_each(|atoms| *atoms = with(atoms));
        self
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.atoms.is_empty()
    }

    /// Must other words confirm it?
    pub(super) fn is_open(&self) -> bool {
        self.is_vague || !self.either.is_empty()
    }

    /// May the word stand at a place of a phrase that takes these atoms, in ascending order?
    pub(super) fn fits(&self, slot: &[Atom]) -> Fit {
        let fits = |atoms: &Vec<Atom>| atoms.iter().any(|atom| slot.binary_search(atom).is_ok());
        if !fits(&self.atoms) {
            Fit::Not
        } else if self.is_vague || !self.either.iter().all(fits) {
            Fit::Loosely
        } else {
            Fit::Surely
        }
    }
}

fn ascending(mut atoms: Vec<Atom>) -> Vec<Atom> {
    atoms.sort_unstable();
    atoms.dedup();
    atoms
}

impl Lexicon {
    /// «می‌رسد» is a form of «رسد», if the rules know no better.
    pub(super) fn verb_form(&self, word: &Spelling<'_>) -> Option<Meaning> {
        let verb = word.word().strip_prefix("می").and_then(Spelling::of)?;
        let read = self.read(&verb, As::Guessed);
        (read.is_word && !read.atoms.is_empty()).then(|| Meaning::guessed(vec![read.atoms], false))
    }

    /// What an unknown word is a misspelling of.
    pub(super) fn correct(&self, word: &Spelling<'_>) -> Meaning {
        let nearest = self.nearest(word);
        if let Some(stem) = self.english_stem(word) {
            // "leaving" is no misspelling of "leaking", but "purchased" may stand for "purchase".
            let mut nearest = nearest.filter(|nearest| !nearest.is_vague);
            let is_form = |entry: &u32| self.entry(*entry).is_some_and(|entry| entry.text.starts_with(&stem));
            nearest.iter_mut().for_each(|nearest| nearest.entries.retain(is_form));
            return nearest.map(|nearest| self.guess_all(&nearest)).unwrap_or_default();
        }
        let prefixes = match &nearest {
            Some(nearest) if self.is_meant(nearest) && !nearest.is_vague => None,
            _ => self.misspellings.nearest_prefixes(self.entries(), word),
        };
        let is_nearer =
            |prefixes: &Nearest| nearest.as_ref().is_none_or(|words| prefixes.distance < words.distance);
        match (prefixes.filter(is_nearer), &nearest) {
            (Some(prefixes), _) => {
                let atoms = prefixes.entries.iter().map(|entry| self.guess_prefix(*entry));
                Meaning::guessed(atoms.collect(), prefixes.is_vague)
            }
            (None, Some(nearest)) => self.guess_all(nearest),
            (None, None) => Meaning::default(),
        }
    }

    /// What an English word is a form of, if that is a word; without a last e or y.
    fn english_stem(&self, word: &Spelling<'_>) -> Option<String> {
        let mut found = None;
        if word.word().is_ascii() {
            english_stems(word.word(), |stem| {
                let is_word = |entry: &Entry| entry.is_whole_word() || entry.is_known;
                if found.is_none() && self.find(stem, hash(stem)).is_some_and(is_word) {
                    found = Some(stem.trim_end_matches(['e', 'y']).to_owned());
                }
            });
        }
        found
    }

    /// What a word is of which only the beginning is known, or a misspelling of besides.
    pub(super) fn correct_besides(&self, word: &Spelling<'_>, sure: &[Atom]) -> Meaning {
        self.nearest(word).map(|nearest| self.guess_all(&nearest)).unwrap_or_default().besides(sure)
    }

    /// The nearest words, or those of which it is the nearest to a form.
    fn nearest(&self, word: &Spelling<'_>) -> Option<Nearest> {
        let mut nearest = self.misspellings.nearest(self.entries(), word);
        if nearest.as_ref().is_some_and(|nearest| self.is_meant(nearest) && !nearest.is_vague) {
            return nearest;
        }
        stems(word.word(), |stem| {
            let of_stem =
                Spelling::of(stem).and_then(|stem| self.misspellings.nearest(self.entries(), &stem));
            nearest = nearer(nearest.take(), of_stem);
        });
        nearest
    }

    fn is_meant(&self, nearest: &Nearest) -> bool {
        nearest.entries.iter().all(|entry| self.entry(*entry).is_some_and(|entry| entry.is_meant))
    }

    fn guess_all(&self, nearest: &Nearest) -> Meaning {
        Meaning::guessed(nearest.entries.iter().map(|entry| self.guess(*entry)).collect(), nearest.is_vague)
    }

    /// What Persian words a Latin word spells.
    pub(super) fn transliterate(&self, spelt: &[Spelt]) -> Meaning {
        let of = |spelt: &Spelt| match spelt.is_prefix {
            true => self.guess_prefix(spelt.entry),
            false => self.guess(spelt.entry),
        };
        Meaning::guessed(spelt.iter().map(of).collect(), false)
    }

    /// The atoms of a prefix that a customer's word probably begins with.
    fn guess_prefix(&self, entry: u32) -> Vec<Atom> {
        self.entry(entry).map(|entry| entry.atoms(Form::Prefix, As::Guessed).collect()).unwrap_or_default()
    }

    /// The atoms of an entry that a customer probably meant.
    fn guess(&self, entry: u32) -> Vec<Atom> {
        let word = self.entry(entry).and_then(|entry| Spelling::of(&entry.text));
        word.map(|word| self.read(&word, As::Guessed).atoms).unwrap_or_default()
    }
}

/// The nearer of two findings, the first if they are as near.
fn nearer(one: Option<Nearest>, other: Option<Nearest>) -> Option<Nearest> {
    match (one, other) {
        (Some(one), Some(other)) if other.distance < one.distance => Some(other),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::Guessing;
    use super::super::phrase::Word;
    use super::*;

    fn lexicon(words: &[(&str, Form)]) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for (text, form) in words {
            lexicon.atom(&Word { text: (*text).to_owned(), form: *form }, Guessing::Allowed);
        }
        lexicon.finish();
        lexicon
    }

    fn read(lexicon: &Lexicon, word: &str) -> Vec<Atom> {
        lexicon.read(&Spelling::of(word).unwrap(), As::Written).atoms
    }

    fn correct(lexicon: &Lexicon, word: &str) -> Meaning {
        lexicon.correct(&Spelling::of(word).unwrap())
    }

    fn meaning(atoms: &[Atom]) -> Meaning {
        Meaning { atoms: atoms.to_vec(), corrected: true, ..Meaning::default() }
    }

    #[test]
    fn a_word_is_found_in_each_form() {
        let lexicon = lexicon(&[("سفارش", Form::Inflected), ("سلام", Form::Exact), ("کجا", Form::Prefix)]);
        assert_eq!(read(&lexicon, "سفارشم"), [0]);
        assert_eq!(read(&lexicon, "سلام"), [1]);
        assert_eq!(read(&lexicon, "سلامت"), [0_u32; 0]);
        assert_eq!(read(&lexicon, "کجاست"), [2]);
    }

    #[test]
    fn a_misspelling_is_the_nearest_word() {
        let mut lexicon = Lexicon::default();
        for text in ["order", "guarantee"] {
            lexicon.atom(&Word { text: text.to_owned(), form: Form::Inflected }, Guessing::Allowed);
        }
        lexicon.know("older");
        lexicon.finish();
        for (word, atom) in [
            ("ordr", 0),
            ("oredr", 0),
            ("odder", 0),
            ("orden", 0),
            ("garantee", 1),
            ("gurantie", 1),
            ("guarantes", 1),
        ] {
            assert_eq!(correct(&lexicon, word), meaning(&[atom]), "{word}");
        }
        // The last is nearer to a word of every day.
        for word in ["odr", "orbits", "xyzw", "olper"] {
            assert_eq!(correct(&lexicon, word), Meaning::default(), "{word}");
        }
    }

    #[test]
    fn what_could_be_much_else_must_be_confirmed_by_other_words() {
        let lexicon = lexicon(&[("order", Form::Inflected), ("کارت", Form::Inflected)]);
        for (word, atom) in [("rder", 0), ("prder", 0), ("کرت", 1)] {
            let found = correct(&lexicon, word);
            assert!(found.is_vague && found.fits(&[atom]) == Fit::Loosely, "{word}");
        }
        assert!(correct(&lexicon, "کات1").is_nothing() && correct(&lexicon, "ort").is_nothing());
    }

    #[test]
    fn a_misspelling_of_two_words_is_sure_only_where_both_stand() {
        let lexicon = lexicon(&[("track", Form::Inflected), ("trick", Form::Inflected)]);
        let found = correct(&lexicon, "treck");
        assert_eq!(
            [&[0][..], &[1], &[0, 1], &[2]].map(|slot| found.fits(slot)),
            [Fit::Loosely, Fit::Loosely, Fit::Surely, Fit::Not]
        );
    }

    #[test]
    fn endings_survive_a_misspelling() {
        let lexicon = lexicon(&[("سفارش", Form::Inflected)]);
        assert_eq!(correct(&lexicon, "سفارسم"), meaning(&[0]));
        assert_eq!(correct(&lexicon, "سفارسهامون"), meaning(&[0]));
    }

    #[test]
    fn what_is_denied_is_never_a_misspelling() {
        let lexicon = lexicon(&[("بفرستید", Form::Inflected), ("میرسید", Form::Inflected)]);
        for word in ["نفرستید", "نمیرسید", "برسید"] {
            assert!(correct(&lexicon, word).is_nothing(), "{word}");
        }
    }

    #[test]
    fn words_of_a_list_without_guesses_are_not_guessed() {
        let mut lexicon = Lexicon::default();
        let word = Word { text: "سفارش".to_owned(), form: Form::Inflected };
        lexicon.atom(&word, Guessing::Off);
        lexicon.atom(&Word { text: "ارسال".to_owned(), form: Form::Inflected }, Guessing::Allowed);
        lexicon.finish();
        assert_eq!(read(&lexicon, "سفارشم"), [0]);
        assert!(correct(&lexicon, "سفارس").is_nothing());
        assert!(lexicon.transliterations.spelt(lexicon.entries(), "sefaresh").is_empty());
        assert_eq!(correct(&lexicon, "ارسا"), meaning(&[1]));
    }
}

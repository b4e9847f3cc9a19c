//! Every word of the rules, and which of them a customer's word is.
//!
//! A folded word comes in; out come the numbers ("atoms") of all rule words
//! that it satisfies as it is written: exactly, with an ending, or by a prefix.
//! What it may mean besides is found in `misspelling`, `finglish` and `spacing`.
//!
//! Invariant: a look-up costs one search for each letter of the word, whatever
//! the number of rule words.

use std::collections::BTreeMap;

use super::endings::{is_form, is_usual};
use super::finglish::Transliterations;
use super::misspelling::Misspellings;
use super::phrase::{Form, Word};
use super::spelling::{Spelling, hash};
use super::table::Table;

/// Number of a word of the rules together with its form.
pub(super) type Atom = u32;

/// May a list's words be guessed at, or do they count as they are written only (`fuzzy: off`)?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guessing {
    Allowed,
    Off,
}

/// How sure it is that the customer wrote this very word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    Written,
    /// It was misspelt, or typed in other letters.
    Guessed,
}

/// A text that rules use as a word, in all forms that they use it in.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub text: Box<str>,
    /// By form, those that may be guessed and those that may not.
    inflected: [Option<Atom>; 2],
    exact: [Option<Atom>; 2],
    prefix: [Option<Atom>; 2],
    /// An everyday word: no misspelling of another.
    pub is_known: bool,
    /// A word of some phrase.
    pub is_rules: bool,
    /// A phrase would take it for one of its words, if it was not written so but meant.
    pub is_meant: bool,
    /// After how many letters it falls into two words that stand side by side in a phrase.
    pub divides_at: Option<usize>,
}

impl Entry {
    fn form(&self, form: Form) -> &[Option<Atom>; 2] {
        match form {
            Form::Inflected => &self.inflected,
            Form::Exact => &self.exact,
            Form::Prefix => &self.prefix,
        }
    }

    fn form_mut(&mut self, form: Form) -> &mut [Option<Atom>; 2] {
        match form {
            Form::Inflected => &mut self.inflected,
            Form::Exact => &mut self.exact,
            Form::Prefix => &mut self.prefix,
        }
    }

    /// The atoms of a form.
    pub(super) fn atoms(&self, form: Form, how: As) -> impl Iterator<Item = Atom> + '_ {
        let [guessed, written] = self.form(form);
        guessed.iter().chain(written.iter().filter(move |_| how == As::Written)).copied()
    }

    pub(super) fn has(&self, form: Form, how: As) -> bool {
        self.atoms(form, how).next().is_some()
    }

    /// What a word gives that consists of this entry and an ending, perhaps none.
    pub(super) fn give(&self, ending: &str, how: As, atoms: &mut Vec<Atom>) {
        atoms.extend(self.atoms(Form::Prefix, how));
        if ending.is_empty() {
            atoms.extend(self.atoms(Form::Exact, how));
        }
        if self.has(Form::Inflected, how) && (ending.is_empty() || is_form(&self.text, ending)) {
            atoms.extend(self.atoms(Form::Inflected, how));
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Lexicon {
    entries: Vec<Entry>,
    numbers: BTreeMap<Box<str>, u32>,
    atoms: Atom,
    /// Entries by the hash of their texts.
    table: Table,
    pub(super) misspellings: Misspellings,
    pub(super) transliterations: Transliterations,
}

/// A word as the lexicon reads it.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub atoms: Vec<Atom>,
    /// It is a word, of the rules or of every day, perhaps with an ending; more than a prefix fits.
    pub is_word: bool,
}

impl Lexicon {
    /// The atom of a rule word; the same word and form give the same atom.
    pub(super) fn atom(&mut self, word: &Word, guessing: Guessing) -> Atom {
        let next = self.atoms;
        let entry = self.entry_mut(&word.text);
        entry.is_rules = true;
        let [allowed, off] = entry.form_mut(word.form);
        let place = match guessing {
            Guessing::Allowed => allowed,
            Guessing::Off => off,
        };
        let atom = *place.get_or_insert(next);
        self.atoms += Atom::from(atom == next);
        atom
    }

    /// How many atoms there are; they are numbered from 0.
    pub(super) fn atoms(&self) -> usize {
        usize::try_from(self.atoms).unwrap_or_default()
    }

    /// A word that is not to be taken for a misspelling.
    pub(super) fn know(&mut self, word: &str) {
        self.entry_mut(word).is_known = true;
    }

    fn entry_mut(&mut self, text: &str) -> &mut Entry {
        let next = self.entries.len();
        let number = match self.numbers.get(text) {
            Some(number) => usize::try_from(*number).unwrap_or_default(),
            None => {
                self.numbers.insert(text.into(), u32::try_from(next).unwrap_or(u32::MAX));
                next
            }
        };
        if number == next {
            self.entries.push(Entry { text: text.into(), ..Entry::default() });
        }
        #[expect(clippy::indexing_slicing, reason = "numbers are handed out for entries that are there")]
        &mut self.entries[number]
    }

    /// Builds the indexes; call once, when all words are in.
    pub(super) fn finish(&mut self) {
        let filed: Vec<(u64, u32)> =
            (0..).zip(&self.entries).map(|(n, entry)| (hash(&entry.text), n)).collect();
        self.table = Table::of(&filed);
        let meant: Vec<bool> = self.entries.iter().map(|entry| self.may_be_meant(&entry.text)).collect();
        self.entries.iter_mut().zip(meant).for_each(|(entry, meant)| entry.is_meant = meant);
        self.misspellings = Misspellings::of(&self.entries);
        self.transliterations = Transliterations::of(&self.entries);
    }

    fn may_be_meant(&self, text: &str) -> bool {
        Spelling::of(text).is_some_and(|word| !self.read(&word, As::Guessed).atoms.is_empty())
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn entry(&self, number: u32) -> Option<&Entry> {
        self.entries.get(usize::try_from(number).ok()?)
    }

    pub(super) fn divide(&mut self, entry: usize, letters: usize) {
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.divides_at = Some(letters);
        }
    }

    /// Entries that may have a text of this hash.
    pub(super) fn under(&self, hash: u64) -> impl Iterator<Item = &Entry> {
        self.table.get(hash).filter_map(|number| self.entry(number))
    }

    /// The entry of a text.
    pub(super) fn find(&self, text: &str, hash: u64) -> Option<&Entry> {
        self.under(hash).find(|entry| *entry.text == *text)
    }

    /// What a word is, spelt as it is.
    pub(super) fn read(&self, word: &Spelling<'_>, how: As) -> Read {
        let mut read = Read::default();
        for letters in 1..=word.letters() {
            let (beginning, ending) = word.cut(letters);
            if let Some(entry) = self.find(beginning, word.hash_of_first(letters)) {
                entry.give(ending, how, &mut read.atoms);
                read.is_word |= if ending.is_empty() {
                    entry.is_known || entry.is_whole_word()
                } else {
                    is_form(beginning, ending)
                        && (entry.has(Form::Inflected, As::Written)
                            || entry.is_known && is_usual(beginning, ending))
                };
            }
        }
        read.atoms.sort_unstable();
        read.atoms.dedup();
        read
    }
}

impl Entry {
    /// Its atoms in every form.
    pub(super) fn all(&self, how: As) -> Vec<Atom> {
        [Form::Inflected, Form::Exact, Form::Prefix]
            .into_iter()
            .flat_map(|form| self.atoms(form, how))
            .collect()
    }

    /// Used as more than a prefix.
    pub(super) fn is_whole_word(&self) -> bool {
        self.has(Form::Inflected, As::Written) || self.has(Form::Exact, As::Written)
    }
}

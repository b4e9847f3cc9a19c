//! Words of the rules that an unknown word may be a misspelling of.
//!
//! A word that nobody knows comes in; out come the rule words, and the everyday
//! words, that are nearest. One letter may be wrong, missing, too many or
//! swapped with its neighbour in words of four letters, two in words of eight.
//! Words are filed under what is left of them without a letter or two, so that
//! the search costs the letters of the word, not the words of the rules (the
//! idea of Wolf Garbe's SymSpell); strsim measures what was found.
//!
//! Invariant: a negation is never a misspelling of what it denies.

use std::cmp::Ordering;

use super::lexicon::{As, Entry};
use super::phrase::Form;
use super::slips::{Explained, explain};
use super::spelling::Spelling;
use super::table::Table;

/// Misspellings are looked for in words of at least so many letters …
const FEWEST_LETTERS: usize = 4;
/// … in English, for what a word begins with, five: "reply" and "reflect" are too near …
const FEWEST_LATIN_LETTERS: usize = 5;
/// … with two mistakes from so many on …
const TWO_MISTAKES_LETTERS: usize = 8;
/// … and no more in words as long as names and addresses.
const MOST_LETTERS: usize = 16;
/// The first letter is seldom missing, and only a word longer than this shows it.
const FIRST_LETTER_LETTERS: usize = 5;
/// A word of so many letters may be one of four that lost one.
const VAGUE_LETTERS: usize = 3;
/// A word near so many others says nothing.
const MOST_COMPARED: usize = 48;

#[derive(Debug, Default)]
pub(super) struct Misspellings {
    words: Table,
    /// What words may begin with (`word*`).
    prefixes: Table,
}

/// How far two words are from each other, the nearest first.
///
/// Mistakes count; among as many, slips of the fingers are likelier than others, a word of the rules
/// likelier than one of every day, and the first letter is seldom the wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Distance {
    mistakes: usize,
    doubts: usize,
}

/// Entries at the same distance from a word, by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Nearest {
    pub distance: Distance,
    /// The first letter is another, or little is left of the word: a guess that needs confirming.
    pub is_vague: bool,
    pub entries: Vec<u32>,
}

impl Misspellings {
    /// The index of all words that may be meant, and of those that only may be written.
    pub(super) fn of(entries: &[Entry]) -> Misspellings {
        let word = |entry: &Entry| entry.is_known || entry.has(Form::Inflected, As::Guessed);
        let prefix = |entry: &Entry| entry.has(Form::Prefix, As::Guessed);
        Misspellings { words: index(entries, word, true), prefixes: index(entries, prefix, false) }
    }

    /// The nearest entries; none when none is near enough, or too many are.
    pub(super) fn nearest(&self, entries: &[Entry], word: &Spelling<'_>) -> Option<Nearest> {
        if !can_be_misspelt(word, VAGUE_LETTERS) {
            return None;
        }
        let allowed = if word.letters() >= TWO_MISTAKES_LETTERS { 2 } else { 1 };
        let mut search = Search::new(entries, allowed);
        for hash in std::iter::once(word.hash()).chain(word.without_one(word.letters())) {
            self.words.get(hash).for_each(|number| search.compare(word.word(), number));
        }
        if allowed == 2 && search.least.mistakes == 2 {
            for hash in word.without_two() {
                self.words.get(hash).for_each(|number| search.compare(word.word(), number));
            }
        }
        search.nearest()
    }

    /// The prefixes that the word begins with, but for one letter.
    pub(super) fn nearest_prefixes(&self, entries: &[Entry], word: &Spelling<'_>) -> Option<Nearest> {
        if !can_be_misspelt(word, FEWEST_LETTERS) {
            return None;
        }
        let mut search = Search::new(entries, 1);
        let fewest = if word.word().is_ascii() { FEWEST_LATIN_LETTERS } else { FEWEST_LETTERS };
        for letters in fewest..=word.letters() {
            let beginning = word.cut(letters).0;
            for hash in std::iter::once(word.hash_of_first(letters)).chain(word.without_one(letters)) {
                for number in self.prefixes.get(hash) {
                    // Where the prefix ends must be seen: "tracy" does not begin with "track".
                    if search
                        .text(number)
                        .is_some_and(|text| text.chars().next_back() == beginning.chars().next_back())
                    {
                        search.compare(beginning, number);
                    }
                }
            }
        }
        search.nearest()
    }
}

/// Files entries under all that is left of them without a letter, or without two.
fn index(entries: &[Entry], counts: impl Fn(&Entry) -> bool, two: bool) -> Table {
    let mut filed = Vec::new();
    for (number, entry) in (0_u32..).zip(entries).filter(|(_, entry)| counts(entry)) {
        let Some(word) = Spelling::of(&entry.text).filter(|word| can_be_misspelt(word, FEWEST_LETTERS))
        else {
            continue;
        };
        filed.push((word.hash(), number));
        filed.extend(word.without_one(word.letters()).map(|hash| (hash, number)));
        if two && word.letters() >= TWO_MISTAKES_LETTERS {
            filed.extend(word.without_two().map(|hash| (hash, number)));
        }
    }
    Table::of(&filed)
}

fn can_be_misspelt(word: &Spelling<'_>, fewest: usize) -> bool {
    (fewest..=MOST_LETTERS).contains(&word.letters())
        && !word.word().bytes().any(|byte| byte.is_ascii_digit())
}

struct Search<'s> {
    entries: &'s [Entry],
    /// The smallest distance so far, or the largest that is allowed.
    least: Distance,
    nearest: Vec<u32>,
    compared: Vec<(u32, usize)>,
}

impl<'s> Search<'s> {
    fn new(entries: &'s [Entry], allowed: usize) -> Search<'s> {
        let least = Distance { mistakes: allowed, doubts: usize::MAX };
        Search { entries, least, nearest: Vec::new(), compared: Vec::new() }
    }

    fn entry(&self, number: u32) -> Option<&'s Entry> {
        self.entries.get(usize::try_from(number).ok()?)
    }

    fn text(&self, number: u32) -> Option<&'s str> {
        self.entry(number).map(|entry| &*entry.text)
    }

    fn compare(&mut self, word: &str, number: u32) {
        let this = (number, word.len());
        if self.compared.len() > MOST_COMPARED || self.compared.contains(&this) {
            return;
        }
        self.compared.push(this);
        let Some(distance) = self.entry(number).and_then(|entry| distance(word, entry, self.least.mistakes))
        else {
            return;
        };
        match distance.cmp(&self.least) {
            Ordering::Less => {
                self.least = distance;
                self.nearest = vec![number];
            }
            Ordering::Equal if !self.nearest.contains(&number) => self.nearest.push(number),
            Ordering::Equal | Ordering::Greater => {}
        }
    }

    fn nearest(self) -> Option<Nearest> {
        let found = !self.nearest.is_empty() && self.compared.len() <= MOST_COMPARED;
        let is_vague = self.least.doubts >= VAGUE;
        found.then_some(Nearest { distance: self.least, is_vague, entries: self.nearest })
    }
}

/// What a wrong first letter adds to the doubts, and a word of which little is left. From so many on
/// the guess is vague.
const VAGUE: usize = 5;

/// None for another word, and for one with more mistakes than are worth knowing.
fn distance(word: &str, entry: &Entry, most: usize) -> Option<Distance> {
    let other = &*entry.text;
    let first = first_letters(word, other)?;
    let mistakes = strsim::osa_distance(word, other);
    if mistakes > most
        || mistakes > 1 && first != FirstLetters::Same
        || is_denied(word, other)
        || is_denied(other, word)
    {
        return None;
    }
    let explained = explain(word, other);
    let is_short = word.chars().nth(FEWEST_LETTERS - 1).is_none();
    // Of a short word a letter is missing, or it is none.
    if is_short && (explained != Explained::Length || first != FirstLetters::Same) {
        return None;
    }
    let by_first = match first {
        FirstLetters::Same if is_short => VAGUE,
        FirstLetters::Same => 0,
        FirstLetters::Mistaken => 2,
        FirstLetters::Other => VAGUE,
    };
    Some(Distance { mistakes, doubts: by_first + 2 * usize::from(!entry.is_meant) + explained as usize })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FirstLetters {
    Same,
    /// Swapped with the second, or missing.
    Mistaken,
    /// "tracked" is hardly a misspelling of "cracked".
    Other,
}

/// None for what changes the meaning: «برسید» is no misspelling of «نرسید».
fn first_letters(word: &str, other: &str) -> Option<FirstLetters> {
    let pair = |word: &str| {
        let mut letters = word.chars();
        (letters.next(), letters.next())
    };
    let ((first, second), (others_first, others_second)) = (pair(word), pair(other));
    if first == others_first {
        return Some(FirstLetters::Same);
    }
    // Persian verbs begin with what denies them, or makes a wish or a habit of them.
    let changes_the_verb = |letter: Option<char>| matches!(letter, Some('ن' | 'ب' | 'م'));
    if changes_the_verb(first) || changes_the_verb(others_first) {
        return None;
    }
    let is_swapped = (first, second) == (others_second, others_first);
    let is_missing = first == others_second && other.chars().count() > FIRST_LETTER_LETTERS;
    Some(if is_swapped || is_missing { FirstLetters::Mistaken } else { FirstLetters::Other })
}

/// What Persian verbs begin with before what denies them: «برنگشته» denies «برگشته».
const BEFORE_DENIALS: [&str; 7] = ["بر", "در", "وا", "باز", "پس", "فرو", "سر"];

/// Does the other word differ by a negation inside it?
fn is_denied(word: &str, other: &str) -> bool {
    BEFORE_DENIALS.iter().any(|before| {
        let rests =
            word.strip_prefix(before).zip(other.strip_prefix(before).and_then(|rest| rest.strip_prefix('ن')));
        rests.is_some_and(|(rest, denied)| strsim::osa_distance(rest, denied) <= 1)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lexicon::{Guessing, Lexicon};
    use super::super::phrase::Word;
    use super::*;

    fn lexicon(words: &[String], known: &[String]) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for text in words {
            lexicon.atom(&Word { text: text.clone(), form: Form::Inflected }, Guessing::Allowed);
        }
        known.iter().for_each(|word| lexicon.know(word));
        lexicon.finish();
        lexicon
    }

    /// Every entry measured, none looked up.
    fn nearest_of_all(entries: &[Entry], word: &str) -> Option<Nearest> {
        let letters = word.chars().count();
        let allowed = if letters >= TWO_MISTAKES_LETTERS { 2 } else { 1 };
        let measured = (0..).zip(entries).filter_map(|(number, entry)| {
            let may_be = (FEWEST_LETTERS..=MOST_LETTERS).contains(&entry.text.chars().count());
            let distance = distance(word, entry, allowed).filter(|_| may_be)?;
            Some((distance, number))
        });
        let measured: Vec<(Distance, u32)> = measured.collect();
        let distance = measured.iter().map(|(distance, _)| *distance).min()?;
        let entries = measured.iter().filter(|(other, _)| *other == distance).map(|(_, number)| *number);
        Some(Nearest { distance, is_vague: distance.doubts >= VAGUE, entries: entries.collect() })
    }

    proptest! {
        #[test]
        fn the_index_finds_what_measuring_every_word_finds(
            words in prop::collection::vec("[abcسش]{3,10}", 1..20),
            known in prop::collection::vec("[abcسش]{3,10}", 0..10),
            word in "[abcسش]{3,11}",
        ) {
            let lexicon = lexicon(&words, &known);
            let found = lexicon.misspellings.nearest(lexicon.entries(), &Spelling::of(&word).unwrap());
            let found = found.map(|mut found| { found.entries.sort_unstable(); found });
            prop_assert_eq!(found, nearest_of_all(lexicon.entries(), &word));
        }
    }

    #[test]
    fn a_word_near_too_many_others_is_none_of_them() {
        let words: Vec<String> =
            ('a'..='z').flat_map(|c| [format!("fold{c}"), format!("f{c}old"), format!("fo{c}ld")]).collect();
        let lexicon = lexicon(&words, &[]);
        assert_eq!(lexicon.misspellings.nearest(lexicon.entries(), &Spelling::of("fold").unwrap()), None);
    }
}

//! Finding the phrases of the rules in a text.
//!
//! Words come in with what they may mean; out comes every phrase that stands
//! in one clause, in order, with at most two words between. All phrases, of
//! intents, vetoes and the gate, are sought in one pass. They are filed under
//! their first two words together, since thousands may begin with "how".
//!
//! Invariant: the work is bounded by the words of the text and the phrases that
//! begin with two of them, not by all phrases.

use std::collections::BTreeSet;

use super::lexicon::{Atom, Guessing, Lexicon};
use super::meaning::{Fit, Meaning};
use super::pairs::{Pair, Pairs};
use super::phrase::Slot;
use super::words::Words;

/// Words that may stand between two words of a phrase.
const GAP: usize = 2;

/// What a phrase speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) enum Speaks {
    /// For the intent of this number.
    For(usize),
    /// Against it.
    Against(usize),
    /// For dissatisfaction, in the gate's group of this number.
    Gate(usize),
    Role(Role),
}

/// Lists of words that are no signs themselves but change what signs mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) enum Role {
    Negation,
    Contrast,
    Conditional,
    ClauseStart,
    Asking,
    Filler,
}

#[derive(Debug)]
struct Phrase {
    written: String,
    speaks: Speaks,
    slots: Vec<Vec<Atom>>,
}

/// A phrase that was found, and the words that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) struct Found {
    pub phrase: usize,
    pub speaks: Speaks,
    first: usize,
    /// A bit for each word from the first on.
    taken: u64,
    slots: usize,
}

impl Found {
    /// Numbers of the words, ascending.
    pub(in crate::domain) fn places(&self) -> impl Iterator<Item = usize> + Clone + use<> {
        let Found { first, mut taken, .. } = *self;
        std::iter::from_fn(move || {
            let next = usize::try_from(taken.trailing_zeros()).ok().filter(|_| taken != 0)?;
            taken &= taken - 1;
            Some(first + next)
        })
    }

    pub(in crate::domain) fn first(&self) -> usize {
        self.first
    }

    pub(in crate::domain) fn last(&self) -> usize {
        self.first + usize::try_from(self.taken.checked_ilog2().unwrap_or_default()).unwrap_or_default()
    }

    /// No foreign word between its words.
    pub(in crate::domain) fn is_adjacent(&self) -> bool {
        self.slots > 1 && (self.taken & (self.taken + 1)) == 0
    }

    /// It says something itself, and does not just change what others say.
    pub(super) fn is_sign(&self) -> bool {
        !matches!(self.speaks, Speaks::Role(_))
    }
}

#[derive(Debug, Default)]
pub(super) struct Phrases {
    phrases: Vec<Phrase>,
    /// Phrases of one word, by its atoms.
    alone: Vec<Vec<usize>>,
    /// Phrases of several words, by the atoms of their first two.
    pairs: Pairs,
    clause_starts: BTreeSet<Atom>,
}

impl Phrases {
    pub(super) fn add(
        &mut self,
        lexicon: &mut Lexicon,
        written: &str,
        slots: &[Slot],
        speaks: Speaks,
        guessing: Guessing,
    ) {
        let slots: Vec<Vec<Atom>> = slots.iter().map(|slot| atoms(lexicon, slot, guessing)).collect();
        if speaks == Speaks::Role(Role::ClauseStart) {
            self.clause_starts.extend(slots.iter().flatten());
        }
        // The single words of a role are one phrase: what is one of them for sure, whichever, counts.
        if let ([words], Speaks::Role(_)) = (slots.as_slice(), speaks) {
            let is_alike = |phrase: &&mut Phrase| phrase.speaks == speaks && phrase.slots.len() == 1;
            if let Some(slot) =
                self.phrases.iter_mut().find(is_alike).and_then(|phrase| phrase.slots.first_mut())
            {
                slot.extend(words);
                slot.sort_unstable();
                slot.dedup();
                return;
            }
        }
        self.phrases.push(Phrase { written: written.to_owned(), speaks, slots });
    }

    /// Files all phrases; call once, when all are in.
    pub(super) fn finish(&mut self, lexicon: &Lexicon) {
        self.alone = vec![Vec::new(); lexicon.atoms()];
        let mut pairs = Vec::new();
        for (number, phrase) in self.phrases.iter().enumerate() {
            match phrase.slots.as_slice() {
                [] => {}
                [only] => {
                    for atom in only {
                        if let Some(alone) = index(*atom).and_then(|atom| self.alone.get_mut(atom)) {
                            alone.push(number);
                        }
                    }
                }
                [first, second, ..] => {
                    let both = first.iter().flat_map(|one| second.iter().map(|other| (*one, *other)));
                    pairs.extend(both.map(|pair| (pair, number)));
                }
            }
        }
        self.pairs = Pairs::of(pairs);
    }

    /// Which of these atoms stand at neighbouring places of a phrase?
    pub(super) fn neighbours(&self, sought: &BTreeSet<Pair>) -> BTreeSet<Pair> {
        let firsts: BTreeSet<Atom> = sought.iter().map(|pair| pair.0).collect();
        let places = self.phrases.iter().flat_map(|phrase| phrase.slots.windows(2));
        places
            .filter_map(|places| if let [one, other] = places { Some((one, other)) } else { None })
            .flat_map(|(one, other)| {
                one.iter().filter(|atom| firsts.contains(*atom)).map(move |atom| (*atom, other))
            })
            .flat_map(|(atom, other)| other.iter().map(move |second| (atom, *second)))
            .filter(|pair| sought.contains(pair))
            .collect()
    }

    /// The phrase as it was written.
    pub(super) fn written(&self, phrase: usize) -> &str {
        self.phrases.get(phrase).map_or("", |phrase| phrase.written.as_str())
    }

    /// Every phrase that the text holds, in the order of first words.
    pub(super) fn find(&self, words: &Words) -> Vec<Found> {
        let mut all = Vec::new();
        for first in 0..words.len() {
            let mut here = Here { phrases: self, words, first, found: Vec::new() };
            for (meaning, next) in words.at(first) {
                here.find(meaning, next);
            }
            here.found.sort_unstable_by_key(|found| found.phrase);
            all.append(&mut here.found);
        }
        all
    }

    /// Does a new clause begin at a word of this meaning?
    pub(super) fn starts_clause(&self, meaning: &Meaning) -> bool {
        !meaning.corrected && meaning.atoms.iter().any(|atom| self.clause_starts.contains(atom))
    }
}

/// The phrases that begin at one word.
struct Here<'s> {
    phrases: &'s Phrases,
    words: &'s Words,
    first: usize,
    found: Vec<Found>,
}

impl Here<'_> {
    /// Phrases whose first word means this and ends before `next`; nearest second words first.
    fn find(&mut self, meaning: &Meaning, next: usize) {
        let (phrases, words) = (self.phrases, self.words);
        let taken = self.bits(self.first, next);
        for atom in &meaning.atoms {
            for number in index(*atom).and_then(|atom| phrases.alone.get(atom)).into_iter().flatten() {
                self.take(*number, taken, &[meaning], next);
            }
        }
        for at in words.after(next - 1, GAP) {
            for (second, end) in words.at(at) {
                let taken = taken.zip(self.bits(at, end)).map(|(first, second)| first | second);
                for pair in meaning.atoms.iter().flat_map(|one| second.atoms.iter().map(|two| (*one, *two))) {
                    for number in phrases.pairs.get(pair) {
                        self.take(*number, taken, &[meaning, second], end);
                    }
                }
            }
        }
    }

    /// Takes the phrase if its first words fit and the others follow.
    fn take(&mut self, number: usize, taken: Option<u64>, meanings: &[&Meaning], next: usize) {
        let (Some(phrase), Some(taken)) = (self.phrases.phrases.get(number), taken) else { return };
        // One word of several may fit loosely; one alone may not.
        let mut loose = usize::from(phrase.slots.len() > 1);
        for (meaning, slot) in meanings.iter().zip(&phrase.slots) {
            match meaning.fits(slot) {
                Fit::Surely => {}
                Fit::Loosely if loose > 0 => loose -= 1,
                Fit::Loosely | Fit::Not => return,
            }
        }
        if self.found.iter().any(|found| found.phrase == number) {
            return;
        }
        let rest = phrase.slots.get(meanings.len()..).unwrap_or_default();
        if let Some(others) = self.fill(rest, next - 1, loose) {
            let (speaks, slots) = (phrase.speaks, phrase.slots.len());
            let taken = taken | others;
            self.found.push(Found { phrase: number, speaks, first: self.first, taken, slots });
        }
    }

    /// Fills the remaining slots from the words after `last`, nearest words first; so many may fit loosely.
    fn fill(&self, slots: &[Vec<Atom>], last: usize, loose: usize) -> Option<u64> {
        let Some((slot, rest)) = slots.split_first() else { return Some(0) };
        for at in self.words.after(last, GAP) {
            for (meaning, next) in self.words.at(at) {
                let left = match meaning.fits(slot) {
                    Fit::Not => None,
                    Fit::Loosely => loose.checked_sub(1),
                    Fit::Surely => Some(loose),
                };
                if let Some(left) = left
                    && let Some(others) = self.fill(rest, next - 1, left)
                    && let Some(taken) = self.bits(at, next)
                {
                    return Some(taken | others);
                }
            }
        }
        None
    }

    /// The bits of some words; none for those that are too far from the first.
    fn bits(&self, from: usize, to: usize) -> Option<u64> {
        let (from, to) = (u32::try_from(from - self.first).ok()?, u32::try_from(to - self.first).ok()?);
        let below = |place: u32| 1_u64.checked_shl(place).map(|bit| bit - 1);
        Some(below(to)? & !below(from)?)
    }
}

/// The atoms of a slot, in ascending order.
fn atoms(lexicon: &mut Lexicon, slot: &Slot, guessing: Guessing) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = slot.iter().map(|word| lexicon.atom(word, guessing)).collect();
    atoms.sort_unstable();
    atoms.dedup();
    atoms
}

fn index(atom: Atom) -> Option<usize> {
    usize::try_from(atom).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::phrase::parse;
    use super::*;

    fn index(written: &[String]) -> (Lexicon, Phrases) {
        let (mut lexicon, mut phrases) = (Lexicon::default(), Phrases::default());
        for (number, phrase) in written.iter().enumerate() {
            let slots = parse(phrase).unwrap();
            phrases.add(&mut lexicon, phrase, &slots, Speaks::For(number), Guessing::Allowed);
        }
        lexicon.finish();
        phrases.finish(&lexicon);
        (lexicon, phrases)
    }

    /// The definition, word by word: in order, in one clause, at most two words between.
    fn stands(phrases: &Phrases, words: &Words, number: usize, first: usize) -> bool {
        fn go(slots: &[Vec<Atom>], words: &Words, at: usize) -> bool {
            let Some((slot, rest)) = slots.split_first() else { return true };
            (at + 1..=at + 1 + GAP).any(|next| {
                words.tokens.get(next).is_some_and(|token| token.clause == words.tokens[at].clause)
                    && words.meanings[next].fits(slot) == Fit::Surely
                    && go(rest, words, next)
            })
        }
        let (slot, rest) = phrases.phrases[number].slots.split_first().unwrap();
        words.meanings[first].fits(slot) == Fit::Surely && go(rest, words, first)
    }

    proptest! {
        #[test]
        fn the_search_finds_what_the_definition_says(
            written in prop::collection::vec("(red|blue|green|red[|]blue|blue[|]pink|gre[*])( (red|blue|pink|green[|]pink|=blue)){0,3}", 1..12),
            text in "(red|blue|green|pink|greens|grey|,|;){1,14}",
        ) {
            let text = text.replace("red", " red ").replace("blue", " blue ").replace("gre", " gre").replace("pink", " pink ");
            let (lexicon, phrases) = index(&written);
            let words = Words::of(&lexicon, &phrases, &text);
            let found: Vec<(usize, usize)> = phrases.find(&words).iter().map(|found| (found.first(), found.phrase)).collect();
            let all = (0..words.len()).flat_map(|first| (0..written.len()).map(move |phrase| (first, phrase)));
            let expected: Vec<(usize, usize)> = all.filter(|(first, phrase)| stands(&phrases, &words, *phrase, *first)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_nearest_words_are_taken() {
        let (lexicon, phrases) = index(&["where order".to_owned()]);
        let words = Words::of(&lexicon, &phrases, "where my order order");
        let found = phrases.find(&words);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].places().collect::<Vec<_>>(), [0, 2]);
        assert!(!found[0].is_adjacent());
    }
}

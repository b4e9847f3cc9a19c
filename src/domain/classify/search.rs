//! Finding the phrases of the rules in a text.
//!
//! Words come in with the atoms that they satisfy; out comes every phrase
//! that stands in one clause, in order, with at most two words between.
//! All phrases, of intents, vetoes and the gate, are sought in one pass.
//!
//! Invariant: the work is bounded by words × phrases that begin with the word.

use std::collections::BTreeSet;

use super::lexicon::{Atom, Lexicon, Meaning};
use super::phrase::{MAX_SLOTS, Slot};
use crate::domain::text::Token;

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
    places: [u16; MAX_SLOTS],
    length: usize,
}

impl Found {
    /// Numbers of the words, ascending.
    pub(in crate::domain) fn places(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.places.iter().take(self.length).map(|place| usize::from(*place))
    }

    pub(in crate::domain) fn first(&self) -> usize {
        self.places().next().unwrap_or_default()
    }

    pub(in crate::domain) fn last(&self) -> usize {
        self.places().last().unwrap_or_default()
    }

    /// No foreign word between its words.
    pub(in crate::domain) fn is_adjacent(&self) -> bool {
        self.length > 1 && self.last() - self.first() + 1 == self.length
    }
}

#[derive(Debug, Default)]
pub(super) struct Phrases {
    phrases: Vec<Phrase>,
    /// Phrases by the atoms of their first slot.
    begins: Vec<Vec<usize>>,
    clause_starts: BTreeSet<Atom>,
}

impl Phrases {
    pub(super) fn add(&mut self, lexicon: &mut Lexicon, written: &str, slots: &[Slot], speaks: Speaks) {
        let slots: Vec<Vec<Atom>> =
            slots.iter().map(|slot| slot.iter().map(|word| lexicon.atom(word)).collect()).collect();
        let number = self.phrases.len();
        self.begins.resize_with(lexicon.atoms(), Vec::new);
        for atom in slots.first().into_iter().flatten() {
            if let Some(begins) = self.begins.get_mut(*atom) {
                begins.push(number);
            }
        }
        if speaks == Speaks::Role(Role::ClauseStart) {
            self.clause_starts.extend(slots.iter().flatten());
        }
        self.phrases.push(Phrase { written: written.to_owned(), speaks, slots });
    }

    /// The phrase as it was written.
    pub(super) fn written(&self, phrase: usize) -> &str {
        self.phrases.get(phrase).map_or("", |phrase| phrase.written.as_str())
    }

    /// Every phrase that the text holds, in the order of first words.
    pub(super) fn find(&self, tokens: &[Token], meanings: &[Meaning]) -> Vec<Found> {
        let mut found = Vec::new();
        for (at, meaning) in meanings.iter().enumerate() {
            for number in meaning.atoms.iter().filter_map(|atom| self.begins.get(*atom)).flatten() {
                let Some(phrase) = self.phrases.get(*number) else { continue };
                let mut places = [0_u16; MAX_SLOTS];
                let [first, ..] = &mut places;
                *first = u16::try_from(at).unwrap_or(u16::MAX);
                if fill(phrase.slots.get(1..).unwrap_or_default(), at, tokens, meanings, &mut places, 1) {
                    let length = phrase.slots.len();
                    let this = Found { phrase: *number, speaks: phrase.speaks, places, length };
                    if !found.ends_with(&[this]) {
                        found.push(this);
                    }
                }
            }
        }
        found
    }

    /// Does a new clause begin at a word of this meaning?
    pub(super) fn starts_clause(&self, meaning: &Meaning) -> bool {
        !meaning.corrected && meaning.atoms.iter().any(|atom| self.clause_starts.contains(atom))
    }
}

/// Fills the remaining slots from the words after `last`, nearest words first.
fn fill(
    slots: &[Vec<Atom>],
    last: usize,
    tokens: &[Token],
    meanings: &[Meaning],
    places: &mut [u16; MAX_SLOTS],
    depth: usize,
) -> bool {
    let Some((slot, rest)) = slots.split_first() else { return true };
    let clause = tokens.get(last).map(|token| token.clause);
    for at in last + 1..=last + 1 + GAP {
        if tokens.get(at).map(|token| token.clause) != clause {
            return false;
        }
        let fits = |meaning: &Meaning| slot.iter().any(|atom| meaning.atoms.binary_search(atom).is_ok());
        if meanings.get(at).is_some_and(fits) && fill(rest, at, tokens, meanings, places, depth + 1) {
            if let Some(place) = places.get_mut(depth) {
                *place = u16::try_from(at).unwrap_or(u16::MAX);
            }
            return true;
        }
    }
    false
}

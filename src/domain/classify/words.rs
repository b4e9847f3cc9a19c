//! The words of a text with what each may mean, alone and written together.
//!
//! A text comes in; out come its words as the search walks over them: at each
//! place the word itself, and the word that it makes with its neighbours. A
//! word that holds several words of the rules is divided, if a phrase wants it so.
//!
//! Invariant: what words mean together or divided comes besides what they mean
//! as they are written, and reading a text twice gives the same words.

use super::lexicon::{As, Lexicon};
use super::meaning::Meaning;
use super::reads::{Divided, Reads};
use super::search::{Found, Phrases};
use super::spacing::Joined;
use super::spelling::Spelling;
use crate::domain::text::{Token, tokenise};

#[derive(Debug, Default)]
pub(super) struct Words {
    pub tokens: Vec<Token>,
    pub meanings: Vec<Meaning>,
    /// By first word, none overlapping.
    joined: Vec<Joined>,
    /// For each word how many stand before it, joined ones counted once. Empty when none are joined.
    columns: Vec<usize>,
    /// Persian, typed in Latin letters.
    pub is_finglish: bool,
}

impl Words {
    pub(super) fn of(lexicon: &Lexicon, phrases: &Phrases, text: &str) -> Words {
        let tokens = tokenise(text);
        let Reads { meanings, joined, divided, is_finglish } = Reads::of(lexicon, &tokens);
        let mut words = Words { tokens, meanings, is_finglish, ..Words::default() };
        words.join(joined);
        if !divided.is_empty() {
            words.divide(lexicon, phrases, divided);
        }
        words.begin_clauses(phrases);
        words
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// How many words the text has, joined ones counted once.
    pub(super) fn count(&self) -> usize {
        self.len().checked_sub(1).map_or(0, |last| self.column(last) + 1)
    }

    /// What may stand at a place: the word itself, or it and its neighbours as one; with the place after.
    pub(super) fn at(&self, at: usize) -> impl Iterator<Item = (&Meaning, usize)> {
        let alone = self.meanings.get(at).map(|meaning| (meaning, at + 1));
        let joined = self.joined_at(at).map(|joined| (&joined.meaning, at + joined.words));
        alone.into_iter().chain(joined)
    }

    /// The places after a word, in its clause, with at most so many words between.
    pub(super) fn after(&self, last: usize, gap: usize) -> impl Iterator<Item = usize> + '_ {
        let clause = self.tokens.get(last).map(|token| token.clause);
        let reach = self.column(last) + 1 + gap;
        (last + 1..self.len()).take_while(move |at| {
            self.tokens.get(*at).map(|token| token.clause) == clause && self.column(*at) <= reach
        })
    }

    fn joined_at(&self, at: usize) -> Option<&Joined> {
        self.joined
            .binary_search_by_key(&at, |joined| joined.at)
            .ok()
            .and_then(|found| self.joined.get(found))
    }

    fn column(&self, at: usize) -> usize {
        self.columns.get(at).copied().unwrap_or(at)
    }

    fn join(&mut self, joined: Vec<Joined>) {
        self.joined = joined;
        if self.joined.is_empty() {
            return;
        }
        let (mut columns, mut column, mut inside) = (Vec::with_capacity(self.len()), 0, 0_usize);
        for (at, token) in self.tokens.iter().enumerate() {
            columns.push(column);
            // Joiners are a matter of Persian; "top up" is two words.
            if let Some(joined) = self.joined_at(at).filter(|_| !token.word.is_ascii()) {
                inside = joined.words;
            }
            inside = inside.saturating_sub(1);
            column += usize::from(inside == 0);
        }
        self.columns = columns;
    }

    /// Takes the words apart that a phrase of the rules knows apart.
    fn divide(&mut self, lexicon: &Lexicon, phrases: &Phrases, mut divided: Vec<Divided>) {
        let mut trial = self.divided(lexicon, &divided, false);
        trial.begin_clauses(phrases);
        let found = phrases.find(&trial);
        let signs = || found.iter().filter(|found| found.is_sign());
        let takes = |found: &Found, at: usize| found.places().any(|place| place == at);
        let mut before = 0;
        divided.retain(|word| {
            let first = word.at + before;
            before += word.ends.len() - 1;
            let last = word.at + before;
            let is_phrase = signs().any(|found| takes(found, first) && takes(found, last));
            is_phrase || word.is_plain() && (first..=last).any(|at| signs().any(|found| takes(found, at)))
        });
        if !divided.is_empty() {
            *self = self.divided(lexicon, &divided, true);
        }
    }

    /// The words with some of them divided; what these mean undivided is kept besides, if so wished.
    fn divided(&self, lexicon: &Lexicon, divided: &[Divided], keep: bool) -> Words {
        let mut words = Words { is_finglish: self.is_finglish, ..Words::default() };
        let mut joined = Vec::new();
        for (at, (token, meaning)) in self.tokens.iter().zip(&self.meanings).enumerate() {
            let here = words.tokens.len();
            joined.extend(self.joined_at(at).map(|joined| Joined { at: here, ..joined.clone() }));
            let Ok(found) = divided.binary_search_by_key(&at, |word| word.at) else {
                words.tokens.push(token.clone());
                words.meanings.push(meaning.clone());
                continue;
            };
            let parts = divided.get(found).map(|word| word.parts(&token.word)).unwrap_or_default();
            if keep && !meaning.is_nothing() && !meaning.corrected {
                joined.push(Joined { at: here, words: parts.len(), meaning: meaning.clone() });
            }
            for part in parts {
                let read =
                    Spelling::of(part).map(|word| lexicon.read(&word, As::Written)).unwrap_or_default();
                words.tokens.push(Token { word: part.to_owned(), ..token.clone() });
                words.meanings.push(Meaning::of(read.atoms));
            }
        }
        words.join(joined);
        words
    }

    /// A word like "but" begins a clause.
    fn begin_clauses(&mut self, phrases: &Phrases) {
        let mut begun = 0;
        for (token, meaning) in self.tokens.iter_mut().zip(&self.meanings) {
            begun += u32::from(phrases.starts_clause(meaning));
            token.clause += begun;
        }
    }
}

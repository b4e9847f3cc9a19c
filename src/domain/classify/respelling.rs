//! A customer's words in the spelling of the examples.
//!
//! The learner knows words as letters only: a misspelt word, or a Persian one
//! typed in Latin letters, is another word to it. Here such a word is replaced
//! by the one word of the examples that it stands for, if there is just one.
//!
//! Invariant: a word that the examples have is left as it is.

use std::collections::BTreeMap;

use super::lexicon::{As, Guessing, Lexicon};
use super::phrase::{Form, Word};
use super::reading::Reading;
use super::spelling::Spelling;

/// A word of fewer examples may itself be misspelt.
const OFTEN: usize = 2;

#[derive(Debug, Default)]
pub(super) struct Respelling {
    lexicon: Lexicon,
    /// The words of the lexicon, and whether they are known well enough to be meant by others.
    pub words: Vec<(String, bool)>,
}

impl Respelling {
    /// From the words of all examples, each text's own.
    pub(super) fn of<'w>(texts: impl Iterator<Item = Vec<&'w str>>) -> Respelling {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for mut words in texts {
            words.sort_unstable();
            words.dedup();
            words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
        }
        let counts = counts.into_iter();
        Respelling::from_words(counts.map(|(word, count)| (word.to_owned(), count >= OFTEN)).collect())
    }

    pub(super) fn from_words(words: Vec<(String, bool)>) -> Respelling {
        let mut lexicon = Lexicon::default();
        for (word, is_often) in &words {
            if *is_often {
                lexicon.atom(&Word { text: word.clone(), form: Form::Inflected }, Guessing::Allowed);
            }
            lexicon.know(word);
        }
        lexicon.finish();
        Respelling { lexicon, words }
    }

    /// The words of a text as the examples spell them.
    pub(super) fn words<'s>(&'s self, reading: &'s Reading<'_>) -> Vec<&'s str> {
        let is_finglish = reading.is_finglish();
        reading
            .tokens()
            .iter()
            .map(|token| self.word(&token.word, is_finglish).unwrap_or(&token.word))
            .collect()
    }

    /// The word of the examples that this one stands for; none for a word that they have.
    pub(super) fn word(&self, word: &str, is_finglish: bool) -> Option<&str> {
        let spelling = Spelling::of(word)?;
        if self.lexicon.read(&spelling, As::Written).is_word {
            return None;
        }
        let entry = if is_finglish && word.is_ascii() {
            self.lexicon.transliterations.spelt(self.lexicon.entries(), word).first()?.entry
        } else {
            let nearest = self.lexicon.misspellings.nearest(self.lexicon.entries(), &spelling)?;
            let [only] = nearest.entries.as_slice() else { return None };
            *only
        };
        self.lexicon.entry(entry).map(|entry| &*entry.text)
    }
}

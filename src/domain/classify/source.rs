//! What the matcher is compiled from, and what can be wrong with it.
//!
//! Plain values: whoever reads YAML fills them in, and turns a
//! [`MatcherError`] back into a file and a line.
//!
//! Invariant: an error names exactly one entry of one list.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::message::Language;
use crate::domain::rules::IntentKind;

/// Phrases of one list, in each language, as an owner wrote them.
pub type Phrases = BTreeMap<Language, Vec<String>>;

/// What an owner says about one intent, as far as matching goes (DESIGN §7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentSource {
    pub name: String,
    pub kind: IntentKind,
    pub phrases: Phrases,
    /// Regular expressions, on the text with ASCII digits, without regard to case.
    pub patterns: Vec<String>,
    /// Phrases that rule the intent out.
    pub not: Phrases,
    /// `negation: cancels`: "do not …" beside a phrase takes it back.
    pub negation_cancels: bool,
    /// The intent counts only in messages of at most so many words.
    pub max_words: Option<usize>,
    /// `fuzzy: off`: the phrases of these languages count only as they are written; their words are
    /// not looked for misspelt, nor in Latin letters.
    pub fuzzy_off: BTreeSet<Language>,
    /// Messages that are understood so, and messages that are not.
    pub examples: Phrases,
    pub counterexamples: Phrases,
}

/// What takes a sign of dissatisfaction back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    Never,
    /// "It is not broken."
    ByNegation,
    /// "If it arrives broken …", and negation too.
    ByCondition,
}

/// Whose past deed a group of phrases tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// The customer's: with a contrast ("I returned it, but …") it weighs one more.
    Customers,
    /// Ours: the same.
    Ours,
}

/// Phrases of the dissatisfaction gate with one weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateGroup {
    pub name: String,
    pub weight: u32,
    pub cancelled: Cancelled,
    pub past: Option<Past>,
    pub phrases: Phrases,
}

/// The dissatisfaction gate and the common words of both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GateSource {
    pub groups: Vec<GateGroup>,
    pub negation: Phrases,
    pub contrast: Phrases,
    pub conditional: Phrases,
    /// Words at which a new clause begins.
    pub clause_starts: Phrases,
    /// Words that ask.
    pub asking: Phrases,
    /// Words of politeness and grammar: they neither speak for an intent nor against it.
    pub filler: Phrases,
    /// Everyday words that are no misspelling of a phrase's word.
    pub known: Phrases,
    /// Whole messages from which the gate learns beside the owner's examples.
    pub complaints: Vec<String>,
    pub contented: Vec<String>,
    /// Messages of which no intent is right.
    pub unknown: Vec<String>,
}

/// The list in which an error stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhraseList {
    Phrases,
    Patterns,
    Not,
}

impl PhraseList {
    /// The key in YAML.
    pub fn name(self) -> &'static str {
        match self {
            PhraseList::Phrases => "phrases",
            PhraseList::Patterns => "patterns",
            PhraseList::Not => "not",
        }
    }
}

/// A phrase or pattern that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatcherError {
    /// The intent, or `dissatisfaction/GROUP` for the gate's own lists.
    pub intent: String,
    pub list: PhraseList,
    /// None for patterns, which belong to no language.
    pub language: Option<Language>,
    /// Place in the list, from 0.
    pub index: usize,
    /// What is wrong and what to do, for an owner.
    pub message: String,
}

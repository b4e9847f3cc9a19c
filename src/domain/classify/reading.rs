//! One text, read once: its words, what they mean, and every phrase in it.
//!
//! The gate and the conclusion both work on this value.
//!
//! Invariant: `found` holds no sign that its intent's negation or veto, or a
//! condition of the gate, takes back; asking for them again is not needed.

use super::compile::Matcher;
use super::meaning::Meaning;
use super::search::{Found, Role, Speaks};
use super::words::Words;
use crate::domain::message::Language;
use crate::domain::text::{READ_CHARS, READ_WORDS, Token, detect_language};

/// A negation counts within so many words of a phrase.
const NEGATION_REACH: usize = 3;
/// A denial of a single word stands closer.
const DENIAL_REACH: usize = 2;

pub(in crate::domain) struct Reading<'t> {
    pub text: &'t str,
    words: Words,
    pub found: Vec<Found>,
}

impl<'t> Reading<'t> {
    pub(super) fn new(matcher: &Matcher, text: &'t str) -> Reading<'t> {
        let words = Words::of(&matcher.lexicon, &matcher.phrases, text);
        let found = matcher.phrases.find(&words);
        Reading { text, words, found }
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.words.tokens
    }

    /// How many words the text has, however they are spaced.
    pub(super) fn length(&self) -> usize {
        self.words.count()
    }

    /// Persian, typed in Latin letters?
    pub(super) fn is_finglish(&self) -> bool {
        self.words.is_finglish
    }

    /// The language of the text, if it has one.
    pub(super) fn language(&self) -> Option<Language> {
        if self.words.is_finglish { Some(Language::Fa) } else { detect_language(self.text) }
    }

    pub(in crate::domain) fn has(&self, role: Role) -> bool {
        self.with_role(role).next().is_some()
    }

    pub(in crate::domain) fn with_role(&self, role: Role) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(move |found| found.speaks == Speaks::Role(role))
    }

    /// Was the text read to its end?
    pub(super) fn is_complete(&self) -> bool {
        self.words.tokens.len() < READ_WORDS && self.text.char_indices().nth(READ_CHARS).is_none()
    }

    /// The part of the text that was read.
    pub(super) fn read_text(&self) -> &'t str {
        let end = self.text.char_indices().nth(READ_CHARS).map_or(self.text.len(), |(at, _)| at);
        self.text.get(..end).unwrap_or_default()
    }

    pub(in crate::domain) fn token(&self, at: usize) -> Option<&Token> {
        self.words.tokens.get(at)
    }

    pub(super) fn meaning(&self, at: usize) -> Option<&Meaning> {
        self.words.meanings.get(at)
    }

    /// Is there a negation beside the phrase, in its clause, that is not part of it?
    pub(in crate::domain) fn is_negated(&self, sign: &Found) -> bool {
        let clause = self.token(sign.first()).map(|token| token.clause);
        self.with_role(Role::Negation).any(|negation| {
            let at = negation.first();
            self.token(at).map(|token| token.clause) == clause
                && at + NEGATION_REACH >= sign.first()
                && at <= sign.last() + NEGATION_REACH
                && sign.places().all(|place| place != at)
        })
    }

    /// Does a negation turn just these words round: "not broken", «خراب نیست»?
    ///
    /// English says it before, Persian with the verb after.
    pub(in crate::domain) fn is_denied(&self, sign: &Found) -> bool {
        let clause = self.token(sign.first()).map(|token| token.clause);
        self.with_role(Role::Negation).any(|negation| {
            let at = negation.first();
            let Some(token) = self.token(at) else { return false };
            let near = if token.word.is_ascii() {
                at < sign.first() && at + DENIAL_REACH >= sign.first()
            } else {
                at > sign.last() && at <= sign.last() + DENIAL_REACH
            };
            near && Some(token.clause) == clause
        })
    }

    /// Does a word like "if" stand before the phrase in its sentence?
    pub(in crate::domain) fn is_hypothetical(&self, sign: &Found) -> bool {
        let sentence = self.token(sign.first()).map(|token| token.sentence);
        self.with_role(Role::Conditional).any(|condition| {
            condition.first() < sign.first()
                && self.token(condition.first()).map(|token| token.sentence) == sentence
        })
    }

    /// The customer's own words, from the phrase's first to its last.
    pub(in crate::domain) fn quote(&self, sign: &Found) -> String {
        let start = self.token(sign.first()).map_or(0, |token| token.place.start);
        let end = self.token(sign.last()).map_or(start, |token| token.place.end);
        self.text.get(start..end).unwrap_or_default().to_owned()
    }
}

/// A phrase of an intent that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing<'m> {
    pub intent: &'m str,
    /// As the owner wrote it.
    pub phrase: &'m str,
}

impl Matcher {
    /// The intents' phrases that stand in a text: what is matched, before anything is weighed.
    pub fn phrases_in(&self, text: &str) -> Vec<Standing<'_>> {
        let found = Reading::new(self, text).found.into_iter();
        found
            .filter_map(|found| match found.speaks {
                Speaks::For(topic) => {
                    let intent = self.topics.get(topic)?.name.as_str();
                    Some(Standing { intent, phrase: self.phrases.written(found.phrase) })
                }
                Speaks::Against(_) | Speaks::Gate(_) | Speaks::Role(_) => None,
            })
            .collect()
    }
}

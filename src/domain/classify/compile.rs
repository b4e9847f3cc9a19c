//! The matcher: everything that owners wrote about intents, ready to be asked.
//!
//! Sources come in, and either a matcher or every mistake at once comes out.
//!
//! Invariant: a matcher holds no phrase or pattern that could not be read.

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::learnt::Learnt;
use super::lexicon::Lexicon;
use super::phrase::parse;
use super::search::{Phrases as PhraseIndex, Role, Speaks};
use super::source::{GateSource, IntentSource, MatcherError, PhraseList, Phrases};
use crate::domain::dissatisfaction::Gate;
use crate::domain::rules::IntentKind;
use crate::domain::text::tokenise;

/// Compiled size of one pattern in bytes; a larger one is a mistake.
const PATTERN_SIZE: usize = 1 << 20;

/// What a conclusion needs to know of an intent.
#[derive(Debug)]
pub(super) struct Topic {
    pub name: String,
    pub kind: IntentKind,
    pub negation_cancels: bool,
    pub max_words: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Pattern {
    pub written: String,
    pub topic: usize,
    pub regex: Regex,
}

/// The compiled intents and gate.
#[derive(Debug)]
pub struct Matcher {
    pub(super) topics: Vec<Topic>,
    pub(super) gate: Gate,
    pub(super) lexicon: Lexicon,
    pub(super) phrases: PhraseIndex,
    pub(super) patterns: Vec<Pattern>,
    /// Tells in one pass which patterns are worth searching for.
    pub(super) pattern_set: RegexSet,
    /// What the examples taught.
    pub(super) learnt: Learnt,
}

impl Matcher {
    /// Compiles the intents and the gate, or returns every mistake in them.
    pub fn compile(intents: &[IntentSource], gate: &GateSource) -> Result<Matcher, Vec<MatcherError>> {
        let mut building = Building::default();
        for (number, intent) in intents.iter().enumerate() {
            building.intent(number, intent);
        }
        building.gate(gate);
        building.finish(intents, gate)
    }
}

#[derive(Default)]
struct Building {
    lexicon: Lexicon,
    phrases: PhraseIndex,
    patterns: Vec<Pattern>,
    errors: Vec<MatcherError>,
}

impl Building {
    fn intent(&mut self, number: usize, intent: &IntentSource) {
        self.phrases(&intent.name, PhraseList::Phrases, &intent.phrases, Speaks::For(number));
        self.phrases(&intent.name, PhraseList::Not, &intent.not, Speaks::Against(number));
        for (index, written) in intent.patterns.iter().enumerate() {
            match RegexBuilder::new(written).case_insensitive(true).size_limit(PATTERN_SIZE).build() {
                Ok(regex) if !regex.is_match("") => {
                    self.patterns.push(Pattern { written: written.clone(), topic: number, regex });
                }
                Ok(_) => {
                    self.pattern_error(intent, index, format!("the pattern `{written}` matches every text"))
                }
                Err(error) => {
                    let message = format!("the pattern `{written}` is no regular expression: {error}");
                    self.pattern_error(intent, index, message);
                }
            }
        }
    }

    fn pattern_error(&mut self, intent: &IntentSource, index: usize, message: String) {
        let intent = intent.name.clone();
        self.errors.push(MatcherError { intent, list: PhraseList::Patterns, language: None, index, message });
    }

    fn gate(&mut self, gate: &GateSource) {
        for (number, group) in gate.groups.iter().enumerate() {
            let name = format!("dissatisfaction/{}", group.name);
            self.phrases(&name, PhraseList::Phrases, &group.phrases, Speaks::Gate(number));
        }
        for (name, list, role) in [
            ("negation", &gate.negation, Role::Negation),
            ("contrast", &gate.contrast, Role::Contrast),
            ("conditional", &gate.conditional, Role::Conditional),
            ("clause_starts", &gate.clause_starts, Role::ClauseStart),
            ("asking", &gate.asking, Role::Asking),
            ("filler", &gate.filler, Role::Filler),
        ] {
            self.phrases(&format!("dissatisfaction/{name}"), PhraseList::Phrases, list, Speaks::Role(role));
        }
        for word in gate.known.values().flatten().flat_map(|words| tokenise(words)) {
            self.lexicon.know(&word.word);
        }
    }

    fn phrases(&mut self, owner: &str, list: PhraseList, phrases: &Phrases, speaks: Speaks) {
        for (language, index, written) in phrases
            .iter()
            .flat_map(|(language, list)| list.iter().enumerate().map(move |(i, p)| (*language, i, p)))
        {
            match parse(written) {
                Ok(slots) => self.phrases.add(&mut self.lexicon, written, &slots, speaks),
                Err(message) => self.errors.push(MatcherError {
                    intent: owner.to_owned(),
                    list,
                    language: Some(language),
                    index,
                    message,
                }),
            }
        }
    }

    fn finish(mut self, intents: &[IntentSource], gate: &GateSource) -> Result<Matcher, Vec<MatcherError>> {
        let set = RegexSetBuilder::new(self.patterns.iter().map(|pattern| pattern.written.as_str()))
            .case_insensitive(true)
            .size_limit(PATTERN_SIZE * 32)
            .build();
        let pattern_set = match set {
            Ok(set) if self.errors.is_empty() => set,
            Ok(_) => return Err(self.errors),
            Err(error) => {
                let (intent, index) = self.patterns.last().map_or((0, 0), |pattern| (pattern.topic, 0));
                self.errors.push(MatcherError {
                    intent: intents.get(intent).map(|intent| intent.name.clone()).unwrap_or_default(),
                    list: PhraseList::Patterns,
                    language: None,
                    index,
                    message: format!(
                        "all patterns together are too large; use fewer or simpler ones: {error}"
                    ),
                });
                return Err(self.errors);
            }
        };
        self.lexicon.index_misspellings();
        let topics = intents
            .iter()
            .map(|intent| Topic {
                name: intent.name.clone(),
                kind: intent.kind,
                negation_cancels: intent.negation_cancels,
                max_words: intent.max_words,
            })
            .collect();
        let (lexicon, phrases, patterns) = (self.lexicon, self.phrases, self.patterns);
        let learnt = Learnt::default();
        let matcher =
            Matcher { topics, gate: Gate::new(gate), lexicon, phrases, patterns, pattern_set, learnt };
        let learnt = Learnt::from_examples(&matcher, intents, gate);
        Ok(Matcher { learnt, ..matcher })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::message::Language;

    #[test]
    fn every_mistake_is_found_at_once_with_its_place() {
        let fa = |phrases: &[&str]| {
            BTreeMap::from([(Language::Fa, phrases.iter().map(|p| (*p).to_owned()).collect())])
        };
        let intent = IntentSource {
            name: "order_status".to_owned(),
            kind: IntentKind::Question,
            phrases: fa(&["سفارش کجا*", " "]),
            patterns: vec!["(order".to_owned(), ".*".to_owned()],
            not: fa(&["*"]),
            negation_cancels: false,
            max_words: None,
            examples: BTreeMap::new(),
            counterexamples: BTreeMap::new(),
        };
        let errors = Matcher::compile(&[intent], &GateSource::default()).expect_err("three mistakes");
        let places: Vec<_> = errors.iter().map(|e| (e.list, e.language, e.index)).collect();
        assert_eq!(
            places,
            [
                (PhraseList::Phrases, Some(Language::Fa), 1),
                (PhraseList::Not, Some(Language::Fa), 0),
                (PhraseList::Patterns, None, 0),
                (PhraseList::Patterns, None, 1),
            ]
        );
    }
}

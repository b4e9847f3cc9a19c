//! The matcher: everything that owners wrote about intents, ready to be asked.
//!
//! Sources come in, and either a matcher or every mistake at once comes out.
//!
//! Invariant: a matcher holds no phrase or pattern that could not be read.

use super::learnt::{Learnt, Memory};
use super::lexicon::{Guessing, Lexicon};
use super::patterns::{Pattern, Patterns};
use super::phrase::parse;
use super::search::{Phrases as PhraseIndex, Role, Speaks};
use super::source::{GateSource, IntentSource, MatcherError, PhraseList, Phrases};
use super::spacing::find_divisions;
use super::{english, persian};
use crate::domain::dissatisfaction::Gate;
use crate::domain::message::Language;
use crate::domain::rules::IntentKind;
use crate::domain::text::tokenise;

/// What a conclusion needs to know of an intent.
#[derive(Debug)]
pub(super) struct Topic {
    pub name: String,
    pub kind: IntentKind,
    pub negation_cancels: bool,
    pub max_words: Option<usize>,
}

/// The compiled intents and gate.
#[derive(Debug)]
pub struct Matcher {
    pub(super) topics: Vec<Topic>,
    pub(super) gate: Gate,
    pub(super) lexicon: Lexicon,
    pub(super) phrases: PhraseIndex,
    pub(super) patterns: Patterns,
    /// What the examples taught.
    pub(super) learnt: Learnt,
}

impl Matcher {
    /// Compiles the intents and the gate, or returns every mistake in them.
    pub fn compile(intents: &[IntentSource], gate: &GateSource) -> Result<Matcher, Vec<MatcherError>> {
        Matcher::compile_with(intents, gate, None)
    }

    /// The same; what just these intents and this gate taught before need not be learnt again.
    pub fn compile_with(
        intents: &[IntentSource],
        gate: &GateSource,
        memory: Option<Memory>,
    ) -> Result<Matcher, Vec<MatcherError>> {
        let mut building = Building::default();
        for (number, intent) in intents.iter().enumerate() {
            building.intent(number, intent);
        }
        building.gate(gate);
        building.finish(intents, gate, memory)
    }

    /// What the examples taught.
    pub fn memory(&self) -> Memory {
        self.learnt.to_memory()
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
        let guessing = |language| match intent.fuzzy_off.contains(&language) {
            true => Guessing::Off,
            false => Guessing::Allowed,
        };
        self.phrases(&intent.name, PhraseList::Phrases, &intent.phrases, Speaks::For(number), guessing);
        let allowed = |_| Guessing::Allowed;
        self.phrases(&intent.name, PhraseList::Not, &intent.not, Speaks::Against(number), allowed);
        for (index, written) in intent.patterns.iter().enumerate() {
            match Pattern::read(written, number) {
                Ok(pattern) => self.patterns.push(pattern),
                Err(message) => self.pattern_error(&intent.name, index, message),
            }
        }
    }

    fn pattern_error(&mut self, intent: &str, index: usize, message: String) {
        let intent = intent.to_owned();
        self.errors.push(MatcherError { intent, list: PhraseList::Patterns, language: None, index, message });
    }

    fn gate(&mut self, gate: &GateSource) {
        for (number, group) in gate.groups.iter().enumerate() {
            let name = format!("dissatisfaction/{}", group.name);
            self.words(&name, &group.phrases, Speaks::Gate(number));
        }
        for (name, list, role) in [
            ("negation", &gate.negation, Role::Negation),
            ("contrast", &gate.contrast, Role::Contrast),
            ("conditional", &gate.conditional, Role::Conditional),
            ("clause_starts", &gate.clause_starts, Role::ClauseStart),
            ("asking", &gate.asking, Role::Asking),
            ("filler", &gate.filler, Role::Filler),
        ] {
            self.words(&format!("dissatisfaction/{name}"), list, Speaks::Role(role));
        }
        for word in gate.known.values().flatten().flat_map(|words| tokenise(words)) {
            self.lexicon.know(&word.word);
        }
        english::COMMON_WORDS
            .iter()
            .flat_map(|line| line.split(' '))
            .for_each(|word| self.lexicon.know(word));
        persian::common_words().for_each(|word| self.lexicon.know(&word));
    }

    fn words(&mut self, owner: &str, phrases: &Phrases, speaks: Speaks) {
        self.phrases(owner, PhraseList::Phrases, phrases, speaks, |_| Guessing::Allowed);
    }

    fn phrases(
        &mut self,
        owner: &str,
        list: PhraseList,
        phrases: &Phrases,
        speaks: Speaks,
        guessing: impl Fn(Language) -> Guessing,
    ) {
        for (language, index, written) in phrases
            .iter()
            .flat_map(|(language, list)| list.iter().enumerate().map(move |(i, p)| (*language, i, p)))
        {
            match parse(written) {
                Ok(slots) => self.phrases.add(&mut self.lexicon, written, &slots, speaks, guessing(language)),
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

    fn finish(
        mut self,
        intents: &[IntentSource],
        gate: &GateSource,
        memory: Option<Memory>,
    ) -> Result<Matcher, Vec<MatcherError>> {
        let last = self.patterns.last().and_then(|pattern| intents.get(pattern.topic()));
        let last = last.map(|intent| intent.name.clone()).unwrap_or_default();
        let patterns = match Patterns::of(std::mem::take(&mut self.patterns)) {
            Ok(patterns) => patterns,
            Err(message) => {
                self.pattern_error(&last, 0, message);
                Patterns::default()
            }
        };
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        self.lexicon.finish();
        self.phrases.finish(&self.lexicon);
        find_divisions(&mut self.lexicon, &self.phrases);
        let topics = intents
            .iter()
            .map(|intent| Topic {
                name: intent.name.clone(),
                kind: intent.kind,
                negation_cancels: intent.negation_cancels,
                max_words: intent.max_words,
            })
            .collect();
        let (lexicon, phrases) = (self.lexicon, self.phrases);
        let learnt = Learnt::default();
        let matcher = Matcher { topics, gate: Gate::new(gate), lexicon, phrases, patterns, learnt };
        let learnt = memory.and_then(Learnt::from_memory);
        let learnt = learnt.unwrap_or_else(|| Learnt::from_examples(&matcher, intents, gate));
        Ok(Matcher { learnt, ..matcher })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

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
            fuzzy_off: BTreeSet::new(),
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

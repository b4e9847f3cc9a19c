//! The intents that a text may mean, each with how sure that is.
//!
//! The signs of a reading come in; out comes one candidate for each intent
//! that some sign speaks for and none rules out. Its score grows with the
//! words that its phrases explain and falls with those that they do not.
//!
//! Invariant: a score is in 0 to 1, and another unexplained word never raises it.

use std::collections::{BTreeMap, BTreeSet};

use super::compile::{Matcher, Topic};
use super::patterns::Hit;
use super::reading::Reading;
use super::search::{Found, Role, Speaks};
use crate::domain::rules::IntentKind;
use crate::domain::text::Token;
use crate::domain::understanding::Evidence;

/// A word of grammar or politeness inside a phrase says less than a noun.
const FILLER_WORTH: f64 = 0.5;
/// A corrected word may have been another one …
const CORRECTED_WORTH: f64 = 0.9;
/// … all the more if others are as near.
const OPEN_WORTH: f64 = 0.75;
/// A phrase without gaps is likelier meant.
const ADJACENT: f64 = 0.25;
/// What even a full match leaves open.
const DOUBT: f64 = 0.15;
/// What each unexplained word adds.
const DOUBT_BY_WORD: f64 = 0.06;
/// Wishes for a person and opinions go to a person anyway: less doubt.
const LENIENT_DOUBT_BY_WORD: f64 = 0.03;
/// A sign of trouble, a negation that no phrase foresaw, a tale without a question.
const DOUBT_BY_TROUBLE: f64 = 0.25;
const DOUBT_BY_NEGATION: f64 = 0.12;
const DOUBT_BY_TALE: f64 = 0.12;
/// A text of at most so many words need not ask: "return policy".
const SHORT: usize = 7;

/// An intent that a text may mean.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub topic: usize,
    /// The words that its phrases explain, by number.
    pub places: BTreeSet<usize>,
    /// How much they say, in words.
    pub words: f64,
    pub score: f64,
    pub signs: Vec<Found>,
    pub patterns: Vec<Evidence>,
}

/// What holds for the whole text and bears on every candidate.
pub(super) struct Setting {
    /// For each word what it is besides a sign of some candidate.
    words: Vec<Besides>,
    asks: bool,
    trouble: bool,
}

/// What a word is besides a sign of some candidate.
#[derive(Clone, Copy, Default)]
struct Besides {
    filler: bool,
    /// Of a greeting or thanks.
    social: bool,
    /// Speaks for some question or request.
    spoken: bool,
    /// Denies something. «خسته نباشید» and «درد نکنه» deny nothing.
    negation: bool,
    number: bool,
}

impl Besides {
    /// Says something that no filler, greeting or thanks explains.
    fn is_content(self) -> bool {
        !self.filler && !self.social && !self.number
    }
}

impl Setting {
    pub(super) fn new(matcher: &Matcher, reading: &Reading<'_>, dissatisfaction: u32) -> Setting {
        let is_number = |token: &Token| token.word.bytes().all(|byte| byte.is_ascii_digit());
        let mut words: Vec<Besides> = reading
            .tokens()
            .iter()
            .map(|token| Besides { number: is_number(token), ..Besides::default() })
            .collect();
        for found in &reading.found {
            let mut mark = |set: &dyn Fn(&mut Besides)| {
                found.places().for_each(|at| words.get_mut(at).into_iter().for_each(set));
            };
            match found.speaks {
                Speaks::Role(Role::Filler) => mark(&|word| word.filler = true),
                Speaks::Role(Role::Negation) => {
                    if let Some(word) = words.get_mut(found.first()) {
                        word.negation = true;
                    }
                }
                Speaks::For(topic) => {
                    let Some(topic) = matcher.topics.get(topic) else { continue };
                    if topic.is_social() {
                        mark(&|word| word.social = true);
                    } else if topic.is_asked_for() && !(topic.negation_cancels && reading.is_negated(found)) {
                        mark(&|word| word.spoken = true);
                    }
                }
                Speaks::Against(_) | Speaks::Gate(_) | Speaks::Role(_) => {}
            }
        }
        words.iter_mut().filter(|word| word.social).for_each(|word| word.negation = false);
        let asks = reading.text.contains(['?', '؟']) || reading.has(Role::Asking);
        Setting { words, asks, trouble: dissatisfaction > 0 }
    }

    fn word(&self, at: usize) -> Besides {
        self.words.get(at).copied().unwrap_or_default()
    }

    /// Numbers of the words of a sort that a candidate does not explain.
    fn beyond<'s>(
        &'s self,
        places: &'s BTreeSet<usize>,
        sort: impl Fn(Besides) -> bool + 's,
    ) -> impl Iterator<Item = usize> + 's {
        let words = self.words.iter().enumerate();
        words.filter(move |(at, word)| sort(**word) && !places.contains(at)).map(|(at, _)| at)
    }

    pub(super) fn asks(&self) -> bool {
        self.asks
    }

    /// Is something denied or forbidden?
    pub(super) fn denies(&self) -> bool {
        self.words.iter().any(|word| word.negation)
    }

    /// Does this word deny something?
    pub(super) fn is_denial(&self, at: usize) -> bool {
        self.word(at).negation
    }

    /// Nothing negative in the text.
    pub(super) fn is_calm(&self) -> bool {
        !self.trouble && !self.denies()
    }

    /// Nothing in the text but greetings, thanks and filler, and nothing negative.
    pub(super) fn is_bare(&self) -> bool {
        self.is_calm() && !self.words.iter().any(|word| word.is_content())
    }
}

impl Topic {
    pub(super) fn is_asked_for(&self) -> bool {
        matches!(self.kind, IntentKind::Question | IntentKind::Request | IntentKind::Status)
    }

    pub(super) fn is_social(&self) -> bool {
        matches!(self.kind, IntentKind::Thanks | IntentKind::Greeting)
    }
}

/// The intents that the rules forbid for this text: by a veto, or by its length.
pub(super) fn barred(matcher: &Matcher, reading: &Reading<'_>) -> BTreeSet<usize> {
    let vetoed = reading.found.iter().filter_map(|found| match found.speaks {
        Speaks::Against(topic) => Some(topic),
        _ => None,
    });
    let too_long = matcher
        .topics
        .iter()
        .enumerate()
        .filter(|(_, topic)| topic.max_words.is_some_and(|most| reading.length() > most))
        .map(|(number, _)| number);
    vetoed.chain(too_long).collect()
}

/// Every candidate, the one with the most to say first.
pub(super) fn candidates(matcher: &Matcher, reading: &Reading<'_>, setting: &Setting) -> Vec<Candidate> {
    let mut signs: BTreeMap<usize, Vec<Found>> = BTreeMap::new();
    for found in &reading.found {
        if let Speaks::For(topic) = found.speaks {
            signs.entry(topic).or_default().push(*found);
        }
    }
    let mut patterns = matcher.patterns.find(reading.read_text(), reading.tokens());
    let barred = barred(matcher, reading);
    let topics: BTreeSet<usize> = signs.keys().chain(patterns.keys()).copied().collect();
    let mut all: Vec<Candidate> = topics
        .difference(&barred)
        .filter_map(|number| {
            let topic = matcher.topics.get(*number)?;
            let mut signs = signs.remove(number).unwrap_or_default();
            signs.retain(|sign| !(topic.negation_cancels && reading.is_negated(sign)));
            let patterns = patterns.remove(number).unwrap_or_default();
            (!signs.is_empty() || !patterns.is_empty())
                .then(|| weigh(*number, topic, signs, patterns, reading, setting))
        })
        .collect();
    all.sort_by(|a, b| b.words.total_cmp(&a.words).then_with(|| b.score.total_cmp(&a.score)));
    all
}

fn weigh(
    number: usize,
    topic: &Topic,
    signs: Vec<Found>,
    patterns: Vec<Hit>,
    reading: &Reading<'_>,
    setting: &Setting,
) -> Candidate {
    let mut places: BTreeSet<usize> =
        signs.iter().flat_map(|sign| sign.places().collect::<Vec<_>>()).collect();
    let mut words: f64 = places.iter().map(|at| worth(*at, reading, setting)).sum();
    if signs.iter().any(Found::is_adjacent) {
        words += ADJACENT;
    }
    let mut evidence = Vec::new();
    for hit in patterns {
        // A pattern is written for just this; it counts as two words at least.
        words += 2.0_f64.max(f64::from(u32::try_from(hit.places.len()).unwrap_or(u32::MAX)));
        places.extend(hit.places);
        evidence.push(Evidence { phrase: hit.pattern, matched: hit.matched, speaks_for: topic.name.clone() });
    }
    let score = words / (words + doubt(topic, &places, reading, setting));
    Candidate { topic: number, places, words, score, signs, patterns: evidence }
}

fn worth(at: usize, reading: &Reading<'_>, setting: &Setting) -> f64 {
    if setting.word(at).filler {
        return FILLER_WORTH;
    }
    match reading.meaning(at) {
        Some(meaning) if meaning.is_open() => OPEN_WORTH,
        Some(meaning) if meaning.corrected => CORRECTED_WORTH,
        Some(_) | None => 1.0,
    }
}

/// What speaks against the candidate, in words.
fn doubt(topic: &Topic, places: &BTreeSet<usize>, reading: &Reading<'_>, setting: &Setting) -> f64 {
    let sentences: BTreeSet<u32> =
        places.iter().filter_map(|at| reading.token(*at)).map(|token| token.sentence).collect();
    // A sentence without any sign tells a story around the matter: half as doubtful.
    let unexplained: f64 = setting
        .beyond(places, Besides::is_content)
        .filter_map(|at| Some((at, reading.token(at)?)))
        .map(|(at, token)| match (sentences.contains(&token.sentence), setting.word(at).spoken) {
            // What speaks for another intent is worse than what speaks for none.
            (true, true) => 2.0,
            (true, false) => 1.0,
            (false, _) => 0.5,
        })
        .sum();
    match topic.kind {
        IntentKind::Human | IntentKind::Callback | IntentKind::Suggestion | IntentKind::Criticism
            // A single word may be mentioned in passing.
            if places.len() > 1 || matches!(topic.kind, IntentKind::Suggestion | IntentKind::Criticism) =>
        {
            DOUBT + LENIENT_DOUBT_BY_WORD * unexplained
        }
        IntentKind::Human
        | IntentKind::Callback
        | IntentKind::Suggestion
        | IntentKind::Criticism
        | IntentKind::Thanks
        | IntentKind::Greeting
        | IntentKind::Complaint => {
            DOUBT + DOUBT_BY_WORD * unexplained
        }
        IntentKind::Question | IntentKind::Request | IntentKind::Status => {
            let clauses: BTreeSet<u32> =
                places.iter().filter_map(|at| reading.token(*at)).map(|token| token.clause).collect();
            let foreseen = setting.beyond(places, |word| word.negation).all(|at| {
                reading.token(at).is_none_or(|token| !clauses.contains(&token.clause))
            });
            let tale = !setting.asks && reading.length() > SHORT;
            DOUBT
                + DOUBT_BY_WORD * unexplained
                + if setting.trouble { DOUBT_BY_TROUBLE } else { 0.0 }
                + if foreseen { 0.0 } else { DOUBT_BY_NEGATION }
                + if tale && topic.kind == IntentKind::Question { DOUBT_BY_TALE } else { 0.0 }
        }
    }
}

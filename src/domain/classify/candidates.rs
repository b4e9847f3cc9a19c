//! The intents that a text may mean, each with how sure that is.
//!
//! The signs of a reading come in; out comes one candidate for each intent
//! that some sign speaks for and none rules out. Its score grows with the
//! words that its phrases explain and falls with those that they do not.
//!
//! Invariant: a score is in 0 to 1, and another unexplained word never raises it.

use std::collections::{BTreeMap, BTreeSet};

use super::compile::{Matcher, Pattern, Topic};
use super::reading::Reading;
use super::search::{Found, Role, Speaks};
use crate::domain::rules::IntentKind;
use crate::domain::text::to_ascii_digits;
use crate::domain::understanding::Evidence;

/// A word of grammar or politeness inside a phrase says less than a noun.
const FILLER_WORTH: f64 = 0.5;
/// A corrected word may have been another one.
const CORRECTED_WORTH: f64 = 0.75;
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
    /// Content that no filler, greeting or thanks explains.
    content: BTreeSet<usize>,
    filler: BTreeSet<usize>,
    /// Words that speak for some question or request.
    spoken: BTreeSet<usize>,
    asks: bool,
    negations: BTreeSet<usize>,
    trouble: bool,
}

impl Setting {
    pub(super) fn new(matcher: &Matcher, reading: &Reading<'_>, dissatisfaction: u32) -> Setting {
        let filler: BTreeSet<usize> =
            reading.with_role(Role::Filler).flat_map(|found| found.places().collect::<Vec<_>>()).collect();
        let social = |found: &&Found| match found.speaks {
            Speaks::For(topic) => matcher.topics.get(topic).is_some_and(Topic::is_social),
            _ => false,
        };
        let social: BTreeSet<usize> =
            reading.found.iter().filter(social).flat_map(|f| f.places().collect::<Vec<_>>()).collect();
        let explained: BTreeSet<usize> = filler.union(&social).copied().collect();
        let numeric = |at: &usize| {
            reading.token(*at).is_some_and(|token| token.word.chars().all(|c| c.is_ascii_digit()))
        };
        let asked_for = |found: &&Found| match found.speaks {
            Speaks::For(topic) => matcher.topics.get(topic).is_some_and(|topic| {
                topic.is_asked_for() && !(topic.negation_cancels && reading.is_negated(found))
            }),
            _ => false,
        };
        Setting {
            spoken: reading
                .found
                .iter()
                .filter(asked_for)
                .flat_map(|f| f.places().collect::<Vec<_>>())
                .collect(),
            content: (0..reading.tokens.len()).filter(|at| !explained.contains(at) && !numeric(at)).collect(),
            filler,
            asks: reading.text.contains(['?', '؟']) || reading.has(Role::Asking),
            // «خسته نباشید» and «درد نکنه» deny nothing.
            negations: reading
                .with_role(Role::Negation)
                .map(Found::first)
                .filter(|at| !social.contains(at))
                .collect(),
            trouble: dissatisfaction > 0,
        }
    }

    /// Nothing negative in the text.
    pub(super) fn is_calm(&self) -> bool {
        self.negations.is_empty() && !self.trouble
    }

    /// Nothing in the text but greetings, thanks and filler, and nothing negative.
    pub(super) fn is_bare(&self) -> bool {
        self.content.is_empty() && self.is_calm()
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
        .filter(|(_, topic)| topic.max_words.is_some_and(|most| reading.tokens.len() > most))
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
    let mut patterns = pattern_matches(matcher, reading);
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
    patterns: Vec<(BTreeSet<usize>, Evidence)>,
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
    for (taken, said) in patterns {
        // A pattern is written for just this; it counts as two words at least.
        words += 2.0_f64.max(f64::from(u32::try_from(taken.len()).unwrap_or(u32::MAX)));
        places.extend(taken);
        evidence.push(said);
    }
    let score = words / (words + doubt(topic, &places, reading, setting));
    Candidate { topic: number, places, words, score, signs, patterns: evidence }
}

fn worth(at: usize, reading: &Reading<'_>, setting: &Setting) -> f64 {
    match (setting.filler.contains(&at), reading.is_corrected(at)) {
        (true, _) => FILLER_WORTH,
        (false, true) => CORRECTED_WORTH,
        (false, false) => 1.0,
    }
}

/// What speaks against the candidate, in words.
fn doubt(topic: &Topic, places: &BTreeSet<usize>, reading: &Reading<'_>, setting: &Setting) -> f64 {
    let sentences: BTreeSet<u32> =
        places.iter().filter_map(|at| reading.token(*at)).map(|token| token.sentence).collect();
    // A sentence without any sign tells a story around the matter: half as doubtful.
    let unexplained: f64 = setting
        .content
        .difference(places)
        .filter_map(|at| Some((at, reading.token(*at)?)))
        .map(|(at, token)| match (sentences.contains(&token.sentence), setting.spoken.contains(at)) {
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
            let foreseen = setting.negations.difference(places).all(|at| {
                reading.token(*at).is_none_or(|token| !clauses.contains(&token.clause))
            });
            let tale = !setting.asks && reading.tokens.len() > SHORT;
            DOUBT
                + DOUBT_BY_WORD * unexplained
                + if setting.trouble { DOUBT_BY_TROUBLE } else { 0.0 }
                + if foreseen { 0.0 } else { DOUBT_BY_NEGATION }
                + if tale && topic.kind == IntentKind::Question { DOUBT_BY_TALE } else { 0.0 }
        }
    }
}

type Matches = BTreeMap<usize, Vec<(BTreeSet<usize>, Evidence)>>;

/// The patterns that match the text with ASCII digits, with the words that they cover.
fn pattern_matches(matcher: &Matcher, reading: &Reading<'_>) -> Matches {
    let mut matches = Matches::new();
    if matcher.patterns.is_empty() {
        return matches;
    }
    let text = to_ascii_digits(reading.read_text());
    for number in matcher.pattern_set.matches(&text) {
        if let Some(pattern) = matcher.patterns.get(number)
            && let Some(found) = one_match(matcher, pattern, reading, &text)
        {
            matches.entry(pattern.topic).or_default().push(found);
        }
    }
    matches
}

fn one_match(
    matcher: &Matcher,
    pattern: &Pattern,
    reading: &Reading<'_>,
    text: &str,
) -> Option<(BTreeSet<usize>, Evidence)> {
    let hit = pattern.regex.find(text)?;
    // Digits have other lengths in bytes, but characters correspond one to one.
    let before = text.get(..hit.start())?.chars().count();
    let length = hit.as_str().chars().count();
    let mut bounds = reading.text.char_indices().map(|(at, _)| at).chain([reading.text.len()]).skip(before);
    let start = bounds.next()?;
    let end = if length == 0 { start } else { bounds.nth(length - 1)? };
    let covered = |place: &std::ops::Range<usize>| place.start < end && place.end > start;
    let places = reading
        .tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| covered(&token.place))
        .map(|(at, _)| at)
        .collect();
    let evidence = Evidence {
        phrase: pattern.written.clone(),
        matched: reading.text.get(start..end)?.to_owned(),
        speaks_for: matcher.topics.get(pattern.topic).map(|topic| topic.name.clone()).unwrap_or_default(),
    };
    Some((places, evidence))
}

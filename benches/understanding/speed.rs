//! What rules cost: to load, in memory, and for each message as keywords grow.

use std::time::{Duration, Instant};

use aho_corasick::AhoCorasick;
use pasokh::domain::classify::{IntentSource, Matcher};
use pasokh::rules::gate::starter_gate;
use pasokh::rules::starter_sources;
use regex::RegexSetBuilder;
use serde_json::json;

use crate::corpora::Corpus;
use crate::judging::count;
use crate::memory;
use crate::misspell::{Dice, misspelt};
use crate::rule_sets::{Written, all_examples, source, sources};
use crate::table::Table;

const INTENTS: usize = 150;
const FEW: usize = 100;
const MANY: usize = 10_000;
/// Characters of a message.
const LENGTH: usize = 38;
const MESSAGES: usize = 100;
const REPEATS: usize = 7;

pub fn median(repeats: usize, mut measured: impl FnMut() -> Duration) -> f64 {
    let mut times: Vec<Duration> = (0..repeats).map(|_| measured()).collect();
    times.sort_unstable();
    times[repeats / 2].as_secs_f64() * 1e6
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

/// Time to compile, and bytes that stay allocated.
pub fn loads(table: &mut Table, curekart: Option<&Corpus>) {
    table.heading("Loading rules (median of 7) and their size in memory");
    if let Some(corpus) = curekart {
        let rules = all_examples(&corpus.messages.iter().collect::<Vec<_>>());
        load(table, "curekart, 600 examples", &sources(&rules));
    }
    load(table, "starter set", &starter_sources());
}

fn load(table: &mut Table, name: &str, intents: &[IntentSource]) {
    let gate = starter_gate();
    let compile = || Matcher::compile(intents, &gate).unwrap();
    let time = median(REPEATS, || timed(compile));
    let (matcher, bytes) = memory::kept_by(compile);
    drop(matcher);
    table.row(name, "load", "pasokh", time / 1e3, "ms");
    table.row(name, "size", "pasokh", bytes / 1e6, "MB");
}

/// Made-up words of four to nine letters, each once.
fn invented_words(wanted: usize, dice: &mut Dice) -> Vec<String> {
    let mut words = std::collections::BTreeSet::new();
    let mut listed = Vec::new();
    while listed.len() < wanted {
        let length = 4 + dice.below(6);
        let letters = |at: usize| if at.is_multiple_of(2) { "bcdfghjklmnprstvwz" } else { "aeiou" };
        let word: String =
            (0..length).map(|at| char::from(letters(at).as_bytes()[dice.below(letters(at).len())])).collect();
        if words.insert(word.clone()) {
            listed.push(word);
        }
    }
    listed
}

/// A keyword, a misspelt keyword, and words that are none, 38 characters in all.
fn message(keywords: &[String], others: &[String], dice: &mut Dice) -> String {
    let mut text = keywords[dice.below(keywords.len())].clone();
    text = format!("{text} {}", misspelt(&keywords[dice.below(keywords.len())], dice));
    while text.chars().count() < LENGTH {
        text = format!("{text} {}", others[dice.below(others.len())]);
    }
    text.chars().take(LENGTH).collect()
}

fn intents(words: &[String]) -> Vec<IntentSource> {
    (0..INTENTS)
        .map(|number| {
            let keywords = words.iter().skip(number).step_by(INTENTS).cloned().collect();
            source(&format!("intent_{number}"), Written { keywords, examples: Vec::new() })
        })
        .collect()
}

pub fn messages(table: &mut Table) {
    table.heading("Time for a message of 38 characters, 150 intents, by number of keywords");
    let mut dice = Dice::new(11);
    let words = invented_words(MANY + 1000, &mut dice);
    let (keywords, others) = words.split_at(MANY);
    let messages: Vec<String> = (0..MESSAGES).map(|_| message(&keywords[..FEW], others, &mut dice)).collect();
    let mut times: Vec<Vec<(&str, f64)>> = Vec::new();
    for count in [FEW, MANY] {
        let of = &keywords[..count];
        let sources = intents(of);
        let gate = starter_gate();
        let start = Instant::now();
        let matcher = Matcher::compile(&sources, &gate).unwrap();
        let corpus = format!("{count} keywords");
        table.row(&corpus, "load", "pasokh", start.elapsed().as_secs_f64() * 1e3, "ms");
        let understand = |text: &str| matcher.understand(text, None).best.is_some();
        let mut all = vec![("pasokh", each(table, &corpus, "pasokh", &messages, understand))];
        all.extend(peers(table, &corpus, of, &messages));
        times.push(all);
    }
    for ((by, few), (_, many)) in times[0].iter().zip(&times[1]) {
        table.row("10000 for 100 keywords", "growth of a message's time", by, many / few, "times");
    }
    table.hand_over("speed", &json!({ "few": FEW, "words": keywords, "messages": messages }));
}

/// Peers that look for words: two find them only as they are written, the last also misspelt.
fn peers(table: &mut Table, corpus: &str, words: &[String], messages: &[String]) -> [(&'static str, f64); 3] {
    let automaton = AhoCorasick::new(words).unwrap();
    let patterns = words.iter().map(|word| format!(r"\b{word}\b"));
    let set = RegexSetBuilder::new(patterns).size_limit(1 << 30).dfa_size_limit(1 << 30).build().unwrap();
    let is_near = |text: &str| {
        let near = |token: &str| words.iter().filter(|word| strsim::osa_distance(token, word) <= 1).count();
        text.split(' ').map(near).sum::<usize>() > 0
    };
    let [exact, patterns, near] = ["aho-corasick, exact", "regex set, exact", "strsim over all words"];
    [
        (exact, each(table, corpus, exact, messages, |text| automaton.find_iter(text).count() > 0)),
        (patterns, each(table, corpus, patterns, messages, |text| set.matches(text).matched_any())),
        (near, each(table, corpus, near, &messages[..20], is_near)),
    ]
}

fn each(
    table: &mut Table,
    corpus: &str,
    by: &str,
    messages: &[String],
    mut ask: impl FnMut(&str) -> bool,
) -> f64 {
    // The first round warms caches and is not counted.
    let mut round = || timed(|| messages.iter().filter(|text| ask(text)).count());
    round();
    let time = median(REPEATS, round) / count(messages.len());
    table.row(corpus, "a message", by, time, "µs");
    time
}

/// Real messages to the starter set.
pub fn starter(table: &mut Table) {
    let sources = starter_sources();
    let matcher = Matcher::compile(&sources, &starter_gate()).unwrap();
    // Their own examples are known word by word: one word more makes them messages.
    let asked: Vec<String> = sources
        .iter()
        .flat_map(|source| source.examples.values().flatten())
        .step_by(5)
        .map(|text| format!("{text} 1"))
        .collect();
    each(table, "starter set", "pasokh", &asked, |text| matcher.understand(text, None).best.is_some());
}

//! Rules as an owner would write them from the messages that are known.

use std::collections::{BTreeMap, BTreeSet};

use pasokh::domain::classify::{IntentSource, Matcher};
use pasokh::domain::message::Language;
use pasokh::domain::rules::IntentKind;
use pasokh::domain::text::fold;
use pasokh::rules::gate::starter_gate;

use crate::corpora::Message;

/// What is written for one intent: keywords, and messages.
#[derive(Clone, Default)]
pub struct Written {
    pub keywords: Vec<String>,
    pub examples: Vec<String>,
}

pub type RuleSet = BTreeMap<String, Written>;

pub fn source(name: &str, written: Written) -> IntentSource {
    let list = |texts: Vec<String>| BTreeMap::from([(Language::En, texts)]);
    IntentSource {
        name: name.to_owned(),
        kind: IntentKind::Question,
        phrases: list(written.keywords),
        patterns: Vec::new(),
        not: BTreeMap::new(),
        negation_cancels: false,
        max_words: None,
        fuzzy_off: BTreeSet::new(),
        examples: list(written.examples),
        counterexamples: BTreeMap::new(),
    }
}

pub fn sources(rules: &RuleSet) -> Vec<IntentSource> {
    rules.iter().map(|(name, written)| source(name, written.clone())).collect()
}

pub fn compile(rules: &RuleSet) -> Matcher {
    Matcher::compile(&sources(rules), &starter_gate()).unwrap()
}

/// Every known message is an example.
pub fn all_examples(known: &[&Message]) -> RuleSet {
    let mut rules = RuleSet::new();
    for message in known {
        rules.entry(message.label.clone()).or_default().examples.push(message.text.clone());
    }
    rules
}

/// A few examples an intent, evenly from its known messages, and its most telling words.
pub fn few(known: &[&Message], examples: usize, keywords: usize) -> RuleSet {
    let mut rules = all_examples(known);
    let telling = telling_words(known, keywords);
    for (name, written) in &mut rules {
        let step = (written.examples.len() / examples).max(1);
        written.examples = written.examples.iter().step_by(step).take(examples).cloned().collect();
        written.keywords = telling.get(name).cloned().unwrap_or_default();
    }
    rules
}

fn words(text: &str) -> BTreeSet<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 1).map(str::to_owned).collect()
}

/// The words that speak most for an intent, by the chi-square of standing in its messages.
fn telling_words(known: &[&Message], count: usize) -> BTreeMap<String, Vec<String>> {
    let mut per_intent: BTreeMap<&str, f64> = BTreeMap::new();
    let mut per_word: BTreeMap<String, f64> = BTreeMap::new();
    let mut both: BTreeMap<(&str, String), f64> = BTreeMap::new();
    for message in known {
        *per_intent.entry(&message.label).or_default() += 1.0;
        for word in words(&message.text) {
            *per_word.entry(word.clone()).or_default() += 1.0;
            *both.entry((&message.label, word)).or_default() += 1.0;
        }
    }
    let all = f64::from(u32::try_from(known.len()).unwrap());
    let mut ranked: BTreeMap<String, Vec<(f64, String)>> = BTreeMap::new();
    for ((intent, word), with) in both {
        let (of_intent, of_word) = (per_intent[intent], per_word[&word]);
        // The fourfold table: with and without the word, inside and outside of the intent.
        let apart = with * (all - of_intent - of_word + with) - (of_word - with) * (of_intent - with);
        let margins = of_intent * of_word * (all - of_intent) * (all - of_word);
        if apart > 0.0 && margins > 0.0 {
            let chi_square = all * apart * apart / margins;
            ranked.entry(intent.to_owned()).or_default().push((chi_square, word));
        }
    }
    let best = |mut words: Vec<(f64, String)>| {
        words.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        words.into_iter().take(count).map(|(_, word)| word).collect()
    };
    ranked.into_iter().map(|(intent, words)| (intent, best(words))).collect()
}

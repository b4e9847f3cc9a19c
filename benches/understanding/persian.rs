//! The starter set's own examples, held out in turn, and spelt otherwise.

use std::collections::BTreeSet;

use pasokh::domain::classify::{GateSource, IntentSource, Matcher};
use pasokh::domain::message::Language;
use pasokh::domain::rules::IntentKind;
use pasokh::domain::understanding::Conclusion;
use pasokh::rules::gate::starter_gate;
use pasokh::rules::starter_sources;
use serde_json::json;

use crate::corpora::FOLDS;
use crate::judging::{Judged, accuracy, judge};
use crate::misspell::{Dice, Gaps, spelt_otherwise};
use crate::noise::SPELLINGS;
use crate::table::Table;

const CORPUS: &str = "starter set, Persian";

struct Case {
    text: String,
    label: String,
    kind: IntentKind,
    fold: usize,
}

pub fn measure(table: &mut Table, folds: usize) {
    table.heading("Persian spelling: the starter set's examples, every fifth held out");
    let ways = ways();
    let cases = cases();
    let mut judged: Vec<Vec<Judged>> = vec![Vec::new(); ways.len()];
    for fold in 0..folds {
        let matcher = without(fold);
        let asked: Vec<&Case> = cases.iter().filter(|case| case.fold == fold).collect();
        for ((_, spell), judged) in ways.iter().zip(&mut judged) {
            judged.extend(judge(&matcher, &asked, |matcher, case| answer(matcher, case, &spell(&case.text))));
        }
    }
    let clean = accuracy(&judged[0]);
    table.row(CORPUS, "right", "pasokh", clean, "%");
    for ((name, _), judged) in ways.iter().zip(&judged).skip(1) {
        table.row(CORPUS, &format!("lost, {name}"), "pasokh", clean - accuracy(judged), "points");
    }
    hand_over(table, &cases, &ways, folds);
}

type Way = (&'static str, Box<dyn Fn(&str) -> String + Sync>);

/// As written, each spelling, and all of them at once.
fn ways() -> Vec<Way> {
    let mut ways: Vec<Way> = vec![("as written", Box::new(str::to_owned))];
    for (name, spelling) in SPELLINGS {
        ways.push((name, Box::new(spelling)));
    }
    for (name, gaps) in [
        ("all at once", Gaps::Kept),
        ("all at once, ZWNJ dropped", Gaps::Dropped),
        ("all at once, ZWNJ as a space", Gaps::Spaces),
    ] {
        ways.push((name, Box::new(move |text| spelt_otherwise(text, &mut Dice::new(seed(text)), gaps))));
    }
    ways
}

/// The same noise for the same message, whoever is asked about it.
fn seed(text: &str) -> u64 {
    text.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)))
}

/// A complaint's topic is a matter of its own: there the conclusion is judged.
fn answer(matcher: &Matcher, case: &Case, text: &str) -> Judged {
    let understanding = matcher.understand(text, Some(Language::Fa));
    let score = understanding.best.as_ref().map_or(0.0, |best| best.score);
    let is_right = match case.kind {
        IntentKind::Complaint => matches!(understanding.conclusion, Conclusion::Complaint { .. }),
        _ => understanding.best.is_some_and(|best| best.intent == case.label),
    };
    Judged { score, is_right, fold: case.fold }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for source in starter_sources() {
        for (number, text) in source.examples.get(&Language::Fa).into_iter().flatten().enumerate() {
            let (text, label) = (text.clone(), source.name.clone());
            cases.push(Case { text, label, kind: source.kind, fold: number % FOLDS });
        }
    }
    cases
}

/// The starter set that never saw the examples of one part, not in its gate either.
fn without(fold: usize) -> Matcher {
    let mut held_out = BTreeSet::new();
    let mut keep = |source: &mut IntentSource| {
        for texts in source.examples.values_mut() {
            let mut number = 0;
            texts.retain(|text| {
                let is_kept = number % FOLDS != fold;
                number += 1;
                if !is_kept {
                    held_out.insert(text.clone());
                }
                is_kept
            });
        }
    };
    let mut sources = starter_sources();
    sources.iter_mut().for_each(&mut keep);
    let gate = starter_gate();
    let known = |texts: Vec<String>| texts.into_iter().filter(|text| !held_out.contains(text)).collect();
    let gate = GateSource { complaints: known(gate.complaints), contented: known(gate.contented), ..gate };
    Matcher::compile(&sources, &gate).unwrap()
}

fn hand_over(table: &Table, cases: &[Case], ways: &[Way], folds: usize) {
    let messages: Vec<_> = cases
        .iter()
        .map(|case| {
            let spelt: Vec<String> = ways.iter().map(|(_, spell)| spell(&case.text)).collect();
            json!({ "label": case.label, "fold": case.fold, "spelt": spelt })
        })
        .collect();
    let names: Vec<&str> = ways.iter().map(|(name, _)| *name).collect();
    let value = json!({ "corpus": CORPUS, "ways": names, "folds": folds, "messages": messages });
    table.hand_over("persian", &value);
}

//! What understanding reaches on public data: `cargo bench --bench understanding`
//!
//! `-- --quick` judges one part of five. The messages that were judged and the rows go to
//! `target/understanding`, where `tools/peers.py` finds them and prints its own beside.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a measurement that fails is none"
)]

mod corpora;
mod judging;
mod memory;
#[path = "../../tests/it/misspell.rs"]
mod misspell;
mod noise;
mod persian;
mod rule_sets;
mod speed;
mod table;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use corpora::{Corpus, FOLDS, Message};
use judging::{Judged, accuracy, best, bins, calibration_error, coverage, judge, percent};
use misspell::{Dice, with_mistakes};
use rule_sets::{RuleSet, all_examples, compile, few};
use table::Table;

/// In so many of a hundred words is a mistake.
const MISTAKES: usize = 30;
const EXAMPLES: usize = 3;
const KEYWORDS: usize = 15;

fn main() {
    let folds = if std::env::args().any(|arg| arg == "--quick") { 1 } else { FOLDS };
    let mut table = Table::new();
    let read = |(name, file)| Corpus::read(name, file).map_err(|error| println!("{error}")).ok();
    let banking = read(("BANKING77", "train.csv"));
    let shops: Vec<Corpus> = [
        ("curekart", "hint3/curekart_train.csv"),
        ("powerplay11", "hint3/powerplay11_train.csv"),
        ("sofmattress", "hint3/sofmattress_train.csv"),
    ]
    .into_iter()
    .filter_map(read)
    .collect();
    println!("{folds} of {FOLDS} parts judged, each by rules that were written from the other four.");
    speed::loads(&mut table, shops.iter().find(|corpus| corpus.name == "curekart"));
    speed::starter(&mut table);
    speed::messages(&mut table);
    persian::measure(&mut table, folds);
    for corpus in shops.iter().chain(&banking) {
        let set = Noisy::of(corpus);
        examples_alone(&mut table, &set, folds);
        set.hand_over(&table, folds);
    }
    if let Some(corpus) = &banking {
        few_examples(&mut table, &Noisy::of(corpus), folds);
    }
    table.finish();
}

/// A corpus, and its messages once more with typos.
struct Noisy<'c> {
    corpus: &'c Corpus,
    any: Vec<Message>,
    keyboard: Vec<Message>,
}

impl Noisy<'_> {
    fn of(corpus: &Corpus) -> Noisy<'_> {
        let (mut any, mut keyboard) = (Dice::new(1), Dice::new(2));
        let spelt = |message: &Message, text| Message { text, ..message.clone() };
        let any = corpus.messages.iter().map(|m| spelt(m, noise::typos(&m.text, MISTAKES, &mut any)));
        let keyboard =
            corpus.messages.iter().map(|m| spelt(m, with_mistakes(&m.text, MISTAKES, 4, &mut keyboard)));
        Noisy { corpus, any: any.collect(), keyboard: keyboard.collect() }
    }

    /// As written, with typos of any letter, with slips to neighbouring keys.
    fn readings(&self) -> [&[Message]; 3] {
        [&self.corpus.messages, &self.any, &self.keyboard]
    }

    fn judge(&self, folds: usize, rules: impl Fn(&[&Message]) -> RuleSet) -> [Vec<Judged>; 3] {
        let mut judged = [Vec::new(), Vec::new(), Vec::new()];
        for fold in 0..folds {
            let matcher = compile(&rules(&self.corpus.training(fold)));
            for (messages, judged) in self.readings().into_iter().zip(&mut judged) {
                let asked: Vec<&Message> = messages.iter().filter(|message| message.fold == fold).collect();
                judged.extend(judge(&matcher, &asked, |matcher, asked| {
                    best(matcher, &asked.text, &asked.label, fold)
                }));
            }
        }
        judged
    }

    fn hand_over(&self, table: &Table, folds: usize) {
        let [written, any, keyboard] = self.readings();
        let messages: Vec<Value> = written
            .iter()
            .zip(any.iter().zip(keyboard))
            .map(|(message, (any, keyboard))| {
                let Message { text, label, fold } = message;
                json!({ "label": label, "fold": fold, "spelt": [text, any.text, keyboard.text] })
            })
            .collect();
        let value = json!({ "corpus": self.corpus.name, "folds": folds, "messages": messages });
        table.hand_over(self.corpus.name, &value);
    }
}

fn examples_alone(table: &mut Table, set: &Noisy<'_>, folds: usize) {
    let name = set.corpus.name;
    table.heading(&format!(
        "{name}, {} messages: every other known message an example",
        set.corpus.messages.len()
    ));
    let judged = set.judge(folds, all_examples);
    common_rows(table, name, &judged);
    let coverage = coverage(&judged[0]);
    table.row(name, "answered, threshold for 98 % right", "pasokh", coverage.answered, "%");
    table.row(name, "right of those answered", "pasokh", coverage.precision, "%");
    table.row(name, "calibration error of the score", "pasokh", calibration_error(&judged[0]), "points");
    println!("  score: share of messages, mean score, share right");
    for (number, bin) in bins(&judged[0]).iter().enumerate() {
        let share = percent(bin.messages, judged[0].len());
        println!("    0.{number}–: {share:5.1} % {:.3} {:.3}", bin.score, bin.right);
    }
}

fn common_rows(table: &mut Table, name: &str, judged: &[Vec<Judged>; 3]) {
    let clean = accuracy(&judged[0]);
    table.row(name, "right", "pasokh", clean, "%");
    table.row(name, "lost, typos of any letter", "pasokh", clean - accuracy(&judged[1]), "points");
    table.row(name, "lost, slips on the keyboard", "pasokh", clean - accuracy(&judged[2]), "points");
}

/// What an owner reaches in an hour: three examples and fifteen keywords an intent.
fn few_examples(table: &mut Table, set: &Noisy<'_>, folds: usize) {
    table.heading("BANKING77 with 3 examples and 15 keywords an intent");
    let without = |forget: fn(&mut rule_sets::Written)| {
        move |known: &[&Message]| {
            let mut rules = few(known, EXAMPLES, KEYWORDS);
            rules.values_mut().for_each(forget);
            rules
        }
    };
    type Forget = fn(&mut rule_sets::Written);
    let kinds: [(&str, Forget); 3] = [
        ("BANKING77, 3 examples + 15 keywords", |_| {}),
        ("BANKING77, 3 examples", |written| written.keywords.clear()),
        ("BANKING77, 15 keywords", |written| written.examples.clear()),
    ];
    for (name, forget) in kinds {
        common_rows(table, name, &set.judge(folds, without(forget)));
    }
    let rules: Vec<Value> = (0..folds)
        .map(|fold| {
            let rules = few(&set.corpus.training(fold), EXAMPLES, KEYWORDS);
            let written: BTreeMap<&String, Value> = rules
                .iter()
                .map(|(name, written)| (name, json!([written.examples, written.keywords])))
                .collect();
            json!(written)
        })
        .collect();
    table.hand_over("few", &json!(rules));
}

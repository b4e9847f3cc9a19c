//! The built-in dissatisfaction gate, with the common words of both languages.
//!
//! `gate.yaml` is part of the program; out comes the plain value that the
//! matcher is compiled from. A test proves that the file can be read, so a
//! daemon never meets a broken one.
//!
//! Invariant: the wire types here are known nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::domain::classify::{Cancelled, GateGroup, GateSource, Past, Phrases};
use crate::domain::message::Language;
use crate::domain::rules::IntentKind;
use crate::domain::text::fold;
use crate::rules::{intents, starter};

const GATE: &str = include_str!("gate.yaml");
const UNKNOWN: &str = include_str!("unknown.yaml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GateFile {
    dissatisfaction: Vec<GroupEntry>,
    negation: Lists,
    contrast: Lists,
    conditional: Lists,
    clause_starts: Lists,
    asking: Lists,
    filler: Lists,
    known: Lists,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupEntry {
    group: String,
    weight: u32,
    #[serde(default)]
    cancelled_by: Option<CancelledBy>,
    #[serde(default)]
    past_of: Option<PastOf>,
    #[serde(default)]
    fa: Vec<String>,
    #[serde(default)]
    en: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum CancelledBy {
    Negation,
    Condition,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum PastOf {
    Customer,
    Us,
}

#[derive(Deserialize, Default)]
struct Lists {
    #[serde(default)]
    fa: Vec<String>,
    #[serde(default)]
    en: Vec<String>,
}

impl Lists {
    fn phrases(self) -> Phrases {
        BTreeMap::from([(Language::Fa, self.fa), (Language::En, self.en)])
    }
}

impl GroupEntry {
    fn group(self) -> GateGroup {
        GateGroup {
            name: self.group,
            weight: self.weight,
            cancelled: match self.cancelled_by {
                None => Cancelled::Never,
                Some(CancelledBy::Negation) => Cancelled::ByNegation,
                Some(CancelledBy::Condition) => Cancelled::ByCondition,
            },
            past: self.past_of.map(|past| match past {
                PastOf::Customer => Past::Customers,
                PastOf::Us => Past::Ours,
            }),
            phrases: Lists { fa: self.fa, en: self.en }.phrases(),
        }
    }
}

/// The gate that comes with the program.
#[expect(clippy::expect_used, reason = "the files are compiled in, and the test below reads them")]
pub fn starter_gate() -> GateSource {
    let file: GateFile = serde_yaml::from_str(GATE).expect("gate.yaml is readable");
    let unknown: Lists = serde_yaml::from_str(UNKNOWN).expect("unknown.yaml is readable");
    let (complaints, contented) = starter_complaints();
    GateSource {
        groups: file.dissatisfaction.into_iter().map(GroupEntry::group).collect(),
        negation: file.negation.phrases(),
        contrast: file.contrast.phrases(),
        conditional: file.conditional.phrases(),
        clause_starts: file.clause_starts.phrases(),
        asking: file.asking.phrases(),
        filler: file.filler.phrases(),
        known: file.known.phrases(),
        complaints,
        contented,
        unknown: unknown.fa.into_iter().chain(unknown.en).collect(),
    }
}

/// What the starter set knows of customers with a complaint and without one.
fn starter_complaints() -> (Vec<String>, Vec<String>) {
    let (mut complaints, mut contented) = (Vec::new(), Vec::new());
    for file in starter::intents() {
        let Some(intent) = intents::read(&file, &mut Vec::new()) else { continue };
        let texts = |lists: &Phrases| lists.values().flatten().cloned().collect::<Vec<_>>();
        if intent.source.kind == IntentKind::Complaint {
            complaints.extend(texts(&intent.source.examples));
            contented.extend(texts(&intent.source.counterexamples));
        } else {
            contented.extend(texts(&intent.source.examples));
        }
    }
    (complaints, contented)
}

/// Words of politeness, grammar and asking, folded: they tell no subject from another.
pub fn fillers() -> BTreeSet<String> {
    let gate = starter_gate();
    let lists = [gate.filler, gate.asking, gate.negation, gate.clause_starts, gate.conditional];
    let phrases = lists.into_iter().flat_map(BTreeMap::into_values).flatten();
    let words = phrases.flat_map(|phrase| {
        let words = phrase.split([' ', '|']).map(|word| fold(word.trim_matches(['=', '*'])));
        words.collect::<Vec<_>>()
    });
    words.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::classify::Matcher;

    #[test]
    fn the_built_in_gate_compiles_without_a_mistake() {
        let gate = starter_gate();
        assert!(gate.groups.len() > 10);
        if let Err(errors) = Matcher::compile(&[], &gate) {
            panic!("{errors:#?}");
        }
    }
}

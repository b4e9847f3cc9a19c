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
use crate::domain::text::fold;

const GATE: &str = include_str!("gate.yaml");

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
#[expect(clippy::expect_used, reason = "the file is compiled in, and the test below reads it")]
pub fn starter_gate() -> GateSource {
    let file: GateFile = serde_yaml::from_str(GATE).expect("gate.yaml is readable");
    GateSource {
        groups: file.dissatisfaction.into_iter().map(GroupEntry::group).collect(),
        negation: file.negation.phrases(),
        contrast: file.contrast.phrases(),
        conditional: file.conditional.phrases(),
        clause_starts: file.clause_starts.phrases(),
        asking: file.asking.phrases(),
        filler: file.filler.phrases(),
        known: file.known.phrases(),
    }
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

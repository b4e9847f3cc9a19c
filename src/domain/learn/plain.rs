//! A model as plain values, to be kept elsewhere and taken back.
//!
//! Invariant: what is taken back judges as the model did, to the last bit.

use super::chance::Chance;
use super::confidence::Confidence;
use super::engine::{Engine, Lines};
use super::features::Group;
use super::lesson::Teaches;
use super::model::Model;
use super::nearest::Examples;
use super::vocabulary::Vocabulary;

/// Everything that a model is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plain {
    /// Hashes of the features by their numbers, with their sorts and how much they say.
    pub hashes: Vec<u64>,
    pub groups: Vec<u8>,
    pub rarity: Vec<f32>,
    /// So many of them are in more than one lesson.
    pub common: u32,
    /// Weights by feature: where those of each begin, and labels with their weights.
    pub starts: Vec<u32>,
    pub cells: Vec<(u16, f32)>,
    pub biases: Vec<f32>,
    /// What each unit of a text says for a label, and each feature against all labels.
    pub units: Vec<f32>,
    pub against: Vec<f32>,
    /// Examples that neighbours are looked for among, and what they teach.
    pub examples: Vec<(u32, Teaches)>,
    pub holder_starts: Vec<u32>,
    pub holders: Vec<(u32, f32)>,
    pub complaints: Vec<bool>,
    /// How signs become chances: weights, and the bias last.
    pub answers: Vec<f64>,
    pub complains: Vec<f64>,
    pub faith: f32,
}

impl Model {
    pub fn to_plain(&self) -> Plain {
        let Model { vocabulary, engine, complaints, confidence } = self;
        let Lines { starts, cells, biases, units, against } = &engine.lines;
        Plain {
            hashes: vocabulary.hashes(),
            groups: vocabulary.groups.iter().map(|group| *group as u8).collect(),
            rarity: vocabulary.rarity.clone(),
            common: vocabulary.common,
            starts: starts.clone(),
            cells: cells.clone(),
            biases: biases.clone(),
            units: units.clone(),
            against: against.clone(),
            examples: engine
                .examples
                .lessons
                .iter()
                .map(|(lesson, teaches)| (u32::try_from(*lesson).unwrap_or(u32::MAX), *teaches))
                .collect(),
            holder_starts: engine.examples.starts.clone(),
            holders: engine.examples.holders.clone(),
            complaints: complaints.clone(),
            answers: confidence.answers.to_plain(),
            complains: confidence.complaints.to_plain(),
            faith: confidence.faith,
        }
    }

    /// None for values that no model has.
    pub fn from_plain(plain: Plain) -> Option<Model> {
        let Plain {
            hashes, rarity, common, starts, cells, biases, units, against, complaints, faith, ..
        } = plain;
        let groups: Vec<Group> = plain
            .groups
            .iter()
            .map(|group| Group::ALL.get(usize::from(*group)).copied())
            .collect::<Option<_>>()?;
        if hashes.len() != groups.len() || rarity.len() != groups.len() {
            return None;
        }
        let words = groups.iter().map(|group| *group == Group::Words).collect();
        let vocabulary = Vocabulary::from_plain(&hashes, groups, rarity, common);
        let lessons = plain.examples.iter().map(|(lesson, teaches)| (*lesson as usize, *teaches)).collect();
        let examples = Examples { lessons, starts: plain.holder_starts, holders: plain.holders, words };
        let confidence = Confidence {
            answers: Chance::from_plain(&plain.answers)?,
            complaints: Chance::from_plain(&plain.complains)?,
            faith,
        };
        let engine = Engine { lines: Lines { starts, cells, biases, units, against }, examples };
        Some(Model { vocabulary, engine, complaints, confidence })
    }
}

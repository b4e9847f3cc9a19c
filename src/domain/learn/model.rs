//! The learner as the matcher asks it.
//!
//! A [`Teaching`] comes in, a [`Model`] comes out. Asked about a text, it says
//! which label the text most likely has, how likely that is right, and how
//! likely the customer complains.
//!
//! Invariant: equal teaching gives an equal model; `judge` is total and its
//! cost does not grow with the number of lessons that share no rare word with
//! the text.

use super::confidence::{Confidence, signs, trials};
use super::engine::{Engine, Material, add_votes};
use super::lesson::{Teaching, Vote};
use super::nearest::Nearest;
use super::vocabulary::{Vector, Vocabulary};

#[derive(Debug, Clone, Default)]
pub struct Model {
    pub(super) vocabulary: Vocabulary,
    pub(super) engine: Engine,
    pub(super) complaints: Vec<bool>,
    pub(super) confidence: Confidence,
}

/// What is asked: a text's folded words and what the phrases found in it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Question<'q> {
    pub words: &'q [&'q str],
    pub votes: &'q [Vote],
    /// Labels that the rules forbid for this text.
    pub barred: &'q [usize],
}

/// A label that a text may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    pub label: usize,
    /// How likely it is that an answer by this label is right.
    pub confidence: f64,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judgement {
    pub best: Option<Ranked>,
    pub runner_up: Option<Ranked>,
    /// How likely the customer complains.
    pub complains: f64,
    /// The nearest lesson, by its place in the teaching, and its similarity from 0 to 1.
    pub nearest: Option<(usize, f32)>,
}

impl Model {
    pub fn learn(teaching: &Teaching) -> Model {
        let texts: Vec<Vec<&str>> =
            teaching.lessons.iter().map(|lesson| lesson.words.iter().map(String::as_str).collect()).collect();
        let (vocabulary, vectors) = Vocabulary::of(&texts);
        let material = Material { teaching, vectors: &vectors, vocabulary: &vocabulary };
        let trials = trials(teaching);
        let (engine, heights) = Engine::learn(material, &trials);
        let confidence = Confidence::find(material, &engine, &trials, heights);
        Model { vocabulary, engine, complaints: teaching.complaints.clone(), confidence }
    }

    pub fn judge(&self, question: &Question<'_>) -> Judgement {
        let vector = self.vocabulary.vector(question.words);
        let mut heights = self.engine.heights(&vector);
        let nearest = self.engine.nearest(&vector);
        let complaint = heights.pop().unwrap_or_default();
        add_votes(&mut heights, question.votes, self.confidence.faith);
        let standing = Standing {
            heights: &heights,
            complaint,
            vector: &vector,
            nearest: &nearest,
            votes: question.votes,
            words: question.words.len(),
        };
        let mut open: Vec<usize> = (0..heights.len())
            .filter(|label| !self.complaints.get(*label).copied().unwrap_or(false))
            .filter(|label| !question.barred.contains(label))
            .collect();
        let height = |label: &usize| heights.get(*label).copied().unwrap_or(f32::MIN);
        open.sort_by(|a, b| height(b).total_cmp(&height(a)));
        let ranked = |place: usize| {
            let label = *open.get(place)?;
            let confidence = self.confidence.answer(&signs(&standing, label, &open));
            Some(Ranked { label, confidence })
        };
        Judgement {
            best: ranked(0),
            runner_up: ranked(1),
            complains: self.confidence.complaint(&standing, heights.len()),
            nearest: nearest.first().map(|near| (near.lesson, near.similarity)),
        }
    }
}

/// Words of a question, by their places, and how much they speak for a label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heard {
    pub first: usize,
    pub second: usize,
    pub weight: f32,
}

impl Model {
    /// What speaks for a label in a text, the strongest first.
    pub fn heard(&self, words: &[&str], label: usize) -> Vec<Heard> {
        let vector = self.vocabulary.vector(words);
        let mut heard: Vec<Heard> = Vec::new();
        super::features::features(words, |feature| {
            let Some(number) = self.vocabulary.number(feature.hash) else { return };
            let entry = vector.entries.binary_search_by_key(&number, |(number, _)| *number);
            let there = entry.ok().and_then(|at| vector.entries.get(at)).map_or(0.0, |(_, there)| *there);
            let weight = self.engine.weight(number, label) * there;
            let (first, second) = (usize::from(feature.first), usize::from(feature.second));
            match heard.iter_mut().find(|other| other.first == first && other.second == second) {
                Some(other) => other.weight += weight,
                None => heard.push(Heard { first, second, weight }),
            }
        });
        heard.retain(|heard| heard.weight > 0.0);
        heard.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        heard
    }
}

/// How a text stands to what was learnt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'s> {
    pub heights: &'s [f32],
    /// Height above the complaint line.
    pub complaint: f32,
    pub vector: &'s Vector,
    pub nearest: &'s [Nearest],
    pub votes: &'s [Vote],
    pub words: usize,
}

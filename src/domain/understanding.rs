//! What the classifier makes of a text, with its evidence.
//!
//! The same record is stored with the decision and printed by `explain`.

use crate::domain::message::Language;

/// Name of an intent, the stem of its file.
pub type IntentName = String;

/// An intent and how sure the matcher is of it, from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub intent: IntentName,
    pub score: f64,
}

/// A phrase of the rules and the customer's own words that it matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub phrase: String,
    pub matched: String,
    /// What the phrase speaks for: an intent's name, or `dissatisfaction`.
    pub speaks_for: String,
}

/// What the matcher concluded, in the order of requirements §4.1 (i).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conclusion {
    /// One intent, surely.
    One(IntentName),
    /// Two questions on separate words: both may be answered.
    Both(IntentName, IntentName),
    /// Two near topics on the same words: ask which.
    Either(IntentName, IntentName),
    /// The gate or a complaint phrase: a complaint, with the best question as its topic.
    Complaint { topic: Option<IntentName> },
    /// Nothing was sure enough.
    Nothing,
}

impl Conclusion {
    /// The intents that were concluded; a complaint's topic is none of them.
    pub fn intents(&self) -> Vec<IntentName> {
        match self {
            Conclusion::One(intent) => vec![intent.clone()],
            Conclusion::Both(first, second) | Conclusion::Either(first, second) => {
                vec![first.clone(), second.clone()]
            }
            Conclusion::Complaint { .. } | Conclusion::Nothing => Vec::new(),
        }
    }
}

/// The whole understanding of one visible text.
#[derive(Debug, Clone, PartialEq)]
pub struct Understanding {
    pub language: Language,
    pub conclusion: Conclusion,
    /// The best intent, also when it was not sure enough.
    pub best: Option<Scored>,
    pub runner_up: Option<Scored>,
    /// Sum of the dissatisfaction gate's weights; 2 and more is a complaint.
    pub dissatisfaction: u32,
    pub evidence: Vec<Evidence>,
}

/// Why a text was understood so: for `explain`, and not kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reasons {
    /// The words as they are compared.
    pub folded: String,
    /// How likely the customer complains, from 0 to 1, and from where on nobody is answered.
    pub complains: f64,
    pub may_complain: f64,
    /// The score that the best intent needs.
    pub needed: Option<f64>,
    /// The example that is nearest.
    pub nearest: Option<NearestExample>,
    /// Words that speak for the best intent, with their weights, the strongest first.
    pub words: Vec<(String, f64)>,
    /// What forbids the best intent, however likely it is: a negation, or a question besides it.
    pub objections: Vec<Evidence>,
    /// Phrases of `not` that rule an intent out.
    pub vetoes: Vec<Evidence>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NearestExample {
    pub text: String,
    /// What it is an example of; none for what fits no intent.
    pub intent: Option<IntentName>,
    /// From 0 to 1; 1 has the same words.
    pub similarity: f64,
}

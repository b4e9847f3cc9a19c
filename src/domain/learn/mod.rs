//! Learning from examples: what a linear model makes of an owner's examples.
//!
//! Lessons (folded words with what they mean) come in as a [`Teaching`]; out
//! comes a [`Model`] that ranks labels, says how likely its answer is right,
//! and how likely a customer complains. Nothing here knows intents or YAML.
//!
//! Invariant: everything is a function of the lessons: no clock, no chance.

mod chance;
mod confidence;
mod engine;
mod features;
mod lesson;
mod model;
mod nearest;
mod numbers;
mod odds;
pub(in crate::domain) mod parallel;
mod plain;
mod separator;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use confidence::MAY_COMPLAIN;
pub use lesson::{Lesson, Teaches, Teaching, Vote};
pub use model::{Heard, Judgement, Model, Question, Ranked};
pub use plain::Plain;

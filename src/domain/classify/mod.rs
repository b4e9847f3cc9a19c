//! Which intent does a text carry, and how sure is that?
//!
//! An owner's phrases and the dissatisfaction gate are compiled into one
//! [`Matcher`]. A visible text comes in; out comes an [`Understanding`](crate::domain::understanding::Understanding): the
//! conclusion in the fixed order of requirements §4.1 (i), the score, the
//! runner-up, and the customer's own words as evidence.
//!
//! Invariant: `understand` is total and linear in the text, of which it reads
//! at most 20,000 characters and 2,000 words; what is not surely a common
//! question is `Nothing`, which a person will read.

mod source;
mod phrase;
mod compile;
mod lexicon;
mod endings;
mod spelling;
mod table;
mod misspelling;
mod slips;
mod finglish;
mod alignment;
mod spacing;
mod meaning;
mod reads;
mod words;
mod english;
mod persian;
mod search;
mod pairs;
mod patterns;
mod literals;
mod reading;
mod candidates;
mod respelling;
mod learnt;
mod conclude;
mod understand;
mod reasons;
mod examples;

pub use compile::Matcher;
pub use examples::{judge_counterexample, judge_example};
pub use learnt::Memory;
pub(in crate::domain) use reading::Reading;
pub use reading::Standing;
pub(in crate::domain) use search::{Found, Role, Speaks};
pub use source::{Cancelled, GateGroup, GateSource, IntentSource, MatcherError, Past, PhraseList, Phrases};

/// The one intent that is known by its name: a report of a message that only
/// pretends to be ours goes before everything but a complaint.
pub const SUSPICIOUS_REPORT: &str = "suspicious_report";

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

mod candidates;
mod compile;
mod conclude;
mod endings;
mod examples;
mod learnt;
mod lexicon;
mod phrase;
mod reading;
mod reasons;
mod search;
mod source;
mod understand;

pub use compile::Matcher;
pub use examples::{judge_counterexample, judge_example};
pub(in crate::domain) use reading::Reading;
pub(in crate::domain) use search::{Found, Role, Speaks};
pub use source::{Cancelled, GateGroup, GateSource, IntentSource, MatcherError, Past, PhraseList, Phrases};

/// The one intent that is known by its name: a report of a message that only
/// pretends to be ours goes before everything but a complaint.
pub const SUSPICIOUS_REPORT: &str = "suspicious_report";

//! Do an owner's examples and counterexamples hold?
//!
//! Invariant: an example holds if the matcher, asked alone, comes to the
//! intent and to nothing else.

use super::compile::Matcher;
use crate::domain::message::Language;
use crate::domain::rules::IntentKind;
use crate::domain::understanding::{Conclusion, Understanding};

/// An example must be understood as its intent; one of a complaint intent as a complaint.
#[expect(
    clippy::result_large_err,
    reason = "the whole understanding is the explanation, and checks are rare"
)]
pub fn judge_example(
    matcher: &Matcher,
    intent: &str,
    kind: IntentKind,
    text: &str,
    hint: Option<Language>,
) -> Result<(), Understanding> {
    let understanding = matcher.understand(text, hint);
    if means(&understanding.conclusion, intent, kind) { Ok(()) } else { Err(understanding) }
}

/// A counterexample must not be understood as the intent, not even as one of two.
#[expect(
    clippy::result_large_err,
    reason = "the whole understanding is the explanation, and checks are rare"
)]
pub fn judge_counterexample(
    matcher: &Matcher,
    intent: &str,
    kind: IntentKind,
    text: &str,
    hint: Option<Language>,
) -> Result<(), Understanding> {
    let understanding = matcher.understand(text, hint);
    let named = match &understanding.conclusion {
        Conclusion::Both(one, other) | Conclusion::Either(one, other) => one == intent || other == intent,
        conclusion => means(conclusion, intent, kind),
    };
    if named { Err(understanding) } else { Ok(()) }
}

fn means(conclusion: &Conclusion, intent: &str, kind: IntentKind) -> bool {
    match conclusion {
        Conclusion::One(name) => name == intent,
        Conclusion::Complaint { .. } => kind == IntentKind::Complaint,
        Conclusion::Both(..) | Conclusion::Either(..) | Conclusion::Nothing => false,
    }
}

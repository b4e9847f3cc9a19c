//! Groups of messages that no intent serves, as `pasokh learn --unmatched` prints them.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::report::learned::one_line;

/// One group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmatchedGroup {
    pub count: usize,
    /// The most typical messages, masked; at most three.
    pub samples: Vec<String>,
    /// Words that an intent for them could be known by, the strongest first.
    pub keywords: Vec<String>,
    /// The intent that came nearest, where it is the same for most of them.
    pub nearest: Option<String>,
}

/// All of what was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmatchedReport {
    /// Messages that were filed with no intent.
    pub messages: usize,
    /// Two messages and more; the largest first.
    pub groups: Vec<UnmatchedGroup>,
    /// Messages that are like no other.
    pub alone: usize,
}

/// For people.
pub fn text(report: &UnmatchedReport) -> String {
    let mut text = format!("{} messages were filed with no intent.\n", report.messages);
    for group in &report.groups {
        let _ = writeln!(text, "\n{} messages: {}", group.count, group.keywords.join(", "));
        if let Some(nearest) = &group.nearest {
            let _ = writeln!(text, "  nearest intent: {nearest}");
        }
        for sample in &group.samples {
            let _ = writeln!(text, "  - {}", one_line(sample));
        }
    }
    if report.alone > 0 {
        let _ = writeln!(text, "\n{} are like no other.", report.alone);
    }
    text
}

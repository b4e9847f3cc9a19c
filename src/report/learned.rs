//! Lessons as `pasokh learn` prints them and `data/learned/` keeps them: a line each.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::judgement::{Label, LearnedExample};
use crate::domain::teach::{Fate, Lesson, Teacher};

/// One labelled message, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnedRow {
    /// Tracking code of its complaint; with `-no` when the customer's "no" is the lesson.
    pub id: String,
    pub text: String,
    pub language: String,
    /// An intent, `not INTENT`, `kind KIND`, or `none`: it fits no intent.
    pub label: String,
    /// `staff` or `customer`.
    pub source: String,
    pub at: Timestamp,
    /// `pending`, `accepted` or `dropped`.
    pub fate: String,
}

impl LearnedRow {
    pub fn of(lesson: &Lesson, example: &LearnedExample) -> LearnedRow {
        LearnedRow {
            id: lesson.id.to_string(),
            text: example.text.clone(),
            language: example.language.tag().to_owned(),
            label: label(&example.label),
            source: match lesson.id.teacher {
                Teacher::Staff => "staff",
                Teacher::Customer => "customer",
            }
            .to_owned(),
            at: lesson.at,
            fate: match lesson.fate {
                Fate::Pending => "pending",
                Fate::Accepted => "accepted",
                Fate::Dropped => "dropped",
            }
            .to_owned(),
        }
    }
}

fn label(label: &Label) -> String {
    match label {
        Label::Intent(name) => name.clone(),
        Label::Not(name) => format!("not {name}"),
        Label::Kind(kind) => format!("kind {}", kind.name()),
        Label::Nothing => "none".to_owned(),
    }
}

/// What became of one lesson that was to be accepted or dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnOutcome {
    pub id: String,
    pub done: bool,
    /// What was done, or why it was not.
    pub message: String,
}

/// The lessons that wait, for people.
pub fn list_text(rows: &[LearnedRow]) -> String {
    if rows.is_empty() {
        return "Nothing to accept. Lessons come from `complaint set` and from a customer's \"no\".\n"
            .to_owned();
    }
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(text, "{:<15} {}  {:<24} {}", row.id, row.language, row.label, one_line(&row.text));
    }
    text.push_str("\nTo take one: pasokh learn accept ID…   To leave it: pasokh learn drop ID…\n");
    if rows.iter().any(|row| row.label == "none") {
        text.push_str("`none` teaches already what the unknown looks like; `drop` takes it back.\n");
    }
    text
}

/// One line for every lesson.
pub fn outcomes_text(outcomes: &[LearnOutcome]) -> String {
    outcomes.iter().fold(String::new(), |mut text, outcome| {
        let _ = writeln!(text, "{}: {}", outcome.id, outcome.message);
        text
    })
}

const SHOWN_CHARS: usize = 100;

pub(super) fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN_CHARS {
        return line;
    }
    line.chars().take(SHOWN_CHARS - 1).chain(['…']).collect()
}

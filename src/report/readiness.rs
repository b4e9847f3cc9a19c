//! How near each intent is to answering alone, as `pasokh learn --readiness` prints it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::domain::rules::{Intent, Mode};
use crate::domain::teach::readiness::Counts;

/// One intent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadinessRow {
    pub intent: String,
    /// The mode that it has now.
    pub mode: String,
    /// Decisions to say its reply, by the mode that they were taken in.
    pub would_answer: WouldAnswer,
    /// Judged by people: right, wrong; the others by nobody.
    pub right: u32,
    pub wrong: u32,
    pub unjudged: u32,
    /// Share of the judged that were right.
    pub precision: Option<f64>,
    /// What the counts prove of it: Wilson's lower bound at 95 %.
    pub lower_bound: f64,
    /// The bound that is asked for.
    pub target: f64,
    pub ready: bool,
    /// So many more judged messages, all right, would reach the target; null when no number is in sight.
    pub needed: Option<u32>,
    pub missing: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WouldAnswer {
    pub shadow: u32,
    pub suggest: u32,
    pub auto: u32,
}

impl ReadinessRow {
    pub fn of(intent: &Intent, counts: &Counts, target: f64) -> ReadinessRow {
        let needed = counts.needed(target);
        ReadinessRow {
            intent: intent.name.clone(),
            mode: intent.mode.name().to_owned(),
            would_answer: WouldAnswer { shadow: counts.shadow, suggest: counts.suggest, auto: counts.auto },
            right: counts.right,
            wrong: counts.wrong,
            unjudged: counts.all().saturating_sub(counts.judged()),
            precision: counts.precision().map(rounded),
            lower_bound: rounded(counts.lower_bound()),
            target,
            ready: needed == Some(0),
            needed,
            missing: missing(intent, counts, target, needed),
        }
    }
}

fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn missing(intent: &Intent, counts: &Counts, target: f64, needed: Option<u32>) -> String {
    let plural = |count: u32| if count == 1 { "" } else { "s" };
    match needed {
        Some(0) if intent.mode == Mode::Auto => "nothing: it answers, and rightly".to_owned(),
        Some(0) => "nothing: it may answer, write `mode: auto`".to_owned(),
        Some(more) if counts.wrong > 0 => format!(
            "needs {more} more judged message{}, all right, for a lower bound of {target}; {} of {} {} wrong: mend its phrases first",
            plural(more),
            counts.wrong,
            counts.judged(),
            if counts.wrong == 1 { "was" } else { "were" }
        ),
        Some(more) => {
            format!("needs {more} more judged message{} for a lower bound of {target}", plural(more))
        }
        None => format!("{} of {} were wrong: mend its phrases", counts.wrong, counts.judged()),
    }
}

/// For people: a line each, those with most messages first.
pub fn text(rows: &[ReadinessRow]) -> String {
    let mut text = format!(
        "{:<20} {:<8} {:>6} {:>6} {:>6} {:>9} {:>7}  missing\n",
        "intent", "mode", "would", "right", "wrong", "precision", "proven"
    );
    for row in rows {
        let WouldAnswer { shadow, suggest, auto } = row.would_answer;
        let precision = row.precision.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"));
        let _ = writeln!(
            text,
            "{:<20} {:<8} {:>6} {:>6} {:>6} {:>9} {:>7.3}  {}",
            row.intent,
            row.mode,
            shadow + suggest + auto,
            row.right,
            row.wrong,
            precision,
            row.lower_bound,
            row.missing
        );
    }
    text.push_str(
        "\nwould: so often its reply was or would have been sent. right, wrong: by what customers and staff \
         said. proven: Wilson's lower bound of the precision at 95 %.\n",
    );
    text
}

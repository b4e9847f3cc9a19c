//! `pasokh learn`: what people taught, and how near each intent is to answering alone.

use std::path::Path;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::cli::desk_line::{DeskLine, Way};
use crate::cli::{Ended, Failure, print, print_json};
use crate::gateway::door::Request;
use crate::report::learned::{LearnOutcome, LearnedRow, list_text, outcomes_text};
use crate::report::readiness::{self, ReadinessRow};
use crate::report::unmatched::{self, UnmatchedReport};
use crate::settings::Settings;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// How right each intent is on real messages, and what is missing before it may answer
    #[arg(long, conflicts_with = "unmatched")]
    readiness: bool,
    /// Messages that no intent serves, in groups, with the words they are known by
    #[arg(long)]
    unmatched: bool,
    /// The precision that must be proven
    #[arg(long, value_name = "SHARE", default_value_t = 0.95, requires = "readiness")]
    target: f64,
    /// Count only messages received from this day on
    #[arg(long, value_name = "DATE", requires = "readiness")]
    since: Option<Date>,
    #[command(flatten)]
    way: Way,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write lessons into the files of their intents; nothing is written that would break the rules
    Accept {
        #[arg(required = true)]
        ids: Vec<String>,
        /// The intent, where a lesson says only a kind
        #[arg(long, value_name = "NAME")]
        intent: Option<String>,
    },
    /// Leave lessons
    Drop {
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    if !(arguments.target > 0.0 && arguments.target < 1.0) {
        return Err(Failure::Usage("--target is a share between 0 and 1, like 0.95.".to_owned()));
    }
    let by = arguments.way.who();
    let (mut desk, settings) = DeskLine::open(config)?;
    let json = arguments.way.json;
    match &arguments.action {
        Some(Action::Accept { ids, intent }) => {
            settle(&mut desk, Request::AcceptLessons { ids: ids.clone(), by, intent: intent.clone() }, json)
        }
        Some(Action::Drop { ids }) => settle(&mut desk, Request::DropLessons { ids: ids.clone(), by }, json),
        None if arguments.readiness => {
            let since = arguments.since.map(|day| midnight(day, &settings)).transpose()?;
            let rows: Vec<ReadinessRow> = desk.ask(Request::Readiness { target: arguments.target, since })?;
            if json { print_json(&rows) } else { print(&readiness::text(&rows)) }
        }
        None if arguments.unmatched => {
            let report: UnmatchedReport = desk.ask(Request::Unmatched)?;
            if json { print_json(&report) } else { print(&unmatched::text(&report)) }
        }
        None => {
            let rows: Vec<LearnedRow> = desk.ask(Request::Lessons)?;
            if json { print_json(&rows) } else { print(&list_text(&rows)) }
        }
    }
}

/// Accepts or drops; one that could not be done is a failed check.
fn settle(desk: &mut DeskLine, request: Request, json: bool) -> Ended {
    let outcomes: Vec<LearnOutcome> = desk.ask(request)?;
    if json {
        print_json(&outcomes)?;
    } else {
        print(&outcomes_text(&outcomes))?;
    }
    if outcomes.iter().all(|outcome| outcome.done) { Ok(()) } else { Err(Failure::Check) }
}

fn midnight(day: Date, settings: &Settings) -> Result<Timestamp, Failure> {
    let start = day.to_zoned(settings.timezone.clone());
    start.map(|start| start.timestamp()).map_err(|error| Failure::Usage(error.to_string()))
}

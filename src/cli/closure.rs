//! `pasokh closure …`: days that are closed, or open, and that the settings did not foresee.

use std::path::Path;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use crate::cli::desk_line::{DeskLine, Way};
use crate::cli::{Ended, Failure, print, print_json};
use crate::domain::text::dates;
use crate::gateway::door::Request;
use crate::report::clocks::{self, ClosureLine, ClosureOutcome};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    way: Way,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Close a day, or several; due times of open cases move with it
    Add {
        /// 1405-02-20 or 2026-05-10
        date: String,
        /// Why; colleagues read it
        name: String,
        /// The last day of it
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
        /// Open in these hours instead, whatever the week and the holidays say: 10:00-14:00
        #[arg(long, value_name = "HOURS")]
        open: Vec<String>,
    },
    /// All that were added
    List,
    /// Take one back, by its first day
    Remove { date: String },
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    let by = arguments.way.who();
    let request = request(&arguments.action, by)?;
    let (mut desk, settings) = DeskLine::open(config)?;
    let language = settings.business.default_language();
    if let Request::Closures = request {
        let closures: Vec<ClosureLine> = desk.ask(request)?;
        return if arguments.way.json {
            print_json(&closures)
        } else {
            print(&clocks::closures_text(&closures, language))
        };
    }
    let outcome: ClosureOutcome = desk.ask(request)?;
    if arguments.way.json { print_json(&outcome) } else { print(&clocks::outcome_text(&outcome)) }
}

fn request(action: &Action, by: String) -> Result<Request, Failure> {
    Ok(match action {
        Action::List => Request::Closures,
        Action::Remove { date } => Request::RemoveClosure { from: day(date)?, by },
        Action::Add { date, name, until, open } => {
            let from = day(date)?;
            let until = until.as_deref().map(day).transpose()?.unwrap_or(from);
            let closure = ClosureLine { from, until, name: name.clone(), hours: open.clone() };
            Request::AddClosure { closure, by }
        }
    })
}

fn day(text: &str) -> Result<Date, Failure> {
    dates::parse_date(text)
        .ok_or_else(|| Failure::Usage(format!("{text:?} is not a date. Write 2026-05-10, or 1405-02-20.")))
}

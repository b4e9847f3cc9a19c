//! `pasokh warn`: customers hear that somebody writes in the shop's name.

use std::path::Path;

use clap::Args;
use jiff::{SignedDuration, Timestamp};

use crate::cli::desk_line::{DeskLine, Way};
use crate::cli::{Ended, print, print_json};
use crate::gateway::door::Request;
use crate::report::warning::WarningSheet;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Customers who have written within so many days
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=3650))]
    days: u16,
    /// Approve it: it goes out. Without this it is only shown
    #[arg(long)]
    send: bool,
    #[command(flatten)]
    way: Way,
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    let (mut desk, _) = DeskLine::open(config)?;
    let back = SignedDuration::from_hours(24 * i64::from(arguments.days));
    let since = Timestamp::now().saturating_sub(back).unwrap_or(Timestamp::MIN);
    let request = Request::Warn { since, send: arguments.send, by: arguments.way.who() };
    let sheet: WarningSheet = desk.ask(request)?;
    if arguments.way.json { print_json(&sheet) } else { print(&sheet.text()) }
}

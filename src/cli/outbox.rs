//! `pasokh outbox`: what has not gone out, and what never will.

use std::path::Path;

use clap::Args;

use crate::cli::desk_line::DeskLine;
use crate::cli::{Ended, print, print_json};
use crate::gateway::door::Request;
use crate::report::outbox::{self, UnsentRow};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    let (mut desk, _) = DeskLine::open(config)?;
    let rows: Vec<UnsentRow> = desk.ask(Request::Outbox)?;
    if arguments.json { print_json(&rows) } else { print(&outbox::text(&rows)) }
}

//! `pasokh export`: every message and how it ended, also while the daemon runs.

use std::path::Path;

use clap::Args;

use crate::cli::desk_line::DeskLine;
use crate::cli::{Ended, print, print_json};
use crate::gateway::door::Request;
use crate::gateway::export::PAGE;
use crate::report::messages::ExportedMessage;

#[derive(Debug, Args)]
pub struct Arguments {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    let (mut desk, _) = DeskLine::open(config)?;
    let mut after = 0;
    loop {
        let page: Vec<ExportedMessage> = desk.ask(Request::Export { after })?;
        for message in &page {
            after = message.message;
            if arguments.json {
                print_json(message)?;
            } else {
                print(&line(message))?;
            }
        }
        if page.len() < PAGE {
            return Ok(());
        }
    }
}

fn line(message: &ExportedMessage) -> String {
    format!(
        "{}  {:<8}  {:<11}  {:<20}  {}  {}\n",
        message.received_at,
        message.channel,
        message.disposition.as_deref().unwrap_or("waiting"),
        message.reason.as_deref().unwrap_or("-"),
        message.code.as_deref().unwrap_or("-"),
        message.delivery.as_deref().unwrap_or("-"),
    )
}

//! `pasokh verify`: the stored data against the journal.

use std::path::Path;

use clap::Args;
use serde_json::Value;

use crate::cli::desk_line::DeskLine;
use crate::cli::{Ended, Failure, print, print_json};
use crate::gateway::door::Request;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    let (mut desk, _) = DeskLine::open(config)?;
    let found: Value = desk.ask(Request::Verify)?;
    if arguments.json {
        print_json(&found)?;
    } else {
        print(&text(&found))?;
    }
    let fine = found.get("ok").and_then(Value::as_bool).unwrap_or(false);
    if fine { Ok(()) } else { Err(Failure::Check) }
}

fn text(found: &Value) -> String {
    let count = |name: &str| found.get(name).and_then(Value::as_u64).unwrap_or(0);
    let mut text = format!(
        "{} journal lines, {} messages, {} conversations, {} complaints, {} outbox rows, {} blobs\n",
        count("journal_lines"),
        count("messages"),
        count("conversations"),
        count("complaints"),
        count("outbox"),
        count("blobs"),
    );
    let faults = found.get("faults").and_then(Value::as_array).cloned().unwrap_or_default();
    for fault in &faults {
        text.push_str(fault.as_str().unwrap_or("an unreadable fault"));
        text.push('\n');
    }
    if faults.is_empty() {
        text.push_str("Everything agrees.\n");
    }
    text
}

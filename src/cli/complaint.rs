//! `pasokh complaint …`: the desk, on the command line.

use std::io::Read;
use std::path::Path;

use clap::{Args, Subcommand};

use crate::cli::complaint_moves::{self, Asked, Process};
use crate::cli::desk_line::{DeskLine, Way};
use crate::cli::{Ended, Failure, print, print_json, settings};
use crate::gateway::door::Request;
use crate::report::clocks::{self, CaseClocks};
use crate::report::complaints::{self, ComplaintRow, ComplaintSheet};
use crate::settings::{Secrets, Settings};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    way: Way,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// All complaints, the earliest due first
    List {
        /// Only those that are not closed
        #[arg(long, conflicts_with = "closed")]
        open: bool,
        /// Only closed ones
        #[arg(long)]
        closed: bool,
    },
    /// Everything about one complaint
    Show { code: String },
    /// The case on one page, as the customer may take it to an outside body
    Summary { code: String },
    /// How each due time came about, step by step
    Clocks { code: String },
    /// Answer the customer, on the channel they wrote on
    Reply {
        code: String,
        /// The text; `-` reads standard input
        #[arg(required_unless_present = "suggested")]
        text: Option<String>,
        /// Send the suggested reply, which `show` prints, as it stands
        #[arg(long, conflicts_with = "text")]
        suggested: bool,
        /// We need the customer's answer to go on
        #[arg(long)]
        wait: bool,
    },
    /// Say what it really is; the message then becomes an example to learn from
    Set {
        code: String,
        /// Name of the intent, or `none`: it fits none of them
        #[arg(long, value_name = "NAME", required_unless_present = "kind")]
        intent: Option<String>,
        /// complaint, question, request, suggestion, criticism or callback
        #[arg(long)]
        kind: Option<String>,
    },
    /// A remark for colleagues
    Note { code: String, text: String },
    /// Give it to somebody
    Assign { code: String, owner: String },
    /// Close it, and tell the customer
    Close {
        code: String,
        /// Kept as a note
        #[arg(long)]
        reason: Option<String>,
        /// What came of it: adopted, declined or forwarded; called or no_answer
        #[arg(long)]
        outcome: Option<String>,
        /// Do not tell the customer
        #[arg(long)]
        quiet: bool,
    },
    /// Open it again
    Reopen { code: String },
    #[command(flatten)]
    Process(Process),
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    // A wrong settings file is told before anything is opened.
    let _ = settings(config, Secrets::Optional)?;
    let by = arguments.way.who();
    let (mut desk, settings) = DeskLine::open(config)?;
    if let Action::Clocks { code } = &arguments.action {
        let clocks: CaseClocks = desk.ask(Request::Clocks { code: code.clone() })?;
        return if arguments.way.json {
            print_json(&clocks)
        } else {
            let language = settings.business.default_language();
            print(&clocks::clocks_text(&clocks, &settings.timezone, language))
        };
    }
    if let Action::Summary { code } = &arguments.action {
        let text: Option<String> = desk.ask(Request::Summary { code: code.clone() })?;
        return if arguments.way.json { print_json(&text) } else { print(&text.unwrap_or_default()) };
    }
    let acts = !matches!(arguments.action, Action::List { .. } | Action::Show { .. });
    let request = request(&arguments.action, by)?;
    if let Request::List { .. } = request {
        let rows: Vec<ComplaintRow> = desk.ask(request)?;
        return list(&rows, arguments.way.json, &settings);
    }
    let sheet: ComplaintSheet = desk.ask(request)?;
    if arguments.way.json {
        return print_json(&sheet);
    }
    if !acts {
        return print(&complaints::sheet_text(
            &sheet,
            &settings.timezone,
            settings.business.default_language(),
        ));
    }
    if let Action::Set { .. } = arguments.action {
        let topic = sheet.row.topic.as_deref().unwrap_or("no intent");
        return print(&format!("{} is a {} of {topic} now.\n", sheet.row.code, sheet.row.kind));
    }
    let when =
        if desk.is_alone() { " The daemon is not running: messages go out when it starts." } else { "" };
    print(&format!("{} is {} now.{when}\n", sheet.row.code, sheet.row.state))
}

fn request(action: &Action, by: String) -> Result<Request, Failure> {
    Ok(match action {
        Action::List { open, closed } => {
            Request::List { open: if *open { Some(true) } else { closed.then_some(false) } }
        }
        Action::Show { code } => Request::Show { code: code.clone() },
        Action::Summary { code } => Request::Summary { code: code.clone() },
        Action::Clocks { code } => Request::Clocks { code: code.clone() },
        Action::Reply { code, text: Some(text), suggested: false, wait } => {
            Request::Reply { code: code.clone(), by, text: written(text)?, wait: *wait }
        }
        Action::Reply { code, wait, .. } => Request::SendSuggestion { code: code.clone(), by, wait: *wait },
        Action::Set { code, intent, kind } => {
            Request::Set { code: code.clone(), by, intent: intent.clone(), kind: kind.clone() }
        }
        Action::Note { code, text } => Request::Note { code: code.clone(), by, text: written(text)? },
        Action::Assign { code, owner } => Request::Assign { code: code.clone(), by, owner: owner.clone() },
        Action::Close { code, reason, outcome, quiet } => Request::Close {
            code: code.clone(),
            by,
            reason: reason.clone(),
            outcome: outcome.clone(),
            tell: !quiet,
        },
        Action::Process(process) => match complaint_moves::asked(process, written)? {
            Asked::Move(code, made) => Request::Process { code, by, made },
            Asked::Merge { code, into } => Request::Merge { code, by, into },
            Asked::Snooze { code, clock } => Request::Snooze { code, by, clock },
            Asked::Distinct { code, from } => Request::TellApart { code, by, from },
        },
        Action::Reopen { code } => Request::Reopen { code: code.clone(), by },
    })
}

fn written(text: &str) -> Result<String, Failure> {
    if text != "-" {
        return Ok(text.to_owned());
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::Usage(format!("Could not read standard input: {error}")))?;
    Ok(text)
}

fn list(rows: &[ComplaintRow], json: bool, settings: &Settings) -> Ended {
    if json {
        return print_json(&rows);
    }
    print(&complaints::list_text(rows, &settings.timezone, settings.business.default_language()))
}

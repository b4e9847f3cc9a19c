//! `pasokh person …`: who may sign in to the console.

use std::path::Path;

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use crate::cli::desk_line::{DeskLine, Way};
use crate::cli::{Ended, print, print_json};
use crate::gateway::door::Request;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    way: Way,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// A link with which a person of the settings sets their password, good once and for 48 hours
    Invite { name: String },
    /// End every session of a person at once
    SignOut { name: String },
    /// Everybody who may sign in
    List,
}

#[derive(Debug, Serialize, Deserialize)]
struct Invitation {
    link: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct PersonLine {
    name: String,
    role: String,
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    let (mut desk, _) = DeskLine::open(config)?;
    let json = arguments.way.json;
    match &arguments.action {
        Action::Invite { name } => {
            let invitation: Invitation = desk.ask(Request::Invite { name: name.clone() })?;
            if json {
                return print_json(&invitation);
            }
            let link = invitation.link;
            print(&format!("For {name}, once and within 48 hours:\n{link}\n"))
        }
        Action::SignOut { name } => {
            let _: serde_json::Value = desk.ask(Request::EndSessions { name: name.clone() })?;
            if json { print_json(&serde_json::json!({})) } else { print(&format!("{name} is signed out.\n")) }
        }
        Action::List => {
            let people: Vec<PersonLine> = desk.ask(Request::People)?;
            if json {
                return print_json(&people);
            }
            let lines = people.iter().map(|person| format!("{:<20} {}\n", person.name, person.role));
            print(&lines.collect::<String>())
        }
    }
}

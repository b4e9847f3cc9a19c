//! `pasokh check`: settings and rules, all mistakes at once.

use std::io::IsTerminal;
use std::path::Path;

use clap::Args;
use serde::Serialize;

use crate::cli::{Ended, Failure, mistakes_in, print, print_json};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::rules;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Print the findings as one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Findings {
    ok: bool,
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Finding {
    severity: &'static str,
    file: String,
    line: usize,
    column: usize,
    message: String,
    help: Option<String>,
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    let found = rules::check(config);
    let mistakes = found.iter().filter(|finding| finding.severity == Severity::Error).count();
    if arguments.json {
        let findings = found.iter().map(Finding::of).collect();
        print_json(&Findings { ok: mistakes == 0, findings })?;
    } else {
        print(&diagnostic::report(&found, std::io::stdout().is_terminal()))?;
    }
    if mistakes > 0 {
        return Err(Failure::Usage(format!("{}; nothing was changed.", mistakes_in(mistakes))));
    }
    if !arguments.json {
        print("Settings and rules are fine.\n")?;
    }
    Ok(())
}

impl Finding {
    fn of(diagnostic: &Diagnostic) -> Finding {
        Finding {
            severity: diagnostic.severity.name(),
            file: diagnostic.file.clone(),
            line: diagnostic.line,
            column: diagnostic.column,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
        }
    }
}

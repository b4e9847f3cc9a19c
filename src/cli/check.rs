//! `pasokh check`: settings and rules, all mistakes at once.

use std::io::IsTerminal;
use std::path::Path;

use clap::Args;
use serde::Serialize;

use crate::cli::{Ended, Failure, mistakes_in, print, print_json};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::gateway::{Now, clocks};
use crate::rules::{self, Checked};
use crate::settings::{self, Secrets};

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
    let Checked { mut found, misunderstood } = rules::check(config);
    found.extend(days_ahead(config));
    let mistakes = found.iter().filter(|finding| finding.is_error()).count();
    let all: Vec<Diagnostic> = found.into_iter().chain(misunderstood.iter().cloned()).collect();
    if arguments.json {
        let ok = mistakes == 0 && misunderstood.is_empty();
        print_json(&Findings { ok, findings: all.iter().map(Finding::of).collect() })?;
    } else {
        print(&diagnostic::report(&all, std::io::stdout().is_terminal()))?;
    }
    if mistakes > 0 {
        return Err(Failure::Usage(format!("{}; nothing was changed.", mistakes_in(mistakes))));
    }
    if !misunderstood.is_empty() {
        if !arguments.json {
            let count = misunderstood.len();
            let what = if count == 1 { "example is" } else { "examples are" };
            print(&format!("The rules can be used, but {count} {what} not understood as written.\n"))?;
        }
        return Err(Failure::Check);
    }
    if !arguments.json {
        print("Settings and rules are fine.\n")?;
    }
    Ok(())
}

/// What the calendar should know about the days ahead, and whom the promises need: only that
/// somebody may be woken is a must. The daemon runs without, and wakes nobody.
fn days_ahead(config: Option<&Path>) -> Vec<Diagnostic> {
    let (settings, _) = settings::inspect(config, Secrets::Optional);
    let Some(settings) = settings else { return Vec::new() };
    let name = settings
        .file
        .as_deref()
        .map_or_else(|| settings::FILE_NAME.to_owned(), |file| file.display().to_string());
    let on_call = clocks::nobody_on_call(&settings.staff).map(|sentence| {
        Diagnostic::file(Severity::Error, name.clone(), sentence)
            .with_help("write `on_call: true` beside the name of whoever may be woken")
    });
    clocks::outlook(settings.calendars(), &settings.promises, Now::System.get())
        .into_iter()
        .chain(clocks::staffing(&settings.staff))
        .map(|sentence| Diagnostic::file(Severity::Warning, name.clone(), sentence))
        .chain(on_call)
        .collect()
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

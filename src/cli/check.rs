//! `pasokh check`: settings and rules, all mistakes at once.

use std::path::Path;

use clap::Args;
use serde::Serialize;

use crate::cli::{Ended, Failure, print, print_json};
use crate::diagnostic::{Diagnostic, Severity};
use crate::{rules, settings};

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
    let found = findings(config);
    let mistakes = found.iter().filter(|finding| finding.severity == Severity::Error).count();
    if arguments.json {
        let findings = found.iter().map(Finding::of).collect();
        print_json(&Findings { ok: mistakes == 0, findings })?;
    } else {
        for finding in &found {
            let source = std::fs::read_to_string(&finding.file).ok();
            print(&format!("{finding}\n{}\n", finding.render(source.as_deref())))?;
        }
    }
    if mistakes > 0 {
        return Err(Failure::Usage(format!("{mistakes} mistakes; nothing was changed.")));
    }
    if !arguments.json {
        print("Settings and rules are fine.\n")?;
    }
    Ok(())
}

fn findings(config: Option<&Path>) -> Vec<Diagnostic> {
    let (settings, mut found) = match settings::load(config) {
        Ok(loaded) => loaded,
        Err(mistakes) => return mistakes,
    };
    match rules::load(&settings) {
        Ok((_, warnings)) => found.extend(warnings),
        Err(mistakes) => found.extend(mistakes),
    }
    found
}

impl Finding {
    fn of(diagnostic: &Diagnostic) -> Finding {
        Finding {
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            file: diagnostic.file.display().to_string(),
            line: diagnostic.line,
            column: diagnostic.column,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
        }
    }
}

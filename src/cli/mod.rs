//! The commands: one file each.
//!
//! Arguments are read here, every command gives back what it found or why it
//! could not, and that becomes the exit code: 0 fine, 1 a check failed, 2
//! settings, rules or usage wrong, 3 something outside failed.
//!
//! Invariant: facts go to standard output, everything else to standard error.

mod check;
mod closure;
mod complaint;
mod complaint_moves;
mod desk_line;
mod explain;
mod export;
mod learn;
mod outbox;
mod person;
mod report;
mod run;
mod verify;
mod warn;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::diagnostic::Diagnostic;
use crate::domain::rules::Rules;
use crate::rules;
use crate::settings::{self, Secrets, Settings};

#[derive(Debug, Parser)]
#[command(
    name = "pasokh",
    version,
    about = "Answers customers by mail, Telegram and live chat; files the rest for people"
)]
struct Arguments {
    /// The settings file [default: pasokh.yaml if it is there, else built-in settings]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the daemon (also without any command)
    Run(run::Arguments),
    /// Check settings and rules: all mistakes at once, examples included
    Check(check::Arguments),
    /// Show what would be done with a message and why; touches nothing
    Explain(explain::Arguments),
    /// Handle what was filed
    Complaint(complaint::Arguments),
    /// Close or open days that the settings did not foresee
    Closure(closure::Arguments),
    /// See what people taught, and take it into the rules
    Learn(learn::Arguments),
    /// Print every message and how it ended
    Export(export::Arguments),
    /// Show what has not gone out, and what was given up
    Outbox(outbox::Arguments),
    /// Invite people to the console, and end their sessions
    Person(person::Arguments),
    /// The numbers of a period, for people and spreadsheets
    Report(report::Arguments),
    /// Check the stored data against the journal
    Verify(verify::Arguments),
    /// Warn customers that somebody writes in the shop's name, once the owner approves
    Warn(warn::Arguments),
}

/// Why a command did not end well.
#[derive(Debug)]
enum Failure {
    /// A check or test failed; what failed has been printed.
    Check,
    /// Settings, rules or usage are wrong.
    Usage(String),
    /// A server, the disk or the store failed.
    Outside(String),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::Outside(format!("{error:#}"))
    }
}

type Ended = Result<(), Failure>;

pub fn main() -> ExitCode {
    // Some dependency may one day bring a second provider along; then none would be the default.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match dispatch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Check) => ExitCode::from(1),
        Err(Failure::Usage(message)) => complain(&message, 2),
        Err(Failure::Outside(message)) => complain(&message, 3),
    }
}

fn dispatch(arguments: Arguments) -> Ended {
    let config = arguments.config.as_deref();
    match arguments.command.unwrap_or_else(|| Command::Run(run::Arguments::default())) {
        Command::Run(arguments) => run::run(config, &arguments),
        Command::Check(arguments) => check::run(config, &arguments),
        Command::Explain(arguments) => explain::run(config, &arguments),
        Command::Complaint(arguments) => complaint::run(config, &arguments),
        Command::Closure(arguments) => closure::run(config, &arguments),
        Command::Learn(arguments) => learn::run(config, &arguments),
        Command::Export(arguments) => export::run(config, &arguments),
        Command::Outbox(arguments) => outbox::run(config, &arguments),
        Command::Person(arguments) => person::run(config, &arguments),
        Command::Warn(arguments) => warn::run(config, &arguments),
        Command::Report(arguments) => report::run(config, &arguments),
        Command::Verify(arguments) => verify::run(config, &arguments),
    }
}

fn complain(message: &str, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "pasokh: {message}");
    ExitCode::from(code)
}

/// Prints facts; a reader that has gone away (`| head`) is no fault of ours.
fn print(text: &str) -> Ended {
    let mut output = std::io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::Outside(format!("Could not print: {error}"))),
    }
}

fn print_json<T: serde::Serialize>(value: &T) -> Ended {
    let text = serde_json::to_string(value).map_err(|error| Failure::Outside(error.to_string()))?;
    print(&format!("{text}\n"))
}

/// The settings, or every mistake in them. Warnings go to standard error.
fn settings(config: Option<&std::path::Path>, secrets: Secrets) -> Result<Settings, Failure> {
    match settings::load(config, secrets) {
        Ok((settings, warnings)) => {
            show(&warnings);
            Ok(settings)
        }
        Err(mistakes) => {
            show(&mistakes);
            Err(Failure::Usage(format!("The settings have {}.", mistakes_in(mistakes.len()))))
        }
    }
}

/// The rules, or every mistake in them.
fn rules(settings: &Settings) -> Result<Rules, Failure> {
    usable(rules::load(settings))
}

fn usable(loaded: Result<(Rules, Vec<Diagnostic>), Vec<Diagnostic>>) -> Result<Rules, Failure> {
    match loaded {
        Ok((rules, warnings)) => {
            show(&warnings);
            Ok(rules)
        }
        Err(mistakes) => {
            show(&mistakes);
            Err(Failure::Usage(format!("The rules have {}.", mistakes_in(mistakes.len()))))
        }
    }
}

fn mistakes_in(count: usize) -> String {
    match count {
        1 => "1 mistake".to_owned(),
        many => format!("{many} mistakes"),
    }
}

fn show(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let _ = writeln!(std::io::stderr(), "{diagnostic}");
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Outside(format!("Could not start the runtime: {error}")))
}

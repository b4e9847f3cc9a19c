//! `pasokh explain`: what would be done with a message, and why.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use jiff::Timestamp;
use serde::Deserialize;

use crate::cli::{Ended, Failure, print, print_json, rules, runtime, settings};
use crate::domain::message::{Channel, Language};
use crate::gateway::Now;
use crate::gateway::explain::Explainer;
use crate::report::explanation::Explanation;
use crate::settings::Secrets;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The message; standard input when absent
    text: Option<String>,
    /// A mail as a file (RFC 5322)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "update", "batch"])]
    eml: Option<PathBuf>,
    /// A Telegram update as a JSON file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "batch"])]
    update: Option<PathBuf>,
    /// One JSON object a line, {"text": …, "channel": …}; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    batch: Option<PathBuf>,
    /// The channel on which the text came: email, telegram or chat
    #[arg(long, default_value = "chat")]
    channel: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One line of `--batch`.
#[derive(Debug, Deserialize)]
struct BatchLine {
    text: String,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    let settings = settings(config, Secrets::Optional)?;
    let rules = rules(&settings)?;
    let now: Timestamp = Now::System.get();
    let explainer =
        Explainer { rules: &rules, settings: &settings, now, in_detail: arguments.batch.is_none() };
    if let Some(batch) = &arguments.batch {
        return explain_batch(&explainer, batch);
    }
    let explanation = if let Some(file) = &arguments.eml {
        let bytes = read(file)?;
        runtime()?.block_on(explainer.mail(&bytes))
    } else if let Some(file) = &arguments.update {
        let bytes = read(file)?;
        serde_json::from_slice::<serde::de::IgnoredAny>(&bytes)
            .map_err(|error| Failure::Usage(format!("{}: not JSON: {error}", file.display())))?;
        explainer.update(&bytes)
    } else {
        let text = match &arguments.text {
            Some(text) => text.clone(),
            None => standard_input()?,
        };
        explainer.text(&text, channel(&arguments.channel)?, None)
    };
    if arguments.json { print_json(&explanation) } else { print(&explanation.text()) }
}

fn explain_batch(explainer: &Explainer<'_>, file: &Path) -> Ended {
    let input: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        let opened = std::fs::File::open(file).with_context(|| format!("Could not open {}", file.display()));
        Box::new(BufReader::new(opened.map_err(|error| Failure::Usage(format!("{error:#}")))?))
    };
    let mut output = BufWriter::new(std::io::stdout().lock());
    for (number, line) in input.lines().enumerate() {
        let line =
            line.map_err(|error| Failure::Usage(format!("{}:{}: {error}", file.display(), number + 1)))?;
        if line.trim().is_empty() {
            continue;
        }
        let explanation = explain_line(explainer, &line)
            .map_err(|reason| Failure::Usage(format!("{}:{}: {reason}", file.display(), number + 1)))?;
        let text =
            serde_json::to_string(&explanation).map_err(|error| Failure::Outside(error.to_string()))?;
        if let Err(error) = writeln!(output, "{text}") {
            return if error.kind() == std::io::ErrorKind::BrokenPipe {
                Ok(())
            } else {
                Err(Failure::Outside(format!("Could not print: {error}")))
            };
        }
    }
    output.flush().map_err(|error| Failure::Outside(format!("Could not print: {error}")))
}

fn explain_line(explainer: &Explainer<'_>, line: &str) -> Result<Explanation, String> {
    let line: BatchLine =
        serde_json::from_str(line).map_err(|error| format!("not an object with a \"text\": {error}"))?;
    let channel = match &line.channel {
        Some(name) => Channel::from_name(name).ok_or_else(|| unknown_channel(name))?,
        None => Channel::Chat,
    };
    Ok(explainer.text(&line.text, channel, line.language.as_deref().and_then(Language::from_tag)))
}

fn channel(name: &str) -> Result<Channel, Failure> {
    Channel::from_name(name).ok_or_else(|| Failure::Usage(unknown_channel(name)))
}

fn unknown_channel(name: &str) -> String {
    format!("{name:?} is not a channel. Channels are email, telegram and chat.")
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| Failure::Usage(format!("Could not read {}: {error}", file.display())))
}

fn standard_input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::Usage(format!("Could not read standard input: {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

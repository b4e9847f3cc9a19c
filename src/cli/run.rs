//! `pasokh run`: the daemon.

use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use tracing_subscriber::EnvFilter;

use crate::cli::{Ended, Failure, print, runtime, settings, usable};
use crate::domain::text::dates;
use crate::gateway::daemon::{self, Start};
use crate::rules;
use crate::settings::Secrets;

/// For what still blocks when all else has ended.
const FAREWELL: Duration = Duration::from_secs(1);

#[derive(Debug, Default, Args)]
pub struct Arguments {
    /// Take in mail that came on or after this day too (2026-11-20, or 1405-08-29)
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    log_to_stderr();
    let since = arguments.since.as_deref().map(day).transpose()?;
    let settings = settings(config, Secrets::Required)?;
    let rules = usable(rules::load_and_keep(&settings))?;
    let start = Start { settings, rules, since };
    let runtime = runtime()?;
    let ended = runtime.block_on(async { daemon::run(start, announce).await });
    // A look-up of a name that nobody answers would be waited for without end.
    runtime.shutdown_timeout(FAREWELL);
    ended.map_err(Failure::from)
}

fn day(text: &str) -> Result<jiff::civil::Date, Failure> {
    dates::parse_date(text)
        .with_context(|| format!("--since {text:?} is not a date. Write 2026-11-20, or 1405-08-29."))
        .map_err(|error| Failure::Usage(error.to_string()))
}

fn announce(address: std::net::SocketAddr, first_link: Option<String>) {
    let _ = print(&format!("Pasokh is ready. Live chat: http://{address}/chat\n"));
    if let Some(link) = first_link {
        let _ = print(&format!("Staff desk, to set your password (once, within 48 hours): {link}\n"));
    }
}

/// `RUST_LOG` chooses what is logged; libraries that see tokens or message texts stay at warnings.
fn log_to_stderr() {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    for quiet in [
        "hyper=warn",
        "hyper_util=warn",
        "reqwest=warn",
        "teloxide=warn",
        "teloxide_core=warn",
        "async_imap=warn",
        "imap_proto=warn",
        "lettre=warn",
        "rustls=warn",
        "sled=warn",
        "hickory_net=error",
        "hickory_proto=error",
        "hickory_resolver=error",
    ] {
        if let Ok(directive) = quiet.parse() {
            filter = filter.add_directive(directive);
        }
    }
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .try_init();
}

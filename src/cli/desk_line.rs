//! The way to the desk: through a running daemon, or by opening the store.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use serde::de::DeserializeOwned;

use crate::cli::{Failure, rules, settings};
use crate::gateway::door::{Answer, Fault, Request};
use crate::gateway::socket::Line;
use crate::gateway::{Gateway, Now};
use crate::settings::{Secrets, Settings};
use crate::store::{self, StoreError};

/// A daemon that is starting has the store already and its socket a moment later.
const STARTING: Duration = Duration::from_secs(10);

/// How a command of the desk is given: what it prints, and in whose name it acts.
#[derive(Debug, Args)]
pub struct Way {
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Who acts; the user's name by default
    #[arg(long = "as", global = true, value_name = "NAME")]
    by: Option<String>,
}

impl Way {
    pub fn who(&self) -> String {
        let user = || std::env::var("USER").ok().filter(|name| !name.is_empty());
        self.by.clone().or_else(user).unwrap_or_else(|| "staff".to_owned())
    }
}

pub enum DeskLine {
    Daemon(Line),
    Alone(Box<Gateway>),
}

impl DeskLine {
    pub fn open(config: Option<&Path>) -> Result<(DeskLine, Settings), Failure> {
        let settings = settings(config, Secrets::Optional)?;
        let began = Instant::now();
        loop {
            if let Some(line) = Line::to_daemon(&settings.data_dir) {
                return Ok((DeskLine::Daemon(line), settings));
            }
            match store::open(&settings.data_dir, &mut |_| {}) {
                Ok((opened, _)) => {
                    return Ok((DeskLine::Alone(Box::new(alone(opened, &settings)?)), settings));
                }
                Err(StoreError::Locked(_)) if began.elapsed() < STARTING => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(error) => return Err(Failure::Outside(error.to_string())),
            }
        }
    }

    pub fn is_alone(&self) -> bool {
        matches!(self, DeskLine::Alone(_))
    }

    pub fn ask<T: DeserializeOwned>(&mut self, request: Request) -> Result<T, Failure> {
        let answer = match self {
            DeskLine::Daemon(line) => line.ask(&request)?,
            DeskLine::Alone(gateway) => gateway.answer(request),
        };
        match answer {
            Answer::Fine(value) => serde_json::from_value(value)
                .map_err(|error| Failure::Outside(format!("The answer cannot be read: {error}"))),
            Answer::Failed { fault: Fault::Usage, message } => Err(Failure::Usage(message)),
            Answer::Failed { fault: Fault::Outside, message } => Err(Failure::Outside(message)),
        }
    }
}

fn alone(opened: Arc<dyn store::Store>, settings: &Settings) -> Result<Gateway, Failure> {
    let rules = rules(settings)?;
    let secret = store::installation_secret(&settings.data_dir)
        .map_err(|error| Failure::Outside(error.to_string()))?;
    Ok(Gateway::new(opened, settings.clone(), rules, secret, Now::System))
}

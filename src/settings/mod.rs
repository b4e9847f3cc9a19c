//! `pasokh.yaml`: what the operator decides.
//!
//! The file is read into these values, every mistake is told at its line, and
//! relative paths are made relative to the file.
//!
//! Invariant: a `Settings` has been checked; nobody checks it again.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::domain::calendar::Calendar;
use crate::domain::clocks::Targets;
use crate::domain::message::EmailAddress;
use crate::domain::rules::{Budgets, Business};

#[derive(Debug, Clone)]
pub struct Settings {
    /// The file it came from; none with the embedded defaults.
    pub file: Option<PathBuf>,
    pub business: Business,
    pub timezone: jiff::tz::TimeZone,
    pub data_dir: PathBuf,
    /// None: the built-in starter set.
    pub intents_dir: Option<PathBuf>,
    pub replies_dir: Option<PathBuf>,
    pub email: Vec<EmailAccount>,
    pub telegram: Vec<TelegramBot>,
    pub web: Web,
    pub staff: Staff,
    pub calendar: Calendar,
    pub targets: Targets,
    pub budgets: Budgets,
}

/// One mailbox.
#[derive(Debug, Clone)]
pub struct EmailAccount {
    pub name: String,
    pub address: EmailAddress,
    pub aliases: Vec<EmailAddress>,
    /// What the From line shows; the business name when absent.
    pub display_name: Option<String>,
    pub imap: Imap,
    pub smtp: Smtp,
    /// RFC 8601: only results of this server are believed.
    pub trusted_authserv_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    Implicit,
    StartTls,
    /// Loopback only.
    None,
}

#[derive(Debug, Clone)]
pub struct Imap {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// PEM with a private CA, trusted besides the public ones.
    pub ca_file: Option<PathBuf>,
    pub username: String,
    pub password: SecretString,
    /// As people write it; made modified UTF-7 for the wire.
    pub folder: String,
    pub poll: Duration,
}

#[derive(Debug, Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub ca_file: Option<PathBuf>,
    /// None: no sign-in.
    pub login: Option<(String, SecretString)>,
}

#[derive(Debug, Clone)]
pub struct TelegramBot {
    pub name: String,
    pub token: SecretString,
    pub api_url: url::Url,
    /// http, https, socks5 or socks5h.
    pub proxy: Option<url::Url>,
}

#[derive(Debug, Clone)]
pub struct Web {
    pub listen: std::net::SocketAddr,
}

#[derive(Debug, Clone, Default)]
pub struct Staff {
    pub people: Vec<Person>,
    pub telegram_group: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub role: String,
    pub email: Option<EmailAddress>,
    pub telegram: Option<i64>,
}

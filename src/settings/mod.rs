//! `pasokh.yaml`: what the operator decides.
//!
//! The file is read into these values, every mistake is told at its line, and
//! relative paths are made relative to the file. Without a file there are
//! embedded defaults: live chat on 127.0.0.1:8484, data in `./data`.
//!
//! Invariant: a `Settings` has been checked; nobody checks it again.

mod business;
mod calendar;
mod channels;
mod departments;
mod desk;
mod dns;
mod place;
mod promises;
mod secret;
mod staff;
mod time;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

use crate::diagnostic::{self, Diagnostic, Severity};
use crate::domain::abuse::Conduct;
use crate::domain::alert::{Absence, Quiet};
use crate::domain::calendar::{Calendar, Week};
use crate::domain::clocks::{Promises, Targets};
use crate::domain::complaint::moves::Policy;
use crate::domain::departments::{Calendars, Departments};
use crate::domain::message::EmailAddress;
use crate::domain::rules::{Budgets, Business, Mode};
use crate::yaml::{self, Source};
pub use desk::mode;
use place::Place;
pub use secret::Secrets;

/// The name of the file that is looked for in the working directory.
pub const FILE_NAME: &str = "pasokh.yaml";

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
    pub departments: Departments,
    /// What is promised on a case of usual severity, as `targets` says it.
    pub targets: Targets,
    /// `complaints: { approval_above: 5000000, reopen_days: 30 }`, and who there is to review.
    pub policy: Policy,
    /// How long each clock may run, by severity: `promises`, and over them `targets`.
    pub promises: Promises,
    pub budgets: Budgets,
    /// `conduct: { insults: […], threats: […], political: […], except: […] }`: words that nobody should write.
    pub conduct: Conduct,
    pub dns: Dns,
    /// `heartbeat: { url: … }`: asked for every minute while all is well.
    pub heartbeat: Option<url::Url>,
    /// `understanding: { mode: … }`: the mode of intents that say none of their own.
    pub default_mode: Mode,
}

/// Where the keys of mail signatures (DKIM) and DMARC records are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dns {
    /// `dns: system`, as when absent: the servers of /etc/resolv.conf.
    System,
    /// `dns: { server: 127.0.0.1:5353 }`: this one; port 53 when it names none.
    Server(SocketAddr),
    /// `dns: off`: signatures are not checked, and only `trusted_authserv_id` proves a mail.
    Off,
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
    /// RFC 8601: only results of this server are believed. Where it has spoken, our own check of
    /// signatures is not asked.
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
    pub listen: SocketAddr,
    /// `url: https://help.shop.example`: how browsers reach it, behind a proxy that ends TLS.
    pub url: Option<url::Url>,
}

#[derive(Debug, Clone, Default)]
pub struct Staff {
    pub people: Vec<Person>,
    pub telegram_group: Option<i64>,
    /// `quiet: "22:00-07:00"`, as when absent: at night and on days off alerts wait for the opening.
    pub quiet: Quiet,
    /// `end_of_day: true`: what was done and what is left, at closing time.
    pub end_of_day: bool,
    /// `sms: { command: /usr/local/bin/send-sms }` or `sms: { url: https://… }`.
    pub sms: Option<SmsHook>,
}

/// What carries a short message to a phone.
#[derive(Debug, Clone)]
pub enum SmsHook {
    /// A program: the number is its one argument, the text its standard input.
    Command(PathBuf),
    /// An address to which `{"to": …, "text": …}` is posted. It may hold a key.
    Url(url::Url),
}

#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    /// `agent` (as when absent), `lead`, `manager`, `owner` or `viewer`, who may only look.
    pub role: String,
    pub email: Option<EmailAddress>,
    pub telegram: Option<i64>,
    /// Their chat with the bot that is named `bale` in `telegram`.
    pub bale: Option<i64>,
    /// For short messages, when there is a hook for them.
    pub phone: Option<String>,
    pub department: Option<String>,
    /// Who is told instead while this person is away; the name of another.
    pub deputy: Option<String>,
    /// `absent: { from: 1405-05-01, until: 1405-05-10 }`, or a list of such.
    pub absences: Vec<Absence>,
    /// `hours: { sat-wed: ["09:00-15:00"] }`; those of the department, or of the shop, when absent.
    pub hours: Option<Week>,
    /// May be woken for severity 1.
    pub on_call: bool,
    /// Hears of trouble with the machine itself; the owners do where nobody is one.
    pub operator: bool,
}

impl Settings {
    pub fn calendars(&self) -> Calendars<'_> {
        Calendars { shop: &self.calendar, departments: &self.departments }
    }
}

/// Keys of the file's outermost map, in the order of the documentation.
const KEYS: [&str; 19] = [
    "business",
    "data_dir",
    "intents_dir",
    "replies_dir",
    "email",
    "telegram",
    "web",
    "staff",
    "calendar",
    "departments",
    "targets",
    "complaints",
    "promises",
    "budgets",
    "conduct",
    "dns",
    "heartbeat",
    "understanding",
    "$schema",
];

/// Reads the settings, or every mistake in them. The vector beside the settings holds warnings.
///
/// Without a path, `pasokh.yaml` of the working directory is read when it is there; else the
/// embedded defaults hold. `Secrets::Optional` is for commands that sign in nowhere.
pub fn load(path: Option<&Path>, secrets: Secrets) -> Result<(Settings, Vec<Diagnostic>), Vec<Diagnostic>> {
    refuse_mistakes(inspect(path, secrets))
}

/// Everything that is wrong, and the settings as far as they can be read all the same, so that
/// the rules they point to can be checked too. Only [`load`]ed settings may be used.
pub fn inspect(path: Option<&Path>, secrets: Secrets) -> (Option<Settings>, Vec<Diagnostic>) {
    let default = Path::new(FILE_NAME);
    let Some(path) = path.or_else(|| default.exists().then_some(default)) else {
        return inspect_text(&Source { name: FILE_NAME.to_owned(), text: String::new() }, None, secrets);
    };
    match source(path) {
        Ok(source) => inspect_text(&source, Some(path), secrets),
        Err(unreadable) => (None, vec![unreadable]),
    }
}

/// Reads the text of a settings file that lies, or would lie, at `path`.
pub fn parse(
    source: &Source,
    path: Option<&Path>,
    secrets: Secrets,
) -> Result<(Settings, Vec<Diagnostic>), Vec<Diagnostic>> {
    refuse_mistakes(inspect_text(source, path, secrets))
}

fn refuse_mistakes(
    (settings, found): (Option<Settings>, Vec<Diagnostic>),
) -> Result<(Settings, Vec<Diagnostic>), Vec<Diagnostic>> {
    match settings {
        Some(settings) if !found.iter().any(Diagnostic::is_error) => Ok((settings, found)),
        _ => Err(found),
    }
}

fn source(path: &Path) -> Result<Source, Diagnostic> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        let message = format!("the settings cannot be read: {error}");
        Diagnostic::file(Severity::Error, name.clone(), message)
            .with_help("name the file with --config FILE, or leave it out for the embedded defaults")
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Diagnostic::file(Severity::Error, name.clone(), "the file is not in UTF-8")
            .with_help("save it again with the encoding UTF-8")
    })?;
    Ok(Source { name, text })
}

fn inspect_text(
    source: &Source,
    path: Option<&Path>,
    secrets: Secrets,
) -> (Option<Settings>, Vec<Diagnostic>) {
    let node = match yaml::parse(source) {
        Ok(node) => node,
        Err(broken) => return (None, vec![broken]),
    };
    let mut place = Place::new(source, path, secrets);
    let settings = read(&mut place, &node, path);
    let mut found = place.reader.diagnostics;
    diagnostic::sort(&mut found);
    (settings, found)
}

/// Everything is read before anything is given up, so that all mistakes are found.
fn read(place: &mut Place, node: &yaml::Node, path: Option<&Path>) -> Option<Settings> {
    let fields = place.reader.fields(node, "the settings", &KEYS)?;
    let mut business = business::read(place, fields.get("business"));
    let data_dir = place.path_or(&fields, "data_dir", "data");
    let intents_dir = place.rules_dir(&fields, "intents_dir", "intents");
    let replies_dir = place.rules_dir(&fields, "replies_dir", "replies");
    let email = channels::email(place, fields.get("email"));
    let telegram = channels::telegram(place, fields.get("telegram"));
    let web = desk::web(place, fields.get("web"));
    let staff = staff::staff(place, fields.get("staff"));
    let policy = desk::policy(place, fields.get("complaints"), &staff);
    let budgets = desk::budgets(place, fields.get("budgets"));
    let conduct = desk::conduct(place, fields.get("conduct"));
    let dns = dns::dns(place, fields.get("dns"));
    let heartbeat = channels::heartbeat(place, fields.get("heartbeat"));
    let default_mode = desk::default_mode(place, fields.get("understanding"));
    let timezone = business.timezone;
    let calendar = calendar::calendar(place, fields.get("calendar"), &timezone);
    let departments = departments::departments(place, fields.get("departments"), &staff, &calendar);
    let promises = promises::promises(place, fields.get("promises"), fields.get("targets"));
    business.business.own_addresses = channels::own_addresses(&email);
    Some(Settings {
        file: path.map(Path::to_path_buf),
        business: business.business,
        timezone,
        data_dir,
        intents_dir,
        replies_dir,
        email,
        telegram,
        web,
        staff,
        calendar,
        departments,
        policy,
        targets: promises.targets(),
        promises,
        budgets,
        conduct,
        dns,
        heartbeat,
        default_mode,
    })
}

#[cfg(test)]
mod tests;

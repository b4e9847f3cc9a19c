//! The rules: intents, replies, targets and calendars as one checked value.
//!
//! `rules/` reads the YAML and builds this; the domain only asks it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::abuse::Conduct;
use crate::domain::calendar::Calendar;
use crate::domain::classify::Matcher;
use crate::domain::clocks::{Clock, ClockKind, Promises, Targets};
use crate::domain::complaint::Complaint;
use crate::domain::complaint::moves::Policy;
use crate::domain::compose::Reply;
use crate::domain::departments::{Calendars, Departments};
use crate::domain::message::{EmailAddress, Language};
use crate::domain::understanding::IntentName;

/// What kind of thing an intent asks for; decides what happens when it is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntentKind {
    Question,
    Request,
    Complaint,
    Suggestion,
    Criticism,
    Callback,
    Human,
    Status,
    Thanks,
    Greeting,
}

impl IntentKind {
    pub const ALL: [IntentKind; 10] = [
        IntentKind::Question,
        IntentKind::Request,
        IntentKind::Complaint,
        IntentKind::Suggestion,
        IntentKind::Criticism,
        IntentKind::Callback,
        IntentKind::Human,
        IntentKind::Status,
        IntentKind::Thanks,
        IntentKind::Greeting,
    ];

    pub fn name(self) -> &'static str {
        match self {
            IntentKind::Question => "question",
            IntentKind::Request => "request",
            IntentKind::Complaint => "complaint",
            IntentKind::Suggestion => "suggestion",
            IntentKind::Criticism => "criticism",
            IntentKind::Callback => "callback",
            IntentKind::Human => "human",
            IntentKind::Status => "status",
            IntentKind::Thanks => "thanks",
            IntentKind::Greeting => "greeting",
        }
    }

    pub fn from_name(name: &str) -> Option<IntentKind> {
        IntentKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What the machine may do once it has recognised an intent; the most careful comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Mode {
    /// It records what it would do, and files the message as if nobody had known.
    Shadow,
    /// It files the message and shows staff the reply, which they send with one key.
    Suggest,
    /// It does it.
    #[default]
    Auto,
}

impl Mode {
    pub const ALL: [Mode; 3] = [Mode::Shadow, Mode::Suggest, Mode::Auto];

    pub fn name(self) -> &'static str {
        match self {
            Mode::Shadow => "shadow",
            Mode::Suggest => "suggest",
            Mode::Auto => "auto",
        }
    }

    pub fn from_name(name: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// What the rest of the domain needs to know of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub name: IntentName,
    pub title: BTreeMap<Language, String>,
    pub kind: IntentKind,
    pub mode: Mode,
    /// Name of the prepared reply; none for intents that are always filed.
    pub reply: Option<String>,
}

impl Intent {
    /// The title in the language, or in the other one, or the bare name.
    pub fn title(&self, language: Language) -> &str {
        self.title
            .get(&language)
            .or_else(|| self.title.values().next())
            .map_or(self.name.as_str(), String::as_str)
    }
}

/// The business, as texts and decisions need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Business {
    pub name: BTreeMap<Language, String>,
    /// The first is the default.
    pub languages: Vec<Language>,
    /// Facts that replies may quote, by name (`return_days`, `website` …), in the languages
    /// in which they are known. Never empty strings.
    pub facts: BTreeMap<String, BTreeMap<Language, String>>,
    /// Addresses that are ours: mailboxes and their aliases.
    pub own_addresses: Vec<EmailAddress>,
}

impl Business {
    pub fn name(&self, language: Language) -> &str {
        self.name.get(&language).or_else(|| self.name.values().next()).map_or("", String::as_str)
    }

    /// The fact in this language; none when it is not known or known in the other only.
    pub fn fact(&self, name: &str, language: Language) -> Option<&str> {
        self.facts.get(name)?.get(&language).map(String::as_str)
    }

    pub fn default_language(&self) -> Language {
        self.languages.first().copied().unwrap_or(Language::Fa)
    }
}

/// How often the machine may answer (DESIGN §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    /// The same text to the same person, in this many days.
    pub same_text_days: u32,
    /// Automatic answers to one e-mail address in an hour.
    pub per_address_hour: u32,
    /// Automatic answers to one e-mail domain in an hour.
    pub per_domain_hour: u32,
    /// Automatic answers in ten minutes, in all.
    pub global_ten_minutes: u32,
}

impl Default for Budgets {
    fn default() -> Budgets {
        Budgets { same_text_days: 7, per_address_hour: 5, per_domain_hour: 20, global_ten_minutes: 1000 }
    }
}

/// Everything that the owner decides, compiled.
#[derive(Debug, Clone)]
pub struct Rules {
    pub business: Business,
    pub intents: BTreeMap<IntentName, Intent>,
    /// Shared, so that the same rules with another calendar cost nothing.
    pub matcher: Arc<Matcher>,
    pub replies: BTreeMap<String, Reply>,
    /// The shop's own.
    pub calendar: Calendar,
    pub departments: Departments,
    /// What is promised on a case of usual severity.
    pub targets: Targets,
    pub policy: Policy,
    /// How long each clock may run, by severity.
    pub promises: Promises,
    pub budgets: Budgets,
    pub conduct: Conduct,
    /// SHA-256 of every file and setting that went into this value, in hexadecimal: two
    /// rules with the same hash decide the same.
    pub hash: String,
}

impl Rules {
    pub fn calendars(&self) -> Calendars<'_> {
        Calendars { shop: &self.calendar, departments: &self.departments }
    }

    /// That of the case's department.
    pub fn calendar_of(&self, complaint: &Complaint) -> &Calendar {
        self.calendars().of(complaint)
    }

    /// That of the department which gets this topic.
    pub fn calendar_of_topic(&self, topic: Option<&str>) -> &Calendar {
        self.departments.calendar_of_topic(topic).unwrap_or(&self.calendar)
    }

    /// The clock of a person's answer, which every case has.
    pub fn response_clock(
        &self,
        kind: ClockKind,
        severity: u8,
        calendar: &Calendar,
        start: Timestamp,
    ) -> Clock {
        let limit = self.promises.response(kind, severity);
        Clock::of(kind, limit, (self.promises.version(), severity), calendar, start)
    }

    /// How far the machine may go with these intents together: as far as with the most careful one.
    ///
    /// A complaint is recorded as what it is in every mode: no mode may make it less than that.
    pub fn mode(&self, intents: &[IntentName]) -> Option<Mode> {
        let known = intents.iter().filter_map(|name| self.intents.get(name));
        known.filter(|intent| intent.kind != IntentKind::Complaint).map(|intent| intent.mode).min()
    }
}

//! The rules: intents, replies, targets and calendars as one checked value.
//!
//! `rules/` reads the YAML and builds this; the domain only asks it.

use std::collections::BTreeMap;

use crate::domain::calendar::Calendar;
use crate::domain::classify::Matcher;
use crate::domain::clocks::Targets;
use crate::domain::compose::Reply;
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

/// What the rest of the domain needs to know of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub name: IntentName,
    pub title: BTreeMap<Language, String>,
    pub kind: IntentKind,
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
#[derive(Debug)]
pub struct Rules {
    pub business: Business,
    pub intents: BTreeMap<IntentName, Intent>,
    pub matcher: Matcher,
    pub replies: BTreeMap<String, Reply>,
    pub calendar: Calendar,
    pub targets: Targets,
    pub budgets: Budgets,
    /// SHA-256 of every file and setting that went into this value, in hexadecimal: two
    /// rules with the same hash decide the same.
    pub hash: String,
}

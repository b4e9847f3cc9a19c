//! The owner's YAML made into [`Rules`], or every mistake at once.
//!
//! `intents/*.yaml` and `replies/*.yaml` come in, from the owner's directories
//! or from the starter set inside the program; each file is read, then they
//! are compared with each other, then the examples are tried.
//!
//! Invariant: the order of files never matters, and rules with a mistake in
//! them do not exist.

mod cache;
mod check;
pub mod edit;
mod examples;
mod files;
pub mod gate;
mod intents;
mod replies;
pub mod starter;
pub mod system;
pub mod taught;

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::diagnostic::{self, Diagnostic};
use crate::domain::classify::{IntentSource, Matcher, MatcherError};
use crate::domain::compose::{ButtonTarget, Reply};
use crate::domain::rules::{Intent, Rules};
use crate::settings::{self, Secrets, Settings};
use cache::{Cache, Keeping};
use files::Files;
use intents::IntentFile;
use replies::ReplyFile;

/// Reads the rules that the settings point to. The vector beside the rules holds warnings.
///
/// Examples are not tried here: rules of which one is misunderstood are still rules.
/// What they teach is taken from the data directory, if the daemon has kept it there.
pub fn load(settings: &Settings) -> Result<(Rules, Vec<Diagnostic>), Vec<Diagnostic>> {
    load_with(settings, Keeping::Read)
}

/// The same for the daemon, which keeps what it learns.
pub fn load_and_keep(settings: &Settings) -> Result<(Rules, Vec<Diagnostic>), Vec<Diagnostic>> {
    load_with(settings, Keeping::Write)
}

fn load_with(settings: &Settings, keeping: Keeping) -> Result<(Rules, Vec<Diagnostic>), Vec<Diagnostic>> {
    let read = Read::from_disk(settings, keeping);
    match read.matcher {
        Some(matcher) if !read.found.iter().any(Diagnostic::is_error) => {
            Ok((assemble(settings, &read.files, read.intents, read.replies, matcher), read.found))
        }
        _ => Err(read.found),
    }
}

/// What `pasokh check` tells: everything about the settings and rules, and then, when these are
/// usable, which examples are not understood as they should be. Needs no secrets.
#[derive(Debug, Default)]
pub struct Checked {
    pub found: Vec<Diagnostic>,
    pub misunderstood: Vec<Diagnostic>,
}

pub fn check(config: Option<&Path>) -> Checked {
    let (settings, mut found) = settings::inspect(config, Secrets::Optional);
    let mut misunderstood = Vec::new();
    if let Some(settings) = settings {
        let read = Read::from_disk(&settings, Keeping::Read);
        misunderstood = read.misunderstood();
        found.extend(read.found);
    }
    Checked { found, misunderstood }
}

/// The starter set's intents, as the matcher is given them.
pub fn starter_sources() -> Vec<IntentSource> {
    let read = |file| intents::read(&file, &mut Vec::new()).map(|intent| intent.source);
    starter::intents().into_iter().filter_map(read).collect()
}

/// The files, read and compared with each other.
#[derive(Debug)]
struct Read {
    files: Files,
    intents: Vec<IntentFile>,
    replies: Vec<ReplyFile>,
    matcher: Option<Matcher>,
    found: Vec<Diagnostic>,
}

impl Read {
    fn from_disk(settings: &Settings, keeping: Keeping) -> Read {
        let mut found = Vec::new();
        let files = files::read(settings, &mut found);
        Read::with(settings, files, found, keeping)
    }

    /// What these files say, whether they lie on disk or not.
    fn of(settings: &Settings, files: Files, found: Vec<Diagnostic>) -> Read {
        Read::with(settings, files, found, Keeping::Read)
    }

    fn with(settings: &Settings, files: Files, mut found: Vec<Diagnostic>, keeping: Keeping) -> Read {
        let intents: Vec<IntentFile> =
            files.intents.iter().filter_map(|source| intents::read(source, &mut found)).collect();
        let mut replies: Vec<ReplyFile> =
            files.replies.iter().filter_map(|source| replies::read(source, &mut found)).collect();
        replies.extend(built_in(&files, &intents, &replies));
        check::all(settings, &files, &intents, &replies, &mut found);
        let matcher = compile(settings, &intents, &files, keeping, &mut found);
        diagnostic::sort(&mut found);
        Read { files, intents, replies, matcher, found }
    }

    fn has_mistakes(&self) -> bool {
        self.matcher.is_none() || self.found.iter().any(Diagnostic::is_error)
    }

    /// The examples that are not understood as they should be.
    fn misunderstood(&self) -> Vec<Diagnostic> {
        let mut misunderstood = Vec::new();
        if let Some(matcher) = &self.matcher {
            examples::check(matcher, &self.intents, &mut misunderstood);
        }
        diagnostic::sort(&mut misunderstood);
        misunderstood
    }
}

/// The starter set's replies that stand in for those the owner does not have: the system's
/// own, and those of starter intents.
fn built_in(files: &Files, intents: &[IntentFile], owned: &[ReplyFile]) -> Vec<ReplyFile> {
    let wanted = |name: &str| {
        system::is_system(name)
            || intents.iter().any(|intent| intent.built_in && intent.reply.as_deref() == Some(name))
    };
    // A file that could not be read is the owner's all the same: its mistake is told already.
    let has = |name: &str| {
        owned.iter().any(|reply| reply.reply.name == name)
            || files.replies.iter().any(|file| file.stem == name)
    };
    starter::replies()
        .iter()
        .filter(|file| wanted(&file.stem) && !has(&file.stem))
        .filter_map(|file| replies::read(file, &mut Vec::new()))
        .collect()
}

fn compile(
    settings: &Settings,
    intents: &[IntentFile],
    files: &Files,
    keeping: Keeping,
    found: &mut Vec<Diagnostic>,
) -> Option<Matcher> {
    let sources: Vec<IntentSource> = intents.iter().map(|intent| intent.source.clone()).collect();
    let mut gate = gate::starter_gate();
    gate.unknown.extend(files.negatives.iter().cloned());
    let cache = Cache::of(&settings.data_dir, &sources, &gate);
    let memory = cache.read();
    let is_new = memory.is_none();
    match Matcher::compile_with(&sources, &gate, memory) {
        Ok(matcher) => {
            if is_new && keeping == Keeping::Write {
                cache.write(&matcher.memory());
            }
            Some(matcher)
        }
        Err(errors) => {
            found.extend(errors.iter().map(|error| locate(intents, error)));
            None
        }
    }
}

/// A phrase's mistake at its place in its file.
fn locate(intents: &[IntentFile], error: &MatcherError) -> Diagnostic {
    match intents.iter().find(|intent| intent.name == error.intent) {
        Some(intent) => {
            intent.diagnostic(intent.mark_of(error.list, error.language, error.index), &error.message)
        }
        None => Diagnostic::file(diagnostic::Severity::Error, error.intent.clone(), error.message.clone()),
    }
}

fn assemble(
    settings: &Settings,
    files: &Files,
    intents: Vec<IntentFile>,
    replies: Vec<ReplyFile>,
    matcher: Matcher,
) -> Rules {
    let hash = hash(settings, files);
    let replies: BTreeMap<String, Reply> = replies
        .into_iter()
        .map(|file| (file.reply.name.clone(), without_dead_buttons(file.reply, &intents)))
        .collect();
    let intents = intents
        .into_iter()
        .map(|file| {
            let reply = file.reply.filter(|reply| replies.contains_key(reply));
            let intent = Intent {
                name: file.name.clone(),
                title: file.title,
                kind: file.source.kind,
                mode: file.mode.unwrap_or(settings.default_mode),
                reply,
            };
            (file.name, intent)
        })
        .collect();
    Rules {
        business: settings.business.clone(),
        intents,
        matcher: std::sync::Arc::new(matcher),
        replies,
        calendar: settings.calendar.clone(),
        departments: settings.departments.clone(),
        policy: settings.policy,
        targets: settings.promises.targets(),
        promises: settings.promises.clone(),
        budgets: settings.budgets,
        conduct: settings.conduct.clone(),
        hash,
    }
}

/// The built-in menu may name intents that an owner does not have.
fn without_dead_buttons(mut reply: Reply, intents: &[IntentFile]) -> Reply {
    reply.buttons.retain(|button| match &button.target {
        ButtonTarget::Intent(name) => intents.iter().any(|intent| intent.name == *name),
        ButtonTarget::Url(_) => true,
    });
    reply
}

/// Of everything that decides: file contents by name, and the settings that rules hold.
fn hash(settings: &Settings, files: &Files) -> String {
    let mut hasher = Sha256::new();
    for (kind, list) in [("intent", &files.intents), ("reply", &files.replies)] {
        for file in list {
            hasher.update(format!("{kind} {} {}\n", file.stem, file.source.text.len()));
            hasher.update(&file.source.text);
        }
    }
    for text in &files.negatives {
        hasher.update(format!("negative {} {text}\n", text.len()));
    }
    let Settings {
        business, calendar, departments, promises, policy, budgets, conduct, default_mode, ..
    } = settings;
    hasher.update(format!(
        "{business:?} {calendar:?} {departments:?} {promises:?} {policy:?} {budgets:?} {conduct:?} {default_mode:?}"
    ));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;

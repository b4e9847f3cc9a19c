//! The owner's YAML made into [`Rules`], or every mistake at once.
//!
//! `intents/*.yaml` and `replies/*.yaml` come in, from the owner's directories
//! or from the starter set inside the program; each file is read, then they
//! are compared with each other, then the examples are tried.
//!
//! Invariant: the order of files never matters, and rules with a mistake in
//! them do not exist.

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
use files::Files;
use intents::IntentFile;
use replies::ReplyFile;

/// Reads the rules that the settings point to. The vector beside the rules holds warnings.
pub fn load(settings: &Settings) -> Result<(Rules, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut found = Vec::new();
    let files = files::read(settings, &mut found);
    load_files(settings, &files, found)
}

/// The rules that these files make, whether they lie on disk or not.
fn load_files(
    settings: &Settings,
    files: &Files,
    mut found: Vec<Diagnostic>,
) -> Result<(Rules, Vec<Diagnostic>), Vec<Diagnostic>> {
    let intents: Vec<IntentFile> =
        files.intents.iter().filter_map(|source| intents::read(source, &mut found)).collect();
    let mut replies: Vec<ReplyFile> =
        files.replies.iter().filter_map(|source| replies::read(source, &mut found)).collect();
    replies.extend(built_in(files, &intents, &replies));
    check::all(settings, files, &intents, &replies, &mut found);
    let matcher = compile(&intents, &mut found);
    if let Some(matcher) = &matcher {
        examples::check(matcher, &intents, &mut found);
    }
    diagnostic::sort(&mut found);
    match matcher {
        Some(matcher) if !found.iter().any(Diagnostic::is_error) => {
            Ok((assemble(settings, files, intents, replies, matcher), found))
        }
        _ => Err(found),
    }
}

/// Every mistake and warning in the settings and in the rules that they point to: what
/// `pasokh check` tells. Needs no secrets.
pub fn check(config: Option<&Path>) -> Vec<Diagnostic> {
    let (settings, mut found) = settings::inspect(config, Secrets::Optional);
    if let Some(settings) = settings {
        match load(&settings) {
            Ok((_, warnings)) => found.extend(warnings),
            Err(mistakes) => found.extend(mistakes),
        }
    }
    found
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

fn compile(intents: &[IntentFile], found: &mut Vec<Diagnostic>) -> Option<Matcher> {
    let sources: Vec<IntentSource> = intents.iter().map(|intent| intent.source.clone()).collect();
    match Matcher::compile(&sources, &gate::starter_gate()) {
        Ok(matcher) => Some(matcher),
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
        matcher,
        replies,
        calendar: settings.calendar.clone(),
        targets: settings.targets,
        budgets: settings.budgets,
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
    let Settings { business, calendar, targets, budgets, default_mode, .. } = settings;
    hasher.update(format!("{business:?} {calendar:?} {targets:?} {budgets:?} {default_mode:?}"));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;

//! Files compared with each other, and every reply filled in for trial.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Severity, nearest, suggest};
use crate::domain::compose::{FACTS, PLACEHOLDERS, Reply, Values, compose};
use crate::domain::message::Channel;
use crate::domain::rules::IntentKind;
use crate::rules::files::Files;
use crate::rules::intents::IntentFile;
use crate::rules::replies::{Placed, ReplyFile};
use crate::rules::system;
use crate::settings::{FILE_NAME, Settings};
use crate::yaml::{Mark, at};

/// Files that could not be read as what they should be are in `files` only: what refers to
/// them is not told a second time.
pub fn all(
    settings: &Settings,
    files: &Files,
    intents: &[IntentFile],
    replies: &[ReplyFile],
    found: &mut Vec<Diagnostic>,
) {
    let all_readable = intents.len() == files.intents.len();
    if all_readable {
        departments_get_topics(settings, intents, found);
    }
    repeated(intents, found);
    for intent in intents {
        let unreadable = files.replies.iter().any(|file| intent.reply.as_ref() == Some(&file.stem));
        if !unreadable {
            reply_is_there(intent, replies, found);
        }
        worth_having(intent, found);
    }
    for reply in replies.iter().filter(|reply| !reply.built_in) {
        if all_readable {
            is_used(reply, intents, found);
            buttons_lead_somewhere(reply, intents, found);
        }
        speaks_every_language(settings, reply, found);
    }
    for reply in replies {
        for placed in &reply.templates {
            if names_are_known(settings, reply, placed, found) {
                can_be_filled_in(settings, reply, placed, found);
            }
        }
    }
}

/// A topic that no intent has comes to nobody.
fn departments_get_topics(settings: &Settings, intents: &[IntentFile], found: &mut Vec<Diagnostic>) {
    let file = settings.file.as_deref().map(|file| file.display().to_string());
    for department in settings.departments.iter() {
        for topic in &department.topics {
            if !intents.iter().any(|intent| intent.name == *topic) {
                let message = format!(
                    "the department `{}` gets the topic `{topic}`, which no intent has",
                    department.name
                );
                let help = suggest(topic, intents.iter().map(|intent| intent.name.as_str()));
                let file = file.clone().unwrap_or_else(|| FILE_NAME.to_owned());
                found.push(Diagnostic::file(Severity::Error, file, message).with_help(help));
            }
        }
    }
}

/// `x.yaml` and `x.yml`, or a name that is not the file's.
fn repeated(intents: &[IntentFile], found: &mut Vec<Diagnostic>) {
    for (index, intent) in intents.iter().enumerate() {
        if let Some(first) = intents.iter().take(index).find(|other| other.name == intent.name) {
            let message = format!("the intent `{}` stands in {} too", intent.name, first.file);
            found.push(intent.diagnostic(intent.name_mark, &message));
        }
    }
}

fn reply_is_there(intent: &IntentFile, replies: &[ReplyFile], found: &mut Vec<Diagnostic>) {
    let names = || replies.iter().map(|reply| reply.reply.name.as_str());
    match &intent.reply {
        Some(reply) if names().any(|name| name == reply) => {}
        Some(reply) if intent.names_reply || is_answered(intent.source.kind) => {
            let message = format!("there is no reply `{reply}`, which `{}` says", intent.name);
            let own: Vec<&str> = names().filter(|name| !system::is_system(name)).collect();
            let help = match nearest(reply, own) {
                Some(near) => format!("did you mean `reply: {near}`?"),
                None => format!("write replies/{reply}.yaml, or `reply: none` to have a person answer"),
            };
            found.push(intent.diagnostic(intent.reply_mark, &message).with_help(help));
        }
        Some(_) | None => {}
    }
}

/// Kinds whose intents say their reply; the others are filed, with or without one.
fn is_answered(kind: IntentKind) -> bool {
    match kind {
        IntentKind::Question | IntentKind::Thanks | IntentKind::Greeting => true,
        IntentKind::Request
        | IntentKind::Complaint
        | IntentKind::Suggestion
        | IntentKind::Criticism
        | IntentKind::Callback
        | IntentKind::Human
        | IntentKind::Status => false,
    }
}

fn worth_having(intent: &IntentFile, found: &mut Vec<Diagnostic>) {
    let mut warn = |message: String, help: &str| {
        found.push(at(&intent.file, intent.name_mark, Severity::Warning, message).with_help(help));
    };
    if intent.examples.values().all(Vec::is_empty) {
        warn(
            format!("`{}` has no examples", intent.name),
            "a few messages that must be understood so keep it right",
        );
    }
    if intent.has_nothing_to_match() {
        warn(
            format!("`{}` has neither phrases nor patterns, so nothing is ever taken for it", intent.name),
            "add `phrases`",
        );
    }
}

fn is_used(reply: &ReplyFile, intents: &[IntentFile], found: &mut Vec<Diagnostic>) {
    let name = &reply.reply.name;
    if !system::is_system(name) && !intents.iter().any(|intent| intent.reply.as_ref() == Some(name)) {
        let message = format!("no intent says the reply `{name}`");
        let known = intents.iter().map(|intent| intent.name.as_str());
        let system = system::SYSTEM_REPLIES.iter().map(|reply| reply.name);
        let help = match nearest(name, known.chain(system)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name it in an intent, or remove the file".to_owned(),
        };
        found.push(at(&reply.source.name, reply.name_mark, Severity::Warning, message).with_help(help));
    }
}

fn speaks_every_language(settings: &Settings, reply: &ReplyFile, found: &mut Vec<Diagnostic>) {
    for language in &settings.business.languages {
        // A text that is there but broken has been told already.
        let broken = found.iter().any(|told| {
            told.file == reply.source.name && told.is_error() && told.message.contains("the text in")
        });
        if !reply.reply.text.contains_key(language) && !broken {
            let message = format!("the reply `{}` has no text in `{}`", reply.reply.name, language.tag());
            let help = "write it, or take the language out of `languages` in the settings";
            found.push(at(&reply.source.name, reply.text_mark, Severity::Error, message).with_help(help));
        }
    }
}

fn buttons_lead_somewhere(reply: &ReplyFile, intents: &[IntentFile], found: &mut Vec<Diagnostic>) {
    for (name, mark) in &reply.button_intents {
        if !intents.iter().any(|intent| intent.name == *name) {
            let help = suggest(name, intents.iter().map(|intent| intent.name.as_str()));
            let message = format!("this button asks for the intent `{name}`, which does not exist");
            found.push(at(&reply.source.name, *mark, Severity::Error, message).with_help(help));
        }
    }
}

fn names_are_known(
    settings: &Settings,
    reply: &ReplyFile,
    placed: &Placed,
    found: &mut Vec<Diagnostic>,
) -> bool {
    let own = settings.business.facts.keys().map(String::as_str);
    let facts: BTreeSet<&str> = FACTS.into_iter().chain(own).collect();
    let mut known = true;
    for name in placed.template.names() {
        let (unknown, help) = match name.strip_prefix("facts.") {
            Some(fact) => (
                !facts.contains(fact),
                match nearest(fact, facts.iter().copied()) {
                    Some(near) => format!("did you mean `facts.{near}`?"),
                    None => "give it under `business: facts:` in the settings".to_owned(),
                },
            ),
            None => (name != "facts" && !PLACEHOLDERS.contains(&name.as_str()), suggest(&name, PLACEHOLDERS)),
        };
        if unknown {
            known = false;
            let mark = mark_of_name(reply, placed, &name);
            let message = format!("unknown placeholder `{name}`");
            found.push(at(&reply.source.name, mark, Severity::Error, message).with_help(help));
        }
    }
    known
}

/// The first place in the file, from the template on, where the name stands as a word.
fn mark_of_name(reply: &ReplyFile, placed: &Placed, name: &str) -> Mark {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let lines = reply.source.text.lines().enumerate().skip(placed.mark.line.saturating_sub(1));
    for (index, line) in lines {
        let hit = line.match_indices(name).find(|(start, _)| {
            let before = line.get(..*start).and_then(|text| text.chars().last());
            let after = line.get(start + name.len()..).and_then(|text| text.chars().next());
            !is_part(before) && !is_part(after) && line.get(..*start).is_some_and(|text| text.contains('{'))
        });
        if let Some((start, _)) = hit {
            let column = line.get(..start).map_or(1, |text| text.chars().count() + 1);
            return Mark { line: index + 1, column, length: name.chars().count() };
        }
    }
    placed.mark
}

/// Filled in with what is sure and nothing else: whatever then is missing would one day
/// be missing before a customer.
fn can_be_filled_in(settings: &Settings, reply: &ReplyFile, placed: &Placed, found: &mut Vec<Diagnostic>) {
    let sure = system::sure(&reply.reply.name);
    let minimal = sure.iter().chain(&["hours"]).fold(Values::new(), |values, name| values.with(name, "1"));
    let full = PLACEHOLDERS.iter().fold(Values::new(), |values, name| values.with(name, "Xy"));
    let alone = Reply {
        name: reply.reply.name.clone(),
        text: BTreeMap::from([(placed.language, placed.template.clone())]),
        variants: BTreeMap::new(),
        buttons: Vec::new(),
    };
    let mut told = BTreeSet::new();
    for values in [minimal, full] {
        let composed = compose(&alone, &settings.business, placed.language, Channel::Chat, &values);
        told.extend(composed.missing);
    }
    for missing in told {
        let known = missing.starts_with("facts.") || PLACEHOLDERS.contains(&missing.as_str());
        let (mark, message, help) = if known {
            (
                mark_of_name(reply, placed, &missing),
                format!("`{missing}` is not always known when `{}` is said", reply.reply.name),
                format!("write {{% if {missing} %}} … {{% else %}} … {{% endif %}} around it"),
            )
        } else {
            (
                placed.mark,
                format!("the text in `{}` cannot be filled in: {missing}", placed.language.tag()),
                "a value is written {{ code }}, a condition {% if name %} … {% endif %}".to_owned(),
            )
        };
        found.push(at(&reply.source.name, mark, Severity::Error, message).with_help(help));
    }
}

//! `intents/<name>.yaml`: what customers may ask.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Severity, suggest};
use crate::domain::classify::{IntentSource, PhraseList};
use crate::domain::message::Language;
use crate::domain::rules::{IntentKind, Mode};
use crate::rules::files::RuleFile;
use crate::settings;
use crate::yaml::{self, Fields, Mark, Node, Reader, Value};

const KEYS: [&str; 13] = [
    "intent",
    "title",
    "kind",
    "mode",
    "reply",
    "phrases",
    "fuzzy",
    "patterns",
    "not",
    "examples",
    "counterexamples",
    "negation",
    "max_words",
];

/// A text of a list and its place.
pub type Written = (String, Mark);

/// One intent, and where everything in it stood.
#[derive(Debug, Clone)]
pub struct IntentFile {
    pub file: String,
    pub built_in: bool,
    pub name: String,
    pub title: BTreeMap<Language, String>,
    pub source: IntentSource,
    /// None: the settings say it.
    pub mode: Option<Mode>,
    /// Name of its reply; the intent's own name unless the file says otherwise.
    pub reply: Option<String>,
    /// Where a missing reply is told: the `reply` key, or the intent's name.
    pub reply_mark: Mark,
    /// True when the file itself names the reply.
    pub names_reply: bool,
    pub name_mark: Mark,
    pub examples: BTreeMap<Language, Vec<Written>>,
    pub counterexamples: BTreeMap<Language, Vec<Written>>,
    phrases: BTreeMap<Language, Vec<Written>>,
    not: BTreeMap<Language, Vec<Written>>,
    patterns: Vec<Written>,
}

impl IntentFile {
    /// Where an entry of a list stands; the intent's name when it is not there.
    pub fn mark_of(&self, list: PhraseList, language: Option<Language>, index: usize) -> Mark {
        let of = |lists: &BTreeMap<Language, Vec<Written>>| {
            let entries = language.and_then(|language| lists.get(&language));
            entries.and_then(|entries| entries.get(index)).map(|(_, mark)| *mark)
        };
        let mark = match list {
            PhraseList::Phrases => of(&self.phrases),
            PhraseList::Not => of(&self.not),
            PhraseList::Patterns => self.patterns.get(index).map(|(_, mark)| *mark),
        };
        mark.unwrap_or(self.name_mark)
    }

    pub fn diagnostic(&self, mark: Mark, message: &str) -> Diagnostic {
        yaml::at(&self.file, mark, Severity::Error, message)
    }

    pub fn has_nothing_to_match(&self) -> bool {
        self.patterns.is_empty() && self.phrases.values().all(Vec::is_empty)
    }
}

/// Reads one file. A file with mistakes may still give an intent, so that the other checks run.
pub fn read(file: &RuleFile, found: &mut Vec<Diagnostic>) -> Option<IntentFile> {
    let node = match yaml::parse(&file.source) {
        Ok(node) => node,
        Err(broken) => {
            found.push(broken);
            return None;
        }
    };
    let mut reader = Reader::new(&file.source);
    let intent = read_node(&mut reader, &node, file);
    found.append(&mut reader.diagnostics);
    intent
}

fn read_node(reader: &mut Reader, node: &Node, file: &RuleFile) -> Option<IntentFile> {
    let fields = reader.fields(node, "an intent", &KEYS)?;
    let (name, name_mark) = name(reader, &fields, "intent", &file.stem)?;
    let title = fields.get("title").map(|node| title(reader, node)).unwrap_or_default();
    if fields.get("title").is_none() {
        reader.warning(
            name_mark,
            format!("`{name}` has no title"),
            "customers see it when they choose a topic",
        );
    }
    let kind = kind(reader, &fields);
    let mode =
        fields.get("mode").filter(|node| !node.is_nothing()).and_then(|node| settings::mode(reader, node));
    let (reply, reply_mark, names_reply) = reply(reader, &fields, &name, name_mark);
    let phrases = lists(reader, &fields, "phrases");
    let not = lists(reader, &fields, "not");
    let patterns = fields.get("patterns").map(|node| reader.texts(node, "`patterns`")).unwrap_or_default();
    let examples = lists(reader, &fields, "examples");
    let counterexamples = lists(reader, &fields, "counterexamples");
    let negation_cancels = negation(reader, &fields);
    let fuzzy_off = fuzzy(reader, &fields);
    let max_words = fields
        .get("max_words")
        .and_then(|node| reader.number(node, "`max_words`", 1..=1000))
        .and_then(|number| usize::try_from(number).ok());
    let source = IntentSource {
        name: name.clone(),
        kind: kind?,
        phrases: bare(&phrases),
        patterns: patterns.iter().map(|(pattern, _)| pattern.clone()).collect(),
        not: bare(&not),
        negation_cancels,
        max_words,
        examples: bare(&examples),
        counterexamples: bare(&counterexamples),
        fuzzy_off,
    };
    Some(IntentFile {
        file: file.source.name.clone(),
        built_in: file.built_in,
        name,
        title,
        source,
        mode,
        reply,
        reply_mark,
        names_reply,
        name_mark,
        examples,
        counterexamples,
        phrases,
        not,
        patterns,
    })
}

/// The name inside a file, which must be the stem of the file's own name.
pub fn name(reader: &mut Reader, fields: &Fields<'_>, key: &str, stem: &str) -> Option<(String, Mark)> {
    let node = reader.required(fields, key, "this file")?;
    let name = reader.text(node, &format!("`{key}`"))?.trim().to_owned();
    if name != stem {
        reader.error_with_help(
            node.mark,
            format!("`{key}: {name}` stands in the file `{stem}.yaml`"),
            format!("write `{key}: {stem}`, or rename the file to {name}.yaml"),
        );
    }
    let well_formed = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    // Telegram allows 64 bytes for a button, of which the name is a part.
    if !well_formed || name.len() > 48 {
        reader.error_with_help(
            node.mark,
            format!("`{name}` is no usable name"),
            "use small Latin letters, digits and _, at most 48 of them",
        );
    }
    Some((name, node.mark))
}

fn title(reader: &mut Reader, node: &Node) -> BTreeMap<Language, String> {
    by_language(reader, node, "`title`")
        .into_iter()
        .filter_map(|(language, node)| Some((language, reader.text(node, "the title")?.trim().to_owned())))
        .collect()
}

/// The values under `fa` and `en`.
pub fn by_language<'a>(reader: &mut Reader, node: &'a Node, what: &str) -> BTreeMap<Language, &'a Node> {
    if node.is_nothing() {
        return BTreeMap::new();
    }
    let Some(fields) = reader.fields(node, what, &["fa", "en"]) else { return BTreeMap::new() };
    [Language::Fa, Language::En]
        .into_iter()
        .filter_map(|language| Some((language, fields.get(language.tag())?)))
        .collect()
}

fn kind(reader: &mut Reader, fields: &Fields<'_>) -> Option<IntentKind> {
    let node = reader.required(fields, "kind", "this intent")?;
    let name = reader.text(node, "`kind`")?;
    let kind = IntentKind::from_name(name.trim());
    if kind.is_none() {
        let help = suggest(name.trim(), IntentKind::ALL.map(IntentKind::name));
        reader.error_with_help(node.mark, format!("unknown kind `{}`", name.trim()), help);
    }
    kind
}

/// `reply: none` says that there is none; without the key it is the intent's own name.
fn reply(
    reader: &mut Reader,
    fields: &Fields<'_>,
    name: &str,
    name_mark: Mark,
) -> (Option<String>, Mark, bool) {
    let Some(node) = fields.get("reply").filter(|node| !node.is_nothing()) else {
        return (Some(name.to_owned()), name_mark, false);
    };
    let reply = reader.text(node, "`reply`").map(|reply| reply.trim().to_owned());
    (reply.filter(|reply| reply != "none"), node.mark, true)
}

fn lists(reader: &mut Reader, fields: &Fields<'_>, key: &str) -> BTreeMap<Language, Vec<Written>> {
    let Some(node) = fields.get(key) else { return BTreeMap::new() };
    by_language(reader, node, &format!("`{key}`"))
        .into_iter()
        .map(|(language, node)| (language, reader.texts(node, &format!("`{key}`"))))
        .collect()
}

fn bare(lists: &BTreeMap<Language, Vec<Written>>) -> BTreeMap<Language, Vec<String>> {
    lists
        .iter()
        .map(|(language, entries)| (*language, entries.iter().map(|(text, _)| text.clone()).collect()))
        .collect()
}

fn negation(reader: &mut Reader, fields: &Fields<'_>) -> bool {
    let Some(node) = fields.get("negation").filter(|node| !node.is_nothing()) else { return false };
    match reader.text(node, "`negation`").as_deref().map(str::trim) {
        Some("cancels") => true,
        Some("ignored") | None => false,
        Some(other) => {
            let help = "`cancels`: \"do not …\" beside a phrase takes it back; without the line it does not";
            reader.error_with_help(node.mark, format!("`negation` cannot be `{other}`"), help);
            false
        }
    }
}

/// `fuzzy: off` for all phrases, or `fuzzy: { fa: off }` for those of one language: their words count
/// only as they are written. Without the line, misspellings and Latin letters are forgiven.
fn fuzzy(reader: &mut Reader, fields: &Fields<'_>) -> BTreeSet<Language> {
    let Some(node) = fields.get("fuzzy").filter(|node| !node.is_nothing()) else { return BTreeSet::new() };
    let both = [Language::Fa, Language::En];
    if matches!(node.value, Value::Map(_)) {
        let lists = by_language(reader, node, "`fuzzy`");
        return lists
            .into_iter()
            .filter(|(_, node)| is_off(reader, node))
            .map(|(language, _)| language)
            .collect();
    }
    if is_off(reader, node) { both.into() } else { BTreeSet::new() }
}

fn is_off(reader: &mut Reader, node: &Node) -> bool {
    match reader.text(node, "`fuzzy`").as_deref().map(str::trim) {
        Some("off" | "false" | "no") => true,
        Some("on" | "true" | "yes") | None => false,
        Some(other) => {
            let help = "`off`: the words of the phrases count only as they are written; `on`, or no line: \
                        misspellings are forgiven; `{ fa: off }`: off for one language";
            reader.error_with_help(node.mark, format!("`fuzzy` cannot be `{other}`"), help);
            false
        }
    }
}

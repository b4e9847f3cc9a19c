//! Asking a tree for what should be there, and collecting what is wrong.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity, suggest};
use crate::yaml::{Key, Mark, Node, Source, Value, at};

/// Collects the mistakes of one file.
#[derive(Debug)]
pub struct Reader {
    source: Source,
    pub diagnostics: Vec<Diagnostic>,
}

/// The fields of one map, each at most once, all of them known.
#[derive(Debug)]
pub struct Fields<'a> {
    entries: BTreeMap<&'a str, (&'a Key, &'a Node)>,
    /// Of the map itself; mistakes about missing fields stand here.
    pub mark: Mark,
}

impl<'a> Fields<'a> {
    pub fn get(&self, name: &str) -> Option<&'a Node> {
        self.entries.get(name).map(|(_, node)| *node)
    }

    pub fn key(&self, name: &str) -> Option<&'a Key> {
        self.entries.get(name).map(|(key, _)| *key)
    }
}

impl Reader {
    pub fn new(source: &Source) -> Reader {
        Reader { source: source.clone(), diagnostics: Vec::new() }
    }

    /// All of the text in a line of the file, from 1.
    pub fn line(&self, number: usize) -> Mark {
        let line = self.source.text.lines().nth(number.saturating_sub(1)).unwrap_or("");
        let indentation = line.chars().take_while(|c| c.is_whitespace()).count();
        Mark { line: number, column: indentation + 1, length: line.trim().chars().count().max(1) }
    }

    pub fn error(&mut self, mark: Mark, message: impl Into<String>) {
        self.diagnostics.push(at(&self.source.name, mark, Severity::Error, message));
    }

    pub fn error_with_help(&mut self, mark: Mark, message: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.push(at(&self.source.name, mark, Severity::Error, message).with_help(help));
    }

    pub fn warning(&mut self, mark: Mark, message: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.push(at(&self.source.name, mark, Severity::Warning, message).with_help(help));
    }

    /// The entries of a map, in the order of the file, each key once.
    pub fn map<'a>(&mut self, node: &'a Node, what: &str) -> Option<Vec<(&'a Key, &'a Node)>> {
        let Value::Map(entries) = &node.value else {
            self.error(
                node.mark,
                format!("{what} must be a map of `key: value`, {} stands here", shape(node)),
            );
            return None;
        };
        let mut seen: BTreeMap<&str, Mark> = BTreeMap::new();
        let mut unique = Vec::new();
        for (key, value) in entries {
            match seen.get(key.name.as_str()) {
                Some(first) => self.error_with_help(
                    key.mark,
                    format!("`{}` stands here twice", key.name),
                    format!("the first is in line {}; keep one of them", first.line),
                ),
                None => {
                    seen.insert(&key.name, key.mark);
                    unique.push((key, value));
                }
            }
        }
        Some(unique)
    }

    /// A map with known keys only; unknown ones are told with the nearest known key.
    pub fn fields<'a>(&mut self, node: &'a Node, what: &str, known: &[&str]) -> Option<Fields<'a>> {
        let entries = self.map(node, what)?;
        let mut fields = Fields { entries: BTreeMap::new(), mark: node.mark };
        for (key, value) in entries {
            if known.contains(&key.name.as_str()) {
                fields.entries.insert(&key.name, (key, value));
            } else {
                let help = suggest(&key.name, known.iter().copied());
                self.error_with_help(key.mark, format!("unknown key `{}` in {what}", key.name), help);
            }
        }
        Some(fields)
    }

    pub fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.value {
            Value::Text(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Text(_) | Value::Nothing => {
                self.error(node.mark, format!("{what} is empty"));
                None
            }
            Value::List(_) | Value::Map(_) => {
                self.error(node.mark, format!("{what} must be a text, {} stands here", shape(node)));
                None
            }
        }
    }

    /// A list; a single value counts as a list of one, nothing as an empty one.
    pub fn list<'a>(&mut self, node: &'a Node, what: &str) -> Vec<&'a Node> {
        match &node.value {
            Value::List(items) => items.iter().collect(),
            Value::Nothing => Vec::new(),
            Value::Text(_) => vec![node],
            Value::Map(_) => {
                self.error(node.mark, format!("{what} must be a list, {} stands here", shape(node)));
                Vec::new()
            }
        }
    }

    pub fn texts(&mut self, node: &Node, what: &str) -> Vec<(String, Mark)> {
        let items = self.list(node, what);
        items
            .into_iter()
            .filter_map(|item| Some((self.text(item, &format!("an entry of {what}"))?, item.mark)))
            .collect()
    }

    /// A field that must be there; its absence is told at the map.
    pub fn required<'a>(&mut self, fields: &Fields<'a>, name: &str, what: &str) -> Option<&'a Node> {
        let node = fields.get(name);
        if node.is_none() {
            self.error(fields.mark, format!("`{name}` is missing in {what}"));
        }
        node
    }

    pub fn required_text(&mut self, fields: &Fields<'_>, name: &str, what: &str) -> Option<String> {
        let node = self.required(fields, name, what)?;
        self.text(node, &format!("`{name}`"))
    }

    pub fn optional_text(&mut self, fields: &Fields<'_>, name: &str) -> Option<String> {
        let node = fields.get(name).filter(|node| !node.is_nothing())?;
        self.text(node, &format!("`{name}`"))
    }

    /// A whole number within the bounds.
    pub fn number(&mut self, node: &Node, what: &str, bounds: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let text = self.text(node, what)?;
        match text.trim().parse::<i64>() {
            Ok(number) if bounds.contains(&number) => Some(number),
            _ => {
                let (low, high) = (bounds.start(), bounds.end());
                self.error(
                    node.mark,
                    format!("{what} must be a whole number from {low} to {high}, not `{}`", text.trim()),
                );
                None
            }
        }
    }
}

fn shape(node: &Node) -> &'static str {
    match node.value {
        Value::Nothing => "nothing",
        Value::Text(_) => "a text",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
    }
}

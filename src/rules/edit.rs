//! One example more in an owner's file, and every other byte as it was.
//!
//! The text of an intent file comes in with the example; out comes the text
//! with one insertion. The file is never written anew from its values: its
//! comments, its order and its layout are the owner's.
//!
//! Invariant: what comes out says exactly what went in, and the new example
//! besides. Every edit is proven by reading it back; what cannot be proven is
//! refused.

use crate::domain::message::Language;
use crate::yaml::{self, Mark, Node, Source, Value};

/// A list of an intent file that takes examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleList {
    Examples,
    Counterexamples,
}

impl ExampleList {
    pub fn key(self) -> &'static str {
        match self {
            ExampleList::Examples => "examples",
            ExampleList::Counterexamples => "counterexamples",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// The example stands there already.
    AlreadyThere,
    /// The text of the file with the example in it.
    Text(String),
}

/// Puts the example at the end of its list. The error says why that cannot be done safely.
pub fn with_example(
    source: &Source,
    list: ExampleList,
    language: Language,
    example: &str,
) -> Result<Edit, String> {
    let root = yaml::parse(source).map_err(|broken| broken.message)?;
    let place = Target { text: &source.text, key: list.key(), tag: language.tag(), example };
    let entries = entry(&root, list.key()).and_then(|node| entry(node, language.tag()));
    if entries.is_some_and(|node| texts(node).any(|text| text.trim() == example.trim())) {
        return Ok(Edit::AlreadyThere);
    }
    let expected = place.expected(&root);
    let proven = |edited: &String| {
        let edited = Source { name: source.name.clone(), text: edited.clone() };
        yaml::parse(&edited).is_ok_and(|node| same(&node, &expected))
    };
    place.candidates(&root).into_iter().find(proven).map(Edit::Text).ok_or_else(|| {
        format!(
            "the list `{}` under `{}` is written in a way that cannot be edited safely: put the example in by hand",
            language.tag(),
            list.key()
        )
    })
}

fn entry<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Value::Map(entries) = &node.value else { return None };
    entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
}

fn mark_of_key(node: &Node, name: &str) -> Option<Mark> {
    let Value::Map(entries) = &node.value else { return None };
    entries.iter().find(|(key, _)| key.name == name).map(|(key, _)| key.mark)
}

fn texts(node: &Node) -> impl Iterator<Item = &str> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        Value::Text(_) => std::slice::from_ref(node),
        Value::Nothing | Value::Map(_) => &[],
    };
    items.iter().filter_map(|item| match &item.value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// Do both say the same, wherever it stands?
fn same(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Nothing, Value::Nothing) => true,
        (Value::Text(left), Value::Text(right)) => left == right,
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Map(left), Value::Map(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| {
                    right.iter().any(|(other, node)| other.name == key.name && same(value, node))
                })
        }
        _ => false,
    }
}

/// Where an example goes.
struct Target<'a> {
    text: &'a str,
    key: &'static str,
    tag: &'static str,
    example: &'a str,
}

impl Target<'_> {
    /// What the file must say afterwards.
    fn expected(&self, root: &Node) -> Node {
        let item = Node { value: Value::Text(self.example.to_owned()), mark: Mark::default() };
        let longer = |list: Option<&Node>| {
            let mut items = match list.map(|node| &node.value) {
                Some(Value::List(items)) => items.clone(),
                _ => Vec::new(),
            };
            items.push(item);
            Node { value: Value::List(items), mark: Mark::default() }
        };
        with_entry(Some(root), self.key, |lists| with_entry(lists, self.tag, longer))
    }

    /// Edits that may be right, the likeliest first.
    fn candidates(&self, root: &Node) -> Vec<String> {
        let Some(lists) = entry(root, self.key) else { return vec![self.at_the_end()] };
        match entry(lists, self.tag) {
            Some(list) => self.in_list(lists, list),
            None => self.new_language(root, lists),
        }
    }

    fn in_list(&self, lists: &Node, list: &Node) -> Vec<String> {
        let flow = self.char_at(list.mark) == Some('[');
        match &list.value {
            Value::List(items) => match items.last() {
                Some(last) if flow => self.after_flow_item(last),
                Some(last) => self.after_block_item(last),
                None => self.after_char(list.mark, &self.quoted()),
            },
            Value::Nothing => mark_of_key(lists, self.tag).map_or_else(Vec::new, |key| {
                let line = format!("{}- {}", " ".repeat(key.column + 1), self.quoted());
                vec![self.after_line(key.line, &[line])]
            }),
            Value::Text(_) | Value::Map(_) => Vec::new(),
        }
    }

    fn after_flow_item(&self, last: &Node) -> Vec<String> {
        let end = self.offset(last.mark.line, last.mark.column + last.mark.length);
        end.map(|end| self.inserted(end, &format!(", {}", self.quoted()))).into_iter().collect()
    }

    /// On the line after the last item: of one line, or of as many as are indented further.
    fn after_block_item(&self, last: &Node) -> Vec<String> {
        let Some((line, depth)) = self.dash_of(last.mark) else { return Vec::new() };
        let written = format!("{}- {}", " ".repeat(depth), self.quoted());
        let is_inside = |line: &&str| line.trim().is_empty() || indentation(line) > depth;
        let more = self.text.lines().skip(line).take_while(is_inside).count();
        [0, more].map(|more| self.after_line(line + more, std::slice::from_ref(&written))).into()
    }

    /// Number of the line with an item's dash, and how far it is indented. A block text is
    /// marked at its first line, below its dash.
    fn dash_of(&self, item: Mark) -> Option<(usize, usize)> {
        let above: Vec<&str> = self.text.lines().take(item.line).collect();
        let is_dash = |line: &&str| line.trim_start().starts_with('-') && indentation(line) + 1 < item.column;
        let place = above.iter().rposition(is_dash)?;
        Some((place + 1, indentation(above.get(place)?)))
    }

    fn new_language(&self, root: &Node, lists: &Node) -> Vec<String> {
        let in_braces = format!(" {}: [{}]", self.tag, self.quoted());
        match &lists.value {
            Value::Map(entries) if self.char_at(lists.mark) == Some('{') => {
                let comma = if entries.is_empty() { " " } else { "," };
                self.after_char(lists.mark, &format!("{in_braces}{comma}"))
            }
            Value::Map(entries) => {
                let indentation = entries.first().map_or(2, |(key, _)| key.mark.column.saturating_sub(1));
                self.under_key(root, indentation)
            }
            Value::Nothing => self.under_key(root, 2),
            Value::Text(_) | Value::List(_) => Vec::new(),
        }
    }

    fn under_key(&self, root: &Node, indentation: usize) -> Vec<String> {
        let Some(key) = mark_of_key(root, self.key) else { return Vec::new() };
        let spaces = " ".repeat(indentation);
        let lines = [format!("{spaces}{}:", self.tag), format!("{spaces}  - {}", self.quoted())];
        vec![self.after_line(key.line, &lines)]
    }

    fn at_the_end(&self) -> String {
        let lines =
            [format!("{}:", self.key), format!("  {}:", self.tag), format!("    - {}", self.quoted())];
        self.after_line(self.text.lines().count(), &lines)
    }

    fn quoted(&self) -> String {
        quote(self.example)
    }

    fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// New lines after this many lines of the file.
    fn after_line(&self, count: usize, lines: &[String]) -> String {
        let newline = self.newline();
        let before: usize = self.text.split_inclusive('\n').take(count).map(str::len).sum();
        let block = lines.join(newline);
        let unended = before == self.text.len() && !self.text.is_empty() && !self.text.ends_with('\n');
        let block = if unended { format!("{newline}{block}") } else { format!("{block}{newline}") };
        self.inserted(before, &block)
    }

    /// After the one character at this place.
    fn after_char(&self, mark: Mark, insertion: &str) -> Vec<String> {
        let offset = self.offset(mark.line, mark.column + 1);
        offset.map(|offset| self.inserted(offset, insertion)).into_iter().collect()
    }

    fn char_at(&self, mark: Mark) -> Option<char> {
        self.text.get(self.offset(mark.line, mark.column)?..)?.chars().next()
    }

    /// Bytes before this line and column, both from 1.
    fn offset(&self, line: usize, column: usize) -> Option<usize> {
        let lines = self.text.split_inclusive('\n');
        let before: usize = lines.clone().take(line.checked_sub(1)?).map(str::len).sum();
        let line = lines.clone().nth(line - 1)?;
        let skipped: usize = line.chars().take(column.checked_sub(1)?).map(char::len_utf8).sum();
        Some(before + skipped)
    }

    fn inserted(&self, offset: usize, insertion: &str) -> String {
        let (before, after) = self.text.split_at_checked(offset).unwrap_or((self.text, ""));
        format!("{before}{insertion}{after}")
    }
}

/// The map with one entry changed, or made when it is not there.
fn with_entry(map: Option<&Node>, name: &str, change: impl FnOnce(Option<&Node>) -> Node) -> Node {
    let mut entries = match map.map(|node| &node.value) {
        Some(Value::Map(entries)) => entries.clone(),
        _ => Vec::new(),
    };
    match entries.iter_mut().find(|(key, _)| key.name == name) {
        Some((_, node)) => *node = change(Some(node)),
        None => {
            let key = yaml::Key { name: name.to_owned(), mark: Mark::default() };
            entries.push((key, change(None)));
        }
    }
    Node { value: Value::Map(entries), mark: Mark::default() }
}

fn indentation(line: &str) -> usize {
    line.chars().take_while(|c| *c == ' ').count()
}

/// A double-quoted scalar (YAML 1.2 §7.3.1), on one line whatever is in it.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(c)))
            }
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests;

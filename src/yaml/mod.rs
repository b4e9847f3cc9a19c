//! YAML with places: a file becomes a tree whose every part knows where it stood.
//!
//! serde-saphyr reads the file; what comes out here is only texts, lists and
//! maps, since what a text means (a number, a time, an address) is for the
//! field to say. Then `reader` asks the tree for fields and collects every
//! mistake instead of stopping at the first.
//!
//! Invariant: a scalar keeps the spelling of the file: `0912` stays `0912`.

mod broken;
mod reader;

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;

use crate::diagnostic::{Diagnostic, Severity};
pub use reader::{Fields, Reader};

/// A file's name, as it is shown, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub text: String,
}

/// Where a node stands: line and column from 1, length in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    pub line: usize,
    pub column: usize,
    pub length: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub value: Value,
    pub mark: Mark,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing stands after the colon, or `~`, or `null`.
    Nothing,
    Text(String),
    List(Vec<Node>),
    /// In the order of the file; a key that stands twice is here twice.
    Map(Vec<(Key, Node)>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub name: String,
    pub mark: Mark,
}

impl Node {
    pub fn is_nothing(&self) -> bool {
        self.value == Value::Nothing
    }
}

/// Reads a whole file. An empty one is an empty map.
pub fn parse(source: &Source) -> Result<Node, Diagnostic> {
    // The owner's editor may have put a byte-order mark; YAML allows it.
    let text = source.text.strip_prefix('\u{FEFF}').unwrap_or(&source.text);
    if only_comments(text) {
        return Ok(Node { value: Value::Map(Vec::new()), mark: Mark::default() });
    }
    if let Some(diagnostic) = broken::tab_in_indentation(source) {
        return Err(diagnostic);
    }
    let options = serde_yaml::options! {
        duplicate_keys: serde_yaml::DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
    };
    match serde_yaml::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(raw) => Ok(node(raw, text)),
        Err(error) => Err(broken::explain(source, &error)),
    }
}

fn only_comments(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#') || line == "---")
}

/// What serde-saphyr hands over, before scalars get their spelling back.
enum Raw {
    Nothing,
    /// A text that needs no correction.
    Text(String),
    /// YAML took it for a number or a boolean; the file's spelling is wanted.
    Spelled(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<RawKey>, Spanned<Raw>)>),
}

struct RawKey(Raw);

fn node(raw: Spanned<Raw>, text: &str) -> Node {
    let location = raw.referenced;
    let mark = mark(&location, text);
    let value = match raw.value {
        Raw::Nothing => Value::Nothing,
        Raw::Text(text) => Value::Text(text),
        Raw::Spelled(fallback) => Value::Text(spelling(&raw.defined, text).unwrap_or(fallback)),
        Raw::List(items) => Value::List(items.into_iter().map(|item| node(item, text)).collect()),
        Raw::Map(entries) => Value::Map(
            entries.into_iter().map(|(key, value)| (key_of(key, text), node(value, text))).collect(),
        ),
    };
    Node { value, mark }
}

fn key_of(key: Spanned<RawKey>, text: &str) -> Key {
    let mark = mark(&key.referenced, text);
    let name = match key.value.0 {
        Raw::Text(name) => name,
        Raw::Spelled(fallback) => spelling(&key.defined, text).unwrap_or(fallback),
        Raw::Nothing | Raw::List(_) | Raw::Map(_) => String::new(),
    };
    Key { name, mark }
}

fn spelled<'a>(location: &serde_yaml::Location, text: &'a str) -> Option<&'a str> {
    let start = usize::try_from(location.span().byte_offset()?).ok()?;
    let length = usize::try_from(location.span().byte_len()?).ok()?;
    text.get(start..start.checked_add(length)?)
}

fn spelling(location: &serde_yaml::Location, text: &str) -> Option<String> {
    spelled(location, text).map(|spelled| spelled.trim().to_owned())
}

fn mark(location: &serde_yaml::Location, text: &str) -> Mark {
    let length = spelled(location, text)
        .and_then(|spelled| spelled.lines().next())
        .map_or(1, |line| line.trim_end().chars().count());
    Mark {
        line: usize::try_from(location.line()).unwrap_or(0),
        column: usize::try_from(location.column()).unwrap_or(0),
        length: length.max(1),
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

impl<'de> Deserialize<'de> for RawKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawKey, D::Error> {
        deserializer.deserialize_any(RawVisitor).map(RawKey)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list or a map")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Spelled(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Spelled(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Spelled(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Spelled(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Spelled(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Spelled(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

/// A mistake at a mark of this source.
pub fn at(source: &str, mark: Mark, severity: Severity, message: impl Into<String>) -> Diagnostic {
    Diagnostic {
        severity,
        file: source.to_owned(),
        line: mark.line,
        column: mark.column,
        length: mark.length,
        message: message.into(),
        help: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Node {
        parse(&Source { name: "x.yaml".into(), text: text.into() }).unwrap()
    }

    fn broken(text: &str) -> String {
        let source = Source { name: "x.yaml".into(), text: text.into() };
        parse(&source).unwrap_err().render(Some(text))
    }

    fn entry<'a>(node: &'a Node, name: &str) -> &'a Node {
        let Value::Map(entries) = &node.value else { panic!("no map") };
        &entries.iter().find(|(key, _)| key.name == name).unwrap().1
    }

    #[test]
    fn scalars_keep_their_spelling() {
        let node = read("a: 0912\nb: yes\nc: 1.10\nd: 1405-01-01\ne: ~\nf:\ng: \"\"\n1: true\nh: 0x1F\n");
        let text = |name: &str| entry(&node, name).value.clone();
        assert_eq!(text("a"), Value::Text("0912".into()));
        assert_eq!(text("b"), Value::Text("yes".into()));
        assert_eq!(text("c"), Value::Text("1.10".into()));
        assert_eq!(text("d"), Value::Text("1405-01-01".into()));
        assert_eq!(text("e"), Value::Nothing);
        assert_eq!(text("f"), Value::Nothing);
        assert_eq!(text("g"), Value::Text(String::new()));
        assert_eq!(text("1"), Value::Text("true".into()));
        assert_eq!(text("h"), Value::Text("0x1F".into()));
    }

    #[test]
    fn places_count_characters_not_bytes() {
        let node = read("سلام: [یک, \"دو\"]\nx:\n  y: |\n    خط\n    دوم\n");
        let list = entry(&node, "سلام");
        let Value::List(items) = &list.value else { panic!("no list") };
        assert_eq!(items[0].mark, Mark { line: 1, column: 8, length: 2 });
        assert_eq!(items[1].mark, Mark { line: 1, column: 12, length: 4 });
        // A block text stands where its first line stands.
        assert_eq!(entry(entry(&node, "x"), "y").mark.line, 4);
    }

    #[test]
    fn json_is_yaml() {
        let node = read("{\n\t\"a\": {\"b\": [1, true, null, \"x\\ny\"]}\n}\n");
        let Value::List(items) = &entry(entry(&node, "a"), "b").value else { panic!("no list") };
        let values: Vec<&Value> = items.iter().map(|item| &item.value).collect();
        assert_eq!(
            values,
            [
                &Value::Text("1".into()),
                &Value::Text("true".into()),
                &Value::Nothing,
                &Value::Text("x\ny".into())
            ]
        );
    }

    #[test]
    fn an_empty_file_is_an_empty_map() {
        assert_eq!(read("# nothing yet\n").value, Value::Map(Vec::new()));
        assert_eq!(read("\u{FEFF}").value, Value::Map(Vec::new()));
    }

    #[test]
    fn a_tab_is_told_in_plain_words() {
        insta::assert_snapshot!(broken("a:\n\tb: 1\n"), @r"
        error: a tab stands at the start of this line
         --> x.yaml:2:1
          |
        2 |     b: 1
          | ^^^^
          |
        help: YAML is indented with spaces: replace each tab by two spaces
        ");
    }

    #[test]
    fn an_open_quote_is_told_where_it_opens() {
        insta::assert_snapshot!(broken("a: \"one\nb: two\nc: three\n"), @r#"
        error: a quotation mark opens here and is never closed
         --> x.yaml:1:4
          |
        1 | a: "one
          |    ^
          |
        help: close it with the same mark, or leave both out; inside '…' write '' for one apostrophe
        "#);
    }

    #[test]
    fn a_missing_colon_is_told_in_plain_words() {
        insta::assert_snapshot!(broken("intent: x\nkind question\nreply: y\n"), @r"
        error: the file cannot be read as YAML: simple key expected ':'
         --> x.yaml:2:1
          |
        2 | kind question
          | ^
          |
        help: line 2: a colon is missing after the key (`key: value`), or the line is not indented as far as the text it belongs to
        ");
    }

    #[test]
    fn a_text_with_a_colon_is_told_in_plain_words() {
        insta::assert_snapshot!(broken("title: Shipping: how long\n"), @r#"
        error: the file cannot be read as YAML: mapping values are not allowed in this context
         --> x.yaml:1:16
          |
        1 | title: Shipping: how long
          |                ^
          |
        help: line 1: a text that has a colon in it needs quotation marks: `key: "one: two"`
        "#);
    }

    #[test]
    fn an_open_bracket_is_told_in_plain_words() {
        insta::assert_snapshot!(broken("fa: [\"a\", \"b\"\nen: []\n"), @r"
        error: the file cannot be read as YAML: illegal placement of ':' indicator
         --> x.yaml:2:3
          |
        2 | en: []
          |   ^
          |
        help: line 1: the list that opens with [ must be closed with ]
        ");
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut text = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (before, after) in
            ["a", "b", "c", "d", "e", "f", "g"].iter().zip(["b", "c", "d", "e", "f", "g", "h"])
        {
            let ten = format!("*{before}, ").repeat(10);
            text.push_str(&format!("{after}: &{after} [{ten}]\n"));
        }
        assert!(broken(&text).contains("cannot be read as YAML"));
    }
}

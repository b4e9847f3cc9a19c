//! Broken YAML, explained to people who do not write YAML for a living.

use serde_yaml::Error;

use crate::diagnostic::{Diagnostic, Severity};
use crate::yaml::{Mark, Source, at};

/// A tab before the first word of a line: the commonest mistake, and the
/// parser's own message about it speaks of tokens.
pub fn tab_in_indentation(source: &Source) -> Option<Diagnostic> {
    if !source.text.contains('\t') {
        return None;
    }
    // Inside a JSON document tabs are fine.
    if source.text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut quoted = QuotedLines::default();
    for (index, line) in source.text.lines().enumerate() {
        let inside = quoted.starts_inside();
        quoted.pass(line);
        let indentation: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        let Some(column) = indentation.chars().position(|c| c == '\t') else { continue };
        if inside || line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let mark = Mark { line: index + 1, column: column + 1, length: 1 };
        return Some(
            at(&source.name, mark, Severity::Error, "a tab stands at the start of this line")
                .with_help("YAML is indented with spaces: replace each tab by two spaces"),
        );
    }
    None
}

/// Follows flow collections over lines, roughly: only to leave tabs inside them alone.
#[derive(Default)]
struct QuotedLines {
    depth: i32,
}

impl QuotedLines {
    fn starts_inside(&self) -> bool {
        self.depth > 0
    }

    fn pass(&mut self, line: &str) {
        for c in line.split(" #").next().unwrap_or(line).chars() {
            match c {
                '[' | '{' => self.depth += 1,
                ']' | '}' => self.depth = (self.depth - 1).max(0),
                _ => {}
            }
        }
    }
}

/// The parser's position, and in plain words what is most likely wrong there.
pub fn explain(source: &Source, error: &Error) -> Diagnostic {
    let error = error.without_snippet();
    let (line, column) = error.location().map_or((1, 1), |location| {
        (
            usize::try_from(location.line()).unwrap_or(1).max(1),
            usize::try_from(location.column()).unwrap_or(1).max(1),
        )
    });
    let said = first_line(&error.to_string());
    if let Some((line, column)) = unbalanced_quote(source, line) {
        let mark = Mark { line, column, length: 1 };
        return at(&source.name, mark, Severity::Error, "a quotation mark opens here and is never closed")
            .with_help(
                "close it with the same mark, or leave both out; inside '…' write '' for one apostrophe",
            );
    }
    let mark = Mark { line, column, length: 1 };
    let help = hint(source, line);
    at(&source.name, mark, Severity::Error, format!("the file cannot be read as YAML: {said}"))
        .with_help(help)
}

fn first_line(message: &str) -> String {
    let first = message.lines().next().unwrap_or("broken here").trim();
    // The place is told by the diagnostic itself.
    first.split(" at line ").next().unwrap_or(first).to_owned()
}

/// A quote that opens on or just before the line and has no partner up to the end of the file.
fn unbalanced_quote(source: &Source, near: usize) -> Option<(usize, usize)> {
    let mut open: Option<(char, usize, usize)> = None;
    for (index, line) in source.text.lines().enumerate() {
        let mut before = ' ';
        let mut characters = line.chars().enumerate().peekable();
        while let Some((column, c)) = characters.next() {
            match open {
                Some((quote, ..)) if c == quote => {
                    let doubled = quote == '\'' && characters.peek().is_some_and(|(_, next)| *next == '\'');
                    if doubled {
                        characters.next();
                    } else if !(quote == '"' && before == '\\') {
                        open = None;
                    }
                }
                Some(_) => {}
                None if c == '#' && before.is_whitespace() => break,
                // A quote opens only where a value may begin.
                None if matches!(c, '"' | '\'') && matches!(before, ' ' | '[' | '{' | ',' | ':') => {
                    open = Some((c, index + 1, column + 1));
                }
                None => {}
            }
            before = c;
        }
        // A quote still open at the end of a line is legal, but owners hardly ever
        // mean it: the parser has stopped, so the last one that opened is the suspect.
        if let Some((_, line, column)) = open
            && index + 1 >= near
        {
            return Some((line, column));
        }
    }
    open.map(|(_, line, column)| (line, column))
}

fn hint(source: &Source, line: usize) -> String {
    let text = |number: usize| number.checked_sub(1).and_then(|index| source.text.lines().nth(index));
    for number in [line, line.saturating_sub(1)] {
        let Some(shown) = text(number).map(str::trim) else { continue };
        if shown.is_empty() || shown.starts_with('#') {
            continue;
        }
        if let Some(hint) = hint_for(shown) {
            return format!("line {number}: {hint}");
        }
    }
    "compare the indentation with the lines around it: what belongs together starts in the same column"
        .to_owned()
}

fn hint_for(line: &str) -> Option<&'static str> {
    if line.matches('"').count() % 2 == 1 {
        return Some(
            "a quotation mark is missing or stands here once too often: count them, they come in pairs",
        );
    }
    let bare = line.trim_start_matches("- ");
    let value = bare.split_once(": ").map(|(_, value)| value.trim());
    if bare.contains(':') && value.is_none() && !bare.ends_with(':') && !bare.contains("://") {
        return Some("put a space after the colon: `key: value`");
    }
    if let Some(value) = value {
        if value.contains(": ") && !value.starts_with(['"', '\'', '{', '[', '|', '>']) {
            return Some("a text that has a colon in it needs quotation marks: `key: \"one: two\"`");
        }
        if value.starts_with(['*', '&', '!', '%', '@', '`']) {
            return Some("a text that begins with * & ! % @ or ` needs quotation marks");
        }
        if value.starts_with('[') && !value.contains(']') {
            return Some("the list that opens with [ must be closed with ]");
        }
        if value.starts_with('{') && !value.contains('}') {
            return Some(
                "the map that opens with { must be closed with }; a text that begins with {{ needs quotation marks or a | before it",
            );
        }
    }
    if !bare.contains(':') && !line.starts_with('-') {
        return Some(
            "a colon is missing after the key (`key: value`), or the line is not indented as far as the text it belongs to",
        );
    }
    None
}

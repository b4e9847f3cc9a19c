//! A mistake in a file that a person wrote, told at its place.
//!
//! Settings and rules both find such mistakes and collect all of them; the
//! commands show them in one line each or with the line they are about.
//!
//! Invariant: a message says what is wrong in words of the owner's file, and
//! `help`, where there is one, says what to write instead.

use std::collections::BTreeMap;
use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file cannot be used as it is.
    Error,
    /// The file works, but its owner should know.
    Warning,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// Lines and columns count from 1, columns in characters; line 0 means the
/// file as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    pub file: String,
    pub line: usize,
    pub column: usize,
    /// Characters to underline, on that line.
    pub length: usize,
    pub message: String,
    pub help: Option<String>,
}

impl Diagnostic {
    /// A mistake that concerns the whole file, or a file that is not there.
    pub fn file(severity: Severity, file: impl Into<String>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity,
            file: file.into(),
            line: 0,
            column: 0,
            length: 0,
            message: message.into(),
            help: None,
        }
    }

    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The mistake with the line of the file it is about; without colour.
    pub fn render(&self, source: Option<&str>) -> String {
        self.render_with(source, &Renderer::plain())
    }

    /// Like [`render`](Self::render), for a terminal with colours.
    pub fn render_coloured(&self, source: Option<&str>) -> String {
        self.render_with(source, &Renderer::styled())
    }

    fn render_with(&self, source: Option<&str>, renderer: &Renderer) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(self.message.as_str());
        let mut report = Vec::new();
        match source.and_then(|source| Some((source, self.span_in(source)?))) {
            Some((source, span)) => report.push(
                title.element(
                    Snippet::source(source)
                        .path(self.file.as_str())
                        .annotation(AnnotationKind::Primary.span(span)),
                ),
            ),
            None => {
                let place = if self.line == 0 {
                    self.file.clone()
                } else {
                    format!("{}:{}:{}", self.file, self.line, self.column)
                };
                report.push(Group::with_title(title).element(Level::NOTE.message(format!("in {place}"))));
            }
        }
        if let Some(help) = &self.help {
            report.push(Group::with_title(Level::HELP.secondary_title(help.as_str())));
        }
        renderer.render(&report)
    }

    /// The byte range of the underlined characters.
    fn span_in(&self, source: &str) -> Option<std::ops::Range<usize>> {
        let line_start: usize =
            source.split_inclusive('\n').take(self.line.checked_sub(1)?).map(str::len).sum();
        let line = source.get(line_start..)?.split('\n').next()?;
        let bytes = |characters: usize| line.chars().take(characters).map(char::len_utf8).sum::<usize>();
        let skipped = self.column.saturating_sub(1);
        Some(line_start + bytes(skipped)..line_start + bytes(skipped + self.length))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}: {}", self.file, self.severity.name(), self.message)
        } else {
            write!(
                f,
                "{}:{}:{}: {}: {}",
                self.file,
                self.line,
                self.column,
                self.severity.name(),
                self.message
            )
        }
    }
}

/// Sorted by file and place, so that the order of reading never shows.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        (&a.file, a.line, a.column, &a.message).cmp(&(&b.file, b.line, b.column, &b.message))
    });
}

/// All of them, each with its line of the file as it is on disk now, one under the other.
pub fn report(diagnostics: &[Diagnostic], coloured: bool) -> String {
    let mut sources: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut text = String::new();
    for diagnostic in diagnostics {
        let source = sources
            .entry(&diagnostic.file)
            .or_insert_with(|| std::fs::read_to_string(&diagnostic.file).ok())
            .as_deref();
        let shown = if coloured { diagnostic.render_coloured(source) } else { diagnostic.render(source) };
        text.push_str(&shown);
        text.push_str("\n\n");
    }
    text
}

/// The known word that the unknown one was most likely meant to be.
pub fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let unknown = unknown.to_lowercase();
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&unknown, word), word))
        .filter(|(distance, word)| *distance * 5 <= word.chars().count() * 2 + 2)
        .min()
        .map(|(_, word)| word)
}

/// "Did you mean …?" for an unknown word, else all the known ones.
pub fn suggest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(unknown, known.clone()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => {
            let all: Vec<&str> = known.into_iter().collect();
            format!("known here: {}", all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake() -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            file: "intents/x.yaml".into(),
            line: 2,
            column: 1,
            length: 4,
            message: "unknown key `kint`".into(),
            help: Some("did you mean `kind`?".into()),
        }
    }

    #[test]
    fn a_mistake_is_shown_with_its_line() {
        insta::assert_snapshot!(mistake().render(Some("intent: x\nkint: question\n")), @r"
        error: unknown key `kint`
         --> intents/x.yaml:2:1
          |
        2 | kint: question
          | ^^^^
          |
        help: did you mean `kind`?
        ");
    }

    #[test]
    fn a_mistake_without_its_source_names_the_place() {
        insta::assert_snapshot!(mistake().render(None), @r"
        error: unknown key `kint`
         |
         = note: in intents/x.yaml:2:1
        help: did you mean `kind`?
        ");
        insta::assert_snapshot!(mistake(), @"intents/x.yaml:2:1: error: unknown key `kint`");
    }

    #[test]
    fn a_place_beyond_the_source_is_no_reason_to_panic() {
        let mut far = mistake();
        far.line = 99;
        far.column = 99;
        assert!(far.render(Some("x")).contains("unknown key"));
    }

    #[test]
    fn the_nearest_word_is_found_and_nonsense_is_not() {
        assert_eq!(nearest("fraze", ["phrases", "patterns"]), None);
        assert_eq!(nearest("frases", ["phrases", "patterns"]), Some("phrases"));
        assert_eq!(nearest("PASSWORT", ["password", "host"]), Some("password"));
    }
}

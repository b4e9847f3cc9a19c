//! One template: checked when it is made, filled in under limits.

use std::collections::BTreeSet;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::domain::compose::values::{Absent, isolate};
use crate::domain::message::Language;

/// Steps of the template engine; a long reply takes some hundred.
const FUEL: u64 = 20_000;

/// A text with placeholders, whose syntax is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    source: String,
}

/// What is wrong with a template, and in which of its lines (from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    pub line: usize,
    pub message: String,
}

impl Template {
    pub fn parse(source: &str) -> Result<Template, TemplateError> {
        environment(None).template_from_str(source).map_err(|error| TemplateError {
            line: error.line().unwrap_or(1),
            message: error.detail().unwrap_or("the placeholder cannot be read").to_owned(),
        })?;
        Ok(Template { source: source.to_owned() })
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// Every name that it asks for: `code`, `facts.return_days` …
    pub fn names(&self) -> BTreeSet<String> {
        let environment = environment(None);
        let globals: BTreeSet<String> = environment.globals().map(|(name, _)| name.to_owned()).collect();
        environment
            .template_from_str(&self.source)
            .map(|template| template.undeclared_variables(true))
            .unwrap_or_default()
            .into_iter()
            .filter(|name| !globals.contains(name))
            .collect()
    }

    /// The text, every value isolated where direction could be confused; or what is missing.
    pub(super) fn render(&self, context: &Value, language: Language) -> Result<String, String> {
        self.render_in(&environment(Some(language)), context).map(|text| tidy(&text))
    }

    /// The same without isolates, for addresses.
    pub(super) fn render_plain(&self, context: &Value) -> Result<String, String> {
        self.render_in(&environment(None), context).map(|text| text.trim().to_owned())
    }

    fn render_in(&self, environment: &Environment<'_>, context: &Value) -> Result<String, String> {
        let render = || environment.template_from_str(&self.source)?.render(context);
        render().map_err(|error: Error| match error.kind() {
            ErrorKind::OutOfFuel => "the template does not come to an end".to_owned(),
            _ => error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
        })
    }
}

/// `isolating`: the language of the text around the values; none for bare values.
fn environment(isolating: Option<Language>) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment.set_formatter(move |out, _state, value| {
        if let Some(absent) = value.downcast_object_ref::<Absent>() {
            return Err(Error::new(ErrorKind::UndefinedError, absent.0.clone()));
        }
        let text = value.to_string();
        let bare = !isolating.is_some_and(|language| needs_isolate(&text, language));
        let shown = if bare { text } else { isolate(&text) };
        out.write_str(&shown).map_err(Error::from)
    });
    environment
}

/// In a Persian text every value is isolated; in an English one whatever is written
/// from right to left, and what is isolated already stays as it is.
fn needs_isolate(text: &str, language: Language) -> bool {
    if text.is_empty() || text.starts_with('\u{2068}') {
        return false;
    }
    match language {
        Language::Fa => true,
        Language::En => text.chars().any(|c| matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FEFC}')),
    }
}

/// No blank at the end of a line, no more than one empty line, none around.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    lines.join("\n").trim_end().to_owned()
}

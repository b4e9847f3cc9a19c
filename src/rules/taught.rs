//! What people taught, on its way into the rules.
//!
//! An accepted example goes into its intent's file, once the rules with it
//! have been tried; messages that fit no intent are read from where the
//! gateway keeps them.
//!
//! Invariant: a file is written only with rules that load and whose examples
//! hold; until then nothing on disk has changed.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::domain::judgement::{Label, LearnedExample};
use crate::domain::message::Language;
use crate::rules::Read;
use crate::rules::edit::{self, Edit, ExampleList};
use crate::rules::files::{self, RuleFile};
use crate::settings::Settings;

/// Where the gateway keeps what people taught, inside the data directory.
pub const DIRECTORY: &str = "learned";
/// Examples that wait for the owner.
pub const EXAMPLES: &str = "examples.jsonl";
/// Messages that fit no intent.
pub const NEGATIVES: &str = "negatives.jsonl";

/// An example that stands in its intent's file now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub file: PathBuf,
    /// False: it stood there before.
    pub changed: bool,
}

/// Why an example was not taken, in words for the owner.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error(
        "The intents are those inside the program: copy the directory `intents` beside your settings first."
    )]
    BuiltIn,
    #[error("There is no file for the intent `{0}`.")]
    NoFile(String),
    #[error("{file}: {why}")]
    Unsafe { file: String, why: String },
    #[error("The rules on disk have mistakes: `pasokh check` shows them. Nothing was changed.")]
    BrokenBefore,
    #[error("With this example the rules would not hold, so nothing was changed:\n{0}")]
    Breaks(String),
    #[error("{0} was changed by somebody else in this moment: try again.")]
    Changed(String),
    #[error("{file} could not be written: {source}")]
    Io { file: String, source: std::io::Error },
}

/// Writes the example into the file of this intent.
pub fn accept(
    settings: &Settings,
    intent: &str,
    list: ExampleList,
    example: &LearnedExample,
) -> Result<Accepted, Refused> {
    let mut found = Vec::new();
    let mut files = files::read(settings, &mut found);
    let place = files.intents.iter().position(|file| file.stem == intent);
    let file = place.and_then(|place| files.intents.get(place)).cloned();
    let file = file.ok_or_else(|| Refused::NoFile(intent.to_owned()))?;
    if file.built_in {
        return Err(Refused::BuiltIn);
    }
    let path = PathBuf::from(&file.source.name);
    let edit = edit::with_example(&file.source, list, example.language, &example.text)
        .map_err(|why| Refused::Unsafe { file: file.source.name.clone(), why })?;
    let Edit::Text(text) = edit else { return Ok(Accepted { file: path, changed: false }) };
    let before = Read::of(settings, files.clone(), found.clone());
    if before.has_mistakes() {
        return Err(Refused::BrokenBefore);
    }
    if let Some(file) = place.and_then(|place| files.intents.get_mut(place)) {
        file.source.text.clone_from(&text);
    }
    let after = Read::of(settings, files, found);
    if after.has_mistakes() {
        return Err(Refused::Breaks(told(after.found.iter().filter(|mistake| mistake.is_error()))));
    }
    let new = new_ones(&before.misunderstood(), after.misunderstood());
    if !new.is_empty() {
        return Err(Refused::Breaks(told(new.iter())));
    }
    write(&file, &path, &text)?;
    Ok(Accepted { file: path, changed: true })
}

/// The mistakes that were not there before. Lines move with an edit, so they are not compared.
fn new_ones(before: &[Diagnostic], after: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut known: Vec<&Diagnostic> = before.iter().collect();
    let mut is_known = |mistake: &Diagnostic| {
        let same = |old: &&Diagnostic| old.file == mistake.file && old.message == mistake.message;
        known.iter().position(same).map(|at| known.swap_remove(at)).is_some()
    };
    after.into_iter().filter(|mistake| !is_known(mistake)).collect()
}

fn told<'d>(mistakes: impl Iterator<Item = &'d Diagnostic>) -> String {
    let lines = mistakes.map(|mistake| match &mistake.help {
        Some(help) => format!("{mistake} ({help})"),
        None => mistake.to_string(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Over the old file in one step, if that is still what was read.
fn write(read: &RuleFile, path: &Path, text: &str) -> Result<(), Refused> {
    let file = &read.source.name;
    let failed = |source| Refused::Io { file: file.clone(), source };
    // A link stays a link: what it points to is written.
    let path = path.canonicalize().map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // A hidden file is no rule file.
    let beside = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let written = || {
        let mut new = fs::File::create(&beside)?;
        new.set_permissions(fs::metadata(&path)?.permissions())?;
        new.write_all(text.as_bytes())?;
        new.sync_all()
    };
    let outcome = written().map_err(failed).and_then(|()| {
        let now = fs::read(&path).map_err(failed)?;
        if now != read.source.text.as_bytes() {
            return Err(Refused::Changed(file.clone()));
        }
        fs::rename(&beside, &path).map_err(failed)
    });
    if outcome.is_err() {
        let _ = fs::remove_file(&beside);
    }
    outcome
}

/// As much of a line of [`NEGATIVES`] as is learned from.
#[derive(Deserialize)]
struct Line {
    text: String,
    language: String,
}

/// The messages of which staff said that they fit no intent; none when nobody said so yet.
/// A line that cannot be read teaches nothing and breaks nothing.
pub fn negatives(data_dir: &Path) -> Vec<LearnedExample> {
    let text = fs::read_to_string(data_dir.join(DIRECTORY).join(NEGATIVES)).unwrap_or_default();
    text.lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok())
        .filter_map(|line| {
            let language = Language::from_tag(&line.language)?;
            Some(LearnedExample { text: line.text, language, label: Label::Nothing })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{self, Secrets};

    const INTENT: &str = "# mine\nintent: tents\ntitle: { en: Tents }\nkind: question\nreply: none\nphrases: { en: [\"blue tent\"] }\nnot: { en: [\"red boat\"] }\nexamples:\n  en:\n    - a blue tent # the first\n";

    fn shop(directory: &Path, intent: &str) -> Settings {
        for (name, text) in [
            ("pasokh.yaml", "business: { name: Shop, languages: [en] }\n"),
            ("intents/tents.yaml", intent),
            ("replies/none.yaml", "reply: greeting\ntext: { en: Hello. }\n"),
        ] {
            fs::create_dir_all(directory.join(name).parent().unwrap()).unwrap();
            fs::write(directory.join(name), text).unwrap();
        }
        fs::rename(directory.join("replies/none.yaml"), directory.join("replies/greeting.yaml")).unwrap();
        settings::load(Some(&directory.join("pasokh.yaml")), Secrets::Optional).unwrap().0
    }

    fn example(text: &str) -> LearnedExample {
        LearnedExample {
            text: text.to_owned(),
            language: Language::En,
            label: Label::Intent("tents".to_owned()),
        }
    }

    fn accepted(settings: &Settings, intent: &str, text: &str) -> Result<bool, String> {
        let accepted = accept(settings, intent, ExampleList::Examples, &example(text));
        accepted.map(|accepted| accepted.changed).map_err(|refused| refused.to_string())
    }

    #[test]
    fn an_example_that_holds_is_written_and_one_that_does_not_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let settings = shop(directory.path(), INTENT);
        let file = directory.path().join("intents/tents.yaml");
        assert_eq!(accepted(&settings, "tents", "which blue tent"), Ok(true));
        let after = format!("{INTENT}    - \"which blue tent\"\n");
        assert_eq!(fs::read_to_string(&file).unwrap(), after);
        assert_eq!(accepted(&settings, "tents", "which blue tent"), Ok(false));
        let refusal = accepted(&settings, "tents", "which red boat").unwrap_err();
        assert!(refusal.contains("tents.yaml:12") && refusal.contains("nothing that is known"), "{refusal}");
        assert_eq!(fs::read_to_string(&file).unwrap(), after);
        assert!(accepted(&settings, "boats", "x").unwrap_err().contains("no file"));
    }

    #[test]
    fn rules_that_are_broken_already_and_those_of_the_program_are_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let settings = shop(directory.path(), &format!("{INTENT}phrase: {{{{}}}}\n"));
        assert!(accepted(&settings, "tents", "that blue tent").unwrap_err().contains("pasokh check"));

        let alone = tempfile::tempdir().unwrap();
        let file = alone.path().join("pasokh.yaml");
        fs::write(&file, "business: { name: Shop }\n").unwrap();
        let settings = settings::load(Some(&file), Secrets::Optional).unwrap().0;
        assert!(accepted(&settings, "shipping", "x").unwrap_err().contains("copy the directory `intents`"));
    }

    #[test]
    fn a_file_stays_what_it_was_to_the_system() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let settings = shop(directory.path(), INTENT);
        let (link, real) = (directory.path().join("intents/tents.yaml"), directory.path().join("real.yaml"));
        fs::rename(&link, &real).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert_eq!(accepted(&settings, "tents", "that blue tent"), Ok(true));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::read_to_string(&real).unwrap().ends_with("\"that blue tent\"\n"));
    }

    #[test]
    fn a_line_that_cannot_be_read_teaches_nothing_and_breaks_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(DIRECTORY);
        fs::create_dir(&path).unwrap();
        let text = "{\"text\":\"a red boat\",\"language\":\"en\",\"label\":\"none\"}\nhalf a li\n{\"text\":\"x\",\"language\":\"xx\"}\n";
        fs::write(path.join(NEGATIVES), text).unwrap();
        let read = negatives(directory.path());
        assert_eq!(read, [LearnedExample { label: Label::Nothing, ..example("a red boat") }]);
    }
}

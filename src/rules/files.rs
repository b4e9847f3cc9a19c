//! Which files there are.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{starter, taught};
use crate::settings::Settings;
use crate::yaml::Source;

/// One file with its stem, which must be the name of what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    pub stem: String,
    pub source: Source,
    /// From the starter set inside the program.
    pub built_in: bool,
}

/// Sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files {
    pub intents: Vec<RuleFile>,
    pub replies: Vec<RuleFile>,
    /// Messages of which staff said that they fit no intent.
    pub negatives: Vec<String>,
}

/// What cannot be read is told in `found`.
pub fn read(settings: &Settings, found: &mut Vec<Diagnostic>) -> Files {
    let mut of = |directory: &Option<PathBuf>, built_in: fn() -> Vec<RuleFile>| match directory {
        Some(directory) => directory_files(directory, found),
        None => built_in(),
    };
    Files {
        intents: of(&settings.intents_dir, starter::intents),
        replies: of(&settings.replies_dir, starter::replies),
        negatives: taught::negatives(&settings.data_dir).into_iter().map(|example| example.text).collect(),
    }
}

fn directory_files(directory: &Path, found: &mut Vec<Diagnostic>) -> Vec<RuleFile> {
    let shown = directory.display().to_string();
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!("the directory cannot be read: {error}");
            found.push(Diagnostic::file(Severity::Error, shown, message));
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_rule_file(path)).collect();
    paths.sort();
    if paths.is_empty() {
        let message = "no YAML file is in this directory";
        found.push(Diagnostic::file(Severity::Error, shown, message));
    }
    paths.iter().filter_map(|path| read_file(path, found)).collect()
}

/// Editors leave hidden files and copies with other endings beside the real ones.
fn is_rule_file(path: &Path) -> bool {
    let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    yaml && !hidden
}

fn read_file(path: &Path, found: &mut Vec<Diagnostic>) -> Option<RuleFile> {
    let name = path.display().to_string();
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    let told = match std::fs::read(path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => return Some(RuleFile { stem, source: Source { name, text }, built_in: false }),
            Err(_) => Diagnostic::file(Severity::Error, name, "the file is not in UTF-8")
                .with_help("save it again with the encoding UTF-8"),
        },
        Err(error) => Diagnostic::file(Severity::Error, name, format!("the file cannot be read: {error}")),
    };
    found.push(told);
    None
}

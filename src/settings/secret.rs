//! Passwords and tokens: named in the settings, kept elsewhere.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use crate::settings::place::Place;
use crate::yaml::{Mark, Node, Value};

/// Must secrets be there?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// One that cannot be read is an error.
    Required,
    /// One that cannot be read is a warning, and empty: for commands that sign in nowhere.
    Optional,
}

/// `{ env: NAME }`, `{ file: PATH }`, `{ credential: NAME }`, or the secret itself with a warning.
pub(super) fn read(place: &mut Place, node: &Node, what: &str) -> Option<SecretString> {
    if let Value::Text(_) = node.value {
        let literal = place.reader.text(node, what)?;
        place.reader.warning(
            node.mark,
            format!("{what} is written in the settings"),
            "keep it outside: { env: NAME }, { file: PATH } or { credential: NAME }",
        );
        return Some(SecretString::from(literal));
    }
    let fields = place.reader.fields(node, what, &["env", "file", "credential"])?;
    let sources: Vec<&str> =
        ["env", "file", "credential"].into_iter().filter(|key| fields.get(key).is_some()).collect();
    let [source] = sources.as_slice() else {
        place.reader.error(
            node.mark,
            format!(
                "{what} needs exactly one of {{ env: NAME }}, {{ file: PATH }} and {{ credential: NAME }}"
            ),
        );
        return None;
    };
    let name = place.reader.optional_text(&fields, source)?;
    let found = match *source {
        "env" => std::env::var(&name)
            .map_err(|_| format!("the environment variable `{name}` is not set, it should hold {what}")),
        "file" => from_file(&place.resolve(&name), what),
        _ => credential(&name).and_then(|path| from_file(&path, what)),
    };
    found_or_told(place, node.mark, what, found)
}

fn found_or_told(
    place: &mut Place,
    mark: Mark,
    what: &str,
    found: Result<String, String>,
) -> Option<SecretString> {
    let problem = match found {
        Ok(secret) if !secret.trim().is_empty() => return Some(SecretString::from(secret)),
        Ok(_) => format!("{what} is empty at its source"),
        Err(problem) => problem,
    };
    match place.secrets {
        Secrets::Required => {
            place.reader.error(mark, problem);
            None
        }
        Secrets::Optional => {
            place.reader.warning(mark, problem, "`pasokh run` needs it");
            Some(SecretString::from(String::new()))
        }
    }
}

/// Editors end files with a newline, which is no part of a password.
fn from_file(path: &Path, what: &str) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
        .map_err(|error| format!("{what} cannot be read from `{}`: {error}", path.display()))
}

/// systemd.exec(5), "Credentials": files in a directory that only the service sees.
fn credential(name: &str) -> Result<PathBuf, String> {
    if name.contains(['/', '\\']) || name == ".." {
        return Err(format!("`{name}` is no name of a credential"));
    }
    std::env::var_os("CREDENTIALS_DIRECTORY")
        .map(|directory| Path::new(&directory).join(name))
        .ok_or_else(|| "systemd gave no credentials: CREDENTIALS_DIRECTORY is not set".to_owned())
}

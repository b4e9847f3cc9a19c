//! Where a settings file lies, and what is wrong in it so far.

use std::path::{Path, PathBuf};

use crate::settings::Secrets;
use crate::yaml::{Fields, Reader, Source};

#[derive(Debug)]
pub(super) struct Place {
    pub reader: Reader,
    /// Relative paths start here.
    base: PathBuf,
    pub secrets: Secrets,
}

impl Place {
    pub fn new(source: &Source, path: Option<&Path>, secrets: Secrets) -> Place {
        let base = path.and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default();
        Place { reader: Reader::new(source), base, secrets }
    }

    pub fn resolve(&self, path: &str) -> PathBuf {
        self.base.join(path)
    }

    pub fn path(&mut self, fields: &Fields<'_>, key: &str) -> Option<PathBuf> {
        let path = self.reader.optional_text(fields, key)?;
        Some(self.resolve(path.trim()))
    }

    pub fn path_or(&mut self, fields: &Fields<'_>, key: &str, default: &str) -> PathBuf {
        self.path(fields, key).unwrap_or_else(|| self.resolve(default))
    }

    /// A directory with rules. One that is named must be there; the usual one may be
    /// absent, then the built-in starter set serves.
    pub fn rules_dir(&mut self, fields: &Fields<'_>, key: &str, default: &str) -> Option<PathBuf> {
        let Some(node) = fields.get(key).filter(|node| !node.is_nothing()) else {
            return Some(self.resolve(default)).filter(|directory| directory.is_dir());
        };
        let directory = self.path(fields, key)?;
        if directory.is_dir() {
            return Some(directory);
        }
        self.reader.error_with_help(
            node.mark,
            format!("there is no directory `{}`", directory.display()),
            "relative paths start at the settings file; without this line the built-in rules serve",
        );
        None
    }

    /// A file that must exist.
    pub fn file(&mut self, fields: &Fields<'_>, key: &str) -> Option<PathBuf> {
        let node = fields.get(key)?;
        let path = self.path(fields, key)?;
        if !path.is_file() {
            self.reader.error_with_help(
                node.mark,
                format!("there is no file `{}`", path.display()),
                "relative paths start at the settings file",
            );
        }
        Some(path)
    }
}

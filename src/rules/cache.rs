//! What the examples taught, kept from one start to the next.
//!
//! The rules' sources come in, and what was learnt from just these comes out
//! of a file in `data/cache`, if it is there. The file's name is the hash of
//! everything that is learnt from and of the program that learnt it.
//!
//! Invariant: a file that is damaged, or of other rules, is as good as none;
//! and without a data directory, or one that can be written, nothing is kept.

mod wire;

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::domain::classify::{GateSource, IntentSource, Memory};

const DIRECTORY: &str = "cache";
const PREFIX: &str = "understanding-";
/// Begins every file; the number changes with what stands in it.
const FORMAT: &[u8] = b"pasokh understanding 1\n";
const SUM: usize = 32;

/// What may be done with the data directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// It is only looked at.
    Read,
    /// What was learnt is kept there.
    Write,
}

/// The place of what these rules teach.
#[derive(Debug, Clone)]
pub struct Cache {
    data_dir: PathBuf,
    hash: String,
}

impl Cache {
    pub fn of(data_dir: &Path, intents: &[IntentSource], gate: &GateSource) -> Cache {
        Cache { data_dir: data_dir.to_owned(), hash: hash(intents, gate) }
    }

    fn path(&self) -> PathBuf {
        self.data_dir.join(DIRECTORY).join(format!("{PREFIX}{}", self.hash))
    }

    /// None when it was not kept, or cannot be relied upon.
    pub fn read(&self) -> Option<Memory> {
        let path = self.path();
        let bytes = fs::read(&path).ok()?;
        let memory = self.open(&bytes);
        if memory.is_none() {
            tracing::warn!("{} is damaged: the examples are learnt anew", path.display());
        }
        memory
    }

    fn open(&self, bytes: &[u8]) -> Option<Memory> {
        let content = bytes.strip_prefix(FORMAT)?;
        let (sum, content) = content.split_at_checked(SUM)?;
        if sum != self.sum(content) {
            return None;
        }
        wire::read(content)
    }

    /// Of the content and of whose it is: a file under another name is none.
    fn sum(&self, content: &[u8]) -> [u8; SUM] {
        Sha256::new().chain_update(&self.hash).chain_update(content).finalize().into()
    }

    /// Keeps what was learnt, in place of what other rules taught.
    pub fn write(&self, memory: &Memory) {
        let path = self.path();
        match self.try_write(&path, memory) {
            Ok(()) => self.forget_others(&path),
            Err(error) => tracing::debug!("{} could not be written: {error}", path.display()),
        }
    }

    fn try_write(&self, path: &Path, memory: &Memory) -> std::io::Result<()> {
        let directory = self.data_dir.join(DIRECTORY);
        DirBuilder::new().recursive(true).mode(0o700).create(&directory)?;
        let content = wire::write(memory);
        let new = path.with_extension(format!("{}.new", std::process::id()));
        // In it are customers' words: nobody else may read them.
        let written =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new).and_then(
                |mut file| {
                    file.write_all(FORMAT)?;
                    file.write_all(&self.sum(&content))?;
                    file.write_all(&content)
                },
            );
        let kept = written.and_then(|()| fs::rename(&new, path));
        if kept.is_err() {
            let _ = fs::remove_file(&new);
        }
        kept
    }

    fn forget_others(&self, kept: &Path) {
        let Ok(entries) = fs::read_dir(self.data_dir.join(DIRECTORY)) else { return };
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| path != kept) {
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX)) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Of all that is learnt from, and of the program: another build may learn otherwise.
fn hash(intents: &[IntentSource], gate: &GateSource) -> String {
    let build = std::env::current_exe().and_then(fs::metadata).map(|file| {
        let changed = file.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        (file.len(), changed)
    });
    let mut hasher = Sha256::new();
    hasher.update(FORMAT);
    hasher.update(format!("{} {:?}\n", env!("CARGO_PKG_VERSION"), build.ok()));
    hasher.update(format!("{intents:?}\n{gate:?}"));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;

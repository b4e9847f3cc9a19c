//! Files that are there for good once a function here has returned.
//!
//! A file is written under a temporary name, synced, given its real name, and
//! then the directory is synced, since a name is data of the directory.
//!
//! Invariant: no half-written file ever has its real name.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::StoreError;

static TEMPORARY: AtomicU64 = AtomicU64::new(0);

/// Turns an I/O error into a sentence that says what was being done.
pub fn failed<'a>(what: &'a str, path: &'a Path) -> impl FnOnce(io::Error) -> StoreError + 'a {
    move |source| StoreError::Io { what: format!("Could not {what} {}", path.display()), source }
}

/// What to do when somebody else has made the file already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfThere {
    Keep,
    Replace,
}

/// Writes a file that only its owner may read; durable on return.
pub fn write_durably(
    temporary_dir: &Path,
    path: &Path,
    bytes: &[u8],
    if_there: IfThere,
) -> Result<(), StoreError> {
    let temporary = temporary_name(temporary_dir);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&temporary)
        .map_err(failed("create", &temporary))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let named = written.map_err(failed("write", path)).and_then(|()| match if_there {
        IfThere::Replace => fs::rename(&temporary, path).map_err(failed("name", path)),
        IfThere::Keep => link_unless_there(&temporary, path),
    });
    if named.is_err() || if_there == IfThere::Keep {
        // After a successful link this is its second name; after a failure nobody needs it.
        let _ = fs::remove_file(&temporary);
    }
    named?;
    sync_parent(path)
}

fn link_unless_there(temporary: &Path, path: &Path) -> Result<(), StoreError> {
    match fs::hard_link(temporary, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(failed("name", path)),
    }
}

fn temporary_name(dir: &Path) -> PathBuf {
    let number = TEMPORARY.fetch_add(1, Ordering::Relaxed);
    dir.join(format!("{}-{number}", std::process::id()))
}

/// Makes a directory that only its owner may enter, and its name durable.
pub fn make_dir(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed("create", path))?;
    sync_parent(path)
}

/// Makes the directories `00` to `ff`, so that nobody has to make (and sync) one later.
pub fn make_shards(dir: &Path) -> Result<(), StoreError> {
    make_dir(dir)?;
    let mut made = false;
    for shard in (0..=u8::MAX).map(|byte| dir.join(format!("{byte:02x}"))).filter(|shard| !shard.is_dir()) {
        DirBuilder::new().mode(0o700).create(&shard).map_err(failed("create", &shard))?;
        made = true;
    }
    if made { sync_dir(dir) } else { Ok(()) }
}

pub fn sync_parent(path: &Path) -> Result<(), StoreError> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_dir(parent),
        _ => sync_dir(Path::new(".")),
    }
}

pub fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed("sync", dir))
}

/// The content, or none when there is no such file.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

/// Empties the directory of what a killed process left behind, or makes it.
pub fn fresh_dir(dir: &Path) -> Result<(), StoreError> {
    remove_dir(dir)?;
    make_dir(dir)
}

pub fn remove_dir(dir: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", dir)(error)),
        _ => Ok(()),
    }
}

//! The journal: the append-only, hash-chained record of every event.
//!
//! Segments of JSON lines lie in one directory and sort by name; a segment is
//! named by the number of its first line. Lines come in built, several at a
//! time, and are durable when `append` returns: one write and one sync.
//!
//! Invariant: after the first error nothing is appended any more. What an
//! interrupted sync has left on the disk cannot be known.

pub mod line;
pub mod scan;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::store::StoreError;
use crate::store::files::{self, failed};

/// A segment of this size is full (64 MB).
pub const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;

/// The end of the journal, open for writing.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    segment: Option<Segment>,
    full_at: u64,
    poison: Option<(io::ErrorKind, String)>,
}

#[derive(Debug)]
struct Segment {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Journal {
    /// Continues the last segment, whose end must have been checked.
    pub fn open(dir: &Path, full_at: u64) -> Result<Journal, StoreError> {
        let segment = match segments(dir)?.pop() {
            Some(path) => Some(Segment::open(path)?),
            None => None,
        };
        Ok(Journal { dir: dir.to_owned(), segment, full_at, poison: None })
    }

    /// Makes the lines durable; the first of them has the number `first`.
    pub fn append(&mut self, first: u64, lines: &[u8]) -> Result<(), StoreError> {
        self.healthy()?;
        let result = self.try_append(first, lines);
        if let Err(StoreError::Io { what, source }) = &result {
            self.poison = Some((source.kind(), format!("{what}: {source}")));
        }
        result
    }

    fn try_append(&mut self, first: u64, lines: &[u8]) -> Result<(), StoreError> {
        let full = self.segment.as_ref().is_none_or(|segment| segment.length >= self.full_at);
        if full {
            self.segment = Some(Segment::create(&self.dir, first)?);
        }
        match &mut self.segment {
            Some(segment) => segment.append(lines),
            None => Err(StoreError::Other("the journal has no segment".to_owned())),
        }
    }

    /// The error that ended this journal's life, if one has.
    pub fn healthy(&self) -> Result<(), StoreError> {
        let Some((kind, text)) = &self.poison else { return Ok(()) };
        Err(StoreError::Io {
            what: "The journal could not be written before, and nothing is written after that \
                   until pasokh is started again"
                .to_owned(),
            source: io::Error::new(*kind, text.clone()),
        })
    }
}

impl Segment {
    fn open(path: PathBuf) -> Result<Segment, StoreError> {
        let file = OpenOptions::new().append(true).open(&path).map_err(failed("open", &path))?;
        let length = file.metadata().map_err(failed("look at", &path))?.len();
        Ok(Segment { path, file, length })
    }

    fn create(dir: &Path, first: u64) -> Result<Segment, StoreError> {
        let path = dir.join(format!("{first:012}.jsonl"));
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(failed("create", &path))?;
        files::sync_dir(dir)?;
        Ok(Segment { path, file, length: 0 })
    }

    fn append(&mut self, lines: &[u8]) -> Result<(), StoreError> {
        let written = self.file.write_all(lines).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Nobody was told that these lines are true: after a restart they should not be.
            let _ = self.file.set_len(self.length);
            return Err(failed("append to", &self.path)(error));
        }
        self.length += lines.len() as u64;
        Ok(())
    }
}

/// Paths of all segments, oldest first.
pub fn segments(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed("list", dir))? {
        let path = entry.map_err(failed("list", dir))?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_segments_are_followed_by_new_ones_that_sort() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path(), 10).unwrap();
        journal.append(1, b"one\n").unwrap();
        journal.append(2, b"two two two\n").unwrap();
        journal.append(3, b"three\n").unwrap();
        let names: Vec<_> = segments(dir.path())
            .unwrap()
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["000000000001.jsonl", "000000000003.jsonl"]);
        let mut journal = Journal::open(dir.path(), 10).unwrap();
        journal.append(4, b"four\n").unwrap();
        assert_eq!(fs::read(dir.path().join("000000000003.jsonl")).unwrap(), b"three\nfour\n");
    }

    #[test]
    fn after_one_failed_write_nothing_is_written_any_more() {
        let dir = tempfile::tempdir().unwrap();
        // Every write to this device fails as on a full disk.
        std::os::unix::fs::symlink("/dev/full", dir.path().join("000000000001.jsonl")).unwrap();
        let mut journal = Journal::open(dir.path(), SEGMENT_BYTES).unwrap();
        let error = journal.append(1, b"line\n").unwrap_err();
        assert!(
            matches!(&error, StoreError::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull)
        );

        fs::remove_file(dir.path().join("000000000001.jsonl")).unwrap();
        let error = journal.append(1, b"line\n").unwrap_err();
        assert!(error.to_string().contains("until pasokh is started again"), "{error}");
        assert!(journal.healthy().is_err());
    }
}

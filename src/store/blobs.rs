//! Raw messages and attachments, each a file named by its own SHA-256.
//!
//! Bytes come in and an identifier goes out; the same bytes give the same
//! identifier and lie on the disk once.
//!
//! Invariant: a blob is durable before its identifier is given out, and what
//! is read back has been checked against its name.

use std::fs;
use std::path::{Path, PathBuf};

use crate::domain::message::BlobId;
use crate::store::StoreError;
use crate::store::files::{self, IfThere};
use crate::store::names::{digest, hex, unhex};

#[derive(Debug)]
pub struct Blobs {
    dir: PathBuf,
    temporary: PathBuf,
}

impl Blobs {
    pub fn open(dir: &Path) -> Result<Blobs, StoreError> {
        let temporary = dir.join("tmp");
        files::make_shards(dir)?;
        files::fresh_dir(&temporary)?;
        Ok(Blobs { dir: dir.to_owned(), temporary })
    }

    pub fn put(&self, bytes: &[u8]) -> Result<BlobId, StoreError> {
        let id = BlobId(hex(&digest(bytes)));
        let path = self.path(&id).ok_or_else(|| StoreError::Other("a digest has no path".to_owned()))?;
        if files::read_if_there(&path)?.is_some_and(|there| there == bytes) {
            // Whoever wrote it may not have synced its name yet.
            files::sync_parent(&path)?;
            return Ok(id);
        }
        files::write_durably(&self.temporary, &path, bytes, IfThere::Replace)?;
        Ok(id)
    }

    pub fn get(&self, id: &BlobId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(path) = self.path(id) else { return Ok(None) };
        let Some(bytes) = files::read_if_there(&path)? else { return Ok(None) };
        if hex(&digest(&bytes)) == id.0 {
            return Ok(Some(bytes));
        }
        Err(StoreError::Other(format!(
            "{} is damaged: its content does not match its name. Restore it from a backup",
            path.display()
        )))
    }

    /// Destroys a blob; one that is not there is fine.
    pub fn remove(&self, id: &BlobId) -> Result<(), StoreError> {
        let Some(path) = self.path(id) else { return Ok(()) };
        match fs::remove_file(&path) {
            Ok(()) => files::sync_parent(&path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(files::failed("remove", &path)(error)),
        }
    }

    /// Where a blob lies; none for what cannot be a blob's name.
    fn path(&self, id: &BlobId) -> Option<PathBuf> {
        unhex(&id.0)?;
        let (shard, rest) = id.0.split_at_checked(2)?;
        Some(self.dir.join(shard).join(rest))
    }

    /// How much is free is none of our business; whether a file can be written is.
    pub fn probe(&self) -> Result<(), StoreError> {
        let probe = self.temporary.join(format!("probe-{:?}", std::thread::current().id()));
        files::write_durably(&self.temporary, &probe, b"writable", IfThere::Replace)?;
        fs::remove_file(&probe).map_err(files::failed("remove", &probe))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_lie_there_once_and_come_back() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        let id = blobs.put("سلام".as_bytes()).unwrap();
        assert_eq!(blobs.put("سلام".as_bytes()).unwrap(), id);
        assert_eq!(blobs.get(&id).unwrap().as_deref(), Some("سلام".as_bytes()));
        assert!(blobs.path(&id).unwrap().is_file());
        assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn a_damaged_blob_is_an_error_until_it_is_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        let id = blobs.put(b"raw mail").unwrap();
        fs::write(blobs.path(&id).unwrap(), b"raw nail").unwrap();
        assert!(blobs.get(&id).is_err());
        assert_eq!(blobs.put(b"raw mail").unwrap(), id);
        assert_eq!(blobs.get(&id).unwrap().as_deref(), Some(&b"raw mail"[..]));
    }

    #[test]
    fn names_that_leave_the_directory_are_nobodys_blob() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        for name in ["", "..", "../../etc/passwd", "ab", "é"] {
            assert_eq!(blobs.get(&BlobId(name.to_owned())).unwrap(), None);
        }
    }

    #[test]
    fn probing_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        blobs.probe().unwrap();
        assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
    }
}

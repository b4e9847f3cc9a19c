//! Keys of customers, and the installation's secret.
//!
//! One file a customer, named by a keyed digest, outside the journal. Destroy
//! the file and everything sealed under it is gone, while the journal's chain
//! still verifies.
//!
//! Invariant: a key is durable before anything is sealed under it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::StoreError;
use crate::store::files::{self, IfThere};
use crate::store::names::{Name, digest, hex};

/// So many keys are remembered; then all are read again from their files.
const REMEMBERED: usize = 20_000;

#[derive(Clone)]
pub struct Key {
    pub bytes: [u8; 32],
    /// Tells a new key from a destroyed one of the same customer, and reveals neither.
    pub print: String,
}

impl Key {
    fn new(bytes: [u8; 32]) -> Key {
        let mut marked = b"pasokh key print".to_vec();
        marked.extend(bytes);
        let print = hex(&digest(&marked)).chars().take(16).collect();
        Key { bytes, print }
    }
}

pub struct Keyring {
    dir: PathBuf,
    temporary: PathBuf,
    remembered: Mutex<HashMap<Name, Key>>,
}

impl Keyring {
    pub fn open(dir: &Path) -> Result<Keyring, StoreError> {
        let temporary = dir.join("tmp");
        files::make_shards(dir)?;
        files::fresh_dir(&temporary)?;
        Ok(Keyring { dir: dir.to_owned(), temporary, remembered: Mutex::default() })
    }

    /// The key of that name, made now if there is none.
    pub fn obtain(&self, name: Name) -> Result<Key, StoreError> {
        if let Some(key) = self.find(name)? {
            return Ok(key);
        }
        // Two threads may both come here: the first one's key stays, and both read it back.
        files::write_durably(&self.temporary, &self.path(name), &random()?, IfThere::Keep)?;
        self.find(name)?.ok_or_else(|| StoreError::Other(format!("the key {name:?} is gone again")))
    }

    /// The key of that name, unless there is none (any more).
    pub fn find(&self, name: Name) -> Result<Option<Key>, StoreError> {
        if let Some(key) = self.remembered().get(&name) {
            return Ok(Some(key.clone()));
        }
        let path = self.path(name);
        let Some(bytes) = files::read_if_there(&path)? else { return Ok(None) };
        let key = Key::new(exactly_32(&bytes, &path)?);
        let mut remembered = self.remembered();
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(name, key.clone());
        Ok(Some(key))
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<Name, Key>> {
        // The map is whole between any two calls, also when a thread has panicked.
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, name: Name) -> PathBuf {
        let hex = name.hex();
        let (shard, rest) = hex.split_at_checked(2).unwrap_or(("00", &hex));
        self.dir.join(shard).join(rest)
    }
}

fn random() -> Result<[u8; 32], StoreError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| StoreError::Other(format!("the system gives no random bytes: {error}")))?;
    Ok(bytes)
}

fn exactly_32(bytes: &[u8], path: &Path) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| {
        StoreError::Other(format!(
            "{} should have 32 bytes and has {}: restore it from a backup",
            path.display(),
            bytes.len()
        ))
    })
}

/// 32 random bytes of this installation, made once; for keyed digests of all kinds.
pub fn installation_secret(dir: &Path) -> Result<[u8; 32], StoreError> {
    files::make_dir(dir)?;
    let path = dir.join("secret");
    if let Some(bytes) = files::read_if_there(&path)? {
        return exactly_32(&bytes, &path);
    }
    files::write_durably(dir, &path, &random()?, IfThere::Keep)?;
    let bytes = files::read_if_there(&path)?.unwrap_or_default();
    exactly_32(&bytes, &path)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_secret_is_made_once_and_only_its_owner_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let secret = installation_secret(&data).unwrap();
        assert_eq!(installation_secret(&data).unwrap(), secret);
        let mode = fs::metadata(data.join("secret")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_ne!(secret, [0; 32]);
    }

    #[test]
    fn a_key_survives_reopening_and_a_destroyed_one_comes_back_as_another() {
        let dir = tempfile::tempdir().unwrap();
        let name = Name([7; 32]);
        let first = Keyring::open(dir.path()).unwrap().obtain(name).unwrap();
        let keyring = Keyring::open(dir.path()).unwrap();
        assert_eq!(keyring.find(name).unwrap().unwrap().bytes, first.bytes);
        assert!(keyring.find(Name([8; 32])).unwrap().is_none());

        fs::remove_file(keyring.path(name)).unwrap();
        let second = Keyring::open(dir.path()).unwrap().obtain(name).unwrap();
        assert_ne!(second.print, first.print);
    }

    #[test]
    fn threads_that_make_a_key_at_once_agree_on_it() {
        let dir = tempfile::tempdir().unwrap();
        let keyring = Keyring::open(dir.path()).unwrap();
        let prints: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| keyring.obtain(Name([1; 32])).unwrap().print)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(prints.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

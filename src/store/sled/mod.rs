//! The sled database: the current state, built from the journal.
//!
//! It answers queries and is moved on by whole batches of journal lines, each
//! batch together with the number of its last line. It is never synced: what
//! a crash takes from it is read again from the journal.
//!
//! Invariant: the state is exactly the fold of the journal up to the line
//! whose number and hash it holds; nothing else ever writes to it.

pub mod clocks;
pub mod draft;
pub mod fold;
pub mod head;
pub mod layout;
pub mod outbox;
pub mod queries;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::store::StoreError;
use crate::store::journal::line::Chain;
use crate::store::sled::layout::Key;

/// Changes whenever keys, values or the written form of events change: an older database is
/// then rebuilt from the journal.
const FORMAT: &[u8] = b"6";

/// Bytes of pages that sled keeps in memory.
const CACHE_BYTES: u64 = 96 * 1024 * 1024;

/// Something that can be asked for keys: the database, or a draft of its next state.
pub trait View {
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError>;

    /// Shows entries from `from` up to `to` (excluded), in order, until `visit` returns false.
    fn scan(
        &self,
        from: &Key,
        to: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError>;

    /// Shows all entries that begin with `prefix`.
    fn scan_prefix(
        &self,
        prefix: &Key,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        self.scan(prefix, &layout::end_of(&prefix.0), visit)
    }
}

pub struct State {
    db: ::sled::Db,
}

/// Why a database cannot be used as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// It does not open, or its first answers make no sense.
    Damaged(String),
    /// It was written by another version of pasokh.
    OtherFormat,
}

impl State {
    /// Opens the database, or makes an empty one. sled panics on some kinds of damage.
    pub fn open(dir: &Path) -> Result<State, Unusable> {
        let config = ::sled::Config::new()
            .path(dir)
            .mode(::sled::Mode::LowSpace)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None);
        let opened = catching(|| {
            let db = config.open().map_err(|error| error.to_string())?;
            let format = db.get(layout::format().0).map_err(|error| error.to_string())?;
            Ok((db, format))
        });
        let (db, format) = opened.map_err(Unusable::Damaged)?;
        match format {
            Some(format) if format == FORMAT => Ok(State { db }),
            None if db.is_empty() => {
                let written = db.insert(layout::format().0, FORMAT);
                written.map_err(|error| Unusable::Damaged(error.to_string()))?;
                Ok(State { db })
            }
            Some(_) | None => Err(Unusable::OtherFormat),
        }
    }

    /// Where in the journal the state stands.
    pub fn applied(&self) -> Result<Chain, StoreError> {
        let Some(value) = self.get(&layout::applied())? else { return Ok(Chain::START) };
        let chain = value.split_first_chunk::<8>().and_then(|(seq, hash)| {
            Some(Chain { seq: u64::from_be_bytes(*seq), hash: hash.try_into().ok()? })
        });
        chain.ok_or_else(|| unreadable("the number of the last line"))
    }

    /// Moves the state on, all or nothing.
    pub fn apply(&self, changes: Changes, applied: Chain) -> Result<(), StoreError> {
        let mut batch = ::sled::Batch::default();
        for (key, value) in changes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        let mut value = applied.seq.to_be_bytes().to_vec();
        value.extend(applied.hash);
        batch.insert(layout::applied().0, value);
        self.db.apply_batch(batch).map_err(damaged)
    }

    /// Hands everything to the operating system; for the end of a rebuild.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.db.flush().map(|_| ()).map_err(damaged)
    }

    /// Every entry in order; for `verify`.
    pub fn entries(&self) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + use<> {
        self.db.iter().map(|entry| entry.map(|(key, value)| (key.to_vec(), value.to_vec())).map_err(damaged))
    }
}

/// Keys with their new values; none: removed.
pub type Changes = std::collections::BTreeMap<Vec<u8>, Option<Vec<u8>>>;

impl View for State {
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.db.get(&key.0).map_err(damaged)?.map(|value| value.to_vec()))
    }

    fn scan(
        &self,
        from: &Key,
        to: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        for entry in self.db.range(from.0.as_slice()..to) {
            let (key, value) = entry.map_err(damaged)?;
            if !visit(&key, &value) {
                break;
            }
        }
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn damaged(error: ::sled::Error) -> StoreError {
    StoreError::Other(format!(
        "the database fails ({error}); stop pasokh, delete the directory `store` inside its data \
         directory and start it again: the database is then rebuilt from the journal"
    ))
}

/// A value of the database that makes no sense.
pub fn unreadable(what: &str) -> StoreError {
    StoreError::Other(format!(
        "the database holds {what} in a form that cannot be read; stop pasokh, delete the directory \
         `store` inside its data directory and start it again"
    ))
}

/// Runs what may panic inside sled, and makes an error of the panic.
pub fn catching<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    // Whatever the panic left behind is dropped here and never looked at again.
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result,
        Err(panic) => Err(panic_text(panic.as_ref())),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_owned()
}

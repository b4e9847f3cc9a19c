//! Opening a store: lock, keys, journal, database, and what a crash left open.
//!
//! The journal is read and checked from its first line. The database is
//! brought up to date from it, or moved aside and built anew when it is
//! missing, damaged or not this journal's.
//!
//! Invariant: nothing that was acknowledged is given up here without a word:
//! where the journal is at fault, opening fails and changes nothing.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use crate::store::blobs::Blobs;
use crate::store::catch_up::{CaughtUp, Mismatch, catch_up};
use crate::store::changes::Changes;
use crate::store::embedded::Embedded;
use crate::store::files::{self, failed};
use crate::store::journal::scan::Place;
use crate::store::journal::{Journal, SEGMENT_BYTES};
use crate::store::keys::{Keyring, installation_secret};
use crate::store::names::Names;
use crate::store::seal::Sealer;
use crate::store::sled::{State, Unusable, catching, head, layout};
use crate::store::writer::{Shared, Writer};
use crate::store::{Store, StoreError};

/// How far the journal has been read, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub done: u64,
    pub total: u64,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = self.done.saturating_mul(100).checked_div(self.total).unwrap_or(100);
        write!(f, "Reading the journal: {percent} % of {} MB", self.total / 1_000_000)
    }
}

/// Why the database was built anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rebuilt {
    Missing,
    OtherFormat,
    /// With the reason; it lies beside the new one, as `store.damaged-<n>`.
    Damaged(String),
}

/// What opening has found and done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OpenReport {
    /// Bytes of a torn last line that were cut off the journal.
    pub torn: Option<u64>,
    pub rebuilt: Option<Rebuilt>,
    /// Journal lines that the database lacked.
    pub lines: u64,
    /// Events whose customer has been erased, among those lines.
    pub forgotten: u64,
    /// Outbox rows that were on their way when the last process ended.
    pub interrupted: usize,
    pub seconds: f64,
}

impl fmt::Display for OpenReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The store is open after {:.1} s", self.seconds)?;
        if let Some(bytes) = self.torn {
            write!(f, "; a torn last line of the journal ({bytes} bytes) was cut off")?;
        }
        match &self.rebuilt {
            Some(Rebuilt::Missing) => write!(f, "; the database was missing and is built anew")?,
            Some(Rebuilt::OtherFormat) => write!(f, "; the database of another version is built anew")?,
            Some(Rebuilt::Damaged(why)) => {
                write!(f, "; the database was damaged ({why}), was moved aside and is built anew")?;
            }
            None => {}
        }
        write!(f, "; {} journal lines applied", self.lines)?;
        if self.forgotten > 0 {
            write!(f, ", {} events of erased customers left out", self.forgotten)?;
        }
        if self.interrupted > 0 {
            write!(f, "; {} sends had been interrupted", self.interrupted)?;
        }
        Ok(())
    }
}

/// Opens the store in `dir`, or makes it. A store is one process's alone.
pub fn open(
    dir: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Arc<dyn Store>, OpenReport), StoreError> {
    open_with(dir, SEGMENT_BYTES, progress)
}

/// As [`open`], with segments of another size.
pub fn open_with(
    dir: &Path,
    segment_bytes: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Arc<dyn Store>, OpenReport), StoreError> {
    let began = Instant::now();
    files::make_dir(dir)?;
    let lock = lock(dir)?;
    let names = Names::new(&installation_secret(dir)?);
    let sealer = Sealer::new(Arc::new(Keyring::open(&dir.join("keys"))?));
    let blobs = Blobs::open(&dir.join("blobs"))?;
    files::remove_dir(&dir.join("verify"))?;
    let journal = dir.join("journal");
    files::make_dir(&journal)?;

    let mut opening = Opening { dir, journal: &journal, names: &names, sealer: &sealer, progress };
    let (state, caught_up, rebuilt) = opening.state()?;
    if let Some(torn) = &caught_up.scanned.torn {
        torn.cut()?;
    }
    let fresh = head::number_at(&state, &layout::fresh())?.unwrap_or(0);
    let shared = Arc::new(Shared { state, names, sealer, fresh: AtomicU64::new(fresh) });
    let writer =
        Writer::start(shared.clone(), Journal::open(&journal, segment_bytes)?, caught_up.scanned.end.chain)?;
    let store =
        Embedded { writer, shared, blobs, dir: dir.to_owned(), changes: Changes::default(), _lock: lock };
    let report = OpenReport {
        torn: caught_up.scanned.torn.map(|torn| torn.bytes),
        rebuilt,
        lines: caught_up.lines,
        forgotten: caught_up.forgotten,
        interrupted: store.settle_interrupted()?,
        seconds: began.elapsed().as_secs_f64(),
    };
    Ok((Arc::new(store), report))
}

fn lock(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(dir.display().to_string())),
        Err(TryLockError::Error(source)) => Err(failed("lock", &path)(source)),
    }
}

struct Opening<'a> {
    dir: &'a Path,
    journal: &'a Path,
    names: &'a Names,
    sealer: &'a Sealer,
    progress: &'a mut dyn FnMut(Progress),
}

impl Opening<'_> {
    fn state(&mut self) -> Result<(State, CaughtUp, Option<Rebuilt>), StoreError> {
        let store = self.dir.join("store");
        if !store.is_dir() {
            let (state, caught_up) = self.built()?;
            // An empty journal beside it: a new installation, and nothing was rebuilt.
            let rebuilt = (caught_up.lines > 0).then_some(Rebuilt::Missing);
            return Ok((state, caught_up, rebuilt));
        }
        let why = match State::open(&store) {
            Ok(state) => match self.usable(state)? {
                Ok((state, caught_up)) => return Ok((state, caught_up, None)),
                Err(why) => Rebuilt::Damaged(why),
            },
            Err(Unusable::Damaged(why)) => Rebuilt::Damaged(why),
            Err(Unusable::OtherFormat) => Rebuilt::OtherFormat,
        };
        match &why {
            Rebuilt::Damaged(_) => self.move_aside(&store)?,
            Rebuilt::OtherFormat | Rebuilt::Missing => files::remove_dir(&store)?,
        }
        let (state, caught_up) = self.built()?;
        Ok((state, caught_up, Some(why)))
    }

    /// The state brought up to date, or the reason why it must be built anew.
    fn usable(&mut self, state: State) -> Result<Result<(State, CaughtUp), String>, StoreError> {
        // sled panics on some kinds of damage when it reads a page, too.
        match catching(|| Ok(self.catch_up(&state))) {
            Err(panic) => Ok(Err(panic)),
            Ok(Err(StoreError::Other(fault))) => Ok(Err(fault)),
            Ok(Err(fault)) => Err(fault),
            Ok(Ok(Ok(caught_up))) => Ok(Ok((state, caught_up))),
            Ok(Ok(Err(Mismatch::Foreign))) => {
                Ok(Err("its last line is not in the journal beside it".to_owned()))
            }
            Ok(Ok(Err(Mismatch::Ahead { state: last, scanned }))) => {
                let torn = scanned.torn.is_some() && scanned.end.chain.seq + 1 == last;
                if torn {
                    return Ok(Err(format!("it holds line {last}, which the journal has lost")));
                }
                Err(self.lines_are_missing(scanned.end.chain.seq, last))
            }
        }
    }

    /// Lines were synced before the database had them: somebody has taken them away.
    fn lines_are_missing(&self, end: u64, last: u64) -> StoreError {
        StoreError::Broken {
            file: self.journal.display().to_string(),
            line: end,
            what: format!(
                "the journal ends with line {end}, but the database has seen line {last}. Restore the \
                 missing lines from a backup; or delete {} to go on without them",
                self.dir.join("store").display()
            ),
        }
    }

    fn built(&mut self) -> Result<(State, CaughtUp), StoreError> {
        let state = State::open(&self.dir.join("store"))
            .map_err(|why| StoreError::Other(format!("a new database cannot be made: {why:?}")))?;
        match self.catch_up(&state)? {
            Ok(caught_up) => {
                state.flush()?;
                Ok((state, caught_up))
            }
            Err(mismatch) => Err(StoreError::Other(format!("a new database is not empty: {mismatch:?}"))),
        }
    }

    fn catch_up(&mut self, state: &State) -> Result<Result<CaughtUp, Mismatch>, StoreError> {
        let mut told = 0;
        let progress = &mut self.progress;
        let mut tell = |done: u64, total: u64| {
            // A word for each hundredth, and silence while there is little to read.
            let hundredth = (total / 100).max(1_000_000);
            if done / hundredth > told {
                told = done / hundredth;
                progress(Progress { done, total });
            }
        };
        catch_up(self.journal, &Place::START, None, state, self.names, self.sealer, &mut tell)
    }

    fn move_aside(&self, store: &Path) -> Result<(), StoreError> {
        let free = (1..).map(|n| self.dir.join(format!("store.damaged-{n}"))).find(|path| !path.exists());
        let aside: PathBuf = free.unwrap_or_else(|| self.dir.join("store.damaged"));
        fs::rename(store, &aside).map_err(failed("move aside", store))?;
        files::sync_dir(self.dir)
    }
}

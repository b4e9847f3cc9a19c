//! Catching up: the journal is read, and what the state lacks is folded in.
//!
//! The same reading builds a state from nothing, brings one up to date after a
//! crash, and makes the state with which `verify` compares.
//!
//! Invariant: the state moves from the end of one line to the end of a later
//! one, never to a place in between.

use std::path::Path;

use crate::store::StoreError;
use crate::store::journal::line::{self, Chain, Content};
use crate::store::journal::scan::{Line, Place, Reader, Scanned, scan};
use crate::store::names::Names;
use crate::store::seal::{Opened, Sealer};
use crate::store::sled::State;
use crate::store::sled::draft::Draft;
use crate::store::sled::fold::Fold;

/// The state moves on after so many lines or so many bytes of them.
const BATCH_LINES: u64 = 2_000;
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// What the reading has found.
#[derive(Debug)]
pub struct CaughtUp {
    pub scanned: Scanned,
    /// Lines that the state lacked.
    pub lines: u64,
    /// Events of those lines that nobody can read any more.
    pub forgotten: u64,
}

/// Why the state cannot be brought up to date.
#[derive(Debug)]
pub enum Mismatch {
    /// Its last line is not in this journal.
    Foreign,
    /// The journal ends before it.
    Ahead { state: u64, scanned: Scanned },
}

/// Reads on from `from`, and brings the state to the line `until`, or to the end.
pub fn catch_up(
    journal: &Path,
    from: &Place,
    until: Option<u64>,
    state: &State,
    names: &Names,
    sealer: &Sealer,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Result<CaughtUp, Mismatch>, StoreError> {
    let applied = state.applied()?;
    let mut reading = Reading {
        state,
        names,
        sealer,
        progress,
        applied,
        foreign: false,
        draft: Draft::new(state),
        drafted: applied,
        bytes: 0,
        lines: 0,
        forgotten: 0,
    };
    let scanned = scan(journal, from, until, &mut reading)?;
    if reading.foreign {
        return Ok(Err(Mismatch::Foreign));
    }
    if scanned.end.chain.seq < applied.seq {
        return Ok(Err(Mismatch::Ahead { state: applied.seq, scanned }));
    }
    reading.move_on()?;
    Ok(Ok(CaughtUp { scanned, lines: reading.lines, forgotten: reading.forgotten }))
}

struct Reading<'a> {
    state: &'a State,
    names: &'a Names,
    sealer: &'a Sealer,
    progress: &'a mut dyn FnMut(u64, u64),
    applied: Chain,
    foreign: bool,
    draft: Draft<'a>,
    drafted: Chain,
    bytes: usize,
    lines: u64,
    forgotten: u64,
}

impl Reader for Reading<'_> {
    fn line(&mut self, line: &Line<'_>) -> Result<(), StoreError> {
        if line.chain.seq <= self.applied.seq {
            self.foreign |= line.chain.seq == self.applied.seq && line.chain.hash != self.applied.hash;
            return Ok(());
        }
        if self.foreign {
            return Ok(());
        }
        let content = line::content(line.text).map_err(|fault| line.broken(fault))?;
        self.fold(line, content)?;
        self.drafted = line.chain;
        self.lines += 1;
        self.bytes += line.text.len();
        if self.bytes >= BATCH_BYTES || self.lines.is_multiple_of(BATCH_LINES) {
            self.move_on()?;
        }
        Ok(())
    }

    fn progress(&mut self, done: u64, total: u64) {
        (self.progress)(done, total);
    }
}

impl Reading<'_> {
    fn fold(&mut self, line: &Line<'_>, content: Content) -> Result<(), StoreError> {
        let mut fold = Fold { draft: &mut self.draft, names: self.names };
        fold.number_used(content.fresh)?;
        for (index, item) in content.events.into_iter().enumerate() {
            match self.sealer.open(item)?.map_err(|fault| line.broken(fault))? {
                Opened::Event { event, json } => {
                    fold.event(&event, &json, (line.chain.seq, index as u64))?;
                }
                Opened::Forgotten { message } => {
                    self.forgotten += 1;
                    message.map_or(Ok(()), |message| fold.forget(message))?;
                }
            }
        }
        Ok(())
    }

    fn move_on(&mut self) -> Result<(), StoreError> {
        let draft = std::mem::replace(&mut self.draft, Draft::new(self.state));
        self.bytes = 0;
        if self.drafted.seq > self.applied.seq {
            self.state.apply(draft.into_changes(), self.drafted)?;
        }
        Ok(())
    }
}

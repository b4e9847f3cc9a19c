//! The writer: one thread through which everything becomes true.
//!
//! It takes all requests that wait, checks each against the draft left by the
//! ones before it, writes their lines with one sync, moves the database on by
//! one batch, and only then answers them. While it syncs, the next requests
//! gather: that is the group commit.
//!
//! Invariant: readers of the database see synced events only, since the batch
//! is applied after the sync; and nobody is answered before it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use jiff::Timestamp;

use crate::domain::event::Event;
use crate::store::StoreError;
use crate::store::journal::Journal;
use crate::store::journal::line::Chain;
use crate::store::names::Names;
use crate::store::owners;
use crate::store::seal::{Prepared, Sealer};
use crate::store::sled::draft::Draft;
use crate::store::sled::fold::Fold;
use crate::store::sled::{Changes, State, head, layout};

/// So many requests share a sync at most.
const ROUND: usize = 512;

/// What all parts of a store share.
pub struct Shared {
    pub state: State,
    pub names: Names,
    pub sealer: Sealer,
    /// The highest number given out.
    pub fresh: AtomicU64,
}

/// Tells the asker how it ended, once the sync has been made (or has failed).
type Answer = Box<dyn FnOnce(Result<(), &StoreError>) + Send>;
type Request = Box<dyn FnOnce(&mut Turn<'_>) -> Answer + Send>;

/// The near side of the thread.
pub struct Writer {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn start(shared: Arc<Shared>, journal: Journal, chain: Chain) -> Result<Writer, StoreError> {
        let (requests, inbox) = channel();
        let round = Round { shared, journal, chain, failed: None };
        let thread = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || round.serve(&inbox))
            .map_err(|source| StoreError::Io { what: "Could not start a thread".to_owned(), source })?;
        Ok(Writer { requests: Some(requests), thread: Some(thread) })
    }

    /// Runs `work` in its turn; returns when what it wrote is durable and in the database.
    pub fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Turn<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = sync_channel(1);
        let request: Request = Box::new(move |turn| {
            let result = work(turn);
            answer_with(result, reply)
        });
        let sent = self.requests.as_ref().is_some_and(|requests| requests.send(request).is_ok());
        let answered = if sent { answer.recv().ok() } else { None };
        answered.unwrap_or_else(|| {
            Err(StoreError::Other("the store has stopped after a fault; start pasokh again".to_owned()))
        })
    }
}

fn answer_with<T: Send + 'static>(
    result: Result<T, StoreError>,
    reply: SyncSender<Result<T, StoreError>>,
) -> Answer {
    Box::new(move |synced| {
        // An asker who is gone needs no answer.
        let _ = reply.send(synced.map_err(copy).and(result));
    })
}

/// Errors of a round go to all who took part in it.
fn copy(error: &StoreError) -> StoreError {
    match error {
        StoreError::Io { what, source } => StoreError::Io {
            what: what.clone(),
            source: std::io::Error::new(source.kind(), source.to_string()),
        },
        other => StoreError::Other(other.to_string()),
    }
}

impl Drop for Writer {
    /// Everything that was asked is done before the store is gone.
    fn drop(&mut self) {
        drop(self.requests.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The far side: what the thread owns.
struct Round {
    shared: Arc<Shared>,
    journal: Journal,
    chain: Chain,
    failed: Option<StoreError>,
}

impl Round {
    fn serve(mut self, inbox: &Receiver<Request>) {
        while let Ok(first) = inbox.recv() {
            let mut requests = vec![first];
            while requests.len() < ROUND
                && let Ok(next) = inbox.try_recv()
            {
                requests.push(next);
            }
            self.run(requests);
        }
    }

    fn run(&mut self, requests: Vec<Request>) {
        let shared = self.shared.clone();
        let mut turn = Turn::new(&shared, self.chain);
        let answers: Vec<Answer> = requests.into_iter().map(|request| request(&mut turn)).collect();
        let result = match &self.failed {
            Some(error) => Err(copy(error)),
            None => turn.finish().and_then(|written| self.write(written)),
        };
        for answer in answers {
            answer(result.as_ref().copied());
        }
        if let Err(error) = result
            && self.failed.is_none()
        {
            self.failed = Some(error);
        }
    }

    fn write(&mut self, written: Written) -> Result<(), StoreError> {
        if written.lines.is_empty() {
            return Ok(());
        }
        self.journal.append(self.chain.seq + 1, &written.lines)?;
        self.chain = written.chain;
        self.shared.state.apply(written.changes, written.chain)
    }
}

/// One round as the requests in it see it: everything before them, and a pen.
pub struct Turn<'a> {
    pub draft: Draft<'a>,
    pub shared: &'a Shared,
    chain: Chain,
    lines: Vec<u8>,
    fault: Option<StoreError>,
}

struct Written {
    lines: Vec<u8>,
    changes: Changes,
    chain: Chain,
}

impl<'a> Turn<'a> {
    fn new(shared: &'a Shared, chain: Chain) -> Turn<'a> {
        Turn { draft: Draft::new(&shared.state), shared, chain, lines: Vec::new(), fault: None }
    }

    /// Seals the events and writes them as one line.
    pub fn write(&mut self, events: &[Event]) -> Result<(), StoreError> {
        let prepared = owners::prepare(events, &self.draft, &self.shared.names, &self.shared.sealer)?;
        self.write_prepared(&prepared)
    }

    /// Writes one line. A request that has written must not fail afterwards.
    pub fn write_prepared(&mut self, prepared: &[Prepared]) -> Result<(), StoreError> {
        if prepared.is_empty() {
            return Ok(());
        }
        let fresh = self.shared.fresh.load(Ordering::Relaxed);
        let items: Vec<&str> = prepared.iter().map(|one| one.item.as_str()).collect();
        self.chain.write(&items, fresh, Timestamp::now(), &mut self.lines);
        if let Err(error) = self.fold(prepared, fresh) {
            // The draft is half changed: nothing of this round may become true.
            self.fault = Some(copy(&error));
            return Err(error);
        }
        Ok(())
    }

    fn fold(&mut self, prepared: &[Prepared], fresh: u64) -> Result<(), StoreError> {
        let mut fold = Fold { draft: &mut self.draft, names: &self.shared.names };
        fold.number_used(fresh)?;
        for (index, one) in prepared.iter().enumerate() {
            fold.event(&one.event, &one.json, (self.chain.seq, index as u64))?;
        }
        let used = head::number_at(&self.draft, &layout::fresh())?.unwrap_or(0);
        self.shared.fresh.fetch_max(used, Ordering::Relaxed);
        Ok(())
    }

    fn finish(self) -> Result<Written, StoreError> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(Written { lines: self.lines, changes: self.draft.into_changes(), chain: self.chain }),
        }
    }
}

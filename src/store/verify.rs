//! Verifying: the whole journal is folded again, beside the running store.
//!
//! The fold goes into a database of its own; when it has reached the present,
//! the writer pauses and both are compared entry by entry. Every blob that is
//! named anywhere is read and checked against its name.
//!
//! Invariant: nothing is repaired, and nothing of the store is changed.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::path::Path;
use std::sync::Arc;

use crate::domain::event::Event;
use crate::domain::message::{Attachment, BlobId};
use crate::store::blobs::Blobs;
use crate::store::catch_up::catch_up;
use crate::store::embedded::Embedded;
use crate::store::files;
use crate::store::journal::scan::Place;
use crate::store::sled::{State, layout};
use crate::store::writer::Shared;
use crate::store::{StoreError, Verification, wire};

/// So many faults are told one by one.
const TOLD: usize = 50;

pub fn verify(store: &Embedded) -> Result<Verification, StoreError> {
    let dir = store.dir.join("verify");
    files::remove_dir(&dir)?;
    let result = verify_in(&dir, store);
    files::remove_dir(&dir)?;
    match result {
        // A journal that cannot be read to its end is what verify is there to find.
        Err(fault @ StoreError::Broken { .. }) => {
            Ok(Verification { faults: vec![fault.to_string()], ..Verification::default() })
        }
        other => other,
    }
}

fn verify_in(dir: &Path, store: &Embedded) -> Result<Verification, StoreError> {
    let fold = State::open(dir)
        .map_err(|why| StoreError::Other(format!("no database could be made to compare with: {why:?}")))?;
    let fold = Arc::new(fold);
    let journal = store.dir.join("journal");
    // Most of the work is done while the store goes on.
    let until = store.shared.state.applied()?.seq;
    let so_far = follow(&journal, &Place::START, until, &fold, &store.shared)?;
    let (paused, shared) = (fold.clone(), store.shared.clone());
    let mut found = store.writer.ask(move |_| {
        // The writer runs this and nothing else: the journal and the state stand still.
        let until = shared.state.applied()?.seq;
        follow(&journal, &so_far, until, &paused, &shared)?;
        compare(&paused, &shared.state, until)
    })?;
    check_blobs(&fold, &store.blobs, &mut found)?;
    shorten(&mut found.faults);
    Ok(found)
}

fn follow(
    journal: &Path,
    from: &Place,
    until: u64,
    fold: &State,
    shared: &Shared,
) -> Result<Place, StoreError> {
    let Shared { names, sealer, .. } = shared;
    let end = match catch_up(journal, from, Some(until), fold, names, sealer, &mut |_, _| {})? {
        Ok(caught_up) => caught_up.scanned.end,
        Err(mismatch) => {
            return Err(StoreError::Other(format!("the journal changes under the reader: {mismatch:?}")));
        }
    };
    if end.chain.seq == until {
        return Ok(end);
    }
    Err(StoreError::Broken {
        file: journal.display().to_string(),
        line: end.chain.seq,
        what: format!("the journal ends here, and the database has seen line {until}"),
    })
}

fn compare(fold: &State, state: &State, lines: u64) -> Result<Verification, StoreError> {
    let mut found = Verification { journal_lines: lines, ..Verification::default() };
    let (mut should, mut is) = (fold.entries().peekable(), state.entries().peekable());
    while let Some(difference) = next_pair(&mut should, &mut is)? {
        let (key, wrong) = match &difference {
            Pair { should: Some((key, value)), is: Some((_, other)) } if value == other => (key, None),
            Pair { should: Some((key, _)), is: Some(_) } => (key, Some("differs from the journal")),
            Pair { should: Some((key, _)), is: None } => (key, Some("lacks what the journal says")),
            Pair { is: Some((key, _)), .. } => (key, Some("holds what the journal does not say")),
            Pair { should: None, is: None } => break,
        };
        count(&mut found, key, difference.should.is_some());
        if let Some(wrong) = wrong {
            found.faults.push(format!("The database {wrong}: {}", layout::describe(key)));
        }
    }
    Ok(found)
}

type Entry = (Vec<u8>, Vec<u8>);

/// Entries of the same key from both sides.
struct Pair {
    should: Option<Entry>,
    is: Option<Entry>,
}

fn next_pair<I>(should: &mut Peekable<I>, is: &mut Peekable<I>) -> Result<Option<Pair>, StoreError>
where
    I: Iterator<Item = Result<Entry, StoreError>>,
{
    let key = |entry: Option<&Result<Entry, StoreError>>| match entry {
        Some(Ok((key, _))) => Some(key.clone()),
        Some(Err(_)) | None => None,
    };
    let (left, right) = (key(should.peek()), key(is.peek()));
    let (take_left, take_right) = match (&left, &right) {
        (Some(left), Some(right)) => (left <= right, right <= left),
        // One side is at its end, or has an error, which is taken now.
        (Some(_), None) => (true, is.peek().is_some()),
        (None, Some(_)) => (should.peek().is_some(), true),
        (None, None) => (true, true),
    };
    let should = if take_left { should.next().transpose()? } else { None };
    let is = if take_right { is.next().transpose()? } else { None };
    Ok((should.is_some() || is.is_some()).then_some(Pair { should, is }))
}

fn count(found: &mut Verification, key: &[u8], in_journal: bool) {
    let counter = match (key.first(), in_journal) {
        (Some(&layout::MESSAGE), true) => &mut found.messages,
        (Some(&layout::CONVERSATION), true) => &mut found.conversations,
        (Some(&layout::CODE), true) => &mut found.complaints,
        (Some(&layout::ROW), true) => &mut found.outbox,
        _ => return,
    };
    *counter += 1;
}

fn check_blobs(fold: &State, blobs: &Blobs, found: &mut Verification) -> Result<(), StoreError> {
    let mut named = BTreeSet::new();
    for entry in fold.entries() {
        let (key, value) = entry?;
        if matches!(key.first(), Some(&layout::MESSAGE | &layout::CONVERSATION_EVENT | &layout::ROW))
            && let Ok(event) = wire::read(&value)
        {
            named.extend(blobs_of(event));
        }
    }
    found.blobs = named.len() as u64;
    for blob in named {
        match blobs.get(&blob) {
            Ok(Some(_)) => {}
            Ok(None) => found.faults.push(format!("The blob {} is missing", blob.0)),
            Err(fault) => found.faults.push(fault.to_string()),
        }
    }
    Ok(())
}

fn blobs_of(event: Event) -> Vec<BlobId> {
    let of = |files: Vec<Attachment>| files.into_iter().filter_map(|file| file.blob);
    match event {
        Event::Received { raw, files, .. } => of(files).chain([raw]).collect(),
        Event::Said { entry, .. } => of(entry.attachments).collect(),
        Event::Queued { row } => of(row.attachments).collect(),
        _ => Vec::new(),
    }
}

fn shorten(faults: &mut Vec<String>) {
    let more = faults.len().saturating_sub(TOLD);
    if more > 0 {
        faults.truncate(TOLD);
        faults.push(format!("… and {more} more"));
    }
}

//! The store of one process: journal, sled and blobs behind the `Store` verbs.
//!
//! Questions go to the database at once; whatever changes something goes
//! through the writer and returns when it is durable.
//!
//! Invariant: what a call has returned, any later call sees.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;

use crate::domain::alert::Notice;
use crate::domain::calendar::Closure;
use crate::domain::code::TrackingCode;
use crate::domain::conversation::ConversationId;
use crate::domain::event::Event;
use crate::domain::intake::{Accepted, Raw, RawFile};
use crate::domain::message::{Attachment, BlobId, Contact, MessageId};
use crate::domain::outbox::{Delivery, OutboxId, OutboxRow, Outcome};
use crate::store::Route;
use crate::store::blobs::Blobs;
use crate::store::changes::Changes;
use crate::store::sled::{View, head, layout, queries};
use crate::store::writer::{Shared, Turn, Writer};
use crate::store::{
    Claimed, Commit, ComplaintFilter, Due, MessageRow, Received, Spent, Store, StoreError, Verification,
    Versioned, checks, owners, verify,
};

pub struct Embedded {
    // Fields are dropped in this order: the writer ends first, the lock goes last.
    pub(super) writer: Writer,
    pub(super) shared: Arc<Shared>,
    pub(super) blobs: Blobs,
    pub(super) dir: PathBuf,
    pub(super) changes: Changes,
    pub(super) _lock: File,
}

impl Embedded {
    fn view(&self) -> &dyn View {
        &self.shared.state
    }

    fn store_files(&self, files: &[RawFile]) -> Result<Vec<Attachment>, StoreError> {
        let stored = files.iter().map(|file| {
            Ok(Attachment {
                name: file.name.clone(),
                media_type: file.media_type.clone(),
                size: file.bytes.len() as u64,
                blob: Some(self.blobs.put(&file.bytes)?),
            })
        });
        stored.collect()
    }

    /// Rows that were on their way when the last process ended may have arrived: they are
    /// repeated once, or given up if that was the repetition. Tells how many there were.
    pub(super) fn settle_interrupted(&self) -> Result<usize, StoreError> {
        self.writer.ask(|turn| {
            let held = queries::held(&turn.draft)?;
            let mut events = Vec::new();
            for row in &held {
                let state = head::row(&turn.draft, *row)?;
                let since = state.and_then(|state| state.held_since).unwrap_or_default();
                let reason = "pasokh ended during the attempt".to_owned();
                let outcome = Outcome::Unknown { reason };
                events.push(Event::Settled { row: *row, outcome, next_at: Some(since), at: since });
            }
            turn.write(&events)?;
            Ok(held.len())
        })
    }
}

fn claim(
    turn: &mut Turn<'_>,
    now: Timestamp,
    limit: usize,
    closed: &BTreeSet<Route>,
) -> Result<Vec<Claimed>, StoreError> {
    let mut claimed = Vec::new();
    for id in queries::ready(&turn.draft, now, limit, closed)? {
        let row = queries::row(&turn.draft, id)?;
        let state = head::row(&turn.draft, id)?;
        if let (Some(row), Some(state)) = (row, state) {
            claimed.push(Claimed { row, attempt: state.attempts + 1, uncertain: state.uncertain });
        }
    }
    let attempts = claimed.iter().map(|one| Event::Attempted { row: one.row.id, at: now });
    turn.write(&attempts.collect::<Vec<_>>())?;
    Ok(claimed)
}

fn settle(turn: &mut Turn<'_>, event: &Event, id: OutboxId) -> Result<(), StoreError> {
    let held = head::row(&turn.draft, id)?.is_some_and(|state| state.held_since.is_some());
    if !held {
        return Err(StoreError::Other(format!("outbox row {} is not on its way", id.0)));
    }
    turn.write(std::slice::from_ref(event))
}

impl Store for Embedded {
    fn accept(&self, raw: &Raw, at: Timestamp) -> Result<Accepted, StoreError> {
        if let Some(id) = queries::seen(self.view(), &self.shared.names, &raw.key)? {
            return Ok(Accepted::Seen(id));
        }
        let files = self.store_files(&raw.files)?;
        let (blob, key) = (self.blobs.put(&raw.bytes)?, raw.key.clone());
        self.writer.ask(move |turn| {
            if let Some(id) = queries::seen(&turn.draft, &turn.shared.names, &key)? {
                return Ok(Accepted::Seen(id));
            }
            let last = head::number_at(&turn.draft, &layout::last_message())?.unwrap_or(0);
            let message = MessageId(last + 1);
            turn.write(&[Event::Received { message, key, raw: blob, files, at }])?;
            Ok(Accepted::New(message))
        })
    }

    fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        // What will not pass should make no keys; the writer checks again, in turn.
        checks::check(commit, self.view())?;
        let Shared { names, sealer, .. } = self.shared.as_ref();
        let prepared = owners::prepare(&commit.events, self.view(), names, sealer)?;
        let copy = commit.clone();
        self.writer.ask(move |turn| {
            checks::check(&copy, &turn.draft)?;
            turn.write_prepared(&prepared)
        })?;
        self.changes.add(&commit.events);
        Ok(())
    }

    fn claim_except(
        &self,
        now: Timestamp,
        limit: usize,
        closed: &BTreeSet<Route>,
    ) -> Result<Vec<Claimed>, StoreError> {
        let closed = closed.clone();
        self.writer.ask(move |turn| claim(turn, now, limit, &closed))
    }

    fn settle(
        &self,
        row: OutboxId,
        outcome: &Outcome,
        next_at: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let event = Event::Settled { row, outcome: outcome.clone(), next_at, at };
        self.writer.ask(move |turn| settle(turn, &event, row))
    }

    fn next_attempt_except(&self, closed: &BTreeSet<Route>) -> Result<Option<Timestamp>, StoreError> {
        queries::next_attempt(self.view(), closed)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError> {
        queries::due(self.view(), now, limit)
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        queries::next_due(self.view())
    }

    /// Given out once for good as soon as it has been used in a commit; a number that no commit
    /// used may come again after a restart, when nobody can remember it.
    fn fresh_number(&self) -> Result<u64, StoreError> {
        Ok(self.shared.fresh.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn undecided(&self) -> Result<Vec<Received>, StoreError> {
        queries::undecided(self.view())
    }

    fn message(&self, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
        queries::message(self.view(), id)
    }

    fn messages_after(&self, after: MessageId, limit: usize) -> Result<Vec<MessageRow>, StoreError> {
        queries::messages_after(self.view(), after, limit)
    }

    fn conversation(&self, id: ConversationId) -> Result<Option<Versioned>, StoreError> {
        queries::conversation(self.view(), id)
    }

    fn changed_since(&self, mark: Option<u64>) -> (Option<BTreeSet<ConversationId>>, u64) {
        self.changes.since(mark)
    }

    fn conversations_of(&self, contact: &Contact, limit: usize) -> Result<Vec<ConversationId>, StoreError> {
        queries::conversations_of(self.view(), &self.shared.names, contact, limit)
    }

    fn conversation_by_code(&self, code: TrackingCode) -> Result<Option<ConversationId>, StoreError> {
        queries::conversation_by_code(self.view(), code)
    }

    fn conversation_by_mail_id(&self, mail_id: &str) -> Result<Option<ConversationId>, StoreError> {
        queries::conversation_by_mail_id(self.view(), &self.shared.names, mail_id)
    }

    fn conversation_by_external(
        &self,
        contact: &Contact,
        external: &str,
    ) -> Result<Option<ConversationId>, StoreError> {
        queries::conversation_by_external(self.view(), &self.shared.names, contact, external)
    }

    fn complaints(&self, filter: &ComplaintFilter) -> Result<Vec<ConversationId>, StoreError> {
        queries::complaints(self.view(), filter)
    }

    fn judged(&self) -> Result<Vec<ConversationId>, StoreError> {
        queries::judged(self.view())
    }

    fn outbox_row(&self, id: OutboxId) -> Result<Option<(OutboxRow, Delivery)>, StoreError> {
        queries::outbox_row(self.view(), id)
    }

    fn unsent(&self) -> Result<Vec<(OutboxRow, Delivery)>, StoreError> {
        queries::unsent(self.view())
    }

    fn spent(&self, contact: &Contact, now: Timestamp) -> Result<Spent, StoreError> {
        queries::spent(self.view(), &self.shared.names, contact, now)
    }

    fn said_since(&self, contact: &Contact, text: &str, since: Timestamp) -> Result<bool, StoreError> {
        queries::said_since(self.view(), &self.shared.names, contact, text, since)
    }

    fn contact_state(&self, contact: &Contact) -> Result<Option<String>, StoreError> {
        queries::text(self.view(), &layout::contact_state(self.shared.names.contact(contact)))
    }

    fn cursor(&self, name: &str) -> Result<Option<String>, StoreError> {
        queries::text(self.view(), &layout::cursor(name))
    }

    fn notices(&self) -> Result<Vec<Notice>, StoreError> {
        queries::notices(self.view())
    }

    fn closures(&self) -> Result<Vec<Closure>, StoreError> {
        queries::closures(self.view())
    }

    fn put_blob(&self, bytes: &[u8]) -> Result<BlobId, StoreError> {
        self.blobs.put(bytes)
    }

    fn destroy_unwanted(&self) -> Result<usize, StoreError> {
        let unwanted = queries::unwanted(self.view())?;
        unwanted.iter().try_for_each(|blob| self.blobs.remove(blob))?;
        Ok(unwanted.len())
    }

    fn blob(&self, id: &BlobId) -> Result<Option<Vec<u8>>, StoreError> {
        self.blobs.get(id)
    }

    fn verify(&self) -> Result<Verification, StoreError> {
        verify::verify(self)
    }

    fn writable(&self) -> Result<(), StoreError> {
        self.blobs.probe()?;
        self.writer.ask(|_| Ok(()))
    }
}

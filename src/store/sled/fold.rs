//! Folding: one event after the other moves the state on.
//!
//! An event comes in with its JSON and its place in the journal; keys of the
//! draft change. What an event refers to may be missing, when its customer
//! was erased: then it changes nothing.
//!
//! Invariant: the changes depend on the events before and on nothing else, so
//! that live operation, rebuilding and verifying end in the same bytes.

use jiff::Timestamp;

use crate::domain::clocks::Level;
use crate::domain::complaint::{ComplaintState, Filing};
use crate::domain::conversation::{ConversationId, Entry, Speaker};
use crate::domain::event::Event;
use crate::domain::message::{BlobId, Contact, MessageId, MessageKey};
use crate::store::names::Names;
use crate::store::sled::View;
use crate::store::sled::draft::Draft;
use crate::store::sled::head::{self, ComplaintHead, Head};
use crate::store::sled::{clocks, layout, outbox, queries};
use crate::store::{Received, StoreError, wire};

/// Where an event stands: number of its line and place in the line.
pub type Place = (u64, u64);

pub struct Fold<'a, 'b> {
    pub draft: &'a mut Draft<'b>,
    pub names: &'a Names,
}

impl Fold<'_, '_> {
    pub fn event(&mut self, event: &Event, json: &[u8], place: Place) -> Result<(), StoreError> {
        if let Some(id) = event.conversation() {
            return self.conversation_event(id, event, json);
        }
        match event {
            Event::Received { message, key, .. } => self.received(*message, key, json),
            Event::Decided { message, conversation, mail_id, .. } => {
                self.decided(*message, *conversation, mail_id.as_deref(), json)
            }
            Event::RawReplaced { message, raw, .. } => self.raw_replaced(*message, raw),
            Event::Queued { row } => {
                self.number_used(row.id.0)?;
                outbox::queued(self, row, json, place)
            }
            Event::Attempted { row, at } => outbox::attempted(self, *row, *at),
            Event::Settled { row, outcome, next_at, at } => {
                outbox::settled(self, *row, outcome, *next_at, *at)
            }
            Event::Dismissed { row, .. } => outbox::dismissed(self, *row),
            Event::NoticeHeld { notice } => {
                self.number_used(notice.id)?;
                self.draft.put(layout::notice(notice.id), json);
                Ok(())
            }
            Event::NoticesTold { ids, .. } => {
                ids.iter().for_each(|id| self.draft.delete(layout::notice(*id)));
                Ok(())
            }
            Event::ClosureAdded { closure, .. } => {
                self.draft.put(layout::closure(closure.from), json);
                Ok(())
            }
            Event::ClosureRemoved { from, .. } => {
                self.draft.delete(layout::closure(*from));
                Ok(())
            }
            Event::CursorMoved { name, value } => {
                self.draft.put(layout::cursor(name), value.as_bytes());
                Ok(())
            }
            Event::ContactChanged { contact, state, .. } => {
                self.contact_changed(contact, state);
                Ok(())
            }
            // Conversation events have been taken care of above.
            _ => Ok(()),
        }
    }

    /// Raises the highest number given out.
    pub fn number_used(&mut self, number: u64) -> Result<(), StoreError> {
        if head::number_at(self.draft, &layout::fresh())?.unwrap_or(0) < number {
            self.draft.put(layout::fresh(), number.to_be_bytes());
        }
        Ok(())
    }

    /// The message's customer was erased: nothing of it stays, and its number is not given out again.
    pub fn forget(&mut self, message: MessageId) -> Result<(), StoreError> {
        self.message_numbered(message)?;
        for key in [layout::message(message), layout::undecided(message), layout::answer(message)] {
            self.draft.delete(key);
        }
        Ok(())
    }

    fn message_numbered(&mut self, message: MessageId) -> Result<(), StoreError> {
        if head::number_at(self.draft, &layout::last_message())?.unwrap_or(0) < message.0 {
            self.draft.put(layout::last_message(), message.0.to_be_bytes());
        }
        Ok(())
    }

    fn received(&mut self, message: MessageId, key: &MessageKey, json: &[u8]) -> Result<(), StoreError> {
        self.message_numbered(message)?;
        for identity in key.identities() {
            self.draft.put(layout::identity(self.names.identity(&identity)), message.0.to_be_bytes());
        }
        self.draft.put(layout::message(message), json);
        self.draft.put(layout::undecided(message), []);
        Ok(())
    }

    /// The old copy is unwanted from now on, unless it is the very same.
    fn raw_replaced(&mut self, message: MessageId, raw: &BlobId) -> Result<(), StoreError> {
        let Some(received) = queries::received(self.draft, message)? else { return Ok(()) };
        if received.raw == *raw {
            return Ok(());
        }
        self.draft.put(layout::unwanted(&received.raw), []);
        self.draft.delete(layout::unwanted(raw));
        let Received { key, files, at, .. } = received;
        let replaced = Event::Received { message, key, raw: raw.clone(), files, at };
        let json = wire::write(&replaced).map_err(|error| StoreError::Other(error.to_string()))?;
        self.draft.put(layout::message(message), json);
        Ok(())
    }

    fn decided(
        &mut self,
        message: MessageId,
        conversation: Option<ConversationId>,
        mail_id: Option<&str>,
        json: &[u8],
    ) -> Result<(), StoreError> {
        if self.draft.get(&layout::message(message))?.is_none() {
            return Ok(());
        }
        self.draft.put(layout::decision(message), json);
        self.draft.delete(layout::undecided(message));
        match (conversation, mail_id) {
            (Some(id), Some(mail_id)) => self.mail_belongs_to(mail_id, id),
            _ => Ok(()),
        }
    }

    /// Somebody who copies another's Message-ID does not take the thread over: the first one stays.
    fn mail_belongs_to(&mut self, mail_id: &str, id: ConversationId) -> Result<(), StoreError> {
        let key = layout::mail_id(self.names.mail_id(mail_id));
        if self.draft.get(&key)?.is_none() {
            self.draft.put(key, id.0.to_be_bytes());
        }
        Ok(())
    }

    fn contact_changed(&mut self, contact: &Contact, state: &str) {
        let key = layout::contact_state(self.names.contact(contact));
        if state == "ok" {
            self.draft.delete(key);
        } else {
            self.draft.put(key, state.as_bytes());
        }
    }

    fn conversation_event(
        &mut self,
        id: ConversationId,
        event: &Event,
        json: &[u8],
    ) -> Result<(), StoreError> {
        let known = head::conversation(self.draft, id)?;
        let mut head = match (known, event) {
            (Some(head), _) => head,
            (None, Event::Opened { contact, at, .. }) => self.opened(id, contact, *at)?,
            (None, _) => return Ok(()),
        };
        self.index(id, &mut head, event)?;
        self.draft.put(layout::conversation_event(id, head.version), json);
        head.version += 1;
        self.draft.put(layout::conversation(id), head::write(&head)?);
        Ok(())
    }

    fn opened(&mut self, id: ConversationId, contact: &Contact, at: Timestamp) -> Result<Head, StoreError> {
        self.number_used(id.0)?;
        let contact = self.names.contact(contact);
        self.draft.put(layout::contact_conversation(contact, at, id), []);
        Ok(Head::new(contact))
    }

    fn index(&mut self, id: ConversationId, head: &mut Head, event: &Event) -> Result<(), StoreError> {
        match event {
            Event::Said { entry, .. } => return self.said(id, entry),
            Event::Filed { filing, .. } => self.filed(id, head, filing),
            Event::StateChanged { state, .. } => self.state_changed(id, head, *state),
            Event::Judged { .. } => self.draft.put(layout::judged(id), []),
            Event::ClockStarted { clock, .. } => clocks::started(self.draft, id, head, clock),
            Event::ClockStopped { kind, .. } => clocks::stopped(self.draft, id, head, *kind),
            Event::ClockPaused { kind, started_at, .. } => {
                clocks::paused(self.draft, id, head, *kind, *started_at);
            }
            Event::ClockMoved { kind, started_at, moved, .. } => {
                clocks::moved(self.draft, id, head, *kind, *started_at, moved);
            }
            Event::AlertFired { kind, started_at, level: Level(level), .. } => {
                clocks::fired(self.draft, id, head, *kind, *started_at, *level);
            }
            _ => {}
        }
        Ok(())
    }

    fn said(&mut self, id: ConversationId, entry: &Entry) -> Result<(), StoreError> {
        match &entry.mail_id {
            Some(mail_id) if entry.by == Speaker::Customer => self.mail_belongs_to(mail_id, id),
            Some(_) | None => Ok(()),
        }
    }

    fn filed(&mut self, id: ConversationId, head: &mut Head, filing: &Filing) {
        // Filed twice, the last one counts, as in the domain's own fold.
        if let Some(before) = &head.complaint {
            self.draft.delete(layout::complaint(before.open, before.received_at, id));
        }
        clocks::dropped(self.draft, id, head);
        head.complaint = Some(ComplaintHead { received_at: filing.received_at, open: true });
        self.draft.put(layout::code(filing.code), id.0.to_be_bytes());
        self.draft.put(layout::complaint(true, filing.received_at, id), []);
    }

    fn state_changed(&mut self, id: ConversationId, head: &mut Head, state: ComplaintState) {
        let Some(complaint) = &mut head.complaint else { return };
        self.draft.delete(layout::complaint(complaint.open, complaint.received_at, id));
        complaint.open = state.is_open();
        self.draft.put(layout::complaint(complaint.open, complaint.received_at, id), []);
    }
}

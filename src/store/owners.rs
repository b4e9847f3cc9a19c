//! Whose key an event is sealed under.
//!
//! What a conversation, an outbox row or a decision says belongs to the
//! customer; what goes to staff, and what names nobody yet, belongs to the
//! installation; cursors, attempts and keys of messages stay readable.
//!
//! Invariant: no customer's words, names or addresses stay readable.

use std::collections::BTreeMap;

use crate::domain::conversation::ConversationId;
use crate::domain::event::Event;
use crate::domain::message::{Attachment, Contact, MessageId, MessageKey};
use crate::domain::outbox::Recipient;
use crate::store::StoreError;
use crate::store::names::{Name, Names};
use crate::store::seal::{Prepared, Sealer};
use crate::store::sled::{View, head, queries};

/// Knows the owners of all events of one commit.
pub struct Owners<'a> {
    view: &'a dyn View,
    names: &'a Names,
    opened: BTreeMap<ConversationId, Name>,
    answered: BTreeMap<MessageId, Name>,
}

impl<'a> Owners<'a> {
    pub fn of(events: &[Event], view: &'a dyn View, names: &'a Names) -> Owners<'a> {
        let (mut opened, mut answered) = (BTreeMap::new(), BTreeMap::new());
        for event in events {
            match event {
                Event::Opened { conversation, contact, .. } => {
                    opened.insert(*conversation, names.contact(contact));
                }
                Event::Queued { row } => {
                    if let (Some(message), Recipient::Customer(contact)) = (row.answers, &row.to) {
                        answered.insert(message, names.contact(contact));
                    }
                }
                _ => {}
            }
        }
        Owners { view, names, opened, answered }
    }

    /// None: the event stays readable.
    pub fn owner(&self, event: &Event) -> Result<Option<Name>, StoreError> {
        if let Some(id) = event.conversation() {
            return self.conversation(id).map(Some);
        }
        match event {
            Event::Received { key, files, .. } => Ok(self.received(key, files)),
            Event::Decided { message, conversation, .. } => self.decided(*message, *conversation).map(Some),
            Event::Queued { row } => Ok(Some(match &row.to {
                Recipient::Customer(contact) => self.names.contact(contact),
                Recipient::StaffEmail(_) | Recipient::StaffTelegram(_) | Recipient::StaffPhone(_) => {
                    self.names.installation()
                }
            })),
            // Refusals of mail servers like to quote the address.
            Event::Settled { row, .. } => Ok(Some(match head::row(self.view, *row)? {
                Some(state) if state.customer => state.recipient()?,
                Some(_) | None => self.names.installation(),
            })),
            Event::ContactChanged { contact, .. } => Ok(Some(self.names.contact(contact))),
            _ => Ok(None),
        }
    }

    fn conversation(&self, id: ConversationId) -> Result<Name, StoreError> {
        if let Some(name) = self.opened.get(&id) {
            return Ok(*name);
        }
        match head::conversation(self.view, id)? {
            Some(head) => head.contact(),
            None => Err(StoreError::Other(format!("conversation {} does not exist", id.0))),
        }
    }

    /// The live chat's key holds the session's token; files of a chat have telling names.
    fn received(&self, key: &MessageKey, files: &[Attachment]) -> Option<Name> {
        match key {
            MessageKey::Chat { .. } => self.sender(key),
            MessageKey::Telegram { .. } if !files.is_empty() => {
                Some(self.sender(key).unwrap_or_else(|| self.names.installation()))
            }
            MessageKey::Telegram { .. } | MessageKey::Email { .. } => None,
        }
    }

    fn sender(&self, key: &MessageKey) -> Option<Name> {
        let contact = match key {
            MessageKey::Chat { session, .. } => Contact::Chat(session.clone()),
            MessageKey::Telegram { bot, chat_id: Some(chat), .. } => {
                Contact::Telegram { bot: bot.clone(), chat: *chat }
            }
            MessageKey::Telegram { chat_id: None, .. } | MessageKey::Email { .. } => return None,
        };
        Some(self.names.contact(&contact))
    }

    /// A mail that is in no conversation and was not answered names nobody whom we know.
    fn decided(&self, message: MessageId, conversation: Option<ConversationId>) -> Result<Name, StoreError> {
        if let Some(id) = conversation {
            return self.conversation(id);
        }
        if let Some(name) = self.answered.get(&message) {
            return Ok(*name);
        }
        let received = queries::received(self.view, message)?;
        let sender = received.and_then(|received| self.sender(&received.key));
        Ok(sender.unwrap_or_else(|| self.names.installation()))
    }
}

/// Seals what must be sealed.
pub fn prepare(
    events: &[Event],
    view: &dyn View,
    names: &Names,
    sealer: &Sealer,
) -> Result<Vec<Prepared>, StoreError> {
    let owners = Owners::of(events, view, names);
    events.iter().map(|event| sealer.prepare(event, owners.owner(event)?)).collect()
}

//! Contacts that one customer has linked, and the codes that link them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::domain::conversation::{Conversation, ConversationId, Entry, Speaker};
use crate::domain::decide::Linkable;
use crate::domain::decide::command::{Command, Link};
use crate::domain::decide::linking::Offer;
use crate::domain::message::{Contact, EmailAddress};
use crate::domain::short_code::ShortCode;
use crate::gateway::Gateway;
use crate::store::{StoreError, Versioned};

/// Conversations of one contact that are looked through.
const MOST_CONVERSATIONS: usize = 20;
/// Tries of one contact, and messages to one address, within [`LATELY`].
const MOST_TRIES: usize = 5;
const LATELY: SignedDuration = SignedDuration::from_hours(1);

impl Gateway {
    /// All conversations of the contacts that the customer of these has linked with theirs.
    pub(super) fn linked(&self, own: &[Conversation]) -> Result<Vec<Versioned>, StoreError> {
        let Some(contact) = own.first().map(|one| one.contact.key()) else { return Ok(Vec::new()) };
        let mut seen = BTreeSet::new();
        let mut linked = Vec::new();
        for with in links(own.iter()) {
            let Some(other) = self.store.conversation(*with)? else { continue };
            let other = other.conversation.contact;
            if other.key() == contact || !seen.insert(other.key()) {
                continue;
            }
            let theirs = self.conversations_with(&other)?;
            // Either side may part them.
            if self.lead_to(links(theirs.iter().map(|one| &one.conversation)), &contact)? {
                linked.extend(theirs);
            }
        }
        Ok(linked)
    }

    fn lead_to(&self, links: &[ConversationId], contact: &str) -> Result<bool, StoreError> {
        for link in links {
            let found = self.store.conversation(*link)?;
            if found.is_some_and(|found| found.conversation.contact.key() == contact) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Conversations of the contacts of one customer: of this one, and of those linked with it.
    pub(super) fn of_same_customer(&self, contact: &Contact) -> Result<Vec<Conversation>, StoreError> {
        let own: Vec<Conversation> =
            self.conversations_with(contact)?.into_iter().map(|one| one.conversation).collect();
        let linked = self.linked(&own)?;
        Ok(own.into_iter().chain(linked.into_iter().map(|one| one.conversation)).collect())
    }

    /// The other contacts that the customer of this one has linked with it.
    pub(super) fn linked_with(&self, contact: &Contact) -> Result<Vec<Contact>, StoreError> {
        let theirs = self.of_same_customer(contact)?.into_iter().map(|one| one.contact);
        let others: BTreeMap<String, Contact> =
            theirs.filter(|other| other.key() != contact.key()).map(|other| (other.key(), other)).collect();
        Ok(others.into_values().collect())
    }

    fn conversations_with(&self, contact: &Contact) -> Result<Vec<Versioned>, StoreError> {
        let mut found = Vec::new();
        for id in self.store.conversations_of(contact, MOST_CONVERSATIONS)? {
            found.extend(self.store.conversation(id)?);
        }
        Ok(found)
    }

    /// What a message that asks for linking leads to, with the version of the other conversation.
    pub(super) fn linkable(
        &self,
        link: &Link,
        contact: &Contact,
        own: &[Conversation],
        now: Timestamp,
    ) -> Result<(Linkable, Option<(ConversationId, u64)>), StoreError> {
        let is_try = |entry: &Entry| {
            entry.by == Speaker::Customer && matches!(Command::parse(&entry.text), Some(Command::Link(_)))
        };
        if lately(own, now, is_try) >= MOST_TRIES {
            return Ok((Linkable::TooOften, None));
        }
        let found = match link {
            Link::Address(address) => self.writes_from(address, now)?,
            Link::Present { code, .. } => return self.offered(*code, contact, now),
            Link::Offer | Link::Unreadable | Link::Part => None,
        };
        let version = found.as_ref().map(|one| (one.conversation.id, one.version));
        let address = found.filter(|one| one.conversation.contact.key() != contact.key());
        Ok((address.map_or(Linkable::Nobody, |one| Linkable::Address(Box::new(one.conversation))), version))
    }

    /// The newest conversation of an address that has written to us, unless it has been sent codes
    /// often enough.
    fn writes_from(&self, address: &EmailAddress, now: Timestamp) -> Result<Option<Versioned>, StoreError> {
        let theirs = self.conversations_with(&Contact::Email(address.clone()))?;
        let all: Vec<Conversation> = theirs.iter().map(|one| one.conversation.clone()).collect();
        let is_code = |entry: &Entry| entry.by == Speaker::Machine && entry.text.contains("/link ");
        let sent = lately(&all, now, is_code);
        Ok(theirs.into_iter().max_by_key(|one| one.conversation.id).filter(|_| sent < MOST_TRIES))
    }

    fn offered(
        &self,
        code: ShortCode,
        contact: &Contact,
        now: Timestamp,
    ) -> Result<(Linkable, Option<(ConversationId, u64)>), StoreError> {
        let nobody = Ok((Linkable::Nobody, None));
        let kept = self.store.cursor(&Offer::cursor(code))?;
        let Some(offer) = kept.as_deref().and_then(Offer::read).filter(|offer| now < offer.until) else {
            return nobody;
        };
        let Some(with) = self.store.conversation(offer.with)? else { return nobody };
        if with.conversation.contact.key() == contact.key() {
            return nobody;
        }
        let asked_in = match offer.asked_in {
            Some(id) => self.store.conversation(id)?.map(|one| one.conversation.contact.key()),
            None => None,
        };
        // A code that somebody asked for is theirs alone to give back.
        if asked_in.as_ref().is_some_and(|asked| *asked != contact.key()) {
            return nobody;
        }
        let version = (with.conversation.id, with.version);
        let with = Box::new(with.conversation);
        Ok((Linkable::Offered { with, asked_here: asked_in.is_some() }, Some(version)))
    }
}

/// The latest word of a customer about which other conversations are theirs.
pub(super) fn links<'c>(own: impl Iterator<Item = &'c Conversation>) -> &'c [ConversationId] {
    own.filter(|one| one.links.said_at.is_some())
        .max_by_key(|one| (one.links.said_at, one.id))
        .map_or(&[], |one| one.links.with.as_slice())
}

fn lately(own: &[Conversation], now: Timestamp, is_one: impl Fn(&Entry) -> bool) -> usize {
    let entries = own.iter().flat_map(|one| &one.entries);
    entries.filter(|entry| now.duration_since(entry.at) <= LATELY && is_one(entry)).count()
}

//! Knowledge: what the store holds that bears on one message.

use jiff::{SignedDuration, Timestamp};

use crate::domain::code::TrackingCode;
use crate::domain::conversation::{Conversation, ConversationId, Entry, Speaker};
use crate::domain::decide::command::Command;
use crate::domain::decide::{self, Asked, Join, Known, RECENT, Stamped};
use crate::domain::message::{Authenticity, Channel, Contact, MailFacts, Message, Press};
use crate::domain::outbox::Recipient;
use crate::domain::rules::Rules;
use crate::domain::short_code::ShortCode;
use crate::domain::stamp;
use crate::gateway::{Gateway, linking};
use crate::mail::own_mark;
use crate::store::{StoreError, Versioned};

/// An open complaint is still what a customer may mean after so long without a word.
const STILL_OPEN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Conversations of one contact that are looked through.
const MOST_CONVERSATIONS: usize = 20;
/// Stamps that one contact may ask about within [`ASKING_HOUR`].
const MOST_ASKED: usize = 10;
const ASKING_HOUR: SignedDuration = SignedDuration::from_hours(1);

pub(super) struct Knowledge {
    pub known: Known,
    versions: Vec<(ConversationId, u64)>,
}

impl Knowledge {
    /// What must not have changed for the decision to stand; the fresh conversation must not exist.
    pub fn expects(&self, fresh: ConversationId) -> Vec<(ConversationId, u64)> {
        let mut expects = self.versions.clone();
        expects.push((fresh, 0));
        expects
    }

    fn take(&mut self, versioned: Versioned) -> Conversation {
        let id = versioned.conversation.id;
        if !self.versions.iter().any(|(known, _)| *known == id) {
            self.versions.push((id, versioned.version));
        }
        versioned.conversation
    }
}

impl Gateway {
    pub(super) fn knowledge(
        &self,
        rules: &Rules,
        message: &Message,
        now: Timestamp,
    ) -> Result<Knowledge, StoreError> {
        let mut knowledge = Knowledge { known: Known::default(), versions: Vec::new() };
        let by_mark = self.marked_conversation(message)?;
        knowledge.known.proven = message.authenticity == Authenticity::Pass
            || (message.authenticity == Authenticity::None && by_mark.is_some());
        knowledge.known.over_budget = self.over_budget(rules, message, now)?;
        if let Some(code) = TrackingCode::find(&message.visible)
            && let Some(id) = self.store.conversation_by_code(code)?
            && let Some(versioned) = self.store.conversation(id)?
        {
            let named = self.going_on(versioned)?;
            knowledge.known.named = Some(knowledge.take(named));
        }
        let own = self.own_conversations(message, &mut knowledge)?;
        let mut linked_conversations = Vec::new();
        if let Some(Command::Verify(Some(stamp))) = decide::command_in(message) {
            knowledge.known.asked = self.asked_about(stamp, &own, now)?;
        }
        if knowledge.known.proven {
            knowledge.known.links = linking::links(own.iter()).to_vec();
            for linked in self.linked(&own)? {
                knowledge.known.linked.insert(linked.conversation.contact.key());
                linked_conversations.push(knowledge.take(linked));
            }
            if let Some(Command::Link(link)) = decide::command_in(message) {
                let (linkable, version) = self.linkable(&link, &message.contact, &own, now)?;
                knowledge.known.linkable = linkable;
                knowledge.versions.extend(version);
            }
        }
        let joined = self.joined(message, by_mark, &own, &mut knowledge, now)?;
        knowledge.known.joined = match joined {
            Some((join, conversation)) => Some((join, self.target_of(conversation, &mut knowledge)?)),
            None => None,
        };
        knowledge.known.open = own
            .into_iter()
            .chain(linked_conversations)
            .filter(|one| one.complaint.as_ref().is_some_and(|complaint| complaint.is_open()))
            .collect();
        Ok(knowledge)
    }

    /// The message of ours that carries this stamp.
    fn asked_about(
        &self,
        code: ShortCode,
        own: &[Conversation],
        now: Timestamp,
    ) -> Result<Asked, StoreError> {
        let is_asking = |entry: &&Entry| {
            entry.by == Speaker::Customer
                && now.duration_since(entry.at) <= ASKING_HOUR
                && matches!(Command::parse(&entry.text), Some(Command::Verify(_)))
        };
        if own.iter().flat_map(|one| &one.entries).filter(is_asking).count() >= MOST_ASKED {
            return Ok(Asked::TooOften);
        }
        let Some((row, _)) = self.store.outbox_row(stamp::row(code, self.secret()))? else {
            return Ok(Asked::NotOurs);
        };
        let Recipient::Customer(contact) = &row.to else { return Ok(Asked::NotOurs) };
        let to = match contact {
            Contact::Email(address) => Some(address.masked()),
            Contact::Telegram { .. } | Contact::Chat(_) => None,
        };
        let (at, channel, by_person) = (row.created_at, contact.channel(), row.by_person);
        Ok(Asked::Ours(Stamped { at, channel, to, by_person }))
    }

    /// What is written about a merged case is about the one in which it goes on, if that is the
    /// sender's too.
    fn target_of(
        &self,
        conversation: Conversation,
        knowledge: &mut Knowledge,
    ) -> Result<Conversation, StoreError> {
        let merged = conversation.complaint.as_ref().is_some_and(|one| one.record.merged_into.is_some());
        if !merged {
            return Ok(conversation);
        }
        let contact = conversation.contact.key();
        let Some(versioned) = self.store.conversation(conversation.id)? else { return Ok(conversation) };
        let target = self.going_on(versioned)?;
        let is_theirs = |other: &str| other == contact || knowledge.known.linked.contains(other);
        if !is_theirs(&target.conversation.contact.key()) {
            return Ok(conversation);
        }
        Ok(knowledge.take(target))
    }

    /// The sender's own conversations, newest first.
    fn own_conversations(
        &self,
        message: &Message,
        knowledge: &mut Knowledge,
    ) -> Result<Vec<Conversation>, StoreError> {
        let mut own = Vec::new();
        for id in self.store.conversations_of(&message.contact, MOST_CONVERSATIONS)? {
            if let Some(versioned) = self.store.conversation(id)? {
                own.push(knowledge.take(versioned));
            }
        }
        own.sort_by_key(|conversation| std::cmp::Reverse(conversation.last_at()));
        Ok(own)
    }

    fn joined(
        &self,
        message: &Message,
        by_mark: Option<Conversation>,
        own: &[Conversation],
        knowledge: &mut Knowledge,
        now: Timestamp,
    ) -> Result<Option<(Join, Conversation)>, StoreError> {
        if let Some(conversation) = message.press.as_ref().and_then(Press::conversation) {
            // Only a conversation of this very contact obeys.
            let pressed = own.iter().find(|one| one.id.0 == conversation).cloned();
            return Ok(pressed.map(|conversation| (Join::Reply, conversation)));
        }
        match message.channel {
            Channel::Email => {
                let proven = knowledge.known.proven;
                let found = match by_mark {
                    Some(conversation) => Some(conversation),
                    None if proven => self.threaded_conversation(message)?,
                    None => None,
                };
                let own_thread =
                    found.filter(|conversation| conversation.contact.key() == message.contact.key());
                Ok(own_thread.map(|conversation| (Join::Reply, conversation)))
            }
            // In a group many write, each about a matter of their own.
            Channel::Telegram if !knowledge.known.proven => Ok(None),
            Channel::Phone => Ok(None),
            Channel::Telegram | Channel::Chat => {
                if let Some(replied) = message.reply_to
                    && let Some(id) =
                        self.store.conversation_by_external(&message.contact, &replied.to_string())?
                    && let Some(conversation) = own.iter().find(|one| one.id == id)
                {
                    return Ok(Some((Join::Reply, conversation.clone())));
                }
                let is_recent =
                    |one: &&Conversation| now.duration_since(one.last_at()) <= RECENT && !is_over(one);
                // Who writes again after days while a complaint is open probably means that.
                let is_open = |one: &&Conversation| {
                    one.complaint.as_ref().is_some_and(|complaint| complaint.is_open())
                        && now.duration_since(one.last_at()) <= STILL_OPEN
                };
                let found = own.iter().find(is_recent).or_else(|| own.iter().find(is_open));
                Ok(found.map(|conversation| (Join::Recent, conversation.clone())))
            }
        }
    }

    /// The conversation of the mail of ours that this one answers, if it went to this address.
    fn marked_conversation(&self, message: &Message) -> Result<Option<Conversation>, StoreError> {
        let Some(mail) = &message.mail else { return Ok(None) };
        for id in named_ids(mail) {
            let Some(row) = own_mark::recognise(id, self.secret()) else { continue };
            let Some((row, _)) = self.store.outbox_row(row)? else { continue };
            let went_here =
                matches!(&row.to, Recipient::Customer(contact) if contact.key() == message.contact.key());
            if let (true, Some(conversation)) = (went_here, row.conversation) {
                return Ok(self.store.conversation(conversation)?.map(|versioned| versioned.conversation));
            }
        }
        Ok(None)
    }

    /// By the customer's own earlier Message-IDs, which others may know: only for proven senders.
    fn threaded_conversation(&self, message: &Message) -> Result<Option<Conversation>, StoreError> {
        let Some(mail) = &message.mail else { return Ok(None) };
        for id in named_ids(mail) {
            if let Some(conversation) = self.store.conversation_by_mail_id(id)? {
                return Ok(self.store.conversation(conversation)?.map(|versioned| versioned.conversation));
            }
        }
        Ok(None)
    }

    fn over_budget(&self, rules: &Rules, message: &Message, now: Timestamp) -> Result<bool, StoreError> {
        let spent = self.store.spent(&message.contact, now)?;
        let budgets = rules.budgets;
        let braked = spent.ten_minutes >= budgets.global_ten_minutes;
        if braked {
            metrics::counter!("pasokh_global_brake_total").increment(1);
            tracing::error!(
                "The global brake is on: too many automatic answers in ten minutes; messages are filed in silence"
            );
        }
        let mail = matches!(message.contact, Contact::Email(_));
        Ok(braked
            || (mail
                && (spent.address_hour >= budgets.per_address_hour
                    || spent.domain_hour >= budgets.per_domain_hour)))
    }
}

/// Ids that a reply names, the nearest first (RFC 5322 §3.6.4).
fn named_ids(mail: &MailFacts) -> impl Iterator<Item = &str> {
    mail.in_reply_to.iter().chain(mail.references.iter().rev()).map(String::as_str)
}

/// Said to be solved, and never filed: what comes next is another matter.
fn is_over(conversation: &Conversation) -> bool {
    conversation.helped && conversation.complaint.is_none()
}

//! The live chat's view of the store: the lines of one session.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::domain::conversation::{Conversation, Entry, Speaker};
use crate::domain::message::{Attachment, BlobId, Contact};
use crate::domain::outbox::{OutboxRow, Outcome, Recipient};
use crate::gateway::courier::{Courier, Sending};
use crate::gateway::{Gateway, lock};
use crate::store::StoreError;
use crate::web::{ChatDesk, ChatLine, LineBy};

/// Conversations of one browser that are shown.
const MOST_CONVERSATIONS: usize = 200;

impl ChatDesk for Gateway {
    fn lines(&self, session: &str, after: u64) -> Result<Vec<ChatLine>, String> {
        self.chat_lines(session, after).map_err(|error| error.to_string())
    }

    fn watch(&self, session: &str) -> watch::Receiver<u64> {
        let mut watchers = lock(&self.chat_watchers);
        watchers.retain(|known, sender| known == session || sender.receiver_count() > 0);
        watchers.entry(session.to_owned()).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    fn blob(&self, session: &str, blob: &BlobId) -> Result<Option<(Attachment, Vec<u8>)>, String> {
        self.chat_blob(session, blob).map_err(|error| error.to_string())
    }
}

impl Gateway {
    /// Tells whoever looks at this session that there may be something new.
    pub(super) fn wake_chat(&self, session: &str) {
        if let Some(watcher) = lock(&self.chat_watchers).get(session) {
            watcher.send_modify(|count| *count += 1);
        }
    }

    fn chat_lines(&self, session: &str, after: u64) -> Result<Vec<ChatLine>, StoreError> {
        let mut lines = Vec::new();
        for conversation in self.chat_conversations(session)? {
            let mut number = micros(conversation.opened_at);
            for entry in &conversation.entries {
                // Lines are numbered by the time at which they became visible, so that a later
                // line never gets a lower number than one that a browser has seen.
                number = micros(entry.recorded_at).max(number + 1);
                if number > after {
                    lines.push(self.chat_line(&conversation, entry, number)?);
                }
            }
        }
        lines.sort_by_key(|line| line.number);
        Ok(lines)
    }

    fn chat_conversations(&self, session: &str) -> Result<Vec<Conversation>, StoreError> {
        let contact = Contact::Chat(session.to_owned());
        let mut conversations = Vec::new();
        for id in self.store.conversations_of(&contact, MOST_CONVERSATIONS)? {
            conversations.extend(self.store.conversation(id)?.map(|versioned| versioned.conversation));
        }
        Ok(conversations)
    }

    fn chat_line(
        &self,
        conversation: &Conversation,
        entry: &Entry,
        number: u64,
    ) -> Result<ChatLine, StoreError> {
        let row = match entry.outbox {
            Some(id) => self.store.outbox_row(id)?.map(|(row, _)| row),
            None => None,
        };
        Ok(ChatLine {
            number,
            by: match &entry.by {
                Speaker::Customer => LineBy::Customer,
                Speaker::Machine => LineBy::Machine,
                Speaker::Staff(name) => LineBy::Staff(name.clone()),
            },
            message: entry.message,
            text: entry.text.clone(),
            language: row.as_ref().map_or(conversation.language, |row| row.language),
            buttons: row.map(|row| row.buttons).unwrap_or_default(),
            attachments: entry.attachments.clone(),
            at: entry.at,
        })
    }

    fn chat_blob(&self, session: &str, blob: &BlobId) -> Result<Option<(Attachment, Vec<u8>)>, StoreError> {
        let conversations = self.chat_conversations(session)?;
        let attachment = conversations
            .iter()
            .flat_map(|conversation| &conversation.entries)
            .flat_map(|entry| &entry.attachments)
            .find(|attachment| attachment.blob.as_ref() == Some(blob));
        let Some(attachment) = attachment else { return Ok(None) };
        Ok(self.store.blob(blob)?.map(|bytes| (attachment.clone(), bytes)))
    }
}

fn micros(at: Timestamp) -> u64 {
    u64::try_from(at.as_microsecond()).unwrap_or(0)
}

/// Carries rows to the live chat: they are in the store already, so it only wakes the browser.
pub struct ChatCourier {
    pub gateway: Arc<Gateway>,
}

impl Courier for ChatCourier {
    /// Nothing is waited for: the page fetches what is there.
    fn at_once(&self) -> usize {
        32
    }

    fn send<'a>(&'a self, row: &'a OutboxRow, _files: &'a [(Attachment, Vec<u8>)]) -> Sending<'a> {
        Box::pin(async move {
            if let Recipient::Customer(Contact::Chat(session)) = &row.to {
                self.gateway.wake_chat(session);
            }
            Outcome::Delivered { external: None }
        })
    }
}

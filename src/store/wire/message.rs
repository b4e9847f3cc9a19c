//! Written forms of contacts, keys and attachments.

use serde::{Deserialize, Serialize};

use crate::domain::message::{Attachment, BlobId, Contact, EmailAddress, MessageKey};
use crate::store::wire::{WireError, known};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub enum WireContact {
    Email { address: String },
    Telegram { bot: String, chat: i64 },
    Chat { session: String },
}

impl From<&Contact> for WireContact {
    fn from(contact: &Contact) -> WireContact {
        match contact {
            Contact::Email(address) => WireContact::Email { address: address.as_str().to_owned() },
            Contact::Telegram { bot, chat } => WireContact::Telegram { bot: bot.clone(), chat: *chat },
            Contact::Chat(session) => WireContact::Chat { session: session.clone() },
        }
    }
}

impl TryFrom<WireContact> for Contact {
    type Error = WireError;

    fn try_from(wire: WireContact) -> Result<Contact, WireError> {
        Ok(match wire {
            WireContact::Email { address } => {
                // The address itself is personal and stays out of the message.
                let parsed = EmailAddress::parse(&address);
                Contact::Email(known("e-mail address", "(not shown)", parsed)?)
            }
            WireContact::Telegram { bot, chat } => Contact::Telegram { bot, chat },
            WireContact::Chat { session } => Contact::Chat(session),
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub enum WireKey {
    Email {
        account: String,
        uidvalidity: u32,
        uid: u32,
        digest: String,
    },
    Telegram {
        bot: String,
        update_id: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat_id: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message_id: Option<i64>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        edit: bool,
    },
    Chat {
        session: String,
        nonce: String,
    },
}

impl From<&MessageKey> for WireKey {
    fn from(key: &MessageKey) -> WireKey {
        match key.clone() {
            MessageKey::Email { account, uidvalidity, uid, digest } => {
                WireKey::Email { account, uidvalidity, uid, digest }
            }
            MessageKey::Telegram { bot, update_id, chat_id, message_id, edit } => {
                WireKey::Telegram { bot, update_id, chat_id, message_id, edit }
            }
            MessageKey::Chat { session, nonce } => WireKey::Chat { session, nonce },
        }
    }
}

impl From<WireKey> for MessageKey {
    fn from(wire: WireKey) -> MessageKey {
        match wire {
            WireKey::Email { account, uidvalidity, uid, digest } => {
                MessageKey::Email { account, uidvalidity, uid, digest }
            }
            WireKey::Telegram { bot, update_id, chat_id, message_id, edit } => {
                MessageKey::Telegram { bot, update_id, chat_id, message_id, edit }
            }
            WireKey::Chat { session, nonce } => MessageKey::Chat { session, nonce },
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireAttachment {
    name: String,
    media_type: String,
    size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blob: Option<String>,
}

impl From<&Attachment> for WireAttachment {
    fn from(attachment: &Attachment) -> WireAttachment {
        let Attachment { name, media_type, size, blob } = attachment.clone();
        WireAttachment { name, media_type, size, blob: blob.map(|blob| blob.0) }
    }
}

impl From<WireAttachment> for Attachment {
    fn from(wire: WireAttachment) -> Attachment {
        let WireAttachment { name, media_type, size, blob } = wire;
        Attachment { name, media_type, size, blob: blob.map(BlobId) }
    }
}

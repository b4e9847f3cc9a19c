//! Raw bytes become a message: each channel's parser, and its files as blobs.

use crate::domain::intake::RawFile;
use crate::domain::message::{Attachment, BlobId, Contact, Message, MessageKey};
use crate::domain::secrets;
use crate::domain::text::hide_secrets;
use crate::gateway::Gateway;
use crate::settings::EmailAccount;
use crate::store::{Received, StoreError};
use crate::{mail, telegram, web};

/// Why there is no message.
pub(super) enum Unparsed {
    /// The bytes are not what the channel wrote: nobody will ever read them.
    Unreadable(String),
    Store(StoreError),
}

impl From<StoreError> for Unparsed {
    fn from(error: StoreError) -> Unparsed {
        Unparsed::Store(error)
    }
}

/// A parsed message, and what it says about reaching its sender.
pub(super) struct Understood {
    pub message: Message,
    pub contact_change: Option<(Contact, String)>,
    /// What stands in the place of the raw copy, when that held something that nobody should keep.
    pub raw_without_secrets: Option<Vec<u8>>,
}

impl Gateway {
    pub(super) fn parse(&self, received: &Received) -> Result<Understood, Unparsed> {
        let bytes = self.store.blob(&received.raw)?.ok_or_else(|| {
            StoreError::Other(format!("The raw copy of message {} is missing from data/blobs", received.id.0))
        })?;
        let mut understood = self.parse_bytes(received, &bytes)?;
        if secrets::hide(&mut understood.message) {
            let without = raw_without_secrets(&received.key, &bytes, &understood.message);
            understood.raw_without_secrets = Some(without);
        }
        Ok(understood)
    }

    fn parse_bytes(&self, received: &Received, bytes: &[u8]) -> Result<Understood, Unparsed> {
        match &received.key {
            MessageKey::Email { account, .. } => self.parse_mail(received, account, bytes),
            MessageKey::Telegram { bot, .. } => Ok(self.parse_update(received, bot, bytes)),
            MessageKey::Chat { .. } => {
                let submission = web::parse::Received {
                    id: received.id,
                    bytes,
                    files: &received.files,
                    received_at: received.at,
                };
                let message =
                    web::parse::parse(submission).map_err(|error| Unparsed::Unreadable(error.to_string()))?;
                Ok(Understood { message, contact_change: None, raw_without_secrets: None })
            }
        }
    }

    fn parse_mail(&self, received: &Received, account: &str, bytes: &[u8]) -> Result<Understood, Unparsed> {
        let account = self.email_account(account)?;
        let mail = mail::parse::ReceivedMail { id: received.id, bytes, received_at: received.at };
        let mail::parse::Parsed { mut message, files } = mail::parse::parse(mail, account);
        if let Some(finding) = self.checks.finding(received.id) {
            mail::authenticity::settle(&mut message, &finding);
        }
        for (attachment, file) in message.attachments.iter_mut().zip(&files) {
            attachment.blob = Some(self.keep(file)?);
        }
        Ok(Understood { message, contact_change: None, raw_without_secrets: None })
    }

    /// The mailbox may have been renamed since the mail came; any of ours reads it as well.
    pub(super) fn email_account(&self, name: &str) -> Result<&EmailAccount, StoreError> {
        let accounts = &self.settings.email;
        accounts.iter().find(|account| account.name == name).or_else(|| accounts.first()).ok_or_else(|| {
            StoreError::Other(format!(
                "A mail of the mailbox {name} waits, but no mailbox is configured any more"
            ))
        })
    }

    fn keep(&self, file: &RawFile) -> Result<BlobId, StoreError> {
        self.store.put_blob(&file.bytes)
    }

    fn parse_update(&self, received: &Received, bot: &str, bytes: &[u8]) -> Understood {
        let username = self.bot_username(bot);
        let files: &[Attachment] = &received.files;
        let message = telegram::parse::parse(telegram::parse::Update {
            id: received.id,
            bytes,
            files,
            received_at: received.at,
            bot_name: bot,
            bot_username: username.as_deref(),
            staff_group: self.settings.staff.telegram_group,
        });
        let contact_change = telegram::parse::contact_change(bytes)
            .map(|(chat, state)| (Contact::Telegram { bot: bot.to_owned(), chat }, state.to_owned()));
        Understood { message, contact_change, raw_without_secrets: None }
    }
}

/// The same message in its channel's form, with what was hidden in it hidden here too.
fn raw_without_secrets(key: &MessageKey, bytes: &[u8], message: &Message) -> Vec<u8> {
    match key {
        MessageKey::Email { .. } => mail::raw_without_secrets(bytes, message),
        MessageKey::Telegram { .. } | MessageKey::Chat { .. } => {
            let mut value: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
            hide_in_texts(&mut value);
            value.to_string().into_bytes()
        }
    }
}

fn hide_in_texts(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            if let Some(hidden) = hide_secrets(text) {
                *text = hidden;
            }
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(hide_in_texts),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(hide_in_texts),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

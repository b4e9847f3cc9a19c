//! Export: every message with how it ended, page by page.

use crate::domain::message::{MessageId, MessageKey};
use crate::gateway::Gateway;
use crate::report::messages::{ExportedMessage, intent_of};
use crate::store::{MessageRow, StoreError};

pub const PAGE: usize = 500;

impl Gateway {
    /// Messages with a number above `after`; fewer than [`PAGE`] means that these are the last.
    pub fn export_page(&self, after: u64) -> Result<Vec<ExportedMessage>, StoreError> {
        Ok(self.store.messages_after(MessageId(after), PAGE)?.iter().map(exported).collect())
    }

    /// Every message with a number above `after`, oldest first.
    pub(super) fn walk_after(
        &self,
        mut after: MessageId,
        mut visit: impl FnMut(&MessageRow),
    ) -> Result<(), StoreError> {
        loop {
            let page = self.store.messages_after(after, PAGE)?;
            page.iter().for_each(&mut visit);
            match page.last() {
                Some(last) if page.len() == PAGE => after = last.received.id,
                _ => return Ok(()),
            }
        }
    }
}

fn exported(row: &MessageRow) -> ExportedMessage {
    let (chat_id, update_id) = match &row.received.key {
        MessageKey::Telegram { chat_id, update_id, .. } => (*chat_id, Some(*update_id)),
        MessageKey::Email { .. } | MessageKey::Chat { .. } => (None, None),
    };
    let verdict = row.verdict.as_ref();
    ExportedMessage {
        message: row.received.id.0,
        channel: row.received.key.channel().name().to_owned(),
        account: row.received.key.account().to_owned(),
        message_id: row.mail_id.clone(),
        chat_id,
        update_id,
        received_at: row.received.at,
        disposition: verdict.map(|verdict| verdict.disposition.name().to_owned()),
        reason: verdict.map(|verdict| verdict.reason.clone()),
        intent: verdict.and_then(intent_of),
        code: verdict.and_then(|verdict| verdict.code).map(|code| code.to_string()),
        delivery: row.delivery.as_ref().map(|delivery| delivery.name().to_owned()),
    }
}

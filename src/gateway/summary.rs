//! The summary of a case goes with the message that tells a customer where else to go.

use crate::domain::complaint::record::Fact;
use crate::domain::complaint::summary;
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::event::Event;
use crate::domain::message::Attachment;
use crate::gateway::Gateway;
use crate::store::StoreError;

const MEDIA_TYPE: &str = "text/plain; charset=utf-8";

impl Gateway {
    /// The page as text; none where nothing is on file.
    pub fn summary_of(&self, conversation: &Conversation) -> Option<String> {
        summary::summary(&self.rules(), conversation, self.now.get())
    }

    /// The events, and the summary attached to what is said with them.
    pub(super) fn with_summaries(&self, mut events: Vec<Event>) -> Result<Vec<Event>, StoreError> {
        let told = events.iter().filter_map(|event| match event {
            Event::Recorded { conversation, fact: Fact::OutsideTold, .. } => Some(*conversation),
            _ => None,
        });
        for id in told.collect::<Vec<_>>() {
            let Some(attachment) = self.summary_file(id, &events)? else { continue };
            for event in &mut events {
                match event {
                    Event::Queued { row } if row.conversation == Some(id) => {
                        row.attachments.push(attachment.clone());
                    }
                    Event::Said { conversation, entry } if *conversation == id && entry.outbox.is_some() => {
                        entry.attachments.push(attachment.clone());
                    }
                    _ => {}
                }
            }
        }
        Ok(events)
    }

    fn summary_file(&self, id: ConversationId, events: &[Event]) -> Result<Option<Attachment>, StoreError> {
        let Some(versioned) = self.store.conversation(id)? else { return Ok(None) };
        let mut conversation = versioned.conversation;
        events.iter().for_each(|event| conversation.apply(event));
        let code = conversation.complaint.as_ref().map(|complaint| complaint.code);
        let (Some(text), Some(code)) = (self.summary_of(&conversation), code) else { return Ok(None) };
        // A byte order mark, so that editors of every age read it as UTF-8.
        let bytes = format!("\u{feff}{text}").into_bytes();
        let (size, blob) = (bytes.len() as u64, self.store.put_blob(&bytes)?);
        let name = format!("case-{code}.txt");
        Ok(Some(Attachment { name, media_type: MEDIA_TYPE.to_owned(), size, blob: Some(blob) }))
    }
}

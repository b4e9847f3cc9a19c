//! The queue as the console shows it: rows of cases that are ready to be filtered.
//!
//! Each row is made once of its conversation and made anew when the version of
//! that has moved on, so that a page costs one look at the versions and not
//! the folding of every case. The rows lie in memory alone.
//!
//! Invariant: what a row says is what its conversation said at that version.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::text::fold;
use crate::gateway::{Gateway, lock};
use crate::report::complaints::ComplaintRow;
use crate::store::{ComplaintFilter, StoreError};
use crate::web::QueueRow;

/// Of what was said so much is searched; the beginning tells what a matter is about.
const SEARCHED_CHARS: usize = 600;

#[derive(Debug, Default)]
pub(super) struct Queue(Mutex<BTreeMap<ConversationId, (u64, Arc<QueueRow>)>>);

impl Gateway {
    /// Every case, in no order that matters.
    pub fn queue_rows(&self) -> Result<Vec<Arc<QueueRow>>, StoreError> {
        let ids = self.store.complaints(&ComplaintFilter { open: None, limit: 0 })?;
        let mut rows = lock(&self.queue.0);
        let known: BTreeSet<ConversationId> = ids.iter().copied().collect();
        rows.retain(|id, _| known.contains(id));
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            let version = self.store.version(id)?;
            if let Some((_, row)) = rows.get(&id).filter(|(seen, _)| *seen == version) {
                all.push(row.clone());
                continue;
            }
            let Some(versioned) = self.store.conversation(id)? else { continue };
            if let Some(row) = row_of(&versioned.conversation) {
                let row = Arc::new(row);
                rows.insert(id, (versioned.version, row.clone()));
                all.push(row);
            }
        }
        Ok(all)
    }
}

fn row_of(conversation: &Conversation) -> Option<QueueRow> {
    let complaint = conversation.complaint.as_ref()?;
    let mut said: String = conversation.customer_name.iter().map(|name| format!("{name} ")).collect();
    for entry in &conversation.entries {
        said.extend(entry.subject.iter().map(|subject| format!("{subject} ")));
        said.push_str(&entry.text);
        said.push(' ');
        if said.len() > 4 * SEARCHED_CHARS {
            break;
        }
    }
    let said: String = said.chars().take(SEARCHED_CHARS).collect();
    let first = conversation.entries.iter().find(|entry| !entry.text.trim().is_empty());
    Some(QueueRow {
        row: ComplaintRow::of(conversation)?,
        words: fold(&format!("{} {said}", complaint.code)),
        beginning: first.map(|entry| entry.text.chars().take(120).collect()).unwrap_or_default(),
        customer: conversation.customer_name.clone(),
        concerned: complaint
            .record
            .field(crate::domain::complaint::record::Field::StaffConcerned)
            .map(str::to_owned),
        is_waiting: complaint.state == crate::domain::complaint::ComplaintState::WaitingCustomer,
    })
}

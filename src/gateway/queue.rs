//! The queue as the console shows it: rows of cases that are ready to be filtered.
//!
//! Each row is made once of its conversation and made anew when that has
//! changed, so that a page costs no folding of cases. The rows lie in memory
//! alone.
//!
//! Invariant: what a row says is what its conversation said when the page was asked for.

use std::collections::BTreeMap;
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
pub(super) struct Queue(Mutex<Rows>);

#[derive(Debug, Default)]
struct Rows {
    mark: Option<u64>,
    by_case: BTreeMap<ConversationId, Arc<QueueRow>>,
    all: Arc<Vec<Arc<QueueRow>>>,
}

impl Gateway {
    /// Every case, in no order that matters.
    pub fn queue_rows(&self) -> Result<Arc<Vec<Arc<QueueRow>>>, StoreError> {
        let mut rows = lock(&self.queue.0);
        // Asked before anything is read: what changes meanwhile is looked at once more.
        let (changed, mark) = self.store.changed_since(rows.mark);
        let changed = match changed {
            Some(changed) => changed,
            None => {
                rows.by_case.clear();
                let filter = ComplaintFilter { open: None, limit: 0 };
                self.store.complaints(&filter)?.into_iter().collect()
            }
        };
        let is_stale = rows.mark.is_none() || !changed.is_empty();
        for id in changed {
            let found = self.store.conversation(id)?;
            match found.and_then(|versioned| row_of(&versioned.conversation)) {
                Some(row) => rows.by_case.insert(id, Arc::new(row)),
                None => rows.by_case.remove(&id),
            };
        }
        if is_stale {
            rows.all = Arc::new(rows.by_case.values().cloned().collect());
        }
        rows.mark = Some(mark);
        Ok(rows.all.clone())
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
        concerned: complaint.record.concerned().map(str::to_owned).collect(),
        is_waiting: complaint.state == crate::domain::complaint::ComplaintState::WaitingCustomer,
    })
}

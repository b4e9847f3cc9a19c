//! Words to the customer that answer no message of theirs: as events and an outbox row.

use jiff::Timestamp;

use crate::domain::complaint::effects::Moved;
use crate::domain::conversation::{Conversation, Entry, Speaker};
use crate::domain::event::Event;
use crate::domain::notice::{self, Letter};
use crate::domain::outbox::{Button, OutboxId, OutboxRow, Recipient};
use crate::domain::rules::Rules;
use crate::domain::{text, thread};

/// The events of a move that was made by itself, with the message that its notice comes to.
pub fn spoken(
    rules: &Rules,
    conversation: &Conversation,
    moved: Moved,
    now: Timestamp,
    row: OutboxId,
) -> Vec<Event> {
    spoken_by(rules, conversation, moved, Speaker::Machine, now, row)
}

pub(super) fn spoken_by(
    rules: &Rules,
    conversation: &Conversation,
    moved: Moved,
    by: Speaker,
    now: Timestamp,
    row: OutboxId,
) -> Vec<Event> {
    let Moved { mut events, notice, after } = moved;
    let Some(notice) = notice else { return events };
    let desk = notice::Desk { rules, conversation, language: conversation.language };
    let Letter { text, buttons, question, .. } = notice::letter(desk, &after, notice);
    if text.is_empty() {
        return events;
    }
    events.extend(said(conversation, text, buttons, by, now, row));
    let id = conversation.id;
    match question {
        Some(question) => events.push(Event::Asked { conversation: id, question, at: now }),
        // What was asked before is no question any more.
        None if conversation.waiting.is_some() => {
            events.push(Event::QuestionSettled { conversation: id, helped: false, at: now });
        }
        None => {}
    }
    events
}

pub(super) fn said(
    conversation: &Conversation,
    text: String,
    buttons: Vec<Vec<Button>>,
    by: Speaker,
    now: Timestamp,
    row: OutboxId,
) -> Vec<Event> {
    let row = OutboxRow {
        id: row,
        to: Recipient::Customer(conversation.contact.clone()),
        account: conversation.account.clone(),
        subject: thread::conversation_subject(conversation),
        text: text.clone(),
        buttons,
        attachments: Vec::new(),
        language: text::detect_language(&text).unwrap_or(conversation.language),
        thread: thread::continuing(conversation),
        answers: None,
        conversation: Some(conversation.id),
        by_person: matches!(by, Speaker::Staff(_)),
        created_at: now,
    };
    let entry = Entry::ours(by, text, row.id, now);
    vec![Event::Said { conversation: conversation.id, entry }, Event::Queued { row }]
}

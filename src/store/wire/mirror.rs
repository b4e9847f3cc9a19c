//! Each domain event and its written form, one arm beside the other.

use crate::domain::clocks::Level;
use crate::domain::complaint::ComplaintState;
use crate::domain::conversation::ConversationId;
use crate::domain::event::Event;
use crate::domain::message::{BlobId, MessageId};
use crate::domain::outbox::OutboxId;
use crate::store::wire::{WireAttachment, WireError, WireEvent, clock_kind, known, language};

impl From<&Event> for WireEvent {
    fn from(event: &Event) -> WireEvent {
        match event.clone() {
            Event::Received { message, key, raw, files, at } => WireEvent::Received {
                message: message.0,
                key: (&key).into(),
                raw: raw.0,
                files: files.iter().map(WireAttachment::from).collect(),
                at,
            },
            Event::RawReplaced { message, raw, at } => {
                WireEvent::RawReplaced { message: message.0, raw: raw.0, at }
            }
            Event::Decided { message, conversation, verdict, mail_id, at } => WireEvent::Decided {
                message: message.0,
                conversation: conversation.map(|id| id.0),
                verdict: Box::new((&verdict).into()),
                mail_id,
                at,
            },
            Event::Opened { conversation, contact, account, customer_name, language, at } => {
                WireEvent::Opened {
                    conversation: conversation.0,
                    contact: (&contact).into(),
                    account,
                    customer_name,
                    language: language.tag().to_owned(),
                    at,
                }
            }
            Event::Said { conversation, entry } => {
                WireEvent::Said { conversation: conversation.0, entry: (&entry).into() }
            }
            Event::Answered { conversation, topics, message, at } => WireEvent::Answered {
                conversation: conversation.0,
                topics,
                message: message.map(|id| id.0),
                at,
            },
            Event::Asked { conversation, question, at } => {
                WireEvent::Asked { conversation: conversation.0, question: (&question).into(), at }
            }
            Event::QuestionSettled { conversation, helped, at } => {
                WireEvent::QuestionSettled { conversation: conversation.0, helped, at }
            }
            Event::LanguageChosen { conversation, language, at } => WireEvent::LanguageChosen {
                conversation: conversation.0,
                language: language.tag().to_owned(),
                at,
            },
            Event::Filed { conversation, filing } => {
                WireEvent::Filed { conversation: conversation.0, filing: (&filing).into() }
            }
            Event::StateChanged { conversation, state, by, at } => WireEvent::StateChanged {
                conversation: conversation.0,
                state: state.name().to_owned(),
                by,
                at,
            },
            Event::Assigned { conversation, owner, by, at } => {
                WireEvent::Assigned { conversation: conversation.0, owner, by, at }
            }
            Event::Noted { conversation, note } => {
                WireEvent::Noted { conversation: conversation.0, note: (&note).into() }
            }
            Event::Judged { conversation, judged } => {
                WireEvent::Judged { conversation: conversation.0, judged: (&judged).into() }
            }
            Event::Taught { conversation, taught } => {
                WireEvent::Taught { conversation: conversation.0, taught: (&taught).into() }
            }
            Event::Recorded { conversation, fact, by, at } => {
                WireEvent::Recorded { conversation: conversation.0, record: (&fact).into(), by, at }
            }
            Event::Linked { conversation, with, at } => {
                WireEvent::Linked { conversation: conversation.0, with: with.0, at }
            }
            Event::Unlinked { conversation, at } => WireEvent::Unlinked { conversation: conversation.0, at },
            Event::ClockStarted { conversation, clock } => {
                WireEvent::ClockStarted { conversation: conversation.0, clock: (&clock).into() }
            }
            Event::ClockStopped { conversation, kind, at } => {
                WireEvent::ClockStopped { conversation: conversation.0, kind: kind.name().to_owned(), at }
            }
            Event::ClockPaused { conversation, kind, started_at, at } => WireEvent::ClockPaused {
                conversation: conversation.0,
                kind: kind.name().to_owned(),
                started_at,
                at,
            },
            Event::ClockMoved { conversation, kind, started_at, moved } => WireEvent::ClockMoved {
                conversation: conversation.0,
                kind: kind.name().to_owned(),
                started_at,
                moved: (&moved).into(),
            },
            Event::PromiseBroken { conversation, kind, started_at, promise, due, at } => {
                WireEvent::PromiseBroken {
                    conversation: conversation.0,
                    kind: kind.name().to_owned(),
                    started_at,
                    promise,
                    due,
                    at,
                }
            }
            Event::DelayDue { conversation, kind, told, due, at } => WireEvent::DelayDue {
                conversation: conversation.0,
                kind: kind.name().to_owned(),
                told,
                due,
                at,
            },
            Event::AlertFired { conversation, kind, started_at, level, at } => WireEvent::AlertFired {
                conversation: conversation.0,
                kind: kind.name().to_owned(),
                started_at,
                level: level.0,
                at,
            },
            Event::Snoozed { conversation, kind, started_at, until, by, at } => WireEvent::Snoozed {
                conversation: conversation.0,
                kind: kind.name().to_owned(),
                started_at,
                until,
                by,
                at,
            },
            Event::NoticeHeld { notice } => WireEvent::NoticeHeld { notice: (&notice).into() },
            Event::NoticesTold { ids, at } => WireEvent::NoticesTold { ids, at },
            Event::Queued { row } => WireEvent::Queued { row: (&row).into() },
            Event::Attempted { row, at } => WireEvent::Attempted { row: row.0, at },
            Event::Dismissed { row, by, at } => WireEvent::Dismissed { row: row.0, by, at },
            Event::Settled { row, outcome, next_at, at } => {
                WireEvent::Settled { row: row.0, outcome: (&outcome).into(), next_at, at }
            }
            Event::ClosureAdded { closure, by, at } => {
                WireEvent::ClosureAdded { closure: (&closure).into(), by, at }
            }
            Event::ClosureRemoved { from, by, at } => WireEvent::ClosureRemoved { from, by, at },
            Event::CursorMoved { name, value } => WireEvent::CursorMoved { name, value },
            Event::ContactChanged { contact, state, at } => {
                WireEvent::ContactChanged { contact: (&contact).into(), state, at }
            }
        }
    }
}

impl TryFrom<WireEvent> for Event {
    type Error = WireError;

    fn try_from(wire: WireEvent) -> Result<Event, WireError> {
        Ok(match wire {
            WireEvent::Received { message, key, raw, files, at } => Event::Received {
                message: MessageId(message),
                key: key.into(),
                raw: BlobId(raw),
                files: files.into_iter().map(Into::into).collect(),
                at,
            },
            WireEvent::RawReplaced { message, raw, at } => {
                Event::RawReplaced { message: MessageId(message), raw: BlobId(raw), at }
            }
            WireEvent::Decided { message, conversation, verdict, mail_id, at } => Event::Decided {
                message: MessageId(message),
                conversation: conversation.map(ConversationId),
                verdict: (*verdict).try_into()?,
                mail_id,
                at,
            },
            WireEvent::Opened { conversation, contact, account, customer_name, language: tag, at } => {
                Event::Opened {
                    conversation: ConversationId(conversation),
                    contact: contact.try_into()?,
                    account,
                    customer_name,
                    language: language(&tag)?,
                    at,
                }
            }
            WireEvent::Said { conversation, entry } => {
                Event::Said { conversation: ConversationId(conversation), entry: entry.into() }
            }
            WireEvent::Answered { conversation, topics, message, at } => Event::Answered {
                conversation: ConversationId(conversation),
                topics,
                message: message.map(MessageId),
                at,
            },
            WireEvent::Asked { conversation, question, at } => Event::Asked {
                conversation: ConversationId(conversation),
                question: question.try_into()?,
                at,
            },
            WireEvent::QuestionSettled { conversation, helped, at } => {
                Event::QuestionSettled { conversation: ConversationId(conversation), helped, at }
            }
            WireEvent::LanguageChosen { conversation, language: tag, at } => Event::LanguageChosen {
                conversation: ConversationId(conversation),
                language: language(&tag)?,
                at,
            },
            WireEvent::Filed { conversation, filing } => {
                Event::Filed { conversation: ConversationId(conversation), filing: filing.try_into()? }
            }
            WireEvent::StateChanged { conversation, state, by, at } => Event::StateChanged {
                conversation: ConversationId(conversation),
                state: known("complaint state", &state, ComplaintState::from_name(&state))?,
                by,
                at,
            },
            WireEvent::Assigned { conversation, owner, by, at } => {
                Event::Assigned { conversation: ConversationId(conversation), owner, by, at }
            }
            WireEvent::Noted { conversation, note } => {
                Event::Noted { conversation: ConversationId(conversation), note: note.into() }
            }
            WireEvent::Judged { conversation, judged } => {
                Event::Judged { conversation: ConversationId(conversation), judged: judged.try_into()? }
            }
            WireEvent::Taught { conversation, taught } => {
                Event::Taught { conversation: ConversationId(conversation), taught: taught.try_into()? }
            }
            WireEvent::Recorded { conversation, record, by, at } => Event::Recorded {
                conversation: ConversationId(conversation),
                fact: record.try_into()?,
                by,
                at,
            },
            WireEvent::Linked { conversation, with, at } => {
                Event::Linked { conversation: ConversationId(conversation), with: ConversationId(with), at }
            }
            WireEvent::Unlinked { conversation, at } => {
                Event::Unlinked { conversation: ConversationId(conversation), at }
            }
            WireEvent::ClockStarted { conversation, clock } => {
                Event::ClockStarted { conversation: ConversationId(conversation), clock: clock.try_into()? }
            }
            WireEvent::ClockStopped { conversation, kind, at } => Event::ClockStopped {
                conversation: ConversationId(conversation),
                kind: clock_kind(&kind)?,
                at,
            },
            WireEvent::ClockPaused { conversation, kind, started_at, at } => Event::ClockPaused {
                conversation: ConversationId(conversation),
                kind: clock_kind(&kind)?,
                started_at,
                at,
            },
            WireEvent::ClockMoved { conversation, kind, started_at, moved } => Event::ClockMoved {
                conversation: ConversationId(conversation),
                kind: clock_kind(&kind)?,
                started_at,
                moved: moved.try_into()?,
            },
            WireEvent::PromiseBroken { conversation, kind, started_at, promise, due, at } => {
                Event::PromiseBroken {
                    conversation: ConversationId(conversation),
                    kind: clock_kind(&kind)?,
                    started_at,
                    promise,
                    due,
                    at,
                }
            }
            WireEvent::DelayDue { conversation, kind, told, due, at } => Event::DelayDue {
                conversation: ConversationId(conversation),
                kind: clock_kind(&kind)?,
                told,
                due,
                at,
            },
            WireEvent::AlertFired { conversation, kind, started_at, level, at } => Event::AlertFired {
                conversation: ConversationId(conversation),
                kind: clock_kind(&kind)?,
                started_at,
                level: Level(level),
                at,
            },
            WireEvent::Snoozed { conversation, kind, started_at, until, by, at } => Event::Snoozed {
                conversation: ConversationId(conversation),
                kind: clock_kind(&kind)?,
                started_at,
                until,
                by,
                at,
            },
            WireEvent::NoticeHeld { notice } => Event::NoticeHeld { notice: notice.try_into()? },
            WireEvent::NoticesTold { ids, at } => Event::NoticesTold { ids, at },
            WireEvent::Queued { row } => Event::Queued { row: row.try_into()? },
            WireEvent::Attempted { row, at } => Event::Attempted { row: OutboxId(row), at },
            WireEvent::Dismissed { row, by, at } => Event::Dismissed { row: OutboxId(row), by, at },
            WireEvent::Settled { row, outcome, next_at, at } => {
                Event::Settled { row: OutboxId(row), outcome: outcome.into(), next_at, at }
            }
            WireEvent::ClosureAdded { closure, by, at } => {
                Event::ClosureAdded { closure: closure.try_into()?, by, at }
            }
            WireEvent::ClosureRemoved { from, by, at } => Event::ClosureRemoved { from, by, at },
            WireEvent::CursorMoved { name, value } => Event::CursorMoved { name, value },
            WireEvent::ContactChanged { contact, state, at } => {
                Event::ContactChanged { contact: contact.try_into()?, state, at }
            }
        })
    }
}

//! What happened. The journal holds these and nothing else.
//!
//! Everything that the store can be asked is the fold of these events.
//!
//! Invariant: events state facts in the past tense; none of them asks for
//! anything to be done.

use jiff::Timestamp;

use crate::domain::alert::Notice;
use crate::domain::calendar::Closure;
use crate::domain::clocks::{Clock, ClockKind, Level, Move};
use crate::domain::complaint::record::Fact;
use crate::domain::complaint::{ComplaintState, Filing, Note};
use crate::domain::conversation::{ConversationId, Entry, Question};
use crate::domain::decide::Verdict;
use crate::domain::judgement::{Judged, Taught};
use crate::domain::message::{Attachment, BlobId, Contact, Language, MessageId, MessageKey};
use crate::domain::outbox::{OutboxId, OutboxRow, Outcome};
use crate::domain::understanding::IntentName;

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A channel handed over a message; its raw copy is a blob.
    Received {
        message: MessageId,
        key: MessageKey,
        raw: BlobId,
        files: Vec<Attachment>,
        at: Timestamp,
    },
    /// The raw copy held something that nobody should keep: this one without it stands in its place,
    /// and the old one is destroyed.
    RawReplaced {
        message: MessageId,
        raw: BlobId,
        at: Timestamp,
    },
    /// The message's one disposition, with its explanation.
    Decided {
        message: MessageId,
        conversation: Option<ConversationId>,
        verdict: Verdict,
        mail_id: Option<String>,
        at: Timestamp,
    },

    Opened {
        conversation: ConversationId,
        contact: Contact,
        account: String,
        customer_name: Option<String>,
        language: Language,
        at: Timestamp,
    },
    Said {
        conversation: ConversationId,
        entry: Entry,
    },
    /// Prepared replies on these topics were sent.
    Answered {
        conversation: ConversationId,
        topics: Vec<IntentName>,
        /// The message whose words were understood so; none where a button chose the topic.
        message: Option<MessageId>,
        at: Timestamp,
    },
    Asked {
        conversation: ConversationId,
        question: Question,
        at: Timestamp,
    },
    /// The question is no longer open; `helped` when the customer said so.
    QuestionSettled {
        conversation: ConversationId,
        helped: bool,
        at: Timestamp,
    },
    LanguageChosen {
        conversation: ConversationId,
        language: Language,
        at: Timestamp,
    },

    Filed {
        conversation: ConversationId,
        filing: Filing,
    },
    /// `by` is `machine`, `customer` or a staff member's name, here and below.
    StateChanged {
        conversation: ConversationId,
        state: ComplaintState,
        by: String,
        at: Timestamp,
    },
    Assigned {
        conversation: ConversationId,
        owner: String,
        by: String,
        at: Timestamp,
    },
    Noted {
        conversation: ConversationId,
        note: Note,
    },
    /// A person said whether the machine had understood, or what it really is.
    Judged {
        conversation: ConversationId,
        judged: Judged,
    },
    /// The owner accepted or dropped the example that a judgement made.
    Taught {
        conversation: ConversationId,
        taught: Taught,
    },
    /// Something was put on the complaint's record.
    Recorded {
        conversation: ConversationId,
        fact: Fact,
        by: String,
        at: Timestamp,
    },
    /// The customer has proven that the other conversation is theirs too, on another contact.
    Linked {
        conversation: ConversationId,
        with: ConversationId,
        at: Timestamp,
    },
    /// The customer has parted their contacts again.
    Unlinked {
        conversation: ConversationId,
        at: Timestamp,
    },
    ClockStarted {
        conversation: ConversationId,
        clock: Clock,
    },
    ClockStopped {
        conversation: ConversationId,
        kind: ClockKind,
        at: Timestamp,
    },
    /// It stands still from now on: we wait for the customer.
    ClockPaused {
        conversation: ConversationId,
        kind: ClockKind,
        started_at: Timestamp,
        at: Timestamp,
    },
    /// Its times were worked out anew; what the customer was told stays.
    ClockMoved {
        conversation: ConversationId,
        kind: ClockKind,
        started_at: Timestamp,
        moved: Move,
    },
    /// The time of a promise passed unkept, whether or not anybody could be told.
    PromiseBroken {
        conversation: ConversationId,
        kind: ClockKind,
        started_at: Timestamp,
        /// Version of the promises; none for clocks of before there were any.
        promise: Option<String>,
        due: Timestamp,
        at: Timestamp,
    },
    /// The customer was told a time that cannot be kept, or has heard nothing for too long: a
    /// notice is due to them.
    DelayDue {
        conversation: ConversationId,
        kind: ClockKind,
        told: Timestamp,
        due: Timestamp,
        at: Timestamp,
    },
    /// Staff were told, or are about to be: stored before the alert is sent.
    AlertFired {
        conversation: ConversationId,
        kind: ClockKind,
        started_at: Timestamp,
        level: Level,
        at: Timestamp,
    },

    /// A clock says nothing before its due time until then.
    Snoozed {
        conversation: ConversationId,
        kind: ClockKind,
        started_at: Timestamp,
        until: Timestamp,
        by: String,
        at: Timestamp,
    },
    /// Somebody is to be told something: stored with the level that was reached.
    NoticeHeld {
        notice: Notice,
    },
    /// These notices have been queued as messages, or had become stale.
    NoticesTold {
        ids: Vec<u64>,
        at: Timestamp,
    },

    Queued {
        row: OutboxRow,
    },
    /// Counted before it is made, so that a crash in the middle is seen.
    Attempted {
        row: OutboxId,
        at: Timestamp,
    },
    /// `next_at` is the time of the next attempt when there will be one.
    Settled {
        row: OutboxId,
        outcome: Outcome,
        next_at: Option<Timestamp>,
        at: Timestamp,
    },
    /// Somebody has seen to a row that was given up: it was sent anew as another one, or need not go out.
    Dismissed {
        row: OutboxId,
        by: String,
        at: Timestamp,
    },

    /// Staff closed, or opened, days that the settings did not foresee. One that begins on the
    /// same day takes the place of the former.
    ClosureAdded {
        closure: Closure,
        by: String,
        at: Timestamp,
    },
    ClosureRemoved {
        from: jiff::civil::Date,
        by: String,
        at: Timestamp,
    },

    CursorMoved {
        name: String,
        value: String,
    },
    /// The customer can (not) be reached on this contact any more: `blocked`, `bounced`, `ok`.
    ContactChanged {
        contact: Contact,
        state: String,
        at: Timestamp,
    },
}

impl Event {
    /// The conversation whose fold this event belongs to.
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Event::Opened { conversation, .. }
            | Event::Said { conversation, .. }
            | Event::Answered { conversation, .. }
            | Event::Asked { conversation, .. }
            | Event::QuestionSettled { conversation, .. }
            | Event::LanguageChosen { conversation, .. }
            | Event::Filed { conversation, .. }
            | Event::StateChanged { conversation, .. }
            | Event::Assigned { conversation, .. }
            | Event::Noted { conversation, .. }
            | Event::Judged { conversation, .. }
            | Event::Taught { conversation, .. }
            | Event::Recorded { conversation, .. }
            | Event::Linked { conversation, .. }
            | Event::Unlinked { conversation, .. }
            | Event::ClockStarted { conversation, .. }
            | Event::ClockStopped { conversation, .. }
            | Event::ClockPaused { conversation, .. }
            | Event::ClockMoved { conversation, .. }
            | Event::PromiseBroken { conversation, .. }
            | Event::DelayDue { conversation, .. }
            | Event::Snoozed { conversation, .. }
            | Event::AlertFired { conversation, .. } => Some(*conversation),
            Event::Received { .. }
            | Event::RawReplaced { .. }
            | Event::Decided { .. }
            | Event::Queued { .. }
            | Event::Attempted { .. }
            | Event::Settled { .. }
            | Event::Dismissed { .. }
            | Event::NoticeHeld { .. }
            | Event::NoticesTold { .. }
            | Event::ClosureAdded { .. }
            | Event::ClosureRemoved { .. }
            | Event::CursorMoved { .. }
            | Event::ContactChanged { .. } => None,
        }
    }
}

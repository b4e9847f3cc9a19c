//! A store in a temporary directory, and short words for events.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tempfile::TempDir;

use crate::domain::clocks::{Clock, ClockKind, Level};
use crate::domain::code::TrackingCode;
use crate::domain::complaint::{ComplaintKind, ComplaintState, Filing};
use crate::domain::conversation::{ConversationId, Entry, Speaker};
use crate::domain::decide::{Disposition, Verdict};
use crate::domain::event::Event;
use crate::domain::guard::Guard;
use crate::domain::intake::{Accepted, Raw};
use crate::domain::judgement::{Fit, Judged, Judgement};
use crate::domain::message::{Contact, EmailAddress, Language, MessageId, MessageKey};
use crate::domain::outbox::{OutboxId, OutboxRow, Outcome, Recipient, Thread};
use crate::domain::proof::Proof;
use crate::store::open::{OpenReport, open_with};
use crate::store::{Commit, Store, StoreError};

/// Small, so that tests have several segments.
const SEGMENT: u64 = 4_000;

pub struct Place {
    dir: TempDir,
}

impl Place {
    pub fn new() -> Place {
        Place { dir: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn try_open(&self) -> Result<(Arc<dyn Store>, OpenReport), StoreError> {
        open_with(&self.path(), SEGMENT, &mut |_| {})
    }

    pub fn open(&self) -> Arc<dyn Store> {
        self.try_open().unwrap().0
    }

    pub fn segments(&self) -> Vec<PathBuf> {
        crate::store::journal::segments(&self.path().join("journal")).unwrap()
    }

    pub fn journal_text(&self) -> String {
        self.segments().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

pub fn mail(address: &str) -> Contact {
    Contact::Email(EmailAddress::parse(address).unwrap())
}

pub fn ann() -> Contact {
    mail("ann@example.org")
}

pub fn raw_mail(uid: u32, digest: &str) -> Raw {
    let key =
        MessageKey::Email { account: "support".to_owned(), uidvalidity: 7, uid, digest: digest.to_owned() };
    Raw { key, bytes: format!("Subject: {digest}\r\n\r\nhello").into_bytes(), files: Vec::new() }
}

pub fn accepted(store: &dyn Store, raw: &Raw) -> MessageId {
    match store.accept(raw, at(0)).unwrap() {
        Accepted::New(id) => id,
        Accepted::Seen(id) => panic!("seen before as {id:?}"),
    }
}

pub fn commit(events: Vec<Event>) -> Commit {
    Commit { events, expects: Vec::new() }
}

pub fn opened(id: u64, contact: &Contact, second: i64) -> Event {
    Event::Opened {
        conversation: ConversationId(id),
        contact: contact.clone(),
        account: "support".to_owned(),
        customer_name: Some("Ann Example".to_owned()),
        language: Language::En,
        at: at(second),
    }
}

pub fn said(id: u64, text: &str, mail_id: Option<&str>) -> Event {
    let entry = Entry {
        by: Speaker::Customer,
        text: text.to_owned(),
        subject: None,
        attachments: Vec::new(),
        message: None,
        outbox: None,
        mail_id: mail_id.map(str::to_owned),
        at: at(1),
        recorded_at: at(1),
    };
    Event::Said { conversation: ConversationId(id), entry }
}

pub fn filed(id: u64, seed: u32, second: i64) -> Event {
    let filing = Filing {
        code: TrackingCode::from_seed(seed),
        kind: ComplaintKind::Complaint,
        topic: None,
        received_at: at(second),
        promised: at(second + 1000),
        suggested: Vec::new(),
        about: None,
        at: at(second),
    };
    Event::Filed { conversation: ConversationId(id), filing }
}

pub fn judged(id: u64) -> Event {
    let judgement = Judgement::Set { intent: Some(Fit::Nothing), kind: None };
    let judged = Judged { message: Some(MessageId(1)), judgement, by: "Sara".to_owned(), at: at(6) };
    Event::Judged { conversation: ConversationId(id), judged }
}

pub fn state(id: u64, state: ComplaintState) -> Event {
    Event::StateChanged { conversation: ConversationId(id), state, by: "Sara".to_owned(), at: at(9) }
}

/// The levels of clocks here, in per cent and in seconds after the start.
pub const LEVELS: [u8; 3] = [75, 90, 100];

pub fn clock_started(id: u64, kind: ClockKind, second: i64) -> Event {
    let clock = Clock {
        kind,
        started_at: at(second),
        due: at(second + 100),
        levels: LEVELS.map(|level| (Level(level), at(second + i64::from(level)))).to_vec(),
        stopped_at: None,
        fired: std::collections::BTreeSet::new(),
        basis: None,
        told: None,
        paused_at: None,
        pauses: Vec::new(),
        moves: Vec::new(),
        broken_at: None,
        snoozes: Vec::new(),
    };
    Event::ClockStarted { conversation: ConversationId(id), clock }
}

pub fn row(id: u64, to: Recipient, second: i64) -> OutboxRow {
    OutboxRow {
        id: OutboxId(id),
        to,
        account: "support".to_owned(),
        subject: "Re: parcel".to_owned(),
        text: format!("answer {id}"),
        buttons: Vec::new(),
        attachments: Vec::new(),
        language: Language::En,
        thread: Thread::default(),
        answers: None,
        conversation: None,
        by_person: false,
        created_at: at(second),
    }
}

pub fn queued(id: u64, contact: &Contact, second: i64) -> Event {
    Event::Queued { row: row(id, Recipient::Customer(contact.clone()), second) }
}

pub fn decided(message: MessageId, conversation: Option<u64>) -> Event {
    let verdict = Verdict {
        disposition: Disposition::Answered,
        reason: "confident_intent".to_owned(),
        guard: Guard::Human,
        understanding: None,
        kind: None,
        reply: None,
        code: None,
        visible: "where is my parcel".to_owned(),
        proof: Some(Proof::Signed),
        mode: None,
        withheld: None,
    };
    Event::Decided {
        message,
        conversation: conversation.map(ConversationId),
        verdict,
        mail_id: Some(format!("mail-{}@example.org", message.0)),
        at: at(2),
    }
}

pub fn delivered() -> Outcome {
    Outcome::Delivered { external: Some("501".to_owned()) }
}

pub fn ids(claimed: &[crate::store::Claimed]) -> Vec<u64> {
    claimed.iter().map(|one| one.row.id.0).collect()
}

/// One of everything, with its journal in several segments.
pub fn fill(store: &dyn Store) {
    let message = accepted(store, &raw_mail(1, "first"));
    let mut answer = row(2, Recipient::Customer(ann()), 1);
    answer.answers = Some(message);
    answer.conversation = Some(ConversationId(1));
    store
        .commit(&commit(vec![
            opened(1, &ann(), 0),
            said(1, "where is my parcel", Some("first@example.org")),
            decided(message, Some(1)),
            Event::Queued { row: answer },
        ]))
        .unwrap();
    store.commit(&commit(vec![filed(1, 1, 5), clock_started(1, ClockKind::Decision, 5)])).unwrap();
    store.commit(&commit(vec![judged(1)])).unwrap();
    store.commit(&commit(vec![queued(3, &mail("bob@example.org"), 2)])).unwrap();
    assert_eq!(ids(&store.claim(at(10), 1).unwrap()), [2]);
    store.settle(OutboxId(2), &delivered(), None, at(11)).unwrap();
    accepted(store, &raw_mail(2, "second"));
    let moved = Event::CursorMoved { name: "imap:support".to_owned(), value: "7:2".to_owned() };
    store.commit(&commit(vec![moved])).unwrap();
}

/// What can be asked about what [`fill`] has made.
pub fn answers(store: &dyn Store) -> String {
    format!(
        "{:#?}",
        (
            store.conversation(ConversationId(1)).unwrap(),
            store.messages_after(MessageId(0), 10).unwrap(),
            store.undecided().unwrap(),
            store.unsent().unwrap(),
            store.judged().unwrap(),
            store.outbox_row(OutboxId(2)).unwrap(),
            (store.next_due().unwrap(), store.next_attempt().unwrap()),
            store.spent(&ann(), at(10)).unwrap(),
            store.cursor("imap:support").unwrap(),
        )
    )
}

//! Messages a second, received and decided durably: `cargo bench --bench store`.
#![allow(clippy::unwrap_used, reason = "a measurement that fails is none")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use divan::Bencher;
use divan::counter::ItemsCount;
use jiff::Timestamp;
use pasokh::domain::conversation::{ConversationId, Entry, Speaker};
use pasokh::domain::decide::{Disposition, Verdict};
use pasokh::domain::event::Event;
use pasokh::domain::guard::Guard;
use pasokh::domain::intake::{Accepted, Raw};
use pasokh::domain::message::{Contact, EmailAddress, Language, MessageId, MessageKey};
use pasokh::store::{self, Commit, Store};

const EACH: u64 = 100;
/// Customers who write again and again: a new one costs a key file besides.
const CUSTOMERS: u64 = 50;

static NEXT: AtomicU64 = AtomicU64::new(1);

fn main() {
    divan::main();
}

fn accept(store: &dyn Store) -> MessageId {
    let uid = u32::try_from(NEXT.fetch_add(1, Ordering::Relaxed)).unwrap();
    let key = MessageKey::Email {
        account: "support".to_owned(),
        uidvalidity: 1,
        uid,
        digest: format!("digest {uid}"),
    };
    let bytes = format!("Subject: {uid}\r\n\r\n{}", "where is my parcel? ".repeat(100)).into_bytes();
    match store.accept(&Raw { key, bytes, files: Vec::new() }, Timestamp::UNIX_EPOCH).unwrap() {
        Accepted::New(id) | Accepted::Seen(id) => id,
    }
}

fn decide(store: &dyn Store, message: MessageId) {
    let at = Timestamp::UNIX_EPOCH;
    let conversation = ConversationId(store.fresh_number().unwrap());
    let address = format!("c{}@example.org", message.0 % CUSTOMERS);
    let opened = Event::Opened {
        conversation,
        contact: Contact::Email(EmailAddress::parse(&address).unwrap()),
        account: "support".to_owned(),
        customer_name: None,
        language: Language::En,
        at,
    };
    let entry = Entry {
        by: Speaker::Customer,
        text: "where is my parcel? ".repeat(20),
        subject: None,
        attachments: Vec::new(),
        message: Some(message),
        outbox: None,
        mail_id: None,
        at,
        recorded_at: at,
    };
    let verdict = Verdict {
        disposition: Disposition::Filed,
        reason: "nothing".to_owned(),
        guard: Guard::Human,
        understanding: None,
        kind: None,
        reply: None,
        code: None,
        visible: entry.text.clone(),
        proof: None,
        mode: None,
        withheld: None,
    };
    let said = Event::Said { conversation, entry };
    let conversation = Some(conversation);
    let decided = Event::Decided { message, conversation, verdict, mail_id: None, at };
    store.commit(&Commit { events: vec![opened, said, decided], expects: Vec::new() }).unwrap();
}

fn run(bencher: Bencher<'_, '_>, threads: u64, each: impl Fn(&dyn Store) + Sync) {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = store::open(dir.path(), &mut |_| {}).unwrap();
    let store: Arc<dyn Store> = store;
    bencher.counter(ItemsCount::new(threads * EACH)).bench(|| {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| (0..EACH).for_each(|_| each(store.as_ref())));
            }
        });
    });
}

#[divan::bench(args = [1, 8], sample_count = 10)]
fn accept_and_commit(bencher: Bencher<'_, '_>, threads: u64) {
    run(bencher, threads, |store| {
        let message = accept(store);
        decide(store, message);
    });
}

#[divan::bench(args = [1, 8], sample_count = 10)]
fn commit(bencher: Bencher<'_, '_>, threads: u64) {
    run(bencher, threads, |store| {
        let value = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        let moved = Event::CursorMoved { name: "imap:support".to_owned(), value };
        store.commit(&Commit { events: vec![moved], expects: Vec::new() }).unwrap();
    });
}

//! A process that commits without pause is killed again and again; whatever it
//! was told is durable must be there afterwards, whole.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use pasokh::domain::conversation::{ConversationId, Entry, Speaker};
use pasokh::domain::decide::{Disposition, Verdict};
use pasokh::domain::event::Event;
use pasokh::domain::guard::Guard;
use pasokh::domain::intake::{Accepted, Raw};
use pasokh::domain::message::{Contact, EmailAddress, Language, MessageId, MessageKey};
use pasokh::domain::outbox::{OutboxId, OutboxRow, Outcome, Recipient, Thread};
use pasokh::store::{self, Commit, Store};

/// Set for the process that is to be killed: where it has its store.
const VICTIM: &str = "PASOKH_CRASH_TEST_DIR";
const KILLS: u32 = 15;
const THREADS: u64 = 4;

fn at() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

fn entry(message: MessageId, row: OutboxId) -> Entry {
    Entry {
        by: Speaker::Customer,
        text: "سفارشم کجاست؟ ".repeat(20),
        subject: None,
        attachments: Vec::new(),
        message: Some(message),
        outbox: Some(row),
        mail_id: None,
        at: at(),
        recorded_at: at(),
    }
}

fn verdict() -> Verdict {
    Verdict {
        disposition: Disposition::Answered,
        reason: "confident_intent".to_owned(),
        guard: Guard::Human,
        understanding: None,
        kind: None,
        reply: None,
        code: None,
        visible: "سفارشم کجاست؟".to_owned(),
        proof: None,
        mode: None,
        withheld: None,
    }
}

fn row(id: OutboxId, contact: &Contact, answers: MessageId, conversation: ConversationId) -> OutboxRow {
    OutboxRow {
        id,
        to: Recipient::Customer(contact.clone()),
        account: "support".to_owned(),
        subject: "Re: parcel".to_owned(),
        text: "در راه است.".to_owned(),
        buttons: Vec::new(),
        attachments: Vec::new(),
        language: Language::Fa,
        thread: Thread::default(),
        answers: Some(answers),
        conversation: Some(conversation),
        by_person: false,
        created_at: at(),
    }
}

/// Takes one message all the way; says each step on its standard output once it is durable.
fn live_one(store: &dyn Store, thread: u64, n: u64) {
    let say = |line: String| {
        // One write a line, so that threads do not mix theirs.
        let _ = std::io::stdout().write_all(format!("{line}\n").as_bytes());
    };
    let started = std::process::id();
    let digest = format!("{started}-{thread}-{n}");
    let key = MessageKey::Email { account: "support".to_owned(), uidvalidity: started, uid: 0, digest };
    let raw = Raw {
        key: unique(key, thread, n),
        bytes: format!("mail {thread} {n}").into_bytes(),
        files: Vec::new(),
    };
    let Accepted::New(message) = store.accept(&raw, at()).unwrap() else { panic!("seen before") };
    say(format!("accepted {}", message.0));
    let conversation = ConversationId(store.fresh_number().unwrap());
    let outbox = OutboxId(store.fresh_number().unwrap());
    let contact = Contact::Email(EmailAddress::parse(&format!("c{thread}-{}@example.org", n % 5)).unwrap());
    let opened = Event::Opened {
        conversation,
        contact: contact.clone(),
        account: "support".to_owned(),
        customer_name: None,
        language: Language::Fa,
        at: at(),
    };
    let decided = Event::Decided {
        message,
        conversation: Some(conversation),
        verdict: verdict(),
        mail_id: None,
        at: at(),
    };
    let said = Event::Said { conversation, entry: entry(message, outbox) };
    let queued = Event::Queued { row: row(outbox, &contact, message, conversation) };
    let events = vec![opened, said, decided, queued];
    store.commit(&Commit { events, expects: vec![(conversation, 0)] }).unwrap();
    say(format!("decided {} {} {}", message.0, conversation.0, outbox.0));
    for claimed in store.claim(at(), 1).unwrap() {
        let delivered = Outcome::Delivered { external: None };
        store.settle(claimed.row.id, &delivered, None, at()).unwrap();
        say(format!("delivered {}", claimed.row.id.0));
    }
}

/// Numbers of processes come again; the time of the start does not within one test.
fn unique(key: MessageKey, thread: u64, n: u64) -> MessageKey {
    let MessageKey::Email { account, uidvalidity, digest, .. } = key else { return key };
    let nanoseconds = Timestamp::now().as_nanosecond();
    let uid = u32::try_from(thread * 1_000_000 + n).unwrap();
    MessageKey::Email { account, uidvalidity, uid, digest: format!("{digest}-{nanoseconds}") }
}

/// Not a check by itself: the body of the process that [`kill_9_loses_nothing`] starts and kills.
fn live_until_killed(dir: &Path) {
    let (store, _) = store::open(dir, &mut |_| {}).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let store: Arc<dyn Store> = store.clone();
            scope.spawn(move || (0..u64::MAX).for_each(|n| live_one(store.as_ref(), thread, n)));
        }
    });
}

/// Starts the victim, lets it live for a while after its first word, kills it; gives what it said.
fn life(dir: &Path, after: Duration) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::kill_9_loses_nothing", "--nocapture", "--test-threads=1"])
        .env(VICTIM, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut lines = Vec::new();
    let mut first = None;
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() > 0 {
        // A line that the kill cut short was not said.
        if line.ends_with('\n') {
            lines.push(line.trim().to_owned());
        }
        if line.contains("accepted") {
            let first = first.get_or_insert_with(Instant::now);
            if first.elapsed() >= after {
                // SIGKILL.
                let _ = child.kill();
            }
        }
        line.clear();
    }
    child.wait().unwrap();
    lines
}

fn numbers(line: &str, word: &str) -> Option<Vec<u64>> {
    let (_, rest) = line.split_once(&format!("{word} "))?;
    rest.split(' ').map(|number| number.parse().ok()).collect()
}

/// Everything that was said is true.
fn check(store: &dyn Store, said: &[String]) -> u64 {
    let mut checked = 0;
    for line in said {
        if let Some(numbers) = numbers(line, "accepted") {
            let row = store.message(MessageId(numbers[0])).unwrap().expect("an accepted message");
            assert!(store.blob(&row.received.raw).unwrap().is_some());
        } else if let Some(numbers) = numbers(line, "decided") {
            let row = store.message(MessageId(numbers[0])).unwrap().expect("a decided message");
            assert!(row.verdict.is_some() && row.delivery.is_some());
            let versioned =
                store.conversation(ConversationId(numbers[1])).unwrap().expect("its conversation");
            assert_eq!((versioned.version, versioned.conversation.entries.len()), (2, 1));
            assert!(store.outbox_row(OutboxId(numbers[2])).unwrap().is_some());
        } else if let Some(numbers) = numbers(line, "delivered") {
            let (_, delivery) = store.outbox_row(OutboxId(numbers[0])).unwrap().expect("a delivered row");
            assert_eq!(delivery.name(), "delivered");
        } else {
            continue;
        }
        checked += 1;
    }
    checked
}

/// No decision is half there: a message is decided if and only if its conversation is.
fn nothing_is_torn(store: &dyn Store) {
    for row in store.messages_after(MessageId(0), usize::MAX).unwrap() {
        match row.conversation {
            Some(id) => {
                assert_eq!(store.conversation(id).unwrap().expect("a conversation").version, 2);
                assert!(row.verdict.is_some() && row.delivery.is_some());
            }
            None => assert!(row.verdict.is_none() && row.delivery.is_none()),
        }
    }
}

#[test]
fn kill_9_loses_nothing() {
    if let Some(dir) = std::env::var_os(VICTIM) {
        live_until_killed(Path::new(&dir));
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (mut said, mut checked) = (Vec::new(), 0);
    for kill in 0..KILLS {
        // Unequal lives, so that kills fall into every kind of moment.
        said.extend(life(&data, Duration::from_millis(u64::from(kill * 37 % 150))));
        let (store, report) = store::open(&data, &mut |_| {}).unwrap();
        assert_eq!(report.rebuilt, None, "life {kill}");
        checked = check(store.as_ref(), &said);
        nothing_is_torn(store.as_ref());
    }
    assert!(checked > u64::from(KILLS) * 3, "only {checked} steps in all lives");
    std::fs::remove_dir_all(data.join("store")).unwrap();
    let (store, _) = store::open(&data, &mut |_| {}).unwrap();
    assert_eq!(check(store.as_ref(), &said), checked);
    assert_eq!(store.verify().unwrap().faults, Vec::<String>::new());
}

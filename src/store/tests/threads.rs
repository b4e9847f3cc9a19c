use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::samples::*;
use crate::domain::conversation::ConversationId;
use crate::domain::intake::Accepted;
use crate::store::StoreError;
use crate::store::journal::Journal;
use crate::store::journal::line::Chain;
use crate::store::keys::Keyring;
use crate::store::names::Names;
use crate::store::seal::Sealer;
use crate::store::sled::State;
use crate::store::writer::{Shared, Writer};

const THREADS: u64 = 8;

#[test]
fn many_threads_take_turns_on_one_conversation() {
    let place = Place::new();
    let store = place.open();
    store.commit(&commit(vec![opened(1, &ann(), 0)])).unwrap();
    let conflicts = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..5 {
                    loop {
                        let version = store.conversation(ConversationId(1)).unwrap().unwrap().version;
                        let mut next = commit(vec![said(1, "again", None)]);
                        next.expects.push((ConversationId(1), version));
                        match store.commit(&next) {
                            Ok(()) => break,
                            Err(StoreError::Conflict) => conflicts.fetch_add(1, Ordering::Relaxed),
                            Err(error) => panic!("{error}"),
                        };
                    }
                }
            });
        }
    });
    let versioned = store.conversation(ConversationId(1)).unwrap().unwrap();
    assert_eq!(versioned.version, 1 + THREADS * 5);
    assert!(store.verify().unwrap().faults.is_empty());
}

#[test]
fn the_same_message_given_by_many_threads_is_new_to_one_of_them() {
    let place = Place::new();
    let store = place.open();
    let raw = raw_mail(1, "a");
    let new = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| match store.accept(&raw, at(0)).unwrap() {
                Accepted::New(_) => new.fetch_add(1, Ordering::Relaxed),
                Accepted::Seen(id) => id.0 - 1,
            });
        }
    });
    assert_eq!(new.into_inner(), 1);
    assert_eq!(store.undecided().unwrap().len(), 1);
}

#[test]
fn no_row_is_handed_out_twice() {
    let place = Place::new();
    let store = place.open();
    let rows = (1..=100).map(|id| queued(id, &mail(&format!("c{id}@example.org")), 0)).collect();
    store.commit(&commit(rows)).unwrap();
    let claimed: Vec<u64> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let more = ids(&store.claim(at(1), 3).unwrap());
                        if more.is_empty() {
                            return mine;
                        }
                        mine.extend(more);
                    }
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(claimed.len(), 100);
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), 100);
}

#[test]
fn verify_agrees_while_the_store_goes_on() {
    let place = Place::new();
    let store = place.open();
    fill(store.as_ref());
    thread::scope(|scope| {
        let busy = scope.spawn(|| {
            for id in 100..160 {
                store.commit(&commit(vec![opened(id, &ann(), 0), said(id, "hello", None)])).unwrap();
            }
        });
        loop {
            let ended = busy.is_finished();
            assert_eq!(store.verify().unwrap().faults, [""; 0]);
            if ended {
                break;
            }
        }
    });
    assert_eq!(store.verify().unwrap().conversations, 61);
}

#[test]
fn a_full_disk_ends_all_commits_and_none_of_them_shows() {
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/full", dir.path().join("000000000001.jsonl")).unwrap();
    let shared = Arc::new(Shared {
        state: State::open(&dir.path().join("store")).unwrap(),
        names: Names::new(&[1; 32]),
        sealer: Sealer::new(Arc::new(Keyring::open(&dir.path().join("keys")).unwrap())),
        fresh: AtomicU64::new(0),
    });
    let journal = Journal::open(dir.path(), 1 << 20).unwrap();
    let writer = Writer::start(shared.clone(), journal, Chain::START).unwrap();
    let write = || writer.ask(|turn| turn.write(&[opened(1, &ann(), 0)]));
    assert!(matches!(write(), Err(StoreError::Io { .. })));
    std::fs::remove_file(dir.path().join("000000000001.jsonl")).unwrap();
    assert!(matches!(write(), Err(StoreError::Io { .. })));
    assert!(matches!(writer.ask(|_| Ok(())), Err(StoreError::Io { .. })));
    assert_eq!(shared.state.applied().unwrap(), Chain::START);
}

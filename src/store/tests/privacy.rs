use std::fs;
use std::path::PathBuf;

use super::samples::*;
use crate::domain::conversation::ConversationId;
use crate::domain::event::Event;
use crate::domain::intake::Raw;
use crate::domain::message::{Contact, MessageId, MessageKey};
use crate::domain::outbox::{OutboxId, Outcome, Recipient};

/// Key files, newest last.
fn keys(place: &Place) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for shard in fs::read_dir(place.path().join("keys")).unwrap() {
        files.extend(fs::read_dir(shard.unwrap().path()).unwrap().map(|file| file.unwrap().path()));
    }
    files.sort_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
    files
}

#[test]
fn the_journal_shows_no_word_name_or_address_of_a_customer() {
    let place = Place::new();
    let store = place.open();
    fill(store.as_ref());
    let session = "session-token-of-a-browser";
    let key = MessageKey::Chat { session: session.to_owned(), nonce: "1".to_owned() };
    let chat = accepted(store.as_ref(), &Raw { key, bytes: b"{}".to_vec(), files: Vec::new() });
    let bounced = Event::ContactChanged { contact: ann(), state: "bounced".to_owned(), at: at(0) };
    let to_staff = Event::Queued { row: row(50, Recipient::StaffTelegram(-100_555_777), 0) };
    store.commit(&commit(vec![bounced, to_staff, decided(chat, None)])).unwrap();
    store.claim(at(100), 10).unwrap();
    let reason = "550 no such user <bob@example.org>".to_owned();
    store.settle(OutboxId(3), &Outcome::Refused { reason }, None, at(101)).unwrap();

    let journal = place.journal_text();
    for secret in ["ann@", "bob@", "Ann Example", "parcel", "answer", session, "555777", "first@", "bounced"]
    {
        assert!(!journal.contains(secret), "{secret} is in the journal");
    }
    // What names nobody stays readable.
    assert!(journal.contains("\"cursor_moved\"") && journal.contains("\"attempted\""));
}

#[test]
fn without_its_key_a_customer_is_forgotten_and_the_rest_stays() {
    let place = Place::new();
    let store = place.open();
    let bob = mail("bob@example.org");
    store.commit(&commit(vec![opened(1, &bob, 0), said(1, "I stay", None)])).unwrap();
    let bobs = keys(&place);
    let message = accepted(store.as_ref(), &raw_mail(1, "a"));
    store
        .commit(&commit(vec![
            opened(2, &ann(), 0),
            said(2, "forget me", None),
            decided(message, Some(2)),
            queued(3, &ann(), 0),
        ]))
        .unwrap();
    store.claim(at(0), 5).unwrap();
    store.settle(OutboxId(3), &delivered(), None, at(1)).unwrap();
    drop(store);

    // Two keys may be of one tick of the clock, so that the newest file is not surely hers.
    let hers: Vec<PathBuf> = keys(&place).into_iter().filter(|key| !bobs.contains(key)).collect();
    assert_eq!((bobs.len(), hers.len()), (1, 1));
    fs::remove_file(&hers[0]).unwrap();
    fs::remove_dir_all(place.path().join("store")).unwrap();
    let (store, report) = place.try_open().unwrap();
    assert_eq!(report.forgotten, 5);
    assert_eq!(store.conversation(ConversationId(1)).unwrap().unwrap().conversation.entries.len(), 1);
    assert!(store.conversation(ConversationId(2)).unwrap().is_none());
    assert!(store.outbox_row(OutboxId(3)).unwrap().is_none());
    // It is neither decided again nor taken in again.
    assert!(store.undecided().unwrap().is_empty() && store.message(message).unwrap().is_none());
    assert!(
        store
            .accept(&raw_mail(1, "a"), at(0))
            .is_ok_and(|accepted| { accepted == crate::domain::intake::Accepted::Seen(message) })
    );
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
    assert!(store.fresh_number().unwrap() > 3);

    // She may come back, under a new key.
    store.commit(&commit(vec![opened(10, &ann(), 9)])).unwrap();
    drop(store);
    fs::remove_dir_all(place.path().join("store")).unwrap();
    let store = place.open();
    assert_eq!(store.conversations_of(&ann(), 9).unwrap(), [ConversationId(10)]);
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
}

#[test]
fn a_forgotten_chat_message_leaves_its_number_taken() {
    let place = Place::new();
    let store = place.open();
    let chat = |nonce: &str| {
        let key = MessageKey::Chat { session: "s".to_owned(), nonce: nonce.to_owned() };
        Raw { key, bytes: b"{}".to_vec(), files: Vec::new() }
    };
    assert_eq!(accepted(store.as_ref(), &chat("1")), MessageId(1));
    let contact = Contact::Chat("s".to_owned());
    store.commit(&commit(vec![opened(1, &contact, 0)])).unwrap();
    drop(store);
    assert_eq!(keys(&place).len(), 1);
    fs::remove_file(keys(&place).pop().unwrap()).unwrap();
    fs::remove_dir_all(place.path().join("store")).unwrap();
    let store = place.open();
    assert!(store.undecided().unwrap().is_empty());
    assert_eq!(accepted(store.as_ref(), &chat("2")), MessageId(2));
}

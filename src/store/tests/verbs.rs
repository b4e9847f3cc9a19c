use jiff::SignedDuration;

use super::samples::*;
use crate::domain::code::TrackingCode;
use crate::domain::complaint::ComplaintState;
use crate::domain::conversation::ConversationId;
use crate::domain::event::Event;
use crate::domain::intake::{Accepted, Raw, RawFile};
use crate::domain::message::{Contact, MessageId, MessageKey};
use crate::domain::outbox::{Delivery, OutboxId, Recipient};
use crate::store::{ComplaintFilter, Spent, StoreError};

#[test]
fn a_message_is_accepted_once_under_any_of_its_identities() {
    let place = Place::new();
    let store = place.open();
    let first = accepted(store.as_ref(), &raw_mail(1, "a"));
    assert_eq!(first, MessageId(1));
    for seen in [raw_mail(1, "a"), raw_mail(9, "a"), raw_mail(1, "other")] {
        assert_eq!(store.accept(&seen, at(1)).unwrap(), Accepted::Seen(first));
    }
    assert_eq!(accepted(store.as_ref(), &raw_mail(2, "b")), MessageId(2));
    let waiting: Vec<_> = store.undecided().unwrap().into_iter().map(|one| one.id.0).collect();
    assert_eq!(waiting, [1, 2]);
}

#[test]
fn the_raw_copy_and_the_files_lie_in_blobs() {
    let place = Place::new();
    let store = place.open();
    let key = MessageKey::Chat { session: "token".to_owned(), nonce: "1".to_owned() };
    let file = RawFile {
        name: "photo.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        bytes: vec![0, 159, 146, 150],
    };
    let id = accepted(store.as_ref(), &Raw { key: key.clone(), bytes: b"{}".to_vec(), files: vec![file] });
    let received = store.message(id).unwrap().unwrap().received;
    assert_eq!(received.key, key);
    assert_eq!(store.blob(&received.raw).unwrap().unwrap(), b"{}");
    assert_eq!(received.files[0].size, 4);
    assert_eq!(store.blob(received.files[0].blob.as_ref().unwrap()).unwrap().unwrap().len(), 4);
}

#[test]
fn a_message_row_tells_how_it_ended_and_what_became_of_the_answer() {
    let place = Place::new();
    let store = place.open();
    fill(store.as_ref());
    let rows = store.messages_after(MessageId(0), 10).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].conversation, Some(ConversationId(1)));
    assert_eq!(rows[0].mail_id.as_deref(), Some("mail-1@example.org"));
    assert!(matches!(rows[0].delivery, Some(Delivery::Delivered { .. })));
    assert!(rows[1].verdict.is_none() && rows[1].delivery.is_none());
    assert_eq!(store.messages_after(MessageId(1), 10).unwrap().len(), 1);
    assert!(store.message(MessageId(99)).unwrap().is_none());
}

#[test]
fn a_decision_is_taken_once() {
    let place = Place::new();
    let store = place.open();
    let message = accepted(store.as_ref(), &raw_mail(1, "a"));
    store.commit(&commit(vec![decided(message, None)])).unwrap();
    assert!(matches!(store.commit(&commit(vec![decided(message, None)])), Err(StoreError::Decided)));
    assert!(store.undecided().unwrap().is_empty());
}

#[test]
fn a_commit_based_on_an_older_conversation_changes_nothing() {
    let place = Place::new();
    let store = place.open();
    let id = ConversationId(1);
    store.commit(&commit(vec![opened(1, &ann(), 0), said(1, "one", None)])).unwrap();
    for version in [0, 1, 3] {
        let mut late = commit(vec![queued(5, &ann(), 0), said(1, "two", None)]);
        late.expects.push((id, version));
        assert!(matches!(store.commit(&late), Err(StoreError::Conflict)), "{version}");
    }
    assert!(store.outbox_row(OutboxId(5)).unwrap().is_none());
    let mut right = commit(vec![said(1, "two", None)]);
    right.expects.push((id, 2));
    store.commit(&right).unwrap();
    let versioned = store.conversation(id).unwrap().unwrap();
    assert_eq!((versioned.version, versioned.conversation.entries.len()), (3, 2));
    assert!(matches!(store.commit(&commit(vec![opened(1, &ann(), 0)])), Err(StoreError::Conflict)));
}

#[test]
fn a_tracking_code_is_given_once() {
    let place = Place::new();
    let store = place.open();
    store.commit(&commit(vec![opened(1, &ann(), 0), filed(1, 42, 0)])).unwrap();
    let again = commit(vec![opened(2, &ann(), 1), filed(2, 42, 1)]);
    assert!(matches!(store.commit(&again), Err(StoreError::CodeTaken)));
    assert!(store.conversation(ConversationId(2)).unwrap().is_none());
    let twice = commit(vec![opened(2, &ann(), 1), filed(2, 43, 1), filed(2, 43, 1)]);
    assert!(matches!(store.commit(&twice), Err(StoreError::CodeTaken)));
    let code = TrackingCode::from_seed(42);
    assert_eq!(store.conversation_by_code(code).unwrap(), Some(ConversationId(1)));
    assert_eq!(store.conversation_by_code(TrackingCode::from_seed(43)).unwrap(), None);
}

#[test]
fn events_about_what_is_not_there_are_refused() {
    let place = Place::new();
    let store = place.open();
    let attempted = Event::Attempted { row: OutboxId(1), at: at(0) };
    for event in [said(8, "nobody", None), decided(MessageId(8), None), attempted] {
        assert!(matches!(store.commit(&commit(vec![event])), Err(StoreError::Other(_))));
    }
    store.commit(&commit(vec![queued(1, &ann(), 0)])).unwrap();
    assert!(store.commit(&commit(vec![queued(1, &ann(), 0)])).is_err());
    assert_eq!(place.journal_text().lines().count(), 1);
}

#[test]
fn conversations_are_found_by_contact_mail_and_delivered_message() {
    let place = Place::new();
    let store = place.open();
    let ann_in_capitals = mail("ANN@example.org");
    for (id, second) in [(1, 10), (2, 30), (3, 20)] {
        store.commit(&commit(vec![opened(id, &ann(), second)])).unwrap();
    }
    let found = |limit| {
        let found = store.conversations_of(&ann_in_capitals, limit).unwrap();
        found.into_iter().map(|id| id.0).collect::<Vec<_>>()
    };
    assert_eq!(found(10), [2, 3, 1]);
    assert_eq!(found(1), [2]);
    assert!(store.conversations_of(&mail("bob@example.org"), 10).unwrap().is_empty());

    store.commit(&commit(vec![said(1, "a", Some("x@y")), said(2, "b", Some("x@y"))])).unwrap();
    assert_eq!(store.conversation_by_mail_id("x@y").unwrap(), Some(ConversationId(1)));
    assert_eq!(store.conversation_by_mail_id("X@y").unwrap(), None);

    let chat = Contact::Telegram { bot: "shop".to_owned(), chat: 5 };
    let mut answer = row(7, Recipient::Customer(chat.clone()), 0);
    answer.conversation = Some(ConversationId(3));
    store.commit(&commit(vec![Event::Queued { row: answer }])).unwrap();
    store.claim(at(1), 1).unwrap();
    store.settle(OutboxId(7), &delivered(), None, at(1)).unwrap();
    assert_eq!(store.conversation_by_external(&chat, "501").unwrap(), Some(ConversationId(3)));
    assert_eq!(store.conversation_by_external(&ann(), "501").unwrap(), None);
}

#[test]
fn complaints_are_listed_oldest_first_open_or_closed() {
    let place = Place::new();
    let store = place.open();
    for (id, second) in [(1, 30), (2, 10), (3, 20)] {
        store.commit(&commit(vec![opened(id, &ann(), 0), filed(id, id as u32, second)])).unwrap();
    }
    store.commit(&commit(vec![state(3, ComplaintState::Closed)])).unwrap();
    let listed = |open, limit| {
        let listed = store.complaints(&ComplaintFilter { open, limit }).unwrap();
        listed.into_iter().map(|id| id.0).collect::<Vec<_>>()
    };
    assert_eq!(listed(None, 0), [2, 3, 1]);
    assert_eq!(listed(None, 2), [2, 3]);
    assert_eq!(listed(Some(true), 0), [2, 1]);
    assert_eq!(listed(Some(false), 0), [3]);
    store.commit(&commit(vec![state(3, ComplaintState::Investigating)])).unwrap();
    assert_eq!(listed(Some(true), 0), [2, 3, 1]);
}

#[test]
fn budgets_count_what_the_machine_said_lately() {
    let place = Place::new();
    let store = place.open();
    let bob = mail("bob@example.org");
    let mut by_person = row(4, Recipient::Customer(ann()), 3_500);
    by_person.by_person = true;
    store
        .commit(&commit(vec![
            queued(1, &ann(), 0),
            queued(2, &ann(), 3_000),
            queued(3, &bob, 3_590),
            Event::Queued { row: by_person },
            Event::Queued { row: row(5, Recipient::StaffTelegram(1), 3_500) },
        ]))
        .unwrap();
    let spent = |contact: &Contact, second| store.spent(contact, at(second)).unwrap();
    assert_eq!(spent(&ann(), 3_599), Spent { address_hour: 2, domain_hour: 3, ten_minutes: 2 });
    assert_eq!(spent(&ann(), 3_600), Spent { address_hour: 1, domain_hour: 2, ten_minutes: 1 });
    assert_eq!(spent(&Contact::Chat("x".to_owned()), 9_999), Spent::default());

    let week = SignedDuration::from_hours(168);
    assert!(store.said_since(&ann(), "answer 1", at(0) - week).unwrap());
    assert!(!store.said_since(&ann(), "answer 1", at(1)).unwrap());
    assert!(!store.said_since(&bob, "answer 1", at(0) - week).unwrap());
}

#[test]
fn contacts_and_cursors_keep_their_last_state() {
    let place = Place::new();
    let store = place.open();
    let change = |state: &str| Event::ContactChanged { contact: ann(), state: state.to_owned(), at: at(0) };
    assert_eq!(store.contact_state(&ann()).unwrap(), None);
    store.commit(&commit(vec![change("bounced")])).unwrap();
    assert_eq!(store.contact_state(&ann()).unwrap().as_deref(), Some("bounced"));
    store.commit(&commit(vec![change("ok")])).unwrap();
    assert_eq!(store.contact_state(&ann()).unwrap(), None);
    for value in ["1", "2"] {
        let moved = Event::CursorMoved { name: "a".to_owned(), value: value.to_owned() };
        store.commit(&commit(vec![moved])).unwrap();
    }
    assert_eq!(store.cursor("a").unwrap().as_deref(), Some("2"));
    assert_eq!(store.cursor("b").unwrap(), None);
}

#[test]
fn a_number_that_was_used_is_never_given_out_again() {
    let place = Place::new();
    let store = place.open();
    let first = store.fresh_number().unwrap();
    let second = store.fresh_number().unwrap();
    assert!(second > first);
    store.commit(&commit(vec![opened(second, &ann(), 0), queued(second + 10, &ann(), 0)])).unwrap();
    assert!(store.fresh_number().unwrap() > second + 10);
    drop(store);
    assert!(place.open().fresh_number().unwrap() > second + 10);
}

#[test]
fn a_data_directory_has_one_owner_at_a_time() {
    let place = Place::new();
    let store = place.open();
    let Err(StoreError::Locked(whose)) = place.try_open() else { panic!("opened twice") };
    assert_eq!(whose, place.path().display().to_string());
    drop(store);
    place.open().writable().unwrap();
}

use std::collections::BTreeSet;

use super::samples::*;
use crate::domain::event::Event;
use crate::domain::message::Channel;
use crate::domain::outbox::{Delivery, OutboxId, Outcome, Recipient};
use crate::store::{Store, StoreError};

fn unknown() -> Outcome {
    Outcome::Unknown { reason: "cut after the final dot".to_owned() }
}

fn later() -> Outcome {
    Outcome::Later { reason: "451".to_owned(), after: None }
}

fn delivery(store: &dyn Store, id: u64) -> Delivery {
    store.outbox_row(OutboxId(id)).unwrap().unwrap().1
}

#[test]
fn of_one_recipient_the_oldest_goes_first_and_alone() {
    let place = Place::new();
    let store = place.open();
    let bob = mail("bob@example.org");
    // Numbers do not decide the order; the journal does.
    store.commit(&commit(vec![queued(9, &ann(), 1)])).unwrap();
    store.commit(&commit(vec![queued(4, &ann(), 1), queued(5, &bob, 3)])).unwrap();
    assert_eq!(store.next_attempt().unwrap(), Some(at(1)));
    assert_eq!(ids(&store.claim(at(0), 10).unwrap()), [0; 0]);
    assert_eq!(ids(&store.claim(at(5), 1).unwrap()), [9]);
    assert_eq!(store.next_attempt().unwrap(), Some(at(3)));
    assert_eq!(ids(&store.claim(at(5), 10).unwrap()), [5]);
    assert_eq!(store.next_attempt().unwrap(), None);
    store.settle(OutboxId(9), &delivered(), None, at(6)).unwrap();
    assert_eq!(ids(&store.claim(at(6), 10).unwrap()), [4]);
}

#[test]
fn a_temporary_failure_waits_and_keeps_the_order() {
    let place = Place::new();
    let store = place.open();
    store.commit(&commit(vec![queued(1, &ann(), 0), queued(2, &ann(), 0)])).unwrap();
    let claimed = store.claim(at(0), 10).unwrap();
    assert_eq!((claimed[0].attempt, claimed[0].uncertain), (1, false));
    store.settle(OutboxId(1), &later(), Some(at(5)), at(1)).unwrap();
    assert_eq!(store.next_attempt().unwrap(), Some(at(5)));
    assert!(store.claim(at(4), 10).unwrap().is_empty());
    let claimed = store.claim(at(5), 10).unwrap();
    assert_eq!((ids(&claimed), claimed[0].attempt, claimed[0].uncertain), (vec![1], 2, false));
    // Given up: the next one may go.
    store.settle(OutboxId(1), &later(), None, at(6)).unwrap();
    assert_eq!(delivery(store.as_ref(), 1), Delivery::Refused { reason: "451".to_owned() });
    assert_eq!(ids(&store.claim(at(6), 10).unwrap()), [2]);
}

#[test]
fn an_unknown_outcome_is_repeated_once() {
    let place = Place::new();
    let store = place.open();
    store.commit(&commit(vec![queued(1, &ann(), 0)])).unwrap();
    store.claim(at(0), 1).unwrap();
    store.settle(OutboxId(1), &unknown(), Some(at(2)), at(1)).unwrap();
    assert!(store.claim(at(2), 1).unwrap()[0].uncertain);
    // The repetition itself did not arrive, so it is still to come.
    store.settle(OutboxId(1), &later(), Some(at(3)), at(2)).unwrap();
    let claimed = store.claim(at(3), 1).unwrap();
    assert_eq!((claimed[0].attempt, claimed[0].uncertain), (3, true));
    // Whatever the caller wishes, there is no third copy.
    store.settle(OutboxId(1), &unknown(), Some(at(4)), at(3)).unwrap();
    assert!(matches!(delivery(store.as_ref(), 1), Delivery::Unknown { .. }));
    assert_eq!(store.next_attempt().unwrap(), None);
    assert_eq!(store.unsent().unwrap().len(), 1);
}

#[test]
fn a_send_that_a_crash_interrupted_is_repeated_once_and_then_given_up() {
    let place = Place::new();
    let store = place.open();
    store.commit(&commit(vec![queued(1, &ann(), 0), queued(2, &ann(), 0)])).unwrap();
    store.claim(at(7), 1).unwrap();
    drop(store);

    let (store, report) = place.try_open().unwrap();
    assert_eq!(report.interrupted, 1);
    let waiting = Delivery::Waiting { attempts: 1, next_at: at(7), uncertain: true };
    assert_eq!(delivery(store.as_ref(), 1), waiting);
    let claimed = store.claim(at(7), 10).unwrap();
    assert_eq!((ids(&claimed), claimed[0].attempt, claimed[0].uncertain), (vec![1], 2, true));
    drop(store);

    let store = place.open();
    assert!(matches!(delivery(store.as_ref(), 1), Delivery::Unknown { .. }));
    let claimed = store.claim(at(7), 10).unwrap();
    assert_eq!((ids(&claimed), claimed[0].uncertain), (vec![2], false));
    assert!(store.verify().unwrap().faults.is_empty());
}

#[test]
fn rows_of_a_closed_route_stay_and_the_others_go() {
    let place = Place::new();
    let store = place.open();
    let mut other = row(2, Recipient::Customer(mail("bob@example.org")), 5);
    other.account = "sales".to_owned();
    store.commit(&commit(vec![queued(1, &ann(), 0), Event::Queued { row: other }])).unwrap();
    let closed = BTreeSet::from([(Channel::Email, "support".to_owned())]);
    assert_eq!(store.next_attempt_except(&closed).unwrap(), Some(at(5)));
    assert_eq!(ids(&store.claim_except(at(9), 1, &closed).unwrap()), [2]);
    assert_eq!(store.next_attempt_except(&closed).unwrap(), None);
    // A route that is found closed only by trying: the row waits like after any passing failure.
    assert_eq!(ids(&store.claim(at(9), 1).unwrap()), [1]);
    let unreachable = Outcome::Unreachable { reason: "connection refused".to_owned() };
    store.settle(OutboxId(1), &unreachable, Some(at(10)), at(9)).unwrap();
    let waiting = Delivery::Waiting { attempts: 1, next_at: at(10), uncertain: false };
    assert_eq!(delivery(store.as_ref(), 1), waiting);
    assert!(store.claim_except(at(99), 5, &closed).unwrap().is_empty());
    assert_eq!(ids(&store.claim(at(99), 5).unwrap()), [1]);
    assert!(store.verify().unwrap().faults.is_empty());
}

#[test]
fn only_what_is_on_its_way_can_be_settled() {
    let place = Place::new();
    let store = place.open();
    store.commit(&commit(vec![queued(1, &ann(), 0)])).unwrap();
    let settle = |id| store.settle(OutboxId(id), &delivered(), None, at(1));
    assert!(matches!(settle(1), Err(StoreError::Other(_))));
    assert!(matches!(settle(2), Err(StoreError::Other(_))));
    store.claim(at(0), 1).unwrap();
    settle(1).unwrap();
    assert!(settle(1).is_err());
    assert_eq!(
        delivery(store.as_ref(), 1),
        Delivery::Delivered { at: at(1), external: Some("501".to_owned()) }
    );
    assert!(store.unsent().unwrap().is_empty());
}

#[test]
fn staff_have_queues_of_their_own_and_refused_rows_stay_to_be_seen() {
    let place = Place::new();
    let store = place.open();
    let group = |id| Event::Queued { row: row(id, Recipient::StaffTelegram(-5), 0) };
    store.commit(&commit(vec![group(1), group(2), queued(3, &ann(), 0)])).unwrap();
    assert_eq!(ids(&store.claim(at(0), 10).unwrap()), [1, 3]);
    let refused = Outcome::Refused { reason: "403".to_owned() };
    store.settle(OutboxId(1), &refused, None, at(1)).unwrap();
    assert_eq!(delivery(store.as_ref(), 1), Delivery::Refused { reason: "403".to_owned() });
    assert_eq!(ids(&store.claim(at(1), 10).unwrap()), [2]);
    assert_eq!(store.unsent().unwrap().len(), 3);
}

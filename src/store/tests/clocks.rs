use super::samples::*;
use crate::domain::calendar::{Closure, Hours};
use crate::domain::clocks::{ClockKind, Level, Move, MoveReason};
use crate::domain::conversation::ConversationId;
use crate::domain::event::Event;
use crate::store::Store;

fn fired(id: u64, kind: ClockKind, second: i64, level: u8) -> Event {
    Event::AlertFired {
        conversation: ConversationId(id),
        kind,
        started_at: at(second),
        level: Level(level),
        at: at(999),
    }
}

fn due(store: &dyn Store, second: i64) -> Vec<(u64, u8)> {
    let due = store.due(at(second), 100).unwrap();
    due.into_iter().map(|due| (due.conversation.0, due.level.0)).collect()
}

#[test]
fn levels_come_due_in_the_order_of_time_and_go_when_they_are_told() {
    let place = Place::new();
    let store = place.open();
    for (id, second) in [(1, 0), (2, 20)] {
        store
            .commit(&commit(vec![
                opened(id, &ann(), 0),
                filed(id, id as u32, 0),
                clock_started(id, ClockKind::FirstResponse, second),
            ]))
            .unwrap();
    }
    assert_eq!(store.next_due().unwrap(), Some(at(75)));
    assert_eq!(due(store.as_ref(), 74), []);
    assert_eq!(due(store.as_ref(), 100), [(1, 75), (1, 90), (2, 75), (1, 100)]);
    assert_eq!(store.due(at(100), 2).unwrap().len(), 2);
    let first = store.due(at(75), 1).unwrap().remove(0);
    assert_eq!((first.kind, first.started_at, first.at), (ClockKind::FirstResponse, at(0), at(75)));

    store.commit(&commit(vec![fired(1, ClockKind::FirstResponse, 0, 90)])).unwrap();
    assert_eq!(due(store.as_ref(), 100), [(2, 75), (1, 100)]);
    store.commit(&commit(vec![fired(1, ClockKind::FirstResponse, 0, 100)])).unwrap();
    assert_eq!(due(store.as_ref(), 200), [(2, 75), (2, 90), (2, 100)]);
}

#[test]
fn a_stopped_clock_is_never_due_and_a_new_one_of_its_kind_is() {
    let place = Place::new();
    let store = place.open();
    let id = ConversationId(1);
    let next = ClockKind::NextResponse;
    store
        .commit(&commit(vec![
            opened(1, &ann(), 0),
            filed(1, 1, 0),
            clock_started(1, next, 0),
            clock_started(1, ClockKind::Decision, 500),
            Event::ClockStopped { conversation: id, kind: next, at: at(10) },
        ]))
        .unwrap();
    assert_eq!(due(store.as_ref(), 400), []);
    store.commit(&commit(vec![clock_started(1, next, 200)])).unwrap();
    // An alert that comes late for the stopped clock does not silence the new one.
    store.commit(&commit(vec![fired(1, next, 0, 100)])).unwrap();
    drop(store);
    assert_eq!(due(place.open().as_ref(), 300), [(1, 75), (1, 90), (1, 100)]);
}

#[test]
fn a_clock_that_stands_still_is_never_due_and_goes_on_where_it_was_told() {
    let place = Place::new();
    let store = place.open();
    let (id, kind) = (ConversationId(1), ClockKind::Decision);
    let started_at = at(0);
    store.commit(&commit(vec![opened(1, &ann(), 0), filed(1, 1, 0), clock_started(1, kind, 0)])).unwrap();
    store.commit(&commit(vec![fired(1, kind, 0, 75)])).unwrap();
    let paused = Event::ClockPaused { conversation: id, kind, started_at, at: at(80) };
    store.commit(&commit(vec![paused])).unwrap();
    assert_eq!(due(store.as_ref(), 1000), []);
    let moved = |why, later: i64| {
        let levels = LEVELS.map(|level| (Level(level), at(later + i64::from(level)))).to_vec();
        let moved = Move { why, due: at(later + 100), levels, basis: None, at: at(500) };
        Event::ClockMoved { conversation: id, kind, started_at, moved }
    };
    // Another calendar moves it while it stands still; only its going on makes it due.
    store.commit(&commit(vec![moved(MoveReason::Calendar, 200)])).unwrap();
    assert_eq!(due(store.as_ref(), 1000), []);
    store.commit(&commit(vec![moved(MoveReason::Resumed, 500)])).unwrap();
    assert_eq!(due(store.as_ref(), 589), []);
    drop(store);
    assert_eq!(due(place.open().as_ref(), 600), [(1, 90), (1, 100)]);
}

#[test]
fn closures_are_kept_by_their_first_day() {
    let place = Place::new();
    let store = place.open();
    let day = |day| jiff::civil::date(2026, 5, day);
    let add = |from, name: &str| {
        let hours = vec![Hours::parse("10:00-14:00").unwrap()];
        let closure = Closure { from: day(from), until: day(from + 1), name: name.to_owned(), hours };
        Event::ClosureAdded { closure, by: "Sara".to_owned(), at: at(1) }
    };
    store.commit(&commit(vec![add(12, "later"), add(10, "first")])).unwrap();
    store.commit(&commit(vec![add(10, "instead")])).unwrap();
    let names = |store: &dyn Store| {
        store.closures().unwrap().into_iter().map(|closure| closure.name).collect::<Vec<_>>()
    };
    assert_eq!(names(store.as_ref()), ["instead", "later"]);
    let removed = Event::ClosureRemoved { from: day(12), by: "Sara".to_owned(), at: at(2) };
    store.commit(&commit(vec![removed])).unwrap();
    drop(store);
    assert_eq!(names(place.open().as_ref()), ["instead"]);
}

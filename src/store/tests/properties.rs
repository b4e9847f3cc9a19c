use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;

use super::samples::*;
use crate::domain::calendar::Closure;
use crate::domain::clocks::{ClockKind, Level, Move, MoveReason};
use crate::domain::complaint::ComplaintState;
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::event::Event;
use crate::domain::message::{Contact, MessageId};
use crate::domain::outbox::{OutboxId, Outcome};
use crate::store::{Store, StoreError};

/// One step of a random life.
#[derive(Debug, Clone)]
enum Step {
    Accept(u32),
    Decide(u64, u64),
    Open(u64, u8),
    File(u64, u32),
    Say(u64),
    Judge(u64),
    State(u64, usize),
    Clock(u64, usize, i64),
    Stop(u64, usize),
    Pause(u64, usize, i64),
    Move(u64, usize, i64, usize),
    Closure(i8, bool),
    Fire(u64, usize, i64, u8),
    Queue(u64, u8),
    Claim(i64),
    Settle(u64, u8),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let id = || 1..5u64;
    prop_oneof![
        2 => (1..6u32).prop_map(Step::Accept),
        2 => (1..5u64, id()).prop_map(|(message, id)| Step::Decide(message, id)),
        3 => (id(), 0..3u8).prop_map(|(id, contact)| Step::Open(id, contact)),
        2 => (id(), 0..6u32).prop_map(|(id, seed)| Step::File(id, seed)),
        2 => id().prop_map(Step::Say),
        1 => id().prop_map(Step::Judge),
        2 => (id(), 0..5usize).prop_map(|(id, state)| Step::State(id, state)),
        3 => (id(), 0..3usize, 0..3i64).prop_map(|(id, kind, second)| Step::Clock(id, kind, second)),
        1 => (id(), 0..3usize).prop_map(|(id, kind)| Step::Stop(id, kind)),
        1 => (id(), 0..3usize, 0..3i64).prop_map(|(id, kind, second)| Step::Pause(id, kind, second)),
        2 => (id(), 0..3usize, 0..3i64, 0..3usize)
            .prop_map(|(id, kind, second, why)| Step::Move(id, kind, second, why)),
        1 => (1..4i8, any::<bool>()).prop_map(|(day, add)| Step::Closure(day, add)),
        2 => (id(), 0..3usize, 0..3i64, 0..3u8).prop_map(|(id, kind, at, level)| Step::Fire(id, kind, at, level)),
        3 => (10..20u64, 0..3u8).prop_map(|(row, contact)| Step::Queue(row, contact)),
        3 => (0..50i64).prop_map(Step::Claim),
        3 => (10..20u64, 0..6u8).prop_map(|(row, outcome)| Step::Settle(row, outcome)),
        1 => Just(Step::Reopen),
    ]
}

fn contact(which: u8) -> Contact {
    match which {
        0 => ann(),
        1 => Contact::Telegram { bot: "shop".to_owned(), chat: 5 },
        _ => Contact::Chat("session".to_owned()),
    }
}

/// The events of a step that is a commit.
fn events(step: &Step) -> Vec<Event> {
    let kind = |kind: usize| ClockKind::ALL[kind];
    match *step {
        Step::Decide(message, id) => vec![decided(MessageId(message), Some(id)), said(id, "a", Some("m@x"))],
        Step::Open(id, which) => vec![opened(id, &contact(which), id as i64)],
        Step::File(id, seed) => vec![filed(id, seed, i64::from(seed))],
        Step::Say(id) => vec![said(id, "more", None)],
        Step::Judge(id) => vec![judged(id)],
        Step::State(id, which) => vec![state(id, ComplaintState::ALL[which])],
        Step::Clock(id, which, second) => vec![clock_started(id, kind(which), second)],
        Step::Stop(id, which) => {
            vec![Event::ClockStopped { conversation: ConversationId(id), kind: kind(which), at: at(3) }]
        }
        Step::Pause(id, which, second) => vec![Event::ClockPaused {
            conversation: ConversationId(id),
            kind: kind(which),
            started_at: at(second),
            at: at(5),
        }],
        Step::Move(id, which, second, why) => {
            let levels = LEVELS.map(|level| (Level(level), at(second + 2 * i64::from(level)))).to_vec();
            let (why, due) = (MoveReason::ALL[why], at(second + 200));
            vec![Event::ClockMoved {
                conversation: ConversationId(id),
                kind: kind(which),
                started_at: at(second),
                moved: Move { why, due, levels, basis: None, at: at(6) },
            }]
        }
        Step::Closure(day, add) => {
            let (from, by) = (jiff::civil::date(2026, 5, day), "Sara".to_owned());
            let name = "closed".to_owned();
            vec![if add {
                let closure = Closure { from, until: from, name, hours: Vec::new() };
                Event::ClosureAdded { closure, by, at: at(7) }
            } else {
                Event::ClosureRemoved { from, by, at: at(7) }
            }]
        }
        Step::Fire(id, which, second, level) => vec![Event::AlertFired {
            conversation: ConversationId(id),
            kind: kind(which),
            started_at: at(second),
            level: Level(LEVELS[usize::from(level)]),
            at: at(4),
        }],
        Step::Queue(id, which) => vec![queued(id, &contact(which), id as i64)],
        _ => Vec::new(),
    }
}

fn settle(store: &dyn Store, row: u64, which: u8) -> Result<(), StoreError> {
    let reason = || "x".to_owned();
    let (outcome, next_at) = match which {
        0 => (delivered(), None),
        1 => (Outcome::Later { reason: reason(), after: None }, Some(at(30))),
        2 => (Outcome::Later { reason: reason(), after: None }, None),
        3 => (Outcome::Refused { reason: reason() }, None),
        4 => (Outcome::Unknown { reason: reason() }, Some(at(20))),
        _ => (Outcome::Unknown { reason: reason() }, None),
    };
    store.settle(OutboxId(row), &outcome, next_at, at(5))
}

/// Conversations as the domain folds them, from the commits that were taken.
#[derive(Default)]
struct Model {
    conversations: BTreeMap<ConversationId, (Conversation, u64)>,
}

impl Model {
    fn take(&mut self, event: &Event) {
        let Some(id) = event.conversation() else { return };
        match self.conversations.get_mut(&id) {
            Some((conversation, version)) => {
                conversation.apply(event);
                *version += 1;
            }
            None => {
                self.conversations.insert(id, (Conversation::open(event).unwrap(), 1));
            }
        }
    }

    fn check(&self, store: &dyn Store) {
        for (id, (conversation, version)) in &self.conversations {
            let stored = store.conversation(*id).unwrap().unwrap();
            assert_eq!((&stored.conversation, stored.version), (conversation, *version));
        }
        let due = store.due(at(10_000), 1_000).unwrap();
        for one in &due {
            let clocks = &self.conversations[&one.conversation].0.complaint.as_ref().unwrap().clocks;
            let mut running = clocks.iter().filter(|clock| clock.is_ticking());
            assert!(running.any(|clock| {
                (clock.kind, clock.started_at) == (one.kind, one.started_at)
                    && !clock.fired.contains(&one.level)
            }));
        }
    }
}

fn live(place: &Place, steps: &[Step]) -> Model {
    let mut model = Model::default();
    let mut store = place.open();
    for step in steps {
        match step {
            Step::Accept(uid) => {
                store.accept(&raw_mail(*uid, &format!("digest {}", uid % 4)), at(0)).unwrap();
            }
            Step::Claim(second) => {
                let claimed = store.claim(at(*second), 2).unwrap();
                let mut recipients: Vec<_> = claimed.iter().map(|one| format!("{:?}", one.row.to)).collect();
                recipients.sort();
                assert!(recipients.windows(2).all(|pair| pair[0] != pair[1]));
            }
            Step::Settle(row, outcome) => {
                let _ = settle(store.as_ref(), *row, *outcome);
            }
            Step::Reopen => {
                drop(store);
                store = place.open();
            }
            other => {
                let events = events(other);
                // Much of a random life is refused; what is taken must stay.
                if store.commit(&commit(events.clone())).is_ok() {
                    events.iter().for_each(|event| model.take(event));
                }
            }
        }
    }
    model
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_rebuilt_store_is_the_store_that_lived(steps in proptest::collection::vec(step(), 1..60)) {
        let place = Place::new();
        let model = live(&place, &steps);
        let store = place.open();
        model.check(store.as_ref());
        prop_assert_eq!(store.verify().unwrap().faults, Vec::<String>::new());
        let before = store.verify().unwrap();
        drop(store);
        fs::remove_dir_all(place.path().join("store")).unwrap();
        let rebuilt = place.open();
        model.check(rebuilt.as_ref());
        let after = rebuilt.verify().unwrap();
        prop_assert_eq!(format!("{before:?}"), format!("{after:?}"));
    }
}

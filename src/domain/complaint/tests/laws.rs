//! Laws that hold for every life of a complaint.

use std::collections::BTreeSet;

use super::dice::Dice;
use super::*;

const SEQUENCES: u64 = 100_000;

/// What holds after every move that was made.
fn check(before: &Complaint, made: &Move, by: &Actor, moved: &Moved, life: &Life) {
    let after = life.complaint();
    let story = || format!("{made:?} by {by:?}\nbefore: {before:#?}\nafter: {after:#?}");
    let wrote = matches!(made, Move::Reply | Move::CustomerWrote { .. });
    assert!(wrote || !moved.events.is_empty(), "a move without an event: {}", story());
    let mut said = moved.after.clone();
    said.answered_at = after.answered_at;
    said.suggested = after.suggested.clone();
    assert_eq!(&said, after, "events and state differ after {made:?}");

    assert!(
        !after.is_open() || after.owner.is_some() || after.running(ClockKind::Unassigned).is_some(),
        "nobody owns it and nobody is told: {}",
        story()
    );
    let clock = after.clocks.iter().find(|clock| clock.stopped_at.is_none());
    assert!(
        after.is_open() || clock.is_none_or(|clock| clock.kind == ClockKind::Survey),
        "a clock runs on: {}",
        story()
    );
    let graver = |a: &Complaint, b: &Complaint| a.severity() <= b.severity();
    let lowers = matches!(made, Move::SetSeverity { .. } | Move::Assess(_) | Move::Absorb { .. });
    assert!(graver(after, before) || (lowers && matches!(by, Actor::Staff(_))), "lowered: {}", story());
    if before.is_open() && after.state == ComplaintState::Closed {
        ended(before, by, moved, after, &story);
    }
}

/// What holds of every end.
fn ended(before: &Complaint, by: &Actor, moved: &Moved, after: &Complaint, story: &dyn Fn() -> String) {
    let told_before = before.answered_at.is_some() && !before.is_unread();
    let is_told = moved.notice == Some(Notice::Closed);
    assert!(
        is_told || (before.kind != ComplaintKind::Complaint && told_before),
        "closed, and nobody told the customer: {}",
        story()
    );
    assert!(after.record.closing.is_some(), "closed without a reason: {}", story());
    if *by == Actor::Machine {
        assert!(before.severity() != Severity::One, "severity 1 ended by itself: {}", story());
        assert!(!before.is_unread(), "an unread message was closed away: {}", story());
    }
    let accepted =
        matches!(after.record.acceptance.as_ref().map(|said| &said.value), Some(Acceptance::Accepted { .. }));
    assert!(
        accepted || after.record.closing != Some(Closing::ResolvedAccepted),
        "silence was called acceptance: {}",
        story()
    );
    let upheld = after.record.decision().is_some_and(|decision| decision.finding.is_upheld());
    let by_decision = matches!(
        after.record.closing,
        Some(Closing::ResolvedAccepted | Closing::RejectedFinal | Closing::External)
    );
    assert!(
        !(by_decision && upheld && after.severity().is_grave() && after.kind == ComplaintKind::Complaint)
            || after.record.root_cause.is_some(),
        "no root cause: {}",
        story()
    );
}

fn replayed(events: &[Event]) -> Conversation {
    let mut conversation = Conversation::open(&events[0]).unwrap();
    events[1..].iter().for_each(|event| conversation.apply(event));
    conversation
}

/// One random life; gives the states that it saw.
fn live(seed: u64) -> BTreeSet<ComplaintState> {
    let mut dice = Dice(seed);
    let kind = if dice.chance(70) { ComplaintKind::Complaint } else { dice.one(&ComplaintKind::ALL) };
    let channel = dice.one(&[Channel::Chat, Channel::Email]);
    let policy = Policy {
        approval_above: dice.chance(50).then_some(1_000),
        alone: dice.chance(20),
        ..Policy::default()
    };
    let mut life = Life::of(kind, channel, policy);
    let mut seen = BTreeSet::from([life.state()]);
    for _ in 0..(4 + dice.below(16)) {
        if dice.chance(30) {
            life.pass(i64::try_from(dice.below(12)).unwrap());
        }
        let (made, by) = (dice.made(&life), dice.actor());
        let before = life.complaint().clone();
        match life.make(&made, &by) {
            Ok(moved) => check(&before, &made, &by, &moved, &life),
            Err(refusal) => {
                assert_eq!(&before, life.complaint(), "a refusal changed something: {refusal}");
                assert!(!refusal.to_string().is_empty());
            }
        }
        seen.insert(life.state());
    }
    let times: Vec<Timestamp> = life.complaint().history.iter().map(|line| line.at).collect();
    assert!(times.is_sorted(), "time runs backwards: {times:?}");
    assert_eq!(replayed(&life.events), life.conversation, "replaying gives something else");
    seen
}

/// A hundred thousand in all: every second seed here, the others below, so that both halves
/// run side by side.
#[test]
fn fifty_thousand_random_lives_keep_the_laws() {
    live_all((0..SEQUENCES).step_by(2));
}

#[test]
fn fifty_thousand_other_random_lives_keep_the_laws() {
    live_all((1..SEQUENCES).step_by(2));
}

fn live_all(seeds: impl Iterator<Item = u64>) {
    let seen: BTreeSet<ComplaintState> = seeds.flat_map(live).collect();
    assert_eq!(seen, ComplaintState::ALL.into(), "some state was never reached");
}

/// Two people act on what they both saw: the store takes the first by its version, and the second
/// is decided on what is true then.
#[test]
fn of_two_moves_at_once_the_second_is_decided_on_the_new_version() {
    for seed in 0..5_000 {
        let mut dice = Dice(seed);
        let mut life = Life::new(ComplaintKind::Complaint);
        let (first, second) = (dice.made(&life), dice.made(&life));
        let (one, other) = (dice.actor(), dice.actor());
        let seen = life.events.len();
        let stale = make(life.complaint(), &second, &other, life.now, &life.terms());
        let changed = life.make(&first, &one).is_ok() && life.events.len() != seen;
        let before = life.complaint().clone();
        match life.make(&second, &other) {
            Ok(moved) => check(&before, &second, &other, &moved, &life),
            Err(_) => assert_eq!(&before, life.complaint()),
        }
        // Without a change in between, both looks give the same.
        if !changed {
            assert_eq!(stale.map(|moved| moved.events).ok(), {
                let again = Life::new(ComplaintKind::Complaint);
                make(again.complaint(), &second, &other, again.now, &again.terms())
                    .map(|moved| moved.events)
                    .ok()
            });
        }
        assert_eq!(replayed(&life.events), life.conversation);
    }
}

#[test]
fn every_pair_of_state_and_move_is_answered() {
    for kind in ComplaintKind::ALL {
        for state in ComplaintState::ALL {
            for seed in 0..200 {
                let mut dice = Dice(seed);
                let mut life = Life::new(kind);
                life.happen(Event::StateChanged { conversation: ID, state, by: words("x"), at: life.now });
                let (made, by) = (dice.made(&life), dice.actor());
                if let Err(refusal) = life.make(&made, &by) {
                    assert!(refusal.to_string().contains(&life.complaint().code.to_string()));
                }
            }
        }
    }
}

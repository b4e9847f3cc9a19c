//! Which clocks start, stop and stand still, told as lives of cases.

use std::collections::BTreeSet;

use super::*;
use crate::domain::code::TrackingCode;
use crate::domain::complaint::{ComplaintKind, ComplaintState, Filing};
use crate::domain::conversation::{Conversation, ConversationId, Entry, Speaker};
use crate::domain::departments::{Calendars, Departments};
use crate::domain::event::Event;
use crate::domain::message::{Contact, Language};
use crate::domain::outbox::OutboxId;

const ID: ConversationId = ConversationId(1);

/// Those of a shop without departments.
fn only(shop: &Calendar) -> Calendars<'_> {
    static NONE: std::sync::LazyLock<Departments> = std::sync::LazyLock::new(Departments::default);
    Calendars { shop, departments: &NONE }
}

/// A case that lives through events; the clocks follow.
struct Case {
    conversation: Conversation,
    promises: Promises,
    calendar: Calendar,
}

impl Case {
    fn filed(kind: ComplaintKind, topic: Option<&str>, at: &str) -> Case {
        let at = tehran(at);
        let opened = Event::Opened {
            conversation: ID,
            contact: Contact::Chat("session".to_owned()),
            account: "chat".to_owned(),
            customer_name: None,
            language: Language::Fa,
            at,
        };
        let filing = Filing {
            code: TrackingCode::from_seed(12_345_678),
            kind,
            topic: topic.map(str::to_owned),
            received_at: at,
            promised: at,
            suggested: Vec::new(),
            about: None,
            at,
        };
        let conversation = Conversation::open(&opened).unwrap();
        let mut case = Case { conversation, promises: Promises::default(), calendar: calendar() };
        case.happens(Event::Filed { conversation: ID, filing });
        case
    }

    fn complaint(at: &str) -> Case {
        Case::filed(ComplaintKind::Complaint, None, at)
    }

    fn happens(&mut self, event: Event) {
        let made = follow(
            &self.promises,
            only(&self.calendar),
            Some(&self.conversation),
            std::slice::from_ref(&event),
        );
        self.apply(event);
        made.into_iter().for_each(|event| self.apply(event));
    }

    fn apply(&mut self, event: Event) {
        self.conversation.apply(&event);
    }

    fn says(&mut self, by: Speaker, at: &str) {
        let entry = Entry::ours(by, "…".to_owned(), OutboxId(1), tehran(at));
        self.happens(Event::Said { conversation: ID, entry });
    }

    fn staff(&mut self, at: &str) {
        self.says(Speaker::Staff("Sara".to_owned()), at);
    }

    fn customer(&mut self, at: &str) {
        self.says(Speaker::Customer, at);
    }

    fn state(&mut self, state: ComplaintState, at: &str) {
        let (by, at) = ("Sara".to_owned(), tehran(at));
        self.happens(Event::StateChanged { conversation: ID, state, by, at });
    }

    fn clocks(&self) -> &[Clock] {
        &self.conversation.complaint.as_ref().unwrap().clocks
    }

    fn running(&self) -> BTreeSet<&'static str> {
        self.clocks().iter().filter(|clock| clock.is_running()).map(|clock| clock.kind.name()).collect()
    }

    fn ticking(&self) -> BTreeSet<&'static str> {
        self.clocks().iter().filter(|clock| clock.is_ticking()).map(|clock| clock.kind.name()).collect()
    }

    fn clock(&self, kind: ClockKind) -> &Clock {
        self.clocks().iter().rev().find(|clock| clock.kind == kind).unwrap()
    }
}

fn set(names: &[&'static str]) -> BTreeSet<&'static str> {
    names.iter().copied().collect()
}

#[test]
fn a_complaint_starts_the_clock_of_its_decision_and_a_question_does_not() {
    let case = Case::complaint("2026-12-05T10:00");
    assert_eq!(case.running(), set(&["decision", "first_response", "unassigned", "update"]));
    let case = Case::filed(ComplaintKind::Question, None, "2026-12-05T10:00");
    assert_eq!(case.running(), set(&["first_response", "unassigned", "update"]));
}

#[test]
fn a_request_that_soon_is_too_late_has_an_hour() {
    let case = Case::filed(ComplaintKind::Request, Some("cancel_order"), "2026-12-05T16:30");
    assert_eq!(case.clock(ClockKind::Request).due, tehran("2026-12-06T09:30"));
    let other = Case::filed(ComplaintKind::Request, Some("privacy_deletion"), "2026-12-05T16:30");
    assert!(!other.running().contains("request"));
}

#[test]
fn a_message_of_the_machine_stops_no_clock_that_waits_for_a_person() {
    let mut case = Case::filed(ComplaintKind::Request, Some("cancel_order"), "2026-12-05T10:00");
    let before = case.running();
    case.says(Speaker::Machine, "2026-12-05T10:05");
    assert_eq!(case.running(), before);
    // The silence begins anew, since the customer saw something.
    assert_eq!(case.clock(ClockKind::Update).started_at, tehran("2026-12-05T10:05"));
    case.staff("2026-12-05T10:10");
    assert_eq!(case.running(), set(&["unassigned", "update"]));
}

#[test]
fn an_owner_stops_the_search_for_one_and_nothing_else() {
    let mut case = Case::complaint("2026-12-05T10:00");
    let (owner, by, at) = ("Sara".to_owned(), "Sara".to_owned(), tehran("2026-12-05T10:20"));
    case.happens(Event::Assigned { conversation: ID, owner, by, at });
    assert_eq!(case.running(), set(&["decision", "first_response", "update"]));
}

#[test]
fn the_customers_next_message_starts_one_clock_however_often_they_write() {
    let mut case = Case::complaint("2026-12-05T10:00");
    case.customer("2026-12-05T11:00");
    assert!(!case.running().contains("next_response"), "the first response is still due");
    case.staff("2026-12-05T12:00");
    case.customer("2026-12-06T10:00");
    case.customer("2026-12-06T11:00");
    let next: Vec<&Clock> =
        case.clocks().iter().filter(|clock| clock.kind == ClockKind::NextResponse).collect();
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].started_at, tehran("2026-12-06T10:00"));
    assert_eq!(next[0].due, tehran("2026-12-07T10:00"), "one business day");
}

#[test]
fn after_the_decision_the_silence_is_the_customers() {
    let mut case = Case::complaint("2026-12-05T10:00");
    case.staff("2026-12-05T12:00");
    case.state(ComplaintState::Decided, "2026-12-05T12:00");
    assert_eq!(case.running(), set(&["unassigned"]));
    case.state(ComplaintState::Remedy, "2026-12-06T10:00");
    assert_eq!(case.running(), set(&["unassigned", "update"]));
}

#[test]
fn waiting_for_the_customer_stops_the_time_of_the_decision_and_of_silence_only() {
    let mut case = Case::complaint("2026-12-05T10:00");
    let due = case.clock(ClockKind::Decision).due;
    assert_eq!(due, tehran("2026-12-08T10:00"));
    case.staff("2026-12-05T12:00");
    case.state(ComplaintState::WaitingCustomer, "2026-12-05T12:00");
    assert_eq!(case.running(), set(&["decision", "unassigned", "update"]));
    assert_eq!(case.ticking(), set(&["unassigned"]));
    // Two days later, to the minute: 16 business hours stood still.
    case.state(ComplaintState::Investigating, "2026-12-07T12:00");
    assert_eq!(case.clock(ClockKind::Decision).due, tehran("2026-12-10T10:00"));
    assert_eq!(case.ticking(), set(&["decision", "unassigned", "update"]));
    let decision = case.clock(ClockKind::Decision);
    assert_eq!(decision.pauses, [(tehran("2026-12-05T12:00"), tehran("2026-12-07T12:00"))]);
    assert_eq!(
        decision.moves,
        [(MoveReason::Resumed, tehran("2026-12-10T10:00"), tehran("2026-12-07T12:00"))]
    );
}

#[test]
fn clocks_stand_still_for_ten_business_days_in_all() {
    let mut case = Case::complaint("2026-12-05T10:00");
    let spells = [
        // Saturday to Saturday, 44 hours; and from Sunday on for a month, of which what is left counts.
        ("2026-12-05T10:00", "2026-12-12T10:00"),
        ("2026-12-13T10:00", "2027-01-13T10:00"),
    ];
    for (from, to) in spells {
        case.state(ComplaintState::WaitingCustomer, from);
        assert!(!case.ticking().contains("decision"));
        case.state(ComplaintState::Investigating, to);
        assert!(case.ticking().contains("decision"));
    }
    let pauses = &case.clock(ClockKind::Decision).pauses;
    let stood: Vec<SignedDuration> = pauses.iter().map(|(from, to)| calendar().elapsed(*from, *to)).collect();
    let ten_days = calendar().elapsed(tehran("2026-12-13T10:00"), tehran("2026-12-24T10:00"));
    assert_eq!(stood[0], SignedDuration::from_hours(44));
    assert_eq!(stood[0] + stood[1], ten_days);
    // Nothing is left: the third time it goes on while we wait.
    case.state(ComplaintState::WaitingCustomer, "2027-01-16T10:00");
    assert!(case.ticking().contains("decision"));
}

#[test]
fn closing_stops_everything_and_reopening_starts_anew() {
    let mut case = Case::complaint("2026-12-05T10:00");
    case.state(ComplaintState::Closed, "2026-12-06T10:00");
    assert_eq!(case.running(), set(&[]));
    let before = case.clocks().len();
    case.state(ComplaintState::Investigating, "2026-12-07T10:00");
    assert_eq!(case.running(), set(&["decision", "unassigned", "update"]));
    assert_eq!(case.clocks().len(), before + 3, "the old ones are kept");
    assert_eq!(case.clock(ClockKind::Decision).started_at, tehran("2026-12-07T10:00"));
}

#[test]
fn what_a_decision_starts_itself_is_not_started_twice() {
    let case = Case::complaint("2026-12-05T10:00");
    let clock = Clock::promised(
        ClockKind::NextResponse,
        &case.promises,
        3,
        &case.calendar,
        tehran("2026-12-06T10:00"),
    );
    let entry = Entry::ours(Speaker::Customer, "…".to_owned(), OutboxId(1), tehran("2026-12-06T10:00"));
    let given = [
        Event::StateChanged {
            conversation: ID,
            state: ComplaintState::Investigating,
            by: "customer".to_owned(),
            at: tehran("2026-12-06T10:00"),
        },
        Event::Said { conversation: ID, entry },
        Event::ClockStarted { conversation: ID, clock: clock.unwrap() },
    ];
    let made = follow(&case.promises, only(&case.calendar), Some(&case.conversation), &given);
    assert!(!made.iter().any(|event| matches!(event, Event::ClockStarted { .. })), "{made:#?}");
}

#[test]
fn another_calendar_moves_what_runs_and_never_what_the_customer_was_told() {
    let mut case = Case::complaint("2026-12-05T16:00");
    let told = tehran("2026-12-06T16:00");
    let first = case.clock(ClockKind::FirstResponse).clone().telling(told);
    assert_eq!(first.due, told);
    let complaint = case.conversation.complaint.as_mut().unwrap();
    let place = complaint.clocks.iter().position(|clock| clock.kind == ClockKind::FirstResponse).unwrap();
    complaint.clocks[place] = first;
    let at = tehran("2026-12-06T08:00");
    let closed = calendar_closed(&["1405-09-15"]);
    let events = rework(only(&closed), &case.conversation, at);
    let delays: Vec<&Event> = events.iter().filter(|event| matches!(event, Event::DelayDue { .. })).collect();
    assert!(
        matches!(delays[..], [Event::DelayDue { told: t, due, .. }] if *t == told && *due == tehran("2026-12-07T16:00")),
        "{events:#?}"
    );
    events.into_iter().for_each(|event| case.apply(event));
    let first = case.clock(ClockKind::FirstResponse);
    assert_eq!((first.told, first.due), (Some(told), tehran("2026-12-07T16:00")));
    assert!(rework(only(&closed), &case.conversation, at).is_empty(), "once is enough");
    // The closure is taken back: due again when it was promised.
    for event in rework(only(&calendar()), &case.conversation, at) {
        assert!(!matches!(event, Event::DelayDue { .. }));
        case.apply(event);
    }
    assert_eq!(case.clock(ClockKind::FirstResponse).due, told);
}

#[test]
fn a_worse_severity_is_counted_from_the_same_start() {
    let mut case = Case::complaint("2026-12-05T10:00");
    let at = tehran("2026-12-05T11:00");
    for event in severity_changed(&case.promises, only(&case.calendar), &case.conversation, 1, at) {
        case.apply(event);
    }
    assert_eq!(case.clock(ClockKind::FirstResponse).due, tehran("2026-12-05T11:00"));
    assert_eq!(case.clock(ClockKind::Decision).due, tehran("2026-12-06T10:00"));
    assert_eq!(case.clock(ClockKind::Decision).basis.as_ref().unwrap().severity, 1);
}

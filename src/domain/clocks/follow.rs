//! Which clocks start, stop and stand still with what happens.
//!
//! The events of a decision or of a staff action come in, and the events of
//! the clocks that follow from them come out. So no decision has to think of
//! every clock; those that the process starts and stops itself, such as that of
//! the next response, are left alone.
//!
//! Invariant: a message of the machine never stops a clock that waits for a
//! person, and a clock stands still only while we wait for the customer.

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::Calendar;
use crate::domain::clocks::{Clock, ClockKind, Promises, resumed, severity_changed};
use crate::domain::complaint::{Complaint, ComplaintKind, ComplaintState};
use crate::domain::conversation::{Conversation, Entry, Speaker};
use crate::domain::decide::Disposition;
use crate::domain::departments::Calendars;
use crate::domain::event::Event;

/// Requests that soon are too late: the parcel leaves.
const URGENT_REQUESTS: [&str; 2] = ["cancel_order", "change_address"];

/// The clock events that follow from these events of one conversation. `before` is the
/// conversation as it was; none when the events open it.
pub fn follow(
    promises: &Promises,
    calendars: Calendars<'_>,
    before: Option<&Conversation>,
    events: &[Event],
) -> Vec<Event> {
    let mut follower =
        Follower { promises, calendars, given: events, conversation: before.cloned(), made: Vec::new() };
    for event in events {
        follower.take(event);
    }
    follower.finish(
        before.and_then(|before| before.complaint.as_ref()).map(|complaint| complaint.severity().number()),
    );
    follower.made
}

struct Follower<'a> {
    promises: &'a Promises,
    calendars: Calendars<'a>,
    given: &'a [Event],
    conversation: Option<Conversation>,
    made: Vec<Event>,
}

impl<'a> Follower<'a> {
    fn take(&mut self, event: &Event) {
        let Some(conversation) = &mut self.conversation else {
            self.conversation = Conversation::open(event);
            return;
        };
        if event.conversation() != Some(conversation.id) {
            return;
        }
        let before = conversation.complaint.as_ref().map(|complaint| complaint.state);
        conversation.apply(event);
        match event {
            Event::Filed { filing, .. } => {
                self.filed(filing.kind, filing.topic.as_deref(), filing.received_at, filing.at);
            }
            Event::Said { entry, .. } if before.is_some() => self.said(entry),
            Event::Assigned { at, .. } => self.stop(ClockKind::Unassigned, *at),
            Event::StateChanged { state, at, .. } => {
                if let Some(before) = before {
                    self.changed(before, *state, *at);
                }
            }
            _ => {}
        }
    }

    /// What was found more, or less, severe has other limits, counted from the same start.
    fn finish(&mut self, before: Option<u8>) {
        let (Some(conversation), Some(at)) = (&self.conversation, self.last_at()) else { return };
        let Some(after) = conversation.complaint.as_ref().map(|complaint| complaint.severity().number())
        else {
            return;
        };
        if before == Some(after) {
            return;
        }
        let moved = severity_changed(self.promises, self.calendars, conversation, after, at);
        moved.into_iter().for_each(|event| self.push(event));
    }

    /// When the last of the given events of a case happened.
    fn last_at(&self) -> Option<Timestamp> {
        self.conversation.as_ref()?.complaint.as_ref().map(|complaint| complaint.updated_at)
    }

    fn filed(&mut self, kind: ComplaintKind, topic: Option<&str>, received_at: Timestamp, at: Timestamp) {
        let acknowledged = |event: &Event| matches!(event, Event::Queued { row } if row.answers.is_some());
        if self.given.iter().any(acknowledged) {
            self.start(ClockKind::Ack, at);
        }
        self.start(ClockKind::Unassigned, at);
        self.start(ClockKind::FirstResponse, received_at);
        self.start(ClockKind::Update, at);
        if kind == ComplaintKind::Complaint {
            self.start(ClockKind::Decision, received_at);
            self.start(ClockKind::LegalCap, received_at);
        }
        if kind == ComplaintKind::Request && topic.is_some_and(|topic| URGENT_REQUESTS.contains(&topic)) {
            self.start(ClockKind::Request, received_at);
        }
    }

    fn said(&mut self, entry: &Entry) {
        match &entry.by {
            Speaker::Customer => {
                if self.open() && !self.awaits_response() && !self.was_obeyed(entry) {
                    self.start(ClockKind::NextResponse, entry.at);
                }
            }
            Speaker::Staff(_) => {
                for kind in ClockKind::ALL.into_iter().filter(|kind| kind.is_response()) {
                    self.stop(kind, entry.at);
                }
                self.seen(entry.at);
            }
            Speaker::Machine => self.seen(entry.at),
        }
    }

    /// What the machine has carried out or answered itself waits for no person: a status, a score,
    /// the customer's word on a decision.
    fn was_obeyed(&self, entry: &Entry) -> bool {
        self.given.iter().any(|event| match event {
            Event::Decided { message, verdict, .. } => {
                Some(*message) == entry.message
                    && matches!(verdict.disposition, Disposition::Commanded | Disposition::Answered)
            }
            _ => false,
        })
    }

    /// The customer sees something: the silence begins anew.
    fn seen(&mut self, at: Timestamp) {
        let running = self.running(ClockKind::Update).map(|clock| (clock.started_at, clock.paused_at));
        let Some((started_at, None)) = running else { return };
        if started_at < at {
            self.stop(ClockKind::Update, at);
            self.start(ClockKind::Update, at);
        }
    }

    /// States are told apart by name, so that those of other kinds of cases count as well.
    fn changed(&mut self, before: ComplaintState, after: ComplaintState, at: Timestamp) {
        let (was, is) = (before.name(), after.name());
        if was == is {
            return;
        }
        if is_closed(is) {
            // What is done after the end has clocks of its own.
            let owed = ClockKind::ALL.into_iter().filter(|kind| !kind.is_follow_up());
            owed.for_each(|kind| self.stop(kind, at));
            return;
        }
        if is_closed(was) {
            self.reopened(at);
        }
        match was {
            "waiting_customer" => self.resume(at),
            "decided" => self.start(ClockKind::Update, at),
            "remedy" => self.stop(ClockKind::Remedy, at),
            "external" => self.stop(ClockKind::External, at),
            _ => {}
        }
        match is {
            "waiting_customer" => self.pause(at),
            "decided" => {
                self.stop(ClockKind::Decision, at);
                // Now it is the customer who is silent.
                self.stop(ClockKind::Update, at);
                self.stop(ClockKind::LegalCap, at);
            }
            "external" => self.start(ClockKind::External, at),
            _ => {}
        }
    }

    /// New clocks; the old ones are kept as they ended.
    fn reopened(&mut self, at: Timestamp) {
        self.start(ClockKind::Update, at);
        if self.complaint().is_some_and(|complaint| complaint.kind == ComplaintKind::Complaint) {
            self.start(ClockKind::Decision, at);
        }
        if self.complaint().is_some_and(|complaint| complaint.owner.is_none()) {
            self.start(ClockKind::Unassigned, at);
        }
    }

    /// We wait for the customer: what may stand still does, unless it has stood long enough.
    fn pause(&mut self, at: Timestamp) {
        let Some(id) = self.conversation.as_ref().map(|conversation| conversation.id) else { return };
        if !self.pause_left(at).is_positive() {
            return;
        }
        for (kind, started_at) in self.pausable() {
            self.push(Event::ClockPaused { conversation: id, kind, started_at, at });
        }
    }

    /// How much business time clocks may still stand still on this case, as of `at`.
    fn pause_left(&self, at: Timestamp) -> SignedDuration {
        let limit = self.promises.of(ClockKind::Waiting, self.severity());
        let calendar = self.calendar();
        let allowed = limit.map(|limit| calendar.elapsed(at, limit.due(calendar, at)));
        let stood = self.complaint().map(|complaint| stood_still(calendar, &complaint.clocks));
        allowed.unwrap_or_default().saturating_sub(stood.unwrap_or_default())
    }

    fn pausable(&self) -> Vec<(ClockKind, Timestamp)> {
        let clocks = self.complaint().map(|complaint| complaint.clocks.as_slice()).unwrap_or_default();
        let ticking = clocks.iter().filter(|clock| clock.kind.pauses() && clock.is_ticking());
        ticking.map(|clock| (clock.kind, clock.started_at)).collect()
    }

    /// Clocks go on from here, or from where they had stood still for as long as may be.
    fn resume(&mut self, at: Timestamp) {
        let Some(conversation) = &self.conversation else { return };
        let paused = conversation.complaint.iter().flat_map(|complaint| &complaint.clocks);
        let Some(since) = paused.filter_map(|clock| clock.paused_at).min() else { return };
        let end = self.calendar().advance(since, self.pause_left(since)).min(at);
        for event in resumed(self.calendars, conversation, end) {
            self.push(event);
        }
    }

    fn start(&mut self, kind: ClockKind, at: Timestamp) {
        let given = |event: &Event| matches!(event, Event::ClockStarted { clock, .. } if clock.kind == kind);
        if !self.open() || self.running(kind).is_some() || self.given.iter().any(given) {
            return;
        }
        let severity = self.severity();
        let clock = Clock::promised(kind, self.promises, severity, self.calendar(), at);
        let id = self.conversation.as_ref().map(|conversation| conversation.id);
        if let (Some(clock), Some(conversation)) = (clock, id) {
            self.push(Event::ClockStarted { conversation, clock });
        }
    }

    fn stop(&mut self, kind: ClockKind, at: Timestamp) {
        let id = self.conversation.as_ref().map(|conversation| conversation.id);
        // A stop among the last events would stop what began meanwhile.
        if self
            .given
            .iter()
            .any(|event| matches!(event, Event::ClockStarted { clock, .. } if clock.kind == kind))
        {
            return;
        }
        if let (Some(_), Some(conversation)) = (self.running(kind), id) {
            self.push(Event::ClockStopped { conversation, kind, at });
        }
    }

    fn push(&mut self, event: Event) {
        if let Some(conversation) = &mut self.conversation {
            conversation.apply(&event);
        }
        self.made.push(event);
    }

    /// That of the department which has the case now.
    fn calendar(&self) -> &'a Calendar {
        self.complaint().map_or(self.calendars.shop, |complaint| self.calendars.of(complaint))
    }

    fn complaint(&self) -> Option<&Complaint> {
        self.conversation.as_ref()?.complaint.as_ref()
    }

    fn severity(&self) -> u8 {
        self.complaint().map_or(3, |complaint| complaint.severity().number())
    }

    fn open(&self) -> bool {
        self.complaint().is_some_and(|complaint| !is_closed(complaint.state.name()))
    }

    fn running(&self, kind: ClockKind) -> Option<&Clock> {
        self.complaint()?.clocks.iter().find(|clock| clock.kind == kind && clock.is_running())
    }

    fn awaits_response(&self) -> bool {
        let given = |event: &Event| matches!(event, Event::ClockStarted { clock, .. } if clock.kind.is_response() && clock.is_running());
        let running = |complaint: &Complaint| {
            complaint.clocks.iter().any(|clock| clock.kind.is_response() && clock.is_running())
        };
        self.complaint().is_some_and(running) || self.given.iter().any(given)
    }
}

fn is_closed(state: &str) -> bool {
    matches!(state, "closed" | "merged" | "withdrawn" | "void")
}

/// Business time for which clocks of this case have stood still: the most that one of them has.
fn stood_still(calendar: &Calendar, clocks: &[Clock]) -> SignedDuration {
    let of_one = |clock: &Clock| {
        let pauses = clock.pauses.iter().map(|(from, to)| calendar.elapsed(*from, *to));
        pauses.fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    };
    ClockKind::ALL
        .into_iter()
        .filter(|kind| kind.pauses())
        .map(|kind| {
            let of_kind = clocks.iter().filter(|clock| clock.kind == kind).map(of_one);
            of_kind.fold(SignedDuration::ZERO, SignedDuration::saturating_add)
        })
        .max()
        .unwrap_or_default()
}

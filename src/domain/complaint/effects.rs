//! Effects made into events: the state moves on, clocks get their due times.
//!
//! A move comes in; out come the events to commit, the complaint as it is
//! afterwards, and what the customer is to be told.
//!
//! Invariant: folding the events into the complaint gives the complaint that
//! comes out.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::domain::calendar::Calendar;
use crate::domain::clocks::{Clock, ClockKind, Promises};
use crate::domain::complaint::Complaint;
use crate::domain::complaint::moves::{Actor, Effect, Move, Notice, Policy, Refusal};
use crate::domain::complaint::process::step;
use crate::domain::complaint::record::Fact;
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::event::Event;
use crate::domain::message::Channel;
use crate::domain::rules::Rules;

/// Reminders of our question after 2 and 5 business days, the end after 10.
const WAITING: [u32; 3] = [2, 3, 5];
/// One reminder of a decision after 3 business days, the end after 7.
const ACCEPTANCE: [u32; 2] = [3, 4];
/// A final decision is looked after for so long.
const MONITORING: SignedDuration = SignedDuration::from_hours(30 * 24);
const SURVEY_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// With what effects are written down.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    pub calendar: &'a Calendar,
    pub promises: &'a Promises,
    pub policy: &'a Policy,
    pub conversation: ConversationId,
    /// Where the customer is told; a survey comes at once where one tap answers it.
    pub channel: Channel,
}

impl<'a> Terms<'a> {
    /// Those of the rules, for this conversation.
    pub fn of(rules: &'a Rules, conversation: &Conversation, policy: &'a Policy) -> Terms<'a> {
        let complaint = conversation.complaint.as_ref();
        Terms {
            calendar: complaint.map_or(&rules.calendar, |complaint| rules.calendar_of(complaint)),
            promises: &rules.promises,
            policy,
            conversation: conversation.id,
            channel: conversation.contact.channel(),
        }
    }
}

/// What became of a move.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    pub events: Vec<Event>,
    pub notice: Option<Notice>,
    pub after: Complaint,
}

/// Makes the move: pure, the time is given.
pub fn make(
    complaint: &Complaint,
    made: &Move,
    by: &Actor,
    now: Timestamp,
    terms: &Terms<'_>,
) -> Result<Moved, Refusal> {
    let effects = step(complaint, made, by, now, terms.policy)?;
    Ok(write(complaint, effects, by, now, terms))
}

/// The effects as events.
pub fn write(
    complaint: &Complaint,
    effects: Vec<Effect>,
    by: &Actor,
    now: Timestamp,
    terms: &Terms<'_>,
) -> Moved {
    let moved = Moved { events: Vec::new(), notice: None, after: complaint.clone() };
    let mut writing = Writing { terms, by: by.name(), now, moved };
    for effect in effects {
        writing.write(effect);
    }
    writing.moved
}

struct Writing<'a> {
    terms: &'a Terms<'a>,
    by: &'a str,
    now: Timestamp,
    moved: Moved,
}

impl Writing<'_> {
    fn write(&mut self, effect: Effect) {
        let (conversation, by, at) = (self.terms.conversation, self.by.to_owned(), self.now);
        match effect {
            Effect::Record(fact) => self.event(Event::Recorded { conversation, fact, by, at }),
            Effect::Enter(state) if state == self.moved.after.state => {}
            Effect::Enter(state) => self.event(Event::StateChanged { conversation, state, by, at }),
            Effect::Own(owner) if self.moved.after.owner.as_deref() == Some(&owner) => {}
            Effect::Own(owner) => self.event(Event::Assigned { conversation, owner, by, at }),
            Effect::Stop(kind) => self.event(Event::ClockStopped { conversation, kind, at }),
            Effect::Start(kind, _) if self.moved.after.running(kind).is_some() => {}
            Effect::Start(kind, from) => {
                let clock = self.clock(kind, from);
                self.event(Event::ClockStarted { conversation, clock });
            }
            Effect::Agree(slot) => {
                // What is alerted about begins with the agreed time, which may lie ahead.
                let clock = Clock::until(ClockKind::Callback, self.terms.calendar, slot.from, slot.until);
                self.event(Event::ClockStarted { conversation, clock });
            }
            Effect::OfferSurvey if self.terms.channel == Channel::Email => {
                self.write(Effect::Start(ClockKind::Survey, at));
            }
            Effect::OfferSurvey => self.write(Effect::Record(Fact::SurveySent)),
            Effect::Tell(notice) => self.moved.notice = Some(notice),
        }
    }

    fn event(&mut self, event: Event) {
        self.moved.after.apply(&event);
        self.moved.events.push(event);
    }

    fn clock(&self, kind: ClockKind, from: Timestamp) -> Clock {
        let Terms { calendar, promises, .. } = *self.terms;
        let record = &self.moved.after.record;
        let severity = self.moved.after.severity().number();
        let measured = || {
            let limit = promises.response(kind, severity);
            Clock::of(kind, limit, (promises.version(), severity), calendar, from)
        };
        let follow_up = |due| Clock::follow_up(kind, awake(calendar, due), from);
        let days = |list: &[u32]| {
            let days = list.get(usize::from(record.reminders)).or(list.last()).copied().unwrap_or(1);
            calendar.add_business_days(from, days)
        };
        match kind {
            ClockKind::Remedy => {
                let due = record.decision().and_then(|decision| decision.due);
                let due = due.and_then(|due| end_of(calendar, due)).filter(|due| *due > from);
                due.map_or_else(measured, |due| Clock::until(kind, calendar, from, due))
            }
            ClockKind::Waiting => {
                let promised = record.asked.as_ref().and_then(|said| end_of(calendar, said.value.1));
                let is_last = usize::from(record.reminders) + 1 >= WAITING.len();
                // The matter does not end before the date that the customer was told.
                follow_up(
                    promised.filter(|_| is_last).map_or(days(&WAITING), |told| told.max(days(&WAITING))),
                )
            }
            ClockKind::Acceptance => follow_up(days(&ACCEPTANCE)),
            ClockKind::Monitoring => follow_up(later(from, MONITORING)),
            ClockKind::Survey => follow_up(later(from, SURVEY_AFTER)),
            ClockKind::FirstResponse
            | ClockKind::NextResponse
            | ClockKind::Decision
            | ClockKind::Unassigned
            | ClockKind::Ack
            | ClockKind::Update
            | ClockKind::Callback
            | ClockKind::Request
            | ClockKind::External
            | ClockKind::LegalCap => measured(),
        }
    }
}

/// The end of this day in the shop's zone.
fn end_of(calendar: &Calendar, date: Date) -> Option<Timestamp> {
    let next = date.checked_add(1.day()).ok()?;
    next.to_zoned(calendar.zone().clone()).ok().map(|start| start.timestamp())
}

/// Nobody is reminded or asked outside opening hours.
fn awake(calendar: &Calendar, due: Timestamp) -> Timestamp {
    if calendar.is_open(due) { due } else { calendar.next_open(due) }
}

fn later(from: Timestamp, span: SignedDuration) -> Timestamp {
    from.saturating_add(span).unwrap_or(Timestamp::MAX)
}

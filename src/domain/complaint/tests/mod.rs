//! The process, tried: its laws on random lives, and its table row by row.

mod dice;
mod laws;
mod rows;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::effects::{Moved, Terms, make, write};
use super::lists::{ExternalEnd, Finding, Recurrence, Remedy, VoidReason};
use super::moves::{Actor, Move, Notice, Policy, Refusal, Target, Why};
use super::process::filed;
use super::record::{Acceptance, Assessment, Decision, Field, SurveyQuestion};
use super::severity::{Factor, Scores, Severity};
use super::signs::Sign;
use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::clocks::Promises;
use crate::domain::conversation::{Conversation, ConversationId, Entry, Speaker};
use crate::domain::message::{Channel, Contact, Language};
use crate::domain::outbox::OutboxId;

const ID: ConversationId = ConversationId(1);

/// One complaint and everything that happened to it.
struct Life {
    calendar: Calendar,
    promises: Promises,
    policy: Policy,
    channel: Channel,
    now: Timestamp,
    events: Vec<Event>,
    conversation: Conversation,
}

fn code(seed: u32) -> TrackingCode {
    TrackingCode::from_seed(seed)
}

impl Life {
    fn of(kind: ComplaintKind, channel: Channel, policy: Policy) -> Life {
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        let filing = Filing {
            code: code(21_000_000),
            kind,
            topic: None,
            received_at: now,
            promised: now,
            suggested: Vec::new(),
            about: None,
            at: now,
        };
        let opened = Event::Opened {
            conversation: ID,
            contact: Contact::Chat("s".to_owned()),
            account: "chat".to_owned(),
            customer_name: None,
            language: Language::En,
            at: now,
        };
        let conversation = Conversation::open(&opened).unwrap();
        let calendar = Calendar::default_for(TimeZone::get("Asia/Tehran").unwrap());
        let events = vec![opened];
        let mut life =
            Life { calendar, promises: Promises::default(), policy, channel, now, events, conversation };
        life.happen(Event::Filed { conversation: ID, filing });
        for event in write(life.complaint(), filed(now), &Actor::Machine, now, &life.terms()).events {
            life.happen(event);
        }
        life
    }

    fn new(kind: ComplaintKind) -> Life {
        Life::of(kind, Channel::Chat, Policy::default())
    }

    fn terms(&self) -> Terms<'_> {
        Terms {
            calendar: &self.calendar,
            promises: &self.promises,
            policy: &self.policy,
            conversation: ID,
            channel: self.channel,
        }
    }

    fn complaint(&self) -> &Complaint {
        self.conversation.complaint.as_ref().unwrap()
    }

    fn happen(&mut self, event: Event) {
        self.conversation.apply(&event);
        self.events.push(event);
    }

    fn said(&mut self, by: Speaker) {
        let entry = Entry::ours(by, "words".to_owned(), OutboxId(1), self.now);
        self.happen(Event::Said { conversation: ID, entry });
    }

    fn make(&mut self, made: &Move, by: &Actor) -> Result<Moved, Refusal> {
        let moved = make(self.complaint(), made, by, self.now, &self.terms())?;
        if let Move::CustomerWrote { .. } = made {
            self.said(Speaker::Customer);
        }
        for event in moved.events.clone() {
            self.happen(event);
        }
        match (made, by, moved.notice) {
            (Move::Reply | Move::Ask { .. } | Move::Decide(_), Actor::Staff(name), _) => {
                self.said(Speaker::Staff(name.clone()));
            }
            (_, _, Some(_)) => self.said(Speaker::Machine),
            (_, _, None) => {}
        }
        Ok(moved)
    }

    fn does(&mut self, made: &Move, by: &Actor) -> Moved {
        self.make(made, by).unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    fn refused(&mut self, made: &Move, by: &Actor) -> Why {
        self.make(made, by).expect_err("it is refused").why
    }

    fn pass(&mut self, days: i64) {
        self.now = self.now.checked_add(SignedDuration::from_hours(24 * days)).unwrap();
    }

    fn state(&self) -> ComplaintState {
        self.complaint().state
    }
}

fn staff(name: &str) -> Actor {
    Actor::Staff(name.to_owned())
}

fn decision(finding: Finding, remedies: &[Remedy]) -> Decision {
    Decision {
        finding,
        reasons: "we found it".to_owned(),
        remedies: remedies.to_vec(),
        value: None,
        due: None,
        prevention: None,
        alternative: None,
        approver: None,
        second_reader: None,
    }
}

fn decide(finding: Finding, remedies: &[Remedy]) -> Move {
    Move::Decide(decision(finding, remedies))
}

fn scored(factor: Factor, score: u8) -> Move {
    Move::Assess(Assessment { scores: Scores::default().with(factor, score), ..Assessment::default() })
}

fn words(text: &str) -> String {
    text.to_owned()
}

fn accept() -> Move {
    Move::Accept { words: words("I accept") }
}

fn refuse() -> Move {
    Move::Refuse { words: words("I don't agree") }
}

fn a_question(life: &Life) -> Move {
    let by = life.calendar.date_of(life.now);
    Move::Ask { question: words("Which size?"), by }
}

fn wrote(life: &Life) -> Move {
    Move::CustomerWrote { at: life.now }
}

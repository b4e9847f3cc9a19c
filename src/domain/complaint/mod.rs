//! The tracked record of whatever a person must handle.
//!
//! [`process::step`] says what may be done with it and what follows; clocks run
//! beside the state; [`record`] holds what is known, decided and done.
//!
//! Invariant: a closed complaint has no running clock but those that look after
//! its customer; the same events give the same complaint.

pub mod alike;
pub mod authority;
pub mod details;
pub mod effects;
mod fact;
mod kind;
pub mod lists;
pub mod moves;
pub mod process;
pub mod record;
pub mod severity;
pub mod signs;
mod state;
pub mod summary;

use jiff::{Timestamp, ToSpan};

use crate::domain::clocks::{self, Clock, ClockKind};
use crate::domain::code::TrackingCode;
use crate::domain::complaint::moves::Policy;
use crate::domain::complaint::record::{Fact, Record};
use crate::domain::complaint::severity::Severity;
use crate::domain::event::Event;
use crate::domain::judgement::{Fit, Judged, Judgement};
use crate::domain::message::MessageId;
use crate::domain::understanding::IntentName;

pub use kind::ComplaintKind;
pub use state::{Closing, ComplaintState};

/// What filing fixes for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    pub code: TrackingCode,
    pub kind: ComplaintKind,
    pub topic: Option<IntentName>,
    /// When the customer first wrote about it, which may be before it was filed.
    pub received_at: Timestamp,
    /// What the customer was told: an answer by then.
    pub promised: Timestamp,
    /// Topics whose prepared replies are suggested to staff.
    pub suggested: Vec<IntentName>,
    /// The message whose words this is about; none where a button or a command filed it.
    pub about: Option<MessageId>,
    pub at: Timestamp,
}

/// A remark for colleagues; customers never see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub by: String,
    pub text: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub code: TrackingCode,
    pub kind: ComplaintKind,
    pub topic: Option<IntentName>,
    pub state: ComplaintState,
    pub owner: Option<String>,
    pub received_at: Timestamp,
    pub filed_at: Timestamp,
    pub promised: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub notes: Vec<Note>,
    pub clocks: Vec<Clock>,
    /// Topics whose prepared replies staff may send with one key.
    pub suggested: Vec<IntentName>,
    pub about: Option<MessageId>,
    /// When a person last wrote to the customer.
    pub answered_at: Option<Timestamp>,
    pub record: Record,
    /// Every change of state and owner, oldest first: what, by whom, when.
    pub history: Vec<HistoryLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// `filed`, `state:investigating`, `assigned:Sara`, `note`, `intent:shipping`, `kind:request`,
    /// `decided`, `remedy_done` …
    pub what: String,
    /// `machine`, `customer` or a staff member's name.
    pub by: String,
    pub at: Timestamp,
}

impl Complaint {
    pub fn file(filing: &Filing) -> Complaint {
        Complaint {
            code: filing.code,
            kind: filing.kind,
            topic: filing.topic.clone(),
            state: ComplaintState::Received,
            owner: None,
            received_at: filing.received_at,
            filed_at: filing.at,
            promised: filing.promised,
            updated_at: filing.at,
            closed_at: None,
            notes: Vec::new(),
            clocks: Vec::new(),
            suggested: filing.suggested.clone(),
            about: filing.about,
            answered_at: None,
            record: Record::default(),
            history: vec![HistoryLine { what: "filed".to_owned(), by: "machine".to_owned(), at: filing.at }],
        }
    }

    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// What nobody has assessed is taken for 3 when it is a complaint, else for 4.
    pub fn severity(&self) -> Severity {
        self.record.severity.unwrap_or_else(|| Severity::assumed(self.kind))
    }

    /// 1 is the most urgent: the severity, one step up for every time it was opened again.
    pub fn priority(&self) -> u8 {
        self.severity().number().saturating_sub(self.record.reopened).max(1)
    }

    /// The customer waits for a person's word.
    pub fn is_unread(&self) -> bool {
        self.running(ClockKind::FirstResponse).is_some() || self.running(ClockKind::NextResponse).is_some()
    }

    /// Whether its customer may open it again by their own word.
    pub fn may_reopen(&self, now: Timestamp, policy: &Policy) -> bool {
        let until = |closed: Timestamp| {
            closed.checked_add((24 * i64::from(policy.reopen_days)).hours()).unwrap_or(Timestamp::MAX)
        };
        matches!(self.state, ComplaintState::Closed | ComplaintState::Withdrawn)
            && self.record.closing != Some(Closing::External)
            && self.closed_at.is_some_and(|closed_at| now <= until(closed_at))
    }

    /// When the next answer of a person is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        clocks::next_answer(&self.clocks)
    }

    pub fn running(&self, kind: ClockKind) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.kind == kind && clock.stopped_at.is_none())
    }

    /// Takes in one event of its conversation; what does not concern it changes nothing.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::StateChanged { state, by, at, .. } => {
                self.state = *state;
                self.closed_at = (!state.is_open()).then_some(*at);
                self.write_down(format!("state:{}", state.name()), by, *at);
            }
            Event::Assigned { owner, by, at, .. } => {
                self.owner = Some(owner.clone());
                self.write_down(format!("assigned:{owner}"), by, *at);
            }
            Event::Noted { note, .. } => {
                self.notes.push(note.clone());
                self.write_down("note".to_owned(), &note.by, note.at);
            }
            Event::Judged { judged, .. } => self.judge(judged),
            Event::Recorded { fact, by, at, .. } => self.take(fact, by, *at),
            Event::ClockStarted { clock, .. } => self.clocks.push(clock.clone()),
            Event::ClockStopped { kind, at, .. } => {
                for clock in &mut self.clocks {
                    if clock.kind == *kind && clock.stopped_at.is_none() {
                        clock.stopped_at = Some(*at);
                    }
                }
            }
            Event::ClockPaused { kind, started_at, at, .. } => {
                self.with_clock(*kind, *started_at, |clock| clock.paused_at = Some(*at));
            }
            Event::ClockMoved { kind, started_at, moved, .. } => {
                self.with_clock(*kind, *started_at, |clock| clock.apply_move(moved));
            }
            Event::Snoozed { kind, started_at, until, .. } => {
                self.with_clock(*kind, *started_at, |clock| clock.snoozes.push(*until));
            }
            Event::PromiseBroken { kind, started_at, at, .. } => {
                self.with_clock(*kind, *started_at, |clock| clock.broken_at = Some(*at));
            }
            Event::AlertFired { kind, started_at, level, .. } => {
                self.with_clock(*kind, *started_at, |clock| {
                    clock.fired.insert(*level);
                });
            }
            _ => {}
        }
    }

    fn take(&mut self, fact: &Fact, by: &str, at: Timestamp) {
        if let Fact::Released = fact {
            self.owner = None;
        }
        self.record.take(fact, by, at);
        self.write_down(fact.name().to_owned(), by, at);
    }

    /// A person has written to the customer.
    pub(super) fn answered(&mut self, at: Timestamp) {
        self.suggested.clear();
        self.answered_at = Some(at);
    }

    fn with_clock(&mut self, kind: ClockKind, started_at: Timestamp, change: impl Fn(&mut Clock)) {
        let same = |clock: &&mut Clock| clock.kind == kind && clock.started_at == started_at;
        self.clocks.iter_mut().filter(same).for_each(change);
    }

    /// What staff set is what it is from then on.
    fn judge(&mut self, judged: &Judged) {
        match &judged.judgement {
            Judgement::Helped { .. } | Judgement::NotHelped { .. } => {}
            Judgement::SuggestionSent { .. } => {
                self.write_down("suggestion".to_owned(), &judged.by, judged.at);
            }
            Judgement::Set { intent, kind } => {
                if let Some(fit) = intent {
                    self.topic = match fit {
                        Fit::Intent(name) => Some(name.clone()),
                        Fit::Nothing => None,
                    };
                    self.suggested = self.topic.iter().cloned().collect();
                    let name = self.topic.as_deref().unwrap_or("none");
                    self.write_down(format!("intent:{name}"), &judged.by, judged.at);
                }
                if let Some(kind) = kind {
                    self.kind = *kind;
                    self.write_down(format!("kind:{}", kind.name()), &judged.by, judged.at);
                }
            }
        }
    }

    fn write_down(&mut self, what: String, by: &str, at: Timestamp) {
        self.updated_at = at;
        self.history.push(HistoryLine { what, by: by.to_owned(), at });
    }
}

#[cfg(test)]
mod tests;

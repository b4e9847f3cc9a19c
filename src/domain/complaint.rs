//! The tracked record of whatever a person must handle.
//!
//! States here: received → acknowledged → investigating ⇄ waiting_customer →
//! closed, and back by reopening. Clocks run beside the state.
//!
//! Invariant: a closed complaint has no running clock.

use jiff::Timestamp;

use crate::domain::clocks::{Clock, ClockKind};
use crate::domain::code::TrackingCode;
use crate::domain::event::Event;
use crate::domain::judgement::{Fit, Judged, Judgement};
use crate::domain::message::MessageId;
use crate::domain::understanding::IntentName;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComplaintKind {
    Complaint,
    Question,
    Request,
    Suggestion,
    Criticism,
    Callback,
}

impl ComplaintKind {
    pub const ALL: [ComplaintKind; 6] = [
        ComplaintKind::Complaint,
        ComplaintKind::Question,
        ComplaintKind::Request,
        ComplaintKind::Suggestion,
        ComplaintKind::Criticism,
        ComplaintKind::Callback,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ComplaintKind::Complaint => "complaint",
            ComplaintKind::Question => "question",
            ComplaintKind::Request => "request",
            ComplaintKind::Suggestion => "suggestion",
            ComplaintKind::Criticism => "criticism",
            ComplaintKind::Callback => "callback",
        }
    }

    pub fn from_name(name: &str) -> Option<ComplaintKind> {
        ComplaintKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComplaintState {
    Received,
    Acknowledged,
    Investigating,
    WaitingCustomer,
    Closed,
}

impl ComplaintState {
    pub const ALL: [ComplaintState; 5] = [
        ComplaintState::Received,
        ComplaintState::Acknowledged,
        ComplaintState::Investigating,
        ComplaintState::WaitingCustomer,
        ComplaintState::Closed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ComplaintState::Received => "received",
            ComplaintState::Acknowledged => "acknowledged",
            ComplaintState::Investigating => "investigating",
            ComplaintState::WaitingCustomer => "waiting_customer",
            ComplaintState::Closed => "closed",
        }
    }

    pub fn from_name(name: &str) -> Option<ComplaintState> {
        ComplaintState::ALL.into_iter().find(|state| state.name() == name)
    }
}

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
    /// Every change of state and owner, oldest first: what, by whom, when.
    pub history: Vec<HistoryLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// `filed`, `state:investigating`, `assigned:Sara`, `note`, `intent:shipping`, `kind:request` …
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
            history: vec![HistoryLine { what: "filed".to_owned(), by: "machine".to_owned(), at: filing.at }],
        }
    }

    pub fn is_open(&self) -> bool {
        self.state != ComplaintState::Closed
    }

    /// The earliest due time of the clocks that run.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.clocks.iter().filter(|clock| clock.stopped_at.is_none()).map(|clock| clock.due).min()
    }

    pub fn running(&self, kind: ClockKind) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.kind == kind && clock.stopped_at.is_none())
    }

    /// Takes in one event of its conversation; what does not concern it changes nothing.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::StateChanged { state, by, at, .. } => {
                self.state = *state;
                self.closed_at = (*state == ComplaintState::Closed).then_some(*at);
                self.record(format!("state:{}", state.name()), by, *at);
            }
            Event::Assigned { owner, by, at, .. } => {
                self.owner = Some(owner.clone());
                self.record(format!("assigned:{owner}"), by, *at);
            }
            Event::Noted { note, .. } => {
                self.notes.push(note.clone());
                self.record("note".to_owned(), &note.by, note.at);
            }
            Event::Judged { judged, .. } => self.judge(judged),
            Event::ClockStarted { clock, .. } => self.clocks.push(clock.clone()),
            Event::ClockStopped { kind, at, .. } => {
                for clock in &mut self.clocks {
                    if clock.kind == *kind && clock.stopped_at.is_none() {
                        clock.stopped_at = Some(*at);
                    }
                }
            }
            Event::AlertFired { kind, started_at, level, .. } => {
                for clock in &mut self.clocks {
                    if clock.kind == *kind && clock.started_at == *started_at {
                        clock.fired.insert(*level);
                    }
                }
            }
            _ => {}
        }
    }

    /// What staff set is what it is from then on.
    fn judge(&mut self, judged: &Judged) {
        match &judged.judgement {
            Judgement::Helped { .. } | Judgement::NotHelped { .. } => {}
            Judgement::SuggestionSent { .. } => {
                self.record("suggestion".to_owned(), &judged.by, judged.at);
            }
            Judgement::Set { intent, kind } => {
                if let Some(fit) = intent {
                    self.topic = match fit {
                        Fit::Intent(name) => Some(name.clone()),
                        Fit::Nothing => None,
                    };
                    self.suggested = self.topic.iter().cloned().collect();
                    let name = self.topic.as_deref().unwrap_or("none");
                    self.record(format!("intent:{name}"), &judged.by, judged.at);
                }
                if let Some(kind) = kind {
                    self.kind = *kind;
                    self.record(format!("kind:{}", kind.name()), &judged.by, judged.at);
                }
            }
        }
    }

    fn record(&mut self, what: String, by: &str, at: Timestamp) {
        self.updated_at = at;
        self.history.push(HistoryLine { what, by: by.to_owned(), at });
    }
}

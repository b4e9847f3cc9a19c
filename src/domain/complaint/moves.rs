//! The vocabulary of the process: who moves, which moves there are, what follows.
//!
//! A [`Move`] is what somebody wants to do with a complaint; [`Effect`]s are
//! what it comes to; a [`Refusal`] says why not, and what is possible instead.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::clocks::ClockKind;
use crate::domain::code::TrackingCode;
use crate::domain::complaint::details::{Asked, Slot};
use crate::domain::complaint::kind::ComplaintKind;
use crate::domain::complaint::lists::{ExternalEnd, Recurrence, VoidReason};
use crate::domain::complaint::record::{Assessment, Decision, Fact, Field, SurveyQuestion};
use crate::domain::complaint::severity::Severity;
use crate::domain::complaint::signs::Sign;
use crate::domain::complaint::state::{Closing, ComplaintState};

/// Who makes a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Customer,
    Machine,
    /// A staff member, by name.
    Staff(String),
}

impl Actor {
    /// As it stands in events.
    pub fn name(&self) -> &str {
        match self {
            Actor::Customer => "customer",
            Actor::Machine => "machine",
            Actor::Staff(name) => name,
        }
    }
}

/// What somebody does with a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// The acknowledgement has reached the customer.
    Acknowledge,
    /// It cannot reach the customer.
    AcknowledgementFailed,
    /// With an assessment for complaints; opinions are merely reviewed.
    Assess(Assessment),
    /// The owner takes it.
    Start,
    Assign {
        owner: String,
    },
    /// A person has written to the customer.
    Reply,
    Ask {
        question: String,
        by: Date,
    },
    /// The customer has written; received at this time.
    CustomerWrote {
        at: Timestamp,
    },
    Remind,
    /// Nothing came of our question.
    Silence,
    /// What the machine may not end by itself goes back to a person.
    HandBack,
    Decide(Decision),
    Accept {
        words: String,
    },
    Refuse {
        words: String,
    },
    /// The customer wants to know where else to go.
    AskOutside,
    /// Nothing was heard since the final decision.
    NoContact,
    /// The customer has not said what they think of the decision.
    NoAnswer,
    RemedyDone {
        proof: String,
    },
    RemedyOverdue,
    OpenExternal {
        body: String,
        reference: String,
    },
    EndExternal {
        end: ExternalEnd,
        result: String,
    },
    Withdraw {
        words: String,
    },
    Merge(Target),
    /// The other side of a merge.
    Absorb {
        code: TrackingCode,
        severity: Option<Severity>,
        unread: bool,
    },
    Void {
        reason: VoidReason,
    },
    Reopen {
        evidence: bool,
    },
    Close {
        outcome: Option<Closing>,
        tell: bool,
    },
    /// A time for the call; its instants, where it names them.
    Schedule {
        slot: String,
        at: Option<Slot>,
    },
    /// It takes longer than the customer was told; they hear from us again by then.
    Delay {
        until: Timestamp,
    },
    /// The customer is asked for a detail.
    Inquire {
        field: Field,
    },
    Called {
        reached: bool,
    },
    SetSeverity {
        severity: Severity,
        reason: String,
    },
    /// The machine noticed a word that stands for a factor of severity.
    Noticed(Sign),
    FindCause {
        cause: String,
        recurrence: Recurrence,
    },
    Correct {
        action: String,
        owner: Option<String>,
        due: Option<Date>,
    },
    Fill {
        field: Field,
        text: String,
    },
    SendSurvey,
    Survey {
        question: SurveyQuestion,
        score: u8,
    },
    FollowUpDone,
}

/// Where a merged case goes on, and what was found out about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub code: TrackingCode,
    pub is_open: bool,
    /// Both contacts are proven to be of one person.
    pub same_customer: bool,
}

/// What a customer is told; the words are the owner's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Our question, and until when we wait.
    Question,
    QuestionAgain,
    /// It takes longer.
    Delay,
    /// The decision in force, and what may be said to it.
    Decision,
    DecisionAgain,
    /// Accepted; the remedy comes.
    Accepted,
    /// Another person looks at it.
    Review,
    /// Where else to go.
    Outside,
    Closed,
    Reopened,
    Withdrawn,
    Merged,
    CallMissed,
    Survey,
    /// The second question, after an answer to the first.
    SurveyMore,
    SurveyThanks,
}

/// What a move comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Record(Fact),
    Enter(ComplaintState),
    Own(String),
    /// Starts a clock that counts from this time, unless one of its kind runs.
    Start(ClockKind, Timestamp),
    Stop(ClockKind),
    /// Starts the clock of a call that was agreed for this time.
    Agree(Slot),
    /// At once where one tap answers, a day later by mail.
    OfferSurvey,
    Tell(Notice),
}

/// What the owner of the business decides about the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// What customers are asked for when a complaint exists.
    pub asked: Asked,
    /// Days in which a customer may open a closed case again.
    pub reopen_days: u32,
    /// A remedy worth more than this needs an approver.
    pub approval_above: Option<u64>,
    /// One person runs the desk: nobody else can review, read or approve.
    pub alone: bool,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy { asked: Asked::default(), reopen_days: 30, approval_above: None, alone: false }
    }
}

/// Why a move was refused, and what is possible instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: TrackingCode,
    pub why: Why,
    /// Commands that are possible now, by their names.
    pub possible: Vec<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing of the kind can be done in this state.
    State(ComplaintKind, ComplaintState),
    NotThisKind {
        kind: ComplaintKind,
        needs: ComplaintKind,
    },
    NotYours,
    Concerned(String),
    Barred(String),
    NotAssessed,
    LowerNeedsReason,
    NoText(&'static str),
    NoRemedy,
    NoApprover(u64),
    NoSecondReader,
    SamePerson(&'static str),
    NoRootCause,
    Unread,
    NothingSaid,
    NeedsDecision,
    WaitsForCustomer,
    NeedsNotice,
    Grave,
    NotReminded,
    NotFinal,
    TooLate(u32),
    EndedOutside,
    OtherCustomer,
    TargetClosed(TrackingCode),
    Itself,
    NoOutcome(&'static str),
    WrongOutcome(Closing),
    NoScore(u8),
    /// A time that is over.
    Past,
    /// It is so already.
    Nothing,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::State(kind, state) => {
                write!(f, "That cannot be done with a {} that is {}.", kind.name(), state.name())
            }
            Why::NotThisKind { kind, needs } => write!(
                f,
                "It is a {}, not a {}; `set --kind {}` makes it one.",
                kind.name(),
                needs.name(),
                needs.name()
            ),
            Why::NotYours => write!(f, "Only the customer can say that; write down their own words."),
            Why::Concerned(name) => write!(f, "The complaint is about {name}: somebody else handles it."),
            Why::Barred(name) => write!(f, "{name} has decided it before: another person reviews it."),
            Why::NotAssessed => {
                write!(f, "It is severe and has not been assessed by a person: assess it first.")
            }
            Why::LowerNeedsReason => write!(f, "Lowering the severity needs a reason."),
            Why::NoText(what) => write!(f, "The {what} must not be empty."),
            Why::NoRemedy => write!(f, "Whoever is right gets a remedy: name one, an apology at least."),
            Why::NoApprover(limit) => write!(f, "A remedy worth more than {limit} needs an approver."),
            Why::NoSecondReader => write!(f, "Severity 1 and 2 need a second reader."),
            Why::SamePerson(what) => write!(f, "The {what} must be another person."),
            Why::NoRootCause => {
                write!(f, "An upheld complaint of severity 1 or 2 needs its root cause first.")
            }
            Why::Unread => write!(f, "The customer has written and nobody has answered yet."),
            Why::NothingSaid => {
                write!(f, "The customer has not been told anything: tell them, or void it if it is no case.")
            }
            Why::NeedsDecision => write!(f, "A complaint ends with a decision that the customer is told."),
            Why::WaitsForCustomer => write!(
                f,
                "The customer was told the decision: their answer ends it, or seven working days of silence."
            ),
            Why::NeedsNotice => write!(f, "The customer is always told of the end of a complaint."),
            Why::Grave => write!(f, "Severity 1 never ends by itself, nor as void."),
            Why::NotReminded => write!(f, "The customer has not been reminded often enough."),
            Why::NotFinal => write!(f, "The decision is not final."),
            Why::TooLate(days) => write!(f, "It was closed more than {days} days ago."),
            Why::EndedOutside => write!(f, "An outside body has ended it."),
            Why::OtherCustomer => write!(f, "It is not proven that both cases are of one customer."),
            Why::TargetClosed(code) => write!(f, "{code} is not open, so nothing can go on in it."),
            Why::Itself => write!(f, "A case cannot be merged into itself."),
            Why::NoOutcome(outcomes) => write!(f, "Say what came of it: {outcomes}."),
            Why::WrongOutcome(closing) => write!(f, "`{}` is no end of such a case.", closing.name()),
            Why::NoScore(score) => write!(f, "{score} is no score: 1 to 5 are."),
            Why::Past => write!(f, "That time is over: name one that lies ahead."),
            Why::Nothing => write!(f, "It is so already."),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { code, why, possible } = self;
        write!(f, "{code}: {why}")?;
        if possible.is_empty() {
            write!(f, " Nothing can be done with it any more.")
        } else {
            write!(f, " Possible now: pasokh complaint {} {code}", possible.join(" | "))
        }
    }
}

impl std::error::Error for Refusal {}

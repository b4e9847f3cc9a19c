//! Where a complaint stands, and why it ended.
//!
//! Complaints go received → acknowledged → assessed → investigating ⇄
//! waiting_customer → decided → remedy → closed, with `external` beside them.
//! Suggestions and criticisms are `reviewed`, call-backs `scheduled`.
//!
//! Invariant: a name written once keeps its meaning; the journal has them.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComplaintState {
    Received,
    Acknowledged,
    Assessed,
    Investigating,
    WaitingCustomer,
    Decided,
    Remedy,
    External,
    /// Of suggestions and criticisms: somebody has read and weighed it.
    Reviewed,
    /// Of call-backs: a time is agreed.
    Scheduled,
    Closed,
    Merged,
    Withdrawn,
    Void,
}

impl ComplaintState {
    pub const ALL: [ComplaintState; 14] = [
        ComplaintState::Received,
        ComplaintState::Acknowledged,
        ComplaintState::Assessed,
        ComplaintState::Investigating,
        ComplaintState::WaitingCustomer,
        ComplaintState::Decided,
        ComplaintState::Remedy,
        ComplaintState::External,
        ComplaintState::Reviewed,
        ComplaintState::Scheduled,
        ComplaintState::Closed,
        ComplaintState::Merged,
        ComplaintState::Withdrawn,
        ComplaintState::Void,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ComplaintState::Received => "received",
            ComplaintState::Acknowledged => "acknowledged",
            ComplaintState::Assessed => "assessed",
            ComplaintState::Investigating => "investigating",
            ComplaintState::WaitingCustomer => "waiting_customer",
            ComplaintState::Decided => "decided",
            ComplaintState::Remedy => "remedy",
            ComplaintState::External => "external",
            ComplaintState::Reviewed => "reviewed",
            ComplaintState::Scheduled => "scheduled",
            ComplaintState::Closed => "closed",
            ComplaintState::Merged => "merged",
            ComplaintState::Withdrawn => "withdrawn",
            ComplaintState::Void => "void",
        }
    }

    pub fn from_name(name: &str) -> Option<ComplaintState> {
        ComplaintState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Somebody still has to do something.
    pub fn is_open(self) -> bool {
        match self {
            ComplaintState::Received
            | ComplaintState::Acknowledged
            | ComplaintState::Assessed
            | ComplaintState::Investigating
            | ComplaintState::WaitingCustomer
            | ComplaintState::Decided
            | ComplaintState::Remedy
            | ComplaintState::External
            | ComplaintState::Reviewed
            | ComplaintState::Scheduled => true,
            ComplaintState::Closed
            | ComplaintState::Merged
            | ComplaintState::Withdrawn
            | ComplaintState::Void => false,
        }
    }
}

/// Why a complaint ended. Silence is never called acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Closing {
    ResolvedAccepted,
    AssumedAccepted,
    RejectedFinal,
    NoReply,
    Withdrawn,
    External,
    Merged,
    Void,
    /// A question, request or call-back that was taken care of.
    Done,
    Adopted,
    Declined,
    Forwarded,
    Called,
    NoAnswer,
}

impl Closing {
    pub const ALL: [Closing; 14] = [
        Closing::ResolvedAccepted,
        Closing::AssumedAccepted,
        Closing::RejectedFinal,
        Closing::NoReply,
        Closing::Withdrawn,
        Closing::External,
        Closing::Merged,
        Closing::Void,
        Closing::Done,
        Closing::Adopted,
        Closing::Declined,
        Closing::Forwarded,
        Closing::Called,
        Closing::NoAnswer,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Closing::ResolvedAccepted => "resolved_accepted",
            Closing::AssumedAccepted => "assumed_accepted",
            Closing::RejectedFinal => "rejected_final",
            Closing::NoReply => "no_reply",
            Closing::Withdrawn => "withdrawn",
            Closing::External => "external",
            Closing::Merged => "merged",
            Closing::Void => "void",
            Closing::Done => "done",
            Closing::Adopted => "adopted",
            Closing::Declined => "declined",
            Closing::Forwarded => "forwarded",
            Closing::Called => "called",
            Closing::NoAnswer => "no_answer",
        }
    }

    pub fn from_name(name: &str) -> Option<Closing> {
        Closing::ALL.into_iter().find(|closing| closing.name() == name)
    }
}

//! What the state of a complaint has room for; the guards of each move come after.

use crate::domain::complaint::kind::ComplaintKind;
use crate::domain::complaint::moves::{Actor, Move, Policy, Why};
use crate::domain::complaint::process::Step;
use crate::domain::complaint::severity::Severity;
use crate::domain::complaint::state::Closing;
use crate::domain::complaint::{Complaint, ComplaintState, ComplaintState as State};

/// The moves of staff that the state allows, by the names of their commands.
pub fn possible(complaint: &Complaint, policy: &Policy) -> Vec<&'static str> {
    let step = Step { complaint, by: &Actor::Machine, now: complaint.updated_at, policy };
    let (state, kind) = (complaint.state, complaint.kind);
    let is_complaint = kind == ComplaintKind::Complaint;
    let open = state.is_open();
    let all = [
        ("assess", step.may_assess()),
        ("assign", open),
        ("reply", open),
        ("ask", is_working(state) || state == State::WaitingCustomer),
        ("schedule", kind == ComplaintKind::Callback && is_working(state)),
        ("called", kind == ComplaintKind::Callback && is_working(state)),
        ("decide", is_complaint && is_working(state)),
        ("remedy-done", matches!(state, State::Decided | State::Remedy)),
        ("root-cause", is_complaint && !matches!(state, State::Merged | State::Void)),
        ("severity", open),
        ("external", open),
        ("withdraw", open),
        ("merge", open),
        ("void", is_early(state) && complaint.severity() != Severity::One),
        ("close", if is_complaint { step.may_end().is_ok() } else { open }),
        ("reopen", may_reopen(complaint)),
    ];
    all.into_iter().filter(|(_, can)| *can).map(|(name, _)| name).collect()
}

pub(super) fn is_early(state: ComplaintState) -> bool {
    matches!(state, State::Received | State::Acknowledged)
}

/// Nobody but us has to do anything.
fn is_working(state: ComplaintState) -> bool {
    is_early(state)
        || matches!(state, State::Assessed | State::Investigating | State::Reviewed | State::Scheduled)
}

fn may_reopen(complaint: &Complaint) -> bool {
    matches!(complaint.state, State::Closed | State::Withdrawn)
        && complaint.record.closing != Some(Closing::External)
}

impl Step<'_> {
    /// Whether the state has room for the move; the guards come after.
    pub(super) fn allows(&self, made: &Move) -> bool {
        let (kind, state) = (self.complaint.kind, self.complaint.state);
        let is_complaint = kind == ComplaintKind::Complaint;
        match made {
            Move::Acknowledge | Move::AcknowledgementFailed => state == State::Received,
            Move::Assess(_) => self.may_assess(),
            Move::Start
            | Move::Assign { .. }
            | Move::Reply
            | Move::CustomerWrote { .. }
            | Move::OpenExternal { .. }
            | Move::Withdraw { .. }
            | Move::Merge(_)
            | Move::Absorb { .. }
            | Move::Close { .. }
            | Move::SetSeverity { .. }
            | Move::Inquire { .. }
            | Move::Delay { .. }
            | Move::Noticed(_) => state.is_open(),
            Move::Ask { .. } => is_working(state) || state == State::WaitingCustomer,
            Move::Remind | Move::HandBack => matches!(state, State::WaitingCustomer | State::Decided),
            Move::Silence => state == State::WaitingCustomer,
            Move::Decide(_) => is_complaint && is_working(state),
            Move::Accept { .. } | Move::Refuse { .. } | Move::NoContact | Move::NoAnswer => {
                state == State::Decided
            }
            Move::RemedyDone { .. } => matches!(state, State::Decided | State::Remedy),
            Move::RemedyOverdue => state == State::Remedy,
            Move::EndExternal { .. } => state == State::External,
            Move::Void { .. } => is_early(state),
            // Who has withdrawn may come back, as after any other end.
            Move::Reopen { .. } => matches!(state, State::Closed | State::Withdrawn),
            Move::SendSurvey | Move::Survey { .. } => state == State::Closed,
            Move::Schedule { .. } | Move::Called { .. } => {
                kind == ComplaintKind::Callback && is_working(state)
            }
            Move::AskOutside | Move::FindCause { .. } | Move::Correct { .. } | Move::Fill { .. } => {
                !matches!(state, State::Merged | State::Void)
            }
            Move::FollowUpDone => self.complaint.record.follow_up.is_some(),
        }
    }

    pub(super) fn not_now(&self, made: &Move) -> Why {
        let (kind, state) = (self.complaint.kind, self.complaint.state);
        let needs = match made {
            Move::Decide(_) | Move::Assess(_) => ComplaintKind::Complaint,
            Move::Schedule { .. } | Move::Called { .. } => ComplaintKind::Callback,
            _ => kind,
        };
        if needs != kind && state.is_open() {
            return Why::NotThisKind { kind, needs };
        }
        Why::State(kind, state)
    }

    fn may_assess(&self) -> bool {
        let (kind, state) = (self.complaint.kind, self.complaint.state);
        match kind {
            ComplaintKind::Complaint => is_working(state) || state == State::WaitingCustomer,
            ComplaintKind::Suggestion | ComplaintKind::Criticism => is_working(state),
            ComplaintKind::Question | ComplaintKind::Request | ComplaintKind::Callback => false,
        }
    }
}

//! The process of a complaint: one step, from what somebody does to what follows.
//!
//! Requirements §2.4 row by row, with the closing rules of §2.8. A complaint
//! and a move go in; effects, or a refusal with what is possible instead, come
//! out. Questions, requests, opinions and call-backs have short lives of their
//! own in the same function.
//!
//! Invariant: total over every state, kind and move; no way to `closed` but
//! through `Step::close`, which tells the customer.

mod allowed;
mod customer;
mod machine;
mod staff;

pub use allowed::possible;
pub use machine::{DECISION_REMINDERS, QUESTION_REMINDERS};

use jiff::Timestamp;

use crate::domain::clocks::ClockKind;
use crate::domain::complaint::authority::Authority;
use crate::domain::complaint::kind::ComplaintKind;
use crate::domain::complaint::moves::{Actor, Effect, Move, Notice, Policy, Refusal, Why};
use crate::domain::complaint::process::allowed::is_early;
use crate::domain::complaint::record::{Acceptance, Assessment, Fact, Field, Record};
use crate::domain::complaint::state::{Closing, ComplaintState};
use crate::domain::complaint::{Complaint, ComplaintState as State};

/// What the move comes to: pure, the time is given.
pub fn step(
    complaint: &Complaint,
    made: &Move,
    by: &Actor,
    now: Timestamp,
    policy: &Policy,
) -> Result<Vec<Effect>, Refusal> {
    let step = Step { complaint, by, now, policy };
    let found = if step.allows(made) { step.make(made) } else { Err(step.not_now(made)) };
    let found = found.and_then(|effects| step.not_idle(made, effects));
    found.map_err(|why| Refusal { code: complaint.code, why, possible: possible(complaint, policy) })
}

/// What begins with a complaint that is filed, received at this time.
pub fn filed(received_at: Timestamp) -> Vec<Effect> {
    [ClockKind::FirstResponse, ClockKind::Unassigned].map(|kind| Effect::Start(kind, received_at)).to_vec()
}

pub(super) struct Step<'a> {
    pub complaint: &'a Complaint,
    pub by: &'a Actor,
    pub now: Timestamp,
    pub policy: &'a Policy,
}

pub(super) type Steps = Result<Vec<Effect>, Why>;

impl Step<'_> {
    /// A move that changes nothing is none; words alone are written by whoever carries them.
    fn not_idle(&self, made: &Move, effects: Vec<Effect>) -> Steps {
        let changes = |effect: &Effect| match effect {
            Effect::Enter(state) => *state != self.complaint.state,
            Effect::Own(owner) => self.complaint.owner.as_ref() != Some(owner),
            Effect::Start(kind, _) => self.complaint.running(*kind).is_none(),
            Effect::Record(_)
            | Effect::Stop(_)
            | Effect::Agree(_)
            | Effect::OfferSurvey
            | Effect::Tell(_) => true,
        };
        if effects.iter().any(changes) || matches!(made, Move::Reply | Move::CustomerWrote { .. }) {
            Ok(effects)
        } else {
            Err(Why::Nothing)
        }
    }

    fn make(&self, made: &Move) -> Steps {
        match made {
            Move::Acknowledge => Ok(vec![Effect::Enter(State::Acknowledged)]),
            Move::AcknowledgementFailed => self.acknowledgement_failed(),
            Move::Assess(assessment) => self.assess(assessment),
            Move::Start => self.start(),
            Move::Assign { owner } => self.assign(owner),
            Move::Reply => self.reply(),
            Move::Ask { question, by } => self.ask(question, *by),
            Move::CustomerWrote { at } => Ok(self.customer_wrote(*at)),
            Move::Remind => self.remind(),
            Move::Silence => self.silence(),
            Move::HandBack => Ok(self.hand_back()),
            Move::Decide(decision) => self.decide(decision),
            Move::Accept { words } => self.accept(words),
            Move::Refuse { words } => self.refuse(words),
            Move::AskOutside => Ok(vec![Effect::Record(Fact::OutsideTold), Effect::Tell(Notice::Outside)]),
            Move::NoContact => self.no_contact(),
            Move::NoAnswer => self.no_answer(),
            Move::RemedyDone { proof } => self.remedy_done(proof),
            Move::RemedyOverdue => self.remedy_overdue(),
            Move::OpenExternal { body, reference } => self.open_external(body, reference),
            Move::EndExternal { end, result } => self.end_external(*end, result),
            Move::Withdraw { words } => self.withdraw(words),
            Move::Merge(target) => self.merge(target),
            Move::Absorb { code, severity, unread } => self.absorb(*code, *severity, *unread),
            Move::Void { reason } => self.void(*reason),
            Move::Reopen { evidence } => self.reopen(*evidence),
            Move::Close { outcome, tell } => self.end(*outcome, *tell),
            Move::Schedule { slot, at } => self.schedule(slot, *at),
            Move::Delay { until } => self.delay(*until),
            Move::Inquire { field } => Ok(vec![Effect::Record(Fact::Inquired { field: *field })]),
            Move::Called { reached } => self.called(*reached),
            Move::SetSeverity { severity, reason } => self.set_severity(*severity, reason),
            Move::Noticed(sign) => self.noticed(sign),
            Move::FindCause { cause, recurrence } => self.find_cause(cause, *recurrence),
            Move::Correct { action, owner, due } => self.correct(action, owner.as_deref(), *due),
            Move::Fill { field, text } => Ok(self.fill(*field, text)),
            Move::SendSurvey => self.send_survey(),
            Move::Survey { question, score } => self.survey(*question, *score),
            Move::FollowUpDone => Ok(vec![Effect::Record(Fact::FollowedUp)]),
        }
    }

    /// Whom it turns out to be about does not go on owning it.
    fn fill(&self, field: Field, text: &str) -> Vec<Effect> {
        let mut effects = vec![Effect::Record(Fact::Filled { field, text: text.trim().to_owned() })];
        let mut named = Record::default();
        named.fields.insert(field, text.to_owned());
        let concerned = self.complaint.owner.as_deref().is_some_and(|owner| named.concerns(owner));
        if concerned && self.complaint.is_open() {
            effects.push(Effect::Record(Fact::Released));
            effects.push(Effect::Start(ClockKind::Unassigned, self.now));
        }
        effects
    }

    /// The one way to the end: clocks stop, the reason is on record, the customer is told.
    fn close(&self, reason: Closing) -> Vec<Effect> {
        let mut effects = self.stop_all();
        effects.push(Effect::Record(Fact::Closed { reason }));
        effects.push(Effect::Enter(State::Closed));
        if self.complaint.kind == ComplaintKind::Complaint && reason != Closing::NoReply {
            effects.push(Effect::OfferSurvey);
        }
        effects.push(Effect::Tell(Notice::Closed));
        effects
    }

    fn stop_all(&self) -> Vec<Effect> {
        ClockKind::ALL
            .into_iter()
            .filter(|kind| self.complaint.running(*kind).is_some())
            .map(Effect::Stop)
            .collect()
    }

    fn stop(&self, kinds: &[ClockKind]) -> Vec<Effect> {
        kinds
            .iter()
            .copied()
            .filter(|kind| self.complaint.running(*kind).is_some())
            .map(Effect::Stop)
            .collect()
    }

    /// After the customer's word on the decision, or their silence: what is still to be done
    /// keeps it open (closing rules 2, 4 and 7).
    fn settle(&self, reason: Closing, remedy_done: bool, cause_known: bool) -> Vec<Effect> {
        let decision = self.complaint.record.decision();
        let owes = decision.is_some_and(|decision| decision.has_remedy()) && !remedy_done;
        if !owes && cause_known && !self.complaint.is_unread() {
            return self.close(reason);
        }
        let mut effects = Vec::new();
        if self.complaint.state != State::Remedy {
            effects.push(Effect::Enter(State::Remedy));
            effects.push(Effect::Tell(Notice::Accepted));
        }
        if owes {
            effects.push(Effect::Start(ClockKind::Remedy, self.now));
        }
        effects
    }

    fn is_remedy_done(&self) -> bool {
        self.complaint.record.remedy_done.is_some()
    }

    /// Closing rule 7: no upheld complaint of severity 1 or 2 ends without its root cause.
    fn is_cause_known(&self) -> bool {
        let record = &self.complaint.record;
        let upheld = record.decision().is_some_and(|decision| decision.finding.is_upheld());
        !upheld || !self.complaint.severity().is_grave() || record.root_cause.is_some()
    }

    /// What the customer's answer, or the outside body's, makes of the end.
    fn settled_as(&self) -> Closing {
        let record = &self.complaint.record;
        if record.external.as_ref().is_some_and(|external| external.end.is_some()) {
            return Closing::External;
        }
        match record.acceptance.as_ref().map(|said| &said.value) {
            Some(Acceptance::Accepted { .. }) => Closing::ResolvedAccepted,
            Some(Acceptance::Refused { .. }) => Closing::RejectedFinal,
            Some(Acceptance::Assumed) | None => Closing::AssumedAccepted,
        }
    }

    fn staff(&self) -> Result<&str, Why> {
        match self.by {
            Actor::Staff(name) => Ok(name),
            Actor::Customer | Actor::Machine => Err(Why::NotYours),
        }
    }

    /// A matter is nobody's own judge (requirements §2.2, objectivity).
    fn not_concerned(&self, person: &str) -> Result<(), Why> {
        if self.complaint.record.concerns(person) { Err(Why::Concerned(person.to_owned())) } else { Ok(()) }
    }

    fn may_review(&self, person: &str) -> Result<(), Why> {
        self.not_concerned(person)?;
        if self.policy.alone || self.complaint.record.may_review(person) {
            Ok(())
        } else {
            Err(Why::Barred(person.to_owned()))
        }
    }

    /// Whoever works on what nobody owns, owns it.
    fn take_over(&self, person: &str) -> Vec<Effect> {
        if self.complaint.owner.is_some() || self.may_review(person).is_err() {
            return Vec::new();
        }
        let mut effects = vec![Effect::Own(person.to_owned())];
        effects.extend(self.stop(&[ClockKind::Unassigned]));
        effects
    }

    /// A small complaint is assessed by being worked on; a severe one needs the form.
    fn assessed_by_working(&self) -> Vec<Effect> {
        let complaint = self.complaint;
        let is_due = complaint.kind == ComplaintKind::Complaint
            && complaint.record.assessment.is_none()
            && !complaint.severity().is_grave();
        if !is_due {
            return Vec::new();
        }
        let scores = complaint.record.noticed;
        vec![Effect::Record(Fact::Assessed(Assessment { scores, implicit: true, ..Assessment::default() }))]
    }

    /// Where work puts it; a severe complaint that no person has assessed waits for that.
    fn work_state(&self) -> ComplaintState {
        let complaint = self.complaint;
        let waits = complaint.kind == ComplaintKind::Complaint
            && complaint.severity().is_grave()
            && !complaint.record.is_assessed();
        match complaint.state {
            State::Scheduled | State::Decided | State::Remedy | State::External => complaint.state,
            state if waits && is_early(state) => state,
            _ if complaint.kind.is_opinion() => State::Reviewed,
            _ => State::Investigating,
        }
    }

    fn escalate(&self, to: Authority) -> Vec<Effect> {
        if to > self.complaint.record.authority {
            vec![Effect::Record(Fact::Escalated { to })]
        } else {
            Vec::new()
        }
    }

    fn responses(&self) -> Vec<Effect> {
        self.stop(&[ClockKind::FirstResponse, ClockKind::NextResponse])
    }
}

/// The text without blanks around, or the refusal that names what is empty.
fn text(text: &str, what: &'static str) -> Result<String, Why> {
    let text = text.trim();
    if text.is_empty() { Err(Why::NoText(what)) } else { Ok(text.to_owned()) }
}

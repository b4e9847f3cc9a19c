//! What staff do: assess, answer, ask, decide, and end what has an end.

use jiff::civil::Date;

use crate::domain::clocks::ClockKind;
use crate::domain::code::TrackingCode;
use crate::domain::complaint::authority::Authority;
use crate::domain::complaint::details::Slot;
use crate::domain::complaint::kind::ComplaintKind;
use crate::domain::complaint::lists::{ExternalEnd, Recurrence, Remedy, VoidReason};
use crate::domain::complaint::moves::{Effect, Notice, Target, Why};
use crate::domain::complaint::process::{Step, Steps, text};
use crate::domain::complaint::record::{Assessment, Decision, Fact, Field};
use crate::domain::complaint::severity::Severity;
use crate::domain::complaint::state::{Closing, ComplaintState as State};

/// A call that nobody answers is tried so often.
const CALLS: u8 = 3;

impl Step<'_> {
    pub(super) fn assess(&self, assessment: &Assessment) -> Steps {
        let by = self.staff()?;
        self.not_concerned(by)?;
        if self.complaint.kind.is_opinion() {
            let mut effects = self.take_over(by);
            effects.push(Effect::Enter(State::Reviewed));
            return Ok(effects);
        }
        let severity = assessment.scores.severity();
        let lowers = self.complaint.record.severity.is_some_and(|before| severity > before);
        let has_reason = assessment.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
        if lowers && !has_reason {
            return Err(Why::LowerNeedsReason);
        }
        let explicit = Assessment { implicit: false, ..assessment.clone() };
        let category = assessment.category.or(self.complaint.record.category);
        let mut effects = vec![Effect::Record(Fact::Assessed(explicit))];
        effects.extend(self.escalate(Authority::at_once(severity, category)));
        if matches!(self.complaint.state, State::Received | State::Acknowledged) {
            effects.push(Effect::Enter(State::Assessed));
        }
        Ok(effects)
    }

    /// The owner takes it.
    pub(super) fn start(&self) -> Steps {
        let by = self.staff()?;
        self.may_review(by)?;
        let mut effects = vec![Effect::Own(by.to_owned())];
        effects.extend(self.stop(&[ClockKind::Unassigned]));
        // Somebody is there: an assessed complaint is looked into; everything else waits for a word.
        if self.complaint.state == State::Assessed {
            effects.push(Effect::Enter(State::Investigating));
        }
        Ok(effects)
    }

    pub(super) fn assign(&self, owner: &str) -> Steps {
        self.staff()?;
        let owner = text(owner, "name")?;
        self.may_review(&owner)?;
        let mut effects = vec![Effect::Own(owner)];
        effects.extend(self.stop(&[ClockKind::Unassigned]));
        Ok(effects)
    }

    pub(super) fn reply(&self) -> Steps {
        let by = self.staff()?;
        let mut effects = self.responses();
        effects.extend(self.take_over(by));
        match self.complaint.state {
            // The customer has been answered: from now on we wait for their word again.
            State::Decided if self.complaint.record.is_final() => {
                effects.push(Effect::Start(ClockKind::Monitoring, self.now));
            }
            State::Decided => effects.push(Effect::Start(ClockKind::Acceptance, self.now)),
            _ => {
                effects.extend(self.assessed_by_working());
                effects.extend(self.stop(&[ClockKind::Waiting]));
                effects.push(Effect::Enter(self.work_state()));
            }
        }
        Ok(effects)
    }

    pub(super) fn ask(&self, question: &str, by: Date) -> Steps {
        let staff = self.staff()?;
        let question = text(question, "question")?;
        let mut effects = self.responses();
        effects.extend(self.take_over(staff));
        effects.extend(self.assessed_by_working());
        effects.push(Effect::Record(Fact::Asked { question, by }));
        effects.extend(self.stop(&[ClockKind::Waiting]));
        effects.push(Effect::Start(ClockKind::Waiting, self.now));
        effects.push(Effect::Enter(State::WaitingCustomer));
        effects.push(Effect::Tell(Notice::Question));
        Ok(effects)
    }

    pub(super) fn decide(&self, decision: &Decision) -> Steps {
        let by = self.staff()?;
        self.may_review(by)?;
        let severity = self.complaint.severity();
        if severity.is_grave() && !self.complaint.record.is_assessed() {
            return Err(Why::NotAssessed);
        }
        let decision = self.checked(decision, by, severity)?;
        let mut effects = self.take_over(by);
        effects.extend(self.assessed_by_working());
        effects.extend(self.responses());
        effects.extend(self.stop(&[ClockKind::Decision, ClockKind::Acceptance]));
        effects.push(Effect::Record(Fact::Decided(decision)));
        effects.push(Effect::Enter(State::Decided));
        effects.push(Effect::Start(ClockKind::Acceptance, self.now));
        effects.push(Effect::Tell(Notice::Decision));
        Ok(effects)
    }

    fn checked(&self, decision: &Decision, by: &str, severity: Severity) -> Result<Decision, Why> {
        let reasons = text(&decision.reasons, "reasons")?;
        if decision.finding.is_upheld() && !decision.remedies.iter().any(|one| *one != Remedy::None) {
            return Err(Why::NoRemedy);
        }
        let limit =
            self.policy.approval_above.filter(|limit| decision.value.is_some_and(|value| value > *limit));
        if let Some(limit) = limit {
            self.another(decision.approver.as_deref(), by, "approver", Why::NoApprover(limit))?;
        }
        if severity.is_grave() {
            self.another(decision.second_reader.as_deref(), by, "second reader", Why::NoSecondReader)?;
        }
        Ok(Decision { reasons, ..decision.clone() })
    }

    /// Two people see it, where there are two.
    fn another(&self, named: Option<&str>, by: &str, what: &'static str, missing: Why) -> Result<(), Why> {
        if self.policy.alone {
            return Ok(());
        }
        let named = named.map(str::trim).filter(|name| !name.is_empty()).ok_or(missing)?;
        if named == by {
            return Err(Why::SamePerson(what));
        }
        self.not_concerned(named)
    }

    pub(super) fn remedy_done(&self, proof: &str) -> Steps {
        self.staff()?;
        let proof = text(proof, "proof")?;
        let mut effects = vec![Effect::Record(Fact::RemedyDone { proof })];
        if self.complaint.state == State::Remedy {
            effects.extend(self.stop(&[ClockKind::Remedy]));
            effects.extend(self.settle(self.settled_as(), true, self.is_cause_known()));
        }
        Ok(effects)
    }

    pub(super) fn find_cause(&self, cause: &str, recurrence: Recurrence) -> Steps {
        self.staff()?;
        let cause = text(cause, "root cause")?;
        let mut effects = vec![Effect::Record(Fact::RootCause { cause, recurrence })];
        if self.complaint.state == State::Remedy {
            effects.extend(self.settle(self.settled_as(), self.is_remedy_done(), true));
        }
        Ok(effects)
    }

    pub(super) fn correct(&self, action: &str, owner: Option<&str>, due: Option<Date>) -> Steps {
        self.staff()?;
        let action = text(action, "action")?;
        Ok(vec![Effect::Record(Fact::CorrectiveAction { action, owner: owner.map(str::to_owned), due })])
    }

    pub(super) fn open_external(&self, body: &str, reference: &str) -> Steps {
        self.staff()?;
        let body = text(body, "outside body")?;
        let reference = reference.trim().to_owned();
        let mut effects = vec![Effect::Record(Fact::ExternalOpened { body, reference })];
        effects.extend(self.escalate(Authority::Owner));
        effects.extend(self.stop(&[ClockKind::Waiting, ClockKind::Acceptance, ClockKind::Monitoring]));
        effects.push(Effect::Enter(State::External));
        Ok(effects)
    }

    pub(super) fn end_external(&self, end: ExternalEnd, result: &str) -> Steps {
        self.staff()?;
        let result = text(result, "result")?;
        let mut effects = vec![Effect::Record(Fact::ExternalEnded { end, result })];
        let settled = self.settle(Closing::External, self.is_remedy_done(), self.is_cause_known());
        // What the customer hears of it comes from the body itself, until it is carried out.
        effects.extend(settled.into_iter().filter(|one| *one != Effect::Tell(Notice::Accepted)));
        Ok(effects)
    }

    pub(super) fn merge(&self, target: &Target) -> Steps {
        self.staff()?;
        if target.code == self.complaint.code {
            return Err(Why::Itself);
        }
        if !target.same_customer {
            return Err(Why::OtherCustomer);
        }
        if !target.is_open {
            return Err(Why::TargetClosed(target.code));
        }
        let mut effects = self.stop_all();
        effects.push(Effect::Record(Fact::MergedInto { code: target.code }));
        effects.push(Effect::Record(Fact::Closed { reason: Closing::Merged }));
        effects.push(Effect::Enter(State::Merged));
        effects.push(Effect::Tell(Notice::Merged));
        Ok(effects)
    }

    /// The other side: what was worse or unanswered there is so here.
    pub(super) fn absorb(&self, code: TrackingCode, severity: Option<Severity>, unread: bool) -> Steps {
        self.staff()?;
        let mut effects = vec![Effect::Record(Fact::Absorbed { code })];
        if let Some(severity) = severity.filter(|severity| *severity < self.complaint.severity()) {
            let reason = format!("merged with {code}");
            effects.push(Effect::Record(Fact::SeveritySet { severity, reason }));
            effects.extend(self.escalate(Authority::at_once(severity, self.complaint.record.category)));
        }
        if unread && !self.complaint.is_unread() {
            effects.push(Effect::Start(ClockKind::NextResponse, self.now));
        }
        Ok(effects)
    }

    pub(super) fn void(&self, reason: VoidReason) -> Steps {
        let by = self.staff()?;
        self.not_concerned(by)?;
        if self.complaint.severity() == Severity::One {
            return Err(Why::Grave);
        }
        let mut effects = self.stop_all();
        effects.push(Effect::Record(Fact::Voided { reason }));
        effects.push(Effect::Record(Fact::Closed { reason: Closing::Void }));
        effects.push(Effect::Enter(State::Void));
        Ok(effects)
    }

    /// `close`, as a person says it.
    pub(super) fn end(&self, outcome: Option<Closing>, tell: bool) -> Steps {
        self.staff()?;
        if self.complaint.kind == ComplaintKind::Complaint {
            if let Some(outcome) = outcome {
                return Err(Why::WrongOutcome(outcome));
            }
            let reason = self.may_end()?;
            return if tell { Ok(self.close(reason)) } else { Err(Why::NeedsNotice) };
        }
        let reason = self.short_end(outcome)?;
        let is_told = self.complaint.answered_at.is_some() && !self.complaint.is_unread();
        if !tell && !is_told {
            return Err(Why::NothingSaid);
        }
        let mut effects = self.close(reason);
        effects.retain(|effect| tell || !matches!(effect, Effect::Tell(_)));
        Ok(effects)
    }

    /// How a complaint would end if a person closed it now. A small one that a person has answered
    /// needs no form: it ends as `assumed_accepted`, which never counts as accepted.
    pub(super) fn may_end(&self) -> Result<Closing, Why> {
        let complaint = self.complaint;
        match complaint.state {
            State::Decided => Err(Why::WaitsForCustomer),
            State::WaitingCustomer => Err(Why::NotReminded),
            State::External => Err(Why::State(complaint.kind, complaint.state)),
            State::Remedy => {
                let owes = complaint.record.decision().is_some_and(|decision| decision.has_remedy());
                if owes && !self.is_remedy_done() {
                    Err(Why::NoText("proof of the remedy"))
                } else if !self.is_cause_known() {
                    Err(Why::NoRootCause)
                } else {
                    Ok(self.settled_as())
                }
            }
            _ if !complaint.state.is_open() => Err(Why::State(complaint.kind, complaint.state)),
            _ if complaint.severity().is_grave() => Err(Why::NeedsDecision),
            _ if complaint.record.refusals > 0 => Err(Why::NeedsDecision),
            _ if complaint.answered_at.is_none() => Err(Why::NeedsDecision),
            _ if complaint.is_unread() => Err(Why::Unread),
            _ => Ok(Closing::AssumedAccepted),
        }
    }

    fn short_end(&self, outcome: Option<Closing>) -> Result<Closing, Why> {
        match (self.complaint.kind, outcome) {
            (ComplaintKind::Suggestion | ComplaintKind::Criticism, None) => {
                Err(Why::NoOutcome("adopted, declined or forwarded"))
            }
            (
                ComplaintKind::Suggestion | ComplaintKind::Criticism,
                Some(reason @ (Closing::Adopted | Closing::Declined | Closing::Forwarded)),
            )
            | (ComplaintKind::Callback, Some(reason @ Closing::Called)) => Ok(reason),
            (ComplaintKind::Callback, Some(reason @ Closing::NoAnswer)) => {
                if self.complaint.record.calls_missed < CALLS { Err(Why::NotReminded) } else { Ok(reason) }
            }
            (_, None | Some(Closing::Done)) => Ok(Closing::Done),
            (_, Some(reason)) => Err(Why::WrongOutcome(reason)),
        }
    }

    /// The customer waits for the call now, and for no other answer.
    pub(super) fn schedule(&self, slot: &str, at: Option<Slot>) -> Steps {
        let by = self.staff().map(str::to_owned);
        let text = text(slot, "time of the call")?;
        if at.is_some_and(|slot| slot.until <= self.now) {
            return Err(Why::Past);
        }
        let mut effects = by.map(|by| self.take_over(&by)).unwrap_or_default();
        effects.push(Effect::Record(Fact::Filled { field: Field::Slot, text }));
        effects.push(Effect::Enter(State::Scheduled));
        effects.extend(self.stop(&[ClockKind::Callback]));
        if let Some(slot) = at {
            effects.extend(self.responses());
            effects.push(Effect::Agree(slot));
        }
        Ok(effects)
    }

    pub(super) fn called(&self, reached: bool) -> Steps {
        let by = self.staff()?;
        let mut effects = self.take_over(by);
        effects.push(Effect::Record(Fact::Called { reached }));
        effects.extend(self.stop(&[ClockKind::Callback]));
        if reached {
            effects.extend(self.close(Closing::Called));
        } else if self.complaint.record.calls_missed + 1 >= CALLS {
            effects.extend(self.close(Closing::NoAnswer));
        } else {
            // Until another time is agreed, the customer waits for the next word.
            if !self.complaint.is_unread() {
                effects.push(Effect::Start(ClockKind::NextResponse, self.now));
            }
            effects.push(Effect::Tell(Notice::CallMissed));
        }
        Ok(effects)
    }

    pub(super) fn set_severity(&self, severity: Severity, reason: &str) -> Steps {
        self.staff()?;
        let reason = text(reason, "reason")?;
        if self.complaint.record.severity == Some(severity) {
            return Err(Why::Nothing);
        }
        let mut effects = vec![Effect::Record(Fact::SeveritySet { severity, reason })];
        effects.extend(self.escalate(Authority::at_once(severity, self.complaint.record.category)));
        Ok(effects)
    }
}

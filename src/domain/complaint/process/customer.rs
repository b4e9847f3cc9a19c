//! What customers do: write, accept, refuse, withdraw, reopen, say how it was.

use jiff::Timestamp;

use crate::domain::clocks::ClockKind;
use crate::domain::complaint::authority::Authority;
use crate::domain::complaint::kind::ComplaintKind;
use crate::domain::complaint::moves::{Actor, Effect, Notice, Why};
use crate::domain::complaint::process::{Step, Steps, text};
use crate::domain::complaint::record::{Acceptance, Fact, SurveyQuestion};
use crate::domain::complaint::state::{Closing, ComplaintState as State};

/// Scores from here down are a customer to look after.
const LOW_SCORE: u8 = 2;

impl Step<'_> {
    pub(super) fn customer_wrote(&self, at: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match self.complaint.state {
            State::WaitingCustomer => {
                effects.extend(self.stop(&[ClockKind::Waiting]));
                effects.push(Effect::Enter(self.resumed()));
            }
            // Nothing ends by itself while a message is unread (closing rule 4).
            State::Decided => {
                effects.extend(self.stop(&[ClockKind::Acceptance, ClockKind::Monitoring]));
            }
            _ => {}
        }
        if !self.complaint.is_unread() {
            effects.push(Effect::Start(ClockKind::NextResponse, at));
        }
        effects
    }

    fn resumed(&self) -> State {
        if self.complaint.kind.is_opinion() { State::Reviewed } else { State::Investigating }
    }

    /// Only the customer accepts; staff may write down the words in which they did.
    fn own_words(&self, words: &str) -> Result<String, Why> {
        match self.by {
            Actor::Customer | Actor::Staff(_) => text(words, "customer's own words"),
            Actor::Machine => Err(Why::NotYours),
        }
    }

    pub(super) fn accept(&self, words: &str) -> Steps {
        let words = self.own_words(words)?;
        let mut effects = self.stop(&[ClockKind::Acceptance, ClockKind::Monitoring]);
        effects.push(Effect::Record(Fact::Answered(Acceptance::Accepted { words })));
        let reason = Closing::ResolvedAccepted;
        effects.extend(self.settle(reason, self.is_remedy_done(), self.is_cause_known()));
        Ok(effects)
    }

    /// The first refusal is reviewed by another person, one level up; the second is final here.
    pub(super) fn refuse(&self, words: &str) -> Steps {
        let words = self.own_words(words)?;
        let mut effects = self.stop(&[ClockKind::Acceptance]);
        if self.complaint.record.is_final() {
            effects.push(Effect::Record(Fact::OutsideTold));
            effects.push(Effect::Tell(Notice::Outside));
            return Ok(effects);
        }
        effects.push(Effect::Record(Fact::Answered(Acceptance::Refused { words })));
        if self.complaint.record.refusals >= 1 {
            effects.push(Effect::Record(Fact::OutsideTold));
            effects.push(Effect::Start(ClockKind::Monitoring, self.now));
            effects.push(Effect::Tell(Notice::Outside));
            return Ok(effects);
        }
        let to = self.complaint.record.authority.above().max(Authority::Manager);
        effects.extend(self.escalate(to));
        effects.extend(self.released());
        effects.push(Effect::Enter(State::Investigating));
        if !self.complaint.is_unread() {
            effects.push(Effect::Start(ClockKind::NextResponse, self.now));
        }
        effects.push(Effect::Start(ClockKind::Decision, self.now));
        effects.push(Effect::Tell(Notice::Review));
        Ok(effects)
    }

    /// Somebody else takes it, where there is somebody else.
    fn released(&self) -> Vec<Effect> {
        let unassigned = Effect::Start(ClockKind::Unassigned, self.now);
        match (&self.complaint.owner, self.policy.alone) {
            (None, _) => vec![unassigned],
            (Some(_), true) => Vec::new(),
            (Some(_), false) => vec![Effect::Record(Fact::Released), unassigned],
        }
    }

    pub(super) fn withdraw(&self, words: &str) -> Steps {
        let words = self.own_words(words)?;
        let mut effects = self.stop_all();
        effects.push(Effect::Record(Fact::Withdrawn { words }));
        effects.push(Effect::Record(Fact::Closed { reason: Closing::Withdrawn }));
        effects.push(Effect::Enter(State::Withdrawn));
        effects.push(Effect::Tell(Notice::Withdrawn));
        Ok(effects)
    }

    pub(super) fn reopen(&self, evidence: bool) -> Steps {
        if self.complaint.record.closing == Some(Closing::External) {
            return Err(Why::EndedOutside);
        }
        match self.by {
            Actor::Staff(_) => {}
            Actor::Customer if evidence || self.complaint.may_reopen(self.now, self.policy) => {}
            Actor::Customer => return Err(Why::TooLate(self.policy.reopen_days)),
            Actor::Machine => return Err(Why::NotYours),
        }
        let state = match self.complaint.kind {
            ComplaintKind::Complaint => State::Assessed,
            ComplaintKind::Suggestion | ComplaintKind::Criticism => State::Reviewed,
            ComplaintKind::Question | ComplaintKind::Request | ComplaintKind::Callback => {
                State::Investigating
            }
        };
        let mut effects = self.stop_all();
        effects.push(Effect::Record(Fact::Reopened));
        effects.extend(self.released());
        effects.push(Effect::Enter(state));
        effects.push(Effect::Start(ClockKind::NextResponse, self.now));
        effects.push(Effect::Tell(Notice::Reopened));
        Ok(effects)
    }

    pub(super) fn survey(&self, question: SurveyQuestion, score: u8) -> Steps {
        if !matches!(self.by, Actor::Customer) {
            return Err(Why::NotYours);
        }
        if !(1..=5).contains(&score) {
            return Err(Why::NoScore(score));
        }
        let mut effects = vec![Effect::Record(Fact::Survey { question, score })];
        if score <= LOW_SCORE && self.complaint.record.follow_up.is_none() {
            let why = format!("{} scored {score} of 5", question.name());
            effects.push(Effect::Record(Fact::FollowUp { why }));
        }
        let more = question == SurveyQuestion::Handling
            && !self.complaint.record.survey.contains_key(&SurveyQuestion::Outcome);
        effects.push(Effect::Tell(if more { Notice::SurveyMore } else { Notice::SurveyThanks }));
        Ok(effects)
    }
}

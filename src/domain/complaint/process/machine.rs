//! What happens by itself: reminders, silence, and what the machine notices.
//!
//! Invariant: nothing of severity 1 ends here, and nothing while a message of
//! the customer is unread.

use jiff::Timestamp;

use crate::domain::clocks::ClockKind;
use crate::domain::complaint::authority::Authority;
use crate::domain::complaint::moves::{Effect, Notice, Why};
use crate::domain::complaint::process::{Step, Steps};
use crate::domain::complaint::record::{Acceptance, Fact};
use crate::domain::complaint::severity::{Factor, Scores, Severity};
use crate::domain::complaint::signs::Sign;
use crate::domain::complaint::state::{Closing, ComplaintState as State};

/// Reminders of a question before silence ends the matter.
pub const QUESTION_REMINDERS: u8 = 2;
/// Reminders of a decision before silence is taken for assent.
pub const DECISION_REMINDERS: u8 = 1;

impl Step<'_> {
    pub(super) fn acknowledgement_failed(&self) -> Steps {
        if self.complaint.record.follow_up.is_some() {
            return Err(Why::Nothing);
        }
        let why = "the acknowledgement could not be delivered".to_owned();
        Ok(vec![Effect::Record(Fact::FollowUp { why })])
    }

    /// Never an earlier time than now, and nothing to whoever is waited for.
    pub(super) fn delay(&self, until: Timestamp) -> Steps {
        if until <= self.now {
            return Err(Why::Past);
        }
        if self.complaint.state == State::WaitingCustomer {
            return Err(Why::Nothing);
        }
        Ok(vec![Effect::Record(Fact::DelayTold { until }), Effect::Tell(Notice::Delay)])
    }

    pub(super) fn remind(&self) -> Steps {
        self.read_all()?;
        let record = &self.complaint.record;
        let (most, clock, notice) = if self.complaint.state == State::Decided {
            (DECISION_REMINDERS, ClockKind::Acceptance, Notice::DecisionAgain)
        } else {
            (QUESTION_REMINDERS, ClockKind::Waiting, Notice::QuestionAgain)
        };
        let waits = self.complaint.state != State::Decided || !record.is_final();
        if record.reminders >= most || !waits {
            return Err(Why::Nothing);
        }
        let mut effects = self.stop(&[clock]);
        effects.push(Effect::Record(Fact::Reminded));
        effects.push(Effect::Start(clock, self.now));
        effects.push(Effect::Tell(notice));
        Ok(effects)
    }

    pub(super) fn silence(&self) -> Steps {
        self.may_end_by_itself()?;
        if self.complaint.record.reminders < QUESTION_REMINDERS {
            return Err(Why::NotReminded);
        }
        Ok(self.close(Closing::NoReply))
    }

    pub(super) fn no_answer(&self) -> Steps {
        self.may_end_by_itself()?;
        if self.complaint.record.is_final() {
            return Err(Why::State(self.complaint.kind, self.complaint.state));
        }
        if self.complaint.record.reminders < DECISION_REMINDERS {
            return Err(Why::NotReminded);
        }
        let mut effects = self.stop(&[ClockKind::Acceptance]);
        effects.push(Effect::Record(Fact::Answered(Acceptance::Assumed)));
        let reason = Closing::AssumedAccepted;
        effects.extend(self.settle(reason, self.is_remedy_done(), self.is_cause_known()));
        Ok(effects)
    }

    pub(super) fn no_contact(&self) -> Steps {
        self.may_end_by_itself()?;
        if !self.complaint.record.is_final() {
            return Err(Why::NotFinal);
        }
        if !self.is_cause_known() {
            return Err(Why::NoRootCause);
        }
        Ok(self.close(Closing::RejectedFinal))
    }

    fn read_all(&self) -> Result<(), Why> {
        if self.complaint.is_unread() { Err(Why::Unread) } else { Ok(()) }
    }

    fn may_end_by_itself(&self) -> Result<(), Why> {
        self.read_all()?;
        if self.complaint.severity() == Severity::One { Err(Why::Grave) } else { Ok(()) }
    }

    /// What may not end by itself is a person's again.
    pub(super) fn hand_back(&self) -> Vec<Effect> {
        let mut effects = self.stop(&[ClockKind::Waiting, ClockKind::Acceptance, ClockKind::Monitoring]);
        if self.complaint.state == State::WaitingCustomer {
            effects.push(Effect::Enter(State::Investigating));
        }
        if !self.complaint.is_unread() {
            effects.push(Effect::Start(ClockKind::NextResponse, self.now));
        }
        effects
    }

    pub(super) fn remedy_overdue(&self) -> Steps {
        let to = self.complaint.record.authority.above();
        if to == self.complaint.record.authority {
            return Err(Why::Nothing);
        }
        Ok(self.escalate(to))
    }

    /// Words raise the severity and never lower it; the same sign counts once.
    pub(super) fn noticed(&self, sign: &Sign) -> Steps {
        let record = &self.complaint.record;
        let Sign { factor, score, word } = sign.clone();
        if record.noticed.of(factor) >= score {
            return Err(Why::Nothing);
        }
        let noticed = Scores::default().with(factor, score).severity();
        let mut effects = vec![Effect::Record(Fact::Noticed { factor, score, word })];
        // A threat to go outside is for the owner of the business (requirements §2.7).
        let by_factor = if factor == Factor::Legal { Authority::Owner } else { Authority::Agent };
        effects.extend(self.escalate(Authority::at_once(noticed, record.category).max(by_factor)));
        Ok(effects)
    }

    pub(super) fn send_survey(&self) -> Steps {
        if self.complaint.record.survey_sent.is_some() {
            return Err(Why::Nothing);
        }
        let mut effects = self.stop(&[ClockKind::Survey]);
        effects.push(Effect::Record(Fact::SurveySent));
        effects.push(Effect::Tell(Notice::Survey));
        Ok(effects)
    }
}

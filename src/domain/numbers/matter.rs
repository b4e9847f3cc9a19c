//! One conversation as the numbers see it: times and labels, no words.
//!
//! Invariant: times ascend within each list; after [`Matter::as_of`] none of
//! them lies at or after that instant.

use jiff::{SignedDuration, Timestamp};

use crate::domain::complaint::ComplaintKind;
use crate::domain::complaint::lists::Category;
use crate::domain::decide::Disposition;
use crate::domain::message::Channel;
use crate::domain::understanding::IntentName;

/// One inbound message, for the volumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Volume {
    pub channel: Channel,
    pub at: Timestamp,
    /// None while it waits to be decided.
    pub disposition: Option<Disposition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    pub channel: Channel,
    /// Who it is with, to find others of the same customer.
    pub customer: String,
    pub intent: Option<IntentName>,
    /// The first inbound message.
    pub began_at: Timestamp,
    /// Messages of the customer that want something: no thanks, no button, no answer to a question of ours.
    pub contacts: Vec<Timestamp>,
    /// Of these, those that the machine could not settle by saying where the matter stands.
    pub waiting: Vec<Timestamp>,
    /// Messages of people.
    pub human: Vec<Timestamp>,
    pub answers: Vec<Answer>,
    pub case: Option<Case>,
}

/// A question that was answered automatically, and what people said about the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub at: Timestamp,
    pub topics: Vec<IntentName>,
    /// The customer pressed "yes".
    pub confirmed: Option<Timestamp>,
    /// … or said thanks.
    pub thanked: Option<Timestamp>,
    /// "No", or the matter had to be filed after all.
    pub not_helped: Option<Timestamp>,
    /// Staff said that it is something else.
    pub marked_wrong: Option<Timestamp>,
}

impl Answer {
    pub fn was_wrong(&self) -> bool {
        self.not_helped.is_some() || self.marked_wrong.is_some()
    }

    pub fn helped(&self) -> bool {
        !self.was_wrong() && (self.confirmed.is_some() || self.thanked.is_some())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub kind: ComplaintKind,
    /// What the machine filed it as; none where that is not known any more.
    pub filed_as: Option<ComplaintKind>,
    pub filed_at: Timestamp,
    /// When the message that filed it came, and when a channel accepted the acknowledgement.
    pub received_at: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
    pub assigned_at: Option<Timestamp>,
    /// Every change of the state, oldest first.
    pub steps: Vec<Step>,
    pub promises: Vec<Promise>,
    /// Staff said that it is a complaint, and when first.
    pub called_complaint_at: Option<Timestamp>,
    /// 1 is the worst; none: not assessed.
    pub severity: Option<u8>,
    pub department: Option<String>,
    /// What it is about, by the list of categories.
    pub category: Option<Category>,
    pub root_cause: Option<String>,
    /// Somebody corrected the severity.
    pub reprioritised_at: Option<Timestamp>,
    pub referred_outside_at: Option<Timestamp>,
    /// A corrective action was put on the record.
    pub improved_at: Option<Timestamp>,
    pub surveys: Vec<Survey>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub at: Timestamp,
    pub stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Open,
    /// We wait for the customer.
    Waiting,
    Ended(Ending),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Closed,
    Withdrawn,
    /// It goes on in another case, and is counted there.
    Merged,
    /// It was none: spam, a test, the wrong address.
    Void,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Name of its clock.
    pub name: String,
    pub due: Timestamp,
    pub met_at: Option<Timestamp>,
}

/// What the customer was asked after closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    pub sent_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    /// 1 to 5.
    pub handling: Option<u8>,
    pub outcome: Option<u8>,
    /// 1 to 7: "it was easy to get my problem solved".
    pub effort: Option<u8>,
}

impl Matter {
    /// The matter as it stood then; none when it had not begun.
    pub fn as_of(&self, until: Timestamp) -> Option<Matter> {
        let earlier = |times: &[Timestamp]| times.iter().copied().filter(|at| *at < until).collect();
        (self.began_at < until).then(|| Matter {
            contacts: earlier(&self.contacts),
            waiting: earlier(&self.waiting),
            human: earlier(&self.human),
            answers: self.answers.iter().filter(|one| one.at < until).map(|one| one.as_of(until)).collect(),
            case: self.case.as_ref().filter(|case| case.filed_at < until).map(|case| case.as_of(until)),
            ..self.clone()
        })
    }

    /// Gaps from the oldest message that waited to the next one of a person; the first one first.
    pub fn gaps(&self) -> Vec<(Timestamp, Timestamp)> {
        let mut gaps: Vec<(Timestamp, Timestamp)> = Vec::new();
        for human in &self.human {
            let last = gaps.last().map(|(_, end)| *end);
            let since = |at: &&Timestamp| *at <= human && last.is_none_or(|last| **at > last);
            if let Some(waiting) = self.waiting.iter().find(since) {
                gaps.push((*waiting, *human));
            }
        }
        gaps
    }

    /// When it was first dealt with: closed, or answered so that it helped.
    pub fn resolved_at(&self) -> Option<Timestamp> {
        if let Some(case) = &self.case {
            return case.closings().next();
        }
        let helped = self.answers.iter().find(|answer| answer.helped());
        helped.and_then(|answer| answer.confirmed.or(answer.thanked))
    }
}

impl Answer {
    fn as_of(&self, until: Timestamp) -> Answer {
        let earlier = |at: Option<Timestamp>| at.filter(|at| *at < until);
        Answer {
            at: self.at,
            topics: self.topics.clone(),
            confirmed: earlier(self.confirmed),
            thanked: earlier(self.thanked),
            not_helped: earlier(self.not_helped),
            marked_wrong: earlier(self.marked_wrong),
        }
    }
}

impl Case {
    fn as_of(&self, until: Timestamp) -> Case {
        let earlier = |at: Option<Timestamp>| at.filter(|at| *at < until);
        let met = |promise: &Promise| Promise { met_at: earlier(promise.met_at), ..promise.clone() };
        let survey = |survey: &Survey| match earlier(survey.answered_at) {
            Some(_) => survey.clone(),
            None => {
                Survey { answered_at: None, handling: None, outcome: None, effort: None, ..survey.clone() }
            }
        };
        Case {
            acknowledged_at: earlier(self.acknowledged_at),
            assigned_at: earlier(self.assigned_at),
            steps: self.steps.iter().copied().filter(|step| step.at < until).collect(),
            promises: self.promises.iter().map(met).collect(),
            called_complaint_at: earlier(self.called_complaint_at),
            reprioritised_at: earlier(self.reprioritised_at),
            referred_outside_at: earlier(self.referred_outside_at),
            improved_at: earlier(self.improved_at),
            surveys: self.surveys.iter().filter(|survey| survey.sent_at < until).map(survey).collect(),
            ..self.clone()
        }
    }

    /// Staff relabelled what the machine had taken for something else.
    pub fn was_mislabelled(&self) -> bool {
        self.called_complaint_at.is_some()
            && self.filed_as.is_some_and(|kind| kind != ComplaintKind::Complaint)
    }

    /// It is no case of its own: merged into another, or none at all.
    pub fn is_void(&self) -> bool {
        matches!(self.ending(), Some((_, Ending::Merged | Ending::Void)))
    }

    /// How and when it ended, unless it is open.
    pub fn ending(&self) -> Option<(Timestamp, Ending)> {
        match self.steps.last()?.stage {
            Stage::Ended(ending) => self.steps.last().map(|step| (step.at, ending)),
            Stage::Open | Stage::Waiting => None,
        }
    }

    pub fn is_open(&self) -> bool {
        self.ending().is_none()
    }

    /// When it was closed, if it still is.
    pub fn closed_at(&self) -> Option<Timestamp> {
        self.ending().filter(|(_, ending)| *ending == Ending::Closed).map(|(at, _)| at)
    }

    /// Every closing, the first one first.
    pub fn closings(&self) -> impl Iterator<Item = Timestamp> {
        self.steps.iter().filter(|step| step.stage == Stage::Ended(Ending::Closed)).map(|step| step.at)
    }

    /// It was opened again after it had ended.
    pub fn was_reopened(&self) -> bool {
        self.steps
            .windows(2)
            .any(|pair| matches!(pair, [before, after] if is_end(before.stage) && !is_end(after.stage)))
    }

    /// Stretches in which we waited for the customer, up to `end`.
    pub fn pauses(&self, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let ends = self.steps.iter().skip(1).map(|step| step.at).chain(std::iter::once(end));
        let stretches = self.steps.iter().zip(ends);
        stretches.filter(|(step, _)| step.stage == Stage::Waiting).map(|(step, end)| (step.at, end)).collect()
    }
}

fn is_end(stage: Stage) -> bool {
    matches!(stage, Stage::Ended(_))
}

/// So long afterwards, or the end of time.
pub fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

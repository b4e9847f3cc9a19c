//! The record of a complaint: what is known, decided and done, as plain values.
//!
//! Requirements §2.5. Every value comes in as a [`Fact`], said by somebody at
//! some time; the record is the fold of the facts, the last one of a kind counts.
//!
//! Invariant: nothing is taken away from what was said; the history has it all.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::code::TrackingCode;
use crate::domain::complaint::authority::Authority;
pub use crate::domain::complaint::fact::{Acceptance, Assessment, Decision, Fact, Field, SurveyQuestion};
use crate::domain::complaint::lists::{Category, ExternalEnd, Recurrence, VoidReason};
use crate::domain::complaint::severity::{Scores, Severity};
use crate::domain::complaint::state::Closing;

/// A value, who said it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    pub value: T,
    pub by: String,
    pub at: Timestamp,
}

/// What is done so that it does not happen again, by whom and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub action: String,
    pub owner: Option<String>,
    pub due: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    pub body: String,
    pub reference: String,
    pub opened_at: Timestamp,
    pub end: Option<Said<(ExternalEnd, String)>>,
}

/// One survey and its answers; a score that was corrected is the last one given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surveyed {
    pub sent_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    pub scores: BTreeMap<SurveyQuestion, u8>,
}

/// Everything that was put on the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    pub fields: BTreeMap<Field, String>,
    pub category: Option<Category>,
    pub assessment: Option<Said<Assessment>>,
    /// What the machine noticed.
    pub noticed: Scores,
    /// None: nobody and nothing has said anything about it.
    pub severity: Option<Severity>,
    pub authority: Authority,
    /// Our question to the customer, and until when we wait.
    pub asked: Option<Said<(String, Date)>>,
    /// Reminders since what we wait for now began.
    pub reminders: u8,
    /// Every decision, the one in force last.
    pub decisions: Vec<Said<Decision>>,
    /// Of the decision in force.
    pub acceptance: Option<Said<Acceptance>>,
    /// Decisions that the customer refused since it was last opened.
    pub refusals: u8,
    pub outside_told: Option<Timestamp>,
    pub remedy_done: Option<Said<String>>,
    pub root_cause: Option<Said<(String, Recurrence)>>,
    pub correction: Option<Said<Correction>>,
    pub external: Option<External>,
    /// People who have decided it and are not to review their own decision.
    pub barred: BTreeSet<String>,
    pub reopened: u8,
    pub merged_into: Option<TrackingCode>,
    pub absorbed: Vec<TrackingCode>,
    /// Cases that sound alike, and are another matter.
    pub told_apart: BTreeSet<TrackingCode>,
    pub voided: Option<VoidReason>,
    pub withdrawn: Option<String>,
    /// The time that the customer was told last, when it took longer than promised.
    pub delayed_until: Option<Timestamp>,
    /// Details that the customer was asked for, and how often.
    pub inquired: BTreeMap<Field, u8>,
    /// Calls that nobody answered.
    pub calls_missed: u8,
    pub survey_sent: Option<Timestamp>,
    pub survey: BTreeMap<SurveyQuestion, u8>,
    /// Every survey that was ever sent, with what came of it; also those of before it was opened again.
    pub surveys: Vec<Surveyed>,
    /// Why somebody is to look after the customer; none when nobody has to.
    pub follow_up: Option<String>,
    pub closing: Option<Closing>,
}

impl Record {
    pub fn decision(&self) -> Option<&Decision> {
        self.decisions.last().map(|said| &said.value)
    }

    pub fn field(&self, field: Field) -> Option<&str> {
        self.fields.get(&field).map(String::as_str)
    }

    /// A person has filled in the assessment.
    pub fn is_assessed(&self) -> bool {
        self.assessment.as_ref().is_some_and(|said| !said.value.implicit)
    }

    /// The refused decision was reviewed, and the review was refused too.
    pub fn is_final(&self) -> bool {
        self.refusals >= 2
    }

    /// The complaint is about this person.
    pub fn concerns(&self, person: &str) -> bool {
        self.concerned().any(|name| name == person)
    }

    /// Names of the staff whom the complaint is about.
    pub fn concerned(&self) -> impl Iterator<Item = &str> {
        let named = self.field(Field::StaffConcerned).unwrap_or_default();
        named.split([',', '،']).map(str::trim).filter(|name| !name.is_empty())
    }

    /// Whoever has wronged nobody here, and has not decided it before.
    pub fn may_review(&self, person: &str) -> bool {
        !self.barred.contains(person) && !self.concerns(person)
    }

    pub(super) fn take(&mut self, fact: &Fact, by: &str, at: Timestamp) {
        match fact {
            Fact::Filled { field, text } if text.is_empty() => {
                self.fields.remove(field);
            }
            Fact::Filled { field, text } => {
                self.fields.insert(*field, text.clone());
            }
            Fact::Assessed(assessment) => self.assessed(assessment, by, at),
            Fact::Noticed { factor, score, .. } => {
                // By this sign alone: what a person has lowered since is not raised again by an old one.
                let sign = Scores::default().with(*factor, *score);
                self.noticed = self.noticed.or_higher(sign);
                self.raise(sign.severity());
            }
            Fact::SeveritySet { severity, .. } => self.severity = Some(*severity),
            Fact::Escalated { to } => self.authority = *to,
            Fact::Asked { question, by: until } => {
                self.asked = Some(said((question.clone(), *until), by, at));
                self.reminders = 0;
            }
            Fact::Reminded => self.reminders = self.reminders.saturating_add(1),
            Fact::Decided(decision) => {
                self.decisions.push(said(decision.clone(), by, at));
                (self.acceptance, self.remedy_done, self.reminders) = (None, None, 0);
            }
            Fact::Answered(acceptance) => self.answered(acceptance, by, at),
            Fact::OutsideTold => self.outside_told = Some(at),
            Fact::RemedyDone { proof } => self.remedy_done = Some(said(proof.clone(), by, at)),
            Fact::RootCause { cause, recurrence } => {
                self.root_cause = Some(said((cause.clone(), *recurrence), by, at));
            }
            Fact::CorrectiveAction { action, owner, due } => {
                let correction = Correction { action: action.clone(), owner: owner.clone(), due: *due };
                self.correction = Some(said(correction, by, at));
            }
            Fact::ExternalOpened { body, reference } => {
                let (body, reference) = (body.clone(), reference.clone());
                self.external = Some(External { body, reference, opened_at: at, end: None });
                self.raise(Severity::One);
            }
            Fact::ExternalEnded { end, result } => {
                if let Some(external) = &mut self.external {
                    external.end = Some(said((*end, result.clone()), by, at));
                }
            }
            Fact::Released => {}
            Fact::Reopened => self.reopened_now(),
            Fact::MergedInto { code } => self.merged_into = Some(*code),
            Fact::Absorbed { code } => self.absorbed.push(*code),
            Fact::ToldApart { code } => {
                self.told_apart.insert(*code);
            }
            Fact::Voided { reason } => self.voided = Some(*reason),
            Fact::Withdrawn { words } => self.withdrawn = Some(words.clone()),
            Fact::Called { reached } => {
                if !reached {
                    self.calls_missed = self.calls_missed.saturating_add(1);
                }
            }
            Fact::DelayTold { until } => self.delayed_until = Some(*until),
            Fact::Inquired { field } => {
                let times = self.inquired.entry(*field).or_default();
                *times = times.saturating_add(1);
            }
            Fact::SurveySent => {
                self.survey_sent = Some(at);
                self.surveys.push(Surveyed { sent_at: at, answered_at: None, scores: BTreeMap::new() });
            }
            Fact::Survey { question, score } => {
                self.survey.insert(*question, *score);
                if let Some(survey) = self.surveys.last_mut() {
                    survey.answered_at = survey.answered_at.or(Some(at));
                    survey.scores.insert(*question, *score);
                }
            }
            Fact::FollowUp { why } => self.follow_up = Some(why.clone()),
            Fact::FollowedUp => self.follow_up = None,
            Fact::Closed { reason } => self.closing = Some(*reason),
        }
    }

    fn raise(&mut self, severity: Severity) {
        match self.severity {
            Some(before) => self.severity = Some(before.min(severity)),
            // What nobody has assessed is not made milder by a slight sign.
            None if severity == Severity::Four => {}
            None => self.severity = Some(severity),
        }
    }

    fn assessed(&mut self, assessment: &Assessment, by: &str, at: Timestamp) {
        if assessment.category.is_some() {
            self.category = assessment.category;
        }
        if !assessment.implicit {
            self.severity = Some(assessment.scores.severity());
        }
        self.assessment = Some(said(assessment.clone(), by, at));
    }

    fn answered(&mut self, acceptance: &Acceptance, by: &str, at: Timestamp) {
        if let Acceptance::Refused { .. } = acceptance {
            self.refusals = self.refusals.saturating_add(1);
            self.barred.extend(self.decisions.last().map(|said| said.by.clone()));
        }
        self.acceptance = Some(said(acceptance.clone(), by, at));
    }

    /// A new round: what was decided stays on record, and what is decided next is a first decision.
    fn reopened_now(&mut self) {
        self.reopened = self.reopened.saturating_add(1);
        self.barred.extend(self.decisions.last().map(|said| said.by.clone()));
        (self.refusals, self.reminders, self.calls_missed) = (0, 0, 0);
        (self.acceptance, self.remedy_done, self.closing, self.follow_up) = (None, None, None, None);
        self.survey_sent = None;
        self.survey.clear();
    }
}

fn said<T>(value: T, by: &str, at: Timestamp) -> Said<T> {
    Said { value, by: by.to_owned(), at }
}

//! What people did, made into lessons: labelled examples, numbers and groups.
//!
//! A conversation with its judgements comes in; lessons come out, and what
//! became of each. The words of a lesson are masked by [`mask`]; how near an
//! intent is to answering alone is counted by [`readiness`], and what no
//! intent serves is gathered by [`unmatched`].
//!
//! Invariant: the same events give the same lessons, so that whatever was
//! written of them can be thrown away and written again.

mod masking;
pub mod readiness;
pub mod unmatched;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::code::TrackingCode;
use crate::domain::complaint::{Complaint, ComplaintKind};
use crate::domain::conversation::Conversation;
use crate::domain::judgement::{Fit, Judgement, Label, Taught, standing};
use crate::domain::message::MessageId;
use crate::domain::rules::{Intent, IntentKind};
use crate::domain::understanding::IntentName;

pub use masking::mask;

/// Whose judgement a lesson comes from; a complaint gives at most one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Teacher {
    /// Staff set the intent or the kind.
    Staff,
    /// The customer pressed "no".
    Customer,
}

/// The name by which an owner accepts or drops a lesson: `482-917-508`, or `482-917-508-no`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LessonId {
    pub code: TrackingCode,
    pub teacher: Teacher,
}

const OF_THE_CUSTOMER: &str = "-no";

impl LessonId {
    pub fn parse(text: &str) -> Option<LessonId> {
        let text = text.trim();
        let (code, teacher) = match text.strip_suffix(OF_THE_CUSTOMER) {
            Some(code) => (code, Teacher::Customer),
            None => (text, Teacher::Staff),
        };
        Some(LessonId { code: TrackingCode::parse(code)?, teacher })
    }
}

impl std::fmt::Display for LessonId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let suffix = match self.teacher {
            Teacher::Staff => "",
            Teacher::Customer => OF_THE_CUSTOMER,
        };
        write!(f, "{}{suffix}", self.code)
    }
}

/// Where a lesson stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Pending,
    Accepted,
    Dropped,
}

/// One labelled message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    pub id: LessonId,
    /// Whose words it is.
    pub message: MessageId,
    pub label: Label,
    pub by: String,
    pub at: Timestamp,
    pub fate: Fate,
}

/// What this conversation teaches.
pub fn lessons(conversation: &Conversation, intents: &BTreeMap<IntentName, Intent>) -> Vec<Lesson> {
    let Some(complaint) = &conversation.complaint else { return Vec::new() };
    let of_customer = customers_lesson(conversation, complaint);
    let of_staff = staffs_lesson(conversation, complaint, intents);
    of_staff.into_iter().chain(of_customer).collect()
}

/// A pressed "no" after one answer: the message is not what it was taken for. After two
/// answers at once nobody knows which of them was meant.
fn customers_lesson(conversation: &Conversation, complaint: &Complaint) -> Option<Lesson> {
    conversation.judged.iter().rev().find_map(|one| {
        let Judgement::NotHelped { topics } = &one.judgement else { return None };
        let [topic] = topics.as_slice() else { return None };
        let id = LessonId { code: complaint.code, teacher: Teacher::Customer };
        let label = Label::Not(topic.clone());
        let fate = fate(&conversation.taught, &label);
        Some(Lesson { id, message: one.message?, label, by: one.by.clone(), at: one.at, fate })
    })
}

fn staffs_lesson(
    conversation: &Conversation,
    complaint: &Complaint,
    intents: &BTreeMap<IntentName, Intent>,
) -> Option<Lesson> {
    let message = complaint.about?;
    let last = conversation
        .judged
        .iter()
        .rev()
        .find(|one| one.message == Some(message) && matches!(one.judgement, Judgement::Set { .. }))?;
    let (fit, kind) = standing(&conversation.judged, message);
    let label = label(complaint, fit, kind, intents)?;
    let id = LessonId { code: complaint.code, teacher: Teacher::Staff };
    let fate = fate(&conversation.taught, &label);
    Some(Lesson { id, message, label, by: last.by.clone(), at: last.at, fate })
}

/// A complaint about an order is an example of complaints, and never of the question about orders.
fn label(
    complaint: &Complaint,
    fit: Option<&Fit>,
    kind: Option<ComplaintKind>,
    intents: &BTreeMap<IntentName, Intent>,
) -> Option<Label> {
    let complains =
        |name: &IntentName| intents.get(name).is_some_and(|intent| intent.kind == IntentKind::Complaint);
    match (fit, kind) {
        (Some(Fit::Intent(name)), _) if complains(name) => Some(Label::Intent(name.clone())),
        (_, Some(ComplaintKind::Complaint)) => Some(Label::Kind(ComplaintKind::Complaint)),
        (Some(Fit::Intent(_)), _) if complaint.kind == ComplaintKind::Complaint => None,
        (Some(Fit::Intent(name)), _) => Some(Label::Intent(name.clone())),
        (Some(Fit::Nothing), _) => Some(Label::Nothing),
        (None, Some(kind)) => Some(Label::Kind(kind)),
        (None, None) => None,
    }
}

fn fate(taught: &[Taught], label: &Label) -> Fate {
    match taught.iter().rev().find(|one| one.label == *label) {
        None => Fate::Pending,
        Some(one) if one.accepted => Fate::Accepted,
        Some(_) => Fate::Dropped,
    }
}

/// The one intent whose messages become complaints of this kind; none when several do.
pub fn only_intent_of(kind: ComplaintKind, intents: &BTreeMap<IntentName, Intent>) -> Option<&Intent> {
    let mut of_kind = intents.values().filter(|intent| filed_as(intent.kind) == Some(kind));
    let only = of_kind.next()?;
    of_kind.next().is_none().then_some(only)
}

/// What a message of this kind of intent is when a person handles it; none when there is nothing to handle.
pub(in crate::domain) fn filed_as(kind: IntentKind) -> Option<ComplaintKind> {
    match kind {
        IntentKind::Question | IntentKind::Human => Some(ComplaintKind::Question),
        IntentKind::Request => Some(ComplaintKind::Request),
        IntentKind::Complaint => Some(ComplaintKind::Complaint),
        IntentKind::Suggestion => Some(ComplaintKind::Suggestion),
        IntentKind::Criticism => Some(ComplaintKind::Criticism),
        IntentKind::Callback => Some(ComplaintKind::Callback),
        IntentKind::Status | IntentKind::Thanks | IntentKind::Greeting => None,
    }
}

#[cfg(test)]
mod tests;

//! The one place that reads conversations and their messages for the numbers.
//!
//! A folded conversation and what is known of its customer's messages come in,
//! a [`Matter`] goes out. When a complaint learns to know more of itself, this
//! is where the numbers learn to read it.

use jiff::Timestamp;

use crate::domain::clocks::Clock;
use crate::domain::complaint::record::SurveyQuestion;
use crate::domain::complaint::severity::Severity;
use crate::domain::complaint::{Complaint, ComplaintKind};
use crate::domain::conversation::{Conversation, Entry, Speaker};
use crate::domain::decide::{Disposition, Verdict};
use crate::domain::departments::Departments;
use crate::domain::judgement::{Fit, Judged, Judgement};
use crate::domain::message::MessageId;
use crate::domain::numbers::matter::{Answer, Case, Ending, Matter, Promise, Stage, Step, Survey};
use crate::domain::outbox::Delivery;

/// What a message of the customer was taken for, and when its answer was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    pub message: MessageId,
    pub at: Timestamp,
    pub wants: Wants,
    /// As what this message filed the case.
    pub filed_as: Option<ComplaintKind>,
    pub answered_at: Option<Timestamp>,
}

/// What a message wants, as far as that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// It asks or tells something that somebody has to answer.
    Answer,
    /// It asks where the matter stands, and was told so at once.
    Status,
    Thanks,
    /// A greeting, a button, the answer to a question of ours, an edit, nothing.
    Nothing,
}

impl Inbound {
    pub fn of(
        message: MessageId,
        at: Timestamp,
        verdict: Option<&Verdict>,
        delivery: Option<&Delivery>,
    ) -> Inbound {
        Inbound {
            message,
            at,
            wants: verdict.map_or(Wants::Answer, wants),
            filed_as: verdict
                .filter(|verdict| verdict.disposition == Disposition::Filed)
                .and_then(|verdict| verdict.kind),
            answered_at: match delivery {
                Some(Delivery::Delivered { at, .. }) => Some(*at),
                _ => None,
            },
        }
    }
}

fn wants(verdict: &Verdict) -> Wants {
    let reason = verdict.reason.as_str();
    match verdict.disposition {
        Disposition::Answered | Disposition::Appended if reason == "thanks" => Wants::Thanks,
        Disposition::Answered | Disposition::Clarified if reason == "greeting" => Wants::Nothing,
        Disposition::Appended if matches!(reason, "edited" | "pressed") => Wants::Nothing,
        Disposition::Commanded => match reason {
            "status" | "reopen_not_needed" | "reopen_too_late" => Wants::Status,
            "reopened" | "decision_refused" => Wants::Answer,
            _ => Wants::Nothing,
        },
        Disposition::Ignored | Disposition::Quarantined => Wants::Nothing,
        // A pressed button or a number typed in its place: we had asked for it.
        Disposition::Answered | Disposition::Filed
            if verdict.understanding.is_none() && answers_our_question(reason) =>
        {
            Wants::Nothing
        }
        Disposition::Answered | Disposition::Clarified | Disposition::Filed | Disposition::Appended => {
            Wants::Answer
        }
    }
}

fn answers_our_question(reason: &str) -> bool {
    matches!(reason, "not_helped" | "neither_topic" | "confident_intent" | "two_questions")
}

/// `inbound`: of this conversation, in any order. None where no customer has written.
pub fn matter(conversation: &Conversation, inbound: &[Inbound], departments: &Departments) -> Option<Matter> {
    let mut inbound: Vec<&Inbound> = inbound.iter().collect();
    inbound.sort_by_key(|one| (one.at, one.message));
    let began_at = conversation.entries.iter().find(|entry| entry.by == Speaker::Customer)?.at;
    let answers = answers(conversation, &inbound);
    let case = conversation.complaint.as_ref().map(|complaint| case(complaint, &inbound, departments));
    let topic = conversation.complaint.as_ref().and_then(|complaint| complaint.topic.clone());
    let answered = answers.first().and_then(|answer| answer.topics.first().cloned());
    let is_person = |entry: &&Entry| matches!(entry.by, Speaker::Staff(_));
    let wanting =
        |wants: &[Wants]| inbound.iter().filter(|one| wants.contains(&one.wants)).map(|one| one.at).collect();
    Some(Matter {
        channel: conversation.contact.channel(),
        customer: conversation.contact.key(),
        intent: if conversation.complaint.is_some() { topic } else { answered },
        began_at,
        contacts: wanting(&[Wants::Answer, Wants::Status]),
        waiting: wanting(&[Wants::Answer]),
        human: conversation.entries.iter().filter(is_person).map(|entry| entry.at).collect(),
        answers,
        case,
    })
}

/// Topics that were answered at the same moment are one answer.
fn answers(conversation: &Conversation, inbound: &[&Inbound]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    for (topic, at) in &conversation.answered {
        match answers.last_mut().filter(|last| last.at == *at) {
            Some(last) => last.topics.push(topic.clone()),
            None => answers.push(Answer {
                at: *at,
                topics: vec![topic.clone()],
                confirmed: None,
                thanked: None,
                not_helped: None,
                marked_wrong: None,
            }),
        }
    }
    for judged in &conversation.judged {
        judge(&mut answers, judged, conversation);
    }
    for thanks in inbound.iter().filter(|one| one.wants == Wants::Thanks) {
        if let Some(answer) = last_before(&mut answers, thanks.at) {
            answer.thanked = answer.thanked.or(Some(thanks.at));
        }
    }
    // Whatever follows an answer and goes to a person was not settled by it.
    if let Some(filed_at) = conversation.complaint.as_ref().map(|complaint| complaint.filed_at)
        && let Some(answer) = last_before(&mut answers, filed_at).filter(|answer| answer.confirmed.is_none())
    {
        answer.not_helped = answer.not_helped.or(Some(filed_at));
    }
    answers
}

fn judge(answers: &mut [Answer], judged: &Judged, conversation: &Conversation) {
    match &judged.judgement {
        Judgement::Helped { .. } => {
            if let Some(answer) = last_before(answers, judged.at) {
                answer.confirmed = answer.confirmed.or(Some(judged.at));
            }
        }
        Judgement::NotHelped { .. } => {
            if let Some(answer) = last_before(answers, judged.at) {
                answer.not_helped = answer.not_helped.or(Some(judged.at));
            }
        }
        Judgement::SuggestionSent { .. } => {}
        Judgement::Set { intent, kind } => {
            let said = judged.message.and_then(|message| answered_at(conversation, message));
            let Some(answer) = answers.iter_mut().find(|answer| Some(answer.at) == said) else { return };
            let other_intent = intent.as_ref().is_some_and(|fit| match fit {
                Fit::Intent(name) => !answer.topics.contains(name),
                Fit::Nothing => true,
            });
            let other_kind = kind.is_some_and(|kind| kind != ComplaintKind::Question);
            if other_intent || other_kind {
                answer.marked_wrong = answer.marked_wrong.or(Some(judged.at));
            }
        }
    }
}

/// When this message was decided about, which is when it was answered if it was.
fn answered_at(conversation: &Conversation, message: MessageId) -> Option<Timestamp> {
    let entry = conversation.entries.iter().find(|entry| entry.message == Some(message))?;
    Some(entry.recorded_at)
}

fn last_before(answers: &mut [Answer], at: Timestamp) -> Option<&mut Answer> {
    answers.iter_mut().rev().find(|answer| answer.at <= at)
}

fn case(complaint: &Complaint, inbound: &[&Inbound], departments: &Departments) -> Case {
    let filing = inbound.iter().find(|one| one.filed_as.is_some());
    Case {
        kind: complaint.kind,
        filed_as: filing.and_then(|one| one.filed_as),
        filed_at: complaint.filed_at,
        received_at: filing.map_or(complaint.received_at, |one| one.at),
        acknowledged_at: filing.and_then(|one| one.answered_at),
        assigned_at: first(complaint, |what| what.starts_with("assigned:")),
        steps: steps(complaint),
        promises: promises(complaint),
        called_complaint_at: first(complaint, |what| what == "kind:complaint"),
        severity: severity(complaint),
        department: departments.of(complaint).map(str::to_owned),
        category: complaint.record.category,
        root_cause: complaint.record.root_cause.as_ref().map(|said| said.value.0.clone()),
        reprioritised_at: first(complaint, |what| what == "severity_set"),
        referred_outside_at: first(complaint, |what| what == "external_opened"),
        improved_at: first(complaint, |what| what == "corrective_action"),
        surveys: surveys(complaint),
    }
}

/// When a line of this kind was first written into the history.
fn first(complaint: &Complaint, wanted: impl Fn(&str) -> bool) -> Option<Timestamp> {
    complaint.history.iter().find(|line| wanted(&line.what)).map(|line| line.at)
}

fn steps(complaint: &Complaint) -> Vec<Step> {
    let changes = complaint.history.iter().filter_map(|line| {
        let stage = stage(line.what.strip_prefix("state:")?);
        Some(Step { at: line.at, stage })
    });
    std::iter::once(Step { at: complaint.filed_at, stage: Stage::Open }).chain(changes).collect()
}

fn stage(state: &str) -> Stage {
    match state {
        "waiting_customer" => Stage::Waiting,
        "closed" => Stage::Ended(Ending::Closed),
        "withdrawn" => Stage::Ended(Ending::Withdrawn),
        "merged" => Stage::Ended(Ending::Merged),
        "void" => Stage::Ended(Ending::Void),
        _ => Stage::Open,
    }
}

/// What we owed, and when it was given. A clock that stands still is not due; what ended while
/// it stood still had been in time until then.
fn promises(complaint: &Complaint) -> Vec<Promise> {
    let owed = complaint.clocks.iter().filter(|clock| !clock.kind.is_follow_up());
    let stands_still = |clock: &&Clock| clock.paused_at.is_some() && clock.stopped_at.is_none();
    owed.filter(|clock| !stands_still(clock))
        .map(|clock| Promise {
            name: clock.kind.name().to_owned(),
            due: clock.due,
            met_at: clock.paused_at.or(clock.stopped_at),
        })
        .collect()
}

/// What somebody has put on the record about its severity; what nobody has assessed is none.
fn severity(complaint: &Complaint) -> Option<u8> {
    complaint.record.severity.map(Severity::number)
}

fn surveys(complaint: &Complaint) -> Vec<Survey> {
    let surveys = complaint.record.surveys.iter().map(|survey| Survey {
        sent_at: survey.sent_at,
        answered_at: survey.answered_at,
        handling: survey.scores.get(&SurveyQuestion::Handling).copied(),
        outcome: survey.scores.get(&SurveyQuestion::Outcome).copied(),
        // Customers are not asked how easy it was: no effort score is made up.
        effort: None,
    });
    surveys.collect()
}

//! The record of a complaint as `complaint show` prints it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::complaint::Complaint;
use crate::domain::complaint::record::{
    Acceptance, Assessment, Correction, Decision, External, Record, Said,
};
use crate::domain::complaint::severity::Factor;

/// What is known, decided and done.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordSheet {
    /// 1 is the worst; as taken for where nobody has assessed it.
    pub severity: u8,
    pub priority: u8,
    /// L0 to L4, or X.
    pub level: String,
    pub category: Option<String>,
    pub fields: BTreeMap<String, String>,
    pub assessment: Option<AssessmentLine>,
    pub question: Option<QuestionLine>,
    pub reminders: u8,
    /// Oldest first; the last one is in force.
    pub decisions: Vec<DecisionLine>,
    /// `accepted`, `refused` or `assumed`.
    pub acceptance: Option<SaidLine>,
    pub remedy_done: Option<SaidLine>,
    pub root_cause: Option<SaidLine>,
    pub recurrence: Option<String>,
    pub corrective_action: Option<ActionLine>,
    pub external: Option<ExternalLine>,
    pub reopened: u8,
    pub merged_into: Option<String>,
    /// Cases that go on in this one.
    pub absorbed: Vec<String>,
    pub survey: BTreeMap<String, u8>,
    /// Why somebody is to look after the customer.
    pub follow_up: Option<String>,
    pub closing: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssessmentLine {
    pub scores: BTreeMap<String, u8>,
    pub complexity: u8,
    pub immediate_action_possible: bool,
    pub recurring: bool,
    pub reason: Option<String>,
    /// Nobody filled the form in: it was worked on as a small matter.
    pub implicit: bool,
    pub by: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionLine {
    pub question: String,
    pub until: Date,
    pub by: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionLine {
    pub finding: String,
    pub reasons: String,
    pub remedies: Vec<String>,
    pub value: Option<u64>,
    pub due: Option<Date>,
    pub prevention: Option<String>,
    pub alternative: Option<String>,
    pub approver: Option<String>,
    pub second_reader: Option<String>,
    pub by: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaidLine {
    pub text: String,
    pub by: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActionLine {
    pub action: String,
    pub owner: Option<String>,
    pub due: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExternalLine {
    pub body: String,
    pub reference: String,
    pub opened_at: Timestamp,
    pub end: Option<String>,
    pub result: Option<String>,
}

impl RecordSheet {
    pub fn of(complaint: &Complaint) -> RecordSheet {
        let record: &Record = &complaint.record;
        let line =
            |said: &Said<String>| SaidLine { text: said.value.clone(), by: said.by.clone(), at: said.at };
        RecordSheet {
            severity: complaint.severity().number(),
            priority: complaint.priority(),
            level: record.authority.name().to_owned(),
            category: record.category.map(|category| category.name().to_owned()),
            fields: record
                .fields
                .iter()
                .map(|(field, text)| (field.name().to_owned(), text.clone()))
                .collect(),
            assessment: record.assessment.as_ref().map(assessment_line),
            question: record.asked.as_ref().map(|said| QuestionLine {
                question: said.value.0.clone(),
                until: said.value.1,
                by: said.by.clone(),
                at: said.at,
            }),
            reminders: record.reminders,
            decisions: record.decisions.iter().map(decision_line).collect(),
            acceptance: record.acceptance.as_ref().map(acceptance_line),
            remedy_done: record.remedy_done.as_ref().map(line),
            root_cause: record.root_cause.as_ref().map(|said| SaidLine {
                text: said.value.0.clone(),
                by: said.by.clone(),
                at: said.at,
            }),
            recurrence: record.root_cause.as_ref().map(|said| said.value.1.name().to_owned()),
            corrective_action: record.correction.as_ref().map(|said| {
                let Correction { action, owner, due } = said.value.clone();
                ActionLine { action, owner, due }
            }),
            external: record.external.as_ref().map(external_line),
            reopened: record.reopened,
            merged_into: record.merged_into.map(|code| code.to_string()),
            absorbed: record.absorbed.iter().map(ToString::to_string).collect(),
            survey: record
                .survey
                .iter()
                .map(|(question, score)| (question.name().to_owned(), *score))
                .collect(),
            follow_up: record.follow_up.clone(),
            closing: record.closing.map(|closing| closing.name().to_owned()),
        }
    }
}

fn assessment_line(said: &Said<Assessment>) -> AssessmentLine {
    let scores = Factor::ALL.map(|factor| (factor.name().to_owned(), said.value.scores.of(factor)));
    AssessmentLine {
        scores: scores.into(),
        complexity: said.value.complexity,
        immediate_action_possible: said.value.immediate_action_possible,
        recurring: said.value.recurring,
        reason: said.value.reason.clone(),
        implicit: said.value.implicit,
        by: said.by.clone(),
        at: said.at,
    }
}

fn decision_line(said: &Said<Decision>) -> DecisionLine {
    let decision = said.value.clone();
    DecisionLine {
        finding: decision.finding.name().to_owned(),
        reasons: decision.reasons,
        remedies: decision.remedies.iter().map(|remedy| remedy.name().to_owned()).collect(),
        value: decision.value,
        due: decision.due,
        prevention: decision.prevention,
        alternative: decision.alternative,
        approver: decision.approver,
        second_reader: decision.second_reader,
        by: said.by.clone(),
        at: said.at,
    }
}

fn acceptance_line(said: &Said<Acceptance>) -> SaidLine {
    let text = match &said.value {
        Acceptance::Accepted { words } => format!("accepted: {words}"),
        Acceptance::Refused { words } => format!("refused: {words}"),
        Acceptance::Assumed => "assumed".to_owned(),
    };
    SaidLine { text, by: said.by.clone(), at: said.at }
}

fn external_line(external: &External) -> ExternalLine {
    ExternalLine {
        body: external.body.clone(),
        reference: external.reference.clone(),
        opened_at: external.opened_at,
        end: external.end.as_ref().map(|said| said.value.0.name().to_owned()),
        result: external.end.as_ref().map(|said| said.value.1.clone()),
    }
}

/// The record for people: only what there is.
pub fn record_text(record: &RecordSheet) -> String {
    let mut text = String::new();
    let _ =
        write!(text, "Severity {}, priority {}, level {}", record.severity, record.priority, record.level);
    match &record.assessment {
        Some(line) if line.implicit => text.push_str(" (worked on without a form)"),
        Some(line) => {
            let scored: Vec<String> = line
                .scores
                .iter()
                .filter(|(_, score)| **score > 0)
                .map(|(name, score)| format!("{name} {score}"))
                .collect();
            let _ = write!(text, " (assessed by {}: {})", line.by, scored.join(", "));
        }
        None => text.push_str(" (not assessed)"),
    }
    text.push('\n');
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{name}: {value}");
        }
    };
    line("Category", record.category.clone());
    for (field, value) in &record.fields {
        line(field, Some(value.clone()));
    }
    line("Asked", record.question.as_ref().map(|one| format!("{} (until {})", one.question, one.until)));
    for decision in &record.decisions {
        line("Decision", Some(format!("{} by {}: {}", decision.finding, decision.by, decision.reasons)));
        line("Remedy", remedy_text(decision));
    }
    line("Customer's answer", record.acceptance.as_ref().map(|said| said.text.clone()));
    line("Remedy done", record.remedy_done.as_ref().map(|said| format!("{} ({})", said.text, said.by)));
    line("Root cause", record.root_cause.as_ref().map(|said| said.text.clone()));
    line("Correction", record.corrective_action.as_ref().map(|one| one.action.clone()));
    line("Outside", record.external.as_ref().map(external_text));
    line("Merged into", record.merged_into.clone());
    line("Goes on here", (!record.absorbed.is_empty()).then(|| record.absorbed.join(", ")));
    for (question, score) in &record.survey {
        line(&format!("Survey ({question})"), Some(format!("{score} of 5")));
    }
    line("Look after the customer", record.follow_up.clone());
    line("Ended as", record.closing.clone());
    text
}

fn remedy_text(decision: &DecisionLine) -> Option<String> {
    let remedies = (!decision.remedies.is_empty()).then(|| decision.remedies.join(", "));
    let value = decision.value.map(|value| format!("worth {value}"));
    let due = decision.due.as_ref().map(|due| format!("until {due}"));
    let parts: Vec<String> = [remedies, value, due].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn external_text(external: &ExternalLine) -> String {
    let mut text = format!("{} {}", external.body, external.reference);
    if let (Some(end), Some(result)) = (&external.end, &external.result) {
        let _ = write!(text, " — {end}: {result}");
    }
    text
}

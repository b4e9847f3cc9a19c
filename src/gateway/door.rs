//! The door for commands: requests and answers as they cross the local socket.
//!
//! A command that runs beside a daemon speaks these over `data/pasokh.sock`;
//! one that runs alone opens the store and calls the same function.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::clocks::ClockKind;
use crate::domain::code::TrackingCode;
use crate::domain::complaint::{Closing, ComplaintKind, process};
use crate::domain::desk::Action;
use crate::domain::judgement::Fit;
use crate::domain::suggestion::suggestion;
use crate::gateway::Gateway;
use crate::gateway::clocks::Reworked;
use crate::gateway::desk::DeskError;
use crate::gateway::people::Purpose;
use crate::report::clocks::{CaseClocks, ClosureLine, ClosureOutcome};
use crate::report::complaints::{ComplaintRow, ComplaintSheet, linked_line};
use crate::report::moves::{WireMove, named};
use crate::report::outbox::UnsentRow;
use crate::store::{ComplaintFilter, StoreError, Versioned};
use crate::web::Member;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Request {
    List {
        open: Option<bool>,
    },
    Show {
        code: String,
    },
    Reply {
        code: String,
        by: String,
        text: String,
        wait: bool,
    },
    SendSuggestion {
        code: String,
        by: String,
        wait: bool,
    },
    /// `intent` may be `none`: it fits none of them.
    Set {
        code: String,
        by: String,
        intent: Option<String>,
        kind: Option<String>,
    },
    Note {
        code: String,
        by: String,
        text: String,
    },
    Assign {
        code: String,
        by: String,
        owner: String,
    },
    Close {
        code: String,
        by: String,
        reason: Option<String>,
        #[serde(default)]
        outcome: Option<String>,
        tell: bool,
    },
    /// A move of the complaint process.
    Process {
        code: String,
        by: String,
        made: WireMove,
    },
    Merge {
        code: String,
        by: String,
        into: String,
    },
    /// No alerts of the clock for an hour.
    Snooze {
        code: String,
        by: String,
        clock: String,
    },
    /// The two sound alike and are two matters.
    TellApart {
        code: String,
        by: String,
        from: String,
    },
    /// The case as an outside body gets it.
    Summary {
        code: String,
    },
    Reopen {
        code: String,
        by: String,
    },
    Clocks {
        code: String,
    },
    /// A link to set a password with.
    Invite {
        name: String,
    },
    EndSessions {
        name: String,
    },
    People,
    Closures,
    AddClosure {
        closure: ClosureLine,
        by: String,
    },
    RemoveClosure {
        from: Date,
        by: String,
    },
    Export {
        after: u64,
    },
    Outbox,
    /// A warning to all customers; without `send` it is only shown.
    Warn {
        since: Timestamp,
        send: bool,
        by: String,
    },
    Verify,
    Lessons,
    AcceptLessons {
        ids: Vec<String>,
        by: String,
        intent: Option<String>,
    },
    DropLessons {
        ids: Vec<String>,
        by: String,
    },
    Readiness {
        target: f64,
        since: Option<Timestamp>,
    },
    Unmatched,
    Report {
        from: Timestamp,
        until: Timestamp,
    },
}

/// Why a request failed; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The request asks for something that cannot be: exit code 2.
    Usage,
    /// The store failed: exit code 3.
    Outside,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Fine(Value),
    Failed { fault: Fault, message: String },
}

impl Gateway {
    /// Carries out one request; blocking.
    pub fn answer(&self, request: Request) -> Answer {
        match self.carry_out(request) {
            Ok(value) => Answer::Fine(value),
            Err(error) => {
                let fault = if matches!(error, DeskError::Store(_)) { Fault::Outside } else { Fault::Usage };
                Answer::Failed { fault, message: error.to_string() }
            }
        }
    }

    fn carry_out(&self, request: Request) -> Result<Value, DeskError> {
        match request {
            Request::List { open } => {
                let complaints = self.complaints(&ComplaintFilter { open, limit: 0 })?;
                let mut rows: Vec<ComplaintRow> =
                    complaints.iter().filter_map(|one| ComplaintRow::of(&one.conversation)).collect();
                rows.sort_by_key(|row| (row.due.is_none(), row.due, row.received_at));
                wire(&rows)
            }
            Request::Show { code } => self.sheet(&self.complaint(&code)?),
            Request::Reply { code, by, text, wait } => {
                self.sheet(&self.act(&code, &Action::Reply { text, wait }, &by)?)
            }
            Request::SendSuggestion { code, by, wait } => {
                self.sheet(&self.act(&code, &Action::SendSuggestion { wait }, &by)?)
            }
            Request::Set { code, by, intent, kind } => {
                let action = setting(intent, kind.as_deref())?;
                self.sheet(&self.act(&code, &action, &by)?)
            }
            Request::Note { code, by, text } => self.sheet(&self.act(&code, &Action::Note { text }, &by)?),
            Request::Assign { code, by, owner } => {
                self.sheet(&self.act(&code, &Action::Assign { owner }, &by)?)
            }
            Request::Close { code, by, reason, outcome, tell } => {
                let outcome = outcome.as_deref().map(closing).transpose()?;
                self.sheet(&self.act(&code, &Action::Close { reason, outcome, tell }, &by)?)
            }
            Request::Process { code, by, made } => {
                self.sheet(&self.act(&code, &made.read(self.rules().calendar.zone())?, &by)?)
            }
            Request::Merge { code, by, into } => {
                let into = TrackingCode::parse(&into).ok_or(DeskError::BadCode(into))?;
                self.sheet(&self.act(&code, &Action::Merge { into }, &by)?)
            }
            Request::Snooze { code, by, clock } => {
                let names = || ClockKind::ALL.map(ClockKind::name).join(", ");
                let kind = named("clock", &clock, ClockKind::from_name, names)?;
                self.sheet(&self.act(&code, &Action::Snooze { kind }, &by)?)
            }
            Request::TellApart { code, by, from } => {
                let from = self.complaint(&from)?.conversation.complaint.map(|other| other.code);
                let from = from.ok_or_else(|| DeskError::BadCode(code.clone()))?;
                self.sheet(&self.act(&code, &Action::TellApart { from }, &by)?)
            }
            Request::Summary { code } => wire(&self.summary_of(&self.complaint(&code)?.conversation)),
            Request::Reopen { code, by } => self.sheet(&self.act(&code, &Action::Reopen, &by)?),
            Request::Clocks { code } => {
                let conversation = self.complaint(&code)?.conversation;
                let rules = self.rules();
                wire(&CaseClocks::of(&conversation, rules.calendars(), self.now.get()))
            }
            Request::Invite { name } => {
                let token = self.token_for(&name, Purpose::Invitation)?;
                Ok(json!({ "link": format!("{}/desk/join/{token}", self.address()) }))
            }
            Request::EndSessions { name } => self.end_sessions(&name).map(|()| json!({})),
            Request::People => {
                let people = self.members().into_iter();
                let line = |member: Member| json!({ "name": member.name, "role": member.role.name() });
                Ok(people.map(line).collect())
            }
            Request::Closures => wire(&self.closures()?.iter().map(ClosureLine::of).collect::<Vec<_>>()),
            Request::AddClosure { closure, by } => {
                wire(&reworked(self.add_closure(closure.closure()?, &by)?))
            }
            Request::RemoveClosure { from, by } => wire(&reworked(self.remove_closure(from, &by)?)),
            Request::Export { after } => wire(&self.export_page(after)?),
            Request::Outbox => {
                let unsent = self.store.unsent()?;
                let mut rows: Vec<UnsentRow> =
                    unsent.iter().map(|(row, delivery)| UnsentRow::of(row, delivery)).collect();
                rows.sort_by_key(|row| (row.reason.is_some(), row.row));
                wire(&rows)
            }
            Request::Warn { since, send, by } => wire(&self.warn_customers(since, send, &by)?),
            Request::Lessons => wire(&self.pending_lessons()?),
            Request::AcceptLessons { ids, by, intent } => {
                wire(&self.accept_lessons(&ids, intent.as_deref(), &by)?)
            }
            Request::DropLessons { ids, by } => wire(&self.drop_lessons(&ids, &by)?),
            Request::Readiness { target, since } => wire(&self.readiness(target, since)?),
            Request::Report { from, until } => wire(&self.numbers(from, until)?),
            Request::Unmatched => wire(&self.unmatched()?),
            Request::Verify => {
                let found = self.store.verify()?;
                Ok(json!({
                    "ok": found.faults.is_empty(),
                    "journal_lines": found.journal_lines,
                    "messages": found.messages,
                    "conversations": found.conversations,
                    "complaints": found.complaints,
                    "outbox": found.outbox,
                    "blobs": found.blobs,
                    "faults": found.faults,
                }))
            }
        }
    }

    fn sheet(&self, versioned: &Versioned) -> Result<Value, DeskError> {
        let sheet = ComplaintSheet::of(&versioned.conversation);
        let suggestion = suggestion(&self.rules(), &versioned.conversation);
        let (mut possible, mut absorbed) = (Vec::new(), Vec::new());
        if let Some(complaint) = &versioned.conversation.complaint {
            possible
                .extend(process::possible(complaint, &self.rules().policy).into_iter().map(str::to_owned));
            absorbed = self.absorbed(complaint)?;
        }
        let sheet = sheet.map(|sheet| {
            let linked = self.linked_with(&versioned.conversation.contact)?;
            let mut sheet = sheet.with_suggestion(suggestion).with_absorbed(&absorbed);
            sheet.customer.linked = linked.iter().map(linked_line).collect();
            Ok::<_, DeskError>(sheet)
        });
        let sheet = sheet.transpose()?;
        let alike = self.alike(&versioned.conversation)?;
        wire(&sheet.map(|sheet| ComplaintSheet { possible, alike, ..sheet }))
    }
}

fn closing(name: &str) -> Result<Closing, DeskError> {
    let known = || "done, adopted, declined, forwarded, called, no_answer".to_owned();
    Ok(named("outcome", name, Closing::from_name, known)?)
}

fn setting(intent: Option<String>, kind: Option<&str>) -> Result<Action, DeskError> {
    let intent = intent.map(|name| if name == "none" { Fit::Nothing } else { Fit::Intent(name) });
    let named =
        |name: &str| ComplaintKind::from_name(name).ok_or_else(|| DeskError::NoSuchKind(name.to_owned()));
    Ok(Action::Set { intent, kind: kind.map(named).transpose()? })
}

fn reworked(reworked: Reworked) -> ClosureOutcome {
    ClosureOutcome { moved: reworked.moved, delayed: reworked.delayed }
}

fn wire<T: Serialize>(value: &T) -> Result<Value, DeskError> {
    serde_json::to_value(value).map_err(|error| DeskError::Store(StoreError::Other(error.to_string())))
}

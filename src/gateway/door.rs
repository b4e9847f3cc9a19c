//! The door for commands: requests and answers as they cross the local socket.
//!
//! A command that runs beside a daemon speaks these over `data/pasokh.sock`;
//! one that runs alone opens the store and calls the same function.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::desk::Action;
use crate::gateway::Gateway;
use crate::gateway::desk::DeskError;
use crate::report::complaints::{ComplaintRow, ComplaintSheet};
use crate::report::outbox::UnsentRow;
use crate::store::{ComplaintFilter, StoreError, Versioned};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Request {
    List { open: Option<bool> },
    Show { code: String },
    Reply { code: String, by: String, text: String, wait: bool },
    Note { code: String, by: String, text: String },
    Assign { code: String, by: String, owner: String },
    Close { code: String, by: String, reason: Option<String>, tell: bool },
    Reopen { code: String, by: String },
    Export { after: u64 },
    Outbox,
    Verify,
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
            Request::Show { code } => sheet(&self.complaint(&code)?),
            Request::Reply { code, by, text, wait } => {
                sheet(&self.act(&code, &Action::Reply { text, wait }, &by)?)
            }
            Request::Note { code, by, text } => sheet(&self.act(&code, &Action::Note { text }, &by)?),
            Request::Assign { code, by, owner } => sheet(&self.act(&code, &Action::Assign { owner }, &by)?),
            Request::Close { code, by, reason, tell } => {
                sheet(&self.act(&code, &Action::Close { reason, tell }, &by)?)
            }
            Request::Reopen { code, by } => sheet(&self.act(&code, &Action::Reopen, &by)?),
            Request::Export { after } => wire(&self.export_page(after)?),
            Request::Outbox => {
                let unsent = self.store.unsent()?;
                let mut rows: Vec<UnsentRow> =
                    unsent.iter().map(|(row, delivery)| UnsentRow::of(row, delivery)).collect();
                rows.sort_by_key(|row| (row.reason.is_some(), row.row));
                wire(&rows)
            }
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
}

fn sheet(versioned: &Versioned) -> Result<Value, DeskError> {
    wire(&ComplaintSheet::of(&versioned.conversation))
}

fn wire<T: Serialize>(value: &T) -> Result<Value, DeskError> {
    serde_json::to_value(value).map_err(|error| DeskError::Store(StoreError::Other(error.to_string())))
}

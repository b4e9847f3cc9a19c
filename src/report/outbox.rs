//! What has not gone out, as `pasokh outbox` prints it: rows that wait, and the dead letter.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::message::Contact;
use crate::domain::outbox::{Delivery, OutboxRow, Recipient};

/// One row that waits, or that was given up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnsentRow {
    pub row: u64,
    pub channel: String,
    pub account: String,
    /// An address, or a chat's number; staff are named as `staff`.
    pub to: String,
    /// `waiting`, `refused` or `unknown`; the last two are the dead letter.
    pub delivery: String,
    pub attempts: Option<u32>,
    pub next_at: Option<Timestamp>,
    /// Why it was given up.
    pub reason: Option<String>,
    pub conversation: Option<u64>,
    pub created_at: Timestamp,
}

impl UnsentRow {
    pub fn of(row: &OutboxRow, delivery: &Delivery) -> UnsentRow {
        let (attempts, next_at, reason) = match delivery {
            Delivery::Waiting { attempts, next_at, .. } => (Some(*attempts), Some(*next_at), None),
            Delivery::Refused { reason } | Delivery::Unknown { reason } => (None, None, Some(reason.clone())),
            Delivery::Delivered { .. } => (None, None, None),
        };
        UnsentRow {
            row: row.id.0,
            channel: row.to.channel().name().to_owned(),
            account: row.account.clone(),
            to: recipient(&row.to),
            delivery: delivery.name().to_owned(),
            attempts,
            next_at,
            reason,
            conversation: row.conversation.map(|conversation| conversation.0),
            created_at: row.created_at,
        }
    }
}

fn recipient(to: &Recipient) -> String {
    match to {
        Recipient::Customer(Contact::Email(address)) => address.to_string(),
        Recipient::Customer(Contact::Telegram { chat, .. }) => chat.to_string(),
        Recipient::Customer(Contact::Chat(_)) => "live chat".to_owned(),
        Recipient::StaffEmail(_) | Recipient::StaffTelegram(_) | Recipient::StaffPhone(_) => {
            "staff".to_owned()
        }
    }
}

/// For people: a line each, the dead letter last.
pub fn text(rows: &[UnsentRow]) -> String {
    if rows.is_empty() {
        return "Everything has gone out.\n".to_owned();
    }
    let mut text = String::new();
    for row in rows {
        let fate = match (&row.reason, row.next_at) {
            (Some(reason), _) => format!("given up: {reason}"),
            (None, Some(next)) => format!("next try {next}, {} made", row.attempts.unwrap_or_default()),
            (None, None) => String::new(),
        };
        let _ =
            writeln!(text, "{:>6}  {:<8} {:<8} to {}  {fate}", row.row, row.delivery, row.channel, row.to);
    }
    text
}

//! The small records that change: how far a conversation and a row have come.
//!
//! Texts stay in their events; these hold what indexes are kept by, so that
//! folding an event reads one record and scans nothing.
//!
//! Invariant: a record is a function of the events before it, so that a
//! rebuilt one is the same, byte for byte.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::conversation::ConversationId;
use crate::domain::outbox::{Delivery, OutboxId};
use crate::store::StoreError;
use crate::store::names::Name;
use crate::store::sled::layout::{self, Key};
use crate::store::sled::{View, unreadable};

/// What indexes need to know of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of its events.
    pub version: u64,
    /// Name of its contact, hexadecimal.
    contact: String,
    pub complaint: Option<ComplaintHead>,
    pub clocks: Vec<ClockHead>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintHead {
    pub received_at: Timestamp,
    pub open: bool,
}

/// A running clock with the levels about which nobody has been told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockHead {
    pub kind: String,
    pub started_at: Timestamp,
    pub levels: Vec<(u8, Timestamp)>,
    /// The highest level that was told.
    #[serde(default)]
    pub told: u8,
    /// It stands still: its levels are not in the index.
    #[serde(default)]
    pub paused: bool,
}

impl Head {
    pub fn new(contact: Name) -> Head {
        Head { version: 0, contact: contact.hex(), complaint: None, clocks: Vec::new() }
    }

    pub fn contact(&self) -> Result<Name, StoreError> {
        Name::from_hex(&self.contact).ok_or_else(|| unreadable("a contact"))
    }
}

/// How far an outbox row has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowState {
    /// Name of its recipient, hexadecimal.
    recipient: String,
    pub customer: bool,
    /// As [`layout::route`] writes it.
    pub route: String,
    pub conversation: Option<u64>,
    /// Place in the recipient's queue.
    pub place: (u64, u64),
    pub attempts: u32,
    pub next_at: Timestamp,
    /// When the attempt began that has not been settled.
    pub held_since: Option<Timestamp>,
    /// An earlier attempt may have reached the peer.
    pub uncertain: bool,
    pub end: Option<End>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    Delivered { at: Timestamp, external: Option<String> },
    Refused { reason: String },
    Unknown { reason: String },
}

impl RowState {
    pub fn queued(recipient: Name, customer: bool, place: (u64, u64), at: Timestamp) -> RowState {
        RowState {
            recipient: recipient.hex(),
            customer,
            route: String::new(),
            conversation: None,
            place,
            attempts: 0,
            next_at: at,
            held_since: None,
            uncertain: false,
            end: None,
        }
    }

    pub fn recipient(&self) -> Result<Name, StoreError> {
        Name::from_hex(&self.recipient).ok_or_else(|| unreadable("a recipient"))
    }

    pub fn delivery(&self) -> Delivery {
        match self.end.clone() {
            None => Delivery::Waiting {
                attempts: self.attempts,
                next_at: self.next_at,
                uncertain: self.uncertain,
            },
            Some(End::Delivered { at, external }) => Delivery::Delivered { at, external },
            Some(End::Refused { reason }) => Delivery::Refused { reason },
            Some(End::Unknown { reason }) => Delivery::Unknown { reason },
        }
    }
}

pub fn conversation(view: &dyn View, id: ConversationId) -> Result<Option<Head>, StoreError> {
    read(view, &layout::conversation(id), "a conversation")
}

pub fn row(view: &dyn View, id: OutboxId) -> Result<Option<RowState>, StoreError> {
    read(view, &layout::row_state(id), "an outbox row")
}

fn read<T: DeserializeOwned>(view: &dyn View, key: &Key, what: &str) -> Result<Option<T>, StoreError> {
    let Some(value) = view.get(key)? else { return Ok(None) };
    serde_json::from_slice(&value).map(Some).map_err(|_| unreadable(what))
}

pub fn write(record: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(record)
        .map_err(|error| StoreError::Other(format!("a record cannot be written: {error}")))
}

/// A number as the value or the end of a key.
pub fn number(bytes: &[u8]) -> Result<u64, StoreError> {
    let last = bytes.last_chunk::<8>().ok_or_else(|| unreadable("a number"))?;
    Ok(u64::from_be_bytes(*last))
}

pub fn number_at(view: &dyn View, key: &Key) -> Result<Option<u64>, StoreError> {
    view.get(key)?.map(|value| number(&value)).transpose()
}

//! Written forms of outbox rows and outcomes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::conversation::ConversationId;
use crate::domain::message::{EmailAddress, MessageId, Press};
use crate::domain::outbox::{Button, ButtonAction, OutboxId, OutboxRow, Outcome, Recipient, Thread};
use crate::store::wire::{WireAttachment, WireContact, WireError, known, language};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireRecipient {
    Customer(WireContact),
    StaffEmail(String),
    StaffTelegram(i64),
    StaffPhone(String),
}

#[derive(Debug, Serialize, Deserialize)]
struct WireButton {
    label: String,
    /// Data of a button as [`Press::encode`] gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    press: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireRow {
    id: u64,
    to: WireRecipient,
    account: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    subject: String,
    text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<Vec<WireButton>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<WireAttachment>,
    language: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_reply_to: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    references: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answers: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    conversation: Option<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    by_person: bool,
    created_at: Timestamp,
}

impl From<&OutboxRow> for WireRow {
    fn from(row: &OutboxRow) -> WireRow {
        WireRow {
            id: row.id.0,
            to: match &row.to {
                Recipient::Customer(contact) => WireRecipient::Customer(contact.into()),
                Recipient::StaffEmail(address) => WireRecipient::StaffEmail(address.as_str().to_owned()),
                Recipient::StaffTelegram(chat) => WireRecipient::StaffTelegram(*chat),
                Recipient::StaffPhone(number) => WireRecipient::StaffPhone(number.clone()),
            },
            account: row.account.clone(),
            subject: row.subject.clone(),
            text: row.text.clone(),
            buttons: row.buttons.iter().map(|line| line.iter().map(WireButton::from).collect()).collect(),
            attachments: row.attachments.iter().map(WireAttachment::from).collect(),
            language: row.language.tag().to_owned(),
            in_reply_to: row.thread.in_reply_to.clone(),
            references: row.thread.references.clone(),
            answers: row.answers.map(|id| id.0),
            conversation: row.conversation.map(|id| id.0),
            by_person: row.by_person,
            created_at: row.created_at,
        }
    }
}

impl TryFrom<WireRow> for OutboxRow {
    type Error = WireError;

    fn try_from(wire: WireRow) -> Result<OutboxRow, WireError> {
        let buttons = wire.buttons.into_iter().map(|line| line.into_iter().map(Button::try_from).collect());
        Ok(OutboxRow {
            id: OutboxId(wire.id),
            to: wire.to.try_into()?,
            account: wire.account,
            subject: wire.subject,
            text: wire.text,
            buttons: buttons.collect::<Result<_, _>>()?,
            attachments: wire.attachments.into_iter().map(Into::into).collect(),
            language: language(&wire.language)?,
            thread: Thread { in_reply_to: wire.in_reply_to, references: wire.references },
            answers: wire.answers.map(MessageId),
            conversation: wire.conversation.map(ConversationId),
            by_person: wire.by_person,
            created_at: wire.created_at,
        })
    }
}

impl TryFrom<WireRecipient> for Recipient {
    type Error = WireError;

    fn try_from(wire: WireRecipient) -> Result<Recipient, WireError> {
        Ok(match wire {
            WireRecipient::Customer(contact) => Recipient::Customer(contact.try_into()?),
            WireRecipient::StaffEmail(address) => {
                Recipient::StaffEmail(known("e-mail address", "(not shown)", EmailAddress::parse(&address))?)
            }
            WireRecipient::StaffTelegram(chat) => Recipient::StaffTelegram(chat),
            WireRecipient::StaffPhone(number) => Recipient::StaffPhone(number),
        })
    }
}

impl From<&Button> for WireButton {
    fn from(button: &Button) -> WireButton {
        let label = button.label.clone();
        match &button.action {
            ButtonAction::Press(press) => WireButton { label, press: Some(press.encode()), link: None },
            ButtonAction::Link(address) => WireButton { label, press: None, link: Some(address.clone()) },
        }
    }
}

impl TryFrom<WireButton> for Button {
    type Error = WireError;

    fn try_from(wire: WireButton) -> Result<Button, WireError> {
        let action = match (wire.press, wire.link) {
            (_, Some(address)) => ButtonAction::Link(address),
            (Some(data), None) => ButtonAction::Press(known("button", &data, Press::decode(&data))?),
            (None, None) => return Err(WireError(format!("the button `{}` does nothing", wire.label))),
        };
        Ok(Button { label: wire.label, action })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum WireOutcome {
    Delivered {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external: Option<String>,
    },
    Later {
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<u32>,
    },
    Refused {
        reason: String,
    },
    Unknown {
        reason: String,
    },
}

impl From<&Outcome> for WireOutcome {
    fn from(outcome: &Outcome) -> WireOutcome {
        match outcome.clone() {
            Outcome::Delivered { external } => WireOutcome::Delivered { external },
            Outcome::Later { reason, after } => WireOutcome::Later { reason, after },
            // For the row it is a later like any other; the route's state is not stored.
            Outcome::Unreachable { reason } => WireOutcome::Later { reason, after: None },
            Outcome::Refused { reason } => WireOutcome::Refused { reason },
            Outcome::Unknown { reason } => WireOutcome::Unknown { reason },
        }
    }
}

impl From<WireOutcome> for Outcome {
    fn from(wire: WireOutcome) -> Outcome {
        match wire {
            WireOutcome::Delivered { external } => Outcome::Delivered { external },
            WireOutcome::Later { reason, after } => Outcome::Later { reason, after },
            WireOutcome::Refused { reason } => Outcome::Refused { reason },
            WireOutcome::Unknown { reason } => Outcome::Unknown { reason },
        }
    }
}

//! The desk: what staff ask and do about complaints, whatever door they came through.

use crate::domain::code::TrackingCode;
use crate::domain::conversation::ConversationId;
use crate::domain::desk::{self, Action, Refusal};
use crate::domain::outbox::OutboxId;
use crate::gateway::Gateway;
use crate::store::{Commit, ComplaintFilter, StoreError, Versioned};

/// Why a staff member did not get what they asked for.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("{0:?} is not a tracking code. A code has nine digits, as in 482-917-508.")]
    BadCode(String),
    #[error("There is no complaint with the code {0}. `pasokh complaint list` shows all of them.")]
    NoSuchCode(TrackingCode),
    #[error("{0} may only look, not act (their role is `viewer`).")]
    ViewerOnly(String),
    #[error(
        "There is no kind `{0}`. There are: complaint, question, request, suggestion, criticism, callback."
    )]
    NoSuchKind(String),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Gateway {
    pub fn complaint(&self, code: &str) -> Result<Versioned, DeskError> {
        let parsed = TrackingCode::parse(code).ok_or_else(|| DeskError::BadCode(code.to_owned()))?;
        let id = self.store.conversation_by_code(parsed)?.ok_or(DeskError::NoSuchCode(parsed))?;
        self.store.conversation(id)?.ok_or(DeskError::NoSuchCode(parsed))
    }

    pub fn complaints(&self, filter: &ComplaintFilter) -> Result<Vec<Versioned>, DeskError> {
        let mut complaints = Vec::new();
        for id in self.store.complaints(filter)? {
            complaints.extend(self.store.conversation(id)?);
        }
        Ok(complaints)
    }

    /// Acts, and gives back the complaint as it is afterwards.
    pub fn act(&self, code: &str, action: &Action, by: &str) -> Result<Versioned, DeskError> {
        self.authorise(by)?;
        loop {
            let Versioned { conversation, version } = self.complaint(code)?;
            let row = OutboxId(self.store.fresh_number()?);
            let events = desk::act(&self.rules(), &conversation, action, by, self.now.get(), row)?;
            let commit = Commit { events, expects: vec![(conversation.id, version)] };
            match self.store.commit(&commit) {
                Ok(()) => {
                    self.learn_from_events(&commit.events);
                    self.after_action(conversation.id);
                    return self.complaint(code);
                }
                Err(StoreError::Conflict) => continue,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The one place that says who may act. Names that the settings do not know come from
    /// the command line only, whose user owns the data directory anyway.
    pub(super) fn authorise(&self, by: &str) -> Result<(), DeskError> {
        let viewer =
            self.settings.staff.people.iter().any(|person| person.name == by && person.role == "viewer");
        if viewer { Err(DeskError::ViewerOnly(by.to_owned())) } else { Ok(()) }
    }

    fn after_action(&self, conversation: ConversationId) {
        if let Ok(Some(versioned)) = self.store.conversation(conversation)
            && let crate::domain::message::Contact::Chat(session) = &versioned.conversation.contact
        {
            self.wake_chat(session);
        }
        self.has_mail.notify_one();
        self.has_clock.notify_one();
    }
}

//! The console's side of the gateway: what staff see in a browser, and what they do there.

use std::sync::Arc;

use tokio::sync::watch;

use crate::domain::access::{Right, may, may_see};
use crate::domain::conversation::{Conversation, Entry, Speaker};
use crate::domain::desk::Action;
use crate::domain::message::{Attachment, BlobId};
use crate::domain::suggestion;
use crate::gateway::Gateway;
use crate::gateway::desk::DeskError;
use crate::gateway::door::{Answer, Request};
use crate::gateway::people::Purpose;
use crate::store::StoreError;
use crate::web::{ActFault, Case, Member, QueueRow, StaffDesk};

impl Gateway {
    /// A case that this member may see; none is like one that does not exist.
    fn seen_by(&self, member: &Member, code: &str) -> Result<Option<Conversation>, StoreError> {
        let found = match self.complaint(code) {
            Ok(found) => found.conversation,
            Err(DeskError::Store(error)) => return Err(error),
            Err(_) => return Ok(None),
        };
        let complaint = found.complaint.as_ref();
        Ok(complaint
            .is_some_and(|one| may_see(&member.name, member.role, one.record.concerned()))
            .then_some(found))
    }

    /// Somebody has changed something that staff look at.
    pub(super) fn ring_desk(&self) {
        self.desk_bell.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// What was said after the first `said` entries, and by whom: none where only the machine spoke.
fn overtaken(entries: &[Entry], said: usize) -> Option<Option<String>> {
    let later = entries.iter().skip(said);
    let people = later.filter_map(|entry| match &entry.by {
        Speaker::Staff(name) => Some(Some(name.clone())),
        Speaker::Customer => Some(None),
        Speaker::Machine => None,
    });
    // A colleague's answer matters more than another message.
    people.max()
}

/// Acts that the customer reads: they must be written in the light of all that was said.
fn is_told(action: &Action) -> bool {
    match action {
        Action::Reply { .. } | Action::SendSuggestion { .. } | Action::Process(_) | Action::Close { .. } => {
            true
        }
        Action::Set { .. }
        | Action::Note { .. }
        | Action::Assign { .. }
        | Action::Reopen
        | Action::Merge { .. }
        | Action::TellApart { .. } => false,
    }
}

fn logged(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl StaffDesk for Gateway {
    fn member_of(&self, session: &str) -> Result<Option<Member>, String> {
        Gateway::member_of(self, session).map_err(logged)
    }

    fn sign_in(&self, name: &str, password: &str) -> Result<Option<String>, String> {
        Gateway::sign_in(self, name, password).map_err(logged)
    }

    fn send_link(&self, name: &str) -> Result<(), String> {
        self.send_sign_in_link(name).map_err(logged)
    }

    fn redeem(&self, token: &str) -> Result<Option<String>, String> {
        Gateway::redeem(self, token).map_err(logged)
    }

    fn invited(&self, token: &str) -> Result<Option<Member>, String> {
        self.bearer(Purpose::Invitation, token).map_err(logged)
    }

    fn accept_invitation(&self, token: &str, password: &str) -> Result<Option<String>, String> {
        Gateway::accept_invitation(self, token, password).map_err(logged)
    }

    fn sign_out(&self, session: &str) -> Result<(), String> {
        Gateway::sign_out(self, session).map_err(logged)
    }

    fn members(&self) -> Vec<Member> {
        Gateway::members(self)
    }

    fn rows(&self) -> Result<Arc<Vec<Arc<QueueRow>>>, String> {
        self.queue_rows().map_err(logged)
    }

    fn case(&self, member: &Member, code: &str) -> Result<Option<Case>, String> {
        let Some(conversation) = self.seen_by(member, code).map_err(logged)? else { return Ok(None) };
        let sheet = match self.answer(Request::Show { code: code.to_owned() }) {
            Answer::Fine(sheet) => serde_json::from_value(sheet).map_err(logged)?,
            Answer::Failed { message, .. } => return Err(message),
        };
        let rules = self.rules();
        let language = conversation.language;
        let intents = rules.intents.iter();
        Ok(Some(Case {
            sheet,
            said: conversation.entries.len(),
            language,
            replies: suggestion::prepared(&rules, &conversation),
            intents: intents
                .map(|(name, intent)| (name.clone(), intent.title(language).to_owned()))
                .collect(),
        }))
    }

    fn act(&self, member: &Member, code: &str, said: usize, action: &Action) -> Result<(), ActFault> {
        let store = |error: StoreError| ActFault::Failed(error.to_string());
        if !may(member.role, Right::Act) {
            return Err(ActFault::Refused(DeskError::ViewerOnly(member.name.clone()).to_string()));
        }
        if self.seen_by(member, code).map_err(store)?.is_none() {
            return Err(ActFault::NotFound);
        }
        let check = |conversation: &Conversation| match overtaken(&conversation.entries, said) {
            Some(by) if is_told(action) => Err(DeskError::Overtaken(by)),
            _ => Ok(()),
        };
        match self.act_if(code, action, &member.name, check) {
            Ok(_) => Ok(()),
            Err(DeskError::Overtaken(by)) => Err(ActFault::Overtaken(by)),
            Err(DeskError::Store(error)) => Err(store(error)),
            Err(DeskError::NoSuchCode(_) | DeskError::BadCode(_)) => Err(ActFault::NotFound),
            Err(refused) => Err(ActFault::Refused(refused.to_string())),
        }
    }

    fn file(
        &self,
        member: &Member,
        code: &str,
        blob: &BlobId,
    ) -> Result<Option<(Attachment, Vec<u8>)>, String> {
        let Some(conversation) = self.seen_by(member, code).map_err(logged)? else { return Ok(None) };
        let mut files = conversation.entries.iter().flat_map(|entry| &entry.attachments);
        let Some(file) = files.find(|file| file.blob.as_ref() == Some(blob)) else { return Ok(None) };
        let bytes = self.store.blob(blob).map_err(logged)?;
        Ok(bytes.map(|bytes| (file.clone(), bytes)))
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.desk_bell.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::outbox::OutboxId;

    #[test]
    fn an_answer_is_overtaken_by_people_and_never_by_the_machine() {
        let entry = |by: Speaker| Entry::ours(by, "x".to_owned(), OutboxId(1), Timestamp::UNIX_EPOCH);
        let sara = || Speaker::Staff("Sara".to_owned());
        let entries =
            [entry(Speaker::Customer), entry(Speaker::Machine), entry(Speaker::Customer), entry(sara())];
        assert_eq!(overtaken(&entries, 4), None);
        assert_eq!(overtaken(&entries, 2), Some(Some("Sara".to_owned())));
        assert_eq!(overtaken(&entries[..3], 2), Some(None));
        assert_eq!(overtaken(&entries[..2], 1), None);
    }
}

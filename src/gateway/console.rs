//! The console's side of the gateway: what staff see in a browser, and what they do there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::watch;

use crate::domain::access::{Right, may, may_see};
use crate::domain::conversation::{Conversation, Entry, Speaker};
use crate::domain::desk::{self, Action};
use crate::domain::message::{Attachment, BlobId, Language, MessageId, MessageKey};
use crate::domain::outbox::OutboxId;
use crate::domain::rules::Rules;
use crate::domain::suggestion;
use crate::gateway::Gateway;
use crate::gateway::desk::DeskError;
use crate::gateway::door::{Answer, Request};
use crate::gateway::people::Purpose;
use crate::mail;
use crate::report::complaints::{ComplaintRow, ComplaintSheet};
use crate::report::unmatched::UnmatchedReport;
use crate::store::StoreError;
use crate::web::{ActFault, Case, InWords, Member, QueueRow, RulesView, StaffDesk, Stuck, VerdictLine};

/// Of a customer's other cases so many are shown.
const MOST_OTHERS: usize = 20;

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

    /// Other cases of the customer, on this contact and those that are linked with it.
    fn other_cases(&self, member: &Member, here: &Conversation) -> Result<Vec<ComplaintRow>, StoreError> {
        let mut rows = Vec::new();
        for found in self.of_same_customer(&here.contact)? {
            let Some(complaint) = found.complaint.as_ref().filter(|_| found.id != here.id) else { continue };
            if may_see(&member.name, member.role, complaint.record.concerned()) {
                rows.extend(ComplaintRow::of(&found));
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.received_at));
        rows.truncate(MOST_OTHERS);
        Ok(rows)
    }

    /// What was made of each message of the case, and which of them are mails.
    fn made_of(
        &self,
        sheet: &ComplaintSheet,
        rules: &Rules,
    ) -> Result<(BTreeMap<u64, VerdictLine>, BTreeSet<u64>), StoreError> {
        let (mut verdicts, mut mails) = (BTreeMap::new(), BTreeSet::new());
        for number in sheet.messages.iter().filter_map(|line| line.message) {
            let Some(row) = self.store.message(MessageId(number))? else { continue };
            if matches!(row.received.key, MessageKey::Email { .. }) {
                mails.insert(number);
            }
            if let Some(verdict) = row.verdict {
                let best = verdict.understanding.and_then(|read| read.best).map(|best| {
                    let intent = rules.intents.get(&best.intent);
                    let title = |language| intent.map_or(best.intent.as_str(), |one| one.title(language));
                    (InWords::by(|language| title(language).to_owned()), best.score)
                });
                let disposition = verdict.disposition.name();
                verdicts.insert(number, VerdictLine { disposition, reason: verdict.reason, best });
            }
        }
        Ok((verdicts, mails))
    }

    /// The raw mail, if this message is one and belongs to the case or to one that goes on in it.
    fn mail_of(&self, found: &Conversation, message: MessageId) -> Result<Option<Vec<u8>>, StoreError> {
        let absorbed = found.complaint.as_ref().map(|complaint| self.absorbed(complaint)).transpose()?;
        let all = std::iter::once(found).chain(absorbed.iter().flatten());
        if !all.flat_map(|one| &one.entries).any(|entry| entry.message == Some(message)) {
            return Ok(None);
        }
        let row = self.store.message(message)?.map(|row| row.received);
        let mail = row.filter(|received| matches!(received.key, MessageKey::Email { .. }));
        mail.map_or(Ok(None), |received| self.store.blob(&received.raw))
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
        | Action::Snooze { .. }
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
        let sheet: ComplaintSheet = match self.answer(Request::Show { code: code.to_owned() }) {
            Answer::Fine(sheet) => serde_json::from_value(sheet).map_err(logged)?,
            Answer::Failed { message, .. } => return Err(message),
        };
        let rules = self.rules();
        let language = conversation.language;
        let (verdicts, mails) = self.made_of(&sheet, &rules).map_err(logged)?;
        let intents = rules.intents.iter();
        Ok(Some(Case {
            sheet,
            said: conversation.entries.len(),
            language,
            replies: suggestion::prepared(&rules, &conversation),
            intents: intents
                .map(|(name, intent)| (name.clone(), intent.title(language).to_owned()))
                .collect(),
            footer: desk::mail_footer(&rules, &conversation),
            others: self.other_cases(member, &conversation).map_err(logged)?,
            verdicts,
            mails,
        }))
    }

    fn act(&self, member: &Member, code: &str, said: usize, action: &Action) -> Result<(), ActFault> {
        let store = |error: StoreError| ActFault::Failed(error.to_string());
        if !may(member.role, Right::Act) {
            return Err(ActFault::Refused(InWords::by(|language| {
                DeskError::ViewerOnly(member.name.clone()).told(language)
            })));
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
            Err(refused) => Err(ActFault::Refused(InWords::by(|language| refused.told(language)))),
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

    fn rules(&self) -> Result<RulesView, String> {
        self.rules_seen().map_err(logged)
    }

    fn unmatched(&self) -> Result<UnmatchedReport, String> {
        Gateway::unmatched(self).map_err(logged)
    }

    fn try_text(&self, text: &str, language: Language) -> String {
        self.tried(text, language)
    }

    fn stuck(&self, member: &Member) -> Result<Stuck, String> {
        self.stuck_rows(member).map_err(logged)
    }

    fn dismiss(&self, member: &Member, row: u64, again: bool) -> Result<bool, String> {
        self.dismiss_row(OutboxId(row), again, member).map_err(logged)
    }

    fn code_seen(&self, member: &Member, code: &str) -> Result<Option<String>, String> {
        let found = self.seen_by(member, code).map_err(logged)?;
        Ok(found.and_then(|found| found.complaint).map(|complaint| complaint.code.to_string()))
    }

    fn mail(&self, member: &Member, code: &str, message: u64) -> Result<Option<String>, String> {
        let Some(found) = self.seen_by(member, code).map_err(logged)? else { return Ok(None) };
        let raw = self.mail_of(&found, MessageId(message)).map_err(logged)?;
        Ok(raw.map(|bytes| mail::page::of(&bytes)))
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.desk_bell.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

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

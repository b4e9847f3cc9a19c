//! What a customer may do with a tracking code: ask, add, reopen.

use crate::domain::clocks::ClockKind;
use crate::domain::code::TrackingCode;
use crate::domain::complaint::effects::Moved;
use crate::domain::complaint::moves::{Actor, Move};
use crate::domain::complaint::{Closing, Complaint};
use crate::domain::conversation::Conversation;
use crate::domain::decide::draft::{Decision, Draft, paragraphs};
use crate::domain::decide::verdict::Disposition;
use crate::domain::decide::wording;

/// Complaints listed to one who asks without a code.
const LONGEST_LIST: usize = 5;

impl<'a> Draft<'a> {
    /// The complaint with this code, if it is the sender's own and the sender is proven.
    pub fn owned(&self, code: TrackingCode) -> Option<(&'a Conversation, &'a Complaint)> {
        let conversation = self.known.named.as_ref()?;
        // A merged case goes on in another, and its code with it.
        let names = |one: &&Complaint| one.code == code || one.record.absorbed.contains(&code);
        let complaint = conversation.complaint.as_ref().filter(names)?;
        let contact = conversation.contact.key();
        let is_theirs = contact == self.message.contact.key() || self.known.linked.contains(&contact);
        (self.known.proven && is_theirs).then_some((conversation, complaint))
    }

    pub fn status(mut self, code: Option<TrackingCode>) -> Decision {
        let Some(code) = code else { return self.status_of_all() };
        self.verdict.code = Some(code);
        match self.owned(code) {
            Some((conversation, complaint)) => self.stands(conversation, complaint, "status"),
            None => self.unknown_code("status_unknown_code"),
        }
    }

    /// Says where the sender's own case stands.
    pub fn stands(
        mut self,
        conversation: &Conversation,
        complaint: &Complaint,
        reason: &'static str,
    ) -> Decision {
        self.verdict.code = Some(complaint.code);
        self.join(conversation);
        let text = self.status_text(conversation, complaint);
        self.verdict.reply = Some("status".to_owned());
        self.say(text, Vec::new());
        self.finish(Disposition::Commanded, reason)
    }

    /// The same words for a code that does not exist and for somebody else's: no oracle.
    fn unknown_code(mut self, reason: &'static str) -> Decision {
        self.verdict.code = None;
        self.open();
        let text = self.phrase("status_unknown");
        self.verdict.reply = Some("status_unknown".to_owned());
        self.say(text, Vec::new());
        self.finish(Disposition::Commanded, reason)
    }

    fn status_of_all(mut self) -> Decision {
        if !self.known.proven || self.known.open.is_empty() {
            return self.unknown_code("status_none");
        }
        let known = self.known;
        let texts: Vec<String> = known
            .open
            .iter()
            .take(LONGEST_LIST)
            .filter_map(|conversation| {
                conversation.complaint.as_ref().map(|complaint| self.status_text(conversation, complaint))
            })
            .collect();
        if let Some(newest) = known.open.first() {
            self.join(newest);
            self.verdict.code = newest.complaint.as_ref().map(|complaint| complaint.code);
        }
        self.verdict.reply = Some("status".to_owned());
        self.say(paragraphs(&texts), Vec::new());
        self.finish(Disposition::Commanded, "status")
    }

    fn status_text(&self, conversation: &Conversation, complaint: &Complaint) -> String {
        let mut values = self.values();
        values.set("code", &complaint.code.to_string());
        values.set("updated", &self.due_text(wording::updated(conversation, complaint)));
        values.set("stage", wording::stage(complaint.state, self.language));
        values.set("step", &wording::step(complaint.state, self.language));
        values.set("owner", complaint.owner.as_deref().unwrap_or(wording::team(self.language)));
        values.set("last_action", wording::last_action(conversation, complaint, self.language));
        values.set("reopen_days", &wording::number(i64::from(self.rules.policy.reopen_days), self.language));
        if !complaint.is_open() {
            return self.compose("status_closed", &values).0;
        }
        if let Some(due) = complaint.next_due() {
            values.set("next_due", &self.due_text(due));
            if due < self.now {
                values.set("overdue", wording::yes(self.language));
            }
        }
        self.compose("status", &values).0
    }

    pub fn reopen(mut self, code: TrackingCode) -> Decision {
        self.verdict.code = Some(code);
        match self.owned(code) {
            Some((conversation, complaint)) if complaint.is_open() => {
                self.stands(conversation, complaint, "reopen_not_needed")
            }
            Some((conversation, complaint)) if self.may_reopen(complaint) => {
                self.reopen_now(conversation, complaint, "reopened")
            }
            Some((conversation, complaint)) => {
                self.join(conversation);
                let mut values = self.values();
                values.set("code", &complaint.code.to_string());
                values.set(
                    "reopen_days",
                    &wording::number(i64::from(self.rules.policy.reopen_days), self.language),
                );
                let outside = complaint.record.closing == Some(Closing::External);
                let (reply, reason) = if outside {
                    ("closed_outside", "reopen_refused")
                } else {
                    ("reopen_refused", "reopen_too_late")
                };
                let (text, buttons) = self.compose(reply, &values);
                self.verdict.reply = Some(reply.to_owned());
                self.say(text, buttons);
                self.finish(Disposition::Commanded, reason)
            }
            None => self.unknown_code("reopen_unknown_code"),
        }
    }

    /// The sender's own complaint with this code, when it may be opened again now.
    pub fn reopenable(&self, code: TrackingCode) -> Option<&'a Complaint> {
        let (_, complaint) = self.owned(code)?;
        (!complaint.is_open() && self.may_reopen(complaint)).then_some(complaint)
    }

    pub fn may_reopen(&self, complaint: &Complaint) -> bool {
        complaint.may_reopen(self.now, &self.rules.policy)
    }

    /// Opens the complaint again with this message, and a new clock.
    pub fn reopen_now(
        mut self,
        conversation: &Conversation,
        complaint: &Complaint,
        reason: &'static str,
    ) -> Decision {
        self.join(conversation);
        self.verdict.kind = Some(complaint.kind);
        self.verdict.code = Some(complaint.code);
        let reopen = Move::Reopen { evidence: false };
        match self.moved(conversation, complaint, &reopen, &Actor::Customer) {
            Some(Moved { notice, after, .. }) => {
                self.tell(conversation, &after, notice);
                if let Some(clock) = after.running(ClockKind::NextResponse) {
                    self.promised(ClockKind::NextResponse, clock.due);
                }
                self.raise(conversation.id, after);
                self.finish(Disposition::Commanded, reason)
            }
            None => self.stands(conversation, complaint, "reopen_refused"),
        }
    }
}

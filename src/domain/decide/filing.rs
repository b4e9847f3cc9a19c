//! Filing: a person must handle this, and the customer gets a code and a date.

use jiff::Timestamp;

use crate::domain::calendar::Calendar;
use crate::domain::clocks::ClockKind;
use crate::domain::complaint::moves::{Actor, Move};
use crate::domain::complaint::severity::Severity;
use crate::domain::complaint::{Complaint, ComplaintKind, Filing};
use crate::domain::conversation::{Conversation, ConversationId, Question};
use crate::domain::decide::draft::{Decision, Draft, paragraphs};
use crate::domain::decide::verdict::Disposition;
use crate::domain::event::Event;
use crate::domain::rules::{Intent, IntentKind};
use crate::domain::understanding::IntentName;

/// Why and as what something is filed.
pub(super) struct Matter<'k> {
    pub kind: ComplaintKind,
    pub topic: Option<IntentName>,
    pub reason: &'static str,
    /// Name of the acknowledgement among the replies.
    pub acknowledgement: &'static str,
    /// Continue this conversation instead of opening one.
    pub conversation: Option<&'k Conversation>,
}

impl Draft<'_> {
    pub fn file(mut self, matter: Matter<'_>) -> Decision {
        let conversation = match matter.conversation {
            Some(conversation) => self.join(conversation),
            None => self.open(),
        };
        // The customer has waited since the first message about this, and the clock says so.
        let received_at = matter
            .conversation
            .map_or(self.message.received_at, |conversation| conversation.first_written_at());
        let severity = Severity::assumed(matter.kind).number();
        let calendar = self.rules.calendar_of_topic(matter.topic.as_deref());
        let clock = self.rules.response_clock(ClockKind::FirstResponse, severity, calendar, received_at);
        let promised = self.honest_date(clock.due, severity, calendar);
        let clock = clock.telling(promised);
        if matter.conversation.is_some_and(|conversation| conversation.waiting.is_some()) {
            self.settle_question(false);
        }
        let suggested = std::mem::take(&mut self.suggested);
        let filing = Filing {
            code: self.fresh.code,
            kind: matter.kind,
            topic: matter.topic.clone(),
            received_at,
            promised,
            suggested,
            about: self.about,
            at: self.now,
        };
        let complaint = Complaint::file(&filing);
        self.push(Event::Filed { conversation, filing });
        self.push(Event::ClockStarted { conversation, clock });
        let complaint = self.raise(conversation, complaint);
        let complaint = self.take_told(conversation, complaint);
        self.verdict.kind = Some(matter.kind);
        self.verdict.code = Some(self.fresh.code);
        self.acknowledge(&matter, promised, (conversation, &complaint));
        self.finish(Disposition::Filed, matter.reason)
    }

    /// What is promised must lie ahead, even when the first message is old.
    fn honest_date(&self, due: Timestamp, severity: u8, calendar: &Calendar) -> Timestamp {
        if due > self.now {
            return due;
        }
        let limit = self.rules.promises.response(ClockKind::FirstResponse, severity);
        limit.due(calendar, self.now)
    }

    fn acknowledge(
        &mut self,
        matter: &Matter<'_>,
        promised: Timestamp,
        (conversation, complaint): (ConversationId, &Complaint),
    ) {
        let acknowledgement =
            if self.known.proven { matter.acknowledgement } else { "acknowledge_unverified" };
        let mut values = self.values();
        values.set("code", &self.fresh.code.to_string());
        values.set("due", &self.due_text(promised));
        let topic = matter.topic.as_ref().and_then(|topic| self.rules.intents.get(topic));
        if let Some(intent) = topic {
            values.set("topic", intent.title(self.language));
        }
        let information = topic
            .filter(|intent| self.known.proven && self.held.is_none() && informs(intent, matter.kind))
            .and_then(|intent| intent.reply.clone());
        let mut parts = Vec::new();
        if let Some(reply) = &information {
            parts.push(self.compose(reply, &values).0);
        }
        let (text, mut buttons) = self.compose(acknowledgement, &values);
        parts.push(text);
        let calendar = self.rules.calendar_of(complaint);
        if self.known.proven && !calendar.is_open(self.now) {
            values.set("next_open", &self.due_text(calendar.next_open(self.now)));
            parts.push(self.compose("out_of_hours", &values).0);
        }
        if let Some((question, choices)) = self.first_inquiry(conversation, complaint) {
            parts.push(question);
            buttons.extend(choices);
        }
        self.verdict.reply = Some(information.unwrap_or_else(|| acknowledgement.to_owned()));
        self.say(paragraphs(&parts), buttons);
    }

    /// More for a complaint that is there already.
    pub fn append(mut self, conversation: &Conversation, reason: &'static str) -> Decision {
        self.join(conversation);
        let Some(complaint) = &conversation.complaint else {
            return self.finish(Disposition::Appended, reason);
        };
        // Whoever goes on about the matter has not said that they withdraw it.
        if conversation.waiting == Some(Question::Withdraw) {
            self.settle_question(false);
        }
        let wrote = Move::CustomerWrote { at: self.message.received_at };
        let moved = self.moved(conversation, complaint, &wrote, &Actor::Customer);
        let after = moved.map_or_else(|| complaint.clone(), |moved| moved.after);
        let due = after.next_due();
        self.raise(conversation.id, after);
        self.verdict.kind = Some(complaint.kind);
        self.verdict.code = Some(complaint.code);
        if !conversation.is_staffed() {
            let mut values = self.values();
            values.set("code", &complaint.code.to_string());
            let told = self.honest_date(
                due.unwrap_or(self.now),
                complaint.severity().number(),
                self.rules.calendar_of(complaint),
            );
            self.promised(ClockKind::NextResponse, told);
            values.set("due", &self.due_text(told));
            values.set("next_due", &self.due_text(told));
            let (text, buttons) = self.compose("added", &values);
            self.verdict.reply = Some("added".to_owned());
            self.say(text, buttons);
        }
        self.finish(Disposition::Appended, reason)
    }
}

/// Requests are told what to know before a colleague acts on them.
fn informs(intent: &Intent, kind: ComplaintKind) -> bool {
    intent.kind == IntentKind::Request && kind == ComplaintKind::Request
}

/// The acknowledgement that suits a kind.
pub(super) fn acknowledgement_of(kind: ComplaintKind) -> &'static str {
    match kind {
        ComplaintKind::Complaint => "acknowledge_complaint",
        ComplaintKind::Question => "acknowledge_question",
        ComplaintKind::Request => "acknowledge_request",
        ComplaintKind::Suggestion => "acknowledge_suggestion",
        ComplaintKind::Criticism => "acknowledge_criticism",
        ComplaintKind::Callback => "acknowledge_callback",
    }
}

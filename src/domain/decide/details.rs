//! Asking for what is missing once a case exists: one thing at a time, and each may be skipped.
//!
//! The case and its code come first, so that nothing is lost when somebody does
//! not answer. An answer goes on record; what is none is treated as any other
//! message, and the question stays open.
//!
//! Invariant: nobody is asked who has not proven who they are, whose budget is
//! used up, or whom a person has answered already.

use crate::domain::complaint::details::{self, REMEDIES, Slot};
use crate::domain::complaint::effects::Moved;
use crate::domain::complaint::moves::{Actor, Move};
use crate::domain::complaint::record::Field;
use crate::domain::complaint::{Complaint, ComplaintKind};
use crate::domain::conversation::{Conversation, ConversationId, Question};
use crate::domain::decide::command::{Command, is_skip, is_stop};
use crate::domain::decide::draft::{Decision, Draft};
use crate::domain::decide::verdict::Disposition;
use crate::domain::decide::wording;
use crate::domain::message::Press;
use crate::domain::outbox::{Button, ButtonAction};
use crate::domain::rules::IntentKind;
use crate::domain::text::{Phone, detect_language};
use crate::domain::understanding::Conclusion;

/// A question with its buttons.
pub(super) type Inquiry = (String, Vec<Vec<Button>>);

/// What the customer did about the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// One of the choices; none to skip it.
    Choice(Option<u32>),
    /// Words of their own.
    Words,
}

impl<'a> Draft<'a> {
    /// Puts on record what the first message says by itself.
    pub fn take_told(&mut self, conversation: ConversationId, complaint: Complaint) -> Complaint {
        let told = details::told(complaint.kind, &self.message.visible).filter(|_| self.known.proven);
        let Some((field, text)) = told else { return complaint };
        self.moved_in(conversation, &complaint, &Move::Fill { field, text }).unwrap_or(complaint)
    }

    /// Asks for the first missing detail of a case that has just been filed.
    pub fn first_inquiry(&mut self, conversation: ConversationId, complaint: &Complaint) -> Option<Inquiry> {
        let may_ask = self.known.proven && !self.silent && self.held.is_none();
        may_ask.then(|| self.next_inquiry(conversation, complaint)).flatten()
    }

    fn next_inquiry(&mut self, conversation: ConversationId, complaint: &Complaint) -> Option<Inquiry> {
        let field = details::next(complaint, self.rules.policy.asked)?;
        Some(self.inquiry(conversation, complaint, field, question(field)))
    }

    fn inquiry(
        &mut self,
        conversation: ConversationId,
        complaint: &Complaint,
        field: Field,
        reply: &str,
    ) -> Inquiry {
        self.moved_in(conversation, complaint, &Move::Inquire { field });
        let offered = self.offered(complaint, field);
        let press = |choice| Press::Detail { conversation: conversation.0, field, choice };
        let choice = |(choice, label): &(u32, String)| Button {
            label: label.clone(),
            action: ButtonAction::Press(press(Some(*choice))),
        };
        // Slots have long labels; remedies stand two in a row.
        let a_row = if field == Field::Slot { 1 } else { 2 };
        let mut buttons: Vec<Vec<Button>> =
            offered.chunks(a_row).map(|row| row.iter().map(choice).collect()).collect();
        buttons.push(vec![self.button("skip_label", press(None))]);
        self.ask(Question::Detail {
            field,
            choices: offered.into_iter().map(|(choice, _)| choice).collect(),
        });
        let values = self.case_values(complaint);
        (self.compose(reply, &values).0, buttons)
    }

    /// What may be chosen instead of written.
    fn offered(&self, complaint: &Complaint, field: Field) -> Vec<(u32, String)> {
        let zone = self.rules.calendar.zone();
        match field {
            Field::RemedyRequested => (0..)
                .zip(REMEDIES)
                .map(|(number, remedy)| (number, wording::wanted(remedy, self.language).to_owned()))
                .collect(),
            Field::Slot => Slot::offered(self.rules.calendar_of(complaint), self.now)
                .into_iter()
                .map(|slot| (slot.choice(), slot.told(zone, self.language)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// An answer to the question that is open; the draft back where it says nothing.
    pub fn detail_answered(
        mut self,
        conversation: &'a Conversation,
        given: Given,
    ) -> Result<Decision, Box<Self>> {
        let asked = match &conversation.waiting {
            Some(Question::Detail { field, .. }) => Some(*field),
            _ => None,
        };
        let complaint = conversation.complaint.as_ref().filter(|one| one.is_open());
        let may = !self.silent && self.known.proven && !conversation.is_staffed();
        let (Some(field), Some(complaint)) = (asked, complaint.filter(|_| may)) else {
            return Err(Box::new(self));
        };
        // Numbers and buttons have no language: it goes on in that of the question.
        let asked_in = conversation.entries.last().and_then(|entry| detect_language(&entry.text));
        self.language = asked_in
            .filter(|language| self.rules.business.languages.contains(language))
            .unwrap_or(self.language);
        let words = self.message.visible.clone();
        if given == Given::Words && is_stop(&words) {
            return Ok(self.no_more(conversation, complaint));
        }
        if given == Given::Choice(None) || is_skip(&words) {
            return Ok(self.go_on(conversation, complaint.clone(), Disposition::Commanded, "detail_skipped"));
        }
        let made = match given {
            Given::Choice(Some(choice)) => self.chosen_detail(complaint, field, choice),
            Given::Choice(None) | Given::Words => self.written_detail(field, &words),
        };
        if let Some(made) = made {
            self.join(conversation);
            let after = self.moved_in(conversation.id, complaint, &made).unwrap_or_else(|| complaint.clone());
            return Ok(self.go_on(conversation, after, Disposition::Appended, "detail_given"));
        }
        // A slot that is over by now is offered anew; a number that cannot be read is asked for again.
        let again = match (given, field) {
            (Given::Choice(Some(_)), _) => question(field),
            (_, Field::Phone) if tries(&words) && details::may_ask_again(&complaint.record, field) => {
                "ask_phone_again"
            }
            _ => return Err(Box::new(self)),
        };
        self.join(conversation);
        let (text, buttons) = self.inquiry(conversation.id, complaint, field, again);
        Ok(self.said_about(complaint, again, text, buttons, (Disposition::Appended, "detail_unclear")))
    }

    fn chosen_detail(&self, complaint: &Complaint, field: Field, choice: u32) -> Option<Move> {
        match field {
            Field::RemedyRequested => {
                let remedy = REMEDIES.get(usize::try_from(choice).ok()?)?;
                Some(Move::Fill { field, text: wording::wanted(*remedy, self.language).to_owned() })
            }
            Field::Slot => self.agreed(Slot::chosen(self.rules.calendar_of(complaint), choice)?),
            _ => None,
        }
    }

    fn written_detail(&self, field: Field, words: &str) -> Option<Move> {
        // A yes, or the number of no choice, answers some other question.
        if matches!(Command::parse(words), Some(Command::Yes | Command::Choose(_))) {
            return None;
        }
        let text = details::read(field, words).filter(|_| !self.is_other_matter(field, words))?;
        let slot = Some(field).filter(|field| *field == Field::Slot);
        let slot = slot.and_then(|_| Slot::parse(&text, self.rules.calendar.zone()));
        match slot {
            Some(slot) => self.agreed(slot),
            None => Some(Move::Fill { field, text }),
        }
    }

    fn agreed(&self, slot: Slot) -> Option<Move> {
        let written = slot.written(self.rules.calendar.zone());
        (slot.until > self.now).then_some(Move::Schedule { slot: written, at: Some(slot) })
    }

    /// Free words may mean something else: a wish for a person, thanks, another question, an insult.
    fn is_other_matter(&self, field: Field, words: &str) -> bool {
        if self.rules.conduct.is_abusive(words) {
            return true;
        }
        if !matches!(field, Field::RemedyRequested | Field::OccurredAt | Field::Slot) {
            return false;
        }
        let understanding = self.rules.matcher.understand(words, Some(self.language));
        let Conclusion::One(intent) = understanding.conclusion else { return false };
        let kind = self.rules.intents.get(&intent).map(|intent| intent.kind);
        // "I want a refund" is what was asked for, however much it looks like a question on refunds.
        let says_remedy = field == Field::RemedyRequested
            && matches!(kind, Some(IntentKind::Question | IntentKind::Request | IntentKind::Complaint));
        !says_remedy
    }

    /// The next question, or the end of them.
    fn go_on(
        mut self,
        conversation: &Conversation,
        complaint: Complaint,
        disposition: Disposition,
        reason: &'static str,
    ) -> Decision {
        self.join(conversation);
        if let Some((text, buttons)) = self.next_inquiry(conversation.id, &complaint) {
            return self.said_about(&complaint, "inquiry", text, buttons, (disposition, reason));
        }
        self.settle_question(false);
        let phone = complaint.record.field(Field::Phone).and_then(Phone::find);
        let is_call = complaint.kind == ComplaintKind::Callback && phone.is_some();
        let reply = if is_call { "callback_confirmed" } else { "details_done" };
        let text = self.compose(reply, &self.case_values(&complaint)).0;
        self.said_about(&complaint, reply, text, Vec::new(), (disposition, reason))
    }

    /// The customer wants no more questions.
    fn no_more(mut self, conversation: &Conversation, complaint: &Complaint) -> Decision {
        self.join(conversation);
        let mut after = complaint.clone();
        for field in details::remaining(complaint, self.rules.policy.asked) {
            after = self.moved_in(conversation.id, &after, &Move::Inquire { field }).unwrap_or(after);
        }
        self.go_on(conversation, after, Disposition::Commanded, "details_refused")
    }

    fn said_about(
        mut self,
        complaint: &Complaint,
        reply: &str,
        text: String,
        buttons: Vec<Vec<Button>>,
        (disposition, reason): (Disposition, &str),
    ) -> Decision {
        self.verdict.kind = Some(complaint.kind);
        self.verdict.code = Some(complaint.code);
        self.verdict.reply = Some(reply.to_owned());
        self.say(text, buttons);
        self.finish(disposition, reason)
    }

    fn case_values(&self, complaint: &Complaint) -> crate::domain::compose::Values {
        let mut values = self.values();
        values.set("code", &complaint.code.to_string());
        let due = complaint.next_due().filter(|due| *due > self.now);
        values.set("next_due", &due.map(|due| self.due_text(due)).unwrap_or_default());
        let phone = complaint.record.field(Field::Phone).and_then(Phone::find);
        values.set("phone", &phone.map(|phone| phone.masked()).unwrap_or_default());
        let zone = self.rules.calendar.zone();
        let slot = complaint.record.field(Field::Slot).map(|text| {
            Slot::parse(text, zone).map_or_else(|| text.to_owned(), |slot| slot.told(zone, self.language))
        });
        values.set("slot", &slot.unwrap_or_default());
        values
    }

    fn moved_in(
        &mut self,
        conversation: ConversationId,
        complaint: &Complaint,
        made: &Move,
    ) -> Option<Complaint> {
        let by = if matches!(made, Move::Inquire { .. }) { Actor::Machine } else { Actor::Customer };
        let Moved { events, after, .. } = self.make_move(conversation, complaint, made, &by)?;
        events.into_iter().for_each(|event| self.push(event));
        Some(after)
    }
}

/// The reply that asks for a detail.
fn question(field: Field) -> &'static str {
    match field {
        Field::OrderNo => "ask_order_no",
        Field::RemedyRequested => "ask_remedy",
        Field::Phone => "ask_phone",
        Field::Slot => "ask_slot",
        _ => "ask_occurred_at",
    }
}

/// Somebody tried to write a number: so many digits are no accident.
fn tries(words: &str) -> bool {
    const DIGITS: usize = 5;
    words.chars().filter(|c| crate::domain::text::digits::value(*c).is_some()).count() >= DIGITS
}

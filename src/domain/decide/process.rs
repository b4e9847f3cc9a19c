//! The customer's side of the complaint process: accept, refuse, withdraw, say how it was.
//!
//! A button, a number or a short command comes in and becomes a move of the
//! process; what it comes to is said in the owner's words. Free words after a
//! decision go to a person: nobody guesses what they mean.
//!
//! Invariant: only the customer's own proven contact gets here.

use crate::domain::complaint::effects::{Moved, Terms, make};
use crate::domain::complaint::moves::{Actor, Move, Notice};
use crate::domain::complaint::record::{Field, SurveyQuestion};
use crate::domain::complaint::signs::signs;
use crate::domain::complaint::{Complaint, ComplaintKind, ComplaintState};
use crate::domain::conversation::{Conversation, ConversationId, Question};
use crate::domain::decide::command::Command;
use crate::domain::decide::details::Given;
use crate::domain::decide::draft::{Decision, Draft};
use crate::domain::decide::verdict::Disposition;
use crate::domain::message::Press;
use crate::domain::notice::{self, Letter};

impl<'a> Draft<'a> {
    /// Makes a move; its events become part of the decision.
    pub fn moved(
        &mut self,
        conversation: &Conversation,
        complaint: &Complaint,
        made: &Move,
        by: &Actor,
    ) -> Option<Moved> {
        let moved = self.make_move(conversation.id, complaint, made, by)?;
        moved.events.iter().cloned().for_each(|event| self.push(event));
        Some(moved)
    }

    /// What a move comes to, before anything is true.
    pub fn make_move(
        &self,
        conversation: ConversationId,
        complaint: &Complaint,
        made: &Move,
        by: &Actor,
    ) -> Option<Moved> {
        make(complaint, made, by, self.now, &self.terms(conversation, complaint)).ok()
    }

    /// The customer's move and its notice; what is refused is told by where the case stands.
    fn customer_moves(mut self, conversation: &Conversation, made: &Move, reason: &'static str) -> Decision {
        let Some(complaint) = &conversation.complaint else { return self.append(conversation, reason) };
        self.join(conversation);
        match self.moved(conversation, complaint, made, &Actor::Customer) {
            Some(Moved { notice, after, .. }) => {
                self.tell(conversation, &after, notice);
                self.about(&after);
                self.finish(Disposition::Commanded, reason)
            }
            None => self.stands(conversation, complaint, reason),
        }
    }

    fn about(&mut self, complaint: &Complaint) {
        self.verdict.kind = Some(complaint.kind);
        self.verdict.code = Some(complaint.code);
    }

    /// Says what the notice comes to, and asks what goes with it.
    pub fn tell(&mut self, conversation: &Conversation, after: &Complaint, notice: Option<Notice>) {
        let desk = notice::Desk { rules: self.rules, conversation, language: self.language };
        match notice {
            Some(notice) => self.send_letter(notice::letter(desk, after, notice)),
            None => self.settle_question(false),
        }
    }

    fn send_letter(&mut self, letter: Letter) {
        let Letter { reply, text, buttons, question } = letter;
        match question {
            Some(question) => self.ask(question),
            None => self.settle_question(false),
        }
        self.verdict.reply = Some(reply.to_owned());
        self.say_fitting(text, buttons);
    }

    /// A button of the process.
    pub fn pressed_in_process(self, press: &Press, conversation: &'a Conversation) -> Decision {
        let Some(complaint) = conversation.complaint.as_ref().filter(|_| !self.silent) else {
            return self.append(conversation, "pressed");
        };
        match press {
            // A button under an earlier decision says nothing about the one in force.
            Press::Decision { number, .. } if *number != complaint.record.decisions.len() => {
                self.stands(conversation, complaint, "old_button")
            }
            Press::Decision { yes, .. } => self.answer_decision(conversation, *yes),
            Press::Outside { .. } => self.customer_moves(conversation, &Move::AskOutside, "outside_options"),
            Press::Withdraw { yes: true, .. } => self.withdraws(conversation),
            Press::Withdraw { yes: false, .. } => self.keeps(conversation, complaint),
            Press::Survey { question, score, .. } => self.scores(conversation, *question, *score),
            Press::Detail { field, choice, .. } => {
                self.pressed_detail(conversation, complaint, *field, *choice)
            }
            Press::Helped { .. }
            | Press::Which { .. }
            | Press::Topic(_)
            | Press::Language(_)
            | Press::Staff { .. } => self.append(conversation, "pressed"),
        }
    }

    fn pressed_detail(
        self,
        conversation: &'a Conversation,
        complaint: &Complaint,
        field: Field,
        choice: Option<u32>,
    ) -> Decision {
        let is_asked =
            matches!(&conversation.waiting, Some(Question::Detail { field: asked, .. }) if *asked == field);
        // A button under an earlier question says nothing about the one that is open.
        if !is_asked {
            return self.stands(conversation, complaint, "old_button");
        }
        match self.detail_answered(conversation, Given::Choice(choice)) {
            Ok(decision) => decision,
            Err(draft) => draft.append(conversation, "pressed"),
        }
    }

    fn answer_decision(self, conversation: &Conversation, yes: bool) -> Decision {
        let words = self.message.visible.trim();
        let said =
            if words.is_empty() { if yes { "(button: accept)" } else { "(button: refuse)" } } else { words };
        let words = said.to_owned();
        let (made, reason) = if yes {
            (Move::Accept { words }, "decision_accepted")
        } else {
            (Move::Refuse { words }, "decision_refused")
        };
        self.customer_moves(conversation, &made, reason)
    }

    fn withdraws(self, conversation: &Conversation) -> Decision {
        let said = conversation.entries.iter().rev().find(|entry| entry.message.is_some());
        let words = said.map_or_else(|| "(button: withdraw)".to_owned(), |entry| entry.text.clone());
        self.customer_moves(conversation, &Move::Withdraw { words }, "withdrawn")
    }

    fn keeps(mut self, conversation: &Conversation, complaint: &Complaint) -> Decision {
        self.join(conversation);
        let desk = notice::Desk { rules: self.rules, conversation, language: self.language };
        self.send_letter(notice::withdraw_kept(desk, complaint));
        self.about(complaint);
        self.finish(Disposition::Commanded, "withdraw_kept")
    }

    fn scores(self, conversation: &Conversation, question: SurveyQuestion, score: u8) -> Decision {
        self.customer_moves(conversation, &Move::Survey { question, score }, "survey")
    }

    /// A number, a yes or a no to what the process has asked; the draft back where it says nothing.
    pub fn process_answered(
        self,
        conversation: &'a Conversation,
        question: &Question,
        command: Command,
    ) -> Result<Decision, Box<Self>> {
        // What may not be said is not done either: a person sees what was meant.
        let Some(complaint) = conversation.complaint.as_ref().filter(|_| !self.silent) else {
            return Err(Box::new(self));
        };
        match (question, command) {
            (Question::Decision { review: false }, Command::Choose(1) | Command::Yes) => {
                Ok(self.answer_decision(conversation, true))
            }
            (Question::Decision { review: false }, Command::Choose(2) | Command::No)
            | (Question::Decision { review: true }, Command::Choose(1)) => {
                Ok(self.answer_decision(conversation, false))
            }
            (Question::Decision { review: true }, Command::Choose(2)) => {
                Ok(self.customer_moves(conversation, &Move::AskOutside, "outside_options"))
            }
            (Question::Survey(asked), Command::Choose(score @ 1..=5)) => {
                let score = u8::try_from(score).unwrap_or(1);
                Ok(self.scores(conversation, *asked, score))
            }
            (Question::Detail { choices, .. }, Command::Choose(number)) if number <= choices.len() + 1 => {
                let choice = choices.get(number.saturating_sub(1)).copied();
                self.detail_answered(conversation, Given::Choice(choice))
            }
            (Question::Detail { .. }, Command::No) => self.detail_answered(conversation, Given::Choice(None)),
            (Question::Withdraw, Command::Yes | Command::Choose(1)) => Ok(self.withdraws(conversation)),
            (Question::Withdraw, Command::No | Command::Choose(2)) => Ok(self.keeps(conversation, complaint)),
            _ => Err(Box::new(self)),
        }
    }

    /// "I accept", «بازبینی», "I withdraw my complaint": of the case that it can only mean.
    pub fn process_commanded(mut self, command: Command) -> Result<Decision, Box<Self>> {
        if self.silent {
            return Err(Box::new(self));
        }
        let waits = |complaint: &Complaint| complaint.state == ComplaintState::Decided;
        let open = |complaint: &Complaint| complaint.is_open() && complaint.kind == ComplaintKind::Complaint;
        let any = |complaint: &Complaint| complaint.kind == ComplaintKind::Complaint;
        let found = match command {
            Command::Accept | Command::Refuse | Command::Review => self.meant(waits),
            Command::Withdraw(Some(code)) => self.owned(code).filter(|(_, one)| open(one)),
            Command::Withdraw(None) => self.meant(open),
            Command::Outside => self.meant(any),
            _ => None,
        };
        let Some((conversation, complaint)) = found else { return Err(Box::new(self)) };
        Ok(match command {
            Command::Accept => self.answer_decision(conversation, true),
            Command::Refuse | Command::Review => self.answer_decision(conversation, false),
            Command::Outside => self.customer_moves(conversation, &Move::AskOutside, "outside_options"),
            _ => {
                self.join(conversation);
                let desk = notice::Desk { rules: self.rules, conversation, language: self.language };
                self.send_letter(notice::withdraw_question(desk, complaint));
                self.about(complaint);
                self.finish(Disposition::Commanded, "withdraw_asked")
            }
        })
    }

    /// The case in which this is said, or the only one of the sender that it fits.
    fn meant(&self, fits: impl Fn(&Complaint) -> bool) -> Option<(&'a Conversation, &'a Complaint)> {
        let known = self.known;
        let case = |conversation: &'a Conversation| {
            conversation.complaint.as_ref().filter(|one| fits(one)).map(|one| (conversation, one))
        };
        let joined = known.joined.as_ref().and_then(|(_, conversation)| case(conversation));
        joined.or_else(|| {
            let mut all = known.open.iter().filter_map(case);
            let first = all.next();
            first.filter(|_| all.next().is_none())
        })
    }

    /// What it says about danger and outside bodies makes a case more severe, never less.
    pub fn raise(&mut self, conversation: ConversationId, mut complaint: Complaint) -> Complaint {
        let terms = self.terms(conversation, &complaint);
        for sign in signs(&self.message.visible) {
            if let Ok(moved) = make(&complaint, &Move::Noticed(sign), &Actor::Machine, self.now, &terms) {
                moved.events.into_iter().for_each(|event| self.push(event));
                complaint = moved.after;
            }
        }
        complaint
    }

    fn terms(&self, conversation: ConversationId, complaint: &Complaint) -> Terms<'a> {
        let rules = self.rules;
        Terms {
            calendar: rules.calendar_of(complaint),
            promises: &rules.promises,
            policy: &rules.policy,
            conversation,
            channel: self.message.channel,
        }
    }
}

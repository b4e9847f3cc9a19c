//! A message in a conversation that is going on: a button, a command, or more words.

use jiff::SignedDuration;

use crate::domain::complaint::ComplaintKind;
use crate::domain::conversation::{Conversation, Question};
use crate::domain::decide::command::Command;
use crate::domain::decide::details::Given;
use crate::domain::decide::draft::{Decision, Draft};
use crate::domain::decide::filing::{Matter, acknowledgement_of};
use crate::domain::decide::known::Join;
use crate::domain::decide::verdict::Disposition;
use crate::domain::event::Event;
use crate::domain::judgement::{Judged, Judgement};
use crate::domain::message::Press;
use crate::domain::rules::IntentKind;
use crate::domain::understanding::{Conclusion, IntentName};

/// In a chat, what is written so soon after the last word is about the same matter.
pub const RECENT: SignedDuration = SignedDuration::from_hours(24);

impl<'a> Draft<'a> {
    /// A button. What it names was offered in a conversation of this contact, or it is not obeyed.
    pub fn pressed(mut self, press: &Press) -> Decision {
        let conversation = self.joined_conversation();
        match press {
            Press::Helped { yes, .. } => match conversation {
                Some(conversation) => self.helped(conversation, *yes),
                None => self.menu("menu", None),
            },
            Press::Which { choice, .. } => match conversation {
                Some(conversation) => self.chosen(conversation, *choice),
                None => self.menu("menu", None),
            },
            Press::Decision { .. }
            | Press::Outside { .. }
            | Press::Withdraw { .. }
            | Press::Detail { .. }
            | Press::Survey { .. } => match conversation {
                Some(conversation) => self.pressed_in_process(press, conversation),
                None => self.menu("menu", None),
            },
            Press::Topic(intent) => {
                self.rests_on(std::slice::from_ref(intent));
                self.one(intent.clone(), None)
            }
            // Staff presses are obeyed before anything is decided; this one is nobody of ours.
            Press::Staff { .. } => self.menu("menu", None),
            Press::Language(language) => {
                if self.rules.business.languages.contains(language) {
                    self.language = *language;
                }
                if let Some(conversation) = conversation {
                    let id = self.join(conversation);
                    self.push(Event::LanguageChosen { conversation: id, language: *language, at: self.now });
                }
                self.menu("menu", conversation)
            }
        }
    }

    fn joined_conversation(&self) -> Option<&'a Conversation> {
        let known = self.known;
        known.joined.as_ref().map(|(_, conversation)| conversation)
    }

    /// Obeys a command, or gives the draft back when the words mean nothing here.
    pub fn commanded(self, command: Command) -> Result<Decision, Box<Self>> {
        let waiting = self.joined_conversation().filter(|conversation| conversation.waiting.is_some());
        match command {
            // What may not be said must not vanish either: a person sees what was asked.
            Command::Menu
            | Command::Status(_)
            | Command::Verify(_)
            | Command::HowToVerify
            | Command::Link(_)
                if self.silent =>
            {
                Err(Box::new(self))
            }
            Command::Reopen(code) if self.silent && self.reopenable(code).is_none() => Err(Box::new(self)),
            // An order's number may look like a code of ours.
            Command::Status(Some(code)) | Command::Add(code)
                if self.owned(code).is_none() && waiting.is_some_and(asks_detail) =>
            {
                Err(Box::new(self))
            }
            Command::Menu => Ok(self.menu("menu", None)),
            Command::Verify(stamp) => Ok(self.verified(stamp)),
            Command::HowToVerify => Ok(self.how_to_verify()),
            Command::Link(link) => Ok(self.link(link)),
            Command::Status(code) => Ok(self.status(code)),
            Command::Reopen(code) => Ok(self.reopen(code)),
            Command::Add(code) => match self.owned(code) {
                Some((conversation, complaint)) if complaint.is_open() => {
                    Ok(self.append(conversation, "code_named"))
                }
                Some((conversation, complaint)) if self.may_reopen(complaint) => {
                    Ok(self.reopen_now(conversation, complaint, "reopened"))
                }
                _ => Err(Box::new(self)),
            },
            Command::Yes | Command::No | Command::Choose(_) => match waiting {
                Some(conversation) => self.answered_by_word(conversation, command),
                None => Err(Box::new(self)),
            },
            Command::Accept | Command::Refuse | Command::Review | Command::Outside | Command::Withdraw(_) => {
                self.process_commanded(command)
            }
        }
    }

    /// A number or a yes or no where a question is open.
    fn answered_by_word(
        self,
        conversation: &'a Conversation,
        command: Command,
    ) -> Result<Decision, Box<Self>> {
        match (&conversation.waiting, command) {
            (Some(Question::Helped { .. }), Command::Yes | Command::Choose(1)) => {
                Ok(self.helped(conversation, true))
            }
            (Some(Question::Helped { .. }), _) => Ok(self.helped(conversation, false)),
            (Some(Question::Which { choices }), Command::Choose(number)) if number <= choices.len() => {
                Ok(self.chosen(conversation, Some(number - 1)))
            }
            (
                Some(
                    question @ (Question::Decision { .. }
                    | Question::Survey(_)
                    | Question::Withdraw
                    | Question::Detail { .. }),
                ),
                command,
            ) => self.process_answered(conversation, question, command),
            (Some(Question::Which { .. }) | None, _) => Ok(self.chosen(conversation, None)),
        }
    }

    /// "Did this help?" was answered.
    fn helped(mut self, conversation: &Conversation, yes: bool) -> Decision {
        if conversation.complaint.is_some() {
            return self.already_filed(conversation);
        }
        self.about = conversation.answered_message;
        if !yes {
            let topic = first_topic(conversation);
            self.judged(conversation, false);
            let kind = ComplaintKind::Question;
            return self.file(Matter {
                kind,
                topic,
                reason: "not_helped",
                acknowledgement: "acknowledge_not_helped",
                conversation: Some(conversation),
            });
        }
        self.judged(conversation, true);
        self.join(conversation);
        self.settle_question(true);
        let (text, buttons) = self.compose("helped_thanks", &self.values());
        self.verdict.reply = Some("helped_thanks".to_owned());
        self.say(text, buttons);
        self.finish(Disposition::Commanded, "helped")
    }

    /// The customer's own word on the last answer.
    fn judged(&mut self, conversation: &Conversation, helped: bool) {
        let Some(Question::Helped { topics }) = &conversation.waiting else { return };
        let topics = topics.clone();
        let judgement = if helped { Judgement::Helped { topics } } else { Judgement::NotHelped { topics } };
        self.push(Event::Judged {
            conversation: conversation.id,
            judged: Judged {
                message: conversation.answered_message,
                judgement,
                by: "customer".to_owned(),
                at: self.now,
            },
        });
    }

    /// An old button under a matter that is filed by now: say where it stands.
    fn already_filed(self, conversation: &Conversation) -> Decision {
        let code = conversation.complaint.as_ref().map(|complaint| complaint.code);
        match code {
            Some(code) if self.owned(code).is_some() => self.status(Some(code)),
            _ => self.append(conversation, "already_filed"),
        }
    }

    /// "Which do you mean?" was answered.
    fn chosen(mut self, conversation: &Conversation, choice: Option<usize>) -> Decision {
        let Some(Question::Which { choices }) = &conversation.waiting else {
            return self.continued(Join::Reply, conversation);
        };
        match choice.and_then(|number| choices.get(number)) {
            Some(intent) => {
                self.rests_on(std::slice::from_ref(intent));
                // The customer chose it: nothing was understood that could be right or wrong.
                self.about = None;
                self.join(conversation);
                self.settle_question(false);
                self.one(intent.clone(), Some(conversation))
            }
            None => {
                // Not the "neither" is what it is about, but what was asked before.
                self.about = conversation.last_written();
                self.file(Matter {
                    kind: ComplaintKind::Question,
                    topic: None,
                    reason: "neither_topic",
                    acknowledgement: "acknowledge_question",
                    conversation: Some(conversation),
                })
            }
        }
    }

    /// An edit of something that was said: people see both; only a new complaint is acted on.
    pub fn edited(mut self) -> Decision {
        let Some(conversation) = self.joined_conversation() else {
            self.understand();
            return self.first_contact();
        };
        self.understand();
        let complains = matches!(self.conclusion(), Conclusion::Complaint { .. });
        if complains && conversation.complaint.is_none() && !conversation.is_staffed() {
            return self.continued(Join::Reply, conversation);
        }
        self.join(conversation);
        self.finish(Disposition::Appended, "edited")
    }

    /// More words in a conversation.
    pub fn continued(mut self, join: Join, conversation: &'a Conversation) -> Decision {
        if asks_detail(conversation) {
            self = match self.detail_answered(conversation, Given::Words) {
                Ok(decision) => return decision,
                Err(draft) => *draft,
            };
        }
        self.understand();
        match &conversation.complaint {
            Some(complaint) if complaint.is_open() => self.about_open(join, conversation),
            Some(complaint) => {
                if self.is_social() && self.held.is_none() {
                    return self.social("thanks", "thanks", Some(conversation));
                }
                let same_matter = join == Join::Reply || !self.is_new_topic(complaint.topic.as_ref());
                if same_matter && self.may_reopen(complaint) {
                    return self.reopen_now(conversation, complaint, "reopened");
                }
                self.first_contact()
            }
            None => self.after_answer(join, conversation),
        }
    }

    fn about_open(self, join: Join, conversation: &Conversation) -> Decision {
        let topic = conversation.complaint.as_ref().and_then(|complaint| complaint.topic.clone());
        let silent = conversation.is_staffed() && self.is_soon_after(conversation);
        if join == Join::Reply || silent {
            return self.append(conversation, if silent { "with_staff" } else { "reply" });
        }
        match self.conclusion() {
            // A greeting or thanks in a chat is answered in kind and starts no clock.
            Conclusion::One(intent) if self.kind_of(&intent) == Some(IntentKind::Greeting) => {
                if self.held.is_some() {
                    return self.append(conversation, "same_matter");
                }
                self.menu("greeting", None)
            }
            _ if self.is_social() && self.held.is_some() => self.append(conversation, "same_matter"),
            _ if self.is_social() => self.social("thanks", "thanks", Some(conversation)),
            Conclusion::One(intent) if Some(&intent) != topic.as_ref() => self.one(intent, None),
            Conclusion::Both(..) => self.first_contact(),
            Conclusion::Complaint { topic: other }
                if self.is_another_complaint(conversation, other.as_ref()) =>
            {
                self.first_contact()
            }
            Conclusion::One(_)
            | Conclusion::Either(..)
            | Conclusion::Complaint { .. }
            | Conclusion::Nothing => self.append(conversation, "same_matter"),
        }
    }

    /// What is written within a day of the last word goes on with it.
    fn is_soon_after(&self, conversation: &Conversation) -> bool {
        self.now.duration_since(conversation.last_at()) <= RECENT
    }

    /// The machine has answered here, and the customer writes again.
    fn after_answer(self, join: Join, conversation: &Conversation) -> Decision {
        let again = |kind, topic, reason| Matter {
            kind,
            topic,
            reason,
            acknowledgement: if kind == ComplaintKind::Complaint {
                acknowledgement_of(kind)
            } else {
                "acknowledge_not_helped"
            },
            conversation: Some(conversation),
        };
        if conversation.answered.is_empty() && join == Join::Recent {
            return self.first_contact();
        }
        match self.conclusion() {
            Conclusion::Complaint { topic } => {
                let other = topic.as_ref().is_some_and(|topic| !was_answered(conversation, topic));
                if other && join == Join::Recent {
                    return self.first_contact();
                }
                let topic = topic.or_else(|| first_topic(conversation));
                self.file(again(ComplaintKind::Complaint, topic, "dissatisfied"))
            }
            Conclusion::One(intent)
                if was_answered(conversation, &intent) && !self.is_in_another_language(conversation) =>
            {
                self.file(again(ComplaintKind::Question, Some(intent), "asked_again"))
            }
            Conclusion::One(intent) => match self.kind_of(&intent) {
                Some(IntentKind::Thanks) if self.held.is_none() => {
                    self.social("helped_thanks", "thanks", Some(conversation))
                }
                Some(IntentKind::Question) if join == Join::Reply => self.one(intent, Some(conversation)),
                _ => self.one(intent, None),
            },
            Conclusion::Both(..) | Conclusion::Either(..) => self.first_contact(),
            Conclusion::Nothing => {
                let topic = first_topic(conversation);
                let reason = self.unknown("not_helped");
                self.file(again(ComplaintKind::Question, topic, reason))
            }
        }
    }

    /// A complaint about something else than what is open, or the first complaint where only a
    /// question is open: it gets a record, a clock and a code of its own.
    fn is_another_complaint(&self, conversation: &Conversation, other: Option<&IntentName>) -> bool {
        let Some(open) = &conversation.complaint else { return true };
        let other_topic = other.is_some_and(|other| open.topic.as_ref().is_some_and(|topic| topic != other));
        open.kind != ComplaintKind::Complaint || other_topic
    }

    /// The same question in the other language is not asking again: the first answer could not be read.
    fn is_in_another_language(&self, conversation: &Conversation) -> bool {
        self.verdict.understanding.as_ref().is_some_and(|one| one.language != conversation.language)
    }

    fn kind_of(&self, intent: &str) -> Option<IntentKind> {
        self.rules.intents.get(intent).map(|intent| intent.kind)
    }

    fn is_social(&self) -> bool {
        matches!(self.conclusion(), Conclusion::One(intent) if self.kind_of(&intent) == Some(IntentKind::Thanks))
    }

    fn is_new_topic(&self, topic: Option<&IntentName>) -> bool {
        match self.conclusion() {
            Conclusion::One(intent) => Some(&intent) != topic,
            Conclusion::Complaint { topic: Some(other) } => topic.is_some_and(|topic| *topic != other),
            Conclusion::Both(..) => true,
            Conclusion::Either(..) | Conclusion::Complaint { topic: None } | Conclusion::Nothing => false,
        }
    }
}

fn asks_detail(conversation: &Conversation) -> bool {
    matches!(conversation.waiting, Some(Question::Detail { .. }))
}

fn was_answered(conversation: &Conversation, intent: &IntentName) -> bool {
    conversation.answered.iter().any(|(topic, _)| topic == intent)
}

fn first_topic(conversation: &Conversation) -> Option<IntentName> {
    conversation.answered.last().map(|(topic, _)| topic.clone())
}

//! One matter with one customer: what was said, and what the machine waits for.
//!
//! A conversation is the fold of its events, in order. It holds at most one
//! complaint. Once a person has answered in it, the machine keeps silent.
//!
//! Invariant: `apply` is total, and the same events give the same conversation.

use jiff::Timestamp;

use crate::domain::complaint::Complaint;
use crate::domain::complaint::record::{Field, SurveyQuestion};
use crate::domain::event::Event;
use crate::domain::judgement::{Judged, Taught};
use crate::domain::message::{Attachment, Contact, Language, MessageId};
use crate::domain::outbox::OutboxId;
use crate::domain::understanding::IntentName;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationId(pub u64);

/// Who said something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaker {
    Customer,
    Machine,
    /// A staff member, by name.
    Staff(String),
}

/// One thing said in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub by: Speaker,
    pub text: String,
    pub subject: Option<String>,
    pub attachments: Vec<Attachment>,
    /// The inbound message that this was.
    pub message: Option<MessageId>,
    /// The outbox row that carries it out.
    pub outbox: Option<OutboxId>,
    /// Message-ID of an inbound mail, without angle brackets.
    pub mail_id: Option<String>,
    /// When it was said; for a customer, when it was received.
    pub at: Timestamp,
    /// When it became part of the conversation, a moment later.
    pub recorded_at: Timestamp,
}

impl Entry {
    /// Something that we say, carried out by an outbox row.
    pub fn ours(by: Speaker, text: String, outbox: OutboxId, at: Timestamp) -> Entry {
        Entry {
            by,
            text,
            subject: None,
            attachments: Vec::new(),
            message: None,
            outbox: Some(outbox),
            mail_id: None,
            at,
            recorded_at: at,
        }
    }
}

/// What the machine has asked and not yet been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// "Did this help?", after answers on these topics.
    Helped { topics: Vec<IntentName> },
    /// "Which do you mean?"
    Which { choices: Vec<IntentName> },
    /// "Do you accept this?"; with `review`, the first choice is to have it reviewed.
    Decision { review: bool },
    /// "How satisfied are you?", 1 to 5.
    Survey(SurveyQuestion),
    /// "Do you really withdraw it?"
    Withdraw,
    /// A detail of the case; the choices stand in the order of their numbers, and after them "skip".
    Detail { field: Field, choices: Vec<u32> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    pub id: ConversationId,
    pub contact: Contact,
    /// The mailbox or bot through which it runs.
    pub account: String,
    pub customer_name: Option<String>,
    pub language: Language,
    pub opened_at: Timestamp,
    pub entries: Vec<Entry>,
    pub waiting: Option<Question>,
    /// Topics answered automatically, with the time of each answer.
    pub answered: Vec<(IntentName, Timestamp)>,
    /// The message that the last of these answers was for, if its words were understood.
    pub answered_message: Option<MessageId>,
    /// The customer said that it helped.
    pub helped: bool,
    pub complaint: Option<Complaint>,
    /// What people said about how messages were understood, oldest first.
    pub judged: Vec<Judged>,
    /// What the owner made of the examples that this gave, oldest first.
    pub taught: Vec<Taught>,
    pub links: Links,
}

/// Conversations of the same customer on other contacts, as they have proven.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Links {
    pub with: Vec<ConversationId>,
    /// When the customer last said so; of several conversations the latest word counts.
    pub said_at: Option<Timestamp>,
}

impl Conversation {
    /// A person has answered here: the machine keeps silent.
    pub fn is_staffed(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry.by, Speaker::Staff(_)))
    }

    /// When anything was last said, or when it was opened.
    pub fn last_at(&self) -> Timestamp {
        self.entries.last().map_or(self.opened_at, |entry| entry.at)
    }

    /// When the customer first wrote about this.
    pub fn first_written_at(&self) -> Timestamp {
        self.entries
            .iter()
            .find(|entry| entry.by == Speaker::Customer)
            .map_or(self.opened_at, |entry| entry.at)
    }

    /// The customer's last message.
    pub fn last_written(&self) -> Option<MessageId> {
        self.entries.iter().rev().find(|entry| entry.by == Speaker::Customer).and_then(|entry| entry.message)
    }

    /// Starts a conversation from its first event; `None` for any other event.
    pub fn open(event: &Event) -> Option<Conversation> {
        let Event::Opened { conversation, contact, account, customer_name, language, at } = event else {
            return None;
        };
        Some(Conversation {
            id: *conversation,
            contact: contact.clone(),
            account: account.clone(),
            customer_name: customer_name.clone(),
            language: *language,
            opened_at: *at,
            entries: Vec::new(),
            waiting: None,
            answered: Vec::new(),
            answered_message: None,
            helped: false,
            complaint: None,
            judged: Vec::new(),
            taught: Vec::new(),
            links: Links::default(),
        })
    }

    /// Takes in one later event of this conversation; events of others change nothing.
    pub fn apply(&mut self, event: &Event) {
        if event.conversation() != Some(self.id) {
            return;
        }
        match event {
            Event::Said { entry, .. } => self.said(entry),
            Event::Answered { topics, message, at, .. } => {
                self.answered.extend(topics.iter().map(|topic| (topic.clone(), *at)));
                self.answered_message = *message;
            }
            Event::Asked { question, .. } => self.waiting = Some(question.clone()),
            Event::QuestionSettled { helped, .. } => {
                self.waiting = None;
                self.helped = *helped;
            }
            Event::LanguageChosen { language, .. } => self.language = *language,
            Event::Linked { with, at, .. } => {
                self.links.with.retain(|known| known != with);
                self.links.with.push(*with);
                self.links.said_at = Some(*at);
            }
            Event::Unlinked { at, .. } => self.links = Links { with: Vec::new(), said_at: Some(*at) },
            Event::Filed { filing, .. } => self.complaint = Some(Complaint::file(filing)),
            Event::Judged { judged, .. } => {
                self.judged.push(judged.clone());
                if let Some(complaint) = &mut self.complaint {
                    complaint.apply(event);
                }
            }
            Event::Taught { taught, .. } => self.taught.push(taught.clone()),
            _ => {
                if let Some(complaint) = &mut self.complaint {
                    complaint.apply(event);
                }
            }
        }
    }

    /// Once a person has written, what the machine would have said is not suggested any more.
    fn said(&mut self, entry: &Entry) {
        if let (Speaker::Staff(_), Some(complaint)) = (&entry.by, &mut self.complaint) {
            complaint.answered(entry.at);
        }
        self.entries.push(entry.clone());
    }
}

//! What staff do with what was filed. The same commands stand behind every door.
//!
//! An action and the conversation go in; events, or a refusal that says what
//! is possible instead, come out. Whoever calls has checked who is asking.
//!
//! Invariant: a message to the customer leaves through the outbox only.

use jiff::Timestamp;

use crate::domain::clocks::{Clock, ClockKind};
use crate::domain::complaint::{Complaint, ComplaintKind, ComplaintState, Note};
use crate::domain::compose::{self, Values};
use crate::domain::conversation::{Conversation, Entry, Speaker};
use crate::domain::event::Event;
use crate::domain::judgement::{Fit, Judged, Judgement};
use crate::domain::message::Channel;
use crate::domain::outbox::{OutboxId, OutboxRow, Recipient};
use crate::domain::rules::Rules;
use crate::domain::suggestion::suggestion;
use crate::domain::{text, thread};

/// One thing that a staff member does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The customer reads this on the channel they wrote on. With `wait`, we need their answer to go on.
    Reply {
        text: String,
        wait: bool,
    },
    /// Sends the suggested reply as it stands.
    SendSuggestion {
        wait: bool,
    },
    /// Says what it really is: which intent, or none of them, and which kind.
    Set {
        intent: Option<Fit>,
        kind: Option<ComplaintKind>,
    },
    Note {
        text: String,
    },
    Assign {
        owner: String,
    },
    /// With `tell`, the customer is told.
    Close {
        reason: Option<String>,
        tell: bool,
    },
    Reopen,
}

/// Why an action was refused, in words for the person who tried it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("This conversation has no complaint on file.")]
    NotFiled,
    #[error("{0} is closed. Reopen it first: pasokh complaint reopen {0}")]
    Closed(String),
    #[error("{0} is not closed, so there is nothing to reopen.")]
    Open(String),
    #[error("The text is empty.")]
    Empty,
    #[error("Nothing is suggested for {0}. Write a reply: pasokh complaint reply {0} \"…\"")]
    NothingSuggested(String),
    #[error("Say what to set: an intent, a kind, or both.")]
    NothingToSet,
    #[error("There is no intent `{name}`. There are: {known}; and `none` says that none fits.")]
    NoSuchIntent { name: String, known: String },
}

/// Carries out an action: pure, the time and the outbox number are given.
pub fn act(
    rules: &Rules,
    conversation: &Conversation,
    action: &Action,
    by: &str,
    now: Timestamp,
    row: OutboxId,
) -> Result<Vec<Event>, Refusal> {
    let complaint = conversation.complaint.as_ref().ok_or(Refusal::NotFiled)?;
    let desk = Desk { rules, conversation, complaint, by, now, row };
    match action {
        Action::Reply { text, wait } => desk.reply(text, *wait),
        Action::SendSuggestion { wait } => desk.send_suggestion(*wait),
        Action::Set { intent, kind } => desk.set(intent.as_ref(), *kind),
        Action::Note { text } => desk.note(text),
        Action::Assign { owner } => desk.assign(owner),
        Action::Close { reason, tell } => desk.close(reason.as_deref(), *tell),
        Action::Reopen => desk.reopen(),
    }
}

struct Desk<'a> {
    rules: &'a Rules,
    conversation: &'a Conversation,
    complaint: &'a Complaint,
    by: &'a str,
    now: Timestamp,
    row: OutboxId,
}

impl Desk<'_> {
    fn reply(&self, text: &str, wait: bool) -> Result<Vec<Event>, Refusal> {
        self.must_be_open()?;
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        let mut events = self.clocks_stopped();
        if let Some(suggestion) = suggestion(self.rules, self.conversation).filter(|one| one.text == text) {
            events.push(self.judged(Judgement::SuggestionSent { topics: suggestion.topics }));
        }
        let state = if wait { ComplaintState::WaitingCustomer } else { ComplaintState::Investigating };
        if self.complaint.state != state {
            events.push(self.state(state));
        }
        let mut written = text.to_owned();
        if self.conversation.contact.channel() == Channel::Email {
            let footer = self.compose("staff_reply_footer");
            if !footer.is_empty() {
                written = format!("{text}\n\n{footer}");
            }
        }
        events.extend(self.say(written, Speaker::Staff(self.by.to_owned())));
        Ok(events)
    }

    fn send_suggestion(&self, wait: bool) -> Result<Vec<Event>, Refusal> {
        self.must_be_open()?;
        let suggestion = suggestion(self.rules, self.conversation)
            .ok_or_else(|| Refusal::NothingSuggested(self.complaint.code.to_string()))?;
        self.reply(&suggestion.text, wait)
    }

    /// Closed ones too: what they were about is worth learning.
    fn set(&self, intent: Option<&Fit>, kind: Option<ComplaintKind>) -> Result<Vec<Event>, Refusal> {
        if intent.is_none() && kind.is_none() {
            return Err(Refusal::NothingToSet);
        }
        if let Some(Fit::Intent(name)) = intent
            && !self.rules.intents.contains_key(name)
        {
            let known: Vec<&str> = self.rules.intents.keys().map(String::as_str).collect();
            return Err(Refusal::NoSuchIntent { name: name.clone(), known: known.join(", ") });
        }
        Ok(vec![self.judged(Judgement::Set { intent: intent.cloned(), kind })])
    }

    fn judged(&self, judgement: Judgement) -> Event {
        let message = self.complaint.about;
        let judged = Judged { message, judgement, by: self.by.to_owned(), at: self.now };
        Event::Judged { conversation: self.conversation.id, judged }
    }

    fn note(&self, text: &str) -> Result<Vec<Event>, Refusal> {
        if text.trim().is_empty() {
            return Err(Refusal::Empty);
        }
        let note = Note { by: self.by.to_owned(), text: text.trim().to_owned(), at: self.now };
        Ok(vec![Event::Noted { conversation: self.conversation.id, note }])
    }

    fn assign(&self, owner: &str) -> Result<Vec<Event>, Refusal> {
        self.must_be_open()?;
        if owner.trim().is_empty() {
            return Err(Refusal::Empty);
        }
        Ok(vec![Event::Assigned {
            conversation: self.conversation.id,
            owner: owner.trim().to_owned(),
            by: self.by.to_owned(),
            at: self.now,
        }])
    }

    fn close(&self, reason: Option<&str>, tell: bool) -> Result<Vec<Event>, Refusal> {
        self.must_be_open()?;
        let mut events = self.clocks_stopped();
        events.push(self.state(ComplaintState::Closed));
        if let Some(reason) = reason.filter(|reason| !reason.trim().is_empty()) {
            events.extend(self.note(reason)?);
        }
        if tell {
            events.extend(self.say(self.compose("closed"), Speaker::Machine));
        }
        Ok(events)
    }

    fn reopen(&self) -> Result<Vec<Event>, Refusal> {
        if self.complaint.is_open() {
            return Err(Refusal::Open(self.complaint.code.to_string()));
        }
        let span = self.rules.targets.next_response;
        let clock = Clock::start(ClockKind::NextResponse, span, &self.rules.calendar, self.now);
        Ok(vec![
            self.state(ComplaintState::Investigating),
            Event::ClockStarted { conversation: self.conversation.id, clock },
        ])
    }

    fn must_be_open(&self) -> Result<(), Refusal> {
        if self.complaint.is_open() { Ok(()) } else { Err(Refusal::Closed(self.complaint.code.to_string())) }
    }

    fn state(&self, state: ComplaintState) -> Event {
        Event::StateChanged {
            conversation: self.conversation.id,
            state,
            by: self.by.to_owned(),
            at: self.now,
        }
    }

    /// Only a person's answer stops the response clocks.
    fn clocks_stopped(&self) -> Vec<Event> {
        self.complaint
            .clocks
            .iter()
            .filter(|clock| clock.stopped_at.is_none())
            .map(|clock| Event::ClockStopped {
                conversation: self.conversation.id,
                kind: clock.kind,
                at: self.now,
            })
            .collect()
    }

    fn compose(&self, reply: &str) -> String {
        let language = self.conversation.language;
        let mut values = Values::new();
        values.set("shop", self.rules.business.name(language));
        values.set("code", &self.complaint.code.to_string());
        let days = super::decide::status::REOPEN_DAYS.to_string();
        let days = if language.is_rtl() { text::to_persian_digits(&days) } else { days };
        values.set("reopen_days", &days);
        self.rules.replies.get(reply).map_or_else(String::new, |prepared| {
            let channel = self.conversation.contact.channel();
            compose::compose(prepared, &self.rules.business, language, channel, &values).text
        })
    }

    fn say(&self, text: String, by: Speaker) -> Vec<Event> {
        let row = OutboxRow {
            id: self.row,
            to: Recipient::Customer(self.conversation.contact.clone()),
            account: self.conversation.account.clone(),
            subject: thread::conversation_subject(self.conversation),
            text: text.clone(),
            buttons: Vec::new(),
            attachments: Vec::new(),
            language: text::detect_language(&text).unwrap_or(self.conversation.language),
            thread: thread::continuing(self.conversation),
            answers: None,
            conversation: Some(self.conversation.id),
            by_person: matches!(by, Speaker::Staff(_)),
            created_at: self.now,
        };
        let entry = Entry::ours(by, text, row.id, self.now);
        vec![Event::Said { conversation: self.conversation.id, entry }, Event::Queued { row }]
    }
}

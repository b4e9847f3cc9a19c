//! A decision in the making: the events so far, and the words to the customer.
//!
//! Every path of `decide` writes through this one builder, so that what is
//! said is always in the conversation, in the outbox and in the verdict alike.
//!
//! Invariant: at most one row goes to the customer for one message.

use jiff::Timestamp;

use crate::domain::abuse::Response;
use crate::domain::clocks::ClockKind;
use crate::domain::compose::{self, Composed, Values};
use crate::domain::conversation::{Conversation, ConversationId, Entry, Question, Speaker};
use crate::domain::decide::known::{Fresh, Known};
use crate::domain::decide::language;
use crate::domain::decide::verdict::{Disposition, Verdict, Withheld};
use crate::domain::event::Event;
use crate::domain::guard::{Guard, Reason};
use crate::domain::message::{Channel, Language, Message, MessageId, Press};
use crate::domain::outbox::{Button, ButtonAction, OutboxRow, Recipient};
use crate::domain::rules::{Mode, Rules};
use crate::domain::text::isolate;
use crate::domain::thread;
use crate::domain::understanding::{IntentName, Understanding};

/// What was made of a message: why, and what is true from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub verdict: Verdict,
    pub events: Vec<Event>,
}

pub(super) struct Draft<'a> {
    pub rules: &'a Rules,
    pub known: &'a Known,
    pub message: &'a Message,
    pub now: Timestamp,
    pub fresh: Fresh,
    pub language: Language,
    /// Nothing is said to the customer; a person handles it.
    pub silent: bool,
    /// The mode that holds this decision back; none: it is taken freely.
    pub held: Option<Mode>,
    /// Topics whose replies are suggested to staff when this is filed.
    pub suggested: Vec<IntentName>,
    /// The message that a filing is about, and an answer is for.
    pub about: Option<MessageId>,
    /// The text as it was read already, by a draft that is not used.
    reading: Option<Understanding>,
    events: Vec<Event>,
    conversation: Option<ConversationId>,
    pub verdict: Verdict,
}

impl<'a> Draft<'a> {
    pub fn new(
        rules: &'a Rules,
        known: &'a Known,
        message: &'a Message,
        now: Timestamp,
        fresh: Fresh,
    ) -> Draft<'a> {
        let language = known
            .joined
            .as_ref()
            .map(|(_, conversation)| conversation.language)
            .or(message.language_hint)
            .filter(|language| rules.business.languages.contains(language))
            .unwrap_or_else(|| rules.business.default_language());
        let guard = if known.over_budget { Guard::Silent(Reason::Budget) } else { Guard::Human };
        Draft {
            rules,
            known,
            message,
            now,
            fresh,
            language,
            silent: known.over_budget || rules.conduct.rests(&message.contact, own(known), now),
            held: None,
            suggested: Vec::new(),
            about: Some(message.id).filter(|_| message.press.is_none() && !message.visible.trim().is_empty()),
            reading: None,
            events: Vec::new(),
            conversation: None,
            verdict: Verdict {
                disposition: Disposition::Ignored,
                reason: String::new(),
                guard,
                understanding: None,
                kind: None,
                reply: None,
                code: None,
                visible: message.visible.clone(),
                proof: message.mail.as_ref().map(|mail| mail.proof),
                mode: None,
                withheld: None,
            },
        }
    }

    /// Decides once more, within what the mode allows, and keeps what would have been done.
    pub fn held_back(mut self, mode: Mode, free: Verdict) -> Self {
        self.held = Some(mode);
        self.verdict.withheld =
            Some(Withheld { disposition: free.disposition, reason: free.reason, reply: free.reply });
        self.reading = free.understanding;
        self
    }

    /// Reads the visible text, once, and takes over the language to answer in.
    pub fn understand(&mut self) {
        if self.verdict.understanding.is_some() {
            return;
        }
        let read = || self.rules.matcher.understand(&self.message.visible, Some(self.language));
        let understanding = self.reading.take().unwrap_or_else(read);
        if self.rules.business.languages.contains(&understanding.language) {
            self.language = understanding.language;
        }
        self.rests_on(&understanding.conclusion.intents());
        self.verdict.understanding = Some(understanding);
    }

    /// The conversation that is going on, or else a new one in the language of the words.
    pub fn join_or_open(&mut self) -> ConversationId {
        let known = self.known;
        if let Some((_, conversation)) = &known.joined {
            return self.join(conversation);
        }
        let heard = language::heard(&self.message.visible).filter(|_| self.message.language_hint.is_none());
        if let Some(heard) = heard.filter(|heard| self.rules.business.languages.contains(heard)) {
            self.language = heard;
        }
        self.open()
    }

    /// Says on which intents the decision rests, and thereby how far it may go.
    pub fn rests_on(&mut self, intents: &[IntentName]) {
        self.verdict.mode = self.rules.mode(intents);
    }

    /// Begins a new conversation with this message.
    pub fn open(&mut self) -> ConversationId {
        let conversation = self.fresh.conversation;
        self.events.push(Event::Opened {
            conversation,
            contact: self.message.contact.clone(),
            account: self.message.account.clone(),
            customer_name: self.message.name.clone(),
            language: self.language,
            at: self.now,
        });
        self.customer_said(conversation);
        // So that the newest conversations of a contact always know of the others.
        let with = self.known.links.iter().copied();
        self.events.extend(with.map(|with| Event::Linked { conversation, with, at: self.now }));
        conversation
    }

    /// Puts this message into a conversation that exists.
    pub fn join(&mut self, conversation: &Conversation) -> ConversationId {
        if self.conversation != Some(conversation.id) {
            self.customer_said(conversation.id);
            // A bare command says nothing of its language; the case was told in one.
            let unread = self.verdict.understanding.is_none() && self.known.joined.is_none();
            if unread && self.rules.business.languages.contains(&conversation.language) {
                self.language = conversation.language;
            }
            self.goes_on_in_the_same_language(conversation);
        }
        conversation.id
    }

    /// What will be said later, when nobody has just written, is said in the language that was
    /// written last.
    fn goes_on_in_the_same_language(&mut self, conversation: &Conversation) {
        let written = language::goes_on_in(&self.message.visible).filter(|_| self.message.press.is_none());
        let spoken = written.filter(|language| self.rules.business.languages.contains(language));
        if let Some(language) = spoken.filter(|language| *language != conversation.language) {
            let (conversation, at) = (conversation.id, self.now);
            self.events.push(Event::LanguageChosen { conversation, language, at });
        }
    }

    fn customer_said(&mut self, conversation: ConversationId) {
        self.conversation = Some(conversation);
        let mail = self.message.mail.as_ref();
        self.events.push(Event::Said {
            conversation,
            entry: Entry {
                by: Speaker::Customer,
                text: self.message.text.clone(),
                subject: mail.map(|mail| mail.subject.clone()).filter(|subject| !subject.is_empty()),
                attachments: self.message.attachments.clone(),
                message: Some(self.message.id),
                outbox: None,
                mail_id: mail.and_then(|mail| mail.message_id.clone()),
                at: self.message.received_at,
                recorded_at: self.now,
            },
        });
    }

    pub fn push(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The customer is told this time: the clock that has begun for it is a promise.
    pub fn promised(&mut self, kind: ClockKind, told: Timestamp) {
        for event in &mut self.events {
            if let Event::ClockStarted { clock, .. } = event
                && clock.kind == kind
                && !self.silent
            {
                clock.told = Some(told);
            }
        }
    }

    pub fn answered(&mut self, topics: Vec<String>) {
        if let Some(conversation) = self.conversation {
            let message = self.about;
            self.events.push(Event::Answered { conversation, topics, message, at: self.now });
        }
    }

    pub fn ask(&mut self, question: Question) {
        if let Some(conversation) = self.conversation {
            self.events.push(Event::Asked { conversation, question, at: self.now });
        }
    }

    pub fn settle_question(&mut self, helped: bool) {
        if let Some(conversation) = self.conversation {
            self.events.push(Event::QuestionSettled { conversation, helped, at: self.now });
        }
    }

    /// The values that every reply may use; the sender's own name only when it is proven.
    pub fn values(&self) -> Values {
        let mut values = Values::new();
        values.set("shop", self.rules.business.name(self.language));
        if let Some(name) = self.message.name.as_deref().filter(|_| self.known.proven) {
            values.set("name", name);
        }
        values.set("hours", &self.rules.calendar.describe(self.language));
        values
    }

    /// A prepared reply, filled in; what is missing is named in it.
    pub fn composed(&self, reply: &str, values: &Values) -> Option<Composed> {
        let prepared = self.rules.replies.get(reply)?;
        let channel = self.message.channel;
        Some(compose::compose(prepared, &self.rules.business, self.language, channel, values))
    }

    /// The same as text and buttons; a text that could not be filled in is a sentence that is always true.
    pub fn compose(&self, reply: &str, values: &Values) -> (String, Vec<Vec<Button>>) {
        self.composed(reply, values)
            .map_or_else(Default::default, |composed| (composed.text, composed.buttons))
    }

    pub fn phrase(&self, reply: &str) -> String {
        self.compose(reply, &self.values()).0
    }

    pub fn button(&self, label_reply: &str, press: Press) -> Button {
        Button { label: self.phrase(label_reply), action: ButtonAction::Press(press) }
    }

    /// For a customer whose secret was hidden: that it was, and what to do about it.
    fn secrets_notice(&self) -> Option<String> {
        (self.known.hid_secrets && self.known.proven).then(|| self.phrase("secrets_hidden"))
    }

    /// The text, and what else must be said with it.
    fn with_notices(&self, text: String) -> String {
        let notices: Vec<String> =
            [self.secrets_notice(), self.abuse_notice()].into_iter().flatten().collect();
        if text.is_empty() || notices.is_empty() {
            return text;
        }
        paragraphs(&std::iter::once(text).chain(notices).collect::<Vec<_>>())
    }

    /// For a customer who insults somebody; the matter goes its way all the same.
    fn abuse_notice(&self) -> Option<String> {
        let contact = &self.message.contact;
        let conduct = &self.rules.conduct;
        let response = conduct.response(&self.message.visible, contact, own(self.known), self.now)?;
        let (reply, until) = match response {
            _ if !self.known.proven => return None,
            Response::Political => ("no_politics", None),
            Response::Calm => ("abuse_calm", None),
            Response::Warning => ("abuse_warning", None),
            Response::Rest(until) => ("abuse_rest", Some(until)),
        };
        let until = until.map(|until| self.due_text(until)).unwrap_or_default();
        Some(self.compose(reply, &self.values().with("until", &until)).0)
    }

    /// Says something to the customer, unless the budgets forbid it or there is nobody to say it to.
    pub fn say(&mut self, text: String, buttons: Vec<Vec<Button>>) {
        let (text, buttons) = self.fit_channel(self.with_notices(text), buttons);
        self.put_out(text, buttons);
    }

    /// The same with a text that fits its channel already.
    pub fn say_fitting(&mut self, text: String, buttons: Vec<Vec<Button>>) {
        self.put_out(self.with_notices(text), buttons);
    }

    fn put_out(&mut self, text: String, buttons: Vec<Vec<Button>>) {
        let Some(conversation) = self.conversation else { return };
        if self.silent || text.is_empty() {
            return;
        }
        let row = OutboxRow {
            id: self.fresh.row,
            to: Recipient::Customer(self.message.contact.clone()),
            account: self.message.account.clone(),
            subject: self.subject(),
            text: text.clone(),
            buttons,
            attachments: Vec::new(),
            language: self.language,
            thread: thread::answering(self.message),
            answers: Some(self.message.id),
            conversation: Some(conversation),
            by_person: false,
            created_at: self.now,
        };
        self.events
            .push(Event::Said { conversation, entry: Entry::ours(Speaker::Machine, text, row.id, self.now) });
        self.events.push(Event::Queued { row });
    }

    /// In a mail, buttons are numbered lines: only those whose number can be understood later stay.
    fn fit_channel(&self, text: String, mut buttons: Vec<Vec<Button>>) -> (String, Vec<Vec<Button>>) {
        if self.message.channel != Channel::Email || text.is_empty() {
            return (text, buttons);
        }
        let is_numbered = |button: &Button| matches!(&button.action, ButtonAction::Press(press) if press.conversation().is_some());
        for row in &mut buttons {
            row.retain(|button| is_numbered(button) || matches!(button.action, ButtonAction::Link(_)));
        }
        buttons.retain(|row| !row.is_empty());
        let asks = buttons.iter().flatten().any(is_numbered);
        let text = if asks { paragraphs(&[text, self.phrase("email_choose")]) } else { text };
        (text, buttons)
    }

    /// Customers keep their own subject, so that mail clients keep the thread; whoever has not
    /// proven to be the sender gets none of his own words back (DESIGN §8).
    fn subject(&self) -> String {
        let Some(mail) = &self.message.mail else { return String::new() };
        if self.known.proven && !mail.subject.trim().is_empty() {
            return thread::reply_subject(&mail.subject);
        }
        let shop = self.rules.business.name(self.language);
        match self.language {
            Language::Fa => format!("Re: پیام شما به {shop}"),
            Language::En => format!("Re: your message to {shop}"),
        }
    }

    pub fn due_text(&self, at: Timestamp) -> String {
        crate::domain::text::dates::write_date_time(at, self.rules.calendar.zone(), self.language)
    }

    pub fn finish(mut self, disposition: Disposition, reason: &str) -> Decision {
        self.verdict.disposition = disposition;
        self.verdict.reason = reason.to_owned();
        let is_silent = !self.events.iter().any(|event| matches!(event, Event::Queued { .. }));
        // Where nothing else is said, the secret must be spoken of all the same.
        if let Some(notice) = self.secrets_notice().filter(|_| is_silent) {
            self.put_out(notice, Vec::new());
        }
        let Verdict { disposition, reason, reply, .. } = &self.verdict;
        // What the mode did not change was not withheld.
        let same =
            |one: &Withheld| (one.disposition, &one.reason, &one.reply) == (*disposition, reason, reply);
        if self.verdict.withheld.as_ref().is_some_and(same) {
            self.verdict.withheld = None;
        }
        self.events.push(Event::Decided {
            message: self.message.id,
            conversation: self.conversation,
            verdict: self.verdict.clone(),
            mail_id: self.message.mail.as_ref().and_then(|mail| mail.message_id.clone()),
            at: self.now,
        });
        Decision { verdict: self.verdict, events: self.events }
    }
}

/// The sender's conversations that are known here.
fn own(known: &Known) -> impl Iterator<Item = &Conversation> {
    let joined = known.joined.as_ref().map(|(_, conversation)| conversation);
    let others = known.open.iter().filter(move |one| joined.is_none_or(|joined| joined.id != one.id));
    joined.into_iter().chain(others)
}

/// Joins paragraphs, leaving out empty ones.
pub(super) fn paragraphs(parts: &[String]) -> String {
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// A title inside a sentence, isolated so that its direction stays its own.
pub(super) fn inline(title: &str) -> String {
    isolate(title)
}

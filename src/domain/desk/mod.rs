//! What staff do with what was filed. The same commands stand behind every door.
//!
//! An action and the conversation go in; events, or a refusal that says what
//! is possible instead, come out. Whoever calls has checked who is asking; what
//! the state of a complaint allows is [`process::step`]'s to say.
//!
//! Invariant: a message to the customer leaves through the outbox only.
//!
//! [`process::step`]: crate::domain::complaint::process::step

mod snooze;
mod speak;
mod words;

use jiff::Timestamp;

use crate::domain::clocks::ClockKind;
use crate::domain::code::TrackingCode;
use crate::domain::complaint::effects::{Moved, Terms, make};
use crate::domain::complaint::moves::{self, Actor, Move, Policy, Target};
use crate::domain::complaint::record::Fact;
use crate::domain::complaint::{Closing, Complaint, ComplaintKind, Note};
use crate::domain::compose::{self, Values};
use crate::domain::conversation::{Conversation, Speaker};
use crate::domain::event::Event;
use crate::domain::judgement::{Fit, Judged, Judgement};
use crate::domain::message::Channel;
use crate::domain::outbox::OutboxId;
use crate::domain::rules::Rules;
use crate::domain::suggestion::suggestion;

pub use speak::spoken;

/// An answer that we wait for is due in so many business days, where nobody named a date.
const PATIENCE_DAYS: u32 = 10;

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
    /// With `tell`, the customer is told. Suggestions and call-backs end with an outcome.
    Close {
        reason: Option<String>,
        outcome: Option<Closing>,
        tell: bool,
    },
    Reopen,
    /// No alerts of this clock for an hour.
    Snooze {
        kind: ClockKind,
    },
    /// A move of the complaint process.
    Process(Move),
    /// It goes on in another case; see [`merge`].
    Merge {
        into: TrackingCode,
    },
    /// The other case sounds alike, and is another matter.
    TellApart {
        from: TrackingCode,
    },
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
    #[error("A customer is waited for until {0} at most; ask for an answer by then.")]
    WaitsTooLong(jiff::civil::Date),
    #[error("This clock does not run or is due: it cannot be put off any more.")]
    NoMoreSnooze,
    #[error("This clock was put off twice already.")]
    SnoozedTwice,
    #[error("Say what to set: an intent, a kind, or both.")]
    NothingToSet,
    #[error("There is no intent `{name}`. There are: {known}; and `none` says that none fits.")]
    NoSuchIntent { name: String, known: String },
    #[error(transparent)]
    Process(#[from] moves::Refusal),
}

/// Carries out an action: pure, the time and the outbox number are given.
///
/// `policy` is what holds for the person who acts: a lead needs no approver.
pub fn act(
    rules: &Rules,
    policy: &Policy,
    conversation: &Conversation,
    action: &Action,
    by: &str,
    now: Timestamp,
    row: OutboxId,
) -> Result<Vec<Event>, Refusal> {
    let complaint = conversation.complaint.as_ref().ok_or(Refusal::NotFiled)?;
    let desk = Desk { rules, policy, conversation, complaint, by, now, row };
    match action {
        Action::Reply { text, wait } => desk.reply(text, *wait),
        Action::SendSuggestion { wait } => desk.send_suggestion(*wait),
        Action::Set { intent, kind } => desk.set(intent.as_ref(), *kind),
        Action::Note { text } => desk.note(text),
        Action::Assign { owner } => desk.assign(owner),
        Action::Close { reason, outcome, tell } => desk.close(reason.as_deref(), *outcome, *tell),
        Action::Reopen => desk.reopen(),
        Action::Snooze { kind } => snooze::snooze(conversation, *kind, by, now).map(|event| vec![event]),
        Action::Process(made) => {
            desk.waits_in_bounds(made)?;
            desk.told(made)
        }
        Action::TellApart { from } => desk.tell_apart(*from),
        Action::Merge { into } => {
            let target = Target { code: *into, is_open: false, same_customer: false };
            desk.told(&Move::Merge(target))
        }
    }
}

/// A case that goes on in another one: events of both, to be committed together.
pub fn merge(
    rules: &Rules,
    source: &Conversation,
    into: &Conversation,
    same_customer: bool,
    by: &str,
    now: Timestamp,
    row: OutboxId,
) -> Result<Vec<Event>, Refusal> {
    let (Some(complaint), Some(target)) = (&source.complaint, &into.complaint) else {
        return Err(Refusal::NotFiled);
    };
    let desk = |conversation, complaint| Desk {
        rules,
        policy: &rules.policy,
        conversation,
        complaint,
        by,
        now,
        row,
    };
    let merge = Move::Merge(Target { code: target.code, is_open: target.is_open(), same_customer });
    let absorb = Move::Absorb {
        code: complaint.code,
        severity: complaint.record.severity,
        unread: complaint.is_unread(),
    };
    let mut events = desk(source, complaint).told(&merge)?;
    events.extend(desk(into, target).made(&absorb)?.events);
    Ok(events)
}

/// What a person's answer by mail ends with; empty on other channels.
pub fn mail_footer(rules: &Rules, conversation: &Conversation) -> String {
    let (language, channel) = (conversation.language, conversation.contact.channel());
    let Some(complaint) = conversation.complaint.as_ref().filter(|_| channel == Channel::Email) else {
        return String::new();
    };
    let values =
        Values::new().with("shop", rules.business.name(language)).with("code", &complaint.code.to_string());
    rules.replies.get("staff_reply_footer").map_or_else(String::new, |prepared| {
        compose::compose(prepared, &rules.business, language, channel, &values).text
    })
}

struct Desk<'a> {
    rules: &'a Rules,
    policy: &'a Policy,
    conversation: &'a Conversation,
    complaint: &'a Complaint,
    by: &'a str,
    now: Timestamp,
    row: OutboxId,
}

impl Desk<'_> {
    fn made(&self, made: &Move) -> Result<Moved, Refusal> {
        let terms = Terms::of(self.rules, self.conversation, self.policy);
        Ok(make(self.complaint, made, &Actor::Staff(self.by.to_owned()), self.now, &terms)?)
    }

    /// The clocks stand still while we wait for the customer, so that it must end (requirements §5.2).
    fn waits_in_bounds(&self, made: &Move) -> Result<(), Refusal> {
        let Move::Ask { by, .. } = made else { return Ok(()) };
        let severity = self.complaint.severity().number();
        let Some(limit) = self.rules.promises.of(ClockKind::Waiting, severity) else { return Ok(()) };
        let calendar = self.rules.calendar_of(self.complaint);
        let last = calendar.date_of(limit.due(calendar, self.now));
        if *by > last { Err(Refusal::WaitsTooLong(last)) } else { Ok(()) }
    }

    /// The move, and what the customer is told of it.
    fn told(&self, made: &Move) -> Result<Vec<Event>, Refusal> {
        let moved = self.made(made)?;
        // A question and a decision are a person's own words.
        let by = match made {
            Move::Ask { .. } | Move::Decide(_) => Speaker::Staff(self.by.to_owned()),
            _ => Speaker::Machine,
        };
        Ok(speak::spoken_by(self.rules, self.conversation, moved, by, self.now, self.row))
    }

    fn reply(&self, text: &str, wait: bool) -> Result<Vec<Event>, Refusal> {
        self.must_be_open()?;
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        let made = if wait {
            let calendar = self.rules.calendar_of(self.complaint);
            let by = calendar.add_business_days(self.now, PATIENCE_DAYS);
            Move::Ask { question: text.to_owned(), by: calendar.date_of(by) }
        } else {
            Move::Reply
        };
        let mut events = Vec::new();
        if let Some(suggestion) = suggestion(self.rules, self.conversation).filter(|one| one.text == text) {
            events.push(self.judged(Judgement::SuggestionSent { topics: suggestion.topics }));
        }
        events.extend(self.made(&made)?.events);
        let mut written = text.to_owned();
        let footer = mail_footer(self.rules, self.conversation);
        if !footer.is_empty() {
            written = format!("{text}\n\n{footer}");
        }
        events.extend(self.say(written));
        // A yes that comes now answers the person, not what the machine had asked before.
        if self.conversation.waiting.is_some() {
            let conversation = self.conversation.id;
            events.push(Event::QuestionSettled { conversation, helped: false, at: self.now });
        }
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

    /// Whoever writes down what they did for an unhappy customer has looked after them.
    fn note(&self, text: &str) -> Result<Vec<Event>, Refusal> {
        if text.trim().is_empty() {
            return Err(Refusal::Empty);
        }
        let note = Note { by: self.by.to_owned(), text: text.trim().to_owned(), at: self.now };
        let mut events = vec![Event::Noted { conversation: self.conversation.id, note }];
        if self.complaint.record.follow_up.is_some() {
            events.extend(self.made(&Move::FollowUpDone)?.events);
        }
        Ok(events)
    }

    fn tell_apart(&self, code: TrackingCode) -> Result<Vec<Event>, Refusal> {
        let fact = Fact::ToldApart { code };
        Ok(vec![Event::Recorded {
            conversation: self.conversation.id,
            fact,
            by: self.by.to_owned(),
            at: self.now,
        }])
    }

    fn assign(&self, owner: &str) -> Result<Vec<Event>, Refusal> {
        self.must_be_open()?;
        let owner = owner.trim();
        if owner.is_empty() {
            return Err(Refusal::Empty);
        }
        let own = owner == self.by && self.complaint.owner.as_deref() != Some(owner);
        let made = if own { Move::Start } else { Move::Assign { owner: owner.to_owned() } };
        Ok(self.made(&made)?.events)
    }

    fn close(
        &self,
        reason: Option<&str>,
        outcome: Option<Closing>,
        tell: bool,
    ) -> Result<Vec<Event>, Refusal> {
        self.must_be_open()?;
        let mut events = Vec::new();
        if let Some(reason) = reason.filter(|reason| !reason.trim().is_empty()) {
            events.extend(self.note(reason)?);
        }
        events.extend(self.told(&Move::Close { outcome, tell })?);
        Ok(events)
    }

    fn reopen(&self) -> Result<Vec<Event>, Refusal> {
        if self.complaint.is_open() {
            return Err(Refusal::Open(self.complaint.code.to_string()));
        }
        self.told(&Move::Reopen { evidence: false })
    }

    fn must_be_open(&self) -> Result<(), Refusal> {
        if self.complaint.is_open() { Ok(()) } else { Err(Refusal::Closed(self.complaint.code.to_string())) }
    }

    fn say(&self, text: String) -> Vec<Event> {
        let by = Speaker::Staff(self.by.to_owned());
        speak::said(self.conversation, text, Vec::new(), by, self.now, self.row)
    }
}

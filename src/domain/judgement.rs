//! What people said about what the machine made of a message.
//!
//! A customer answers "did this help?", staff set what a complaint is about or
//! send the suggested reply: each is an event of its own. Labelled examples and
//! the precision of an intent are made of these and of nothing else.
//!
//! Invariant: a judgement names the message whose words were understood; a
//! button or a bare "no" is never that message.

use jiff::Timestamp;

use crate::domain::complaint::ComplaintKind;
use crate::domain::message::{Language, MessageId};
use crate::domain::understanding::IntentName;

/// The intent that a message has, by a person's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    Intent(IntentName),
    /// It fits none of them.
    Nothing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// The customer was answered on these topics and says that it helped.
    Helped { topics: Vec<IntentName> },
    /// … that it did not.
    NotHelped { topics: Vec<IntentName> },
    /// Staff sent the prepared replies on these topics as they were suggested.
    SuggestionSent { topics: Vec<IntentName> },
    /// Staff said what it is. What is none was not spoken of.
    Set { intent: Option<Fit>, kind: Option<ComplaintKind> },
}

/// A judgement, and who gave it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// None where no words were understood: the customer had chosen the topic on a button.
    pub message: Option<MessageId>,
    pub judgement: Judgement,
    /// `customer` or a staff member's name.
    pub by: String,
    pub at: Timestamp,
}

/// What an example is an example of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    Intent(IntentName),
    /// It was taken for this intent, and is not.
    Not(IntentName),
    Kind(ComplaintKind),
    /// It fits no intent.
    Nothing,
}

/// A text and what it is, ready to learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedExample {
    /// Masked: no number, address or known name of anybody.
    pub text: String,
    pub language: Language,
    pub label: Label,
}

/// What the owner made of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taught {
    pub label: Label,
    /// It stands in the intent's file now; else it was dropped.
    pub accepted: bool,
    pub by: String,
    pub at: Timestamp,
}

/// What staff have said last, of the intent and of the kind, about this message.
pub fn standing(judged: &[Judged], message: MessageId) -> (Option<&Fit>, Option<ComplaintKind>) {
    let mut said = (None, None);
    for one in judged.iter().filter(|one| one.message == Some(message)) {
        if let Judgement::Set { intent, kind } = &one.judgement {
            said = (intent.as_ref().or(said.0), kind.or(said.1));
        }
    }
    said
}

//! Buttons: what pressing one says, and the data that carries it.

use crate::domain::clocks::ClockKind;
use crate::domain::complaint::record::{Field, SurveyQuestion};
use crate::domain::message::Language;

/// A button or a command that needs no understanding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// "Did this help?", and the answer, for the conversation that was asked.
    Helped { conversation: u64, yes: bool },
    /// "Which do you mean?": the number of the choice, from 0; `None` is "neither".
    Which { conversation: u64, choice: Option<usize> },
    /// What the customer makes of the decision with this number, from 1, in the conversation.
    Decision { conversation: u64, number: usize, yes: bool },
    /// Where else to go.
    Outside { conversation: u64 },
    /// "Do you really withdraw it?"
    Withdraw { conversation: u64, yes: bool },
    /// A detail of the case: one of the choices, or "skip".
    Detail { conversation: u64, field: Field, choice: Option<u32> },
    /// A score, 1 to 5.
    Survey { conversation: u64, question: SurveyQuestion, score: u8 },
    /// A button of the menu names an intent.
    Topic(String),
    /// The other language, from the menu.
    Language(Language),
    /// Under an alert. `member` is the Telegram id of whoever pressed it: the channel sets it, no
    /// button carries it.
    Staff { press: StaffPress, member: i64 },
}

/// What staff can do with one tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffPress {
    /// "I take it."
    Claim { conversation: u64 },
    /// "Later": this clock says nothing for an hour.
    Snooze { conversation: u64, kind: ClockKind },
    /// "Somebody else": who is there is shown.
    Reassign { conversation: u64 },
    /// To the person of this number among those of the settings, from 0.
    Give { conversation: u64, person: u16 },
}

impl StaffPress {
    pub fn conversation(&self) -> u64 {
        match self {
            StaffPress::Claim { conversation }
            | StaffPress::Snooze { conversation, .. }
            | StaffPress::Reassign { conversation }
            | StaffPress::Give { conversation, .. } => *conversation,
        }
    }

    fn encode(&self) -> String {
        let what = match self {
            StaffPress::Claim { .. } => "claim".to_owned(),
            StaffPress::Snooze { kind, .. } => kind.name().to_owned(),
            StaffPress::Reassign { .. } => "reassign".to_owned(),
            StaffPress::Give { person, .. } => format!("to-{person}"),
        };
        format!("a:{}:{what}", self.conversation())
    }

    fn decode(conversation: u64, what: &str) -> Option<StaffPress> {
        Some(match what {
            "claim" => StaffPress::Claim { conversation },
            "reassign" => StaffPress::Reassign { conversation },
            _ => match what.strip_prefix("to-") {
                Some(person) => StaffPress::Give { conversation, person: person.parse().ok()? },
                None => StaffPress::Snooze { conversation, kind: ClockKind::from_name(what)? },
            },
        })
    }
}

impl Press {
    /// The data of a button, at most 64 bytes, as Telegram demands.
    pub fn encode(&self) -> String {
        match self {
            Press::Helped { conversation, yes } => {
                format!("h:{conversation}:{}", if *yes { "y" } else { "n" })
            }
            Press::Which { conversation, choice } => match choice {
                Some(choice) => format!("w:{conversation}:{choice}"),
                None => format!("w:{conversation}:-"),
            },
            Press::Decision { conversation, number, yes } => {
                format!("d:{conversation}:{number}:{}", if *yes { "y" } else { "n" })
            }
            Press::Outside { conversation } => format!("o:{conversation}"),
            Press::Withdraw { conversation, yes } => {
                format!("x:{conversation}:{}", if *yes { "y" } else { "n" })
            }
            Press::Survey { conversation, question, score } => {
                format!("s:{conversation}:{}:{score}", question.name())
            }
            Press::Detail { conversation, field, choice } => {
                let choice = choice.map_or_else(|| "-".to_owned(), |choice| choice.to_string());
                format!("q:{conversation}:{}:{choice}", field.name())
            }
            Press::Topic(intent) => format!("t:{intent}"),
            Press::Language(language) => format!("l:{}", language.tag()),
            Press::Staff { press, .. } => press.encode(),
        }
    }

    /// The conversation in which it was offered; none for the menu's.
    pub fn conversation(&self) -> Option<u64> {
        match self {
            Press::Helped { conversation, .. }
            | Press::Which { conversation, .. }
            | Press::Decision { conversation, .. }
            | Press::Outside { conversation }
            | Press::Withdraw { conversation, .. }
            | Press::Detail { conversation, .. }
            | Press::Survey { conversation, .. } => Some(*conversation),
            Press::Topic(_) | Press::Language(_) | Press::Staff { .. } => None,
        }
    }

    pub fn decode(data: &str) -> Option<Press> {
        let (kind, rest) = data.split_once(':')?;
        match kind {
            "h" => {
                let (conversation, answer) = rest.split_once(':')?;
                Some(Press::Helped { conversation: conversation.parse().ok()?, yes: yes(answer)? })
            }
            "w" => {
                let (conversation, choice) = rest.split_once(':')?;
                let choice = if choice == "-" { None } else { Some(choice.parse().ok()?) };
                Some(Press::Which { conversation: conversation.parse().ok()?, choice })
            }
            "d" => {
                let (conversation, rest) = rest.split_once(':')?;
                let (number, answer) = rest.split_once(':')?;
                let (conversation, number) = (conversation.parse().ok()?, number.parse().ok()?);
                Some(Press::Decision { conversation, number, yes: yes(answer)? })
            }
            "o" => Some(Press::Outside { conversation: rest.parse().ok()? }),
            "x" => {
                let (conversation, answer) = rest.split_once(':')?;
                Some(Press::Withdraw { conversation: conversation.parse().ok()?, yes: yes(answer)? })
            }
            "s" => {
                let (conversation, rest) = rest.split_once(':')?;
                let (question, score) = rest.split_once(':')?;
                let question = SurveyQuestion::from_name(question)?;
                let score = score.parse().ok().filter(|score| (1..=5).contains(score))?;
                Some(Press::Survey { conversation: conversation.parse().ok()?, question, score })
            }
            "q" => {
                let (conversation, rest) = rest.split_once(':')?;
                let (field, choice) = rest.split_once(':')?;
                let choice = if choice == "-" { None } else { Some(choice.parse().ok()?) };
                let field = Field::from_name(field)?;
                Some(Press::Detail { conversation: conversation.parse().ok()?, field, choice })
            }
            "t" => Some(Press::Topic(rest.to_owned())),
            "l" => Language::from_tag(rest).map(Press::Language),
            "a" => {
                let (conversation, what) = rest.split_once(':')?;
                let press = StaffPress::decode(conversation.parse().ok()?, what)?;
                Some(Press::Staff { press, member: 0 })
            }
            _ => None,
        }
    }
}

fn yes(answer: &str) -> Option<bool> {
    match answer {
        "y" => Some(true),
        "n" => Some(false),
        _ => None,
    }
}

//! What is done with a message, and why.
//!
//! The guard comes first, then what was pressed or commanded, then the
//! conversation that the message belongs to, and only then its meaning. What
//! is not surely a common question is filed for a person.
//!
//! Invariant: every message gets exactly one disposition and at most one answer.

mod answer;
pub mod command;
mod details;
mod draft;
mod filing;
mod joined;
pub mod known;
mod language;
pub mod linking;
mod process;
pub mod status;
mod verdict;
mod verify;
pub mod wording;

use jiff::Timestamp;

use crate::domain::complaint::ComplaintKind;
use crate::domain::decide::command::Command;
use crate::domain::decide::draft::Draft;
use crate::domain::decide::filing::Matter;
use crate::domain::guard::{self, Guard, Reason};
use crate::domain::message::{Authenticity, Message};
use crate::domain::rules::{Mode, Rules};
use crate::domain::understanding::Conclusion;

pub use draft::Decision;
pub use joined::RECENT;
pub use known::{Asked, Fresh, Join, Known, Linkable, Stamped};
pub use verdict::{Disposition, Verdict, Withheld};

/// Decides about one message. Pure: the time and fresh identifiers are given.
///
/// Where the mode of an intent forbids what would be done, that is kept beside what is done.
pub fn decide(rules: &Rules, known: &Known, message: &Message, now: Timestamp, fresh: Fresh) -> Decision {
    let free = road(Draft::new(rules, known, message, now, fresh));
    match free.verdict.mode {
        None | Some(Mode::Auto) => free,
        Some(mode @ (Mode::Suggest | Mode::Shadow)) => {
            road(Draft::new(rules, known, message, now, fresh).held_back(mode, free.verdict))
        }
    }
}

/// The way through guard, button, command, conversation and meaning.
fn road(mut draft: Draft<'_>) -> Decision {
    let (rules, known, message) = (draft.rules, draft.known, draft.message);
    if let Guard::Silent(reason) = guard_message(rules, message) {
        draft.verdict.guard = Guard::Silent(reason);
        // What may still be somebody's is looked at by a person.
        return match reason {
            Reason::NoSender | Reason::MaybeBounce => draft.doubtful(reason.name()),
            _ => draft.finish(Disposition::Ignored, reason.name()),
        };
    }
    if message.edited {
        return draft.edited();
    }
    if message.authenticity == Authenticity::Fail {
        return draft.forged();
    }
    if let Some(press) = &message.press {
        return draft.pressed(press);
    }
    if let Some(command) = command_in(message)
        && known.proven
    {
        draft = match draft.commanded(command) {
            Ok(decision) => return decision,
            Err(draft) => *draft,
        };
    }
    if let Some((join, conversation)) = &known.joined {
        return draft.continued(*join, conversation);
    }
    draft.understand();
    if rules.conduct.threatens(&message.visible) {
        return draft.threatened();
    }
    draft.first_contact()
}

/// A command, in a mail also when it stands alone under some other subject.
pub fn command_in(message: &Message) -> Option<Command> {
    let whole = Command::parse(&message.visible);
    if !matches!(whole, None | Some(Command::Add(_))) {
        return whole;
    }
    let subject = message.mail.as_ref().map_or("", |mail| mail.subject.trim());
    let body = message.visible.trim_start().strip_prefix(subject).filter(|_| !subject.is_empty());
    body.and_then(Command::parse).or(whole)
}

/// Whether anything may be said at all, by what the channel and the headers show.
pub fn guard_message(rules: &Rules, message: &Message) -> Guard {
    if let Some(reason) = message.unanswerable {
        return Guard::Silent(reason);
    }
    match (&message.mail, &message.contact) {
        (Some(facts), crate::domain::message::Contact::Email(sender)) => {
            guard::guard_mail(facts, Some(sender), &rules.business.own_addresses)
        }
        (Some(_), _) => Guard::Silent(Reason::NoSender),
        (None, _) => Guard::Human,
    }
}

impl Draft<'_> {
    /// What may be acted on: in shadow nothing is known.
    fn conclusion(&self) -> Conclusion {
        let understanding = self.verdict.understanding.as_ref();
        let concluded = understanding.filter(|_| self.held != Some(Mode::Shadow));
        concluded.map_or(Conclusion::Nothing, |understanding| understanding.conclusion.clone())
    }

    /// Why something is filed that nobody knows, or that nobody is allowed to know.
    fn unknown(&self, reason: &'static str) -> &'static str {
        if self.held == Some(Mode::Shadow) { Mode::Shadow.name() } else { reason }
    }

    /// Nobody may be answered, and yet a customer may have written it: kept for a person.
    fn doubtful(mut self, reason: &'static str) -> Decision {
        self.silent = true;
        self.file(Matter {
            kind: ComplaintKind::Question,
            topic: None,
            reason,
            acknowledgement: "acknowledge_unverified",
            conversation: None,
        })
    }

    /// Whatever it is about, a person must see it, and no prepared reply is an answer.
    fn threatened(self) -> Decision {
        self.file(Matter {
            kind: ComplaintKind::Complaint,
            topic: None,
            reason: "threat",
            acknowledgement: "acknowledge_complaint",
            conversation: None,
        })
    }

    /// Its own domain says that this mail is not from its sender: a person looks at it.
    fn forged(self) -> Decision {
        self.file(Matter {
            kind: ComplaintKind::Question,
            topic: None,
            reason: "authenticity_failed",
            acknowledgement: "acknowledge_unverified",
            conversation: None,
        })
    }
}

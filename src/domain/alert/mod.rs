//! Alerts: who of the staff is told what, when and by which way.
//!
//! A clock reaches a level; the ladder names the people, quiet hours say from
//! when on, and a [`Notice`] for each is stored. Notices to one person, or to
//! the group, that are due together become one message.
//!
//! Invariant: no text that a customer wrote, no name and no contact of theirs
//! appears in an alert; nobody is told about a complaint against themselves.

mod digest;
mod evening;
mod ladder;
pub mod machine;
mod quiet;
mod staff;
mod telling;
mod words;

use jiff::{SignedDuration, Timestamp};

pub use digest::{Digest, digest, hears_of};
pub use evening::evening;
pub use ladder::{Case, Recipients, recipients};
pub use quiet::{Quiet, not_before};
pub use staff::{Absence, Path, Person, Role, Staff};
pub use telling::{PHONE_ACCOUNT, Told, message, of_one, stale};
pub use words::{clock_title, kind_title, restored, suspicious, threatened};

use crate::domain::calendar::Calendar;
use crate::domain::clocks::{ClockKind, Level};
use crate::domain::conversation::ConversationId;

/// Whom a notice is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum To {
    /// A member of staff, by name.
    Person(String),
    /// The staff group.
    Group,
}

/// Something that a person, or the group, is to be told; stored until it is queued or has become stale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: u64,
    pub to: To,
    pub conversation: ConversationId,
    pub kind: ClockKind,
    pub started_at: Timestamp,
    pub level: Level,
    pub severity: u8,
    /// The level was reached while nobody was there to tell it.
    pub late: bool,
    /// By e-mail as well as by the first way that is open.
    pub by_mail_too: bool,
    /// It has been told before, and is no better.
    pub repeated: bool,
    /// Not before then: quiet hours, a snooze, grouping.
    pub not_before: Timestamp,
    pub at: Timestamp,
}

/// What is of severity 1 is told again after so long, until somebody takes it.
const REPEAT: SignedDuration = SignedDuration::from_mins(30);
/// The group is told again of what is overdue, after so long within opening hours, until it is done.
const GROUP_REPEAT_MINUTES: u32 = 4 * 60;

impl Notice {
    /// The same once more; none where telling it once is enough.
    pub fn again(&self, calendar: &Calendar, now: Timestamp) -> Option<Notice> {
        let not_before = if self.repeats_until_claimed() {
            now.saturating_add(REPEAT).ok()?
        } else if self.to == To::Group && self.level >= Level::DUE {
            calendar.add_business(now, GROUP_REPEAT_MINUTES)
        } else {
            return None;
        };
        Some(Notice { repeated: true, not_before, at: now, ..self.clone() })
    }

    fn repeats_until_claimed(&self) -> bool {
        self.severity == 1 && self.kind == ClockKind::Unassigned
    }
}

#[cfg(test)]
mod tests;

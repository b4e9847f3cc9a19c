//! How a message ended, with everything that explains it.

use crate::domain::code::TrackingCode;
use crate::domain::complaint::ComplaintKind;
use crate::domain::guard::Guard;
use crate::domain::proof::Proof;
use crate::domain::rules::Mode;
use crate::domain::understanding::Understanding;

/// How a message ended; every message ends in exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disposition {
    Answered,
    Clarified,
    Filed,
    Appended,
    Commanded,
    Ignored,
    Quarantined,
}

impl Disposition {
    pub const ALL: [Disposition; 7] = [
        Disposition::Answered,
        Disposition::Clarified,
        Disposition::Filed,
        Disposition::Appended,
        Disposition::Commanded,
        Disposition::Ignored,
        Disposition::Quarantined,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Disposition::Answered => "answered",
            Disposition::Clarified => "clarified",
            Disposition::Filed => "filed",
            Disposition::Appended => "appended",
            Disposition::Commanded => "commanded",
            Disposition::Ignored => "ignored",
            Disposition::Quarantined => "quarantined",
        }
    }

    pub fn from_name(name: &str) -> Option<Disposition> {
        Disposition::ALL.into_iter().find(|disposition| disposition.name() == name)
    }
}

/// A disposition with everything that explains it. Stored with the decision, printed by `explain`.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub disposition: Disposition,
    /// `confident_intent`, `dissatisfied`, `not_helped`, `status`, … or the guard's reason.
    pub reason: String,
    pub guard: Guard,
    /// Absent when the text was not read (a button, a command, a machine).
    pub understanding: Option<Understanding>,
    /// Of the complaint that was (or would be) filed.
    pub kind: Option<ComplaintKind>,
    /// Name of the prepared reply that was (or would be) sent.
    pub reply: Option<String>,
    pub code: Option<TrackingCode>,
    pub visible: String,
    /// Of a mail: what spoke for its sender when this was decided.
    pub proof: Option<Proof>,
    /// Mode of the intents on which it rests; none where it rests on no intent.
    pub mode: Option<Mode>,
    /// What would have been done in `auto`, where the mode forbade it.
    pub withheld: Option<Withheld>,
}

/// A decision that was taken and not acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    pub disposition: Disposition,
    pub reason: String,
    /// Name of the prepared reply that would have been sent.
    pub reply: Option<String>,
}

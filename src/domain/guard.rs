//! May this message be answered at all? Machines, lists and ourselves never are.
//!
//! Facts about a message come in, a verdict with its reason goes out. For mail the
//! reading of header fields is in `mail`; here are the verdict and its names.
//!
//! Invariant: a person's mail is never silenced by what it says, only by the marks
//! that machines put on theirs.

mod mail;
mod marks;

pub use mail::{guard_mail, reads};

/// Why nothing may be answered. Names are public: `explain` and `export` print them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// RFC 3834 §5: `Auto-Submitted` other than `no`.
    AutoSubmitted,
    /// A delivery status notification, or a null return path.
    Bounce,
    /// Known by nothing but a subject that people write too: never answered, and filed for a person.
    MaybeBounce,
    /// A feedback report (RFC 5965) or a read receipt (RFC 8098).
    Report,
    MailingList,
    /// `Precedence: bulk` and its kin.
    Bulk,
    /// no-reply, mailer-daemon, postmaster …
    RoleSender,
    /// Our own address, or a mail that we sent.
    OwnAddress,
    /// We are neither in To nor in Cc.
    NotAddressed,
    /// `X-Auto-Response-Suppress` and similar wishes not to be answered.
    ResponseSuppressed,
    /// A vacation notice or another automatic reply known by its subject only.
    AutoReply,
    /// No usable From address, or several.
    NoSender,
    /// The machine has answered this sender often enough for now.
    Budget,
    /// A Telegram group or channel that did not address us.
    NotForUs,
    /// A message written by a bot.
    Bot,
    /// An update that carries no message of a customer (joins, pins, polls, unknown kinds).
    ServiceUpdate,
    /// Staff writing where staff write.
    Staff,
}

impl Reason {
    pub const ALL: [Reason; 17] = [
        Reason::AutoSubmitted,
        Reason::Bounce,
        Reason::MaybeBounce,
        Reason::Report,
        Reason::MailingList,
        Reason::Bulk,
        Reason::RoleSender,
        Reason::OwnAddress,
        Reason::NotAddressed,
        Reason::ResponseSuppressed,
        Reason::AutoReply,
        Reason::NoSender,
        Reason::Budget,
        Reason::NotForUs,
        Reason::Bot,
        Reason::ServiceUpdate,
        Reason::Staff,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Reason::AutoSubmitted => "auto_submitted",
            Reason::Bounce => "bounce",
            Reason::MaybeBounce => "maybe_bounce",
            Reason::Report => "report",
            Reason::MailingList => "mailing_list",
            Reason::Bulk => "bulk",
            Reason::RoleSender => "role_sender",
            Reason::OwnAddress => "own_address",
            Reason::NotAddressed => "not_addressed",
            Reason::ResponseSuppressed => "response_suppressed",
            Reason::AutoReply => "auto_reply",
            Reason::NoSender => "no_sender",
            Reason::Budget => "budget",
            Reason::NotForUs => "not_for_us",
            Reason::Bot => "bot",
            Reason::ServiceUpdate => "service_update",
            Reason::Staff => "staff",
        }
    }

    pub fn from_name(name: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// The guard's verdict on one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    Human,
    Silent(Reason),
}

impl Guard {
    pub fn name(self) -> &'static str {
        match self {
            Guard::Human => "human",
            Guard::Silent(reason) => reason.name(),
        }
    }
}

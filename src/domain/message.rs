//! One inbound message, as the rest of the domain sees it.
//!
//! A channel parses its raw bytes into a [`Message`]; whatever the channel
//! alone can know (headers that mark machines, the sender's language, the
//! button that was pressed) is said in plain fields here.
//!
//! Invariant: nothing in a `Message` has been cut. `visible` is what the
//! matcher reads; `text` is all that the customer sent, for people.

mod press;

use std::fmt;

use jiff::Timestamp;

pub use crate::domain::proof::Authenticity;
use crate::domain::proof::Proof;

pub use press::{Press, StaffPress};

/// Where a message came from and where its answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    Email,
    Telegram,
    Chat,
    /// Short messages to staff, by a program or service of the operator's. Nothing comes in on it.
    Phone,
}

impl Channel {
    /// The name used in settings, rules and every JSON output.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Telegram => "telegram",
            Channel::Chat => "chat",
            Channel::Phone => "phone",
        }
    }

    /// A channel on which customers write.
    pub fn from_name(name: &str) -> Option<Channel> {
        match name {
            "email" => Some(Channel::Email),
            "telegram" => Some(Channel::Telegram),
            "chat" => Some(Channel::Chat),
            _ => None,
        }
    }
}

/// The two languages that are spoken natively.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    Fa,
    En,
}

impl Language {
    pub fn tag(self) -> &'static str {
        match self {
            Language::Fa => "fa",
            Language::En => "en",
        }
    }

    pub fn from_tag(tag: &str) -> Option<Language> {
        match tag {
            "fa" => Some(Language::Fa),
            "en" => Some(Language::En),
            _ => None,
        }
    }

    pub fn is_rtl(self) -> bool {
        matches!(self, Language::Fa)
    }
}

/// Number of a message in this installation, given out by the store at intake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u64);

/// SHA-256 of a blob's content, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub String);

/// An e-mail address, trimmed, its domain in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Accepts `local@domain` with both parts present and no white space or
    /// control characters; says nothing about whether the mailbox exists.
    pub fn parse(text: &str) -> Option<EmailAddress> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let clean = |part: &str| {
            !part.is_empty()
                && part.len() <= 255
                && !part
                    .chars()
                    .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'))
        };
        (clean(local) && clean(domain)).then(|| EmailAddress(format!("{local}@{}", domain.to_lowercase())))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Enough of it for its owner: `s***@shop.example`.
    pub fn masked(&self) -> String {
        let first = self.local().chars().next().unwrap_or('*');
        format!("{first}***@{}", self.domain())
    }

    /// Equality as mail servers practise it: the local part without regard to case.
    pub fn same_mailbox(&self, other: &EmailAddress) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The way back to one customer: an address, a Telegram chat or a chat session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Contact {
    Email(EmailAddress),
    Telegram {
        bot: String,
        chat: i64,
    },
    /// The unguessable session token of one browser.
    Chat(String),
}

impl Contact {
    pub fn channel(&self) -> Channel {
        match self {
            Contact::Email(_) => Channel::Email,
            Contact::Telegram { .. } => Channel::Telegram,
            Contact::Chat(_) => Channel::Chat,
        }
    }

    /// A stable text form, used as the key of indexes. E-mail is compared in lower case.
    pub fn key(&self) -> String {
        match self {
            Contact::Email(address) => format!("email:{}", address.as_str().to_lowercase()),
            Contact::Telegram { bot, chat } => format!("telegram:{bot}:{chat}"),
            Contact::Chat(session) => format!("chat:{session}"),
        }
    }
}

/// What makes a message the same message when its source hands it over again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKey {
    Email {
        account: String,
        uidvalidity: u32,
        uid: u32,
        /// Digest of Message-ID, Date, From and body: the same mail under another UID.
        digest: String,
    },
    Telegram {
        bot: String,
        update_id: i64,
        chat_id: Option<i64>,
        message_id: Option<i64>,
        /// True for an edit of a message that has been seen.
        edit: bool,
    },
    Chat {
        session: String,
        nonce: String,
    },
}

impl MessageKey {
    pub fn channel(&self) -> Channel {
        match self {
            MessageKey::Email { .. } => Channel::Email,
            MessageKey::Telegram { .. } => Channel::Telegram,
            MessageKey::Chat { .. } => Channel::Chat,
        }
    }

    /// Name of the mailbox or bot in the settings; `chat` for the live chat.
    pub fn account(&self) -> &str {
        match self {
            MessageKey::Email { account, .. } => account,
            MessageKey::Telegram { bot, .. } => bot,
            MessageKey::Chat { .. } => "chat",
        }
    }

    /// Every form under which the same message may come back. The store refuses
    /// a message when any of them has been seen.
    pub fn identities(&self) -> Vec<String> {
        match self {
            MessageKey::Email { account, uidvalidity, uid, digest } => {
                vec![format!("e:{account}:{uidvalidity}:{uid}"), format!("d:{account}:{digest}")]
            }
            MessageKey::Telegram { bot, update_id, .. } => vec![format!("t:{bot}:{update_id}")],
            MessageKey::Chat { session, nonce } => vec![format!("c:{session}:{nonce}")],
        }
    }
}

/// A file that came with a message, or that we send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// A file name that is safe to show and to store.
    pub name: String,
    /// MIME type as declared, e.g. `image/jpeg`.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Where the content lies; absent when it was left at its source (too big, not fetched yet).
    pub blob: Option<BlobId>,
}

/// What only e-mail has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailFacts {
    /// Without angle brackets.
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// Every From address, decoded, as written (`local@domain`).
    pub from: Vec<String>,
    /// Addresses of To and Cc.
    pub recipients: Vec<String>,
    pub subject: String,
    /// Header fields that the guard reads, in order: lower-case name and unfolded value.
    pub headers: Vec<(String, String)>,
    /// Content type of the whole mail, lower case, e.g. `multipart/report`, and its
    /// `report-type` parameter if it has one.
    pub content_type: String,
    pub report_type: Option<String>,
    /// What was found out about the sender.
    pub proof: Proof,
}

/// One inbound message, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    pub channel: Channel,
    /// Name of the mailbox or bot in the settings.
    pub account: String,
    pub contact: Contact,
    /// The sender's display name, cleaned of control and bidi characters.
    pub name: Option<String>,
    /// All that the customer wrote, quotes and signature included; for people.
    pub text: String,
    /// What the matcher reads: quotes, signatures and footers off.
    pub visible: String,
    pub attachments: Vec<Attachment>,
    /// A button that was pressed instead of writing.
    pub press: Option<Press>,
    /// True when this replaces the text of a message that was seen before.
    pub edited: bool,
    /// The Telegram message that this one replies to.
    pub reply_to: Option<i64>,
    pub authenticity: Authenticity,
    /// Set by the channel when nothing may be answered for a reason that only it can see
    /// (a group that did not address us, a message of a bot, an unknown kind of update).
    pub unanswerable: Option<crate::domain::guard::Reason>,
    /// The sender's own language setting, where the channel tells it.
    pub language_hint: Option<Language>,
    pub mail: Option<MailFacts>,
    /// For `export`: Telegram's update id.
    pub update_id: Option<i64>,
    /// When it was received here.
    pub received_at: Timestamp,
}

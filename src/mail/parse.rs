//! Raw bytes of a mail made into a message of the domain.
//!
//! Line ends and headers are put right first, then the MIME parser reads; what it cannot
//! make out is taken as plain text. The files come out in the order of the attachments.
//!
//! Invariant: every input gives a message, and nothing that a sender wrote into a header
//! reaches the outside with control or direction characters in it.

mod body;
mod facts;

use jiff::Timestamp;
use mail_parser::{Message as Mail, MessageParser};

use super::{authenticity, headers};
use crate::domain::guard::Reason;
use crate::domain::intake::RawFile;
use crate::domain::message::{Channel, Contact, EmailAddress, MailFacts, Message, MessageId};
use crate::domain::text::visible::visible;
use crate::settings::EmailAccount;

/// A mail as intake stored it.
#[derive(Debug, Clone, Copy)]
pub struct ReceivedMail<'a> {
    pub id: MessageId,
    pub bytes: &'a [u8],
    pub received_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Parsed {
    pub message: Message,
    /// The contents of `message.attachments`, in the same order.
    pub files: Vec<RawFile>,
}

/// Stands where a mail has no usable sender; RFC 2606 §2 keeps the domain out of use.
const NOBODY: &str = "nobody@sender.invalid";

/// Never fails: what cannot be parsed comes out as readable as it is. The sender is proven by
/// the trusted server's word alone; [`authenticity::settle`] adds what our own check found.
pub fn parse(received: ReceivedMail<'_>, account: &EmailAccount) -> Parsed {
    let mail = prepared(received.bytes);
    // The parser is another project's; should it panic on some mail, the mail is still read.
    let parsed = std::panic::catch_unwind(|| understood(&mail)).ok().flatten();
    let read = parsed.unwrap_or_else(|| unparsable(&mail));
    assembled(received, account, &mail, read)
}

/// What was read of a mail, by the parser or without it.
struct Read {
    facts: MailFacts,
    name: Option<String>,
    text: String,
    files: Vec<RawFile>,
}

/// CRLF line ends, and a header block in UTF-8.
fn prepared(bytes: &[u8]) -> Vec<u8> {
    let mail = headers::framed(bytes);
    let (head, _) = headers::split(&mail);
    if head.is_ascii() {
        return mail;
    }
    let hint = facts::declared_charset(head);
    let mut out = headers::repaired(head, hint.as_deref());
    out.extend_from_slice(mail.get(head.len()..).unwrap_or_default());
    out
}

fn understood(mail: &[u8]) -> Option<Read> {
    let (head, _) = headers::split(mail);
    if headers::fields(head).is_empty() {
        return None;
    }
    let parsed: Mail<'_> = MessageParser::default().parse(mail)?;
    Some(Read {
        facts: facts::facts(&parsed, head),
        name: facts::sender_name(&parsed),
        text: body::text(&parsed),
        files: body::files(&parsed),
    })
}

/// A mail that the parser gave up on: its fields as far as they are there, the rest as text.
fn unparsable(mail: &[u8]) -> Read {
    let (head, rest) = headers::split(mail);
    let fields = headers::fields(head);
    let facts = facts::without_parser(&fields);
    let text = if fields.is_empty() { mail } else { rest };
    Read { facts, name: None, text: super::charset::guess(text, None), files: Vec::new() }
}

fn assembled(received: ReceivedMail<'_>, account: &EmailAccount, mail: &[u8], mut read: Read) -> Parsed {
    let sender = match read.facts.from.as_slice() {
        [one] => EmailAddress::parse(one),
        _ => None,
    };
    let (head, _) = headers::split(mail);
    let proof = authenticity::server::judge(
        &headers::fields(head),
        account.trusted_authserv_id.as_deref(),
        sender.as_ref().map(EmailAddress::domain),
    );
    read.facts.proof = proof.unwrap_or_default();
    let unanswerable = sender.is_none().then_some(Reason::NoSender);
    let contact = sender
        .or_else(|| read.facts.from.iter().find_map(|from| EmailAddress::parse(from)))
        .or_else(|| EmailAddress::parse(NOBODY))
        .unwrap_or_else(|| account.address.clone());
    let text = read.text.replace("\r\n", "\n").replace('\0', "");
    let message = Message {
        id: received.id,
        channel: Channel::Email,
        account: account.name.clone(),
        contact: Contact::Email(contact),
        name: read.name,
        visible: with_subject(&read.facts, &visible(&text)),
        text,
        attachments: read.files.iter().map(body::attachment).collect(),
        press: None,
        edited: false,
        reply_to: None,
        authenticity: read.facts.proof.authenticity(),
        unanswerable,
        language_hint: None,
        mail: Some(read.facts),
        update_id: None,
        received_at: received.received_at,
    };
    Parsed { message, files: read.files }
}

/// The subject of a first mail is its first clause. That of an answer is not: it says again
/// what was asked before.
fn with_subject(facts: &MailFacts, visible: &str) -> String {
    let subject = facts.subject.trim();
    let answer = !facts.in_reply_to.is_empty() || !facts.references.is_empty() || is_answer(subject);
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if subject.is_empty() || answer || flat(visible).starts_with(&flat(subject)) {
        return visible.to_owned();
    }
    if visible.is_empty() { subject.to_owned() } else { format!("{subject}\n{visible}") }
}

/// Prefixes by which mail programs mark answers and forwarded mail.
const ANSWER_PREFIXES: [&str; 20] = [
    "re:",
    "re :",
    "re[",
    "fwd:",
    "fw:",
    "aw:",
    "antw:",
    "wg:",
    "rép:",
    "tr:",
    "rv:",
    "sv:",
    "vs:",
    "ynt:",
    "ilt:",
    "پاسخ:",
    "پاسخ به:",
    "رد:",
    "ارجاع:",
    "رد :",
];

fn is_answer(subject: &str) -> bool {
    let subject = subject.to_lowercase();
    ANSWER_PREFIXES.iter().any(|prefix| subject.starts_with(prefix))
}

#[cfg(test)]
mod tests;

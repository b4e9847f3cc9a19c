//! An outbox row made into a mail.
//!
//! The row, the account and the business come in; the bytes to send and the envelope go out.
//! Plain text and a simple HTML part say the same; both read in the direction of their language.
//!
//! Invariant: the same row is the same mail, byte for byte, at every attempt.

mod html;

use std::time::SystemTime;

use lettre::Address;
use lettre::message::header::{ContentDisposition, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Body, Mailbox, MessageBuilder, MultiPart, SinglePart};

use super::headers::clean;
use super::own_mark;
use crate::domain::message::{Attachment, Contact, EmailAddress, Language};
use crate::domain::outbox::{Button, ButtonAction, OutboxRow, Recipient};
use crate::domain::rules::Business;
use crate::domain::stamp;
use crate::settings::EmailAccount;

/// A mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Without angle brackets.
    pub message_id: String,
    pub bytes: Vec<u8>,
    pub envelope_from: EmailAddress,
    pub to: EmailAddress,
}

/// Why a row cannot become a mail; it never will.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderFault {
    #[error("The row is not for e-mail.")]
    NotMail,
    #[error("{0} is no address that mail can be sent to.")]
    Address(String),
    #[error("The mail could not be built: {0}")]
    Build(String),
}

/// A References field longer than this is cut in its middle; RFC 5322 §3.6.4 asks for the first
/// and the last ones.
const LONGEST_THREAD: usize = 30;

/// Makes the mail of a row. `files` are its attachments with their contents.
pub fn render(
    row: &OutboxRow,
    account: &EmailAccount,
    business: &Business,
    files: &[(Attachment, Vec<u8>)],
    secret: &[u8; 32],
) -> Result<Rendered, RenderFault> {
    let to = recipient(row)?;
    let message_id = own_mark::message_id(row.id, secret, account.address.domain());
    let name = account.display_name.as_deref().unwrap_or_else(|| business.name(row.language));
    let builder = lettre::Message::builder()
        .from(Mailbox::new(Some(clean(name)).filter(|name| !name.is_empty()), address(&account.address)?))
        .to(Mailbox::new(None, address(&to)?))
        .subject(clean(&row.subject))
        .date(SystemTime::from(row.created_at))
        .message_id(Some(format!("<{message_id}>")));
    let builder = marked(threaded(builder, row), row);
    let message = builder
        .multipart(content(row, files, secret))
        .map_err(|error| RenderFault::Build(error.to_string()))?;
    Ok(Rendered { message_id, bytes: message.formatted(), envelope_from: account.address.clone(), to })
}

fn recipient(row: &OutboxRow) -> Result<EmailAddress, RenderFault> {
    match &row.to {
        Recipient::Customer(Contact::Email(address)) | Recipient::StaffEmail(address) => Ok(address.clone()),
        Recipient::Customer(Contact::Telegram { .. } | Contact::Chat(_))
        | Recipient::StaffTelegram(_)
        | Recipient::StaffPhone(_) => Err(RenderFault::NotMail),
    }
}

fn address(address: &EmailAddress) -> Result<Address, RenderFault> {
    address.as_str().parse().map_err(|_| RenderFault::Address(address.to_string()))
}

/// RFC 5322 §3.6.4: what is answered, and the whole thread, so that every program shows one.
fn threaded(builder: MessageBuilder, row: &OutboxRow) -> MessageBuilder {
    let written = |id: &str| {
        let id = clean(id);
        (!id.is_empty() && id.is_ascii() && !id.contains([' ', '<', '>'])).then(|| format!("<{id}>"))
    };
    let mut references: Vec<String> = row.thread.references.iter().filter_map(|id| written(id)).collect();
    if references.len() > LONGEST_THREAD {
        references.drain(1..=references.len() - LONGEST_THREAD);
    }
    let builder = match row.thread.in_reply_to.as_deref().and_then(written) {
        Some(id) => builder.in_reply_to(id),
        None => builder,
    };
    if references.is_empty() { builder } else { builder.references(references.join(" ")) }
}

/// RFC 3834 §3.1.7, and what Exchange understands: a machine says that it is one. What a person
/// wrote carries no such mark.
fn marked(builder: MessageBuilder, row: &OutboxRow) -> MessageBuilder {
    let builder = field(builder, "Content-Language", row.language.tag());
    let kind = match row.to {
        Recipient::StaffEmail(_) | Recipient::StaffTelegram(_) | Recipient::StaffPhone(_) => "auto-generated",
        Recipient::Customer(_) if row.by_person => return builder,
        // Nobody asked: it answers no message.
        Recipient::Customer(_) if row.answers.is_none() && row.thread.in_reply_to.is_none() => {
            "auto-generated"
        }
        Recipient::Customer(_) => "auto-replied",
    };
    field(field(builder, "Auto-Submitted", kind), "X-Auto-Response-Suppress", "All")
}

fn field(builder: MessageBuilder, name: &str, value: &str) -> MessageBuilder {
    match HeaderName::new_from_ascii(name.to_owned()) {
        Ok(name) => builder.raw_header(HeaderValue::new(name, value.to_owned())),
        Err(_) => builder,
    }
}

fn content(row: &OutboxRow, files: &[(Attachment, Vec<u8>)], secret: &[u8; 32]) -> MultiPart {
    let stamp = stamp::last_line(row, secret);
    let both = MultiPart::alternative()
        .boundary(own_mark::derived(row.id, secret, "alternative"))
        .singlepart(SinglePart::plain(plain(row, stamp.as_deref())))
        .singlepart(SinglePart::html(html::page(row, &lines(row), stamp.as_deref())));
    if files.is_empty() {
        return both;
    }
    let mixed = MultiPart::mixed().boundary(own_mark::derived(row.id, secret, "mixed")).multipart(both);
    files.iter().fold(mixed, |mixed, (attachment, bytes)| mixed.singlepart(file(attachment, bytes)))
}

fn file(attachment: &Attachment, bytes: &[u8]) -> SinglePart {
    let octets = || Part::new(clean(&attachment.name)).body(bytes.to_vec(), ContentType::TEXT_PLAIN);
    let Ok(media_type) = ContentType::parse(&attachment.media_type) else { return octets() };
    // RFC 2231 names; the bytes in base64, whatever they are.
    let body = Body::new(bytes.to_vec());
    SinglePart::builder()
        .header(ContentDisposition::attachment(&clean(&attachment.name)))
        .content_type(media_type)
        .body(body)
}

fn plain(row: &OutboxRow, stamp: Option<&str>) -> String {
    let mut text = row.text.trim_end().to_owned();
    let lines = lines(row);
    if !lines.is_empty() {
        text.push_str("\n\n");
        text.push_str(&lines.join("\n"));
    }
    if let Some(stamp) = stamp {
        text.push_str("\n\n");
        text.push_str(stamp);
    }
    text.push('\n');
    text
}

/// Buttons as lines: those that can be pressed are numbered, a reply with the number presses
/// them; links stand with their address.
fn lines(row: &OutboxRow) -> Vec<String> {
    let mut number = 0;
    row.buttons
        .iter()
        .flatten()
        .map(|Button { label, action }| match action {
            ButtonAction::Press(_) => {
                number += 1;
                format!("{}. {label}", numeral(number, row.language))
            }
            ButtonAction::Link(url) => format!("{label}: {url}"),
        })
        .collect()
}

fn numeral(number: usize, language: Language) -> String {
    let ascii = number.to_string();
    match language {
        Language::En => ascii,
        Language::Fa => ascii
            .chars()
            .map(|c| c.to_digit(10).and_then(|digit| char::from_u32(0x06f0 + digit)).unwrap_or(c))
            .collect(),
    }
}

#[cfg(test)]
mod tests;

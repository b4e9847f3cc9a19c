//! What the header of a mail says.

use mail_parser::{Address, ContentType, HeaderName, HeaderValue, Message as Mail, MimeHeaders};

use crate::domain::guard;
use crate::domain::message::MailFacts;
use crate::domain::proof::Proof;
use crate::mail::encoded_word;
use crate::mail::headers::{self, Field, clean};

/// More than this in one header is a mail to nobody in particular.
const MOST_RECIPIENTS: usize = 500;
/// RFC 5322 sets no limit to threads; people and programs do.
const LONGEST_THREAD: usize = 100;

/// `head` is the header block in UTF-8 with CRLF.
pub fn facts(mail: &Mail<'_>, head: &[u8]) -> MailFacts {
    let fields = headers::fields(head);
    let (content_type, report_type) = content_type(mail.content_type());
    MailFacts {
        message_id: mail.message_id().map(clean_id).filter(|id| !id.is_empty()),
        in_reply_to: ids(mail.in_reply_to()),
        references: ids(mail.references()),
        from: addresses(mail.from()),
        recipients: recipients(mail),
        subject: subject(mail, &fields),
        headers: read_by_guard(&fields),
        content_type,
        report_type,
        proof: Proof::default(),
    }
}

/// The same from bare fields, when the parser could make nothing of the mail.
pub fn without_parser(fields: &[Field]) -> MailFacts {
    let address = |value: &str| {
        let inner =
            value.rsplit_once('<').map_or(value, |(_, rest)| rest.split('>').next().unwrap_or_default());
        clean(inner)
    };
    let all = |name: &str| {
        fields.iter().filter(|field| field.name == name).map(|field| address(&field.value)).collect()
    };
    let content_type = headers::first(fields, "content-type").unwrap_or("text/plain");
    MailFacts {
        message_id: headers::first(fields, "message-id").map(clean_id).filter(|id| !id.is_empty()),
        from: all("from"),
        recipients: all("to"),
        subject: headers::first(fields, "subject")
            .map(|s| clean(&encoded_word::decode(s)))
            .unwrap_or_default(),
        headers: read_by_guard(fields),
        content_type: content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase(),
        ..MailFacts::default()
    }
}

/// The sender's display name.
pub fn sender_name(mail: &Mail<'_>) -> Option<String> {
    let name = mail.from()?.first()?.name()?;
    let name = if name.contains("=?") { encoded_word::decode(name) } else { name.to_owned() };
    Some(clean(name.trim_matches('"'))).filter(|name| !name.is_empty())
}

/// The charset that a header block declares for the body, for fields that declare none.
pub fn declared_charset(head: &[u8]) -> Option<String> {
    let fields = headers::fields(head);
    let value = headers::first(&fields, "content-type")?.to_ascii_lowercase();
    let (_, rest) = value.split_once("charset=")?;
    let name = rest.trim_start_matches('"').split(['"', ';', ' ']).next()?;
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

fn read_by_guard(fields: &[Field]) -> Vec<(String, String)> {
    fields
        .iter()
        .filter(|field| guard::reads(&field.name))
        .map(|field| (field.name.clone(), clean(&field.value)))
        .collect()
}

fn content_type(found: Option<&ContentType<'_>>) -> (String, Option<String>) {
    let Some(found) = found else { return ("text/plain".to_owned(), None) };
    let subtype = found.subtype().unwrap_or("plain");
    let whole = format!("{}/{subtype}", found.ctype()).to_ascii_lowercase();
    (whole, found.attribute("report-type").map(|kind| clean(kind).to_ascii_lowercase()))
}

/// The parser decodes encoded words one by one; those cut inside a letter are joined first.
fn subject(mail: &Mail<'_>, fields: &[Field]) -> String {
    let parsed = mail.subject().unwrap_or_default();
    match headers::first(fields, "subject") {
        Some(raw) if raw.contains("=?") && (parsed.contains('\u{fffd}') || parsed.contains("=?")) => {
            clean(&encoded_word::decode(raw))
        }
        _ => clean(parsed),
    }
}

fn recipients(mail: &Mail<'_>) -> Vec<String> {
    let lists = mail.header_values(HeaderName::To).chain(mail.header_values(HeaderName::Cc));
    lists.flat_map(|value| addresses(value.as_address())).take(MOST_RECIPIENTS).collect()
}

fn addresses(found: Option<&Address<'_>>) -> Vec<String> {
    let Some(found) = found else { return Vec::new() };
    found.iter().filter_map(|addr| addr.address()).map(clean).filter(|address| !address.is_empty()).collect()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let list: Vec<String> = match value {
        HeaderValue::Text(text) => vec![clean_id(text)],
        HeaderValue::TextList(list) => list.iter().map(|text| clean_id(text)).collect(),
        _ => Vec::new(),
    };
    let skip = list.len().saturating_sub(LONGEST_THREAD);
    list.into_iter().filter(|id| !id.is_empty()).skip(skip).collect()
}

fn clean_id(id: &str) -> String {
    let id = clean(id);
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    id.chars().filter(|c| !c.is_whitespace()).collect()
}

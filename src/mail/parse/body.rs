//! The text of a mail and its files.

use mail_parser::{Encoding, Message as Mail, MessagePart, MimeHeaders, PartType};

use crate::domain::intake::RawFile;
use crate::domain::message::Attachment;
use crate::mail::headers::clean;
use crate::mail::{charset, html};

/// Characters of a file name.
const LONGEST_NAME: usize = 120;

/// All that the mail says in text parts; HTML only where there is no plain text.
pub fn text(mail: &Mail<'_>) -> String {
    let plain = joined(mail, &mail.text_body);
    if plain.trim().is_empty() { joined(mail, &mail.html_body) } else { plain }
}

fn joined(mail: &Mail<'_>, ids: &[u32]) -> String {
    let parts =
        ids.iter().filter_map(|id| mail.parts.get(*id as usize)).filter_map(|part| part_text(mail, part));
    let mut whole = String::new();
    for text in parts {
        if !whole.is_empty() && !whole.ends_with('\n') {
            whole.push('\n');
        }
        whole.push_str(&text);
    }
    whole
}

fn part_text(mail: &Mail<'_>, part: &MessagePart<'_>) -> Option<String> {
    match &part.body {
        PartType::Text(text) => Some(repaired(mail, part, text)),
        PartType::Html(text) => Some(html::to_text(&repaired(mail, part, text))),
        _ => None,
    }
}

/// The text of a part, read anew when its declared charset cannot be the true one.
fn repaired(mail: &Mail<'_>, part: &MessagePart<'_>, text: &str) -> String {
    let raw = mail.raw_message.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let bytes = match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::QuotedPrintable => mail_parser::decoders::quoted_printable::quoted_printable_decode(raw),
        Encoding::Base64 => mail_parser::decoders::base64::base64_decode(raw),
    };
    let declared = part.content_type().and_then(|found| found.attribute("charset"));
    bytes.and_then(|bytes| charset::repair(text, &bytes, declared)).unwrap_or_else(|| text.to_owned())
}

/// Everything that is not the text of the mail.
pub fn files(mail: &Mail<'_>) -> Vec<RawFile> {
    mail.attachments().enumerate().map(|(index, part)| file(index + 1, part)).collect()
}

/// How a file is recorded before its content lies anywhere.
pub fn attachment(file: &RawFile) -> Attachment {
    Attachment {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: file.bytes.len() as u64,
        blob: None,
    }
}

fn file(number: usize, part: &MessagePart<'_>) -> RawFile {
    let media_type = media_type(part);
    let name = part.attachment_name().map(safe_name).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| format!("attachment-{number}{}", extension(&media_type)));
    RawFile { name, media_type, bytes: part.contents().to_vec() }
}

fn media_type(part: &MessagePart<'_>) -> String {
    match (part.content_type(), &part.body) {
        (Some(found), _) => {
            clean(&format!("{}/{}", found.ctype(), found.subtype().unwrap_or("octet-stream")))
                .to_ascii_lowercase()
        }
        (None, PartType::Message(_)) => "message/rfc822".to_owned(),
        (None, PartType::Text(_)) => "text/plain".to_owned(),
        (None, _) => "application/octet-stream".to_owned(),
    }
}

/// A name that is safe to show and to store: no path, no control or direction characters.
fn safe_name(name: &str) -> String {
    let name = clean(name);
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = last
        .chars()
        .filter(|c| !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*'))
        .take(LONGEST_NAME)
        .collect();
    safe.trim().trim_start_matches('.').to_owned()
}

fn extension(media_type: &str) -> &'static str {
    match media_type {
        "message/rfc822" => ".eml",
        "text/plain" => ".txt",
        "text/html" => ".html",
        "text/calendar" => ".ics",
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "image/gif" => ".gif",
        "application/pdf" => ".pdf",
        _ => ".bin",
    }
}

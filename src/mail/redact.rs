//! The raw copy of a mail without the secrets that were in it.
//!
//! The raw bytes and the message, whose secrets are hidden by then, come in; a plain mail with the
//! same header fields and the hidden text goes out. Files of the mail are blobs of their own.
//!
//! Invariant: nothing of the old body is left, and a subject is the one that is shown to people.

use super::headers;
use crate::domain::message::Message;

/// Fields that describe the body that is gone.
const OF_THE_BODY: [&str; 6] = [
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-language",
    "mime-version",
    "subject",
];

/// See the module.
pub fn raw_without_secrets(raw: &[u8], message: &Message) -> Vec<u8> {
    let mail = headers::framed(raw);
    let (head, _) = headers::split(&mail);
    let mut copy = String::new();
    for field in headers::fields(head) {
        if !OF_THE_BODY.contains(&field.name.as_str()) {
            copy.push_str(&format!("{}: {}\r\n", field.name, field.value));
        }
    }
    let subject = message.mail.as_ref().map_or("", |mail| mail.subject.as_str());
    copy.push_str(&format!("subject: {subject}\r\n"));
    copy.push_str("mime-version: 1.0\r\ncontent-type: text/plain; charset=utf-8\r\n");
    copy.push_str("content-transfer-encoding: 8bit\r\n\r\n");
    copy.push_str(&message.text);
    headers::to_crlf(copy.as_bytes())
}

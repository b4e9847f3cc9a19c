//! Headers that every reader reads the same way.
//!
//! A signature covers the fields that it names, counted from below, as its reader splits them.
//! Where another reader could split or choose differently, an attacker could let one of them
//! verify the genuine field and the other believe the added one (RFC 6376 §8.15).
//!
//! Invariant: strict: in doubt a header is not clear, and its mail not proven.

use crate::mail::headers::Field;

/// RFC 5322 §3.6 and RFC 2045 §3: what stands once, or not at all.
const ONCE: [&str; 13] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

/// Whether a header block (with CRLF) can be read in one way only.
pub fn is_clear(head: &[u8], fields: &[Field]) -> bool {
    let stands_once = |name: &&str| fields.iter().filter(|field| field.name == **name).count() <= 1;
    lines_are_fields(head) && ONCE.iter().all(stands_once)
}

/// RFC 5322 §2.2: each line is a field or continues one; no line is blank, and nothing is between
/// a name and its colon.
fn lines_are_fields(head: &[u8]) -> bool {
    let Some(text) = head.strip_suffix(b"\r\n") else { return false };
    let mut seen_field = false;
    text.split(|byte| *byte == b'\n').all(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let continues = line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        let sound = if continues { seen_field && has_text(line) } else { is_field(line) };
        seen_field = true;
        sound && !line.contains(&0)
    })
}

fn has_text(line: &[u8]) -> bool {
    line.iter().any(|byte| !byte.is_ascii_whitespace())
}

fn is_field(line: &[u8]) -> bool {
    match line.iter().position(|byte| *byte == b':') {
        Some(0) | None => false,
        Some(colon) => line.iter().take(colon).all(u8::is_ascii_graphic),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::headers;

    #[test]
    fn a_header_is_clear_or_it_is_not() {
        for (head, clear) in [
            ("From: a@x\r\nSubject: one\r\n two\r\nReceived: x\r\nReceived: y\r\n", true),
            ("From: a@x\r\nFrom: b@x\r\n", false),
            ("From: a@x\r\nfrom: b@x\r\n", false),
            ("From: a@x\r\nSubject: one\r\nSUBJECT: two\r\n", false),
            ("From: a@x\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n", false),
            ("From: a@x\r\nno field\r\nSubject: one\r\n", false),
            ("From : a@x\r\n", false),
            ("From: a@x\r\n \r\nSubject: one\r\n", false),
            (" From: a@x\r\n", false),
            (": a@x\r\n", false),
            ("Fr\u{f6}m: a@x\r\n", false),
            ("From: a@x\0\r\n", false),
            ("From: a@x", false),
            ("", false),
        ] {
            assert_eq!(is_clear(head.as_bytes(), &headers::fields(head.as_bytes())), clear, "{head:?}");
        }
    }
}

//! The header block of a mail as it stands on the wire, and what may be shown of it.
//!
//! Bytes come in; fields in order, unfolded, go out. Decoding encoded words is the parser's
//! work; here bytes are only made UTF-8.
//!
//! Invariant: nothing that comes out of [`clean`] can break a line or turn a text around.

use super::charset;

/// RFC 5322 §2.2: one field, its name in lower case, its value unfolded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub value: String,
}

/// RFC 5322 §2.1: lines end with CRLF. Old clients, files and scripts send bare LF or CR.
pub fn to_crlf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' => {
                if rest.peek() == Some(&b'\n') {
                    rest.next();
                }
                out.extend_from_slice(b"\r\n");
            }
            b'\n' => out.extend_from_slice(b"\r\n"),
            byte => out.push(byte),
        }
    }
    out
}

/// The mail itself, with CRLF line ends: mbox separators and byte order marks stand before some
/// saved mails.
pub fn framed(bytes: &[u8]) -> Vec<u8> {
    let mail = to_crlf(bytes);
    let whole = mail.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&mail);
    let start = match whole.strip_prefix(b"From ").and_then(|rest| rest.windows(2).position(|w| w == b"\r\n"))
    {
        Some(end) => whole.get(end + 7..).unwrap_or_default(),
        None => whole,
    };
    if start.len() == mail.len() { mail } else { start.to_vec() }
}

/// Splits a mail with CRLF line ends into its header block and its body.
pub fn split(mail: &[u8]) -> (&[u8], &[u8]) {
    if let Some(body) = mail.strip_prefix(b"\r\n") {
        return (&[], body);
    }
    match mail.windows(4).position(|window| window == b"\r\n\r\n") {
        Some(end) => {
            let (head, rest) = mail.split_at(end + 2);
            (head, rest.get(2..).unwrap_or_default())
        }
        None => (mail, &[]),
    }
}

/// Makes a header block UTF-8: RFC 6532 allows that, and nothing allows what some programs
/// send instead. `hint` is the charset that the mail declares for its body.
pub fn repaired(head: &[u8], hint: Option<&str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(head.len());
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(_) => out.extend_from_slice(line),
            Err(_) => out.extend_from_slice(charset::guess(line, hint).as_bytes()),
        }
    }
    out
}

/// The fields of a header block, in order. Lines that are no fields are left out.
pub fn fields(head: &[u8]) -> Vec<Field> {
    let text = String::from_utf8_lossy(head);
    let mut fields: Vec<Field> = Vec::new();
    for line in text.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some(last) = fields.last_mut() {
                last.value.push(' ');
                last.value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            let name = name.trim_end();
            if !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic()) {
                fields.push(Field { name: name.to_ascii_lowercase(), value: value.trim().to_owned() });
            }
        }
    }
    fields
}

/// The first field of that name.
pub fn first<'a>(fields: &'a [Field], name: &str) -> Option<&'a str> {
    fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
}

/// A decoded header value as it may be shown, stored and compared: one line, without control
/// characters and without marks that change the direction of a text.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' | '\n' | '\t' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if c.is_control() || is_direction(c) => {}
            c => out.push(c),
        }
    }
    out.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_becomes_crlf() {
        assert_eq!(to_crlf(b"a\nb\r\nc\rd\r\r\n"), b"a\r\nb\r\nc\r\nd\r\n\r\n");
    }

    #[test]
    fn fields_are_unfolded_and_lines_that_are_none_left_out() {
        let head = b"Subject: one\r\n two\r\nnonsense\r\nX-A :b\r\n";
        let found = fields(head);
        assert_eq!(first(&found, "subject"), Some("one two"));
        assert_eq!(first(&found, "x-a"), Some("b"));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn what_is_shown_cannot_break_a_line_or_turn_a_text() {
        assert_eq!(clean("Evil\r\nBcc: x@y.z\u{202e}gpj.exe\u{0}"), "Evil Bcc: x@y.zgpj.exe");
        assert_eq!(clean("می\u{200c}خواهم"), "می\u{200c}خواهم", "the joiner of Persian words stays");
    }
}

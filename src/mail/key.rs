//! What makes a mail the same mail when the mailbox hands it over again.
//!
//! A UID names a mail only as long as its UIDVALIDITY stands (RFC 9051 §2.3.1.1). The digest
//! names it beyond that, after a mailbox has been moved or made anew.
//!
//! Invariant: the digest depends on the mail alone, not on where it lies.

use sha2::{Digest, Sha256};

use super::headers;
use crate::domain::message::MessageKey;

/// The key of one mail of a mailbox.
pub fn key(account: &str, uidvalidity: u32, uid: u32, bytes: &[u8]) -> MessageKey {
    MessageKey::Email { account: account.to_owned(), uidvalidity, uid, digest: digest(bytes) }
}

/// SHA-256 over Message-ID, Date, From and body. A mail without Message-ID is told from its
/// twins by the trace line of its delivery (RFC 5321 §4.4).
fn digest(bytes: &[u8]) -> String {
    let mail = headers::to_crlf(bytes);
    let (head, body) = headers::split(&mail);
    let fields = headers::fields(head);
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    for name in ["message-id", "date", "from"] {
        part(headers::first(&fields, name).unwrap_or_default());
    }
    if headers::first(&fields, "message-id").is_none() {
        part(headers::first(&fields, "received").unwrap_or_default());
    }
    hash.update(body.trim_ascii_end());
    hex(&hash.finalize())
}

/// A short mark of a mail by its header alone, to tell it among the few thousand that lay in a
/// mailbox on the day when it was first watched.
pub fn mark(head: &[u8]) -> String {
    let head = headers::to_crlf(head);
    let fields = headers::fields(headers::split(&head).0);
    let mut hash = Sha256::new();
    for name in ["message-id", "date", "from", "subject"] {
        hash.update(headers::first(&fields, name).unwrap_or_default());
        hash.update([0]);
    }
    hex(hash.finalize().get(..5).unwrap_or_default())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_survives_a_new_uid_and_other_line_ends() {
        let mail = b"Message-ID: <1@x>\r\nDate: today\r\nFrom: a@b\r\nX-Moved: yes\r\n\r\nHello\r\n";
        let moved = b"Received: again\nMessage-ID: <1@x>\nDate: today\nFrom: a@b\n\nHello\n\n";
        let (MessageKey::Email { digest: a, .. }, MessageKey::Email { digest: b, uid, .. }) =
            (key("s", 1, 1, mail), key("s", 2, 9, moved))
        else {
            panic!("both are mails");
        };
        assert_eq!(a, b);
        assert_eq!(uid, 9);
    }

    #[test]
    fn another_body_or_another_id_is_another_mail() {
        let of = |mail: &[u8]| digest(mail);
        assert_ne!(of(b"Message-ID: <1@x>\n\nHello"), of(b"Message-ID: <2@x>\n\nHello"));
        assert_ne!(of(b"Message-ID: <1@x>\n\nHello"), of(b"Message-ID: <1@x>\n\nBye"));
        assert_ne!(of(b"Received: a; 1\nFrom: x\n\nHi"), of(b"Received: a; 2\nFrom: x\n\nHi"));
    }
}

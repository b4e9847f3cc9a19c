//! Names that tell nothing: keyed digests of contacts, mail ids and addresses.
//!
//! With the installation's secret a contact gives the same 32 bytes each time,
//! without it nothing leads back, not even for somebody who tries all numbers.
//!
//! Invariant: neither the journal nor a file name shows a contact.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::domain::message::{Contact, EmailAddress};
use crate::domain::outbox::Recipient;

/// A digest under the installation's secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub [u8; 32]);

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl Name {
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    pub fn from_hex(text: &str) -> Option<Name> {
        unhex(text).map(Name)
    }
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// 32 bytes from 64 lower-case hexadecimal digits.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? * 16 + digit(*low)?;
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

/// Gives names under one installation's secret.
#[derive(Clone)]
pub struct Names {
    keyed: Hmac<Sha256>,
}

impl Names {
    pub fn new(secret: &[u8; 32]) -> Names {
        let mut block = [0; 64];
        for (slot, byte) in block.iter_mut().zip(secret) {
            *slot = *byte;
        }
        // A key of exactly one block is used as it is (RFC 2104 §2).
        Names { keyed: Hmac::new(&block.into()) }
    }

    fn name(&self, what: &str, text: &str) -> Name {
        let mut keyed = self.keyed.clone();
        keyed.update(what.as_bytes());
        keyed.update(b"\0");
        keyed.update(text.as_bytes());
        Name(keyed.finalize().into_bytes().into())
    }

    pub fn contact(&self, contact: &Contact) -> Name {
        self.name("contact", &contact.key())
    }

    /// The key under which everything lies that belongs to no customer.
    pub fn installation(&self) -> Name {
        self.name("installation", "")
    }

    /// The queue of a recipient; of a customer the same as the contact's name.
    pub fn recipient(&self, recipient: &Recipient) -> Name {
        match recipient {
            Recipient::Customer(contact) => self.contact(contact),
            Recipient::StaffEmail(address) => self.name("staff-email", &address.as_str().to_lowercase()),
            Recipient::StaffTelegram(chat) => self.name("staff-telegram", &chat.to_string()),
            Recipient::StaffPhone(number) => self.name("staff-phone", number),
        }
    }

    pub fn domain(&self, address: &EmailAddress) -> Name {
        self.name("domain", address.domain())
    }

    pub fn identity(&self, identity: &str) -> Name {
        self.name("identity", identity)
    }

    pub fn mail_id(&self, mail_id: &str) -> Name {
        self.name("mail-id", mail_id)
    }

    pub fn external(&self, external: &str) -> Name {
        self.name("external", external)
    }

    pub fn text(&self, text: &str) -> Name {
        self.name("text", text)
    }
}

/// SHA-256 of some bytes.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_goes_both_ways_and_refuses_the_rest() {
        let bytes = digest(b"abc");
        assert_eq!(hex(&bytes), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        assert_eq!(unhex("ba78"), None);
        assert_eq!(unhex(&"G".repeat(64)), None);
    }

    #[test]
    fn a_contact_has_one_name_however_it_is_written_and_none_without_the_secret() {
        let names = Names::new(&[1; 32]);
        let ann = |text| Contact::Email(EmailAddress::parse(text).unwrap());
        assert_eq!(names.contact(&ann("Ann@Example.org")), names.contact(&ann("ann@example.org")));
        assert_ne!(names.contact(&ann("ann@example.org")), names.contact(&ann("bob@example.org")));
        assert_ne!(
            names.contact(&ann("ann@example.org")),
            Names::new(&[2; 32]).contact(&ann("ann@example.org"))
        );
    }
}

//! The Message-ID that we give to a mail, and how we know it again.
//!
//! It holds the number of the outbox row and a code that only this installation can make, so
//! that a repeated send carries the same name and nobody can make up a name of ours.
//!
//! Invariant: one row, one secret and one domain make one Message-ID.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::key::hex;
use crate::domain::outbox::OutboxId;

const PREFIX: &str = "pasokh.";

/// The Message-ID of a row's mail, without angle brackets.
pub fn message_id(row: OutboxId, secret: &[u8; 32], domain: &str) -> String {
    format!("{PREFIX}{}.{}@{domain}", row.0, code(row, secret))
}

/// The row whose mail has this Message-ID, if it is one of ours.
pub fn recognise(id: &str, secret: &[u8; 32]) -> Option<OutboxId> {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let (local, _) = id.rsplit_once('@')?;
    let (number, written) = local.strip_prefix(PREFIX)?.split_once('.')?;
    let row = OutboxId(number.parse().ok()?);
    (code(row, secret) == written).then_some(row)
}

/// A string that is the same for the same row and differs between purposes; for boundaries.
pub fn derived(row: OutboxId, secret: &[u8; 32], purpose: &str) -> String {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    let code = mac.chain_update(purpose).chain_update(row.0.to_be_bytes()).finalize().into_bytes();
    hex(code.get(..12).unwrap_or_default())
}

fn code(row: OutboxId, secret: &[u8; 32]) -> String {
    derived(row, secret, "message-id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_ids_are_known_again_and_no_others() {
        let secret = [7; 32];
        let id = message_id(OutboxId(42), &secret, "shop.example");
        assert!(id.starts_with("pasokh.42.") && id.ends_with("@shop.example"));
        assert_eq!(recognise(&format!("<{id}>"), &secret), Some(OutboxId(42)));
        assert_eq!(recognise(&id, &[8; 32]), None);
        assert_eq!(recognise(&id.replace("42", "43"), &secret), None);
        assert_eq!(recognise("x@shop.example", &secret), None);
    }
}

//! Stamps: the short code in every message of ours, by which anybody can ask whether it is from us.
//!
//! A stamp is the number of an outbox row, stirred with the installation's secret. Nothing needs to
//! be stored for it, it tells nothing of how many messages there are, and of 2^40 stamps only those
//! of messages that exist are ours.
//!
//! Invariant: one secret makes one stamp of a number and finds that number again.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::domain::message::Language;
use crate::domain::outbox::{OutboxId, OutboxRow, Recipient};
use crate::domain::short_code::ShortCode;
use crate::domain::text::isolate;

const HALF_BITS: u32 = 20;
const HALF: u32 = (1 << HALF_BITS) - 1;
const ROUNDS: u8 = 4;

/// The stamp of a row; none beyond the 2^40th.
pub fn of(row: OutboxId, secret: &[u8; 32]) -> Option<ShortCode> {
    let (mut left, mut right) = halves(row.0)?;
    for round in 0..ROUNDS {
        (left, right) = (right, left ^ stirred(right, round, secret));
    }
    Some(ShortCode::from_value(joined(left, right)))
}

/// The row that would carry it, whether or not there is one.
pub fn row(stamp: ShortCode, secret: &[u8; 32]) -> OutboxId {
    let (mut left, mut right) = halves(stamp.value()).unwrap_or_default();
    for round in (0..ROUNDS).rev() {
        (left, right) = (right ^ stirred(left, round, secret), left);
    }
    OutboxId(joined(left, right))
}

/// The last line of a row that goes to a customer.
pub fn last_line(row: &OutboxRow, secret: &[u8; 32]) -> Option<String> {
    let to_customer = matches!(row.to, Recipient::Customer(_));
    let stamp = isolate(&of(row.id, secret).filter(|_| to_customer)?.to_string());
    Some(match row.language {
        Language::Fa => format!("کد این پیام: {stamp}"),
        Language::En => format!("Code of this message: {stamp}"),
    })
}

fn halves(value: u64) -> Option<(u32, u32)> {
    let left = u32::try_from(value >> HALF_BITS).ok().filter(|left| *left <= HALF)?;
    let right = u32::try_from(value & u64::from(HALF)).ok()?;
    Some((left, right))
}

fn joined(left: u32, right: u32) -> u64 {
    u64::from(left) << HALF_BITS | u64::from(right)
}

fn stirred(half: u32, round: u8, secret: &[u8; 32]) -> u32 {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret) else { return 0 };
    let code = mac.chain_update("stamp").chain_update([round]).chain_update(half.to_be_bytes()).finalize();
    let bytes = code.into_bytes();
    bytes.iter().take(4).fold(0_u32, |value, byte| value << 8 | u32::from(*byte)) & HALF
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_stamp_leads_back_to_its_row(number in 0_u64..1 << 40, secret: [u8; 32]) {
            let stamp = of(OutboxId(number), &secret);
            prop_assert_eq!(stamp.map(|stamp| row(stamp, &secret)), Some(OutboxId(number)));
        }
    }

    #[test]
    fn stamps_of_neighbours_and_of_other_secrets_have_nothing_in_common() {
        let stamps: BTreeSet<String> =
            (0..2000).filter_map(|row| of(OutboxId(row), &[7; 32])).map(|stamp| stamp.to_string()).collect();
        assert_eq!(stamps.len(), 2000);
        let first: BTreeSet<Option<char>> = stamps.iter().map(|stamp| stamp.chars().next()).collect();
        assert!(first.len() > 25);
        assert_ne!(of(OutboxId(1), &[7; 32]), of(OutboxId(1), &[8; 32]));
        assert_eq!(of(OutboxId(1 << 40), &[7; 32]), None);
    }
}

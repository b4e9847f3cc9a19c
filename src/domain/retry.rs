//! When to try again.
//!
//! A failure that may pass is tried again within seconds, then at growing
//! distances up to an hour, for about three days. An outcome that nobody knows
//! is tried once more and never again: a second copy is better than none, a
//! third is a nuisance.
//!
//! Invariant: the same attempt with the same seed gives the same time, so a
//! schedule read back after a crash is the schedule that was decided.

use jiff::{SignedDuration, Timestamp};

const FIRST: SignedDuration = SignedDuration::from_secs(3);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(72);

/// Each delay is two and a half times the one before.
const GROWTH: (i32, i32) = (5, 2);

/// A delay is shortened by up to this many per cent, so that rows which failed together come apart.
const JITTER_PERCENT: u64 = 15;

/// When to send again what failed for a passing reason; `None` once it is time to give up.
///
/// `attempt` counts the attempts made so far, from 1. `after` is the pause in
/// seconds that the peer asked for: it is never undercut, and what it asks
/// beyond three days is a refusal. `seed` is the row's number.
pub fn next_attempt(attempt: u32, now: Timestamp, after: Option<u32>, seed: u64) -> Option<Timestamp> {
    let planned = planned(attempt)?;
    let asked = SignedDuration::from_secs(i64::from(after.unwrap_or(0)));
    if asked > GIVE_UP_AFTER {
        return None;
    }
    now.checked_add(shortened(planned, attempt, seed).max(asked)).ok()
}

/// When to repeat what may or may not have arrived; `None` when it has been repeated already.
///
/// `uncertain` says that an earlier attempt at the same row ended that way. The
/// repetition carries the same Message-ID, so a careful receiver drops it.
pub fn next_repetition(uncertain: bool, now: Timestamp, seed: u64) -> Option<Timestamp> {
    if uncertain {
        return None;
    }
    now.checked_add(shortened(FIRST, 1, seed)).ok()
}

/// The delay after that attempt, before jitter; none when all delays so far fill the three days.
fn planned(attempt: u32) -> Option<SignedDuration> {
    let mut delay = FIRST;
    let mut spent = SignedDuration::ZERO;
    for _ in 1..attempt {
        spent = spent.saturating_add(delay);
        if spent >= GIVE_UP_AFTER {
            return None;
        }
        delay = (delay.saturating_mul(GROWTH.0) / GROWTH.1).min(LONGEST);
    }
    Some(delay)
}

fn shortened(delay: SignedDuration, attempt: u32, seed: u64) -> SignedDuration {
    let draw = scatter(seed ^ (u64::from(attempt) << 48)) % (JITTER_PERCENT * 10 + 1);
    let kept = i32::try_from(1000 - draw).unwrap_or(1000);
    delay.saturating_mul(kept) / 1000
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): near numbers come out far apart.
fn scatter(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

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

/// When to send again what nobody was there to take; `None` once it is time to give up.
///
/// The row has done nothing wrong, so it does not wait longer each time: it is due as soon as
/// its channel is tried again.
pub fn when_reachable(created_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    (now.duration_since(created_at) < GIVE_UP_AFTER).then_some(now)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-12-05T09:00:00Z".parse().unwrap()
    }

    /// All delays of one row that fails for ever.
    fn delays(seed: u64) -> Vec<SignedDuration> {
        (1..)
            .map_while(|attempt| next_attempt(attempt, now(), None, seed))
            .map(|at| at.duration_since(now()))
            .collect()
    }

    #[test]
    fn the_first_retry_comes_within_five_seconds() {
        for seed in 0..1000 {
            let delay = next_attempt(1, now(), None, seed).unwrap().duration_since(now());
            assert!(
                delay >= SignedDuration::from_secs(2) && delay <= SignedDuration::from_secs(5),
                "{delay:?}"
            );
        }
    }

    #[test]
    fn delays_grow_two_to_threefold_up_to_an_hour() {
        for seed in 0..100 {
            let delays = delays(seed);
            for pair in delays.windows(2).filter(|pair| pair[1] < SignedDuration::from_mins(50)) {
                let growth = pair[1].as_secs_f64() / pair[0].as_secs_f64();
                assert!((2.0..=3.0).contains(&growth), "{pair:?}");
            }
            assert!(delays.iter().all(|delay| *delay <= LONGEST));
            assert!(*delays.last().unwrap() > SignedDuration::from_mins(50));
        }
    }

    #[test]
    fn it_gives_up_after_about_three_days() {
        for seed in 0..100 {
            let spent: SignedDuration = delays(seed).into_iter().fold(SignedDuration::ZERO, |a, b| a + b);
            let hours = spent.as_secs_f64() / 3600.0;
            assert!((60.0..=74.0).contains(&hours), "{hours}");
        }
        assert_eq!(next_attempt(u32::MAX, now(), None, 0), None);
    }

    #[test]
    fn the_pause_that_the_peer_asks_for_is_kept() {
        let delay = |after| next_attempt(1, now(), Some(after), 7).map(|at| at.duration_since(now()));
        assert_eq!(delay(40), Some(SignedDuration::from_secs(40)));
        assert_eq!(delay(1), delay(0));
        assert_eq!(delay(u32::MAX), None);
    }

    #[test]
    fn rows_that_failed_together_come_apart_and_stay_put() {
        let at: std::collections::BTreeSet<_> =
            (0..50).map(|seed| next_attempt(6, now(), None, seed)).collect();
        assert!(at.len() > 25, "{}", at.len());
        assert_eq!(next_attempt(6, now(), None, 3), next_attempt(6, now(), None, 3));
    }

    #[test]
    fn an_unknown_outcome_is_repeated_exactly_once() {
        let first = next_repetition(false, now(), 3).unwrap();
        assert!(first > now() && first.duration_since(now()) <= SignedDuration::from_secs(5));
        assert_eq!(next_repetition(true, first, 3), None);
    }
}

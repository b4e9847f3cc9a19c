//! How fast one session may write.
//!
//! Thirty messages a minute, as a bucket that refills: nobody who types is
//! ever stopped, a script that floods is.
//!
//! Invariant: it remembers only sessions that wrote within the last minute, plus a bounded rest.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// Messages at once.
const BURST: u32 = 30;
/// One more message after each of these.
const REFILL: Duration = Duration::from_secs(2);
/// Full buckets are forgotten when there are more than these.
const REMEMBERED: usize = 10_000;

/// The moment at which each session's bucket is full again (a "theoretical arrival time").
#[derive(Default)]
pub struct Pace {
    full_at: Mutex<BTreeMap<String, Duration>>,
}

impl Pace {
    /// Takes one message out of the session's bucket; `Err` tells how long to wait.
    /// `now` is measured from any fixed moment.
    pub fn take(&self, session: &str, now: Duration) -> Result<(), Duration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if full_at.len() > REMEMBERED {
            full_at.retain(|_, at| *at > now);
        }
        let full = full_at.get(session).copied().unwrap_or(now).max(now) + REFILL;
        let allowed = now + REFILL * BURST;
        if full > allowed {
            return Err(full - allowed);
        }
        full_at.insert(session.to_owned(), full);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thirty_first_message_waits_and_others_do_not() {
        let pace = Pace::default();
        let now = Duration::from_secs(100);
        for _ in 0..30 {
            assert_eq!(pace.take("a", now), Ok(()));
        }
        assert_eq!(pace.take("a", now), Err(Duration::from_secs(2)));
        assert_eq!(pace.take("b", now), Ok(()));
    }

    #[test]
    fn a_bucket_refills_with_time() {
        let pace = Pace::default();
        let start = Duration::ZERO;
        while pace.take("a", start).is_ok() {}
        assert_eq!(pace.take("a", start + Duration::from_secs(2)), Ok(()));
        assert!(pace.take("a", start + Duration::from_secs(2)).is_err());
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let pace = Pace::default();
        for number in 0..=REMEMBERED {
            pace.take(&number.to_string(), Duration::ZERO).unwrap();
        }
        pace.take("late", Duration::from_secs(60)).unwrap();
        assert_eq!(pace.full_at.lock().unwrap().len(), 1);
    }
}

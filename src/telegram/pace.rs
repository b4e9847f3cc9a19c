//! How fast a bot may write.
//!
//! A chat comes in; the waiting ends when a message to it may go. The limits
//! are those of Telegram's Bot FAQ, "My bot is hitting limits": one message a
//! second to a chat, 20 a minute to a group, 30 a second in all.
//!
//! Invariant: texts and files, customers and staff share one pace.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::Mutex;

/// A fresh limiter lets its burst through at once and the rate besides, so the burst is part
/// of what a second or a minute may hold.
const IN_ALL: Quota = Quota::per_second(number(30)).allow_burst(number(1));
const ONE_CHAT: Quota = Quota::per_second(number(1));
const ONE_GROUP: Quota = Quota::per_minute(number(15)).allow_burst(number(5));

/// Chats that are remembered before those that have been quiet for long are forgotten.
const REMEMBERED: usize = 1000;

const fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(number.saturating_sub(1))
}

pub struct Pace {
    /// Whoever came first goes first.
    all: Mutex<DefaultDirectRateLimiter>,
    chats: DefaultKeyedRateLimiter<i64>,
    groups: DefaultKeyedRateLimiter<i64>,
}

impl Pace {
    pub fn new() -> Pace {
        Pace {
            all: Mutex::new(RateLimiter::direct(IN_ALL)),
            chats: RateLimiter::keyed(ONE_CHAT),
            groups: RateLimiter::keyed(ONE_GROUP),
        }
    }

    /// Waits until a message to this chat may go. Dropping the future gives the turn up.
    /// Where thirty others stand in line, a chat's messages may come a little closer together.
    pub async fn turn(&self, chat: i64) {
        if self.chats.len() > REMEMBERED {
            self.chats.retain_recent();
            self.groups.retain_recent();
        }
        // Groups and channels have negative numbers.
        if chat < 0 {
            self.groups.until_key_ready(&chat).await;
        }
        self.chats.until_key_ready(&chat).await;
        self.all.lock().await.until_ready().await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    /// When, in milliseconds, somebody who always wants to write may do so, over three minutes.
    fn turns(quota: Quota) -> Vec<usize> {
        let clock = FakeRelativeClock::default();
        let limiter = RateLimiter::direct_with_clock(quota, clock.clone());
        let mut turns = Vec::new();
        for now in 0..180_000 {
            while limiter.check().is_ok() {
                turns.push(now);
            }
            clock.advance(Duration::from_millis(1));
        }
        turns
    }

    fn most_within(turns: &[usize], milliseconds: usize) -> usize {
        let before = |end: usize| turns.partition_point(|turn| *turn < end);
        turns.iter().map(|first| before(first + milliseconds) - before(*first)).max().unwrap()
    }

    #[test]
    fn no_second_holds_more_than_thirty_messages() {
        let turns = turns(IN_ALL);
        assert_eq!(most_within(&turns, 1000), 30);
    }

    #[test]
    fn no_second_holds_more_than_one_message_to_a_chat() {
        let turns = turns(ONE_CHAT);
        assert_eq!((most_within(&turns, 1000), turns.len()), (1, 180));
    }

    #[test]
    fn no_minute_holds_more_than_twenty_messages_to_a_group_and_five_may_come_together() {
        let turns = turns(ONE_GROUP);
        // One to spare for a message that was late on its way.
        assert_eq!(most_within(&turns, 60_000), 19);
        assert_eq!(most_within(&turns, 1000), 5);
    }
}

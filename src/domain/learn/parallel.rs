//! Work shared out among threads.
//!
//! Items come in, what was made of each comes out, in the order of the items.
//!
//! Invariant: the result is that of doing one after the other; who does what, and when, shows nowhere.

use std::sync::atomic::{AtomicUsize, Ordering};

/// More than cores do no harm, and asking how many there are would be asking the machine.
const WORKERS: usize = 8;

/// The work on every item, by as many threads as there are cores for.
pub(in crate::domain) fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done: Vec<(usize, R)> = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let hands: Vec<_> = (1..WORKERS.min(items.len())).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for hand in hands {
            match hand.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(each(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert!(each(&[] as &[usize], |item| item * 2).is_empty());
    }
}

//! Numbers filed under hashes, found in a few nanoseconds.
//!
//! The domain keeps no maps of random order, and a tree costs a comparison a
//! level. A hash comes in; out come the few numbers filed under it, and mostly
//! nothing at once: a small filter knows nearly every hash that is not there.
//!
//! Invariant: nothing that was filed is ever missed. Other numbers may come out
//! besides, so whoever asks compares what the numbers stand for.

const FREE: u32 = u32::MAX;
/// Bits of the filter for each slot.
const FILTER: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Table {
    /// A part of the hash, and the number. A power of two of them, at most half of them taken.
    slots: Vec<(u32, u32)>,
    filter: Vec<u64>,
}

impl Table {
    /// Files every number under its hash; several may stand under one.
    pub(super) fn of(filed: &[(u64, u32)]) -> Table {
        let slots = (2 * filed.len()).next_power_of_two().max(64);
        let mut table = Table { slots: vec![(0, FREE); slots], filter: vec![0; slots * FILTER / 64] };
        for (hash, number) in filed {
            table.file(mixed(*hash), *number);
        }
        table
    }

    fn file(&mut self, hash: u64, number: u32) {
        let (word, bit) = self.in_filter(hash);
        if let Some(word) = self.filter.get_mut(word) {
            *word |= bit;
        }
        let mut at = self.place(hash);
        while self.slots.get(at).is_some_and(|slot| slot.1 != FREE) {
            at = self.after(at);
        }
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = (tag(hash), number);
        }
    }

    /// The numbers under a hash.
    pub(super) fn get(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let hash = mixed(hash);
        let (word, bit) = self.in_filter(hash);
        let mut at = match self.filter.get(word) {
            Some(word) if word & bit != 0 => Some(self.place(hash)),
            _ => None,
        };
        std::iter::from_fn(move || {
            loop {
                let (slot_tag, number) = *self.slots.get(at?)?;
                if number == FREE {
                    at = None;
                    return None;
                }
                at = at.map(|at| self.after(at));
                if slot_tag == tag(hash) {
                    return Some(number);
                }
            }
        })
    }

    fn place(&self, hash: u64) -> usize {
        low(hash) & self.slots.len().wrapping_sub(1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & self.slots.len().wrapping_sub(1)
    }

    fn in_filter(&self, hash: u64) -> (usize, u64) {
        let bit = low(hash >> 8) & (self.filter.len() * 64).wrapping_sub(1);
        (bit / 64, 1 << (bit % 64))
    }
}

/// Bits of a product are the better the higher they stand: the lower half gets some of the upper.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ (hash >> 32)
}

fn tag(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

fn low(hash: u64) -> usize {
    usize::try_from(hash & u64::from(u32::MAX)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_filed_is_found_and_little_else() {
        let filed: Vec<(u64, u32)> =
            (0..5_000).map(|n| (u64::from(n % 4_000).wrapping_mul(0x9E37_79B9), n)).collect();
        let table = Table::of(&filed);
        for (hash, number) in &filed {
            assert!(table.get(*hash).any(|found| found == *number), "{number}");
        }
        let strangers =
            (0..10_000_u64).filter(|n| table.get(n.wrapping_mul(77_777_777) ^ 1).next().is_some());
        assert!(strangers.count() < 3);
        assert_eq!(Table::default().get(1).next(), None);
    }
}

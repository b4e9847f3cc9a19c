//! Numbers for hashes.
//!
//! A hash comes in, the number comes out that it was given first.
//!
//! Invariant: a hash keeps its number, and no hash is zero.

/// The numbers of features by hash: a table with open addressing, since features are well mixed
/// hashes already and a message asks for a hundred of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    /// 0 where nothing is.
    hashes: Vec<u64>,
    numbers: Vec<u32>,
    taken: usize,
}

impl Numbers {
    pub(super) fn get(&self, hash: u64) -> Option<u32> {
        let place = self.place(hash)?;
        (*self.hashes.get(place)? == hash).then(|| self.numbers.get(place).copied())?
    }

    /// The number of the hash, which is `number` if it had none.
    pub(super) fn get_or_insert(&mut self, hash: u64, number: u32) -> u32 {
        if (self.taken + 1) * 2 > self.hashes.len() {
            self.grow();
        }
        let place = self.place(hash).unwrap_or(usize::MAX);
        let (Some(slot), Some(there)) = (self.hashes.get_mut(place), self.numbers.get_mut(place)) else {
            return number;
        };
        if *slot != hash {
            (*slot, *there) = (hash, number);
            self.taken += 1;
        }
        *there
    }

    /// Where the hash is, or the free slot where it would be.
    fn place(&self, hash: u64) -> Option<usize> {
        let mask = self.hashes.len().checked_sub(1)?;
        let start = usize::try_from(hash & mask as u64).ok()?;
        (0..=mask)
            .map(|step| (start + step) & mask)
            .find(|place| self.hashes.get(*place).is_none_or(|there| *there == 0 || *there == hash))
    }

    fn grow(&mut self) {
        let size = (self.hashes.len() * 4).max(1024);
        let bigger = Numbers { hashes: vec![0; size], numbers: vec![0; size], taken: 0 };
        let old = std::mem::replace(self, bigger);
        for (hash, number) in old.all() {
            self.get_or_insert(hash, number);
        }
    }

    /// Every hash with its number.
    pub(super) fn all(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        let slots = self.hashes.iter().zip(&self.numbers);
        slots.filter(|(hash, _)| **hash != 0).map(|(hash, number)| (*hash, *number))
    }

    /// The same features under new numbers; those without one are dropped.
    pub(super) fn renumbered(&self, anew: &[Option<u32>]) -> Numbers {
        let mut numbers = Numbers::default();
        for (hash, old) in self.all() {
            if let Some(number) = anew.get(old as usize).copied().flatten() {
                numbers.get_or_insert(hash, number);
            }
        }
        numbers
    }
}

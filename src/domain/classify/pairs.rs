//! Phrases by the two words that they begin with.
//!
//! Thousands of phrases may begin with "how"; few begin with "how" and "return".
//!
//! Invariant: a look-up costs the same however many phrases there are.

use super::lexicon::Atom;
use super::table::Table;

/// Phrases that begin with two words.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// Groups by the hash of their two atoms.
    table: Table,
    /// The atoms, and which of the members are theirs.
    groups: Vec<(Pair, std::ops::Range<usize>)>,
    members: Vec<usize>,
}

/// The atoms of two words.
pub(super) type Pair = (Atom, Atom);

impl Pairs {
    /// Files phrases under the pairs that they begin with.
    pub(super) fn of(mut filed: Vec<(Pair, usize)>) -> Pairs {
        filed.sort_unstable();
        filed.dedup();
        let mut groups: Vec<(Pair, std::ops::Range<usize>)> = Vec::new();
        for (at, (pair, _)) in filed.iter().enumerate() {
            match groups.last_mut() {
                Some((last, members)) if last == pair => members.end = at + 1,
                _ => groups.push((*pair, at..at + 1)),
            }
        }
        let hashes: Vec<(u64, u32)> = groups.iter().map(|(pair, _)| pair_hash(*pair)).zip(0..).collect();
        let members = filed.into_iter().map(|(_, phrase)| phrase).collect();
        Pairs { table: Table::of(&hashes), groups, members }
    }

    /// The phrases that begin with these two.
    pub(super) fn get(&self, pair: Pair) -> &[usize] {
        let group = |number: u32| self.groups.get(usize::try_from(number).ok()?);
        let found = self.table.get(pair_hash(pair)).filter_map(group).find(|(atoms, _)| *atoms == pair);
        found.and_then(|(_, members)| self.members.get(members.clone())).unwrap_or_default()
    }
}

fn pair_hash((first, second): Pair) -> u64 {
    (u64::from(first) << 32 | u64::from(second)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

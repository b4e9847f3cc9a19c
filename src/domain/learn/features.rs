//! A text as numbers: which words, neighbours, pairs of beginnings and pieces of words it has.
//!
//! Folded words come in; out comes a list of features, each with the group it
//! belongs to. A feature is known by a 64-bit hash; nothing is stored for it.
//!
//! Invariant: the same words give the same features in the same order.

/// A long message tells its matter early; pairs of far words say nothing.
const READ: usize = 60;
/// Two words make a pair when at most so many words lie between them.
const PAIR_REACH: usize = 12;
/// So many letters of a word stand for it in a pair: "card" and "cards" are one.
const BEGINNING: usize = 4;
const SHORTEST_PIECE: usize = 2;
const LONGEST_PIECE: usize = 5;

/// The sort of a feature. Groups are weighed against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// A word, or two that stand side by side.
    Words,
    /// The beginnings of two words of one text in any order.
    Pairs,
    /// Two to five letters of one word, its edges marked.
    Pieces,
}

impl Group {
    pub(super) const ALL: [Group; 3] = [Group::Words, Group::Pairs, Group::Pieces];

    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// Found by cross-validation on public sets of questions; see `benches/understanding.rs`.
    pub(super) fn weight(self) -> f32 {
        match self {
            Group::Words | Group::Pieces => 1.0,
            Group::Pairs => 0.7,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Feature {
    pub hash: u64,
    pub group: Group,
    /// The words that it was made of, by their places.
    pub first: u16,
    pub second: u16,
}

impl Feature {
    /// A single word, and not one beside another.
    pub(super) fn is_word(&self) -> bool {
        self.group == Group::Words && self.first == self.second
    }
}

/// Calls `found` with every feature of the words. Repetitions come repeatedly.
pub(super) fn features(words: &[&str], mut found: impl FnMut(Feature)) {
    of_words(words, &mut found);
    for (at, word) in (0_u16..).zip(read(words)) {
        pieces(word, |hash| found(Feature { hash, group: Group::Pieces, first: at, second: at }));
    }
}

/// The part of a text that is read.
fn read<'t, 'w>(words: &'t [&'w str]) -> &'t [&'w str] {
    words.get(..words.len().min(READ)).unwrap_or_default()
}

/// The features that whole words make.
pub(super) fn of_words(words: &[&str], mut found: impl FnMut(Feature)) {
    let words = read(words);
    let hashes: Vec<u64> = words.iter().map(|word| of_word(word)).collect();
    let beginnings: Vec<u64> = words.iter().map(|word| of_word(beginning(word))).collect();
    for (at, (hash, own)) in (0_u16..).zip(hashes.iter().zip(&beginnings)) {
        let mut put = |hash, group, second| found(Feature { hash, group, first: at, second });
        put(mix(*hash, 1), Group::Words, at);
        if let Some(next) = hashes.get(usize::from(at) + 1) {
            put(mix(hash.rotate_left(17) ^ next, 2), Group::Words, at + 1);
        }
        let later = beginnings.iter().skip(usize::from(at) + 1).take(PAIR_REACH);
        for (other, second) in later.zip(at + 1..) {
            let (low, high) = if own < other { (own, other) } else { (other, own) };
            if low != high {
                put(mix(low.rotate_left(29) ^ high, 3), Group::Pairs, second);
            }
        }
    }
}

/// Longer numbers are all alike: it is their presence that says something.
fn of_word(word: &str) -> u64 {
    if is_number(word) { hash_of("0") } else { hash_of(word) }
}

fn beginning(word: &str) -> &str {
    let end = word.char_indices().nth(BEGINNING).map_or(word.len(), |(end, _)| end);
    word.get(..end).unwrap_or(word)
}

fn is_number(word: &str) -> bool {
    word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The pieces of one word, which are the same in every text.
pub(super) fn pieces(word: &str, mut found: impl FnMut(u64)) {
    if is_number(word) {
        return;
    }
    // The edges of a word are letters of their own.
    let edges = std::iter::once('\u{2}').chain(word.chars()).chain(std::iter::once('\u{3}'));
    let letters: Vec<char> = edges.collect();
    for start in 0..letters.len() {
        let mut hash = SEED;
        for (length, letter) in (1..=LONGEST_PIECE).zip(letters.iter().skip(start)) {
            hash = step(hash, u32::from(*letter));
            if length >= SHORTEST_PIECE {
                found(mix(hash, 4));
            }
        }
    }
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, unit: u32) -> u64 {
    (hash ^ u64::from(unit)).wrapping_mul(0x0000_0100_0000_01b3)
}

fn hash_of(word: &str) -> u64 {
    mix(word.chars().fold(SEED, |hash, letter| step(hash, u32::from(letter))), 5)
}

/// Spreads a hash over all 64 bits (the finaliser of MurmurHash3), one way for each sort.
fn mix(hash: u64, sort: u64) -> u64 {
    let mut mixed = hash ^ sort.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    mixed ^ (mixed >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str], group: Group) -> Vec<u64> {
        let mut all = Vec::new();
        features(words, |feature| {
            if feature.group == group {
                all.push(feature.hash);
            }
        });
        all.sort_unstable();
        all
    }

    #[test]
    fn pairs_know_no_order_and_neighbours_do() {
        assert_eq!(of(&["کجاست", "سفارشم"], Group::Pairs), of(&["سفارشم", "کجاست"], Group::Pairs));
        assert_ne!(of(&["کجاست", "سفارشم"], Group::Words), of(&["سفارشم", "کجاست"], Group::Words));
    }

    #[test]
    fn pairs_know_no_endings() {
        assert_eq!(of(&["cards", "delivered"], Group::Pairs), of(&["card", "delivery"], Group::Pairs));
        assert_ne!(of(&["cards", "delivered"], Group::Words), of(&["card", "delivery"], Group::Words));
    }

    #[test]
    fn inflected_words_share_pieces() {
        let (one, other) = (of(&["سفارشم"], Group::Pieces), of(&["سفارشها"], Group::Pieces));
        assert!(one.iter().filter(|piece| other.contains(piece)).count() > 10);
    }

    #[test]
    fn long_numbers_are_alike() {
        assert_eq!(of(&["order", "45120"], Group::Words), of(&["order", "777"], Group::Words));
        assert_ne!(of(&["24"], Group::Words), of(&["42"], Group::Words));
    }

    #[test]
    fn the_cost_of_a_long_text_is_bounded() {
        let many = vec!["word"; 5000];
        let mut count = 0_usize;
        features(&many, |_| count += 1);
        assert!(count < READ * (PAIR_REACH + 40), "{count}");
    }
}

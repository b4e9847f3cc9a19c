//! A word's letters with hashes, so that any part of it can be looked up.
//!
//! A folded word comes in; out come the hashes of its beginnings, its parts
//! and the word with a letter left out, each for one multiplication. The hash
//! of two words written together follows from their own hashes.
//!
//! Invariant: equal texts have equal hashes, however they were put together.
//! A hash proves nothing: who finds something by it compares the texts.

/// A longer word is no word of a language.
pub(super) const MOST_LETTERS: usize = 40;
/// UTF-8 takes at most four bytes a letter.
const MOST_BYTES: usize = 4 * MOST_LETTERS;

/// An odd number with bits all over it; hashing is deterministic on purpose.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

const POWERS: [u64; MOST_BYTES + 1] = {
    let mut powers = [1_u64; MOST_BYTES + 1];
    let mut at = 1;
    while at < powers.len() {
        #[expect(clippy::indexing_slicing, reason = "computed by the compiler, within the length")]
        {
            powers[at] = powers[at - 1].wrapping_mul(BASE);
        }
        at += 1;
    }
    powers
};

/// The hash of a text as `Spelling` counts it.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0, step)
}

/// The hash of two texts written together, the second of so many bytes.
pub(super) fn join(left: u64, right: u64, bytes: usize) -> u64 {
    left.wrapping_mul(POWERS.get(bytes).copied().unwrap_or_default()).wrapping_add(right)
}

fn step(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(byte))
}

#[derive(Debug, Clone)]
pub(super) struct Spelling<'w> {
    word: &'w str,
    letters: usize,
    /// Where each letter ends, in bytes; the first entry is the beginning of the word.
    ends: [u8; MOST_LETTERS + 1],
    hashes: [u64; MOST_LETTERS + 1],
}

impl<'w> Spelling<'w> {
    /// `None` for what is too long to be a word.
    pub(super) fn of(word: &'w str) -> Option<Spelling<'w>> {
        let mut spelling =
            Spelling { word, letters: 0, ends: [0; MOST_LETTERS + 1], hashes: [0; MOST_LETTERS + 1] };
        let mut hash = 0;
        let mut bytes = [0_u8; 4];
        for (at, letter) in word.char_indices() {
            let written = letter.encode_utf8(&mut bytes);
            hash = written.bytes().fold(hash, step);
            spelling.letters += 1;
            *spelling.ends.get_mut(spelling.letters)? = u8::try_from(at + written.len()).ok()?;
            *spelling.hashes.get_mut(spelling.letters)? = hash;
        }
        Some(spelling)
    }

    pub(super) fn word(&self) -> &'w str {
        self.word
    }

    pub(super) fn letters(&self) -> usize {
        self.letters
    }

    pub(super) fn hash(&self) -> u64 {
        self.hash_of_first(self.letters)
    }

    /// The bytes of the first letters, so many of them.
    pub(super) fn end(&self, letters: usize) -> usize {
        self.ends.get(letters).copied().map_or(0, usize::from)
    }

    pub(super) fn hash_of_first(&self, letters: usize) -> u64 {
        self.hashes.get(letters).copied().unwrap_or_default()
    }

    /// The word cut after so many letters.
    pub(super) fn cut(&self, letters: usize) -> (&'w str, &'w str) {
        self.word.split_at_checked(self.end(letters)).unwrap_or((self.word, ""))
    }

    /// The letters between two places.
    pub(super) fn between(&self, from: usize, to: usize) -> &'w str {
        self.word.get(self.end(from)..self.end(to)).unwrap_or_default()
    }

    pub(super) fn hash_between(&self, from: usize, to: usize) -> u64 {
        let power = POWERS.get(self.end(to).saturating_sub(self.end(from))).copied().unwrap_or_default();
        self.hash_of_first(to).wrapping_sub(self.hash_of_first(from).wrapping_mul(power))
    }

    /// Hashes of the first letters, so many of them, without one of them.
    pub(super) fn without_one(&self, letters: usize) -> impl Iterator<Item = u64> + '_ {
        (0..letters).map(move |at| self.followed(self.hash_of_first(at), at + 1, letters))
    }

    /// Hashes of the word without two of its letters.
    pub(super) fn without_two(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.letters).flat_map(move |first| {
            let before = self.hash_of_first(first);
            (first + 1..self.letters).map(move |second| {
                let middle = self.hash_between(first + 1, second);
                let bytes = self.end(second).saturating_sub(self.end(first + 1));
                self.followed(join(before, middle, bytes), second + 1, self.letters)
            })
        })
    }

    /// The hash of a beginning and of the letters between two places.
    fn followed(&self, beginning: u64, from: usize, to: usize) -> u64 {
        join(beginning, self.hash_between(from, to), self.end(to).saturating_sub(self.end(from)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_put_a_text_together_gives_its_hash() {
        let spelling = Spelling::of("پیگیریa").unwrap();
        assert_eq!(spelling.hash(), hash("پیگیریa"));
        assert_eq!(spelling.hash_of_first(2), hash("پی"));
        assert_eq!(spelling.hash_between(2, 5), hash(spelling.between(2, 5)));
        assert_eq!(join(hash("پی"), hash("گیریa"), "گیریa".len()), spelling.hash());
        assert_eq!(spelling.cut(2), ("پی", "گیریa"));
    }

    #[test]
    fn letters_are_left_out_one_by_one_and_two_by_two() {
        let spelling = Spelling::of("abcd").unwrap();
        let ones: Vec<u64> = ["bcd", "acd", "abd", "abc"].map(hash).to_vec();
        assert_eq!(spelling.without_one(4).collect::<Vec<_>>(), ones);
        assert_eq!(spelling.without_one(2).collect::<Vec<_>>(), ["b", "a"].map(hash));
        let twos: Vec<u64> = ["cd", "bd", "bc", "ad", "ac", "ab"].map(hash).to_vec();
        assert_eq!(spelling.without_two().collect::<Vec<_>>(), twos);
    }

    #[test]
    fn what_is_too_long_is_no_word() {
        assert!(Spelling::of(&"ی".repeat(MOST_LETTERS)).is_some());
        assert!(Spelling::of(&"a".repeat(MOST_LETTERS + 1)).is_none());
        assert!(Spelling::of("𐎠𐎡𐎢").is_some());
    }
}

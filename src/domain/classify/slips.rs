//! Which mistakes are mere slips: the next key was hit, two letters were swapped
//! or one typed twice, or a word was written by ear.
//!
//! Two words that differ by a mistake or two come in; out comes whether fingers
//! or ears explain them. Where several words of the rules are as near to a
//! misspelt one, that decides between them.
//!
//! Invariant: a slip is the same in both directions.

/// Keys row by row, each row shifted a little to the right of the one above.
const KEYBOARDS: [[&str; 3]; 2] =
    [["qwertyuiop", "asdfghjkl", "zxcvbnm"], ["ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپو"]];

/// Letters that sound alike.
const BY_EAR: [&str; 8] = ["سصث", "زذضظ", "تط", "قغ", "هح", "ژج", "ck", "sz"];

/// How well a mistake is explained, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Explained {
    /// By fingers or ears.
    Slip,
    /// A letter is missing, or too many.
    Length,
    Nothing,
}

/// What explains that one word stands for the other?
pub(super) fn explain(word: &str, other: &str) -> Explained {
    let (word, other): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    if word.len() != other.len() {
        return if once(&word) == once(&other) { Explained::Slip } else { Explained::Length };
    }
    let mut differing = word.iter().zip(&other).filter(|(one, two)| one != two);
    if sorted(&word) == sorted(&other) || differing.all(|(one, two)| is_near(*one, *two)) {
        Explained::Slip
    } else {
        Explained::Nothing
    }
}

fn sorted(word: &[char]) -> Vec<char> {
    let mut letters = word.to_vec();
    letters.sort_unstable();
    letters
}

/// The word with doubled letters typed once.
fn once(word: &[char]) -> Vec<char> {
    let mut letters = word.to_vec();
    letters.dedup();
    letters
}

fn is_near(one: char, other: char) -> bool {
    BY_EAR.iter().any(|group| group.contains(one) && group.contains(other))
        || KEYBOARDS.iter().any(|rows| match (key(rows, one), key(rows, other)) {
            (Some(one), Some(other)) => are_neighbours(one, other),
            _ => false,
        })
}

/// Row and place of a letter.
fn key(rows: &[&str; 3], letter: char) -> Option<(usize, usize)> {
    rows.iter().enumerate().find_map(|(row, keys)| Some((row, keys.chars().position(|key| key == letter)?)))
}

fn are_neighbours(one: (usize, usize), other: (usize, usize)) -> bool {
    let (upper, lower) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    match lower.0 - upper.0 {
        0 => upper.1.abs_diff(lower.1) == 1,
        1 => upper.1 == lower.1 || upper.1 == lower.1 + 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingers_and_ears_explain_slips() {
        for (word, other) in [
            ("oredr", "order"),
            ("orfer", "order"),
            ("orderr", "order"),
            ("سفاشر", "سفارش"),
            ("سفسرش", "سفیرش"),
            ("زمانت", "ضمانت"),
            ("صفارش", "سفارش"),
        ] {
            assert_eq!(
                (explain(word, other), explain(other, word)),
                (Explained::Slip, Explained::Slip),
                "{word}"
            );
        }
        for (word, other, explained) in [
            ("orper", "order", Explained::Nothing),
            ("ordr", "order", Explained::Length),
            ("track", "trick", Explained::Nothing),
        ] {
            assert_eq!((explain(word, other), explain(other, word)), (explained, explained), "{word}");
        }
    }
}

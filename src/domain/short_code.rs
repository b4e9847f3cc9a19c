//! Short codes: eight letters and digits that people read off one message and type into another.
//!
//! Written K7M2-XQ9F, in Crockford's base 32; typed in whatever digits and
//! case, with whatever dashes and spaces.
//!
//! Invariant: a `ShortCode` is below 2^40.

use std::fmt;

use crate::domain::text::digits;

/// No I, L, O and U, which are read for others.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];
/// Characters of a code, five bits each.
const LENGTH: usize = 8;
const ALL: u64 = (1 << (5 * LENGTH)) - 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortCode(u64);

impl ShortCode {
    /// Of a greater number the last 40 bits count.
    pub fn from_value(value: u64) -> ShortCode {
        ShortCode(value & ALL)
    }

    pub fn value(self) -> u64 {
        self.0
    }

    /// Reads a text that is a code and nothing else.
    pub fn parse(text: &str) -> Option<ShortCode> {
        let read: Vec<u64> = text.chars().filter(|c| !is_gap(*c)).map(five_bits).collect::<Option<_>>()?;
        (read.len() == LENGTH).then(|| ShortCode(read.iter().fold(0, |value, bits| value << 5 | bits)))
    }
}

impl fmt::Display for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..LENGTH).rev() {
            let at = usize::try_from(self.0 >> (5 * place) & 31).unwrap_or_default();
            write!(f, "{}", ALPHABET.get(at).copied().unwrap_or('0'))?;
            if place == LENGTH / 2 {
                f.write_str("-")?;
            }
        }
        Ok(())
    }
}

fn five_bits(c: char) -> Option<u64> {
    let c = match digits::ascii(c).to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    ALPHABET.iter().position(|known| *known == c).and_then(|at| u64::try_from(at).ok())
}

fn is_gap(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_is_read_however_it_is_typed(value: u64) {
            let code = ShortCode::from_value(value);
            let written = code.to_string();
            prop_assert_eq!(written.len(), 9);
            for typed in [
                written.to_lowercase(),
                written.replace('-', ""),
                written.replace('-', " \u{2013} "),
                digits::to_persian(&written),
                format!("\u{2068}{written}\u{2069}"),
                written.replace('0', "o").replace('1', "l"),
            ] {
                prop_assert_eq!(ShortCode::parse(&typed), Some(code), "{}", typed);
            }
        }

        #[test]
        fn nothing_that_is_typed_breaks_it(text in ".{0,20}") {
            if let Some(code) = ShortCode::parse(&text) {
                prop_assert!(code.value() <= ALL);
            }
        }
    }

    #[test]
    fn other_texts_are_no_codes() {
        for text in ["", "K7M2", "K7M2-XQ9", "K7M2-XQ9FF", "سلام", "482-917-508", "K7M2-XU9F"] {
            assert_eq!(ShortCode::parse(text), None, "{text}");
        }
    }
}

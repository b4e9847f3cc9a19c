//! Tracking codes: 8 random digits and a Damm check digit, written 482-917-508.
//!
//! A customer types the code in whatever digits and with whatever dashes the
//! keyboard gives, or forwards it inside a sentence full of phone and card
//! numbers. The check digit finds every single wrong digit and every swap of
//! neighbours, so a mistyped code is nobody else's.
//!
//! Invariant: a `TrackingCode` has passed its check.

use std::fmt;
use std::ops::RangeInclusive;

use crate::domain::text::digits;

/// How many digits a code has.
const LENGTH: usize = 9;

const BODIES: u32 = 100_000_000;

/// The quasigroup of order 10 that H. Michael Damm gives in his thesis of 2004.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The name of a complaint that its customer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackingCode(u32);

impl TrackingCode {
    /// Seeds to draw from: their codes begin with 2 to 8, unlike phone numbers with 0 or 9.
    pub const SEEDS: RangeInclusive<u32> = 20_000_000..=89_999_999;

    /// The code of eight digits; of a greater number the last eight count.
    pub fn from_seed(seed: u32) -> TrackingCode {
        let body = seed % BODIES;
        TrackingCode(body * 10 + u32::from(check(body)))
    }

    /// The code with that value, if its check digit is right.
    pub fn from_value(value: u32) -> Option<TrackingCode> {
        let code = TrackingCode::from_seed(value / 10);
        (code.0 == value).then_some(code)
    }

    /// All nine digits as a number; leading zeros are not in it.
    pub fn value(self) -> u32 {
        self.0
    }

    /// Reads a text that is a code and nothing else.
    ///
    /// Digits may be Persian or Arabic; spaces, dashes and invisible characters may stand anywhere.
    pub fn parse(text: &str) -> Option<TrackingCode> {
        let mut read = Vec::with_capacity(LENGTH);
        for c in text.trim().chars() {
            match Piece::of(c) {
                Piece::Digit(_) if read.len() == LENGTH => return None,
                Piece::Digit(digit) => read.push(digit),
                Piece::Gap | Piece::Invisible => {}
                Piece::Letter | Piece::Tie | Piece::Point | Piece::Other => return None,
            }
        }
        from_digits(&read)
    }

    /// The first code inside a longer text.
    ///
    /// It stands in one piece or as three groups of three. Part of a longer row
    /// of digits (a phone, a card, an amount) is never one.
    pub fn find(text: &str) -> Option<TrackingCode> {
        rows(text).iter().find_map(Row::first_code)
    }
}

impl fmt::Display for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second, third) = (self.0 / 1_000_000, self.0 / 1_000 % 1_000, self.0 % 1_000);
        write!(f, "{first:03}-{second:03}-{third:03}")
    }
}

/// The Damm digit of eight digits. Leading zeros change nothing: row 0 keeps 0 at column 0.
fn check(body: u32) -> u8 {
    let mut divisor = BODIES / 10;
    let mut interim = 0_u8;
    while divisor > 0 {
        interim = damm(interim, u8::try_from(body / divisor % 10).unwrap_or(0));
        divisor /= 10;
    }
    interim
}

fn damm(row: u8, column: u8) -> u8 {
    DAMM.get(usize::from(row)).and_then(|row| row.get(usize::from(column))).copied().unwrap_or(0)
}

fn from_digits(read: &[u8]) -> Option<TrackingCode> {
    if read.len() != LENGTH {
        return None;
    }
    TrackingCode::from_value(read.iter().fold(0, |value, digit| value * 10 + u32::from(*digit)))
}

/// What a character means for a row of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Digit(u8),
    /// A space or a dash, as people put them between groups.
    Gap,
    Invisible,
    /// A Latin letter: RR482917508IR is a parcel.
    Letter,
    /// What ties the digits beside it to something that is no code: +98…, …@example.org.
    Tie,
    /// Punctuation that ties digits on both its sides together: 1.5, 12:30, 1405/09/14.
    Point,
    Other,
}

impl Piece {
    fn of(c: char) -> Piece {
        if let Some(digit) = digits::value(c) {
            return Piece::Digit(digit);
        }
        match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => Piece::Other,
            // Tatweel is what some Persian keyboards give for a dash.
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' | '\u{640}' => {
                Piece::Gap
            }
            '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => Piece::Invisible,
            '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => Piece::Invisible,
            '+' | '@' => Piece::Tie,
            '.' | ',' | '/' | '\\' | ':' | '*' | '_' | '=' | '\u{66A}'..='\u{66C}' => Piece::Point,
            c if c.is_whitespace() => Piece::Gap,
            c if c.is_ascii_alphabetic() => Piece::Letter,
            _ => Piece::Other,
        }
    }

    fn is_digit(self) -> bool {
        matches!(self, Piece::Digit(_))
    }
}

/// Groups of digits with nothing but gaps between them.
#[derive(Debug, Default)]
struct Row {
    groups: Vec<Vec<u8>>,
    /// It is part of something else.
    tied: bool,
}

impl Row {
    /// The first code, when the whole row is made of codes.
    fn first_code(&self) -> Option<TrackingCode> {
        let mut first = None;
        let mut groups = self.groups.as_slice();
        while !groups.is_empty() && !self.tied {
            let (code, rest) = match groups {
                [whole, rest @ ..] if whole.len() == LENGTH => (from_digits(whole)?, rest),
                [a, b, c, rest @ ..] if [a, b, c].iter().all(|group| group.len() == LENGTH / 3) => {
                    (from_digits(&[a.as_slice(), b, c].concat())?, rest)
                }
                _ => return None,
            };
            first.get_or_insert(code);
            groups = rest;
        }
        first
    }

    fn push(&mut self, digit: u8, same_group: bool) {
        match self.groups.last_mut() {
            Some(group) if same_group => group.push(digit),
            _ => self.groups.push(vec![digit]),
        }
    }
}

/// Up to so many gaps (as in ` - `) keep two groups in one row.
const WIDEST_GAP: usize = 3;

/// Every row of digits in a text.
fn rows(text: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut gaps = 0;
    let (mut last_but_one, mut last) = (Piece::Other, Piece::Other);
    for piece in text.chars().map(Piece::of).filter(|piece| *piece != Piece::Invisible) {
        match (piece, rows.last_mut()) {
            (Piece::Digit(digit), Some(row)) if last.is_digit() => row.push(digit, true),
            (Piece::Digit(digit), Some(row)) if last == Piece::Gap && gaps <= WIDEST_GAP => {
                row.push(digit, false)
            }
            (Piece::Digit(digit), before) => {
                let tied_by_point = last == Piece::Point && last_but_one.is_digit();
                if let Some(row) = before.filter(|_| tied_by_point) {
                    row.tied = true;
                }
                let tied = tied_by_point || matches!(last, Piece::Letter | Piece::Tie);
                rows.push(Row { groups: vec![vec![digit]], tied });
            }
            (Piece::Letter | Piece::Tie, Some(row)) if last.is_digit() => row.tied = true,
            _ => {}
        }
        gaps = match piece {
            Piece::Digit(_) => 0,
            Piece::Gap => gaps + 1,
            // Whatever else stands between ends the row, however many gaps follow.
            _ => WIDEST_GAP + 1,
        };
        (last_but_one, last) = (last, piece);
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code() -> TrackingCode {
        TrackingCode::from_seed(48_291_750)
    }

    #[test]
    fn check_digits_are_those_of_the_requirements() {
        for (seed, digit) in [(48_291_750, 8), (27_504_816, 1), (73_918_264, 6)] {
            assert_eq!(TrackingCode::from_seed(seed).value(), seed * 10 + digit);
        }
    }

    #[test]
    fn the_damm_table_is_totally_antisymmetric() {
        for c in 0..10_u8 {
            assert_eq!(damm(c, c), 0);
            for x in 0..10_u8 {
                for y in 0..10_u8 {
                    assert!(x == y || damm(damm(c, x), y) != damm(damm(c, y), x), "{c} {x} {y}");
                    assert!(x == y || damm(c, x) != damm(c, y), "{c} {x} {y}");
                }
            }
        }
    }

    #[test]
    fn a_code_is_written_in_three_groups_and_keeps_leading_zeros() {
        assert_eq!(code().to_string(), "482-917-508");
        let small = TrackingCode::from_seed(7);
        assert_eq!(small.to_string().len(), 11);
        assert!(small.to_string().starts_with("000-000-07"));
        assert_eq!(TrackingCode::parse(&small.to_string()), Some(small));
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for text in [
            "482-917-508",
            "482917508",
            " 482 917 508\n",
            "۴۸۲-۹۱۷-۵۰۸",
            "٤٨٢ ٩١٧ ٥٠٨",
            "482\u{2013}917\u{2014}508",
            "482\u{2011}917\u{2212}508",
            "\u{2068}482-917-508\u{2069}",
            "۴۸۲\u{200C}۹۱۷\u{200C}۵۰۸",
            "\u{200F}48 29 17 50 8\u{200E}",
            "۴۸۲ـ۹۱۷ـ۵۰۸",
        ] {
            assert_eq!(TrackingCode::parse(text), Some(code()), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_exactly_a_code_is_not_parsed() {
        for text in
            ["", "482-917-507", "48291750", "4829175080", "482-917-508 ok", "482.917.508", "code 482917508"]
        {
            assert_eq!(TrackingCode::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_code_is_found_inside_a_sentence() {
        for text in [
            "وضعیت ۴۸۲-۹۱۷-۵۰۸ چی شد؟",
            "status 482917508",
            "Re: [482-917-508] where is it?",
            "code:482917508.",
            "کد۴۸۲۹۱۷۵۰۸",
            "I have order 12345, code 482 917 508, thanks",
            "phone 0912 345 6789\ncode 482-917-508",
            "482-917-508 275-048-161",
            "(\u{2068}482-917-508\u{2069})",
            "#482917508",
            "از ساعت 12:30، 482-917-508",
        ] {
            assert_eq!(TrackingCode::find(text), Some(code()), "{text:?}");
        }
    }

    #[test]
    fn part_of_a_longer_number_is_never_a_code() {
        for text in [
            "1482917508",
            "4829175081",
            "+98 482917508",
            "+482917508",
            "021 482917508",
            "6037 482 917 508",
            "482-917-508-1",
            "482 917 508 12",
            "RR482917508IR",
            "482917508@example.org",
            "1.482917508",
            "482917508.25",
            "482917508/3",
            "48-29-17-50-8",
            "482\n917\n508",
            "482-917-507",
        ] {
            assert_eq!(TrackingCode::find(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_code_reads_back(seed in 0..BODIES) {
            let code = TrackingCode::from_seed(seed);
            prop_assert_eq!(TrackingCode::parse(&code.to_string()), Some(code));
            prop_assert_eq!(TrackingCode::find(&digits::to_persian(&code.to_string())), Some(code));
            prop_assert_eq!(TrackingCode::from_value(code.value()), Some(code));
        }

        #[test]
        fn one_wrong_digit_is_always_found(seed in 0..BODIES, place in 0..9_u32, other in 1..10_u32) {
            let value = TrackingCode::from_seed(seed).value();
            let power = 10_u32.pow(place);
            let digit = value / power % 10;
            let wrong = value - digit * power + (digit + other) % 10 * power;
            prop_assert_eq!(TrackingCode::from_value(wrong), None);
        }

        #[test]
        fn any_text_may_be_searched(text in ".*") {
            let _ = TrackingCode::parse(&text);
            let _ = TrackingCode::find(&text);
        }
    }
}

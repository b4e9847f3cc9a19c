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
                Piece::Joint | Piece::Other => return None,
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
    /// What ties digits to something that is no code: a decimal point, a plus, a Latin letter.
    Joint,
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
            '.' | ',' | '/' | ':' | '+' | '*' | '_' | '@' | '=' | '%' | '&' | '\u{66B}' | '\u{66C}' => Piece::Joint,
            c if c.is_whitespace() => Piece::Gap,
            c if c.is_ascii_alphabetic() => Piece::Joint,
            _ => Piece::Other,
        }
    }
}

/// Groups of digits with nothing but gaps between them.
#[derive(Debug, Default)]
struct Row {
    groups: Vec<Vec<u8>>,
    /// It is tied to something else.
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
}

/// Every row of digits in a text. Two gaps between groups still join them, three do not.
fn rows(text: &str) -> Vec<Row> {
    const WIDEST_GAP: usize = 3;
    let mut rows = Vec::new();
    let mut row = Row::default();
    let mut gaps = WIDEST_GAP;
    let mut before = Piece::Other;
    for piece in text.chars().map(Piece::of).filter(|piece| *piece != Piece::Invisible) {
        match piece {
            Piece::Digit(digit) => {
                if gaps > WIDEST_GAP || row.groups.is_empty() {
                    rows.push(std::mem::take(&mut row));
                    row.tied = before == Piece::Joint;
                }
                match row.groups.last_mut() {
                    Some(group) if gaps == 0 => group.push(digit),
                    _ => row.groups.push(vec![digit]),
                }
                gaps = 0;
            }
            Piece::Gap => gaps += 1,
            Piece::Joint | Piece::Other => {}
            Piece::Invisible => {}
        }
        before = piece;
    }
    rows.push(row);
    rows
}

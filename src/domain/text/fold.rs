//! Folding: the one form under which two spellings of a word are the same.
//!
//! A text comes in as typed; out comes the same text with compatibility forms
//! and marks gone, one code point a letter, ASCII digits, lower case, no joiners
//! and stretched letters shortened. «می» and «نمی» are joined to the verb, «ها»
//! and «تر» to the noun, so that می‌خواهم, میخواهم and می خواهم are one word.
//!
//! Invariant: folding twice is folding once.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// The text in the form for comparing. White space becomes single spaces.
///
/// Source: requirements §6.3.
pub fn fold(text: &str) -> String {
    let mut folding = Folding { out: String::with_capacity(text.len()), run: Run::default(), word: 0 };
    for c in text.chars() {
        fold_char(c, |folded| folding.push(folded));
    }
    folding.end_word();
    folding.out
}

struct Folding {
    out: String,
    run: Run,
    /// Where the word that is being read begins.
    word: usize,
}

impl Folding {
    fn push(&mut self, c: char) {
        if c.is_whitespace() {
            self.end_word();
            return;
        }
        if self.run.is_empty() && self.word == self.out.len() && !self.out.is_empty() {
            self.out.push(' ');
            self.word = self.out.len();
        }
        self.run.push(&mut self.out, c);
    }

    fn end_word(&mut self) {
        self.run.finish(&mut self.out);
        if self.word == self.out.len() {
            return;
        }
        if let Some(space) = self.word.checked_sub(1)
            && let (Some(before), Some(word)) = (self.out.get(..space), self.out.get(self.word..))
            && joins(last_run(before), first_run(word))
        {
            self.out.remove(space);
        }
        self.word = self.out.len();
    }
}

/// Holds back a run of one letter until its length is known.
#[derive(Default)]
pub(super) struct Run {
    letter: Option<char>,
    length: usize,
}

impl Run {
    pub(super) fn push(&mut self, out: &mut String, c: char) {
        if self.letter == Some(c) {
            self.length += 1;
            return;
        }
        self.finish(out);
        self.letter = Some(c);
        self.length = 1;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.letter.is_none()
    }

    /// Is this one letter, once, all that is held back?
    pub(super) fn is_once(&self, letter: char) -> bool {
        self.letter == Some(letter) && self.length == 1
    }

    /// Writes what was held back: a letter thrice or more is written once, digits as often as they stood.
    pub(super) fn finish(&mut self, out: &mut String) {
        if let Some(c) = self.letter.take() {
            let times = if self.length > 2 && c.is_alphabetic() { 1 } else { self.length };
            out.extend(std::iter::repeat_n(c, times));
        }
        self.length = 0;
    }
}

/// What one typed character is for the matcher: nothing, one character or several.
///
/// ASCII and the Arabic block, nearly all of what is typed here, are one look-up in a table.
pub(super) fn fold_char(c: char, mut emit: impl FnMut(char)) {
    if c.is_ascii() {
        return emit(c.to_ascii_lowercase());
    }
    if let Some(folded) = arabic(c) {
        if folded != LEFT_OUT {
            emit(folded);
        }
        return;
    }
    if is_ignored(c) {
        return;
    }
    decompose_compatible(c, |part| {
        for lower in part.to_lowercase() {
            decompose_compatible(lower, |piece| fold_piece(piece, &mut emit));
        }
    });
}

/// One part of a character that Unicode takes apart: a presentation form, an accented letter.
fn fold_piece(c: char, emit: &mut impl FnMut(char)) {
    match arabic(c) {
        Some(LEFT_OUT) => {}
        Some(folded) => emit(folded),
        None if is_ignored(c) || is_combining_mark(c) => {}
        None => match UNDIVIDED.iter().find(|(letter, _)| *letter == c) {
            Some((_, plain)) => plain.chars().for_each(emit),
            None => emit(one_quote(c)),
        },
    }
}

/// Does a character say nothing, as marks, joiners and direction controls do?
pub(super) fn is_left_out(c: char) -> bool {
    arabic(c).map_or_else(|| is_ignored(c), |folded| folded == LEFT_OUT)
}

/// A letter of the Arabic block in the one form that Persian text is compared in.
fn arabic(c: char) -> Option<char> {
    let place = u32::from(c).checked_sub(ARABIC_BLOCK)?;
    ARABIC.get(usize::try_from(place).ok()?).copied()
}

/// What one typed character is for patterns, which see texts as they are written: the letters and
/// digits of Persian in one form, without marks and joiners, and all else as it was.
pub(in crate::domain) fn unify(c: char, mut emit: impl FnMut(char)) {
    match c {
        '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => {
            decompose_compatible(c, |piece| fold_piece(piece, &mut emit));
        }
        _ => match arabic(c) {
            Some(LEFT_OUT) => {}
            Some(folded) => emit(folded),
            None if is_ignored(c) => {}
            None => emit(c),
        },
    }
}

const LEFT_OUT: char = '\0';
const ARABIC_BLOCK: u32 = 0x0600;
const ARABIC: [char; 0x100] = {
    let mut table = [LEFT_OUT; 0x100];
    let mut place = 0;
    while place < table.len() {
        #[expect(clippy::indexing_slicing, reason = "computed by the compiler, within the length")]
        {
            table[place] = fold_arabic(ARABIC_BLOCK + place as u32);
        }
        place += 1;
    }
    table
};

/// The letters that Persian text writes with more than one code point, and marks that it leaves out.
const fn fold_arabic(c: u32) -> char {
    match c {
        // Honorifics, vowel signs, signs of recitation; hamza, tatweel, the Arabic letter mark.
        0x0610..=0x061A | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06E4 => LEFT_OUT,
        0x06E7 | 0x06E8 | 0x06EA..=0x06ED | 0x0621 | 0x0640 | 0x061C | 0x0674 => LEFT_OUT,
        0x0622 | 0x0623 | 0x0625 | 0x0671..=0x0673 | 0x0675 => 'ا',
        0x0624 | 0x0676 | 0x0677 | 0x06C4..=0x06CB => 'و',
        0x0626 | 0x063D..=0x063F | 0x0649 | 0x064A | 0x0678 | 0x06CD | 0x06CE | 0x06D0..=0x06D3 => 'ی',
        0x0643 | 0x063B | 0x063C | 0x06AA => 'ک',
        0x0629 | 0x06BE | 0x06C0..=0x06C3 | 0x06D5 | 0x06FF => 'ه',
        0x0660..=0x0669 => (b'0' + (c - 0x0660) as u8) as char,
        0x06F0..=0x06F9 => (b'0' + (c - 0x06F0) as u8) as char,
        _ => match char::from_u32(c) {
            Some(letter) => letter,
            None => LEFT_OUT,
        },
    }
}

/// Latin letters that Unicode does not take apart.
const UNDIVIDED: [(char, &str); 10] = [
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('ł', "l"),
    ('ı', "i"),
    ('ħ', "h"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ß', "ss"),
    ('þ', "th"),
];

fn one_quote(c: char) -> char {
    match c {
        '\u{2019}' | '\u{2018}' | '\u{02BC}' | '\u{0060}' | '\u{00B4}' => '\'',
        _ => c,
    }
}

/// Joiners, direction controls and variation selectors say nothing about the word.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{00AD}' | '\u{FE00}'..='\u{FE0F}')
}

const BEFORE_VERBS: [&str; 2] = ["می", "نمی"];
const AFTER_NOUNS: [&str; 21] = [
    "ها",
    "های",
    "هایی",
    "هام",
    "هات",
    "هاش",
    "هامون",
    "هاتون",
    "هاشون",
    "هایم",
    "هایت",
    "هایش",
    "هایمان",
    "هایتان",
    "هایشان",
    "هاست",
    "هارو",
    "هارا",
    "تر",
    "ترین",
    "تری",
];

/// Do two folded words, typed with a space between, belong together?
///
/// Not if joining would make a run of three letters, which folding would shorten again.
pub(super) fn joins(left: &str, right: &str) -> bool {
    let persian = |c: Option<char>| c.is_some_and(|c| ('\u{0620}'..='\u{06D3}').contains(&c));
    (BEFORE_VERBS.contains(&left) && persian(right.chars().next())
        || AFTER_NOUNS.contains(&right) && persian(left.chars().next_back()))
        && !makes_a_run(left, right)
}

fn makes_a_run(left: &str, right: &str) -> bool {
    let (Some(last), Some(first)) = (left.chars().next_back(), right.chars().next()) else { return false };
    last == first && (left.chars().rev().nth(1) == Some(last) || right.chars().nth(1) == Some(first))
}

/// The letters and digits at the end of a text.
fn last_run(text: &str) -> &str {
    let rest = text.trim_end_matches(char::is_alphanumeric);
    text.get(rest.len()..).unwrap_or_default()
}

/// The letters and digits at the beginning of a text.
fn first_run(text: &str) -> &str {
    let rest = text.trim_start_matches(char::is_alphanumeric);
    text.get(..text.len() - rest.len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_word_fold_to_one_form() {
        for (spelling, form) in [
            ("می‌خواهم", "میخواهم"),
            ("می خواهم", "میخواهم"),
            ("ميخواهم", "میخواهم"),
            ("نمی خوام", "نمیخوام"),
            ("كتاب‌ها", "کتابها"),
            ("کتاب های من", "کتابهای من"),
            ("سلاااااام", "سلام"),
            ("مسأله", "مساله"),
            ("آدرس", "ادرس"),
            ("سؤال", "سوال"),
            ("خانۀ ما", "خانه ما"),
            ("مُحَمَّد", "محمد"),
            ("بـــله", "بله"),
            ("ﺳﻼم", "سلام"),
            ("۱۲۳ ٤٥٦", "123 456"),
            ("1000 ۱۱۱۱", "1000 1111"),
            ("HELLO  World\n", "hello world"),
            ("Don’t", "don't"),
            ("Crème Straße Łódź İZMİR", "creme strasse lodz izmir"),
            ("جزء شیء", "جز شی"),
            ("\u{FDF2} \u{FEF5}", "الله لا"),
            ("ﻛﺘﺎﺏ ﻫﺎ", "کتابها"),
            ("pleaseeee", "please"),
        ] {
            assert_eq!(fold(spelling), form, "{spelling}");
        }
    }

    #[test]
    fn particles_are_joined_only_to_persian_words() {
        assert_eq!(fold("می order"), "می order");
        assert_eq!(fold("order ها"), "order ها");
        assert_eq!(fold("می."), "می.");
        assert_eq!(fold("هه ها"), "هه ها");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn folding_persian_twice_is_folding_once(text in "[میهاتر نکيكـأئۀ\u{200c}\u{202e}.،a1۱é\u{0654}]{0,30}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}

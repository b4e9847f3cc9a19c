//! Folding: the one form under which two spellings of a word are the same.
//!
//! A text comes in as typed; out comes the same text with compatibility forms
//! and marks gone, one code point a letter, ASCII digits, lower case, no joiners
//! and stretched letters shortened. «می» and «نمی» are joined to the verb, «ها»
//! and «تر» to the noun, so that می‌خواهم, میخواهم and می خواهم are one word.
//!
//! Invariant: folding twice is folding once.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::digits;

/// The text in the form for comparing. White space becomes single spaces.
///
/// Source: requirements §6.3.
pub fn fold(text: &str) -> String {
    let letters = fold_letters(text);
    let mut folded = String::with_capacity(letters.len());
    for word in letters.split_whitespace() {
        if !folded.is_empty() && !joins(last_run(&folded), first_run(word)) {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Letter by letter, with runs of three and more shortened to one.
fn fold_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = Run::default();
    for c in text.chars() {
        fold_char(c, |folded| run.push(&mut out, folded));
    }
    run.finish(&mut out);
    out
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
pub(super) fn fold_char(c: char, mut emit: impl FnMut(char)) {
    if c.is_ascii() {
        return emit(c.to_ascii_lowercase());
    }
    decompose_compatible(c, |part| {
        for lower in part.to_lowercase() {
            decompose_compatible(lower, |piece| {
                if !is_ignored(piece) {
                    emit(digits::ascii(one_letter(piece)));
                }
            });
        }
    });
}

/// The letters that Persian text writes with more than one code point.
fn one_letter(c: char) -> char {
    match c {
        'ي' | 'ى' | '\u{06CE}' | '\u{06D2}' | '\u{06D0}' => 'ی',
        'ك' | '\u{06AA}' => 'ک',
        'ة' | '\u{06D5}' | '\u{06C1}' | '\u{06BE}' | '\u{06C3}' => 'ه',
        '\u{0671}' => 'ا',
        '\u{06C4}'..='\u{06CB}' => 'و',
        '\u{2019}' | '\u{2018}' | '\u{02BC}' | '\u{0060}' | '\u{00B4}' => '\'',
        _ => c,
    }
}

/// Marks, joiners, stretching and direction controls say nothing about the word.
fn is_ignored(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c,
            '\u{0640}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{061C}' | '\u{00AD}' | '\u{0674}' | '\u{FE00}'..='\u{FE0F}')
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

//! A customer's words without what tells who they are.
//!
//! A text comes in, with the name under which its writer is known; out comes
//! the text as it may be kept for good, in an owner's own files.
//!
//! Invariant: no number of four or more digits, no address of a person or a
//! page and no part of the known name is left. A hidden digit is a zero, so
//! that a pattern still sees how long the number was.

use crate::domain::text;

/// What stands for a hidden word.
const HIDDEN: &str = "***";
/// A shorter part of a name is a word like any other.
const SHORTEST_NAME: usize = 3;
const SHORTEST_NUMBER: usize = 4;

/// The text with numbers, addresses and the customer's own name hidden.
pub fn mask(written: &str, customer_name: Option<&str>) -> String {
    let names = parts_of(customer_name.unwrap_or_default());
    let starred = text::mask(written);
    let mut masked = String::with_capacity(starred.len());
    for piece in starred.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        masked.push_str(&hide_word(word, &names));
        masked.push_str(piece.get(word.len()..).unwrap_or_default());
    }
    without_numbers(&masked).trim().to_owned()
}

fn parts_of(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !c.is_alphanumeric()).map(text::fold);
    parts.filter(|part| part.chars().count() >= SHORTEST_NAME).collect()
}

fn hide_word(word: &str, names: &[String]) -> String {
    if word.contains("://") || word.starts_with("www.") || word.contains('@') {
        return HIDDEN.to_owned();
    }
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    if !bare.is_empty() && names.contains(&text::fold(bare)) {
        return word.replace(bare, HIDDEN);
    }
    word.to_owned()
}

/// Digits of long numbers become zeros of the same script, however the number is grouped.
fn without_numbers(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut number: Vec<char> = Vec::new();
    for c in text.chars() {
        let joins =
            !number.is_empty() && is_separator(c) && number.last().is_some_and(|last| !is_separator(*last));
        if zero_of(c).is_some() || c == '*' || joins {
            number.push(c);
        } else {
            end_number(&mut number, &mut masked);
            masked.push(c);
        }
    }
    end_number(&mut number, &mut masked);
    masked
}

fn end_number(number: &mut Vec<char>, masked: &mut String) {
    let long = number.iter().filter(|c| zero_of(**c).is_some()).count() >= SHORTEST_NUMBER;
    masked.extend(number.drain(..).map(|c| zero_of(c).filter(|_| long).unwrap_or(c)));
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '–' | '/' | '\u{00A0}' | '\u{200C}')
}

/// The zero of the digit's own script.
fn zero_of(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some('0'),
        '۰'..='۹' => Some('۰'),
        '٠'..='٩' => Some('٠'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_who_wrote_is_hidden() {
        for (written, masked) in [
            ("سفارش ۴۸۲۱۳ کجاست؟", "سفارش ۰۰۰۰۰ کجاست؟"),
            ("شماره من ۰۹۱۲۳۴۵۶۷۸۹ است", "شماره من ۰۰۰۰***۰۰۰۰ است"),
            ("code 482-917-508 please", "code 000-000-000 please"),
            ("write to ann.b@example.org, thanks", "write to *** thanks"),
            ("see https://shop.example/t/abc123?x=1 now", "see *** now"),
            ("my handle is @ann_b", "my handle is ***"),
            ("Hello, I am Ann.\nBest, Ann Brown", "Hello, I am ***.\nBest, *** ***"),
            ("کارت 6037-9910-0000-0004", "کارت 0000-00**-****-0000"),
            ("cvv2: 123", "cvv2: ***"),
        ] {
            assert_eq!(mask(written, Some("Ann Brown")), masked);
        }
    }

    #[test]
    fn ordinary_words_and_small_numbers_stay() {
        for text in ["۳ روز گذشته", "2 shirts, size 42", "250,000 تومان", "آن را می‌خواهم", "IPhone 15"]
        {
            assert_eq!(mask(text, Some("A Brown")), text);
        }
    }

    #[test]
    fn masking_twice_is_masking_once() {
        let once = mask("من آن براون، ۰۹۱۲ ۳۴۵ ۶۷۸۹، a@b.c", Some("آن براون"));
        assert_eq!(mask(&once, Some("آن براون")), once);
    }
}

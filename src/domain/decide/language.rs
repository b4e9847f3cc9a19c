//! In which language a customer goes on: that of what they wrote last, where they wrote enough to tell.
//!
//! Invariant: commands, addresses, codes and buttons tell nothing; they are Latin in every language.

use crate::domain::message::Language;
use crate::domain::short_code::ShortCode;
use crate::domain::text::detect_language;

/// An "ok, thanks" changes nothing about the language of what is yet to come.
const ENOUGH_WORDS: usize = 3;

/// The language of the words, however few.
pub(super) fn heard(visible: &str) -> Option<Language> {
    detect_language(&telling(visible).join(" "))
}

/// The language in which a conversation goes on after these words.
pub(super) fn goes_on_in(visible: &str) -> Option<Language> {
    let words = telling(visible);
    if words.len() < ENOUGH_WORDS { None } else { detect_language(&words.join(" ")) }
}

fn telling(visible: &str) -> Vec<&str> {
    let tells = |word: &&str| {
        !word.starts_with('/')
            && !word.contains(['@', '-'])
            && word.chars().any(char::is_alphabetic)
            && ShortCode::parse(word).is_none()
    };
    visible.split_whitespace().filter(tells).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_followed_and_marks_and_commands_are_not() {
        for (text, language) in [
            ("سه هفته‌ست سفارشم نرسیده", Some(Language::Fa)),
            ("سفارش iPhone 15 Pro Max من نرسیده", Some(Language::Fa)),
            ("my parcel has not come", Some(Language::En)),
            ("ok thanks", None),
            ("/verify K7M2-XQ9F", None),
            ("/link ali@example.org yes", None),
            ("482-917-508", None),
            ("۴۸۲ ۹۱۷ ۵۰۸ ۱", None),
            ("بله", None),
        ] {
            assert_eq!(goes_on_in(text), language, "{text}");
        }
        assert_eq!(heard("بله"), Some(Language::Fa));
    }
}

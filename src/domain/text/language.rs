//! Which of the two languages is a text written in?
//!
//! The letters decide; Persian typed in Latin letters ("salam, sefaresham
//! koja hast?") is known by its commonest words, so that it is answered in
//! Persian.
//!
//! Invariant: a text without letters has no language.

use crate::domain::message::Language;

/// How much of a text is read.
const READ_CHARS: usize = 4_000;

/// Common Persian words in Latin letters that are no English words.
const FINGLISH: [&str; 52] = [
    "salam",
    "sefaresh",
    "sefaresham",
    "sefareshe",
    "koja",
    "kojast",
    "kojas",
    "chera",
    "chetor",
    "chejoori",
    "chejuri",
    "chand",
    "chande",
    "cheghadr",
    "cheghad",
    "mikham",
    "mikhastam",
    "nemikham",
    "mishe",
    "nemishe",
    "lotfan",
    "mamnun",
    "mamnoon",
    "merci",
    "mersi",
    "baraye",
    "vase",
    "nashode",
    "shode",
    "kard",
    "kardam",
    "kardid",
    "nadaram",
    "daram",
    "darid",
    "darin",
    "hast",
    "nist",
    "naraside",
    "nareside",
    "naresid",
    "mirese",
    "pool",
    "poolam",
    "poolamo",
    "kala",
    "bedid",
    "javab",
    "nemidid",
    "kharid",
    "ersal",
    "aghaye",
];

/// The language of the text by its letters, or `None` when it has none.
pub fn detect_language(text: &str) -> Option<Language> {
    let (mut persian, mut latin) = (0_usize, 0_usize);
    for c in text.chars().take(READ_CHARS) {
        match c {
            '\u{0620}'..='\u{065F}'
            | '\u{066E}'..='\u{06D3}'
            | '\u{06FA}'..='\u{06FF}'
            | '\u{FB50}'..='\u{FEFC}' => persian += 1,
            _ if c.is_alphabetic() => latin += 1,
            _ => {}
        }
    }
    match (persian, latin) {
        (0, 0) => None,
        // Brand names and order numbers stand in Latin letters inside Persian sentences.
        (persian, latin) if persian * 2 >= latin => Some(Language::Fa),
        (0, _) if is_finglish(text) => Some(Language::Fa),
        _ => Some(Language::En),
    }
}

fn is_finglish(text: &str) -> bool {
    let (mut words, mut hits) = (0_usize, 0_usize);
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(200) {
        words += 1;
        hits += usize::from(is_finglish_word(word));
    }
    hits >= 2 && hits * 5 >= words || words <= 2 && hits == words && hits > 0
}

/// Is this a common Persian word in Latin letters?
pub(in crate::domain) fn is_finglish_word(word: &str) -> bool {
    FINGLISH.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_decide_the_language() {
        assert_eq!(detect_language("سفارشم کجاست؟"), Some(Language::Fa));
        assert_eq!(detect_language("گوشی Galaxy S24 Ultra دارید؟"), Some(Language::Fa));
        assert_eq!(detect_language("Where is my order?"), Some(Language::En));
        assert_eq!(detect_language("123 - 😀 ؟"), None);
    }

    #[test]
    fn persian_in_latin_letters_is_persian() {
        assert_eq!(detect_language("salam, sefaresham koja hast?"), Some(Language::Fa));
        assert_eq!(detect_language("Salam"), Some(Language::Fa));
        assert_eq!(detect_language("Is there a pool in the hotel?"), Some(Language::En));
    }
}

//! The page's own words in both languages, and the addresses and codes in a text.
//!
//! `words.js` holds those that only the script needs.
//!
//! Invariant: every word of the page exists in both languages.

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use crate::domain::message::Language;

#[derive(Debug, Serialize)]
pub struct Words {
    pub title: &'static str,
    /// Under the shop's name: what to expect.
    pub promise: &'static str,
    /// The switch, in the other language's own words.
    pub other_language: &'static str,
    pub log: &'static str,
    pub welcome: &'static str,
    pub welcome_more: &'static str,
    pub you: &'static str,
    pub machine: &'static str,
    pub write: &'static str,
    pub send: &'static str,
    pub attach: &'static str,
    pub hint: &'static str,
    pub no_script: &'static str,
    pub refresh: &'static str,
    pub newest: &'static str,
    pub kilobytes: &'static str,
    pub megabytes: &'static str,
}

impl Words {
    pub fn of(language: Language) -> Words {
        match language {
            Language::Fa => PERSIAN,
            Language::En => ENGLISH,
        }
    }
}

const PERSIAN: Words = Words {
    title: "گفت‌وگوی آنلاین",
    promise: "پاسخ نخست خودکار است؛ اگر کافی نبود، همکاران ما پیگیری می‌کنند.",
    other_language: "English",
    log: "پیام‌های این گفت‌وگو",
    welcome: "سلام! چه کمکی از ما برمی‌آید؟",
    welcome_more: "پرسش یا مشکل خود را همین‌جا بنویسید. اگر کد پیگیری دارید، همان را بفرستید تا وضعیت آن را بگوییم.",
    you: "شما",
    machine: "پاسخ خودکار",
    write: "پیام خود را بنویسید",
    send: "فرستادن",
    attach: "افزودن فایل",
    hint: "Enter می‌فرستد و Shift+Enter به خط بعد می‌رود.",
    no_script: "بدون جاوااسکریپت، پاسخ‌های تازه پس از تازه‌کردن صفحه دیده می‌شوند.",
    refresh: "تازه‌کردن صفحه",
    newest: "پیام‌های تازه",
    kilobytes: "کیلوبایت",
    megabytes: "مگابایت",
};

const ENGLISH: Words = Words {
    title: "Live chat",
    promise: "The first answer is automatic; if it does not help, our team takes over.",
    other_language: "فارسی",
    log: "Messages of this chat",
    welcome: "Hello! How can we help?",
    welcome_more: "Write your question or your problem here. If you have a tracking code, send it and we'll tell you where things stand.",
    you: "You",
    machine: "Automatic answer",
    write: "Write your message",
    send: "Send",
    attach: "Add a file",
    hint: "Enter sends, Shift+Enter starts a new line.",
    no_script: "Without JavaScript, new answers appear when you refresh the page.",
    refresh: "Refresh the page",
    newest: "New messages",
    kilobytes: "KB",
    megabytes: "MB",
};

/// What a piece of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PieceKind {
    Text,
    /// A web address.
    Link,
    /// A tracking code, an order number: must not break at its hyphens.
    Code,
}

/// A web address; or letters and digits joined by hyphens. `line.js` looks for the same.
static NOTABLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // UAX #9: what is inserted into a Persian text stands between isolates.
    let address = r#"https?://[^\s<>"«»\x{2066}-\x{2069}\x{200E}\x{200F}]+"#;
    Regex::new(&format!("{address}|[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+")).ok()
});

/// The longest code that is kept on one line of a narrow phone.
const LONGEST_CODE: usize = 24;

/// The text in pieces, with its addresses and codes marked.
pub fn pieces(text: &str) -> Vec<(&str, PieceKind)> {
    let mut pieces = Vec::new();
    let mut done = 0;
    for found in NOTABLE.iter().flat_map(|notable| notable.find_iter(text)) {
        let Some((notable, kind)) = kind_of(found.as_str()) else { continue };
        pieces.extend(text.get(done..found.start()).map(|before| (before, PieceKind::Text)));
        pieces.push((notable, kind));
        done = found.start() + notable.len();
    }
    pieces.extend(text.get(done..).map(|rest| (rest, PieceKind::Text)));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

fn kind_of(found: &str) -> Option<(&str, PieceKind)> {
    let Some((_, host)) = found.split_once("://") else {
        let is_code = found.len() <= LONGEST_CODE && found.contains(|c: char| c.is_ascii_digit());
        return is_code.then_some((found, PieceKind::Code));
    };
    // What ends a sentence does not belong to the address in it.
    let ending = |c: char| ".,;:!?)]}'،؛؟".contains(c);
    (!host.trim_end_matches(ending).is_empty()).then(|| (found.trim_end_matches(ending), PieceKind::Link))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_kind(text: &str, wanted: PieceKind) -> Vec<&str> {
        pieces(text).into_iter().filter(|(_, kind)| *kind == wanted).map(|(piece, _)| piece).collect()
    }

    #[test]
    fn addresses_are_found_without_what_ends_the_sentence() {
        let addresses = |text| of_kind(text, PieceKind::Link);
        assert_eq!(
            addresses("ببینید: https://shop.example/track?x=1-2، و (http://a.example/b)."),
            ["https://shop.example/track?x=1-2", "http://a.example/b"]
        );
        assert_eq!(addresses("\u{2068}https://shop.example/\u{2069} را ببینید"), ["https://shop.example/"]);
        assert_eq!(addresses("javascript:alert(1) ftp://x https:// «http://»"), Vec::<&str>::new());
        assert_eq!(addresses("https://. then https://x.example"), ["https://x.example"]);
    }

    #[test]
    fn codes_are_kept_together_and_words_are_not() {
        let text = "کد \u{2068}482-917-508\u{2069} برای ORD-99812 (a follow-up of 2024)";
        assert_eq!(of_kind(text, PieceKind::Code), ["482-917-508", "ORD-99812"]);
        assert_eq!(of_kind(&"1-".repeat(20), PieceKind::Code), Vec::<&str>::new());
    }

    #[test]
    fn nothing_of_the_text_is_lost() {
        for text in ["", "a https://b c", "https://b", "https:// https://b.c/d) e", "سلام 1-2", "1-2،3-4"]
        {
            assert_eq!(pieces(text).into_iter().map(|(piece, _)| piece).collect::<String>(), text);
        }
    }
}

//! The page's own words in both languages, and the links in a text.
//!
//! `words.js` holds those that only the script needs.
//!
//! Invariant: every word of the page exists in both languages.

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

/// The text in pieces; the pieces marked `true` are web addresses.
pub fn linked(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, address, after)) = next_address(rest) {
        if !before.is_empty() {
            pieces.push((before, false));
        }
        pieces.push((address, true));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push((rest, false));
    }
    pieces
}

fn next_address(text: &str) -> Option<(&str, &str, &str)> {
    let starts = ["https://", "http://"];
    let (start, scheme) =
        starts.iter().filter_map(|scheme| text.find(scheme).map(|at| (at, scheme.len()))).min()?;
    let (before, from) = text.split_at_checked(start)?;
    let end = from
        .find(|c: char| c.is_whitespace() || c.is_control() || "<>\"«»".contains(c) || is_isolate(c))
        .unwrap_or(from.len());
    let (address, _) = from.split_at_checked(end)?;
    // What ends a sentence does not belong to the address in it.
    let address = address.trim_end_matches(|c: char| ".,;:!?)]}'،؛؟".contains(c));
    if address.len() <= scheme {
        // A bare scheme: step over it, so that the search goes on.
        return next_address(from.split_at_checked(scheme)?.1).and_then(|(_, later, after)| {
            let at = text.len().checked_sub(after.len() + later.len())?;
            Some((text.split_at_checked(at)?.0, later, after))
        });
    }
    let (_, after) = from.split_at_checked(address.len())?;
    Some((before, address, after))
}

/// UAX #9: codes, numbers and addresses in Persian texts stand between these.
fn is_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<&str> {
        linked(text).into_iter().filter(|(_, link)| *link).map(|(piece, _)| piece).collect()
    }

    #[test]
    fn addresses_are_found_without_what_ends_the_sentence() {
        assert_eq!(
            addresses("ببینید: https://shop.example/track?x=1، و (http://a.example/b)."),
            ["https://shop.example/track?x=1", "http://a.example/b"]
        );
        assert_eq!(addresses("\u{2068}https://shop.example/\u{2069} را ببینید"), ["https://shop.example/"]);
        assert_eq!(addresses("javascript:alert(1) ftp://x https:// «http://»"), Vec::<&str>::new());
        assert_eq!(addresses("https:// then https://x.example"), ["https://x.example"]);
    }

    #[test]
    fn nothing_of_the_text_is_lost() {
        for text in ["", "a https://b c", "https://b", "https:// https://b.c/d) e", "سلام"] {
            assert_eq!(linked(text).into_iter().map(|(piece, _)| piece).collect::<String>(), text);
        }
    }
}

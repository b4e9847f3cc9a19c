//! Short codes that prove something: a message is from us (`/verify`), two contacts are one person (`/link`).

use super::words::YES;
use super::{Command, is_line, words_of};
use crate::domain::message::EmailAddress;
use crate::domain::short_code::ShortCode;

/// "I am the same person as over there."
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// `/link`: give me a one-time code.
    Offer,
    /// `/link ali@example.org`: send one to this address.
    Address(EmailAddress),
    /// `/link K7M2-XQ9F`: here is one; `sure` with a yes behind it.
    Present { code: ShortCode, sure: bool },
    /// `/link` and something that is neither.
    Unreadable,
    /// `/unlink`: no more.
    Part,
}

/// Before a stamp.
const VERIFY: &[&str] = &["/verify", "verify", "اصالت پیام", "اصالت", "کد پیام"];

/// One of the words and a stamp; the slash makes it a command whatever follows. A stamp alone is one too.
pub(super) fn verify(text: &str) -> Option<Command> {
    let alone = || text.contains('-').then(|| ShortCode::parse(text)).flatten().filter(|_| has_letter(text));
    let words: Vec<&str> = text.split_whitespace().collect();
    let asked = VERIFY.iter().find_map(|lead| {
        let length = words_of(lead).len();
        let (first, rest) = words.split_at_checked(length)?;
        (words_of(&first.join(" ")) == words_of(lead)).then(|| rest.join(" "))
    });
    let is_command = words.first().is_some_and(|first| first.eq_ignore_ascii_case("/verify"));
    match asked.as_deref() {
        None => alone().map(|stamp| Command::Verify(Some(stamp))),
        Some("") if is_command => Some(Command::HowToVerify),
        Some(rest) => match ShortCode::parse(rest) {
            None if !is_command => None,
            stamp => Some(Command::Verify(stamp)),
        },
    }
}

pub(super) fn link(text: &str) -> Option<Command> {
    let mut words = text.split_whitespace();
    let lead = words.next()?.to_ascii_lowercase();
    let rest: Vec<&str> = words.collect();
    let link = match (lead.as_str(), rest.as_slice()) {
        ("/unlink", []) => Link::Part,
        ("/link", []) => Link::Offer,
        ("/link", [only]) if only.contains('@') => {
            EmailAddress::parse(only).map_or(Link::Unreadable, Link::Address)
        }
        ("/link", [code @ .., last]) if is_line(&words_of(last), YES) => ShortCode::parse(&code.join(""))
            .map_or(Link::Unreadable, |code| Link::Present { code, sure: true }),
        ("/link", code) => ShortCode::parse(&code.join(""))
            .map_or(Link::Unreadable, |code| Link::Present { code, sure: false }),
        _ => return None,
    };
    Some(Command::Link(link))
}

fn has_letter(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_asked_about() {
        let stamp = ShortCode::parse("K7M2-XQ9F");
        assert!(stamp.is_some());
        for text in [
            "/verify K7M2-XQ9F",
            "/VERIFY k7m2xq9f",
            "verify K7M2 XQ9F",
            "اصالت K7M2-XQ9F",
            "اصالت پیام \u{2068}K7M2-XQ9F\u{2069}",
            "کد پیام k۷m۲-xq۹f",
            "K7M2-XQ9F",
        ] {
            assert_eq!(Command::parse(text), Some(Command::Verify(stamp)), "{text}");
        }
        assert_eq!(Command::parse("/verify"), Some(Command::HowToVerify));
        assert_eq!(Command::parse("/verify your mail"), Some(Command::Verify(None)));
        for text in ["verify my address please", "اصالت کالا", "اصالت", "goodbyes", "good-byes please"]
        {
            assert_eq!(Command::parse(text), None, "{text}");
        }
    }

    #[test]
    fn links_are_asked_for() {
        let code = ShortCode::parse("K7M2-XQ9F").unwrap();
        for (text, link) in [
            ("/link", Link::Offer),
            ("/Link ali@example.org", Link::Address(EmailAddress::parse("ali@example.org").unwrap())),
            ("/link K7M2-XQ9F", Link::Present { code, sure: false }),
            ("\u{2068}/link K7M2-XQ9F\u{2069}", Link::Present { code, sure: false }),
            ("/link k7m2 xq9f yes", Link::Present { code, sure: true }),
            ("/link K7M2-XQ9F بله", Link::Present { code, sure: true }),
            ("/link my mail", Link::Unreadable),
            ("/link @", Link::Unreadable),
            ("/unlink", Link::Part),
        ] {
            assert_eq!(Command::parse(text), Some(Command::Link(link)), "{text}");
        }
        assert_eq!(Command::parse("link to my order"), None);
    }
}

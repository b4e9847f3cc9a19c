//! Which language the page speaks.
//!
//! What was asked for (`?lang=`), else what was chosen before (a cookie), else
//! what the browser prefers, else the shop's default.
//!
//! Invariant: the answer is one of the shop's languages.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use super::app::Shop;
use super::session::cookie;
use crate::domain::message::Language;

/// Remembers the choice of the switch.
pub const COOKIE_NAME: &str = "pasokh_lang";

pub fn choose(shop: &Shop, asked: Option<&str>, headers: &HeaderMap) -> Language {
    let spoken = |tag: &str| Language::from_tag(tag).filter(|language| shop.languages.contains(language));
    asked
        .and_then(spoken)
        .or_else(|| cookie(headers, COOKIE_NAME).and_then(spoken))
        .or_else(|| preferred(headers, spoken))
        .unwrap_or_else(|| shop.default_language())
}

/// RFC 9110 §12.5.4: the accepted range with the highest weight; the first among equals.
fn preferred(headers: &HeaderMap, spoken: impl Fn(&str) -> Option<Language>) -> Option<Language> {
    let ranges = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(Language, f32)> = None;
    for range in ranges.split(',') {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim().to_lowercase();
        let primary = tag.split('-').next().unwrap_or_default();
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q=").map(str::to_owned))
            .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        let Some(language) = spoken(primary) else { continue };
        if weight > 0.0 && best.is_none_or(|(_, best)| weight > best) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(languages: &[Language]) -> Shop {
        Shop {
            name: std::collections::BTreeMap::new(),
            languages: languages.to_vec(),
            timezone: jiff::tz::TimeZone::UTC,
        }
    }

    fn headers(accept: &str, cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, accept.parse().unwrap());
        headers.insert("cookie", cookie.parse().unwrap());
        headers
    }

    #[test]
    fn the_page_speaks_what_was_asked_then_chosen_then_preferred() {
        let both = shop(&[Language::Fa, Language::En]);
        let table = [
            (Some("en"), "fa", "pasokh_lang=fa", Language::En),
            (None, "fa", "pasokh_lang=en", Language::En),
            (None, "en-GB,en;q=0.9", "", Language::En),
            (None, "en;q=0.4, fa-IR;q=0.8", "", Language::Fa),
            (None, "en;q=0, de", "", Language::Fa),
            (Some("xx"), "de", "", Language::Fa),
        ];
        for (asked, accept, cookie, expected) in table {
            assert_eq!(
                choose(&both, asked, &headers(accept, cookie)),
                expected,
                "{asked:?} {accept} {cookie}"
            );
        }
    }

    #[test]
    fn a_language_that_the_shop_does_not_speak_is_not_chosen() {
        assert_eq!(
            choose(&shop(&[Language::En]), Some("fa"), &headers("fa", "pasokh_lang=fa")),
            Language::En
        );
    }
}

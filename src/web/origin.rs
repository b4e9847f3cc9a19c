//! Whether a browser's request comes from our own page.
//!
//! The session cookie is `SameSite=Lax` already; this refuses what another
//! site makes a browser send, in browsers that say where a request began.
//!
//! Invariant: a request that names a foreign origin changes nothing.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

use super::refusal::Refusal;

pub fn check(headers: &HeaderMap) -> Result<(), Refusal> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // Fetch Metadata §2.3: a page cannot set or change this header.
    if let Some(site) = text("sec-fetch-site") {
        return if matches!(site, "same-origin" | "none") { Ok(()) } else { Err(Refusal::ForeignOrigin) };
    }
    let Some(origin) = text(ORIGIN.as_str()) else {
        // No browser of today posts a form without it; scripts have no cookie to be abused.
        return Ok(());
    };
    let host = text(HOST.as_str()).unwrap_or_default();
    let named = origin.split_once("://").map_or("", |(_, host)| host);
    if !host.is_empty() && named.eq_ignore_ascii_case(host) { Ok(()) } else { Err(Refusal::ForeignOrigin) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_page_may_post() {
        let table: [(&[(&'static str, &str)], bool); 7] = [
            (&[("sec-fetch-site", "same-origin"), ("origin", "http://x")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "http://shop.example:8484"), ("host", "shop.example:8484")], true),
            (&[("origin", "http://evil.example"), ("host", "shop.example")], false),
            (&[("origin", "null"), ("host", "shop.example")], false),
            (&[("host", "shop.example")], true),
        ];
        for (pairs, allowed) in table {
            let headers: HeaderMap =
                pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(check(&headers).is_ok(), allowed, "{pairs:?}");
        }
    }
}

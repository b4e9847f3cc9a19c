//! The session of one browser, or of one script.
//!
//! The token is 256 random bits in a cookie (or a bearer token). Only its
//! SHA-256 goes further into the program, so that neither the journal nor an
//! export nor a log line can be used to read somebody's chat.
//!
//! Invariant: a token is never printed, put into an address or stored.

use std::fmt;

use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const COOKIE_NAME: &str = "pasokh_chat";
const YEAR_SECONDS: u32 = 365 * 24 * 60 * 60;
/// 32 bytes in base64 without padding.
const TOKEN_CHARS: usize = 43;

/// Whose chat this is.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    token: String,
    id: String,
}

impl Session {
    /// A new session.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn open() -> Result<Session, getrandom::Error> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Session::of_token(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The session of a token; `None` for what cannot be one.
    pub fn from_token(token: &str) -> Option<Session> {
        let plausible = token.len() == TOKEN_CHARS
            && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        plausible.then(|| Session::of_token(token.to_owned()))
    }

    fn of_token(token: String) -> Session {
        let id = Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Session { token, id }
    }

    /// From the cookie of a browser. RFC 6265 §5.4: pairs are separated by `; `.
    pub fn from_cookie(headers: &HeaderMap) -> Option<Session> {
        cookie(headers, COOKIE_NAME).and_then(Session::from_token)
    }

    /// From `Authorization: Bearer …`. RFC 7235 §2.1: the scheme's case does not matter.
    pub fn from_bearer(headers: &HeaderMap) -> Option<Session> {
        let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Session::from_token(token.trim()))?
    }

    /// The name of this session in the rest of the program: a digest in hexadecimal, with
    /// which nobody can read the chat.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// For the one who holds it, and nobody else.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The `Set-Cookie` that lets the browser come back for a year.
    pub fn set_cookie(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        set_cookie(COOKIE_NAME, &self.token, headers)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(…)")
    }
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A cookie for a year, out of reach of scripts and of other sites' forms.
pub fn set_cookie(name: &str, value: &str, headers: &HeaderMap) -> Option<HeaderValue> {
    let secure = if came_by_https(headers) { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; Max-Age={YEAR_SECONDS}; HttpOnly; SameSite=Lax{secure}"
    ))
    .ok()
}

/// A proxy in front of us ends TLS and says so. Believing a false claim costs the claimant
/// only their own cookie.
fn came_by_https(headers: &HeaderMap) -> bool {
    headers
        .get("x-forwarded-proto")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(',').next())
        .is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_session_comes_back_by_its_cookie_among_others() {
        let session = Session::open().unwrap();
        let found = Session::from_cookie(&headers(&[(
            "cookie",
            &format!("a=b; pasokh_chat={}; pasokh_lang=fa", session.token()),
        )]));
        assert_eq!(found, Some(session));
    }

    #[test]
    fn a_bearer_token_is_taken_in_any_case_of_its_scheme() {
        let session = Session::open().unwrap();
        let found =
            Session::from_bearer(&headers(&[("authorization", &format!("bearer {}", session.token()))]));
        assert_eq!(found, Some(session));
    }

    #[test]
    fn what_cannot_be_a_token_is_no_session() {
        for token in
            ["", "short", &"a".repeat(44), &"؟".repeat(43), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;"]
        {
            assert_eq!(Session::from_token(token), None, "{token}");
        }
    }

    #[test]
    fn neither_the_id_nor_the_debug_form_tells_the_token() {
        let session = Session::open().unwrap();
        assert!(!session.id().contains(session.token()));
        assert_eq!(format!("{session:?}"), "Session(…)");
        assert_eq!(session.id().len(), 64);
    }

    #[test]
    fn the_cookie_is_secure_only_when_the_request_came_by_https() {
        let session = Session::open().unwrap();
        let plain = session.set_cookie(&HeaderMap::new()).unwrap();
        assert!(plain.to_str().unwrap().ends_with("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"));
        let secure = session.set_cookie(&headers(&[("x-forwarded-proto", "https")])).unwrap();
        assert!(secure.to_str().unwrap().ends_with("; SameSite=Lax; Secure"));
    }
}

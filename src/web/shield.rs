//! Headers that keep a browser from doing more than the page needs.
//!
//! Every response gets them; a handler that has set one keeps its own.
//!
//! Invariant: no inline script or style runs, and nothing is loaded from elsewhere.

use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::Response;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
     connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a customer's own file may do when it is opened: nothing.
pub const FILE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// What a customer's mail may do in its frame: look as it is told by our own style, in our page alone.
pub const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; form-action 'none'; base-uri 'none'; \
     frame-ancestors 'self'";

pub async fn cover(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let covers: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // `no-referrer` would make browsers send `Origin: null` with our own form.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in covers {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

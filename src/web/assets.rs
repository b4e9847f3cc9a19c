//! Styles, scripts and the icon, inside the binary.
//!
//! Invariant: a browser asks each time whether its copy is still right, so a
//! new version of the daemon never meets an old script.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::refusal::Refusal;

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

fn find(name: &str) -> Option<(&'static str, &'static str)> {
    match name {
        "chat.css" => Some((CSS, include_str!("assets/chat.css"))),
        "chat.js" => Some((JS, include_str!("assets/chat.js"))),
        "composer.js" => Some((JS, include_str!("assets/composer.js"))),
        "line.js" => Some((JS, include_str!("assets/line.js"))),
        "follow.js" => Some((JS, include_str!("assets/follow.js"))),
        "words.js" => Some((JS, include_str!("assets/words.js"))),
        "desk.css" => Some((CSS, include_str!("assets/desk/desk.css"))),
        "desk.js" => Some((JS, include_str!("assets/desk/desk.js"))),
        "icon.svg" => Some(("image/svg+xml", include_str!("assets/icon.svg"))),
        _ => None,
    }
}

pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((media_type, content)) = find(&name) else {
        return Refusal::NotFound.into_response();
    };
    let digest: String =
        Sha256::digest(content.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{digest}\"");
    let about = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "no-cache".to_owned())];
    // RFC 9110 §13.1.2: the same tag means that nothing has changed.
    let unchanged = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    if unchanged {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    (about, [(header::CONTENT_TYPE, media_type)], content).into_response()
}

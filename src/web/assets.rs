//! Styles, scripts, the font and the icon, inside the binary.
//!
//! Invariant: a browser asks each time whether its copy is still right, so a
//! new version of the daemon never meets an old script.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::refusal::Refusal;

const CSS: &str = "text/css; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

fn find(name: &str) -> Option<(&'static str, &'static [u8])> {
    match name {
        "chat.css" => Some((CSS, include_bytes!("assets/chat.css").as_slice())),
        "chat.js" => Some((JS, include_bytes!("assets/chat.js").as_slice())),
        "composer.js" => Some((JS, include_bytes!("assets/composer.js").as_slice())),
        "line.js" => Some((JS, include_bytes!("assets/line.js").as_slice())),
        "follow.js" => Some((JS, include_bytes!("assets/follow.js").as_slice())),
        "words.js" => Some((JS, include_bytes!("assets/words.js").as_slice())),
        "desk.css" => Some((CSS, include_bytes!("assets/desk/desk.css").as_slice())),
        "desk.js" => Some((JS, include_bytes!("assets/desk/desk.js").as_slice())),
        "bar.js" => Some((JS, include_bytes!("assets/desk/bar.js").as_slice())),
        "vazirmatn.woff2" => Some(("font/woff2", include_bytes!("assets/fonts/vazirmatn.woff2").as_slice())),
        "vazirmatn-licence.txt" => {
            Some((TEXT, include_bytes!("assets/fonts/vazirmatn-licence.txt").as_slice()))
        }
        "icon.svg" => Some(("image/svg+xml", include_bytes!("assets/icon.svg").as_slice())),
        _ => None,
    }
}

pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((media_type, content)) = find(&name) else {
        return Refusal::NotFound.into_response();
    };
    let digest: String = Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
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

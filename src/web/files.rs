//! Files of a chat, for the one whose chat it is.
//!
//! Pictures of the four kinds that every browser draws are shown; anything
//! else is only ever saved.
//!
//! Invariant: no file runs in our origin, whatever it claims to be.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::app::{App, off_reactor};
use super::refusal::Refusal;
use super::session::Session;
use super::shield::FILE_POLICY;
use crate::domain::message::{Attachment, BlobId};

/// `GET /chat/files/{blob}`
pub async fn of_page(
    State(app): State<Arc<App>>,
    Path(blob): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let session = Session::from_cookie(&headers).ok_or(Refusal::NoSuchFile)?;
    serve(&app, &session, blob).await
}

/// `GET /api/v1/chat/files/{blob}`
pub async fn of_api(
    State(app): State<Arc<App>>,
    Path(blob): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let session = Session::from_bearer(&headers).ok_or(Refusal::NoSession)?;
    serve(&app, &session, blob).await
}

async fn serve(app: &App, session: &Session, blob: String) -> Result<Response, Refusal> {
    if blob.len() != 64 || !blob.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Refusal::NoSuchFile);
    }
    let desk = Arc::clone(&app.state.desk);
    let id = session.id().to_owned();
    let found = off_reactor(move || desk.blob(&id, &BlobId(blob))).await?;
    let (file, bytes) = found.ok_or(Refusal::NoSuchFile)?;
    let shown = picture(&file.media_type, &bytes);
    let how = [
        (header::CONTENT_TYPE, HeaderValue::from_static(shown.unwrap_or("application/octet-stream"))),
        (header::CONTENT_DISPOSITION, disposition(&file, shown.is_some())),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    ];
    Ok((how, bytes).into_response())
}

/// The media type of a picture that may be shown: declared, and true by its first bytes.
pub fn picture(declared: &str, bytes: &[u8]) -> Option<&'static str> {
    let shown = shown_type(declared)?;
    let true_to_it = match shown {
        "image/png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "image/gif" => bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
        _ => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
    };
    true_to_it.then_some(shown)
}

/// Whether a declared type is one of the pictures that are shown. SVG is not: it can carry scripts.
pub fn shown_type(declared: &str) -> Option<&'static str> {
    match declared {
        "image/png" => Some("image/png"),
        "image/jpeg" | "image/jpg" => Some("image/jpeg"),
        "image/gif" => Some("image/gif"),
        "image/webp" => Some("image/webp"),
        _ => None,
    }
}

/// RFC 6266 §4.3: the real name encoded, and a plain one for old clients.
fn disposition(file: &Attachment, shown: bool) -> HeaderValue {
    let kind = if shown { "inline" } else { "attachment" };
    let plain: String = file
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' })
        .collect();
    let encoded: String = file
        .name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    HeaderValue::from_str(&format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_true_pictures_are_shown() {
        assert_eq!(picture("image/png", b"\x89PNG\r\n\x1a\n\0"), Some("image/png"));
        assert_eq!(picture("image/jpg", b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(picture("image/png", b"<script>alert(1)</script>"), None);
        assert_eq!(picture("image/svg+xml", b"<svg>"), None);
        assert_eq!(picture("text/html", b"<b>"), None);
    }

    #[test]
    fn a_persian_file_name_survives_in_the_header() {
        let file = Attachment {
            name: "رسید 1.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 1,
            blob: None,
        };
        assert_eq!(
            disposition(&file, false).to_str().unwrap(),
            "attachment; filename=\"____ 1.pdf\"; filename*=UTF-8''%D8%B1%D8%B3%DB%8C%D8%AF%201.pdf"
        );
    }
}

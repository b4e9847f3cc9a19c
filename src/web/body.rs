//! What a customer sends, read from whatever body it came in.
//!
//! The page sends JSON, or multipart with files; a browser without scripts
//! sends its form; the API takes all three. Everything has a limit, and what
//! is too large is read to its end without being kept, so that the browser
//! hears the refusal and not a broken connection.
//!
//! Invariant: at most [`WHOLE_BODY`] bytes of one request lie in memory.

use std::time::Duration;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde::Deserialize;

use super::app::App;
use super::refusal::Refusal;
use crate::domain::intake::RawFile;

/// Characters of one message.
pub const TEXT_CHARS: usize = 20_000;
/// Files with one message.
pub const FILES: usize = 5;
/// Bytes of one file.
pub const FILE_BYTES: usize = 10 * 1024 * 1024;
/// Bytes of a whole request: all files, the text and the form around them.
pub const WHOLE_BODY: usize = FILES * FILE_BYTES + 2 * 1024 * 1024;
/// Bytes of a body without files: twenty thousand characters, each written as `\u0000` twice.
const PLAIN_BODY: usize = 512 * 1024;
/// Bytes of one field that is not a file.
const FIELD_BYTES: usize = 256 * 1024;
/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// What was handed in, as it came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Submission {
    pub text: String,
    pub nonce: Option<String>,
    /// Data of the button that was pressed.
    pub press: Option<String>,
    /// The customer's name, if they gave one.
    pub name: Option<String>,
    /// Language of the page.
    #[serde(alias = "lang")]
    pub language: Option<String>,
    #[serde(skip)]
    pub files: Vec<RawFile>,
}

/// Fills the submission; what had been read before a refusal stays in it.
pub async fn read(app: &App, request: Request, into: &mut Submission) -> Result<(), Refusal> {
    tokio::time::timeout(PATIENCE, read_any(app, request, into)).await.unwrap_or(Err(Refusal::Malformed))
}

async fn read_any(app: &App, request: Request, into: &mut Submission) -> Result<(), Refusal> {
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_lowercase())
        .unwrap_or_default();
    match kind.as_str() {
        "multipart/form-data" => read_parts(app, request, into).await,
        "application/json" => {
            let bytes = read_plain(request).await?;
            *into = serde_json::from_slice(&bytes).map_err(|_| Refusal::Malformed)?;
            Ok(())
        }
        "application/x-www-form-urlencoded" => {
            let bytes = read_plain(request).await?;
            for (name, value) in url::form_urlencoded::parse(&bytes) {
                set_field(into, &name, value.into_owned());
            }
            Ok(())
        }
        _ => Err(Refusal::UnknownContentType),
    }
}

async fn read_plain(request: Request) -> Result<axum::body::Bytes, Refusal> {
    axum::body::to_bytes(request.into_body(), PLAIN_BODY).await.map_err(|_| Refusal::BodyTooLarge)
}

async fn read_parts(app: &App, request: Request, into: &mut Submission) -> Result<(), Refusal> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Refusal::Malformed)?;
    // Held while the bytes of files lie in memory; a form without files needs none.
    let mut permit = None;
    let mut refused = None;
    while let Some(mut field) = parts.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file_name) = field.file_name().map(str::to_owned) else {
            match take(&mut field, FIELD_BYTES).await? {
                Some(bytes) => set_field(into, &name, String::from_utf8_lossy(&bytes).into_owned()),
                None => refused = Some(Refusal::TextTooLong),
            }
            continue;
        };
        if permit.is_none() && !file_name.is_empty() {
            permit = Some(app.uploads.try_acquire().map_err(|_| Refusal::Busy)?);
        }
        let media_type = media_type(field.content_type().unwrap_or_default());
        let room = if into.files.len() < FILES { FILE_BYTES } else { 0 };
        match take(&mut field, room).await? {
            // A form without a chosen file sends one empty part.
            Some(bytes) if bytes.is_empty() && file_name.is_empty() => {}
            Some(_) if room == 0 => refused = Some(Refusal::TooManyFiles),
            Some(bytes) => into.files.push(RawFile { name: safe_name(&file_name), media_type, bytes }),
            None if room == 0 => refused = Some(Refusal::TooManyFiles),
            None => refused = Some(Refusal::FileTooLarge),
        }
    }
    refused.map_or(Ok(()), Err)
}

/// The bytes of a field, or `None` when there are more than `limit`; reads to its end either way.
async fn take(field: &mut Field<'_>, limit: usize) -> Result<Option<Vec<u8>>, Refusal> {
    let mut bytes = Vec::new();
    let mut fits = true;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        fits = fits && bytes.len() + chunk.len() <= limit;
        if fits {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(fits.then_some(bytes))
}

fn broken(error: MultipartError) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Refusal::BodyTooLarge } else { Refusal::Malformed }
}

fn set_field(into: &mut Submission, name: &str, value: String) {
    match name {
        "text" => into.text = value,
        "nonce" => into.nonce = Some(value),
        "press" => into.press = Some(value),
        "name" => into.name = Some(value),
        "language" | "lang" => into.language = Some(value),
        _ => {}
    }
}

/// The last part of the path, without characters that could mislead whoever reads it.
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && !is_bidi_control(*c)).collect();
    let clean = clean.trim().trim_matches('.').trim();
    if clean.is_empty() {
        return "file".to_owned();
    }
    if clean.chars().count() <= 120 {
        return clean.to_owned();
    }
    // Long names lose their middle: the ending says what the file is.
    let ending: String = clean.chars().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect();
    let beginning: String = clean.chars().take(99).collect();
    format!("{beginning}…{ending}")
}

/// `type/subtype` in lower case; what is not one becomes bytes without a meaning.
fn media_type(declared: &str) -> String {
    let bare = declared.split(';').next().unwrap_or_default().trim().to_lowercase();
    let token = |part: &str| {
        !part.is_empty()
            && part.len() <= 64
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    match bare.split_once('/') {
        Some((kind, subtype)) if token(kind) && token(subtype) => bare,
        _ => "application/octet-stream".to_owned(),
    }
}

/// Characters that turn the direction of what follows (UAX #9 §2): they can make `exe.txt` of `txt.exe`.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_lose_paths_and_turning_characters() {
        let table = [
            ("C:\\fakepath\\عکس کالا.jpg", "عکس کالا.jpg"),
            ("../../etc/passwd", "passwd"),
            ("photo\u{202E}gpj.exe", "photogpj.exe"),
            ("..", "file"),
            ("", "file"),
            ("a\r\nb.txt", "ab.txt"),
        ];
        for (given, expected) in table {
            assert_eq!(safe_name(given), expected);
        }
    }

    #[test]
    fn long_file_names_keep_their_ending() {
        let name = safe_name(&format!("{}.pdf", "ن".repeat(300)));
        assert!(name.ends_with(".pdf"));
        assert_eq!(name.chars().count(), 120);
    }

    #[test]
    fn a_strange_media_type_means_nothing() {
        assert_eq!(media_type("Image/JPEG; charset=x"), "image/jpeg");
        assert_eq!(media_type("text/html\r\nx: y"), "application/octet-stream");
        assert_eq!(media_type(""), "application/octet-stream");
    }
}

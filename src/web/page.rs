//! The chat as a whole page, and the few plain pages around it.
//!
//! The page is complete as it comes: the history is in it and its form works
//! by itself. The script takes it over from there.
//!
//! Invariant: the template escapes everything; what a customer, a rule or a
//! staff member wrote reaches the page as text.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use jiff::tz::TimeZone;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, context};
use serde::{Deserialize, Serialize};

use super::app::App;
use super::body::TEXT_CHARS;
use super::chat_desk::{ChatLine, LineBy};
use super::files::shown_type;
use super::language;
use super::refusal::{Refusal, persian_digit};
use super::session::{self, Session};
use super::submit::fresh_nonce;
use super::words::{PieceKind, Words, pieces};
use crate::domain::message::{Attachment, Language};
use crate::domain::outbox::ButtonAction;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    lang: Option<String>,
}

/// `GET /chat`
pub async fn chat(State(app): State<Arc<App>>, headers: HeaderMap, asked: Query<Asked>) -> Response {
    let spoken = language::choose(&app.state.shop, asked.lang.as_deref(), &headers);
    let (session, cookie) = match session(&headers) {
        Ok(found) => found,
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = match app.lines(&session, 0).await {
        Ok(lines) => match render(&app, spoken, &lines, None, "") {
            Ok(page) => page.into_response(),
            Err(refusal) => refusal.into_response(),
        },
        // The page must come up even when the store does not answer.
        Err(refusal) => refused(&app, spoken, &[], refusal, ""),
    };
    let chosen =
        asked.lang.as_ref().and_then(|_| session::set_cookie(language::COOKIE_NAME, spoken.tag(), &headers));
    for cookie in cookie.into_iter().chain(chosen) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The session of this browser; a new one comes with the cookie to set.
pub fn session(headers: &HeaderMap) -> Result<(Session, Option<HeaderValue>), Refusal> {
    if let Some(session) = Session::from_cookie(headers) {
        return Ok((session, None));
    }
    let session = Session::open().map_err(|error| {
        tracing::error!(%error, "The operating system gives no random bytes");
        Refusal::Unavailable
    })?;
    let cookie = session.set_cookie(headers);
    Ok((session, cookie))
}

/// The page again, with the reason on it and the customer's text still in its place.
pub async fn with_refusal(
    app: &App,
    session: &Session,
    spoken: Language,
    refusal: Refusal,
    text: &str,
) -> Response {
    let lines = app.lines(session, 0).await.unwrap_or_default();
    refused(app, spoken, &lines, refusal, text)
}

fn refused(app: &App, spoken: Language, lines: &[ChatLine], refusal: Refusal, text: &str) -> Response {
    match render(app, spoken, lines, Some(refusal), text) {
        Ok(page) => refusal.around(page),
        Err(refusal) => refusal.into_response(),
    }
}

fn render(
    app: &App,
    spoken: Language,
    lines: &[ChatLine],
    refusal: Option<Refusal>,
    text: &str,
) -> Result<Html<String>, Refusal> {
    let shop = &app.state.shop;
    let words = Words::of(spoken);
    let views: Vec<View<'_>> =
        lines.iter().map(|line| View::of(line, &words, spoken, &shop.timezone)).collect();
    let other = shop.languages.iter().find(|language| **language != spoken);
    let context = context! {
        lang => spoken.tag(),
        dir => direction(spoken),
        other => other.map(|language| language.tag()),
        shop => shop.name(spoken),
        words => Serde(&words),
        lines => Serde(&views),
        nonce => fresh_nonce()?,
        refusal => refusal.map(|refusal| refusal.sentence(spoken)),
        text,
        longest => TEXT_CHARS,
    };
    let mut templates = Environment::empty();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    templates.render_named_str("chat.html", include_str!("assets/chat.html"), context).map(Html).map_err(
        |error| {
            tracing::error!(%error, "The chat page could not be rendered");
            Refusal::Unavailable
        },
    )
}

fn direction(language: Language) -> &'static str {
    if language.is_rtl() { "rtl" } else { "ltr" }
}

/// One line as the template shows it; `line.js` builds the same.
#[derive(Serialize)]
struct View<'a> {
    number: u64,
    by: &'static str,
    message: Option<u64>,
    who: &'a str,
    lang: &'static str,
    dir: &'static str,
    parts: Vec<Part<'a>>,
    rows: Vec<Vec<ButtonView<'a>>>,
    files: Vec<FileView<'a>>,
    at: String,
    time: String,
}

#[derive(Serialize)]
struct Part<'a> {
    text: &'a str,
    kind: PieceKind,
}

#[derive(Serialize)]
struct ButtonView<'a> {
    label: &'a str,
    press: Option<String>,
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct FileView<'a> {
    name: &'a str,
    size: String,
    url: Option<String>,
    picture: bool,
}

impl<'a> View<'a> {
    fn of(line: &'a ChatLine, words: &Words, spoken: Language, zone: &TimeZone) -> View<'a> {
        let parts = match line.by {
            // A customer's own addresses stay text: nobody should be sent somewhere by their own chat.
            LineBy::Customer => vec![(line.text.as_str(), PieceKind::Text)],
            LineBy::Machine | LineBy::Staff(_) => pieces(&line.text),
        };
        View {
            number: line.number,
            by: line.by.name(),
            message: line.message.map(|message| message.0),
            who: match &line.by {
                LineBy::Customer => words.you,
                LineBy::Machine => words.machine,
                LineBy::Staff(name) => name,
            },
            lang: line.language.tag(),
            // The machine knows what it speaks; people mix languages.
            dir: if line.by == LineBy::Machine { direction(line.language) } else { "auto" },
            parts: parts.into_iter().map(|(text, kind)| Part { text, kind }).collect(),
            rows: line.buttons.iter().map(|row| row.iter().filter_map(button_view).collect()).collect(),
            files: line.attachments.iter().map(|file| file_view(file, words, spoken)).collect(),
            at: line.at.to_string(),
            time: digits(&line.at.to_zoned(zone.clone()).strftime("%H:%M").to_string(), spoken),
        }
    }
}

fn button_view(button: &crate::domain::outbox::Button) -> Option<ButtonView<'_>> {
    let label = button.label.as_str();
    match &button.action {
        ButtonAction::Press(press) => Some(ButtonView { label, press: Some(press.encode()), url: None }),
        // Rules are the owner's, yet no `javascript:` address becomes a link.
        ButtonAction::Link(url) if url.starts_with("https://") || url.starts_with("http://") => {
            Some(ButtonView { label, press: None, url: Some(url) })
        }
        ButtonAction::Link(_) => None,
    }
}

fn file_view<'a>(file: &'a Attachment, words: &Words, spoken: Language) -> FileView<'a> {
    let kilobytes = file.size.div_ceil(1024);
    let size = if kilobytes < 1024 {
        format!("{kilobytes} {}", words.kilobytes)
    } else {
        format!("{} {}", kilobytes.div_ceil(1024), words.megabytes)
    };
    FileView {
        name: &file.name,
        size: digits(&size, spoken),
        url: file.blob.as_ref().map(|blob| format!("/chat/files/{}", blob.0)),
        picture: shown_type(&file.media_type).is_some(),
    }
}

fn digits(text: &str, language: Language) -> String {
    match language {
        Language::Fa => text.chars().map(persian_digit).collect(),
        Language::En => text.to_owned(),
    }
}

pub async fn not_found(headers: HeaderMap) -> Response {
    let wants_page = headers
        .get(axum::http::header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if wants_page {
        (StatusCode::NOT_FOUND, Html(include_str!("assets/not_found.html"))).into_response()
    } else {
        Refusal::NotFound.into_response()
    }
}

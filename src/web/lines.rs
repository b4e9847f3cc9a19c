//! What was said, as JSON: asked for, waited for, or pushed.
//!
//! All three read the desk above a number that the client names, so a client
//! that was away loses nothing and sees nothing twice.
//!
//! Invariant: a stream ends when the daemon stops, and the number of open
//! streams is bounded.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::watch;

use super::app::App;
use super::chat_desk::ChatLine;
use super::refusal::Refusal;
use super::session::Session;
use crate::domain::message::Attachment;
use crate::domain::outbox::{Button, ButtonAction};

/// The longest wait of a long poll.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The desk is asked at least this often, should a wake-up have been missed.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// Proxies close connections on which nothing moves.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    after: u64,
    /// Seconds.
    wait: u64,
}

/// `GET /chat/lines?after=N`
pub async fn poll(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refusal> {
    // Without a cookie nothing can have been said.
    let Some(session) = Session::from_cookie(&headers) else {
        return Ok(Json(json!({ "lines": [] })).into_response());
    };
    answer(&app, &session, asked, "/chat/files").await
}

/// The lines above `after`, waited for if `wait` says so.
pub async fn answer(
    app: &App,
    session: &Session,
    asked: Result<Query<Asked>, QueryRejection>,
    files: &str,
) -> Result<Response, Refusal> {
    let Query(asked) = asked.map_err(|_| Refusal::Malformed)?;
    let patience = Duration::from_secs(asked.wait).min(LONGEST_WAIT);
    let _permit = if patience.is_zero() { None } else { Some(permit(app)?) };
    let lines = wait(app, session, asked.after, patience).await?;
    Ok(Json(to_json(&lines, files)).into_response())
}

/// `GET /chat/events?after=N`; a browser that reconnects names its last event instead.
pub async fn events(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refusal> {
    let session = Session::from_cookie(&headers).ok_or(Refusal::NoSession)?;
    let Query(asked) = asked.map_err(|_| Refusal::Malformed)?;
    let last_seen = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse().ok());
    let permit = permit(&app)?;
    let stream = follow(app, session, last_seen.unwrap_or(asked.after), permit);
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))).into_response())
}

fn permit(app: &App) -> Result<OwnedSemaphorePermit, Refusal> {
    Arc::clone(&app.streams).try_acquire_owned().map_err(|_| Refusal::Busy)
}

/// Lines above `after`; an empty answer when `patience` ends or the daemon stops.
pub async fn wait(
    app: &App,
    session: &Session,
    after: u64,
    patience: Duration,
) -> Result<Vec<ChatLine>, Refusal> {
    let mut watch = app.state.desk.watch(session.id());
    let until = tokio::time::Instant::now() + patience;
    loop {
        // Marked as seen before the question: what comes in between wakes us again.
        watch.borrow_and_update();
        let lines = app.lines(session, after).await?;
        if !lines.is_empty() || tokio::time::Instant::now() >= until {
            return Ok(lines);
        }
        tokio::select! {
            () = woken(&mut watch) => {}
            () = tokio::time::sleep_until(until) => {}
            () = app.state.closing.cancelled() => return Ok(Vec::new()),
        }
    }
}

/// Returns when there may be new lines. A desk whose sender is gone is asked now and then.
async fn woken(watch: &mut watch::Receiver<u64>) {
    match tokio::time::timeout(LOOK_AGAIN, watch.changed()).await {
        Ok(Ok(())) | Err(_) => {}
        Ok(Err(_)) => tokio::time::sleep(Duration::from_secs(1)).await,
    }
}

fn follow(
    app: Arc<App>,
    session: Session,
    after: u64,
    permit: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((app, session, after, permit), |(app, session, after, permit)| async move {
        loop {
            // A store that fails ends the stream; the browser comes back by itself.
            let lines = wait(&app, &session, after, Duration::from_secs(3_600)).await.ok()?;
            if let Some(last) = lines.last() {
                let last = last.number;
                let event = Event::default()
                    .event("lines")
                    .id(last.to_string())
                    .data(to_json(&lines, "/chat/files").to_string());
                return Some((Ok(event), (app, session, last, permit)));
            }
            if app.state.closing.is_cancelled() {
                return None;
            }
        }
    })
}

fn to_json(lines: &[ChatLine], files: &str) -> Value {
    let lines: Vec<Value> = lines.iter().map(|line| line_to_json(line, files)).collect();
    json!({ "lines": lines })
}

fn line_to_json(line: &ChatLine, files: &str) -> Value {
    let buttons: Vec<Vec<Value>> =
        line.buttons.iter().map(|row| row.iter().map(button_to_json).collect()).collect();
    let attachments: Vec<Value> = line.attachments.iter().map(|file| file_to_json(file, files)).collect();
    json!({
        "number": line.number,
        "by": line.by.name(),
        "name": line.by.person(),
        "message": line.message.map(|message| message.0),
        "text": line.text,
        "buttons": buttons,
        "attachments": attachments,
        "language": line.language.tag(),
        "at": line.at.to_string(),
    })
}

fn button_to_json(button: &Button) -> Value {
    match &button.action {
        ButtonAction::Press(press) => json!({ "label": button.label, "press": press.encode() }),
        ButtonAction::Link(url) => json!({ "label": button.label, "url": url }),
    }
}

fn file_to_json(file: &Attachment, files: &str) -> Value {
    json!({
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "url": file.blob.as_ref().map(|blob| format!("{files}/{}", blob.0)),
    })
}

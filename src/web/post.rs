//! Messages that arrive: from the page, from its form, from a script.
//!
//! The page's script and the API get JSON; a form without scripts gets the
//! page again, with the answer on it if it came within a few seconds.
//!
//! Invariant: a form that is sent twice is one message, and a form that was
//! changed in between is another.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::app::App;
use super::body::{self, Submission};
use super::chat_desk::LineBy;
use super::refusal::Refusal;
use super::session::Session;
use super::submit::submit;
use super::{language, lines, origin, page};
use crate::domain::intake::Accepted;

/// How long a browser without scripts waits for the answer before it sees the page.
const FORM_PATIENCE: Duration = Duration::from_secs(4);

/// `POST /api/v1/chat/messages`
pub async fn from_api(State(app): State<Arc<App>>, request: Request) -> Response {
    let taken = async {
        let session = Session::from_bearer(request.headers()).ok_or(Refusal::NoSession)?;
        app.pace(&session)?;
        let mut submission = Submission::default();
        body::read(&app, request, &mut submission).await?;
        submit(&app, &session, submission).await
    };
    match taken.await {
        Ok(taken) => accepted(taken),
        Err(refusal) => refusal.into_response(),
    }
}

/// `POST /chat/messages`
pub async fn from_page(State(app): State<Arc<App>>, request: Request) -> Response {
    let headers = request.headers().clone();
    if let Err(refusal) = origin::check(&headers) {
        return refusal.into_response();
    }
    let (session, cookie) = match page::session(&headers) {
        Ok(found) => found,
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = if wants_page(&headers) {
        from_form(&app, &session, &headers, request).await
    } else {
        match from_script(&app, &session, request).await {
            Ok(taken) => accepted(taken),
            Err(refusal) => refusal.into_response(),
        }
    };
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

async fn from_script(app: &App, session: &Session, request: Request) -> Result<Accepted, Refusal> {
    app.pace(session)?;
    let mut submission = Submission::default();
    body::read(app, request, &mut submission).await?;
    submit(app, session, submission).await
}

async fn from_form(app: &App, session: &Session, headers: &HeaderMap, request: Request) -> Response {
    let mut submission = Submission::default();
    let mut taken = body::read(app, request, &mut submission).await;
    if taken.is_ok() {
        taken = app.pace(session);
    }
    let spoken = language::choose(&app.state.shop, submission.language.as_deref(), headers);
    let text = submission.text.clone();
    let done = match taken {
        Ok(()) => send_form(app, session, submission).await,
        Err(refusal) => Err(refusal),
    };
    match done {
        // A reload of what follows repeats nothing (RFC 9110 §15.4.4).
        Ok(()) => Redirect::to(&format!("/chat?lang={}#end", spoken.tag())).into_response(),
        Err(refusal) => page::with_refusal(app, session, spoken, refusal, &text).await,
    }
}

async fn send_form(app: &App, session: &Session, mut submission: Submission) -> Result<(), Refusal> {
    submission.nonce = submission.nonce.take().map(|nonce| of_content(&nonce, &submission));
    let before = app.lines(session, 0).await?.last().map_or(0, |line| line.number);
    if let Accepted::Seen(_) = submit(app, session, submission).await? {
        return Ok(());
    }
    let answered = async {
        let mut after = before;
        loop {
            let new = lines::wait(app, session, after, FORM_PATIENCE).await?;
            if new.is_empty() || new.iter().any(|line| line.by != LineBy::Customer) {
                return Ok(());
            }
            after = new.last().map_or(after, |line| line.number);
        }
    };
    // The message is safe; if its answer takes longer, the page says how to look for it.
    tokio::time::timeout(FORM_PATIENCE, answered).await.unwrap_or(Ok(()))
}

/// Browsers restore forms with their old nonce and a new text: both together make the message.
fn of_content(nonce: &str, submission: &Submission) -> String {
    let mut digest = Sha256::new();
    digest.update(submission.text.as_bytes());
    digest.update([0]);
    digest.update(submission.press.as_deref().unwrap_or_default().as_bytes());
    for file in &submission.files {
        digest.update([0]);
        digest.update(Sha256::digest(&file.bytes));
    }
    let short: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let plain: String = nonce.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    format!("{plain}-{short}")
}

fn accepted(accepted: Accepted) -> Response {
    let (Accepted::New(message) | Accepted::Seen(message)) = accepted;
    (StatusCode::ACCEPTED, Json(json!({ "message": message.0 }))).into_response()
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_form_is_the_same_message_and_a_changed_one_is_not() {
        let form = |text: &str, press: Option<&str>| Submission {
            text: text.to_owned(),
            press: press.map(str::to_owned),
            ..Submission::default()
        };
        let first = of_content("abc", &form("سلام", None));
        assert_eq!(first, of_content("abc", &form("سلام", None)));
        assert_ne!(first, of_content("abc", &form("سلام!", None)));
        assert_ne!(of_content("abc", &form("", Some("h:1:y"))), of_content("abc", &form("", Some("h:1:n"))));
    }
}

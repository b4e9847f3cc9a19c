//! The live chat for programs: `/api/v1`.
//!
//! A script opens a session, sends messages with its token and waits for
//! lines. `openapi.json` describes exactly this.
//!
//! Invariant: a cookie means nothing here, so no web page can use a visitor's session.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::app::App;
use super::lines::{self, Asked};
use super::refusal::Refusal;
use super::session::Session;

/// `GET /api/v1/openapi.json`
pub async fn document() -> Response {
    let about = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (about, include_str!("assets/openapi.json")).into_response()
}

/// `POST /api/v1/chat/sessions`
pub async fn open_session() -> Result<Response, Refusal> {
    let session = Session::open().map_err(|error| {
        tracing::error!(%error, "The operating system gives no random bytes");
        Refusal::Unavailable
    })?;
    Ok((StatusCode::CREATED, Json(json!({ "session": session.token() }))).into_response())
}

/// `GET /api/v1/chat/lines?after=N&wait=SECONDS`
pub async fn lines(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refusal> {
    let session = Session::from_bearer(&headers).ok_or(Refusal::NoSession)?;
    lines::answer(&app, &session, asked, "/api/v1/chat/files").await
}

//! News for open pages: a bell when any case may have changed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use crate::web::app::App;
use crate::web::console::page::caller;
use crate::web::refusal::Refusal;

/// Changes that come together are one ring.
const GATHERING: Duration = Duration::from_millis(300);

/// `GET /desk/events`
pub async fn stream(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if let Err(response) = caller(&app, &headers).await {
        return response;
    }
    let Ok(permit) = Arc::clone(&app.streams).try_acquire_owned() else {
        return Refusal::Unavailable.into_response();
    };
    let bell = app.state.staff.watch();
    let closing = app.state.closing.clone();
    let rings = stream::unfold((bell, closing, permit), |(mut bell, closing, permit)| async move {
        tokio::select! {
            changed = bell.changed() => changed.ok()?,
            () = closing.cancelled() => return None,
        }
        tokio::time::sleep(GATHERING).await;
        bell.borrow_and_update();
        Some((Ok::<_, Infallible>(Event::default().event("changed").data("1")), (bell, closing, permit)))
    });
    Sse::new(rings).keep_alive(KeepAlive::default()).into_response()
}

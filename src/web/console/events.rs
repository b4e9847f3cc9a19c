//! News for open pages: `changed` when any case may have changed, `here` when somebody comes to a
//! case, leaves it or writes.

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
    let bells = (app.state.staff.watch(), app.presence.watch());
    let closing = app.state.closing.clone();
    let rings =
        stream::unfold((bells, closing, permit), |((mut cases, mut people), closing, permit)| async move {
            let name = tokio::select! {
                changed = cases.changed() => changed.ok().map(|()| "changed")?,
                changed = people.changed() => changed.ok().map(|()| "here")?,
                () = closing.cancelled() => return None,
            };
            tokio::time::sleep(GATHERING).await;
            match name {
                "here" => people.mark_unchanged(),
                _ => cases.mark_unchanged(),
            }
            Some((
                Ok::<_, Infallible>(Event::default().event(name).data("1")),
                ((cases, people), closing, permit),
            ))
        });
    Sse::new(rings).keep_alive(KeepAlive::default()).into_response()
}

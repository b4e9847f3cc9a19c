//! The live chat page and the daemon's HTTP door.
//!
//! A browser (or a script, through `/api/v1`) hands in what a customer wrote;
//! `submit` gives it to intake and answers only when it is durable. What is
//! said back is read from the [`ChatDesk`] and travels as JSON lines, at once
//! (server-sent events), by asking, or as a whole page without any script.
//! Health and metrics for operators are served here too.
//!
//! Invariant: a session's token is known to its browser and to nobody else:
//! the rest of the program sees a digest of it, and no address or log line
//! contains either. Nothing that a customer wrote becomes markup.

mod api;
mod app;
mod assets;
mod body;
mod chat_desk;
mod console;
mod files;
mod health;
mod language;
mod lines;
mod origin;
mod pace;
mod page;
pub mod parse;
mod post;
mod refusal;
mod session;
mod shield;
mod staff_desk;
mod submit;
mod words;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::response::Redirect;
use axum::routing::{get, post as posted};
use axum::serve::ListenerExt;
use tokio_util::sync::CancellationToken;

pub use app::{Shop, WebState};
pub use chat_desk::{ChatDesk, ChatLine, LineBy};
pub use health::{ChannelHealth, Health, Readiness};
pub use session::Session;
pub use staff_desk::{
    ActFault, Case, InWords, IntentView, Member, PASSWORD_CHARS, QueueRow, RulesView, StaffDesk, Stuck,
    VerdictLine,
};

use app::App;

/// How long open connections may go on after the shutdown was asked for.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(5);

/// Everything that the daemon serves over HTTP.
pub fn router(state: WebState) -> Router {
    let app = Arc::new(App::new(state));
    Router::new()
        .route("/", get(|| async { Redirect::to("/chat") }))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/chat", get(page::chat))
        .route("/chat/messages", posted(post::from_page))
        .route("/chat/lines", get(lines::poll))
        .route("/chat/events", get(lines::events))
        .route("/chat/files/{blob}", get(files::of_page))
        .merge(console::routes())
        .route("/assets/{name}", get(assets::serve))
        .route("/favicon.ico", get(|| async { Redirect::permanent("/assets/icon.svg") }))
        .route("/api/v1/openapi.json", get(api::document))
        .route("/api/v1/chat/sessions", posted(api::open_session))
        .route("/api/v1/chat/messages", posted(post::from_api))
        .route("/api/v1/chat/lines", get(api::lines))
        .route("/api/v1/chat/files/{blob}", get(files::of_api))
        .fallback(page::not_found)
        .layer(DefaultBodyLimit::max(body::WHOLE_BODY))
        .layer(middleware::map_response(shield::cover))
        .with_state(app)
}

/// Serves until `shutdown`; what is then still open has five seconds to end.
///
/// Give [`WebState::closing`] the same token (or a child of it), so that event
/// streams end by themselves.
///
/// # Errors
/// When the listener fails for good.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    // Answers are small: without TCP_NODELAY each would wait for the peer's delayed acknowledgement.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "Could not set TCP_NODELAY");
        }
    });
    let serving = axum::serve(listener, router).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    tokio::select! {
        ended = serving.into_future() => ended,
        () = async {
            shutdown.cancelled().await;
            tokio::time::sleep(SHUTDOWN_PATIENCE).await;
        } => Ok(()),
    }
}

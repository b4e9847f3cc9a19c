//! The console: staff see and handle what was filed, in a browser.
//!
//! Every page is whole as it comes and every act is a form; the script adds
//! keys, countdowns and news. Who asks is known by a session cookie, and each
//! act carries a token that only this session's pages have.
//!
//! Invariant: no handler but those of signing in answers anybody without a
//! session, and none changes anything on a GET.

mod act;
mod case;
mod choices;
mod door;
mod events;
mod fields;
mod here;
mod page;
mod queue;
mod rules;
mod today;
mod words;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Router, middleware};

pub use self::here::Presence;
use crate::web::app::App;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/desk", get(queue::show))
        .route("/desk/sign-in", get(door::form).post(door::sign_in))
        .route("/desk/sign-in/link", post(door::send_link))
        .route("/desk/link/{token}", get(door::link).post(door::redeem))
        .route("/desk/join/{token}", get(door::invitation).post(door::join))
        .route("/desk/sign-out", post(door::sign_out))
        .route("/desk/today", get(today::show).post(today::act))
        .route("/desk/rules", get(rules::show))
        .route("/desk/events", get(events::stream))
        .route("/desk/cases/{code}", get(case::show).post(act::act))
        .route("/desk/cases/{code}/files/{blob}", get(case::file))
        .route("/desk/cases/{code}/mails/{message}", get(case::mail))
        .route("/desk/cases/{code}/here", post(here::here))
        .layer(middleware::from_fn(page::choose_language))
}

//! Signing in: by password, by an invitation, by a one-time link.
//!
//! Links open a page with a button, since programs that look at mail follow
//! links too; only the button uses the link up.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use minijinja::context;
use serde::Deserialize;

use crate::domain::message::Language;
use crate::web::app::App;
use crate::web::console::page::{ask, page, see_other, session, signed_in, signed_out};
use crate::web::console::words;
use crate::web::staff_desk::PASSWORD_CHARS;
use crate::web::{language, origin};

const SIGN_IN: &str = include_str!("../assets/desk/sign_in.html");
const JOIN: &str = include_str!("../assets/desk/join.html");
const LINK: &str = include_str!("../assets/desk/link.html");

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Given {
    name: String,
    password: String,
    again: String,
    form: String,
}

fn spoken(app: &App, headers: &HeaderMap) -> Language {
    language::choose(&app.state.shop, None, headers)
}

/// `GET /desk/sign-in`
pub async fn form(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    sign_in_page(&app, spoken(&app, &headers), "", None)
}

fn sign_in_page(app: &App, language: Language, name: &str, told: Option<&str>) -> Response {
    sign_in_page_with(app, language, name, told, "")
}

fn sign_in_page_with(app: &App, language: Language, name: &str, told: Option<&str>, draft: &str) -> Response {
    let title = words::word(language, "sign_in");
    let bad = told.is_some_and(|key| key != "link_sent");
    let told = told.map(|key| words::word(language, key));
    page(app, language, None, &title, SIGN_IN, context! { name, told, bad, draft })
}

/// For an act whose session has ended: what was written is not lost with it.
pub fn session_over(app: &App, headers: &HeaderMap, draft: &str) -> Response {
    let page = sign_in_page_with(app, spoken(app, headers), "", Some("session_over"), draft);
    (StatusCode::UNAUTHORIZED, page).into_response()
}

/// `POST /desk/sign-in`
pub async fn sign_in(State(app): State<Arc<App>>, headers: HeaderMap, Form(given): Form<Given>) -> Response {
    if let Err(refusal) = origin::check(&headers) {
        return refusal.into_response();
    }
    let language = spoken(&app, &headers);
    let (name, password) = (given.name.clone(), given.password);
    let _turn = app.hashing.acquire().await;
    match ask(&app, move |desk| desk.sign_in(&name, &password)).await {
        Ok(Some(token)) => signed_in(&token),
        Ok(None) => {
            let page = sign_in_page(&app, language, &given.name, Some("wrong"));
            (StatusCode::UNAUTHORIZED, page).into_response()
        }
        Err(response) => response,
    }
}

/// `POST /desk/sign-in/link`
pub async fn send_link(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Response {
    if let Err(refusal) = origin::check(&headers) {
        return refusal.into_response();
    }
    let name = given.name.clone();
    match ask(&app, move |desk| desk.send_link(&name)).await {
        Ok(()) => sign_in_page(&app, spoken(&app, &headers), &given.name, Some("link_sent")),
        Err(response) => response,
    }
}

/// `GET /desk/link/{token}`
pub async fn link(State(app): State<Arc<App>>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    let language = spoken(&app, &headers);
    page(&app, language, None, &words::word(language, "sign_in"), LINK, context! { token })
}

/// `POST /desk/link/{token}`
pub async fn redeem(State(app): State<Arc<App>>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    if let Err(refusal) = origin::check(&headers) {
        return refusal.into_response();
    }
    match ask(&app, move |desk| desk.redeem(&token)).await {
        Ok(Some(session)) => signed_in(&session),
        Ok(None) => over(&app, &headers),
        Err(response) => response,
    }
}

fn over(app: &App, headers: &HeaderMap) -> Response {
    let page = sign_in_page(app, spoken(app, headers), "", Some("link_over"));
    (StatusCode::GONE, page).into_response()
}

/// `GET /desk/join/{token}`
pub async fn invitation(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    join_page(&app, &headers, token, None).await
}

async fn join_page(app: &App, headers: &HeaderMap, token: String, told: Option<&str>) -> Response {
    let language = spoken(app, headers);
    let asked = token.clone();
    match ask(app, move |desk| desk.invited(&asked)).await {
        Ok(Some(member)) => {
            let told = told.map(|key| words::word(language, key));
            let title = words::word(language, "join");
            page(app, language, None, &title, JOIN, context! { token, name => member.name, told })
        }
        Ok(None) => over(app, headers),
        Err(response) => response,
    }
}

/// `POST /desk/join/{token}`
pub async fn join(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(token): Path<String>,
    Form(given): Form<Given>,
) -> Response {
    if let Err(refusal) = origin::check(&headers) {
        return refusal.into_response();
    }
    if given.password != given.again {
        return join_page(&app, &headers, token, Some("join_differ")).await;
    }
    if !PASSWORD_CHARS.contains(&given.password.chars().count()) {
        return join_page(&app, &headers, token, Some("join_length")).await;
    }
    let _turn = app.hashing.acquire().await;
    match ask(&app, move |desk| desk.accept_invitation(&token, &given.password)).await {
        Ok(Some(session)) => signed_in(&session),
        Ok(None) => over(&app, &headers),
        Err(response) => response,
    }
}

/// `POST /desk/sign-out`
pub async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap, Form(given): Form<Given>) -> Response {
    if let Err(response) = crate::web::console::page::actor(&app, &headers, &given.form).await {
        return response;
    }
    let Some(token) = session(&headers).map(str::to_owned) else { return see_other("/desk/sign-in") };
    match ask(&app, move |desk| desk.sign_out(&token)).await {
        Ok(()) => signed_out(),
        Err(response) => response,
    }
}

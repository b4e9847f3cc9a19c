//! What all pages of the console share: who asks, in which language, and the frame around them.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use minijinja::value::Value;
use minijinja::{Environment, UndefinedBehavior, context};
use sha2::{Digest, Sha256};

use crate::domain::message::Language;
use crate::web::app::{App, off_reactor};
use crate::web::console::words;
use crate::web::refusal::Refusal;
use crate::web::session::{cookie, set_cookie};
use crate::web::staff_desk::{Member, StaffDesk};
use crate::web::{language, origin};

/// RFC 6265bis §4.1.3.2: such a cookie comes by TLS (or from this machine) and belongs to this host alone.
const COOKIE: &str = "__Host-pasokh_desk";

/// A member of staff with an open session.
#[derive(Debug, Clone)]
pub struct Caller {
    pub member: Member,
    pub token: String,
    pub language: Language,
}

impl Caller {
    /// Only pages of this session have it.
    pub fn form_token(&self) -> String {
        form_token(&self.token)
    }
}

fn form_token(session: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("form:{session}")))
}

pub fn session(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, COOKIE).filter(|token| !token.is_empty() && token.len() <= 100)
}

/// `?lang=en` on any page: the choice is remembered, and the page comes again without it.
pub async fn choose_language(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let asked = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "lang");
    let Some(tag) = asked.and_then(|(_, tag)| Language::from_tag(&tag)) else {
        return next.run(request).await;
    };
    let rest = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != "lang");
    let rest = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(rest).finish();
    let mark = if rest.is_empty() { "" } else { "?" };
    let mut response = see_other(&format!("{}{mark}{rest}", request.uri().path()));
    if let Some(cookie) = set_cookie(language::COOKIE_NAME, tag.tag(), request.headers()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Who asks; to the sign-in page whoever has no session.
pub async fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, Response> {
    known(app, headers).await?.ok_or_else(|| see_other("/desk/sign-in"))
}

/// Who asks, if anybody with a session.
pub async fn known(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, Response> {
    let Some(token) = session(headers).map(str::to_owned) else { return Ok(None) };
    let asked = token.clone();
    let member = ask(app, move |desk| desk.member_of(&asked)).await?;
    let language = language::choose(&app.state.shop, None, headers);
    Ok(member.map(|member| Caller { member, token, language }))
}

/// The same for an act: the request comes from a page of this very session.
pub async fn actor(app: &App, headers: &HeaderMap, form: &str) -> Result<Caller, Response> {
    origin::check(headers).map_err(IntoResponse::into_response)?;
    let caller = caller(app, headers).await?;
    if form == caller.form_token() { Ok(caller) } else { Err(Refusal::ForeignOrigin.into_response()) }
}

/// Asks the desk off the reactor.
pub async fn ask<T: Send + 'static>(
    app: &App,
    question: impl FnOnce(&dyn StaffDesk) -> Result<T, String> + Send + 'static,
) -> Result<T, Response> {
    let desk = Arc::clone(&app.state.staff);
    off_reactor(move || question(desk.as_ref())).await.map_err(IntoResponse::into_response)
}

pub fn see_other(place: &str) -> Response {
    let place = HeaderValue::from_str(place).unwrap_or(HeaderValue::from_static("/desk"));
    (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
}

/// Sends the browser on with its new session.
pub fn signed_in(token: &str) -> Response {
    with_cookie(see_other("/desk"), &format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict"))
}

pub fn signed_out() -> Response {
    let cookie = format!("{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict");
    with_cookie(see_other("/desk/sign-in"), &cookie)
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

/// A page in the frame; `inside` is the template of its main part.
pub fn page(
    app: &App,
    language: Language,
    caller: Option<&Caller>,
    title: &str,
    inside: &str,
    values: Value,
) -> Response {
    let t = words::of(language);
    let shop = app.state.shop.name(language).to_owned();
    let rendered = template("inside.html", inside, context! { t => t.clone(), ..values }).and_then(|main| {
        let other = app.state.shop.languages.iter().find(|other| **other != language);
        let values = context! {
            t,
            shop,
            title,
            main => Value::from_safe_string(main),
            lang => language.tag(),
            dir => if language.is_rtl() { "rtl" } else { "ltr" },
            other => other.map(|other| other.tag()),
            who => caller.map(|caller| caller.member.name.clone()),
            form => caller.map(Caller::form_token),
        };
        template("frame.html", include_str!("../assets/desk/frame.html"), values)
    });
    match rendered {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "A page of the console could not be rendered");
            Refusal::Unavailable.into_response()
        }
    }
}

fn template(name: &str, text: &str, values: Value) -> Result<String, minijinja::Error> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    templates.render_named_str(name, text, values)
}

//! Acts: a form of the case's page, done once.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::web::app::App;
use crate::web::console::case::{Told, with_told};
use crate::web::console::door::session_over;
use crate::web::console::fields::{Fields, action};
use crate::web::console::page::{Caller, ask, known, see_other};
use crate::web::console::words;
use crate::web::origin;
use crate::web::staff_desk::ActFault;

/// `POST /desk/cases/{code}`
pub async fn act(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    if let Err(refusal) = origin::check(&headers) {
        return refusal.into_response();
    }
    let caller = match known(&app, &headers).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return session_over(&app, &headers, fields.text("text")),
        Err(response) => return response,
    };
    if fields.text("form") != caller.form_token() {
        let why = words::word(caller.language, "form_over");
        return refused(&app, &caller, code, why, &fields, StatusCode::FORBIDDEN).await;
    }
    let action = match action(&fields, &caller.member.name, &app.state.shop.timezone) {
        Ok(action) => action,
        Err(misread) => {
            let why = misread.told(caller.language);
            return refused(&app, &caller, code, why, &fields, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let (member, asked, said) = (caller.member.clone(), code.clone(), fields.said());
    let done = ask(&app, move |desk| Ok(desk.act(&member, &asked, said, &action))).await;
    let fault = match done {
        // A reload of what follows repeats nothing (RFC 9110 §15.4.4).
        Ok(Ok(())) => return see_other(&format!("/desk/cases/{code}?done=true#end")),
        Ok(Err(fault)) => fault,
        Err(response) => return response,
    };
    match fault {
        ActFault::Overtaken(by) => {
            let why = match by {
                Some(name) => format!("{} {name}", words::word(caller.language, "overtaken_by")),
                None => words::word(caller.language, "overtaken"),
            };
            refused(&app, &caller, code, why, &fields, StatusCode::CONFLICT).await
        }
        ActFault::Refused(why) => {
            let why = why.of(caller.language);
            refused(&app, &caller, code, why, &fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        ActFault::NotFound => with_told(&app, &caller, code, Told::default()).await,
        ActFault::Failed(error) => {
            tracing::error!(%error, "An act of the console failed");
            crate::web::refusal::Refusal::Unavailable.into_response()
        }
    }
}

/// The page again, with the reason on it and what was written still in its place.
async fn refused(
    app: &App,
    caller: &Caller,
    code: String,
    why: String,
    fields: &Fields,
    status: StatusCode,
) -> Response {
    let (draft, tried) = (fields.text("text").to_owned(), fields.text("act").to_owned());
    let told = Told { text: Some(why), bad: true, draft, tried };
    (status, with_told(app, caller, code, told).await).into_response()
}

//! What the fake answers, and what goes wrong when a test says so.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Something that goes wrong once, instead of the answer.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429 with `retry_after` in seconds.
    Flood(u32),
    /// 502 with a proxy's page.
    BadGateway,
    /// The blocked bot's 403.
    Blocked,
    /// 400 with the new number of a group.
    Moved(i64),
    /// Any error of the API.
    Api(u16, &'static str),
    /// The line dies before anything was done.
    Cut,
    /// It is done, and the line dies before the answer.
    DoneThenCut,
    /// Done, later.
    Delay(Duration),
    /// Nothing is done, and this is the body of the answer.
    Body(&'static str),
}

pub(super) fn ok(result: Value) -> Response {
    axum::Json(json!({"ok": true, "result": result})).into_response()
}

pub(super) fn error(code: u16, description: &str) -> Response {
    let body = json!({"ok": false, "error_code": code, "description": description});
    (StatusCode::from_u16(code).unwrap(), axum::Json(body)).into_response()
}

/// A body that breaks before its first byte: the server closes the connection.
pub(super) fn cut() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) });
    Response::new(Body::from_stream(broken))
}

/// The answer of a fault that does nothing; none for a cut line.
pub(super) fn instead(fault: Fault) -> Option<Response> {
    Some(match fault {
        Fault::Flood(after) => {
            let body = json!({"ok": false, "error_code": 429, "parameters": {"retry_after": after},
                "description": format!("Too Many Requests: retry after {after}")});
            (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response()
        }
        Fault::Moved(chat) => {
            let body = json!({"ok": false, "error_code": 400, "parameters": {"migrate_to_chat_id": chat},
                "description": "Bad Request: group chat was upgraded to a supergroup chat"});
            (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
        }
        Fault::BadGateway => (StatusCode::BAD_GATEWAY, "<html>502 Bad Gateway</html>").into_response(),
        Fault::Blocked => error(403, "Forbidden: bot was blocked by the user"),
        Fault::Api(code, text) => error(code, text),
        Fault::Body(body) => body.into_response(),
        Fault::Cut | Fault::DoneThenCut | Fault::Delay(_) => return None,
    })
}

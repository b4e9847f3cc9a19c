//! Is it alive, is it ready, what does it count.
//!
//! `/readyz` is 200 as soon as messages can be stored and rules are loaded;
//! mail and bot servers that cannot be reached are listed, and change nothing.
//!
//! Invariant: no address, name or text of a customer appears here.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::app::{App, off_reactor};

/// Implemented by the gateway. May block: it is called off the reactor.
pub trait Health: Send + Sync {
    fn ready(&self) -> Readiness;
}

/// What `/readyz` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Can a message be stored right now? If not, why.
    pub store: Result<(), String>,
    /// Are rules loaded? If not, why.
    pub rules: Result<(), String>,
    pub channels: Vec<ChannelHealth>,
}

/// One mailbox or bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelHealth {
    /// `email`, `telegram` or `chat`.
    pub kind: String,
    /// Its name in the settings.
    pub name: String,
    /// When its source was last asked with success.
    pub last_good: Option<Timestamp>,
    /// Why the last attempt failed; none after a success.
    pub last_error: Option<String>,
}

impl Readiness {
    pub fn is_ready(&self) -> bool {
        self.store.is_ok() && self.rules.is_ok()
    }

    fn to_json(&self) -> Value {
        let part = |result: &Result<(), String>| match result {
            Ok(()) => json!({ "ok": true }),
            Err(why) => json!({ "ok": false, "error": why }),
        };
        let channels: Vec<Value> = self.channels.iter().map(ChannelHealth::to_json).collect();
        json!({
            "ready": self.is_ready(),
            "store": part(&self.store),
            "rules": part(&self.rules),
            "channels": channels,
        })
    }
}

impl ChannelHealth {
    fn to_json(&self) -> Value {
        json!({
            "kind": self.kind,
            "name": self.name,
            "ok": self.last_good.is_some() && self.last_error.is_none(),
            "last_good": self.last_good.map(|at| at.to_string()),
            "last_error": self.last_error,
        })
    }
}

pub async fn readyz(State(app): State<Arc<App>>) -> Response {
    let health = Arc::clone(&app.state.health);
    match off_reactor(move || Ok(health.ready())).await {
        Ok(readiness) => {
            let status = if readiness.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            (status, Json(readiness.to_json())).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, app.state.metrics.render()).into_response()
}

//! Who else looks at a case, and who writes: so that two do not answer the same thing.
//!
//! A page says every few seconds that it is open, and at once when somebody
//! begins to write; what it hears back are the others. All of it lies in
//! memory and fades by itself.
//!
//! Invariant: only those who may see a case learn who else does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::web::app::App;
use crate::web::console::page::{actor, ask};
use crate::web::refusal::Refusal;

/// A page that has not said so for this long is closed.
const FADES_AFTER: Duration = Duration::from_secs(45);

#[derive(Debug, Default)]
pub struct Presence {
    /// By case, and in it by name.
    people: Mutex<BTreeMap<String, BTreeMap<String, Seen>>>,
    bell: watch::Sender<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    at: Instant,
    writing: bool,
}

/// Somebody else at the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Other {
    name: String,
    writing: bool,
}

impl Presence {
    /// Rings when anybody comes, goes, begins to write or stops.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    /// Notes what this person does at the case, none when they have left; tells who else is there.
    fn note(&self, code: &str, name: &str, writing: Option<bool>, now: Instant) -> Vec<Other> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        for at_case in people.values_mut() {
            at_case.retain(|_, seen| now.duration_since(seen.at) < FADES_AFTER);
        }
        people.retain(|_, at_case| !at_case.is_empty());
        let at_case = people.entry(code.to_owned()).or_default();
        let before = at_case.get(name).map(|seen| seen.writing);
        match writing {
            Some(writing) => at_case.insert(name.to_owned(), Seen { at: now, writing }),
            None => at_case.remove(name),
        };
        let others = at_case.iter().filter(|(other, _)| *other != name);
        let others = others.map(|(name, seen)| Other { name: name.clone(), writing: seen.writing }).collect();
        drop(people);
        if before != writing {
            self.bell.send_modify(|count| *count = count.wrapping_add(1));
        }
        others
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    form: String,
    /// `viewing`, `writing` or `left`.
    does: String,
}

/// `POST /desk/cases/{code}/here`
pub async fn here(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let caller = match actor(&app, &headers, &fields.form).await {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    let (member, asked) = (caller.member.clone(), code.clone());
    match ask(&app, move |desk| desk.code_seen(&member, &asked)).await {
        Ok(Some(code)) => {
            let writing = (fields.does != "left").then_some(fields.does == "writing");
            Json(app.presence.note(&code, &caller.member.name, writing, Instant::now())).into_response()
        }
        Ok(None) => Refusal::NotFound.into_response(),
        Err(response) => response,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_come_write_go_and_fade() {
        let presence = Presence::default();
        let bell = presence.watch();
        let start = Instant::now();
        let rings = || *bell.borrow();
        assert_eq!(presence.note("1", "Sara", Some(false), start), []);
        assert_eq!(rings(), 1);
        let sara = |writing| Other { name: "Sara".to_owned(), writing };
        assert_eq!(presence.note("1", "Ali", Some(false), start), [sara(false)]);
        assert_eq!(presence.note("2", "Ali", Some(false), start), []);
        presence.note("1", "Sara", Some(true), start);
        assert_eq!(presence.note("1", "Ali", Some(false), start), [sara(true)]);
        assert_eq!(rings(), 4, "the same again rings nobody");
        presence.note("1", "Sara", None, start);
        assert_eq!(presence.note("1", "Ali", Some(false), start), []);
        presence.note("1", "Sara", Some(true), start);
        assert_eq!(presence.note("1", "Ali", Some(false), start + FADES_AFTER), []);
        assert_eq!(presence.people.lock().unwrap().len(), 1, "nothing is kept of who has gone");
    }
}

//! The rules, to look at: intents and replies with their use, what no intent serves, and a box to try
//! a message.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;
use minijinja::value::Serde;
use serde::{Deserialize, Serialize};

use crate::domain::message::Language;
use crate::domain::text::dates;
use crate::web::app::App;
use crate::web::console::page::{ask, caller, page};
use crate::web::console::queue::number;
use crate::web::console::words;
use crate::web::staff_desk::IntentView;

const RULES: &str = include_str!("../assets/desk/rules.html");
/// A message longer than this is tried in its beginning.
const MOST_CHARS: usize = 4_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A message to try.
    text: String,
    groups: bool,
}

#[derive(Serialize)]
struct IntentLine {
    name: String,
    title: String,
    kind: &'static str,
    mode: &'static str,
    reply: String,
    text: String,
    answered: String,
    wrong: String,
    has_wrong: bool,
}

fn line(intent: IntentView, language: Language) -> IntentLine {
    let count = |count: u32| number(usize::try_from(count).unwrap_or(usize::MAX), language);
    IntentLine {
        name: intent.name,
        title: intent.title.of(language),
        kind: intent.kind,
        mode: intent.mode,
        reply: intent.reply.unwrap_or_default(),
        text: intent.text.of(language),
        answered: count(intent.answered),
        wrong: count(intent.wrong),
        has_wrong: intent.wrong > 0,
    }
}

/// `GET /desk/rules`: trying a message changes nothing, so it is asked for like a search.
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let caller = match caller(&app, &headers).await {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    let language = caller.language;
    let text: String = asked.text.trim().chars().take(MOST_CHARS).collect();
    let (tried, groups) = (text.clone(), asked.groups);
    let found = ask(&app, move |desk| {
        let explained = (!tried.is_empty()).then(|| desk.try_text(&tried, language));
        let groups = if groups { Some(desk.unmatched()?) } else { None };
        Ok((desk.rules()?, explained, groups))
    });
    let (rules, explained, groups) = match found.await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let intents: Vec<IntentLine> = rules.intents.into_iter().map(|intent| line(intent, language)).collect();
    let mistakes = rules
        .mistakes
        .map(|(at, lines)| (dates::write_date_time(at, &app.state.shop.timezone, language), lines));
    let title = words::word(language, "rules");
    let values = context! {
        intents => Serde(&intents),
        mistakes => Serde(&mistakes),
        text,
        explained,
        groups => Serde(&groups.map(|report| report.groups)),
    };
    page(&app, language, Some(&caller), &title, RULES, values)
}

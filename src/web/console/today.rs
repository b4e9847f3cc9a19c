//! Today: the numbers that matter now, and whatever is stuck.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use minijinja::context;
use minijinja::value::Serde;
use serde::{Deserialize, Serialize};

use crate::domain::access::{Right, may, may_see};
use crate::domain::message::Language;
use crate::domain::text::dates;
use crate::report::numbers::chart;
use crate::web::app::{App, off_reactor};
use crate::web::console::page::{Caller, actor, ask, caller, page, see_other};
use crate::web::console::queue::{View, number};
use crate::web::console::words;
use crate::web::health::{ChannelHealth, Readiness};
use crate::web::staff_desk::{QueueRow, Stuck};

const TODAY: &str = include_str!("../assets/desk/today.html");
/// Days of the chart, today among them.
const DAYS: i64 = 14;

#[derive(Serialize)]
struct Figure {
    view: &'static str,
    title: String,
    count: String,
    alarming: bool,
}

#[derive(Serialize)]
struct Day {
    date: String,
    filed: String,
    closed: String,
}

#[derive(Serialize)]
struct ChannelLine {
    name: String,
    kind: String,
    good: bool,
    told: String,
}

#[derive(Serialize)]
struct RowLine {
    row: u64,
    channel: String,
    to: String,
    at: String,
    reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: bool,
    none: bool,
}

/// `GET /desk/today`
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let caller = match caller(&app, &headers).await {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    let member = caller.member.clone();
    let found = ask(&app, move |desk| Ok((desk.rows()?, desk.stuck(&member)?))).await;
    let (rows, stuck) = match found {
        Ok(found) => found,
        Err(response) => return response,
    };
    let health = Arc::clone(&app.state.health);
    let ready = match off_reactor(move || Ok(health.ready())).await {
        Ok(ready) => ready,
        Err(refusal) => return refusal.into_response(),
    };
    let (name, role) = (caller.member.name.as_str(), caller.member.role);
    let seen = |row: &&Arc<QueueRow>| may_see(name, role, row.concerned.iter().map(String::as_str));
    let rows: Vec<&Arc<QueueRow>> = rows.iter().filter(seen).collect();
    let language = caller.language;
    let told = if asked.done { Some("done") } else { asked.none.then_some("no_such_row") };
    let title = words::word(language, "today");
    let (svg, days) = chart(&app, &rows, language);
    let values = context! {
        told => told.map(|key| words::word(language, key)),
        figures => Serde(&figures(&caller, &rows)),
        chart => minijinja::Value::from_safe_string(svg),
        days => Serde(&days),
        channels => Serde(&channels(&app, &ready, language)),
        faults => faults(&ready),
        rows => Serde(&unsent(&app, &stuck, language)),
        waiting => number(stuck.waiting, language),
        given_up => number(stuck.given_up, language),
        has_given_up => stuck.given_up > 0,
        set_aside => Serde(&set_aside(&app, &stuck, language)),
        may_act => may(role, Right::Act),
        form => caller.form_token(),
    };
    page(&app, language, Some(&caller), &title, TODAY, values)
}

/// Each leads to the view of the queue that it counts.
fn figures(caller: &Caller, rows: &[&Arc<QueueRow>]) -> Vec<Figure> {
    let now = Timestamp::now();
    let figure = |(view, key): (View, &'static str)| {
        let count = rows.iter().filter(|row| view.holds(row, &caller.member.name, now)).count();
        Figure {
            view: key,
            title: words::word(caller.language, &format!("view_{key}")),
            count: number(count, caller.language),
            alarming: view == View::Breached && count > 0,
        }
    };
    View::ALL.into_iter().filter(|(view, _)| *view != View::Closed).map(figure).collect()
}

/// Cases filed and closed, a day each, as columns and as a table.
fn chart(app: &App, rows: &[&Arc<QueueRow>], language: Language) -> (String, Vec<Day>) {
    let zone = &app.state.shop.timezone;
    let date = |at: Timestamp| zone.to_datetime(at).date();
    let today = date(Timestamp::now());
    let mut counts: BTreeMap<Date, (usize, usize)> =
        (0..DAYS).filter_map(|back| today.checked_sub(back.days()).ok()).map(|date| (date, (0, 0))).collect();
    for row in rows {
        if let Some(day) = counts.get_mut(&date(row.row.filed_at)) {
            day.0 += 1;
        }
        if let Some(day) = row.row.closed_at.and_then(|at| counts.get_mut(&date(at))) {
            day.1 += 1;
        }
    }
    let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let highest = counts.values().map(|(filed, closed)| filed.max(closed)).max().copied().unwrap_or(0);
    let column = |(date, count): (&Date, usize)| chart::Column {
        parts: vec![float(count)],
        title: format!("{}: {}", dates::write_date(*date, language), number(count, language)),
    };
    let columns: Vec<chart::Column> =
        counts.iter().map(|(date, (filed, _))| column((date, *filed))).collect();
    let svg = chart::columns(&columns, chart::top_of(float(highest)), language.is_rtl());
    let days = counts.iter().rev().map(|(date, (filed, closed))| Day {
        date: dates::write_date(*date, language),
        filed: number(*filed, language),
        closed: number(*closed, language),
    });
    (svg, days.collect())
}

fn channels(app: &App, ready: &Readiness, language: Language) -> Vec<ChannelLine> {
    let line = |channel: &ChannelHealth| ChannelLine {
        name: channel.name.clone(),
        kind: words::word(language, &format!("channel_{}", channel.kind)),
        good: channel.last_error.is_none(),
        told: match (&channel.last_error, channel.last_good) {
            (Some(error), _) => error.clone(),
            (None, Some(at)) => dates::write_date_time(at, &app.state.shop.timezone, language),
            (None, None) => words::word(language, "not_read_yet"),
        },
    };
    ready.channels.iter().map(line).collect()
}

/// What is wrong with the store or the rules, in the words of the log.
fn faults(ready: &Readiness) -> Vec<String> {
    [&ready.store, &ready.rules].into_iter().filter_map(|part| part.clone().err()).collect()
}

fn unsent(app: &App, stuck: &Stuck, language: Language) -> Vec<RowLine> {
    let line = |row: &crate::report::outbox::UnsentRow| RowLine {
        row: row.row,
        channel: words::word(language, &format!("channel_{}", row.channel)),
        to: if row.to == "staff" { words::word(language, "colleague") } else { row.to.clone() },
        at: dates::write_date_time(row.created_at, &app.state.shop.timezone, language),
        reason: row.reason.clone(),
    };
    stuck.unsent.iter().map(line).collect()
}

fn set_aside(app: &App, stuck: &Stuck, language: Language) -> Vec<String> {
    let line = |(at, channel, account): &(Timestamp, String, String)| {
        let at = dates::write_date_time(*at, &app.state.shop.timezone, language);
        format!("{at} · {} {account}", words::word(language, &format!("channel_{channel}")))
    };
    stuck.set_aside.iter().map(line).collect()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    form: String,
    act: String,
    row: u64,
}

/// `POST /desk/today`: sends anew what was given up, or lets it be.
pub async fn act(State(app): State<Arc<App>>, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    let caller = match actor(&app, &headers, &fields.form).await {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    let again = fields.act == "again";
    match ask(&app, move |desk| desk.dismiss(&caller.member, fields.row, again)).await {
        Ok(true) => see_other("/desk/today?done=true"),
        Ok(false) => see_other("/desk/today?none=true"),
        Err(response) => response,
    }
}

//! The queue: views, filters and search over all cases.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Serde;
use serde::{Deserialize, Serialize};

use crate::domain::access::may_see;
use crate::domain::message::Language;
use crate::domain::text::{dates, fold, to_persian_digits};
use crate::web::app::App;
use crate::web::console::page::{Caller, ask, caller, page};
use crate::web::console::words;
use crate::web::staff_desk::QueueRow;

const QUEUE: &str = include_str!("../assets/desk/queue.html");
const PAGE: usize = 50;
const SOON: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Mine,
    Unassigned,
    Due,
    Breached,
    Waiting,
    Open,
    Closed,
}

impl View {
    pub const ALL: [(View, &'static str); 7] = [
        (View::Mine, "mine"),
        (View::Unassigned, "unassigned"),
        (View::Due, "due"),
        (View::Breached, "breached"),
        (View::Waiting, "waiting"),
        (View::Open, "open"),
        (View::Closed, "closed"),
    ];

    fn named(name: &str) -> View {
        View::ALL.into_iter().find(|(_, known)| *known == name).map_or(View::Open, |(view, _)| view)
    }

    pub fn holds(self, row: &QueueRow, name: &str, now: Timestamp) -> bool {
        let open = row.row.closed_at.is_none();
        let due = row.row.due;
        match self {
            View::Mine => open && row.row.owner.as_deref() == Some(name),
            View::Unassigned => open && row.row.owner.is_none(),
            View::Due => open && due.is_some_and(|due| due > now && due.duration_since(now) <= SOON),
            View::Breached => open && due.is_some_and(|due| due <= now),
            View::Waiting => open && row.is_waiting,
            View::Open => open,
            View::Closed => !open,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    view: String,
    q: String,
    page: usize,
}

#[derive(Serialize)]
struct ViewLink {
    name: &'static str,
    title: String,
    count: String,
    current: bool,
}

#[derive(Serialize)]
struct Line {
    code: String,
    severity: u8,
    severity_text: String,
    kind: String,
    customer: String,
    beginning: String,
    channel: String,
    owner: Option<String>,
    due: Option<String>,
    due_text: String,
    late: bool,
}

/// `GET /desk`
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let caller = match caller(&app, &headers).await {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    let rows = match ask(&app, |desk| desk.rows()).await {
        Ok(rows) => rows,
        Err(response) => return response,
    };
    let now = Timestamp::now();
    let name = caller.member.name.clone();
    let role = caller.member.role;
    let seen = |row: &&Arc<QueueRow>| may_see(&name, role, row.concerned.iter().map(String::as_str));
    let rows: Vec<&Arc<QueueRow>> = rows.iter().filter(seen).collect();
    let view = View::named(&asked.view);
    let wanted: Vec<String> = fold(&asked.q).split_whitespace().map(str::to_owned).collect();
    // Who searches looks everywhere.
    let searching = !wanted.is_empty();
    let holds = |row: &&&Arc<QueueRow>| {
        if searching {
            wanted.iter().all(|word| row.words.contains(word.as_str()))
        } else {
            view.holds(row, &name, now)
        }
    };
    let mut found: Vec<&Arc<QueueRow>> = rows.iter().filter(holds).copied().collect();
    match view {
        View::Closed => found.sort_by_key(|row| std::cmp::Reverse(row.row.closed_at)),
        _ => found.sort_by_key(|row| {
            (row.row.closed_at.is_some(), row.row.due.is_none(), row.row.due, row.row.received_at)
        }),
    }
    let start = asked.page.saturating_mul(PAGE);
    let lines: Vec<Line> =
        found.iter().skip(start).take(PAGE).map(|row| line(&app, &caller, row, now)).collect();
    let views: Vec<ViewLink> = View::ALL
        .into_iter()
        .map(|(one, key)| ViewLink {
            name: key,
            title: words::word(caller.language, &format!("view_{key}")),
            count: number(rows.iter().filter(|row| one.holds(row, &name, now)).count(), caller.language),
            current: one == view && !searching,
        })
        .collect();
    let title = words::word(caller.language, "queue");
    let values = context! {
        views => Serde(&views),
        lines => Serde(&lines),
        q => asked.q.clone(),
        before => asked.page.checked_sub(1).map(|page| address(view, &asked.q, page)),
        after => (start + PAGE < found.len()).then(|| address(view, &asked.q, asked.page + 1)),
    };
    page(&app, caller.language, Some(&caller), &title, QUEUE, values)
}

fn address(view: View, q: &str, page: usize) -> String {
    let name = View::ALL.into_iter().find(|(one, _)| *one == view).map_or("open", |(_, name)| name);
    let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
    format!("/desk?view={name}&q={q}&page={page}")
}

fn line(app: &App, caller: &Caller, row: &QueueRow, now: Timestamp) -> Line {
    let language = caller.language;
    let due = row.row.due.filter(|_| row.row.closed_at.is_none());
    Line {
        code: row.row.code.clone(),
        severity: row.row.severity,
        severity_text: number(usize::from(row.row.severity), language),
        kind: words::word(language, &format!("kind_{}", row.row.kind)),
        customer: row.customer.clone().unwrap_or_default(),
        beginning: row.beginning.clone(),
        channel: words::word(language, &format!("channel_{}", row.row.channel)),
        owner: row.row.owner.clone(),
        due: due.map(|due| due.to_string()),
        due_text: match (due, row.row.closed_at) {
            (Some(due), _) => dates::write_left(now, due, language),
            (None, Some(closed)) => {
                dates::write_date(closed.to_zoned(app.state.shop.timezone.clone()).date(), language)
            }
            (None, None) => String::new(),
        },
        late: due.is_some_and(|due| due <= now),
    }
}

pub fn number(count: usize, language: Language) -> String {
    match language {
        Language::Fa => to_persian_digits(&count.to_string()),
        Language::En => count.to_string(),
    }
}

//! The page of one case: all that was said and done, in order, and what can be done now.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use minijinja::context;
use minijinja::value::Serde;
use serde::{Deserialize, Serialize};

use crate::domain::access::{Right, may};
use crate::domain::alert::clock_title;
use crate::domain::clocks::ClockKind;
use crate::domain::message::{BlobId, Language};
use crate::domain::text::{dates, isolate};
use crate::report::complaints::{ComplaintRow, ComplaintSheet};
use crate::web::app::App;
use crate::web::console::choices;
use crate::web::console::page::{Caller, ask, caller, page};
use crate::web::console::queue::number;
use crate::web::console::words;
use crate::web::refusal::Refusal;
use crate::web::shield;
use crate::web::staff_desk::Case;

const CASE: &str = concat!(
    include_str!("../assets/desk/macros.html"),
    include_str!("../assets/desk/case.html"),
    include_str!("../assets/desk/acts.html"),
);
const GONE: &str = include_str!("../assets/desk/gone.html");

/// What an act came to, for the page that follows it.
#[derive(Debug, Default, Clone)]
pub struct Told {
    pub text: Option<String>,
    pub bad: bool,
    /// What was written and not sent, and by which act.
    pub draft: String,
    pub tried: String,
}

#[derive(Serialize)]
struct Item {
    at: Timestamp,
    /// `customer`, `machine`, `staff`, `note` or `event`.
    by: &'static str,
    who: String,
    time: String,
    text: String,
    subject: Option<String>,
    files: Vec<File>,
    /// Number of the mail behind it.
    mail: Option<u64>,
    /// What the machine made of it, and why.
    verdict: Option<String>,
}

#[derive(Serialize)]
struct File {
    name: String,
    blob: Option<String>,
}

#[derive(Serialize)]
struct Clock {
    name: String,
    title: String,
    may_snooze: bool,
    due: String,
    left: String,
    late: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: bool,
}

/// `GET /desk/cases/{code}`
pub async fn show(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let caller = match caller(&app, &headers).await {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    let text = asked.done.then(|| words::word(caller.language, "done"));
    with_told(&app, &caller, code, Told { text, ..Told::default() }).await
}

/// The page, with a word on what was just tried.
pub async fn with_told(app: &App, caller: &Caller, code: String, told: Told) -> Response {
    let member = caller.member.clone();
    let found = ask(app, move |desk| Ok((desk.case(&member, &code)?, desk.members()))).await;
    let (case, members) = match found {
        Ok((Some(case), members)) => (case, members),
        Ok((None, _)) => return gone(app, caller),
        Err(response) => return response,
    };
    let language = caller.language;
    let sheet = &case.sheet;
    let now = Timestamp::now();
    let with = |right: Right| -> Vec<String> {
        members.iter().filter(|member| may(member.role, right)).map(|member| member.name.clone()).collect()
    };
    let (acting, approving) = (with(Right::Act), with(Right::Approve));
    let zone = app.state.shop.timezone.clone();
    let when = |at: Timestamp| dates::write_date_time(at, &zone, language);
    let open = sheet.row.closed_at.is_none();
    let running = sheet.clocks.iter().filter(|clock| clock.stopped_at.is_none());
    let clocks: Vec<Clock> = running
        .map(|clock| Clock {
            name: clock.clock.clone(),
            title: ClockKind::from_name(&clock.clock)
                .map_or_else(|| clock.clock.clone(), |kind| clock_title(kind, language).to_owned()),
            may_snooze: open && clock.due > now && clock.paused_at.is_none() && is_alerted(&clock.clock),
            due: when(clock.due),
            left: dates::write_left(now, clock.due, language),
            late: clock.due <= now,
        })
        .collect();
    let values = context! {
        code => sheet.row.code.clone(),
        items => Serde(&timeline(&case, language, &when)),
        clocks => Serde(&clocks),
        kind => words::word(language, &format!("kind_{}", sheet.row.kind)),
        kind_name => sheet.row.kind.clone(),
        state => words::event(language, &format!("state:{}", sheet.row.state)),
        channel => words::word(language, &format!("channel_{}", sheet.row.channel)),
        severity => sheet.row.severity,
        severity_text => number(usize::from(sheet.row.severity), language),
        topic => sheet.row.topic.as_ref().map(|topic| title_of(topic, &case.intents)),
        owner => sheet.row.owner.clone(),
        received => when(sheet.row.received_at),
        customer => sheet.customer.name.clone().unwrap_or_default(),
        contact => sheet.customer.contact.clone(),
        linked => sheet.customer.linked.clone(),
        fields => Serde(&choices::filled(&sheet.record.fields, language)),
        others => Serde(&case.others.iter().map(|row| other(row, language, &when)).collect::<Vec<_>>()),
        footer => case.footer.clone(),
        alike => sheet.alike.iter().map(|alike| alike.code.clone()).collect::<Vec<_>>(),
        suggestion => sheet.suggestion.as_ref().map(|suggestion| suggestion.text.clone()),
        replies => Serde(&case.replies),
        intents => Serde(&case.intents),
        members => acting,
        approvers => approving,
        me => caller.member.name.clone(),
        may_act => may(caller.member.role, Right::Act),
        open,
        can => sheet.possible.clone(),
        is_complaint => sheet.row.kind == "complaint",
        can_answer_decision => sheet.row.state == "decided",
        external => sheet.row.state == "external",
        outcomes => Serde(&choices::outcomes(&sheet.row.kind, language)),
        said => case.said,
        form => caller.form_token(),
        draft => told.draft,
        tried => told.tried,
        told => told.text,
        bad => told.bad,
        reply_lang => case.language.tag(),
        reply_dir => if case.language.is_rtl() { "rtl" } else { "ltr" },
        ..choices::lists(language)
    };
    page(app, language, Some(caller), &sheet.row.code, CASE, values)
}

fn gone(app: &App, caller: &Caller) -> Response {
    let title = words::word(caller.language, "not_found");
    let page = page(app, caller.language, Some(caller), &title, GONE, context! {});
    (StatusCode::NOT_FOUND, page).into_response()
}

/// Messages, notes and events, the oldest first.
fn timeline(case: &Case, language: Language, when: &impl Fn(Timestamp) -> String) -> Vec<Item> {
    let ComplaintSheet { messages, notes, history, customer, .. } = &case.sheet;
    let mut items: Vec<Item> = Vec::new();
    for message in messages {
        let (by, who) = match message.by.as_str() {
            "customer" => {
                let unnamed = || words::word(language, "customer");
                ("customer", customer.name.clone().unwrap_or_else(unnamed))
            }
            "machine" => ("machine", words::word(language, "machine")),
            name => ("staff", name.to_owned()),
        };
        let files = message.attachments.iter();
        items.push(Item {
            at: message.at,
            by,
            who,
            time: when(message.at),
            text: message.text.trim().to_owned(),
            subject: message.subject.clone(),
            files: files.map(|file| File { name: file.name.clone(), blob: file.sha256.clone() }).collect(),
            mail: message.message.filter(|number| case.mails.contains(number)),
            verdict: message.message.and_then(|number| verdict(case, number, language)),
        });
    }
    let plain = |at: Timestamp, by: &'static str, who: &str, text: String| Item {
        at,
        by,
        who: who.to_owned(),
        time: when(at),
        text,
        subject: None,
        files: Vec::new(),
        mail: None,
        verdict: None,
    };
    items.extend(notes.iter().map(|note| plain(note.at, "note", &note.by, note.text.clone())));
    items.extend(history.iter().map(|line| {
        let who = match line.by.as_str() {
            "machine" => words::word(language, "machine"),
            "customer" => words::word(language, "customer"),
            name => name.to_owned(),
        };
        plain(line.at, "event", &who, words::event(language, &line.what))
    }));
    items.sort_by_key(|item| item.at);
    items
}

/// What the machine made of a message: what it did, why, and what it took it for.
fn verdict(case: &Case, number: u64, language: Language) -> Option<String> {
    let verdict = case.verdicts.get(&number)?;
    let did = words::word(language, &format!("did_{}", verdict.disposition));
    let best = verdict.best.as_ref().map(|(title, score)| {
        format!(
            " · {}: {} ({score:.2})",
            words::word(language, "best_intent"),
            isolate(&title.clone().of(language))
        )
    });
    Some(format!("{did} · {}{}", isolate(&verdict.reason), best.unwrap_or_default()))
}

#[derive(Serialize)]
struct Other {
    code: String,
    kind: String,
    state: String,
    received: String,
}

fn other(row: &ComplaintRow, language: Language, when: &impl Fn(Timestamp) -> String) -> Other {
    Other {
        code: row.code.clone(),
        kind: words::word(language, &format!("kind_{}", row.kind)),
        state: words::event(language, &format!("state:{}", row.state)),
        received: when(row.received_at),
    }
}

fn title_of(topic: &str, intents: &[(String, String)]) -> String {
    let found = intents.iter().find(|(name, _)| name == topic);
    found.map_or(topic, |(_, title)| title.as_str()).to_owned()
}

/// Clocks of staff, whose alerts can be put off.
fn is_alerted(clock: &str) -> bool {
    ClockKind::from_name(clock).is_some_and(|kind| !kind.is_follow_up())
}

/// `GET /desk/cases/{code}/mails/{message}`: for a frame of the case's page, where nothing acts.
pub async fn mail(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path((code, message)): Path<(String, u64)>,
) -> Response {
    let caller = match caller(&app, &headers).await {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    match ask(&app, move |desk| desk.mail(&caller.member, &code, message)).await {
        Ok(Some(page)) => {
            let policy = HeaderValue::from_static(shield::MAIL_POLICY);
            ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response()
        }
        Ok(None) => Refusal::NotFound.into_response(),
        Err(response) => response,
    }
}

/// `GET /desk/cases/{code}/files/{blob}`: always as a download, never opened in our place.
pub async fn file(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path((code, blob)): Path<(String, String)>,
) -> Response {
    let caller = match caller(&app, &headers).await {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    let member = caller.member.clone();
    match ask(&app, move |desk| desk.file(&member, &code, &BlobId(blob))).await {
        Ok(Some((file, bytes))) => {
            let name: String = file
                .name
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
                .collect();
            let disposition = format!("attachment; filename=\"{name}\"");
            let disposition =
                HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
                (header::CONTENT_DISPOSITION, disposition),
                (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(shield::FILE_POLICY)),
            ];
            (headers, bytes).into_response()
        }
        Ok(None) => Refusal::NotFound.into_response(),
        Err(response) => response,
    }
}

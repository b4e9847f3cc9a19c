//! The web door, the people of the desk, and how often and how freely the machine may answer.

use std::net::SocketAddr;

use crate::domain::abuse::{self, Conduct, Listed};
use crate::domain::complaint::authority::Authority;
use crate::domain::complaint::details::{ASKABLE, Asked};
use crate::domain::complaint::moves::Policy;
use crate::domain::complaint::record::Field;
use crate::domain::rules::{Budgets, Mode};
use crate::settings::place::Place;
use crate::settings::{Staff, Web, channels};
use crate::yaml::{Fields, Mark, Node, Reader};

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8484);

pub(super) fn web(place: &mut Place, node: Option<&Node>) -> Web {
    let fields = node
        .filter(|node| !node.is_nothing())
        .and_then(|node| place.reader.fields(node, "`web`", &["listen", "url"]));
    let read = fields.map(|fields| {
        let listen = fields.get("listen").and_then(|node| listen(place, node));
        let url = fields.get("url").filter(|node| !node.is_nothing());
        (listen, url.and_then(|node| channels::web_address(place, node, "`url`", &["https", "http"])))
    });
    let (listen, url) = read.unwrap_or_default();
    Web { listen: listen.unwrap_or(DEFAULT_LISTEN), url }
}

fn listen(place: &mut Place, node: &Node) -> Option<SocketAddr> {
    let text = place.reader.text(node, "`listen`")?;
    let numeric = text.trim().replacen("localhost:", "127.0.0.1:", 1);
    let listen = numeric.parse().ok();
    if listen.is_none() {
        place.reader.error_with_help(
            node.mark,
            format!("`listen` must be an address and a port, not `{}`", text.trim()),
            "like 127.0.0.1:8484, or 0.0.0.0:8484 for every network of this machine",
        );
    }
    listen
}

pub(super) fn telegram_id(place: &mut Place, fields: &Fields<'_>, key: &str) -> Option<i64> {
    let node = fields.get(key).filter(|node| !node.is_nothing())?;
    let text = place.reader.text(node, &format!("`{key}`"))?;
    let id = text.trim().parse().ok();
    if id.is_none() {
        place.reader.error_with_help(
            node.mark,
            format!("`{key}` must be the number by which Telegram knows it, not `{}`", text.trim()),
            "people have positive numbers, groups negative ones; a name with @ is no number",
        );
    }
    id
}

/// What the owner decides about the process, and whether there is anybody to review a decision.
pub(super) fn policy(place: &mut Place, node: Option<&Node>, staff: &Staff) -> Policy {
    let acting = staff.people.iter().filter(|person| Authority::of_role(&person.role).is_some());
    let mut policy = Policy { alone: acting.count() < 2, ..Policy::default() };
    let fields = node.filter(|node| !node.is_nothing()).and_then(|node| {
        place.reader.fields(node, "`complaints`", &["approval_above", "reopen_days", "ask"])
    });
    let Some(fields) = fields else { return policy };
    let mut number = |key: &str, most: i64| {
        fields.get(key).and_then(|node| place.reader.number(node, &format!("`{key}`"), 0..=most))
    };
    policy.approval_above = number("approval_above", i64::MAX).and_then(|limit| u64::try_from(limit).ok());
    if let Some(days) = number("reopen_days", 366).and_then(|days| u32::try_from(days).ok()) {
        policy.reopen_days = days;
    }
    if let Some(asked) = fields.get("ask").filter(|node| !node.is_nothing()) {
        policy.asked = Asked::only(&askable(place, asked));
    }
    policy
}

/// The details that customers are asked for; an empty list asks nothing.
fn askable(place: &mut Place, node: &Node) -> Vec<Field> {
    let names = ASKABLE.map(Field::name).join(", ");
    let mut found = Vec::new();
    for one in place.reader.list(node, "`ask`") {
        let Some(text) = place.reader.text(one, "a detail in `ask`") else { continue };
        match ASKABLE.into_iter().find(|field| field.name() == text.trim()) {
            Some(field) => found.push(field),
            None => place.reader.error_with_help(
                one.mark,
                format!("`{}` is nothing that `ask` can ask for", text.trim()),
                format!("there are: {names}; `ask: []` asks nothing"),
            ),
        }
    }
    found
}

pub(super) fn budgets(place: &mut Place, node: Option<&Node>) -> Budgets {
    const KEYS: [&str; 4] = ["same_text_days", "per_address_hour", "per_domain_hour", "global_ten_minutes"];
    let mut budgets = Budgets::default();
    let fields =
        node.filter(|node| !node.is_nothing()).and_then(|node| place.reader.fields(node, "`budgets`", &KEYS));
    let Some(fields) = fields else { return budgets };
    let mut set = |key: &str, budget: &mut u32| {
        let number =
            fields.get(key).and_then(|node| place.reader.number(node, &format!("`{key}`"), 0..=1_000_000));
        if let Some(number) = number.and_then(|number| u32::try_from(number).ok()) {
            *budget = number;
        }
    };
    set("same_text_days", &mut budgets.same_text_days);
    set("per_address_hour", &mut budgets.per_address_hour);
    set("per_domain_hour", &mut budgets.per_domain_hour);
    set("global_ten_minutes", &mut budgets.global_ten_minutes);
    budgets
}

/// Words that nobody should write, besides the built-in ones, and built-in ones that are none here.
pub(super) fn conduct(place: &mut Place, node: Option<&Node>) -> Conduct {
    const KEYS: [&str; 4] = ["insults", "threats", "political", "except"];
    let fields =
        node.filter(|node| !node.is_nothing()).and_then(|node| place.reader.fields(node, "`conduct`", &KEYS));
    let Some(fields) = fields else { return Conduct::default() };
    let mut list = |key: &str| -> Vec<(String, Mark)> {
        let node = fields.get(key).filter(|node| !node.is_nothing());
        node.map(|node| place.reader.texts(node, &format!("`{key}`"))).unwrap_or_default()
    };
    let [insults, threats, political, except] = KEYS.map(&mut list);
    for (text, mark) in except.iter().filter(|(text, _)| !abuse::is_built_in(text)) {
        place.reader.error_with_help(
            *mark,
            format!("`{}` is no built-in word", text.trim()),
            "`except` takes words out of the built-in lists; your own you simply leave out",
        );
    }
    let texts = |list: Vec<(String, Mark)>| list.into_iter().map(|(text, _)| text).collect();
    Conduct::new(&Listed {
        insults: texts(insults),
        threats: texts(threats),
        political: texts(political),
        except: texts(except),
    })
}

/// How far the machine may go with an intent that does not say so itself.
pub(super) fn default_mode(place: &mut Place, node: Option<&Node>) -> Mode {
    let fields = node
        .filter(|node| !node.is_nothing())
        .and_then(|node| place.reader.fields(node, "`understanding`", &["mode"]));
    let node = fields.and_then(|fields| fields.get("mode"));
    node.and_then(|node| mode(&mut place.reader, node)).unwrap_or_default()
}

/// `shadow`, `suggest` or `auto`: the same word in the settings and in an intent.
pub fn mode(reader: &mut Reader, node: &Node) -> Option<Mode> {
    let name = reader.text(node, "`mode`")?;
    let mode = Mode::from_name(name.trim());
    if mode.is_none() {
        reader.error_with_help(
            node.mark,
            format!("`mode` cannot be `{}`", name.trim()),
            "`shadow` records and files, `suggest` shows staff the reply, `auto` answers",
        );
    }
    mode
}

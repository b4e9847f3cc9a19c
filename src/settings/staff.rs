//! The people of the desk: who they are, when they are there, and who stands in for them.
//!
//! ```yaml
//! staff:
//!   people:
//!     - name: Sara
//!       role: agent                # agent lead manager owner viewer
//!       email: sara@shop.example
//!       telegram: 111              # the person's own chat with the first bot
//!       bale: 222                  # their chat with the bot that is named `bale`
//!       phone: "09121234567"       # short messages, as the last way and at 200 %
//!       department: sales
//!       deputy: Reza               # told instead while Sara is away
//!       absent: { from: 1405-05-01, until: 1405-05-10 }
//!       hours: { sat-wed: ["09:00-15:00"] }
//!       on_call: true              # may be woken for the worst
//!       operator: true             # hears of trouble with the machine itself
//!   telegram_group: -1001234567890
//!   quiet: "22:00-07:00"
//!   sms: { command: /usr/local/bin/send-sms }   # or { url: https://… }
//!   end_of_day: true               # what was done and what is left, at closing time
//! ```

use crate::domain::alert::{Absence, Quiet, Role};
use crate::domain::text::{Phone, dates};
use crate::settings::place::Place;
use crate::settings::{Person, SmsHook, Staff, calendar, channels, desk};
use crate::yaml::{Fields, Mark, Node, Value};

const KEYS: [&str; 12] = [
    "name",
    "role",
    "email",
    "telegram",
    "bale",
    "department",
    "deputy",
    "absent",
    "hours",
    "on_call",
    "operator",
    "phone",
];

pub(super) fn staff(place: &mut Place, node: Option<&Node>) -> Staff {
    let fields = node.filter(|node| !node.is_nothing()).and_then(|node| {
        place.reader.fields(node, "`staff`", &["people", "telegram_group", "quiet", "end_of_day", "sms"])
    });
    let Some(fields) = fields else { return Staff::default() };
    let nodes = fields.get("people").map(|node| place.reader.list(node, "`people`")).unwrap_or_default();
    let people: Vec<(Person, Mark)> = nodes.into_iter().filter_map(|node| person(place, node)).collect();
    check_deputies(place, &people);
    let telegram_group = desk::telegram_id(place, &fields, "telegram_group");
    let quiet = fields.get("quiet").filter(|node| !node.is_nothing()).and_then(|node| quiet(place, node));
    Staff {
        people: people.into_iter().map(|(person, _)| person).collect(),
        telegram_group,
        quiet: quiet.unwrap_or_default(),
        sms: fields.get("sms").filter(|node| !node.is_nothing()).and_then(|node| sms(place, node)),
        end_of_day: yes_or_no(place, &fields, "end_of_day"),
    }
}

/// With the place of the deputy's name, or of the person.
fn person(place: &mut Place, node: &Node) -> Option<(Person, Mark)> {
    let fields = place.reader.fields(node, "a person", &KEYS)?;
    let name = place.reader.required_text(&fields, "name", "this person");
    let hours = fields.get("hours").filter(|node| !node.is_nothing());
    let person = Person {
        role: role(place, &fields),
        email: fields.get("email").and_then(|node| channels::address(place, node)),
        telegram: desk::telegram_id(place, &fields, "telegram"),
        bale: desk::telegram_id(place, &fields, "bale"),
        phone: phone(place, &fields),
        department: place.reader.optional_text(&fields, "department"),
        deputy: place.reader.optional_text(&fields, "deputy").map(|name| name.trim().to_owned()),
        absences: absences(place, &fields),
        hours: hours.and_then(|node| calendar::week(place, node)),
        on_call: yes_or_no(place, &fields, "on_call"),
        operator: yes_or_no(place, &fields, "operator"),
        name: name?.trim().to_owned(),
    };
    Some((person, fields.get("deputy").map_or(node.mark, |node| node.mark)))
}

fn role(place: &mut Place, fields: &Fields<'_>) -> String {
    let agent = || Role::Agent.name().to_owned();
    let Some(node) = fields.get("role").filter(|node| !node.is_nothing()) else { return agent() };
    let Some(text) = place.reader.text(node, "`role`") else { return agent() };
    let name = text.trim();
    if Role::from_name(name).is_none() {
        place.reader.error_with_help(
            node.mark,
            format!("`{name}` is no role"),
            "write agent, lead, manager (of complaints), owner (of the business) or viewer",
        );
    }
    name.to_owned()
}

/// A number that can be written to, in any spelling.
fn phone(place: &mut Place, fields: &Fields<'_>) -> Option<String> {
    let node = fields.get("phone").filter(|node| !node.is_nothing())?;
    let text = place.reader.text(node, "`phone`")?;
    let found = Phone::find(&text);
    if found.is_none() {
        place.reader.error_with_help(
            node.mark,
            format!("`{}` is no phone number", text.trim()),
            "write it like 09123456789 or +98 912 345 6789, in quotes",
        );
    }
    found.map(|phone| phone.as_str().to_owned())
}

/// A program or an address.
fn sms(place: &mut Place, node: &Node) -> Option<SmsHook> {
    let fields = place.reader.fields(node, "`sms`", &["command", "url"])?;
    match (fields.get("command"), fields.get("url")) {
        (Some(command), None) => {
            let path = place.reader.text(command, "`command`")?;
            Some(SmsHook::Command(place.resolve(path.trim())))
        }
        (None, Some(url)) => channels::web_address(place, url, "`url`", &["https", "http"]).map(SmsHook::Url),
        _ => {
            place.reader.error_with_help(
                fields.mark,
                "`sms` needs either a command or a url",
                "like { command: /usr/local/bin/send-sms }",
            );
            None
        }
    }
}

fn yes_or_no(place: &mut Place, fields: &Fields<'_>, key: &str) -> bool {
    let Some(node) = fields.get(key).filter(|node| !node.is_nothing()) else { return false };
    match place.reader.text(node, &format!("`{key}`")).as_deref().map(str::trim) {
        Some("true" | "yes") => true,
        Some("false" | "no") | None => false,
        Some(other) => {
            place.reader.error(node.mark, format!("`{key}` must be true or false, not `{other}`"));
            false
        }
    }
}

/// One range of days, or a list of them.
fn absences(place: &mut Place, fields: &Fields<'_>) -> Vec<Absence> {
    let Some(node) = fields.get("absent").filter(|node| !node.is_nothing()) else { return Vec::new() };
    let nodes = match &node.value {
        Value::Map(_) => vec![node],
        _ => place.reader.list(node, "`absent`"),
    };
    nodes.into_iter().filter_map(|node| absence(place, node)).collect()
}

fn absence(place: &mut Place, node: &Node) -> Option<Absence> {
    let fields = place.reader.fields(node, "an absence", &["from", "until"])?;
    let mut day = |key: &str| {
        let node = place.reader.required(&fields, key, "this absence")?;
        let text = place.reader.text(node, &format!("`{key}`"))?;
        let date = dates::parse_date(&text);
        if date.is_none() {
            place.reader.error_with_help(
                node.mark,
                format!("`{}` is no date", text.trim()),
                "write year-month-day: 1405-01-01 or 2026-03-21",
            );
        }
        date
    };
    let (from, until) = (day("from"), day("until"));
    let absence = Absence { from: from?, until: until? };
    if absence.until < absence.from {
        place.reader.error(fields.mark, "this absence ends before it begins");
        return None;
    }
    Some(absence)
}

/// `22:00-07:00`; it may cross midnight.
fn quiet(place: &mut Place, node: &Node) -> Option<Quiet> {
    let text = place.reader.text(node, "`quiet`")?;
    let time = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        jiff::civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    };
    let read =
        text.split_once('-').and_then(|(from, until)| Some(Quiet { from: time(from)?, until: time(until)? }));
    if read.is_none() {
        place.reader.error_with_help(
            node.mark,
            format!("`quiet` must be a pair of times, not `{}`", text.trim()),
            "write it like \"22:00-07:00\"",
        );
    }
    read
}

fn check_deputies(place: &mut Place, people: &[(Person, Mark)]) {
    for (person, mark) in people {
        let Some(deputy) = &person.deputy else { continue };
        if *deputy == person.name || !people.iter().any(|(other, _)| other.name == *deputy) {
            place.reader.error_with_help(
                *mark,
                format!("`{deputy}` cannot stand in for {}", person.name),
                "a deputy is the name of another person in `people`",
            );
        }
    }
}

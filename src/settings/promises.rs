//! The promises of the settings: how long each clock may run, by severity.
//!
//! ```yaml
//! promises:
//!   unassigned: { 1: calendar 15m, 2: 30m, 3: 2h, 4: 4h }   # until somebody owns it
//!   first_response: { 1: calendar 1h, 2: 4h, 3: 1d, 4: 2d } # until a person writes
//!   next_response: 8h                                       # one for all severities
//!   update: { 2: 2d }                                       # the longest silence; the others keep the default
//!   decision: { 2: 2d max 48h, 3: 3d max 72h, 4: 5d }       # the earlier of business time and calendar time
//!   waiting_customer: 10d                                   # clocks stand still for so long in all
//!   request: 1h                                             # cancel an order, change an address
//!   ack: calendar 2m                                        # until the channel took the acknowledgement
//!   legal_cap: calendar 30d                                 # the final decision; nothing by default
//!   external: [72h, 48h, 24h]                               # windows of an outside body, around the clock
//! ```
//!
//! `m`, `h` and `d` are business time unless `calendar` stands before them; what stands behind
//! `max` is always around the clock. `targets` says the three best-known ones for all
//! severities, and is stronger.

use crate::domain::clocks::{ClockKind, Limit, Promises, SEVERITIES, Span};
use crate::settings::place::Place;
use crate::settings::time;
use crate::yaml::{Node, Value};

/// Clocks whose limit is a length of time, with the names that they have in the file.
const SPANS: [ClockKind; 9] = [
    ClockKind::Ack,
    ClockKind::Unassigned,
    ClockKind::FirstResponse,
    ClockKind::NextResponse,
    ClockKind::Update,
    ClockKind::Decision,
    ClockKind::Waiting,
    ClockKind::Request,
    ClockKind::LegalCap,
];

const TARGETS: [ClockKind; 3] = [ClockKind::FirstResponse, ClockKind::NextResponse, ClockKind::Decision];

const HOW: &str = "write it like 30m, 8h or 3d in business time, `calendar 72h` around the clock, or \
                   `3d max 72h` where calendar time counts as well";

pub(super) fn promises(place: &mut Place, node: Option<&Node>, targets: Option<&Node>) -> Promises {
    let mut promises = Promises::default();
    let known: Vec<&str> = SPANS.iter().map(|kind| kind.name()).chain(["external"]).collect();
    let written = node.filter(|node| !node.is_nothing());
    if let Some(fields) = written.and_then(|node| place.reader.fields(node, "`promises`", &known)) {
        for kind in SPANS {
            if let Some(node) = fields.get(kind.name()).filter(|node| !node.is_nothing()) {
                promise(place, node, kind, &mut promises);
            }
        }
        if let Some(node) = fields.get("external").filter(|node| !node.is_nothing()) {
            external(place, node, &mut promises);
        }
    }
    let known = TARGETS.map(ClockKind::name);
    let written = targets.filter(|node| !node.is_nothing());
    if let Some(fields) = written.and_then(|node| place.reader.fields(node, "`targets`", &known)) {
        for kind in TARGETS {
            let span = fields.get(kind.name()).and_then(|node| time::span(place, node, kind.name()));
            if let Some(span) = span {
                promises.set(kind, None, span.into());
            }
        }
    }
    promises.stamp();
    promises
}

/// One limit for all severities, or one for each.
fn promise(place: &mut Place, node: &Node, kind: ClockKind, promises: &mut Promises) {
    if !matches!(node.value, Value::Map(_)) {
        if let Some(limit) = limit(place, node, kind) {
            promises.set(kind, None, limit);
        }
        return;
    }
    let names = SEVERITIES.map(|severity| severity.to_string());
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let what = format!("the severities of `{}`", kind.name());
    let Some(fields) = place.reader.fields(node, &what, &known) else { return };
    for (severity, name) in SEVERITIES.into_iter().zip(&names) {
        if let Some(limit) = fields.get(name).and_then(|node| limit(place, node, kind)) {
            promises.set(kind, Some(severity), limit);
        }
    }
}

fn limit(place: &mut Place, node: &Node, kind: ClockKind) -> Option<Limit> {
    let text = place.reader.text(node, &format!("`{}`", kind.name()))?;
    let limit = parse_limit(&text);
    if limit.is_none() {
        let message = format!("`{}` must be a length of time, not `{}`", kind.name(), text.trim());
        place.reader.error_with_help(node.mark, message, HOW);
    }
    limit
}

fn parse_limit(text: &str) -> Option<Limit> {
    let Some((span, cap)) = text.split_once(" max ") else {
        return time::parse_span(text).map(Limit::from);
    };
    let span = time::parse_span(span).filter(Span::is_business)?;
    Some(Limit { span, cap: Some(calendar_minutes(cap)?) })
}

fn calendar_minutes(text: &str) -> Option<u32> {
    match time::parse_span(&format!("calendar {}", text.trim()))? {
        Span::CalendarMinutes(minutes) => Some(minutes),
        Span::BusinessMinutes(_) | Span::BusinessDays(_) => None,
    }
}

fn external(place: &mut Place, node: &Node, promises: &mut Promises) {
    let mut hours = Vec::new();
    for (text, mark) in place.reader.texts(node, "`external`") {
        match calendar_minutes(&text).filter(|minutes| minutes % 60 == 0) {
            Some(minutes) => hours.push(minutes / 60),
            None => {
                let message = format!("`external` must be whole hours, not `{}`", text.trim());
                place.reader.error_with_help(mark, message, "one after the other, like [72h, 48h, 24h]");
                return;
            }
        }
    }
    promises.external_hours = hours;
}

//! Times of the settings: polling and lengths of time.

use std::time::Duration;

use crate::domain::clocks::{Span, Targets};
use crate::domain::text::to_ascii_digits;
use crate::settings::place::Place;
use crate::yaml::Node;

const LONGEST_POLL: Duration = Duration::from_secs(24 * 3600);
const DEFAULT_TARGETS: Targets = Targets {
    first_response: Span::BusinessMinutes(8 * 60),
    next_response: Span::BusinessMinutes(8 * 60),
    decision: Span::BusinessDays(3),
};

/// A number and its unit: `30s`, `15m`, `8h`, `3d`.
fn amount(text: &str) -> Option<(u32, char)> {
    let text = to_ascii_digits(text.trim());
    let unit = text.chars().last().filter(|unit| matches!(unit, 's' | 'm' | 'h' | 'd'))?;
    let number = text.strip_suffix(unit)?.trim();
    let plain = number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|number| plain && (1..=100_000).contains(number)).map(|number| (number, unit))
}

pub(super) fn poll(place: &mut Place, node: &Node) -> Option<Duration> {
    let text = place.reader.text(node, "`poll`")?;
    let duration = amount(&text).map(|(number, unit)| {
        let seconds: u64 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => 24 * 3600,
        };
        Duration::from_secs(u64::from(number) * seconds)
    });
    if duration.is_none_or(|duration| duration > LONGEST_POLL) {
        place.reader.error_with_help(
            node.mark,
            format!("`poll` must be a time of at most a day, not `{}`", text.trim()),
            "write it like 30s, 5m or 1h",
        );
        return None;
    }
    duration
}

pub(super) fn targets(place: &mut Place, node: Option<&Node>) -> Targets {
    let mut targets = DEFAULT_TARGETS;
    let fields = node.filter(|node| !node.is_nothing()).and_then(|node| {
        place.reader.fields(node, "`targets`", &["first_response", "next_response", "decision"])
    });
    let Some(fields) = fields else { return targets };
    let mut set = |key: &str, target: &mut Span| {
        if let Some(span) = fields.get(key).and_then(|node| span(place, node, key)) {
            *target = span;
        }
    };
    set("first_response", &mut targets.first_response);
    set("next_response", &mut targets.next_response);
    set("decision", &mut targets.decision);
    targets
}

fn span(place: &mut Place, node: &Node, key: &str) -> Option<Span> {
    let text = place.reader.text(node, &format!("`{key}`"))?;
    let trimmed = text.trim();
    let calendar = trimmed.strip_prefix("calendar").filter(|rest| rest.starts_with(char::is_whitespace));
    let span = match (calendar, amount(calendar.unwrap_or(trimmed))) {
        (None, Some((number, 'm'))) => Some(Span::BusinessMinutes(number)),
        (None, Some((number, 'h'))) => Some(Span::BusinessMinutes(number * 60)),
        (None, Some((number, 'd'))) => Some(Span::BusinessDays(number)),
        (Some(_), Some((number, 'm'))) => Some(Span::CalendarMinutes(number)),
        (Some(_), Some((number, 'h'))) => Some(Span::CalendarMinutes(number * 60)),
        (Some(_), Some((number, 'd'))) => Some(Span::CalendarMinutes(number * 24 * 60)),
        _ => None,
    };
    if span.is_none() {
        place.reader.error_with_help(
            node.mark,
            format!("`{key}` must be a length of time, not `{trimmed}`"),
            "write it like 30m, 8h or 3d in business time, or `calendar 72h` around the clock",
        );
    }
    span
}

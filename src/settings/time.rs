//! Times of the settings: polling and lengths of time.

use std::time::Duration;

use crate::domain::clocks::Span;
use crate::domain::text::to_ascii_digits;
use crate::settings::place::Place;
use crate::yaml::Node;

const LONGEST_POLL: Duration = Duration::from_secs(24 * 3600);
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

/// A length of time of a promise: `30m`, `8h` and `3d` are business time, `calendar 72h` is not.
pub(super) fn parse_span(text: &str) -> Option<Span> {
    let trimmed = text.trim();
    let calendar = trimmed.strip_prefix("calendar").filter(|rest| rest.starts_with(char::is_whitespace));
    match (calendar, amount(calendar.unwrap_or(trimmed))?) {
        (None, (number, 'm')) => Some(Span::BusinessMinutes(number)),
        (None, (number, 'h')) => Some(Span::BusinessMinutes(number * 60)),
        (None, (number, 'd')) => Some(Span::BusinessDays(number)),
        (Some(_), (number, 'm')) => Some(Span::CalendarMinutes(number)),
        (Some(_), (number, 'h')) => Some(Span::CalendarMinutes(number * 60)),
        (Some(_), (number, 'd')) => Some(Span::CalendarMinutes(number * 24 * 60)),
        _ => None,
    }
}

pub(super) fn span(place: &mut Place, node: &Node, key: &str) -> Option<Span> {
    let text = place.reader.text(node, &format!("`{key}`"))?;
    let span = parse_span(&text);
    if span.is_none() {
        place.reader.error_with_help(
            node.mark,
            format!("`{key}` must be a length of time, not `{}`", text.trim()),
            "write it like 30m, 8h or 3d in business time, or `calendar 72h` around the clock",
        );
    }
    span
}

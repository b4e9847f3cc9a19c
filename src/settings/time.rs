//! Times of the settings: polling, promises, opening hours and holidays.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::diagnostic::{Diagnostic, Severity};
use crate::domain::calendar::{Calendar, Hours, Week, parse_weekdays};
use crate::domain::clocks::{Span, Targets};
use crate::domain::text::{dates, to_ascii_digits};
use crate::settings::place::Place;
use crate::yaml::{self, Node, Reader, Source};

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

/// The usual week without holidays where nothing, or nothing usable, is written.
pub(super) fn calendar(place: &mut Place, node: Option<&Node>, zone: &TimeZone) -> Calendar {
    node.filter(|node| !node.is_nothing())
        .and_then(|node| written_calendar(place, node, zone))
        .unwrap_or_else(|| Calendar::default_for(zone.clone()))
}

fn written_calendar(place: &mut Place, node: &Node, zone: &TimeZone) -> Option<Calendar> {
    let fields = place.reader.fields(node, "`calendar`", &["week", "holidays"])?;
    let week = match fields.get("week").filter(|node| !node.is_nothing()) {
        Some(node) => week(place, node)?,
        None => Calendar::default_for(zone.clone()).week().clone(),
    };
    let mut holidays = BTreeMap::new();
    if let Some(node) = fields.get("holidays").filter(|node| !node.is_nothing()) {
        for (path, mark) in place.reader.texts(node, "`holidays`") {
            let path = place.resolve(path.trim());
            match files(&path) {
                Ok(files) => files.iter().for_each(|file| read_holidays(place, file, &mut holidays)),
                Err(error) => place.reader.error_with_help(
                    mark,
                    format!("the holidays in `{}` cannot be read: {error}", path.display()),
                    "name a YAML file or a directory with such files; relative paths start at the settings file",
                ),
            }
        }
    }
    match Calendar::new(zone.clone(), week, holidays) {
        Ok(calendar) => Some(calendar),
        Err(error) => {
            place.reader.error(node.mark, error.to_string());
            None
        }
    }
}

fn week(place: &mut Place, node: &Node) -> Option<Week> {
    let entries = place.reader.map(node, "`week`")?;
    let mut week = Week::default();
    let told_before = place.reader.diagnostics.len();
    for (key, value) in entries {
        let Some(days) = parse_weekdays(&key.name) else {
            place.reader.error_with_help(
                key.mark,
                format!("`{}` is no weekday", key.name),
                "write sat, sun, mon, tue, wed, thu or fri, or a range like sat-wed",
            );
            continue;
        };
        for (text, mark) in place.reader.texts(value, "the hours of a day") {
            match Hours::parse(&to_ascii_digits(text.trim())) {
                Ok(hours) => days.iter().for_each(|day| week.add(*day, hours)),
                Err(error) => place.reader.error(mark, error.to_string()),
            }
        }
    }
    (place.reader.diagnostics.len() == told_before).then_some(week)
}

/// The file itself, or the YAML files of a directory in the order of their names.
fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return std::fs::metadata(path).map(|_| vec![path.to_path_buf()]);
    }
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml"));
    files.sort();
    Ok(files)
}

/// A list of `{ date: 1405-01-01, name: … }`, Jalali or Gregorian.
fn read_holidays(place: &mut Place, path: &Path, holidays: &mut BTreeMap<Date, String>) {
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("the holidays cannot be read: {error}");
            place.reader.diagnostics.push(Diagnostic::file(Severity::Error, name, message));
            return;
        }
    };
    let source = Source { name, text };
    let mut reader = Reader::new(&source);
    match yaml::parse(&source) {
        Ok(node) => {
            for entry in reader.list(&node, "the file") {
                if let Some((date, name)) = holiday(&mut reader, entry) {
                    holidays.insert(date, name);
                }
            }
        }
        Err(broken) => reader.diagnostics.push(broken),
    }
    place.reader.diagnostics.append(&mut reader.diagnostics);
}

fn holiday(reader: &mut Reader, node: &Node) -> Option<(Date, String)> {
    let fields = reader.fields(node, "a holiday", &["date", "name"])?;
    let name = reader.required_text(&fields, "name", "this holiday");
    let date_node = reader.required(&fields, "date", "this holiday")?;
    let text = reader.text(date_node, "`date`")?;
    let date = dates::parse_date(&text);
    if date.is_none() {
        reader.error_with_help(
            date_node.mark,
            format!("`{}` is no date", text.trim()),
            "write year-month-day: 1405-01-01 or 2026-03-21",
        );
    }
    Some((date?, name?))
}

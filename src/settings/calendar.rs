//! Opening hours and dated days of the settings.
//!
//! `calendar: { week: …, holidays: … }` and the files that it names become one
//! checked [`Calendar`]; every mistake is told at its line, in its own file.
//!
//! A dated file is a list. An entry is one day or a range of days, closed or
//! with hours of its own:
//!
//! ```yaml
//! - { date: 1405-01-01, name: نوروز }                                   # closed
//! - { date: 1405-12-28, name: Before Nowruz, hours: ["09:00-21:00"] }   # open, whatever the week says
//! - { from: 1404-11-30, until: 1404-12-29, name: Ramadan, hours: ["09:00-14:00"] }
//! ```
//!
//! Hours of a range hold on its working days only: it opens no Friday and no holiday.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::diagnostic::{Diagnostic, Severity};
use crate::domain::calendar::{Calendar, Closure, Hours, SpecialDay, Week, parse_weekdays};
use crate::domain::text::{dates, to_ascii_digits};
use crate::settings::place::Place;
use crate::yaml::{self, Fields, Mark, Node, Reader, Source};

/// Holidays that come with the program, by the name that stands for a path.
const BUILT_IN: [(&str, &[(&str, &str)]); 2] = [
    (
        "iran",
        &[
            ("ir-1405.yaml", include_str!("../../holidays/ir-1405.yaml")),
            ("ir-1406.yaml", include_str!("../../holidays/ir-1406.yaml")),
        ],
    ),
    ("none", &[("none.yaml", include_str!("../../holidays/none.yaml"))]),
];

/// What the dated files say.
#[derive(Default)]
struct Dated {
    days: BTreeMap<Date, SpecialDay>,
    /// Ranges with hours of their own: which days they change is known when all holidays are.
    ranges: Vec<Closure>,
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
    let mut dated = Dated::default();
    if let Some(node) = fields.get("holidays").filter(|node| !node.is_nothing()) {
        for (name, mark) in place.reader.texts(node, "`holidays`") {
            read_source(place, name.trim(), mark, &mut dated);
        }
    }
    let made = dated.into_days(&week).and_then(|days| Calendar::new(zone.clone(), week, days));
    match made {
        Ok(calendar) => Some(calendar),
        Err(error) => {
            place.reader.error(node.mark, error.to_string());
            None
        }
    }
}

impl Dated {
    /// A day of its own wins over a range.
    fn into_days(
        self,
        week: &Week,
    ) -> Result<BTreeMap<Date, SpecialDay>, crate::domain::calendar::CalendarError> {
        let mut days = self.days;
        for range in &self.ranges {
            let changed = Calendar::special_hours(week, &days, range)?;
            days.extend(changed);
        }
        Ok(days)
    }
}

pub(super) fn week(place: &mut Place, node: &Node) -> Option<Week> {
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
        for hours in hours(&mut place.reader, value) {
            days.iter().for_each(|day| week.add(*day, hours));
        }
    }
    (place.reader.diagnostics.len() == told_before).then_some(week)
}

fn hours(reader: &mut Reader, node: &Node) -> Vec<Hours> {
    let mut read = Vec::new();
    for (text, mark) in reader.texts(node, "the hours of a day") {
        match Hours::parse(&to_ascii_digits(text.trim())) {
            Ok(hours) => read.push(hours),
            Err(error) => reader.error(mark, error.to_string()),
        }
    }
    read
}

/// Holidays of the program's own, a file, or a directory with files.
fn read_source(place: &mut Place, name: &str, mark: Mark, dated: &mut Dated) {
    if let Some((_, files)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
        for (file, text) in *files {
            let source = Source { name: format!("holidays/{file} (built in)"), text: (*text).to_owned() };
            read_dated(place, &source, dated);
        }
        return;
    }
    let path = place.resolve(name);
    match files(&path) {
        Ok(files) => files.iter().for_each(|file| read_file(place, file, dated)),
        Err(error) => place.reader.error_with_help(
            mark,
            format!("the holidays in `{}` cannot be read: {error}", path.display()),
            "name a YAML file or a directory with such files, or `iran`; relative paths start at the settings file",
        ),
    }
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

fn read_file(place: &mut Place, path: &Path, dated: &mut Dated) {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => read_dated(place, &Source { name, text }, dated),
        Err(error) => {
            let message = format!("the holidays cannot be read: {error}");
            place.reader.diagnostics.push(Diagnostic::file(Severity::Error, name, message));
        }
    }
}

fn read_dated(place: &mut Place, source: &Source, dated: &mut Dated) {
    let mut reader = Reader::new(source);
    match yaml::parse(source) {
        Ok(node) => {
            for entry in reader.list(&node, "the file") {
                let _ = entry_of(&mut reader, entry, dated);
            }
        }
        Err(broken) => reader.diagnostics.push(broken),
    }
    place.reader.diagnostics.append(&mut reader.diagnostics);
}

fn entry_of(reader: &mut Reader, node: &Node, dated: &mut Dated) -> Option<()> {
    let fields = reader.fields(node, "a holiday", &["date", "from", "until", "name", "hours"])?;
    let name = reader.required_text(&fields, "name", "this holiday");
    let is_range = fields.get("from").is_some() || fields.get("until").is_some();
    if is_range && fields.get("date").is_some() {
        reader
            .error(fields.mark, "`date` is one day, `from` and `until` are several: write one or the other");
        return None;
    }
    let (first, last) = if is_range { ("from", "until") } else { ("date", "date") };
    let from = required_date(reader, &fields, first);
    let until = if is_range { required_date(reader, &fields, last) } else { from };
    let written = fields.get("hours").filter(|node| !node.is_nothing());
    let hours = written.map(|node| hours(reader, node)).unwrap_or_default();
    let range = Closure { from: from?, until: until?, name: name?, hours };
    let days = match range.dates() {
        Ok(days) => days,
        Err(error) => {
            reader.error(fields.mark, error.to_string());
            return None;
        }
    };
    if is_range && !range.hours.is_empty() {
        dated.ranges.push(range);
    } else {
        let day = SpecialDay::open(&range.name, range.hours);
        dated.days.extend(days.into_iter().map(|date| (date, day.clone())));
    }
    Some(())
}

fn required_date(reader: &mut Reader, fields: &Fields<'_>, key: &str) -> Option<Date> {
    let node = reader.required(fields, key, "this holiday")?;
    let text = reader.text(node, &format!("`{key}`"))?;
    let date = dates::parse_date(&text);
    if date.is_none() {
        reader.error_with_help(
            node.mark,
            format!("`{}` is no date", text.trim()),
            "write year-month-day: 1405-01-01 or 2026-03-21",
        );
    }
    date
}

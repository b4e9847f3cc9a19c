//! `pasokh report`: the numbers of a period, as text, JSON, CSV or a page.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::cli::desk_line::DeskLine;
use crate::cli::{Ended, Failure, print, print_json, settings};
use crate::domain::message::Language;
use crate::domain::numbers::{Days, days_before, last_month, last_week};
use crate::domain::text::dates::parse_date;
use crate::gateway::door::Request;
use crate::report::numbers::{self, NumbersReport, Writer};
use crate::settings::{Secrets, Settings};

/// Without any option: today and the days before it.
const USUAL_DAYS: i64 = 30;
const MOST_DAYS: i64 = 3660;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The first day, Jalali or Gregorian: 1405-08-01 or 2026-10-23
    #[arg(long, value_name = "DATE", conflicts_with = "last")]
    from: Option<String>,
    /// The last day, included
    #[arg(long, value_name = "DATE", conflicts_with = "last")]
    until: Option<String>,
    /// `30d`: so many days, today included; `week` or `month`: the last whole one
    #[arg(long, value_name = "SPAN")]
    last: Option<String>,
    /// fa or en; the business's first language by default. Decides weeks and months, too
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print one table for spreadsheets
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Write a page to read and to print; `-` prints it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "csv"])]
    html: Option<PathBuf>,
}

pub fn run(config: Option<&Path>, arguments: &Arguments) -> Ended {
    let settings = settings(config, Secrets::Optional)?;
    let language = language(arguments, &settings)?;
    let now = Timestamp::now();
    let today = settings.timezone.to_datetime(now).date();
    let days = days(arguments, today, language)?;
    let (from, until) = instants(days, &settings)?;
    if from >= until || from > now {
        return Err(Failure::Usage(
            "The period is empty: it must begin before it ends, and before now.".to_owned(),
        ));
    }
    let (mut desk, settings) = DeskLine::open(config)?;
    let report: NumbersReport = desk.ask(Request::Report { from, until })?;
    let writer = Writer { language, zone: settings.timezone.clone() };
    if arguments.json {
        return print_json(&report);
    }
    if arguments.csv {
        return print(&numbers::csv(&report));
    }
    match &arguments.html {
        Some(file) => write_page(file, &report, &writer),
        None => print(&numbers::text(&report, &writer)),
    }
}

fn write_page(file: &Path, report: &NumbersReport, writer: &Writer) -> Ended {
    let page = numbers::page(report, writer)
        .map_err(|error| Failure::Outside(format!("The page cannot be made: {error}")))?;
    if file == Path::new("-") {
        return print(&page);
    }
    std::fs::write(file, page)
        .map_err(|error| Failure::Outside(format!("Could not write {}: {error}", file.display())))?;
    print(&format!("{} is written.\n", file.display()))
}

fn language(arguments: &Arguments, settings: &Settings) -> Result<Language, Failure> {
    let Some(tag) = &arguments.language else { return Ok(settings.business.default_language()) };
    Language::from_tag(tag).ok_or_else(|| Failure::Usage(format!("--language is fa or en, not `{tag}`.")))
}

fn days(arguments: &Arguments, today: Date, language: Language) -> Result<Days, Failure> {
    if let Some(last) = &arguments.last {
        return last_span(last, today, language).ok_or_else(|| {
            Failure::Usage(format!("--last is a number of days like 30d, or week, or month; not `{last}`."))
        });
    }
    let until = arguments.until.as_deref().map(date).transpose()?.unwrap_or(today);
    let from = match arguments.from.as_deref().map(date).transpose()? {
        Some(from) => from,
        None => days_before(until, USUAL_DAYS - 1).unwrap_or(until),
    };
    Ok((from, until))
}

fn date(text: &str) -> Result<Date, Failure> {
    parse_date(text).ok_or_else(|| {
        Failure::Usage(format!("`{text}` is no date. Write year-month-day: 1405-08-01 or 2026-10-23."))
    })
}

fn last_span(span: &str, today: Date, language: Language) -> Option<Days> {
    match span {
        "week" => last_week(today, language),
        "month" => last_month(today, language),
        days => {
            let days: i64 = days.strip_suffix('d')?.parse().ok()?;
            let first = days_before(today, days - 1).filter(|_| (1..=MOST_DAYS).contains(&days))?;
            Some((first, today))
        }
    }
}

/// From the first instant of the first day to the end of the last.
fn instants((first, last): Days, settings: &Settings) -> Result<(Timestamp, Timestamp), Failure> {
    let start = |date: Date| date.to_zoned(settings.timezone.clone()).map(|start| start.timestamp());
    let bounds = start(first).and_then(|from| Ok((from, start(last.checked_add(1.day())?)?)));
    bounds.map_err(|error| Failure::Usage(format!("There are no such days: {error}")))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_last_whole_week_and_month_are_those_of_the_language() {
        // 2 Azar 1405 is Monday 23 November 2026.
        let today = date(2026, 11, 23);
        let last = |span, language| last_span(span, today, language).unwrap();
        assert_eq!(last("week", Language::Fa), (date(2026, 11, 14), date(2026, 11, 20)));
        assert_eq!(last("week", Language::En), (date(2026, 11, 16), date(2026, 11, 22)));
        assert_eq!(last("month", Language::Fa), (date(2026, 10, 23), date(2026, 11, 21)));
        assert_eq!(last("month", Language::En), (date(2026, 10, 1), date(2026, 10, 31)));
        assert_eq!(last("1d", Language::En), (today, today));
        assert_eq!(last("30d", Language::En), (date(2026, 10, 25), today));
        for wrong in ["0d", "-3d", "d", "30", "year", "99999d"] {
            assert_eq!(last_span(wrong, today, Language::En), None, "{wrong}");
        }
    }
}

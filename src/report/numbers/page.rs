//! The report as one page that needs nothing else: to be read, mailed or printed.
//!
//! Invariant: no script, nothing fetched; every word goes through the
//! template's escaping, shapes are made of numbers alone.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::Serialize;

use crate::domain::message::Language;
use crate::report::numbers::chart::{self, Column};
use crate::report::numbers::format::Writer;
use crate::report::numbers::summary::Summary;
use crate::report::numbers::text::stretch;
use crate::report::numbers::view::{Cell, Table, tables};
use crate::report::numbers::words::{defined, definition, pick, word};
use crate::report::numbers::{BucketLine, NumbersReport};

/// So many dates stand under a chart at most.
const MOST_DATES: usize = 6;

#[derive(Serialize)]
struct Chart {
    title: String,
    svg: String,
    legend: Vec<(String, String)>,
    /// From top to bottom.
    scale: Vec<String>,
    dates: Vec<String>,
}

#[derive(Serialize)]
struct PageTable {
    id: String,
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<PageCell>>,
    /// Many columns: it may be scrolled on a small screen.
    wide: bool,
}

#[derive(Serialize)]
struct PageCell {
    text: String,
    bar: String,
    alarming: bool,
}

/// The whole page; an error only if the template itself were broken.
pub fn page(report: &NumbersReport, writer: &Writer) -> Result<String, minijinja::Error> {
    let language = writer.language;
    let summary = Summary { report, writer };
    let all = tables(report, writer);
    let tables: Vec<PageTable> = all.iter().map(|table| page_table(table, language)).collect();
    let definitions: Vec<(String, String)> =
        defined().map(|name| (word(name, language), definition(name, language))).collect();
    let context = context! {
        lang => language.tag(),
        dir => if language.is_rtl() { "rtl" } else { "ltr" },
        shop => report.business.get(language.tag()),
        title => word("report", language),
        stretch => stretch(report, writer),
        made => made(report, writer),
        sentences => summary.sentences(),
        cards => Serde(summary.cards()),
        charts => Serde(charts(report, writer)),
        tables => Serde(&tables),
        see_table => pick(language, "عددهای این نمودارها در جدول «روند» آمده است.", "The numbers of these charts stand in the last table."),
        definitions_heading => word("definitions", language),
        definitions => Serde(&definitions),
        alike => pick(language, "● سه شکایت همانند یا بیشتر در هفت روز؛ وعده‌هایی که از هر ده تا کمتر از نُه تا عمل شده؛ پرونده‌های بازِ بیش از دو هفته.", "● three or more alike in seven days; promises kept less than nine times in ten; cases open for more than two weeks."),
        style => include_str!("page.css"),
    };
    let mut templates = Environment::empty();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    // `empty()` knows no filters; the template marks shapes, and nothing else, as safe.
    templates.add_filter("safe", minijinja::filters::safe);
    templates.render_named_str("page.html", include_str!("page.html"), context)
}

fn made(report: &NumbersReport, writer: &Writer) -> String {
    let at = writer.date_time(report.made_at);
    match writer.language {
        Language::Fa => format!("تهیه‌شده: {at}"),
        Language::En => format!("Made on {at}"),
    }
}

fn page_table(table: &Table, language: Language) -> PageTable {
    let cell = |cell: &Cell| PageCell {
        text: cell.text.clone(),
        bar: cell.bar.map_or_else(String::new, |share| chart::bar(share, cell.alarming, language.is_rtl())),
        alarming: cell.alarming,
    };
    PageTable {
        id: table.id.clone(),
        title: table.title.clone(),
        head: table.head.clone(),
        rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        wide: table.head.len() > 4,
    }
}

fn charts(report: &NumbersReport, writer: &Writer) -> Vec<Chart> {
    let language = writer.language;
    let volume = |bucket: &BucketLine| {
        let rest = bucket.messages.saturating_sub(bucket.answered + bucket.filed);
        vec![bucket.answered, bucket.filed, rest].into_iter().map(amount).collect::<Vec<f64>>()
    };
    let open = |bucket: &BucketLine| vec![amount(bucket.open)];
    let hours = |bucket: &BucketLine| {
        let median = bucket.first_response.median_seconds.and_then(|seconds| i32::try_from(seconds).ok());
        vec![median.map_or(0.0, |seconds| f64::from(seconds) / 3600.0)]
    };
    let legend = ["answered", "to_people", "other"].map(|name| match name {
        "other" => pick(language, "دیگر (افزوده، فرمان، نادیده …)", "Other (added, commands, ignored …)"),
        name => word(name, language),
    });
    vec![
        chart(report, writer, word("messages", language), legend.to_vec(), volume),
        chart(report, writer, word("open_cases", language), Vec::new(), open),
        chart(
            report,
            writer,
            pick(
                language,
                "نخستین پاسخ همکار: میانه به ساعت کاری",
                "First answer of a person: median in open hours",
            ),
            Vec::new(),
            hours,
        ),
    ]
}

fn chart(
    report: &NumbersReport,
    writer: &Writer,
    title: String,
    legend: Vec<String>,
    parts: impl Fn(&BucketLine) -> Vec<f64>,
) -> Chart {
    let columns: Vec<Column> = report
        .trend
        .iter()
        .map(|bucket| {
            let parts = parts(bucket);
            let sum = writer.decimal(Some(parts.iter().sum()));
            let sum = sum.trim_end_matches(".0").trim_end_matches("٫۰");
            Column { title: format!("{}: {sum}", writer.day(bucket.from)), parts }
        })
        .collect();
    let highest = columns.iter().map(|column| column.parts.iter().sum::<f64>()).fold(0.0, f64::max);
    let top = chart::top_of(highest);
    let step = |quarter: u8| {
        let text = writer.decimal(Some(top * f64::from(quarter) / 4.0));
        text.trim_end_matches(".0").trim_end_matches("٫۰").to_owned()
    };
    Chart {
        title,
        svg: chart::columns(&columns, top, writer.language.is_rtl()),
        legend: legend.into_iter().enumerate().map(|(place, name)| (format!("part{place}"), name)).collect(),
        scale: [4, 2, 0].map(step).to_vec(),
        dates: dates(report, writer),
    }
}

/// Dates at equal distances, the first and the last among them.
fn dates(report: &NumbersReport, writer: &Writer) -> Vec<String> {
    let last = report.trend.len().saturating_sub(1);
    let count = MOST_DATES.min(report.trend.len());
    let places = (0..count).map(|place| if count > 1 { place * last / (count - 1) } else { 0 });
    places.filter_map(|place| report.trend.get(place)).map(|bucket| writer.day(bucket.from)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts beyond 2^52 messages")]
fn amount(count: usize) -> f64 {
    count as f64
}

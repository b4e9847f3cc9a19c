//! The numbers of a period as `pasokh report` gives them: JSON, text, CSV, a page.
//!
//! [`Figures`] come in. [`NumbersReport`] is their written form, which also
//! crosses the local socket; text, CSV and page are made of it.
//!
//! Invariant: what has no data is null, an empty cell or a dash, never 0.

pub mod chart;
mod csv;
mod format;
mod lines;
mod page;
mod summary;
mod text;
mod view;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::domain::numbers::{Dimension, Figures, Group};
use crate::domain::rules::{Business, Intent};
use crate::domain::understanding::IntentName;
use crate::report::numbers::summary::Summary;

pub use csv::csv;
pub use format::Writer;
pub use lines::{
    AgeLine, BacklogLine, BucketLine, CauseLine, EffortLine, GroupLine, IsoLine, KpiLine, MessageLine,
    Messages, ShareLine, SpreadLine, TimedLine,
};
pub use page::page;
pub use text::text;

/// The report in a few sentences.
pub fn sentences(report: &NumbersReport, writer: &Writer) -> Vec<String> {
    Summary { report, writer }.sentences()
}

/// Names in each language, by its tag.
pub type Titles = BTreeMap<String, String>;

/// The whole report. Times are RFC 3339, lengths are seconds, shares run from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumbersReport {
    pub from: Timestamp,
    /// The first instant that does not belong to it; never after `made_at`.
    pub until: Timestamp,
    pub made_at: Timestamp,
    pub timezone: String,
    pub business: Titles,
    pub messages: Messages,
    pub total: KpiLine,
    /// The stretch of the same length just before.
    pub before: KpiLine,
    /// By `channel`, `intent`, `kind`, `severity` and `department`.
    pub groups: BTreeMap<String, Vec<GroupLine>>,
    pub trend: Vec<BucketLine>,
    pub causes: Vec<CauseLine>,
    pub iso: IsoLine,
}

/// What is known beside the figures.
pub struct About<'a> {
    pub business: &'a Business,
    pub intents: &'a BTreeMap<IntentName, Intent>,
    pub zone: &'a TimeZone,
    pub made_at: Timestamp,
}

impl About<'_> {
    fn titles(&self, intent: &str) -> Titles {
        let titles = self.intents.get(intent).map(|intent| &intent.title);
        titles
            .into_iter()
            .flatten()
            .map(|(language, title)| (language.tag().to_owned(), title.clone()))
            .collect()
    }
}

impl NumbersReport {
    pub fn of(figures: &Figures, about: &About<'_>) -> NumbersReport {
        let names = about.business.name.iter();
        NumbersReport {
            from: figures.period.from,
            until: figures.period.until,
            made_at: about.made_at,
            timezone: about.zone.iana_name().unwrap_or("UTC").to_owned(),
            business: names.map(|(language, name)| (language.tag().to_owned(), name.clone())).collect(),
            messages: messages(figures),
            total: KpiLine::of(&figures.total),
            before: KpiLine::of(&figures.before),
            groups: figures
                .groups
                .iter()
                .map(|(dimension, groups)| {
                    (dimension.name().to_owned(), group_lines(*dimension, groups, about))
                })
                .collect(),
            trend: figures.trend.iter().map(BucketLine::of).collect(),
            causes: figures.causes.iter().map(|cause| CauseLine::of(cause, about)).collect(),
            iso: IsoLine::of(&figures.iso),
        }
    }
}

fn messages(figures: &Figures) -> Messages {
    let by = figures.messages.iter().map(|((channel, disposition), count)| MessageLine {
        channel: channel.name().to_owned(),
        disposition: disposition.map(|one| one.name().to_owned()),
        count: *count,
    });
    Messages { count: figures.messages.values().sum(), before: figures.messages_before, by: by.collect() }
}

fn group_lines(dimension: Dimension, groups: &[Group], about: &About<'_>) -> Vec<GroupLine> {
    let titles = |group: &Group| match (&group.name, dimension) {
        (Some(name), Dimension::Intent) => about.titles(name),
        _ => Titles::new(),
    };
    let line = |group: &Group| GroupLine {
        name: group.name.clone(),
        title: titles(group),
        kpis: KpiLine::of(&group.kpis),
    };
    groups.iter().map(line).collect()
}

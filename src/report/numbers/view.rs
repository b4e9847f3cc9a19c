//! The tables of the report, filled in for a reader; text and page print the same ones.

use serde::Serialize;

use crate::domain::message::Language;
use crate::report::numbers::format::{UNKNOWN, Writer};
use crate::report::numbers::words::{title, word};
use crate::report::numbers::{GroupLine, KpiLine, NumbersReport, ShareLine};

/// One table. The first column names the row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    pub id: String,
    pub title: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    pub text: String,
    /// Drawn beside it, from 0 to 1.
    pub bar: Option<f64>,
    pub alarming: bool,
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), bar: None, alarming: false }
    }

    fn with_bar(self, bar: Option<f64>) -> Cell {
        Cell { bar, ..self }
    }

    fn alarming(self, alarming: bool) -> Cell {
        Cell { alarming, ..self }
    }
}

/// Below this, promises are not kept often enough to look away.
const KEPT_ENOUGH: f64 = 0.9;

/// The tables before those by group, and those after them.
pub fn tables(report: &NumbersReport, writer: &Writer) -> Vec<Table> {
    let view = View { report, writer };
    let mut tables = vec![view.overview(), view.times(), view.promises(), view.backlog()];
    for dimension in ["channel", "intent", "kind", "severity", "department"] {
        tables.extend(view.groups(dimension));
    }
    tables.extend([view.causes(), view.iso(), view.dispositions(), view.trend()]);
    tables.retain(|table| !table.rows.is_empty());
    tables
}

struct View<'r> {
    report: &'r NumbersReport,
    writer: &'r Writer,
}

impl View<'_> {
    fn word(&self, name: &str) -> String {
        word(name, self.writer.language)
    }

    fn table(&self, id: &str, head: &[&str], rows: Vec<Vec<Cell>>) -> Table {
        let head = head.iter().map(|name| self.word(name)).collect();
        Table { id: id.to_owned(), title: self.word(id), head, rows }
    }

    fn named(&self, name: &str, cells: impl IntoIterator<Item = String>) -> Vec<Cell> {
        std::iter::once(self.word(name)).chain(cells).map(Cell::new).collect()
    }

    fn overview(&self) -> Table {
        let (now, before) = (&self.report.total, &self.report.before);
        let number = |count| self.writer.number(count);
        let messages = [number(self.report.messages.count), number(self.report.messages.before)];
        let mut rows = vec![self.named("messages", messages)];
        for name in ["begun", "filed", "closed", "open", "awaiting_first_response", "questions"] {
            rows.push(self.named(name, [number(now.count(name)), number(before.count(name))]));
        }
        for name in RATES {
            let cells = [now, before].map(|kpis| self.writer.share_of(kpis.rate(name)));
            rows.push(self.named(name, cells));
        }
        let effort = [now, before].map(|kpis| self.writer.decimal(kpis.effort.mean));
        rows.push(self.named("effort", effort));
        self.table("overview", &["measure", "this_period", "period_before"], rows)
    }

    fn times(&self) -> Table {
        let row = |name: &&str| {
            let (now, before) = (self.report.total.time(name), self.report.before.time(name));
            let cells = [
                self.writer.number(now.calendar.count),
                self.writer.business_short(now.business.median_seconds),
                self.writer.business_short(now.business.p90_seconds),
                self.writer.calendar_short(now.calendar.median_seconds),
                self.writer.calendar_short(now.calendar.p90_seconds),
                self.writer.business_short(before.business.median_seconds),
            ];
            self.named(name, cells)
        };
        let head = [
            "measure",
            "count",
            "business_median",
            "business_p90",
            "calendar_median",
            "calendar_p90",
            "period_before",
        ];
        self.table("times", &head, TIMES.iter().map(row).collect())
    }

    fn promises(&self) -> Table {
        let rows = self.report.total.promises.iter().map(|(name, share)| {
            let before = self.report.before.promises.get(name).copied();
            vec![
                Cell::new(self.word(name)),
                self.kept(*share),
                Cell::new(self.writer.number(share.part)),
                Cell::new(self.writer.number(share.whole - share.part)),
                Cell::new(before.map_or_else(|| UNKNOWN.to_owned(), |share| self.writer.share(share))),
            ]
        });
        self.table("promises", &["promise", "kept", "met", "late", "period_before"], rows.collect())
    }

    fn kept(&self, share: ShareLine) -> Cell {
        let bad = share.share.is_some_and(|share| share < KEPT_ENOUGH);
        Cell::new(self.writer.share(share)).with_bar(share.share).alarming(bad)
    }

    fn backlog(&self) -> Table {
        let backlog = &self.report.total.backlog;
        let most = backlog.buckets.iter().map(|age| age.count).max().unwrap_or(0);
        let rows = backlog.buckets.iter().enumerate().map(|(place, age)| {
            let before = self.report.before.backlog.buckets.get(place).map_or(0, |age| age.count);
            vec![
                Cell::new(self.writer.range(age.from_days, age.to_days)),
                Cell::new(self.writer.number(age.count))
                    .with_bar(part_of(age.count, most))
                    .alarming(age.from_days > 14 && age.count > 0),
                Cell::new(self.writer.number(before)),
            ]
        });
        self.table("backlog", &["age", "open_now", "period_before"], rows.collect())
    }

    /// None where nothing has that label.
    fn groups(&self, dimension: &str) -> Option<Table> {
        let groups = self.report.groups.get(dimension)?;
        if groups.iter().all(|group| group.name.is_none()) {
            return None;
        }
        let mut groups: Vec<&GroupLine> = groups.iter().collect();
        if dimension == "intent" {
            groups.sort_by_key(|group| (group.name.is_none(), std::cmp::Reverse(group.kpis.count("begun"))));
        }
        let most = groups.iter().map(|group| group.kpis.count("begun")).max().unwrap_or(0);
        let name = |group: &GroupLine| title(&group.title, self.writer.language, group.name.as_deref());
        let mut rows: Vec<Vec<Cell>> =
            groups.iter().map(|group| self.group(name(group), &group.kpis, most)).collect();
        rows.push(self.group(self.word("all"), &self.report.total, 0));
        let head = [
            dimension,
            "new",
            "to_people",
            "closed",
            "open_now",
            "business_median",
            "business_p90",
            "promises_kept",
        ];
        Some(self.table(&format!("by_{dimension}"), &head, rows))
    }

    fn group(&self, name: String, kpis: &KpiLine, most: usize) -> Vec<Cell> {
        let number = |count: &str| Cell::new(self.writer.number(kpis.count(count)));
        let first = kpis.time("first_response").business;
        vec![
            Cell::new(name),
            number("begun").with_bar(part_of(kpis.count("begun"), most)),
            number("filed"),
            number("closed"),
            number("open"),
            Cell::new(self.writer.business_short(first.median_seconds)),
            Cell::new(self.writer.business_short(first.p90_seconds)),
            self.kept(kpis.rate("promises_kept")),
        ]
    }

    fn causes(&self) -> Table {
        let most = self.report.causes.iter().map(|cause| cause.count).max().unwrap_or(0);
        let rows = self.report.causes.iter().map(|cause| {
            let name = cause.category.as_deref().or(cause.intent.as_deref());
            let roots =
                cause.root_causes.join(if self.writer.language == Language::Fa { "؛ " } else { "; " });
            vec![
                Cell::new(title(&cause.title, self.writer.language, name)),
                Cell::new(self.writer.number(cause.count)).with_bar(part_of(cause.count, most)),
                Cell::new(self.writer.number(cause.before)),
                Cell::new(self.writer.number(cause.most_in_seven_days)).alarming(cause.repeats),
                Cell::new(self.writer.number(cause.customers)),
                Cell::new(self.writer.number(cause.open)),
                Cell::new(if roots.is_empty() { UNKNOWN.to_owned() } else { roots }),
            ]
        });
        let head = ["cause", "this_period", "period_before", "wave", "customers", "open_now", "root_cause"];
        self.table("causes", &head, rows.collect())
    }

    fn iso(&self) -> Table {
        let (iso, writer) = (&self.report.iso, self.writer);
        let late = iso.resolved_late.map_or_else(|| UNKNOWN.to_owned(), |late| writer.share_of(late));
        let rows = [
            ("received", writer.number(iso.received)),
            ("resolved_at_first_contact", writer.share_of(iso.resolved_at_first_contact)),
            ("wrongly_prioritised", writer.number(iso.wrongly_prioritised)),
            ("acknowledged_late", writer.share_of(iso.acknowledged_late)),
            ("resolved_late", late),
            ("referred_outside", writer.number(iso.referred_outside)),
            ("repeated", writer.share_of(iso.repeated)),
            ("improvements", writer.number(iso.improvements)),
        ];
        let rows = rows.into_iter().map(|(name, text)| self.named(name, [text])).collect();
        self.table("iso", &["measure", "this_period"], rows)
    }

    /// Channels across, dispositions down.
    fn dispositions(&self) -> Table {
        let lines = &self.report.messages.by;
        let mut channels: Vec<&str> = lines.iter().map(|line| line.channel.as_str()).collect();
        channels.sort_unstable();
        channels.dedup();
        let kinds = DISPOSITIONS.iter().filter_map(|name| {
            let count = |channel: Option<&str>| {
                let fits = lines.iter().filter(|line| {
                    line.disposition.as_deref().unwrap_or("waiting") == *name
                        && channel.is_none_or(|channel| line.channel == channel)
                });
                fits.map(|line| line.count).sum::<usize>()
            };
            let all = count(None);
            let of_channels = channels.iter().map(|channel| count(Some(*channel)));
            let cells: Vec<String> =
                of_channels.chain(std::iter::once(all)).map(|count| self.writer.number(count)).collect();
            (all > 0).then(|| self.named(name, cells))
        });
        let head: Vec<&str> =
            std::iter::once("messages").chain(channels.iter().copied()).chain(["all"]).collect();
        self.table("dispositions", &head, kinds.collect())
    }

    fn trend(&self) -> Table {
        let rows = self.report.trend.iter().map(|bucket| {
            let counts = [
                bucket.messages,
                bucket.answered,
                bucket.filed,
                bucket.complaints,
                bucket.closed,
                bucket.open,
            ];
            let counts = counts.map(|count| self.writer.number(count));
            let first = self.writer.business_short(bucket.first_response.median_seconds);
            let kept = self.writer.share(bucket.promises);
            let cells = std::iter::once(self.writer.day(bucket.from)).chain(counts).chain([first, kept]);
            cells.map(Cell::new).collect()
        });
        let head = [
            "from",
            "messages",
            "answered",
            "to_people",
            "complaint",
            "closed",
            "open_now",
            "first_answer",
            "kept",
        ];
        self.table("trend", &head, rows.collect())
    }
}

fn part_of(count: usize, most: usize) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "nobody counts beyond 2^52 cases")]
    let part = count as f64 / most as f64;
    (most > 0).then_some(part)
}

const RATES: [&str; 12] = [
    "auto_answered",
    "confirmed",
    "wrong",
    "no_reaction",
    "deflection",
    "promises_kept",
    "reopened",
    "first_contact_resolution",
    "mislabelled",
    "csat_handling",
    "csat_outcome",
    "survey_response",
];

const TIMES: [&str; 8] = [
    "acknowledgement",
    "assignment",
    "first_response",
    "next_response",
    "later_response",
    "first_resolution",
    "resolution",
    "paused",
];

const DISPOSITIONS: [&str; 8] =
    ["answered", "clarified", "filed", "appended", "commanded", "ignored", "quarantined", "waiting"];

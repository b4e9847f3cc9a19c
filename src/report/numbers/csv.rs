//! The numbers as one tidy table: a row a value.
//!
//! Invariant: no cell can be taken for a formula by a spreadsheet.

use std::fmt::Write as _;

use crate::report::numbers::{BucketLine, KpiLine, NumbersReport, ShareLine, SpreadLine};

const HEAD: [&str; 8] = ["from", "until", "dimension", "group", "measure", "statistic", "unit", "value"];

/// One value: of which group, of which measure, and in what unit.
struct Row<'r> {
    stretch: (&'r str, &'r str),
    dimension: &'r str,
    group: &'r str,
    measure: &'r str,
    statistic: &'r str,
    unit: &'r str,
    value: Option<String>,
}

/// Header and rows; lines end as RFC 4180 §2 has it.
pub fn csv(report: &NumbersReport) -> String {
    let mut table = Table::new(report);
    table.messages(report);
    table.kpis("total", "", &report.total);
    table.kpis("before", "", &report.before);
    for (dimension, groups) in &report.groups {
        for group in groups {
            table.kpis(dimension, group.name.as_deref().unwrap_or_default(), &group.kpis);
        }
    }
    table.causes(report);
    table.iso(report);
    report.trend.iter().for_each(|bucket| table.bucket(bucket));
    table.text
}

struct Table {
    text: String,
    from: String,
    until: String,
}

impl Table {
    fn new(report: &NumbersReport) -> Table {
        let (from, until) = (report.from.to_string(), report.until.to_string());
        let mut table = Table { text: String::new(), from, until };
        table.line(&HEAD);
        table
    }

    fn line(&mut self, cells: &[&str]) {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        let _ = write!(self.text, "{}\r\n", cells.join(","));
    }

    fn row(&mut self, row: &Row<'_>) {
        let value = row.value.clone().unwrap_or_default();
        let (from, until) = row.stretch;
        self.line(&[from, until, row.dimension, row.group, row.measure, row.statistic, row.unit, &value]);
    }

    /// A value of the whole period.
    fn value(
        &mut self,
        (dimension, group): (&str, &str),
        (measure, statistic, unit): (&str, &str, &str),
        value: Option<String>,
    ) {
        let (from, until) = (self.from.clone(), self.until.clone());
        self.row(&Row { stretch: (&from, &until), dimension, group, measure, statistic, unit, value });
    }

    fn count(&mut self, of: (&str, &str), measure: &str, count: usize) {
        self.value(of, (measure, "count", "cases"), Some(count.to_string()));
    }

    fn share(&mut self, of: (&str, &str), measure: &str, share: ShareLine) {
        self.value(of, (measure, "part", "cases"), Some(share.part.to_string()));
        self.value(of, (measure, "whole", "cases"), Some(share.whole.to_string()));
        self.value(of, (measure, "share", "1"), share.share.map(|share| share.to_string()));
    }

    fn spread(&mut self, of: (&str, &str), measure: &str, unit: &str, spread: SpreadLine) {
        self.value(of, (measure, "count", "cases"), Some(spread.count.to_string()));
        let values = [("median", spread.median_seconds), ("p90", spread.p90_seconds)];
        for (statistic, seconds) in values {
            self.value(of, (measure, statistic, unit), seconds.map(|seconds| seconds.to_string()));
        }
    }

    fn kpis(&mut self, dimension: &str, group: &str, kpis: &KpiLine) {
        let of = (dimension, group);
        for (name, count) in &kpis.counts {
            self.count(of, name, *count);
        }
        for (name, times) in &kpis.times {
            self.spread(of, name, "business seconds", times.business);
            self.spread(of, name, "calendar seconds", times.calendar);
        }
        for (name, share) in &kpis.rates {
            self.share(of, name, *share);
        }
        for (name, share) in &kpis.promises {
            self.share(of, &format!("promise:{name}"), *share);
        }
        self.value(of, ("effort", "count", "answers"), Some(kpis.effort.answers.to_string()));
        self.value(of, ("effort", "mean", "1 to 7"), kpis.effort.mean.map(|mean| mean.to_string()));
        self.spread(of, "age", "calendar seconds", kpis.backlog.age);
        for age in &kpis.backlog.buckets {
            let until = age.to_days.map_or_else(|| "more".to_owned(), |days| days.to_string());
            self.count(of, &format!("open {} to {until} days", age.from_days), age.count);
        }
    }

    fn messages(&mut self, report: &NumbersReport) {
        let unit = ("messages", "count", "messages");
        self.value(("total", ""), unit, Some(report.messages.count.to_string()));
        self.value(("before", ""), unit, Some(report.messages.before.to_string()));
        for line in &report.messages.by {
            let measure = format!("messages:{}", line.disposition.as_deref().unwrap_or("waiting"));
            let unit = (measure.as_str(), "count", "messages");
            self.value(("channel", &line.channel), unit, Some(line.count.to_string()));
        }
    }

    fn causes(&mut self, report: &NumbersReport) {
        for cause in &report.causes {
            let name = cause.category.as_deref().or(cause.intent.as_deref()).unwrap_or_default();
            let of = ("cause", name);
            self.count(of, "complaints", cause.count);
            self.count(of, "complaints before", cause.before);
            self.count(of, "most in seven days", cause.most_in_seven_days);
            self.count(of, "open", cause.open);
            self.value(of, ("customers", "count", "customers"), Some(cause.customers.to_string()));
            for root in &cause.root_causes {
                self.value(of, ("root cause", "text", "text"), Some(root.clone()));
            }
        }
    }

    fn iso(&mut self, report: &NumbersReport) {
        let (of, iso) = (("iso", ""), &report.iso);
        self.count(of, "received", iso.received);
        self.share(of, "resolved_at_first_contact", iso.resolved_at_first_contact);
        self.count(of, "wrongly_prioritised", iso.wrongly_prioritised);
        self.share(of, "acknowledged_late", iso.acknowledged_late);
        if let Some(late) = iso.resolved_late {
            self.share(of, "resolved_late", late);
        }
        self.count(of, "referred_outside", iso.referred_outside);
        self.share(of, "repeated", iso.repeated);
        self.count(of, "improvements", iso.improvements);
    }

    fn bucket(&mut self, bucket: &BucketLine) {
        let (from, until) = (bucket.from.to_string(), bucket.until.to_string());
        let median = bucket.first_response.median_seconds.map(|seconds| seconds.to_string());
        let values = [
            ("messages", "count", "messages", Some(bucket.messages.to_string())),
            ("answered", "count", "messages", Some(bucket.answered.to_string())),
            ("filed", "count", "cases", Some(bucket.filed.to_string())),
            ("complaints", "count", "cases", Some(bucket.complaints.to_string())),
            ("closed", "count", "cases", Some(bucket.closed.to_string())),
            ("open", "count", "cases", Some(bucket.open.to_string())),
            ("first_response", "median", "business seconds", median),
            ("promises_kept", "share", "1", bucket.promises.share.map(|share| share.to_string())),
        ];
        for (measure, statistic, unit, value) in values {
            let stretch = (from.as_str(), until.as_str());
            self.row(&Row { stretch, dimension: "trend", group: "", measure, statistic, unit, value });
        }
    }
}

/// One cell: an apostrophe goes before whatever a spreadsheet would reckon with (OWASP, "CSV
/// Injection"); quotes around what would break the row.
pub fn cell(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')).collect();
    let starts_formula = clean
        .trim_start_matches([' ', '\u{FEFF}', '\u{A0}'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '|', '%']);
    let safe = if starts_formula { format!("'{clean}") } else { clean };
    if safe.contains([',', '"', '\n', '\r', '\t', ';']) {
        return format!("\"{}\"", safe.replace('"', "\"\""));
    }
    safe
}

//! Ninety days of a simulated shop, and what its report must say about them.
//!
//! The simulation is seeded: the same days every time. The figures to compare
//! with are counted by `own` from the lines of the journal alone.

mod cases;
mod hours;
mod journal;
mod own;
mod simulate;

use jiff::Timestamp;
use pasokh::domain::message::Language;
use pasokh::report::numbers::{self, KpiLine, NumbersReport, Writer};
use serde_json::Value;

use crate::world::World;

/// The report of the period, after every figure in it was found in the journal, too.
fn compare(world: &World, events: &[Value], from: &str, until: &str) -> NumbersReport {
    let (from, until): (Timestamp, Timestamp) = (from.parse().unwrap(), until.parse().unwrap());
    let report = world.gateway().numbers(from, until).unwrap();
    let own = own::figures(events, from, until);
    let written = serde_json::to_value(&report).unwrap();
    let mut differences = Vec::new();
    for (place, expected) in &own {
        let found = written.pointer(place).unwrap_or(&Value::Null);
        if !same(place, found, expected) {
            differences.push(format!("{place}: the report says {found}, the journal {expected}"));
        }
    }
    assert!(
        differences.is_empty(),
        "{} of {} differ:\n{}",
        differences.len(),
        own.len(),
        differences.join("\n")
    );
    assert!(own.len() > 300, "only {} figures were compared", own.len());
    report
}

/// Lengths of time may differ by the rounding of a second.
fn same(place: &str, found: &Value, expected: &Value) -> bool {
    match (found.as_i64(), expected.as_i64()) {
        (Some(found), Some(expected)) if place.ends_with("_seconds") => (found - expected).abs() <= 1,
        _ => found == expected,
    }
}

#[test]
fn the_report_of_ninety_days_agrees_with_the_journal() {
    let mut world = simulate::shop();
    simulate::live(&mut world);
    let events = journal::events(&world.data_dir());
    let compare = |world: &World, from: &str, until: &str| compare(world, &events, from, until);
    let whole = compare(&world, simulate::FIRST, simulate::LAST);
    everything_happened(&whole);
    // A month in the middle, with a before and an after; a day; the last week, not yet over.
    let month = compare(&world, "2026-09-22T20:30:00Z", "2026-10-22T20:30:00Z");
    assert!(month.before.count("filed") > 0, "there is something to compare with");
    assert_eq!(month.trend.len(), 30);
    compare(&world, "2026-10-09T20:30:00Z", "2026-10-10T20:30:00Z");
    compare(&world, "2026-11-14T20:30:00Z", "2026-11-30T20:30:00Z");
    // What is over does not change, and neither does a database that is built anew.
    world.delete_the_sled_store_and_restart();
    let again = compare(&world, "2026-09-22T20:30:00Z", "2026-10-22T20:30:00Z");
    assert_eq!(again.total, month.total);
    readable(&whole);
    world.read_all();
}

/// The shop has lived through all that is counted; else the comparison would prove nothing.
fn everything_happened(report: &NumbersReport) {
    let total: &KpiLine = &report.total;
    assert!(report.messages.count > 2_000, "{}", report.messages.count);
    for name in ["begun", "filed", "closed", "open", "awaiting_first_response", "questions", "auto_answered"]
    {
        assert!(total.count(name) > 10, "{name}: {}", total.count(name));
    }
    for (name, times) in &total.times {
        assert!(times.calendar.count > 10, "{name}: {}", times.calendar.count);
    }
    for (name, share) in &total.rates {
        assert!(share.part > 0 && share.part < share.whole, "{name}: {share:?}");
    }
    assert!(report.total.backlog.buckets.iter().all(|age| age.count > 0), "{:?}", report.total.backlog);
    for dimension in ["channel", "intent", "kind", "severity", "department"] {
        let groups = &report.groups[dimension];
        assert!(groups.iter().filter(|group| group.name.is_some()).count() >= 2, "{dimension}");
    }
    assert!(report.causes.iter().any(|cause| cause.repeats));
    assert!(
        report.iso.acknowledged_late.part > 0,
        "the mail server was away: {:?} {:?}",
        report.iso,
        report.total.times["acknowledgement"]
    );
    assert!(report.iso.received > 50 && report.iso.repeated.part > 0 && report.iso.referred_outside > 0);
    assert_eq!(total.effort.mean, None, "nobody is asked how easy it was");
}

/// The pages of a real shop are kept for whoever wants to look at them.
fn readable(report: &NumbersReport) {
    let zone = jiff::tz::TimeZone::get("Asia/Tehran").unwrap();
    for language in [Language::Fa, Language::En] {
        let writer = Writer { language, zone: zone.clone() };
        let page = numbers::page(report, &writer).unwrap();
        crate::report::well_formed(&page, language);
        let text = numbers::text(report, &writer);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        if let Some(directory) = std::env::var_os("PASOKH_KEEP_PAGES") {
            let directory = std::path::Path::new(&directory);
            std::fs::write(directory.join(format!("report-{}.html", language.tag())), page).unwrap();
            std::fs::write(directory.join(format!("report-{}.txt", language.tag())), text).unwrap();
        }
    }
    crate::report::safe_table(&numbers::csv(report));
    if let Some(directory) = std::env::var_os("PASOKH_KEEP_PAGES") {
        let json = serde_json::to_string(report).unwrap();
        std::fs::write(std::path::Path::new(&directory).join("report.json"), json).unwrap();
    }
}

//! The parts of the report in their written form.
//!
//! Figures come in, lines come out: lengths are seconds, shares run from 0 to 1.
//!
//! Invariant: what has no data is null.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{About, Titles, words};
use crate::domain::numbers::{Bucket, Cause, Iso, Kpis, Share, Spread, Timed};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Messages {
    pub count: usize,
    pub before: usize,
    pub by: Vec<MessageLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageLine {
    pub channel: String,
    /// Null while they wait to be decided.
    pub disposition: Option<String>,
    pub count: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KpiLine {
    pub counts: BTreeMap<String, usize>,
    pub times: BTreeMap<String, TimedLine>,
    pub rates: BTreeMap<String, ShareLine>,
    /// By the name of the promise: `whole` fell due in the period, `part` of them were met.
    pub promises: BTreeMap<String, ShareLine>,
    pub effort: EffortLine,
    pub backlog: BacklogLine,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TimedLine {
    pub business: SpreadLine,
    pub calendar: SpreadLine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpreadLine {
    pub count: usize,
    pub median_seconds: Option<i64>,
    pub p90_seconds: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ShareLine {
    pub part: usize,
    pub whole: usize,
    /// Null when the whole is nothing.
    pub share: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EffortLine {
    pub answers: usize,
    /// From 1 to 7.
    pub mean: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BacklogLine {
    pub age: SpreadLine,
    pub buckets: Vec<AgeLine>,
}

/// Whole days of calendar time since the first message; the last bucket has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeLine {
    pub from_days: u32,
    pub to_days: Option<u32>,
    pub count: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupLine {
    /// Null: those without the label.
    pub name: Option<String>,
    /// Titles of an intent.
    #[serde(default, skip_serializing_if = "Titles::is_empty")]
    pub title: Titles,
    #[serde(flatten)]
    pub kpis: KpiLine,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BucketLine {
    pub from: Timestamp,
    pub until: Timestamp,
    pub messages: usize,
    pub answered: usize,
    pub filed: usize,
    pub complaints: usize,
    pub closed: usize,
    pub open: usize,
    /// Business time.
    pub first_response: SpreadLine,
    pub promises: ShareLine,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CauseLine {
    pub category: Option<String>,
    pub intent: Option<String>,
    #[serde(default, skip_serializing_if = "Titles::is_empty")]
    pub title: Titles,
    pub count: usize,
    pub before: usize,
    pub customers: usize,
    pub most_in_seven_days: usize,
    /// Three alike in seven days.
    pub repeats: bool,
    pub open: usize,
    pub root_causes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IsoLine {
    pub received: usize,
    pub resolved_at_first_contact: ShareLine,
    pub wrongly_prioritised: usize,
    pub acknowledged_late: ShareLine,
    /// Null where no decision was ever promised.
    pub resolved_late: Option<ShareLine>,
    pub referred_outside: usize,
    pub repeated: ShareLine,
    pub improvements: usize,
}

impl KpiLine {
    pub(super) fn of(kpis: &Kpis) -> KpiLine {
        let effort = Share { part: kpis.effort.0, whole: kpis.effort.1 };
        KpiLine {
            counts: kpis.counts.iter().map(|(count, value)| (count.name().to_owned(), *value)).collect(),
            times: kpis
                .times
                .iter()
                .map(|(time, value)| (time.name().to_owned(), TimedLine::of(*value)))
                .collect(),
            rates: kpis
                .rates
                .iter()
                .map(|(rate, value)| (rate.name().to_owned(), ShareLine::of(*value)))
                .collect(),
            promises: kpis
                .promises
                .iter()
                .map(|(name, share)| (name.clone(), ShareLine::of(*share)))
                .collect(),
            effort: EffortLine { answers: effort.whole, mean: effort.value().map(rounded) },
            backlog: BacklogLine {
                age: SpreadLine::of(kpis.backlog.age),
                buckets: ages(&kpis.backlog.buckets),
            },
        }
    }

    pub fn count(&self, name: &str) -> usize {
        self.counts.get(name).copied().unwrap_or(0)
    }

    pub fn rate(&self, name: &str) -> ShareLine {
        self.rates.get(name).copied().unwrap_or(ShareLine::of(Share::default()))
    }

    pub fn time(&self, name: &str) -> TimedLine {
        self.times.get(name).copied().unwrap_or(TimedLine::of(Timed::default()))
    }
}

fn ages(buckets: &[usize; 6]) -> Vec<AgeLine> {
    let bounds = [(0, Some(1)), (2, Some(3)), (4, Some(7)), (8, Some(14)), (15, Some(30)), (31, None)];
    let line = |((from_days, to_days), count): ((u32, Option<u32>), &usize)| AgeLine {
        from_days,
        to_days,
        count: *count,
    };
    bounds.into_iter().zip(buckets).map(line).collect()
}

impl TimedLine {
    pub(super) fn of(timed: Timed) -> TimedLine {
        TimedLine { business: SpreadLine::of(timed.business), calendar: SpreadLine::of(timed.calendar) }
    }
}

impl SpreadLine {
    pub(super) fn of(spread: Spread) -> SpreadLine {
        SpreadLine { count: spread.count, median_seconds: spread.median, p90_seconds: spread.p90 }
    }
}

impl ShareLine {
    pub(super) fn of(share: Share) -> ShareLine {
        ShareLine { part: share.part, whole: share.whole, share: share.value().map(rounded) }
    }
}

impl BucketLine {
    pub(super) fn of(bucket: &Bucket) -> BucketLine {
        BucketLine {
            from: bucket.period.from,
            until: bucket.period.until,
            messages: bucket.messages,
            answered: bucket.answered,
            filed: bucket.filed,
            complaints: bucket.complaints,
            closed: bucket.closed,
            open: bucket.open,
            first_response: SpreadLine::of(bucket.first_response),
            promises: ShareLine::of(bucket.promises),
        }
    }
}

impl CauseLine {
    pub(super) fn of(cause: &Cause, about: &About<'_>) -> CauseLine {
        CauseLine {
            category: cause.category.map(|category| category.name().to_owned()),
            intent: cause.intent.clone(),
            title: match (cause.category, &cause.intent) {
                (Some(category), _) => words::titles_of(category),
                (None, Some(intent)) => about.titles(intent),
                (None, None) => Titles::new(),
            },
            count: cause.count,
            before: cause.before,
            customers: cause.customers,
            most_in_seven_days: cause.most_in_seven_days,
            repeats: cause.repeats(),
            open: cause.open,
            root_causes: cause.root_causes.clone(),
        }
    }
}

impl IsoLine {
    pub(super) fn of(iso: &Iso) -> IsoLine {
        IsoLine {
            received: iso.received,
            resolved_at_first_contact: ShareLine::of(iso.resolved_at_first_contact),
            wrongly_prioritised: iso.wrongly_prioritised,
            acknowledged_late: ShareLine::of(iso.acknowledged_late),
            resolved_late: iso.resolved_late.map(ShareLine::of),
            referred_outside: iso.referred_outside,
            repeated: ShareLine::of(iso.repeated),
            improvements: iso.improvements,
        }
    }
}

/// Four digits behind the point tell all that can be told.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

//! Lengths of time, measured without `domain::calendar`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::simulate::HOLIDAYS;

pub const DAY: i64 = 86_400;

pub fn calendar(from: Timestamp, until: Timestamp) -> i64 {
    i64::try_from((until.as_nanosecond() - from.as_nanosecond()) / 1_000_000_000).unwrap()
}

/// Saturday to Wednesday nine to five, Thursday nine to one, in a zone that is always 3:30 ahead.
pub fn business(from: Timestamp, until: Timestamp) -> i64 {
    let local = |at: Timestamp| at.as_nanosecond() + 12_600 * 1_000_000_000;
    let (from, until) = (local(from), local(until));
    let day_length = i128::from(DAY) * 1_000_000_000;
    let mut open = 0;
    for day in from.div_euclid(day_length)..=until.div_euclid(day_length) {
        let date =
            jiff::civil::date(1970, 1, 1) + SignedDuration::from_hours(24 * i64::try_from(day).unwrap());
        // 1 January 1970 was a Thursday: 0 is Thursday, 1 Friday.
        let closes = match day.rem_euclid(7) {
            0 => 13,
            1 => continue,
            _ => 17,
        };
        if HOLIDAYS.contains(&date.to_string().as_str()) {
            continue;
        }
        let hour = |hour: i128| day * day_length + hour * 3600 * 1_000_000_000;
        open += (until.min(hour(closes)) - from.max(hour(9))).max(0);
    }
    i64::try_from(open / 1_000_000_000).unwrap()
}

pub fn spread(name: &str, mut lengths: Vec<i64>, put: &mut dyn FnMut(&str, Value)) {
    lengths.sort_unstable();
    put(&format!("{name}/count"), json!(lengths.len()));
    for (statistic, share) in [("median_seconds", 0.5), ("p90_seconds", 0.9)] {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "small numbers"
        )]
        let value = lengths.len().checked_sub(1).map(|last| {
            let place = last as f64 * share;
            let (low, high) = (lengths[place.floor() as usize], lengths[place.ceil() as usize]);
            (low as f64 + (high - low) as f64 * (place - place.floor())).round() as i64
        });
        put(&format!("{name}/{statistic}"), json!(value));
    }
}

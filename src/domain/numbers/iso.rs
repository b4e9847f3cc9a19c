//! The list of ISO 10002 on monitoring, of complaints alone.
//!
//! A number whose facts nobody has recorded is none.

use jiff::SignedDuration;

use crate::domain::clocks::ClockKind;
use crate::domain::complaint::ComplaintKind;
use crate::domain::numbers::count::{Measuring, cases};
use crate::domain::numbers::matter::{Case, Matter, later};
use crate::domain::numbers::measure::Share;

/// An acknowledgement that takes longer is late where nothing else was promised (the automatic `ack` clock, requirements §5.1).
pub const ACKNOWLEDGED_WITHIN: SignedDuration = SignedDuration::from_mins(2);
/// The same customer about the same thing within so long: it is repeated.
const REPEATED_WITHIN: SignedDuration = SignedDuration::from_hours(90 * 24);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Iso {
    /// Complaints filed in the period.
    pub received: usize,
    pub resolved_at_first_contact: Share,
    /// Complaints whose severity somebody corrected in the period.
    pub wrongly_prioritised: usize,
    /// Of those filed: acknowledged later than promised, or not yet.
    pub acknowledged_late: Share,
    /// Of the promises of a decision due in the period: those not met.
    pub resolved_late: Option<Share>,
    /// Complaints taken to an outside body in the period.
    pub referred_outside: usize,
    /// Of those filed: the same customer had complained of the same intent or category within 90 days before.
    pub repeated: Share,
    /// Corrective actions put on record in the period.
    pub improvements: usize,
}

pub(super) fn iso(matters: &[&Matter], measuring: &Measuring<'_>) -> Iso {
    let is_complaint = |(_, case): &(&Matter, &Case)| case.kind == ComplaintKind::Complaint;
    let complaints: Vec<(&Matter, &Case)> = cases(matters).filter(is_complaint).collect();
    let period = measuring.period;
    let filed = || complaints.iter().filter(|(_, case)| period.contains(case.filed_at));
    Iso {
        received: filed().count(),
        resolved_at_first_contact: Share::of(
            complaints.iter().filter_map(|(matter, _)| measuring.first_contact(matter)),
        ),
        wrongly_prioritised: marked(&complaints, measuring, |case| case.reprioritised_at),
        acknowledged_late: Share::of(filed().filter_map(|(_, case)| acknowledged_late(case, measuring))),
        resolved_late: resolved_late(&complaints, measuring),
        referred_outside: marked(&complaints, measuring, |case| case.referred_outside_at),
        repeated: Share::of(filed().map(|one| is_repeated(one, &complaints))),
        improvements: marked(&complaints, measuring, |case| case.improved_at),
    }
}

/// How many got this mark in the period.
fn marked(
    complaints: &[(&Matter, &Case)],
    measuring: &Measuring<'_>,
    mark: impl Fn(&Case) -> Option<jiff::Timestamp>,
) -> usize {
    let in_period = |case: &Case| mark(case).is_some_and(|at| measuring.period.contains(at));
    complaints.iter().filter(|(_, case)| in_period(case)).count()
}

/// None while nobody can say yet.
fn acknowledged_late(case: &Case, measuring: &Measuring<'_>) -> Option<bool> {
    let promised = case.promises.iter().find(|promise| promise.name == ClockKind::Ack.name());
    let limit = promised.map_or_else(|| later(case.received_at, ACKNOWLEDGED_WITHIN), |promise| promise.due);
    match case.acknowledged_at {
        Some(at) => Some(at > limit),
        None => (limit < measuring.period.until).then_some(true),
    }
}

fn resolved_late(complaints: &[(&Matter, &Case)], measuring: &Measuring<'_>) -> Option<Share> {
    let promises = complaints.iter().flat_map(|(_, case)| &case.promises);
    let decisions: Vec<_> = promises.filter(|promise| promise.name == ClockKind::Decision.name()).collect();
    let due = decisions.iter().filter(|promise| measuring.period.contains(promise.due));
    let late = Share::of(due.map(|promise| promise.met_at.is_none_or(|at| at > promise.due)));
    (!decisions.is_empty()).then_some(late)
}

fn is_repeated((matter, case): &(&Matter, &Case), complaints: &[(&Matter, &Case)]) -> bool {
    complaints.iter().any(|(other, before)| {
        let same_intent = matter.intent.is_some() && matter.intent == other.intent;
        let same_category = case.category.is_some() && case.category == before.category;
        other.customer == matter.customer
            && (same_intent || same_category)
            && other.began_at < matter.began_at
            && matter.began_at <= later(other.began_at, REPEATED_WITHIN)
    })
}

//! How the numbers ran through the period: one bucket a day, a week or four weeks.

use jiff::Timestamp;

use crate::domain::complaint::ComplaintKind;
use crate::domain::decide::Disposition;
use crate::domain::numbers::count::{Measuring, cases};
use crate::domain::numbers::matter::{Case, Matter, Stage, Volume};
use crate::domain::numbers::measure::{Interval, Share, Spread};
use crate::domain::numbers::period::Period;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    pub period: Period,
    /// Inbound messages, whatever became of them.
    pub messages: usize,
    /// Messages that were answered automatically.
    pub answered: usize,
    pub filed: usize,
    /// Filed cases of the kind complaint.
    pub complaints: usize,
    /// Closings, also of cases that were opened again later.
    pub closed: usize,
    /// Cases open at its end.
    pub open: usize,
    /// First responses given in it, in business time.
    pub first_response: Spread,
    /// Promises due in it, and of them those met.
    pub promises: Share,
}

pub(super) fn trend(matters: &[&Matter], volumes: &[Volume], measuring: &Measuring<'_>) -> Vec<Bucket> {
    let parts = measuring.period.parts(measuring.calendar.zone());
    parts.into_iter().map(|part| bucket(matters, volumes, &measuring.within(part))).collect()
}

impl<'a> Measuring<'a> {
    fn within(&self, period: Period) -> Measuring<'a> {
        Measuring { calendar: self.calendar, period, begun: self.begun }
    }
}

fn bucket(matters: &[&Matter], volumes: &[Volume], measuring: &Measuring<'_>) -> Bucket {
    let period = measuring.period;
    let messages = || volumes.iter().filter(|one| period.contains(one.at));
    let filed = || cases(matters).filter(|(_, case)| period.contains(case.filed_at));
    let closings = cases(matters).flat_map(|(_, case)| case.closings());
    let open = cases(matters).filter(|(_, case)| was_open(case, period.until));
    Bucket {
        period,
        messages: messages().count(),
        answered: messages().filter(|one| one.disposition == Some(Disposition::Answered)).count(),
        filed: filed().count(),
        complaints: filed().filter(|(_, case)| case.kind == ComplaintKind::Complaint).count(),
        closed: closings.filter(|at| period.contains(*at)).count(),
        open: open.count(),
        first_response: measuring.spread(Interval::FirstResponse, matters),
        promises: measuring.kept(matters),
    }
}

/// Open just before that instant.
fn was_open(case: &Case, until: Timestamp) -> bool {
    let last = case.steps.iter().rev().find(|step| step.at < until);
    last.is_some_and(|step| !matches!(step.stage, Stage::Ended(_)))
}

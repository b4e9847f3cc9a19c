//! Causes that repeat: what complaints and criticism were about, and how it comes in waves.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::domain::complaint::ComplaintKind;
use crate::domain::complaint::lists::Category;
use crate::domain::numbers::count::cases;
use crate::domain::numbers::matter::{Case, Matter, later};
use crate::domain::numbers::period::Period;

/// So many alike within [`WAVE`] are no accident.
pub const ALIKE: usize = 3;
const WAVE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// One thing that complaints were about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The category on the record, where there is one; else the intent; else unknown.
    pub category: Option<Category>,
    pub intent: Option<String>,
    pub count: usize,
    /// In the stretch of the same length before.
    pub before: usize,
    pub customers: usize,
    /// The most that were filed within seven days.
    pub most_in_seven_days: usize,
    pub open: usize,
    /// Root causes on the record, each once.
    pub root_causes: Vec<String>,
}

impl Cause {
    pub fn is_known(&self) -> bool {
        self.category.is_some() || self.intent.is_some()
    }

    /// Three alike in seven days.
    pub fn repeats(&self) -> bool {
        self.is_known() && self.most_in_seven_days >= ALIKE
    }
}

/// What a case is about: its category, or the intent where nobody has told one.
type Thing = (Option<Category>, Option<String>);

/// Those with most cases first; what is unknown is last.
pub(super) fn causes(matters: &[&Matter], period: Period) -> Vec<Cause> {
    let mut found: BTreeMap<Thing, Vec<(&Matter, &Case)>> = BTreeMap::new();
    for (matter, case) in cases(matters).filter(|(_, case)| complains(case.kind)) {
        let intent = if case.category.is_none() { matter.intent.clone() } else { None };
        found.entry((case.category, intent)).or_default().push((matter, case));
    }
    let causes = found.into_iter().map(|((category, intent), cases)| cause(category, intent, &cases, period));
    let mut causes: Vec<Cause> = causes.filter(|cause| cause.count > 0).collect();
    causes.sort_by_key(|cause| (!cause.is_known(), std::cmp::Reverse(cause.count)));
    causes
}

fn complains(kind: ComplaintKind) -> bool {
    match kind {
        ComplaintKind::Complaint | ComplaintKind::Criticism => true,
        ComplaintKind::Question
        | ComplaintKind::Request
        | ComplaintKind::Suggestion
        | ComplaintKind::Callback => false,
    }
}

fn cause(
    category: Option<Category>,
    intent: Option<String>,
    cases: &[(&Matter, &Case)],
    period: Period,
) -> Cause {
    let filed: Vec<&(&Matter, &Case)> =
        cases.iter().filter(|(_, case)| period.contains(case.filed_at)).collect();
    let customers: BTreeSet<&str> = filed.iter().map(|(matter, _)| matter.customer.as_str()).collect();
    let roots: BTreeSet<&String> = filed.iter().filter_map(|(_, case)| case.root_cause.as_ref()).collect();
    let mut times: Vec<Timestamp> = filed.iter().map(|(_, case)| case.filed_at).collect();
    times.sort_unstable();
    Cause {
        category,
        intent,
        count: filed.len(),
        before: cases.iter().filter(|(_, case)| period.before().contains(case.filed_at)).count(),
        customers: customers.len(),
        most_in_seven_days: most_within(&times, WAVE),
        open: filed.iter().filter(|(_, case)| case.is_open()).count(),
        root_causes: roots.into_iter().cloned().collect(),
    }
}

/// The most of these ascending times that lie within one such stretch.
fn most_within(times: &[Timestamp], stretch: SignedDuration) -> usize {
    let from = |place: usize, first: &Timestamp| {
        times.iter().skip(place).take_while(|at| **at < later(*first, stretch)).count()
    };
    times.iter().enumerate().map(|(place, first)| from(place, first)).max().unwrap_or(0)
}

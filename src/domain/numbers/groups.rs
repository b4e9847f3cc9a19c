//! The figures of a period: of everything, of every group, and beside the period before.

use std::collections::BTreeMap;

use crate::domain::calendar::Calendar;
use crate::domain::complaint::ComplaintKind;
use crate::domain::decide::Disposition;
use crate::domain::message::Channel;
use crate::domain::numbers::causes::{self, Cause};
use crate::domain::numbers::count::{Kpis, Measuring, begun};
use crate::domain::numbers::iso::{self, Iso};
use crate::domain::numbers::matter::{Matter, Volume};
use crate::domain::numbers::period::Period;
use crate::domain::numbers::trend::{self, Bucket};

/// By what the matters are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    Channel,
    Intent,
    Kind,
    Severity,
    Department,
}

impl Dimension {
    pub const ALL: [Dimension; 5] =
        [Dimension::Channel, Dimension::Intent, Dimension::Kind, Dimension::Severity, Dimension::Department];

    pub fn name(self) -> &'static str {
        match self {
            Dimension::Channel => "channel",
            Dimension::Intent => "intent",
            Dimension::Kind => "kind",
            Dimension::Severity => "severity",
            Dimension::Department => "department",
        }
    }

    /// The group of a matter; none: it has no such label.
    fn of(self, matter: &Matter) -> Option<String> {
        let case = matter.case.as_ref();
        match self {
            Dimension::Channel => Some(matter.channel.name().to_owned()),
            Dimension::Intent => matter.intent.clone(),
            Dimension::Kind => {
                let answered = (!matter.answers.is_empty()).then_some(ComplaintKind::Question);
                case.map(|case| case.kind).or(answered).map(|kind| kind.name().to_owned())
            }
            Dimension::Severity => case?.severity.map(|severity| severity.to_string()),
            Dimension::Department => case?.department.clone(),
        }
    }

    /// Severity and department are those of a case; what was answered at once has neither.
    fn has_place_for(self, matter: &Matter) -> bool {
        match self {
            Dimension::Channel | Dimension::Intent | Dimension::Kind => true,
            Dimension::Severity | Dimension::Department => matter.case.is_some(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// None: those without the label.
    pub name: Option<String>,
    pub kpis: Kpis,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    pub period: Period,
    /// Inbound messages of the period by channel and how they ended; none: not decided yet.
    pub messages: BTreeMap<(Channel, Option<Disposition>), usize>,
    pub total: Kpis,
    /// The same of the stretch of the same length before.
    pub before: Kpis,
    pub messages_before: usize,
    pub groups: BTreeMap<Dimension, Vec<Group>>,
    pub trend: Vec<Bucket>,
    pub causes: Vec<Cause>,
    pub iso: Iso,
}

/// All figures of the period. `matters`: every case, and whatever else has begun since eight
/// days before the period before; `volumes`: every message of both periods.
pub fn figures(matters: &[Matter], volumes: &[Volume], calendar: &Calendar, period: Period) -> Figures {
    let now: Vec<Matter> = matters.iter().filter_map(|one| one.as_of(period.until)).collect();
    let then: Vec<Matter> = matters.iter().filter_map(|one| one.as_of(period.from)).collect();
    let (now, then): (Vec<&Matter>, Vec<&Matter>) = (now.iter().collect(), then.iter().collect());
    let (begun_now, begun_then) = (begun(now.iter().copied()), begun(then.iter().copied()));
    let measuring = Measuring { calendar, period, begun: &begun_now };
    let measuring_before = Measuring { calendar, period: period.before(), begun: &begun_then };
    Figures {
        period,
        messages: messages(volumes, period),
        messages_before: volumes.iter().filter(|one| period.before().contains(one.at)).count(),
        total: measuring.of(&now),
        before: measuring_before.of(&then),
        groups: Dimension::ALL.into_iter().map(|one| (one, groups(one, &now, &measuring))).collect(),
        trend: trend::trend(&now, volumes, &measuring),
        causes: causes::causes(&now, period),
        iso: iso::iso(&now, &measuring),
    }
}

fn messages(volumes: &[Volume], period: Period) -> BTreeMap<(Channel, Option<Disposition>), usize> {
    let mut messages = BTreeMap::new();
    for one in volumes.iter().filter(|one| period.contains(one.at)) {
        *messages.entry((one.channel, one.disposition)).or_default() += 1;
    }
    messages
}

/// Groups by name, those without the label last; groups in which nothing is to be told are left out.
fn groups(dimension: Dimension, matters: &[&Matter], measuring: &Measuring<'_>) -> Vec<Group> {
    let mut members: BTreeMap<(bool, Option<String>), Vec<&Matter>> = BTreeMap::new();
    for matter in matters.iter().filter(|one| dimension.has_place_for(one)) {
        let name = dimension.of(matter);
        members.entry((name.is_none(), name)).or_default().push(matter);
    }
    let groups = members.into_iter().map(|((_, name), members)| Group { name, kpis: measuring.of(&members) });
    groups.filter(|group| !group.kpis.is_empty()).collect()
}

impl Kpis {
    /// Nothing happened, and nothing is open.
    pub fn is_empty(&self) -> bool {
        self.counts.values().all(|count| *count == 0)
            && self.times.values().all(|times| times.calendar.count == 0)
            && self.rates.values().all(|share| share.whole == 0)
    }
}

//! The owner's promises: how long each clock may run, by severity.
//!
//! Texts to customers and clocks are fed from this one table. What was
//! promised on a case stays what it was: a clock carries its limit and the
//! version of the promises with it.
//!
//! Invariant: every response and every decision has a limit at each severity.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::domain::clocks::{ClockKind, Limit, Span};

/// 1 is the worst, 4 the least.
pub const SEVERITIES: [u8; 4] = [1, 2, 3, 4];

/// How long each clock may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promises {
    table: BTreeMap<(ClockKind, u8), Limit>,
    /// The windows of an outside body, one after the other, in hours.
    pub external_hours: Vec<u32>,
    version: String,
}

/// The three promises as `targets` of the settings says them, for a case of usual severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Targets {
    pub first_response: Span,
    pub next_response: Span,
    pub decision: Span,
}

impl Default for Promises {
    /// The table of the manual: severity 1 around the clock, the others in business time.
    fn default() -> Promises {
        use Span::{BusinessDays, BusinessMinutes, CalendarMinutes};
        let mut promises =
            Promises { table: BTreeMap::new(), external_hours: vec![72, 48, 24], version: String::new() };
        let mut set = |kind: ClockKind, limits: [Limit; 4]| promises.fill(kind, limits);
        let hours = |count: u32| BusinessMinutes(count * 60).into();
        let days = |count: u32| BusinessDays(count).into();
        let calendar = |minutes: u32| CalendarMinutes(minutes).into();
        set(ClockKind::Ack, [calendar(2); 4]);
        set(ClockKind::Unassigned, [calendar(15), BusinessMinutes(30).into(), hours(2), hours(4)]);
        let response = [calendar(60), hours(4), days(1), days(2)];
        set(ClockKind::FirstResponse, response);
        set(ClockKind::NextResponse, response);
        set(ClockKind::Update, [days(1), days(2), days(3), days(5)]);
        set(
            ClockKind::Decision,
            [
                calendar(24 * 60),
                Limit::capped(BusinessDays(2), 48),
                Limit::capped(BusinessDays(3), 72),
                days(5),
            ],
        );
        set(ClockKind::Waiting, [days(10); 4]);
        set(ClockKind::Request, [hours(1); 4]);
        promises.stamp();
        promises
    }
}

impl Promises {
    /// None: nothing is promised about it.
    pub fn of(&self, kind: ClockKind, severity: u8) -> Option<Limit> {
        match kind {
            ClockKind::External => {
                self.external_hours.first().map(|hours| Span::CalendarMinutes(hours * 60).into())
            }
            kind => self.table.get(&(kind, severity.clamp(1, 4))).copied(),
        }
    }

    /// The limit of what is owed in any case; without one of its own, the time of a decision.
    pub fn response(&self, kind: ClockKind, severity: u8) -> Limit {
        let limit = self.of(kind, severity).or_else(|| self.of(ClockKind::Decision, severity));
        limit.unwrap_or(Span::BusinessDays(3).into())
    }

    /// Promises this for one severity, or for all of them. [`Promises::stamp`] gives it its version.
    pub fn set(&mut self, kind: ClockKind, severity: Option<u8>, limit: Limit) {
        for one in SEVERITIES.into_iter().filter(|one| severity.is_none_or(|severity| severity == *one)) {
            self.table.insert((kind, one), limit);
        }
    }

    fn fill(&mut self, kind: ClockKind, limits: [Limit; 4]) {
        for (severity, limit) in SEVERITIES.into_iter().zip(limits) {
            self.set(kind, Some(severity), limit);
        }
    }

    /// Names this state of the table: the same promises have the same version.
    pub fn stamp(&mut self) {
        let mut text = format!("{:?}", self.external_hours);
        for ((kind, severity), limit) in &self.table {
            let _ = write!(text, "{}{severity}{limit};", kind.name());
        }
        // FNV-1a, 32 bits: a name, no protection.
        let hash = text
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        self.version = format!("{hash:08x}");
    }

    pub fn version(&self) -> &str {
        &self.version
    }

    /// The window that follows one of so many hours at an outside body.
    pub fn next_external(&self, minutes: u32) -> Option<Limit> {
        let at = self.external_hours.iter().position(|hours| hours * 60 == minutes)?;
        self.external_hours.get(at + 1).map(|hours| Span::CalendarMinutes(hours * 60).into())
    }

    /// The longest cap in calendar time of anything that is counted in business time, in hours.
    pub fn longest_cap_hours(&self) -> Option<u32> {
        self.table.values().filter_map(|limit| limit.cap).max().map(|minutes| minutes / 60)
    }

    /// The promises for a case of usual severity.
    pub fn targets(&self) -> Targets {
        let of = |kind| self.response(kind, 3).span;
        Targets {
            first_response: of(ClockKind::FirstResponse),
            next_response: of(ClockKind::NextResponse),
            decision: of(ClockKind::Decision),
        }
    }
}

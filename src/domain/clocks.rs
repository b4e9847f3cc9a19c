//! Promised response times, and their running measure on one complaint.

use std::collections::BTreeSet;

use jiff::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockKind {
    FirstResponse,
    NextResponse,
    Decision,
}

impl ClockKind {
    pub const ALL: [ClockKind; 3] = [ClockKind::FirstResponse, ClockKind::NextResponse, ClockKind::Decision];

    pub fn name(self) -> &'static str {
        match self {
            ClockKind::FirstResponse => "first_response",
            ClockKind::NextResponse => "next_response",
            ClockKind::Decision => "decision",
        }
    }

    pub fn from_name(name: &str) -> Option<ClockKind> {
        ClockKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How much of the time is used up when staff are told, in per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(pub u8);

impl Level {
    pub const ALL: [Level; 3] = [Level(75), Level(90), Level(100)];
}

/// One running measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    pub kind: ClockKind,
    pub started_at: Timestamp,
    pub due: Timestamp,
    /// When each level is reached, in business time; ascending.
    pub levels: Vec<(Level, Timestamp)>,
    pub stopped_at: Option<Timestamp>,
    /// Levels about which staff have been told.
    pub fired: BTreeSet<Level>,
}

/// A promised length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Counted in opening hours only.
    BusinessMinutes(u32),
    /// Whole business days: due at the same time of day, so many working days later.
    BusinessDays(u32),
    CalendarMinutes(u32),
}

/// The owner's promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Targets {
    pub first_response: Span,
    pub next_response: Span,
    pub decision: Span,
}

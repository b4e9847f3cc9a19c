//! Written forms of clocks, their moves, and closures of days.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::alert::{Notice, To};
use crate::domain::calendar::{Closure, Hours};
use crate::domain::clocks::{Basis, Clock, Level, Limit, Move, MoveReason, Span};
use crate::domain::conversation::ConversationId;
use crate::store::wire::{WireError, clock_kind, known};

type Levels = Vec<(u8, Timestamp)>;

#[derive(Debug, Serialize, Deserialize)]
pub struct WireClock {
    kind: String,
    started_at: Timestamp,
    due: Timestamp,
    levels: Levels,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stopped_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fired: Vec<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    basis: Option<WireBasis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paused_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pauses: Vec<(Timestamp, Timestamp)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    moves: Vec<(String, Timestamp, Timestamp)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    broken_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    snoozes: Vec<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct WireBasis {
    promise: String,
    severity: u8,
    span: WireSpan,
    /// Minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cap: Option<u32>,
    calendar: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    department: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireSpan {
    BusinessMinutes(u32),
    BusinessDays(u32),
    CalendarMinutes(u32),
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireMove {
    why: String,
    due: Timestamp,
    levels: Levels,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    basis: Option<WireBasis>,
    at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireClosure {
    from: Date,
    until: Date,
    name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hours: Vec<String>,
}

fn levels(levels: &[(Level, Timestamp)]) -> Levels {
    levels.iter().map(|(level, at)| (level.0, *at)).collect()
}

fn read_levels(levels: Levels) -> Vec<(Level, Timestamp)> {
    levels.into_iter().map(|(level, at)| (Level(level), at)).collect()
}

fn move_reason(name: &str) -> Result<MoveReason, WireError> {
    known("reason of a move", name, MoveReason::from_name(name))
}

impl From<&Clock> for WireClock {
    fn from(clock: &Clock) -> WireClock {
        WireClock {
            kind: clock.kind.name().to_owned(),
            started_at: clock.started_at,
            due: clock.due,
            levels: levels(&clock.levels),
            stopped_at: clock.stopped_at,
            fired: clock.fired.iter().map(|level| level.0).collect(),
            basis: clock.basis.as_ref().map(WireBasis::from),
            told: clock.told,
            paused_at: clock.paused_at,
            pauses: clock.pauses.clone(),
            moves: clock.moves.iter().map(|(why, due, at)| (why.name().to_owned(), *due, *at)).collect(),
            broken_at: clock.broken_at,
            snoozes: clock.snoozes.clone(),
        }
    }
}

impl TryFrom<WireClock> for Clock {
    type Error = WireError;

    fn try_from(wire: WireClock) -> Result<Clock, WireError> {
        let moves = wire.moves.into_iter().map(|(why, due, at)| Ok((move_reason(&why)?, due, at)));
        Ok(Clock {
            kind: clock_kind(&wire.kind)?,
            started_at: wire.started_at,
            due: wire.due,
            levels: read_levels(wire.levels),
            stopped_at: wire.stopped_at,
            fired: wire.fired.into_iter().map(Level).collect::<BTreeSet<_>>(),
            basis: wire.basis.map(Basis::from),
            told: wire.told,
            paused_at: wire.paused_at,
            pauses: wire.pauses,
            moves: moves.collect::<Result<_, WireError>>()?,
            broken_at: wire.broken_at,
            snoozes: wire.snoozes,
        })
    }
}

impl From<&Basis> for WireBasis {
    fn from(basis: &Basis) -> WireBasis {
        WireBasis {
            promise: basis.promise.clone(),
            severity: basis.severity,
            span: match basis.limit.span {
                Span::BusinessMinutes(minutes) => WireSpan::BusinessMinutes(minutes),
                Span::BusinessDays(days) => WireSpan::BusinessDays(days),
                Span::CalendarMinutes(minutes) => WireSpan::CalendarMinutes(minutes),
            },
            cap: basis.limit.cap,
            calendar: basis.calendar.clone(),
            department: basis.department.clone(),
        }
    }
}

impl From<WireBasis> for Basis {
    fn from(wire: WireBasis) -> Basis {
        let span = match wire.span {
            WireSpan::BusinessMinutes(minutes) => Span::BusinessMinutes(minutes),
            WireSpan::BusinessDays(days) => Span::BusinessDays(days),
            WireSpan::CalendarMinutes(minutes) => Span::CalendarMinutes(minutes),
        };
        Basis {
            promise: wire.promise,
            severity: wire.severity,
            limit: Limit { span, cap: wire.cap },
            calendar: wire.calendar,
            department: wire.department,
        }
    }
}

impl From<&Move> for WireMove {
    fn from(moved: &Move) -> WireMove {
        WireMove {
            why: moved.why.name().to_owned(),
            due: moved.due,
            levels: levels(&moved.levels),
            basis: moved.basis.as_ref().map(WireBasis::from),
            at: moved.at,
        }
    }
}

impl TryFrom<WireMove> for Move {
    type Error = WireError;

    fn try_from(wire: WireMove) -> Result<Move, WireError> {
        Ok(Move {
            why: move_reason(&wire.why)?,
            due: wire.due,
            levels: read_levels(wire.levels),
            basis: wire.basis.map(Basis::from),
            at: wire.at,
        })
    }
}

impl From<&Closure> for WireClosure {
    fn from(closure: &Closure) -> WireClosure {
        let Closure { from, until, name, hours } = closure.clone();
        WireClosure { from, until, name, hours: hours.iter().map(Hours::to_string).collect() }
    }
}

impl TryFrom<WireClosure> for Closure {
    type Error = WireError;

    fn try_from(wire: WireClosure) -> Result<Closure, WireError> {
        let hours = wire.hours.iter().map(|text| known("pair of times", text, Hours::parse(text).ok()));
        Ok(Closure {
            from: wire.from,
            until: wire.until,
            name: wire.name,
            hours: hours.collect::<Result<_, _>>()?,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct WireNotice {
    id: u64,
    /// None: the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    conversation: u64,
    kind: String,
    started_at: Timestamp,
    level: u8,
    severity: u8,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    late: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    by_mail_too: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    repeated: bool,
    not_before: Timestamp,
    at: Timestamp,
}

impl From<&Notice> for WireNotice {
    fn from(notice: &Notice) -> WireNotice {
        WireNotice {
            id: notice.id,
            person: match &notice.to {
                To::Person(name) => Some(name.clone()),
                To::Group => None,
            },
            conversation: notice.conversation.0,
            kind: notice.kind.name().to_owned(),
            started_at: notice.started_at,
            level: notice.level.0,
            severity: notice.severity,
            late: notice.late,
            by_mail_too: notice.by_mail_too,
            repeated: notice.repeated,
            not_before: notice.not_before,
            at: notice.at,
        }
    }
}

impl TryFrom<WireNotice> for Notice {
    type Error = WireError;

    fn try_from(wire: WireNotice) -> Result<Notice, WireError> {
        Ok(Notice {
            id: wire.id,
            to: wire.person.map_or(To::Group, To::Person),
            conversation: ConversationId(wire.conversation),
            kind: clock_kind(&wire.kind)?,
            started_at: wire.started_at,
            level: Level(wire.level),
            severity: wire.severity,
            late: wire.late,
            by_mail_too: wire.by_mail_too,
            repeated: wire.repeated,
            not_before: wire.not_before,
            at: wire.at,
        })
    }
}

//! Clocks as `complaint clocks` prints them, and closures as `closure` does.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::{CalendarError, Closure, CountedDay, Hours, Uncounted};
use crate::domain::clocks::{self, Clock, ClockAccount};
use crate::domain::conversation::Conversation;
use crate::domain::departments::Calendars;
use crate::domain::message::Language;
use crate::domain::text::{dates, to_ascii_digits};

/// All clocks of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseClocks {
    pub code: String,
    pub kind: String,
    pub state: String,
    pub severity: u8,
    pub clocks: Vec<ClockSteps>,
}

/// How one due time came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockSteps {
    pub clock: String,
    /// The promised length of time, in words; null for clocks of before there were promises.
    pub limit: Option<String>,
    /// Version of the promises in force when it started.
    pub promise: Option<String>,
    pub severity: Option<u8>,
    pub started_at: Timestamp,
    pub counts_from: Timestamp,
    pub days: Vec<DayStep>,
    /// Business minutes from start to due time, without pauses.
    pub counted_minutes: i64,
    pub cap: Option<CapStep>,
    pub pauses: Vec<PauseStep>,
    pub moves: Vec<MoveStep>,
    /// What the customer was told.
    pub told: Option<Timestamp>,
    pub due: Timestamp,
    pub stopped_at: Option<Timestamp>,
    pub broken_at: Option<Timestamp>,
    /// Levels in per cent, with the time of each.
    pub levels: Vec<(u8, Timestamp)>,
    pub alerted: Vec<u8>,
    /// Hours or holidays have changed since.
    pub other_calendar: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DayStep {
    pub date: Date,
    pub minutes: i64,
    pub hours: Vec<String>,
    /// Of a holiday, a closure, a special opening.
    pub name: Option<String>,
    /// `holiday`, `weekday` or `outside_hours` when nothing counted.
    pub uncounted: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CapStep {
    pub at: Timestamp,
    pub falls: Timestamp,
    pub counts: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PauseStep {
    pub from: Timestamp,
    pub until: Option<Timestamp>,
    pub minutes: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveStep {
    /// `resumed`, `calendar` or `severity`.
    pub why: String,
    pub due: Timestamp,
    pub at: Timestamp,
}

impl CaseClocks {
    /// None when the conversation has no complaint.
    pub fn of(conversation: &Conversation, calendars: Calendars<'_>, now: Timestamp) -> Option<CaseClocks> {
        let complaint = conversation.complaint.as_ref()?;
        Some(CaseClocks {
            code: complaint.code.to_string(),
            kind: complaint.kind.name().to_owned(),
            state: complaint.state.name().to_owned(),
            severity: complaint.severity().number(),
            clocks: complaint.clocks.iter().map(|clock| ClockSteps::of(clock, calendars, now)).collect(),
        })
    }
}

impl ClockSteps {
    fn of(clock: &Clock, calendars: Calendars<'_>, now: Timestamp) -> ClockSteps {
        let ClockAccount { limit, counts_from, days, counted, cap, pauses, other_calendar } =
            clocks::account(clock, calendars, now);
        ClockSteps {
            clock: clock.kind.name().to_owned(),
            limit,
            promise: clock.basis.as_ref().map(|basis| basis.promise.clone()),
            severity: clock.basis.as_ref().map(|basis| basis.severity),
            started_at: clock.started_at,
            counts_from,
            days: days.iter().map(DayStep::of).collect(),
            counted_minutes: counted.as_mins(),
            cap: cap.map(|cap| CapStep { at: cap.at, falls: cap.falls, counts: cap.counts }),
            pauses: pauses
                .into_iter()
                .map(|(from, until, time)| PauseStep { from, until, minutes: time.as_mins() })
                .collect(),
            moves: clock
                .moves
                .iter()
                .map(|(why, due, at)| MoveStep { why: why.name().to_owned(), due: *due, at: *at })
                .collect(),
            told: clock.told,
            due: clock.due,
            stopped_at: clock.stopped_at,
            broken_at: clock.broken_at,
            levels: clock.levels.iter().map(|(level, at)| (level.0, *at)).collect(),
            alerted: clock.fired.iter().map(|level| level.0).collect(),
            other_calendar,
        }
    }
}

impl DayStep {
    fn of(day: &CountedDay) -> DayStep {
        DayStep {
            date: day.date,
            minutes: day.counted.as_mins(),
            hours: day.hours.iter().map(Hours::to_string).collect(),
            name: day.name.clone(),
            uncounted: day.uncounted.map(|why| {
                let why = match why {
                    Uncounted::Holiday => "holiday",
                    Uncounted::Weekday => "weekday",
                    Uncounted::OutsideHours => "outside_hours",
                };
                why.to_owned()
            }),
        }
    }
}

/// `complaint clocks` for people.
pub fn clocks_text(case: &CaseClocks, zone: &TimeZone, language: Language) -> String {
    let mut text = format!("{}  {}  {}  severity {}\n", case.code, case.kind, case.state, case.severity);
    for clock in &case.clocks {
        text.push('\n');
        clock_text(&mut text, clock, zone, language);
    }
    text
}

fn clock_text(text: &mut String, clock: &ClockSteps, zone: &TimeZone, language: Language) {
    let when = |at: Timestamp| dates::write_date_time(at, zone, language);
    let _ = writeln!(text, "{}", clock.clock);
    let mut line = |what: &str, says: String| {
        let _ = writeln!(text, "  {what:<9}{says}");
    };
    let state = match (clock.stopped_at, clock.pauses.last()) {
        (Some(at), _) => format!("stopped {}", when(at)),
        (None, Some(PauseStep { until: None, .. })) => "stands still".to_owned(),
        (None, _) => "running".to_owned(),
    };
    let limit = clock.limit.as_deref().unwrap_or("as it was written down");
    line(
        "limit",
        match (&clock.promise, clock.severity) {
            (Some(promise), Some(severity)) if !promise.is_empty() => {
                format!("{limit} (severity {severity}, promises {promise})")
            }
            _ => limit.to_owned(),
        },
    );
    line("started", when(clock.started_at));
    if clock.counts_from != clock.started_at {
        line("counts", format!("from the next opening, {}", when(clock.counts_from)));
    }
    for day in &clock.days {
        line("", day_text(day, language));
    }
    if !clock.days.is_empty() {
        line("in all", span(clock.counted_minutes));
    }
    if let Some(cap) = &clock.cap {
        line("cap", cap_text(cap, &when));
    }
    for pause in &clock.pauses {
        let until = pause.until.map_or_else(|| "now".to_owned(), &when);
        let time = span(pause.minutes);
        line("paused", format!("{} to {until}: {time} of business time", when(pause.from)));
    }
    for moved in &clock.moves {
        line("moved", format!("{} ({}), due {} from then on", when(moved.at), moved.why, when(moved.due)));
    }
    if let Some(told) = clock.told {
        line("told", format!("the customer: {}", when(told)));
    }
    line("due", format!("{}; {state}", when(clock.due)));
    if let Some(at) = clock.broken_at {
        line("broken", when(at));
    }
    if clock.other_calendar {
        line("note", "the calendar has changed since; days are shown as they count now".to_owned());
    }
}

fn day_text(day: &DayStep, language: Language) -> String {
    let date = dates::write_date(day.date, language);
    let name = day.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
    match day.uncounted.as_deref() {
        Some("holiday") => format!("{date}: closed{name}"),
        Some("weekday") => format!("{date}: closed"),
        Some(_) => format!("{date}: nothing, open {}{name}", day.hours.join(" and ")),
        None => {
            let time = span(day.minutes);
            format!("{date}: {time} of {}{name}", day.hours.join(" and "))
        }
    }
}

fn cap_text(cap: &CapStep, when: &impl Fn(Timestamp) -> String) -> String {
    match (cap.counts, cap.falls == cap.at) {
        (false, _) => format!("{}, later than the due time", when(cap.at)),
        (true, true) => format!("{}, which is earlier and counts", when(cap.at)),
        (true, false) => {
            format!("{}, outside hours: the last business minute before it counts", when(cap.at))
        }
    }
}

/// In the language of the words around it.
fn span(minutes: i64) -> String {
    dates::write_span(SignedDuration::from_mins(minutes), Language::En)
}

/// A closure as commands say it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClosureLine {
    pub from: Date,
    pub until: Date,
    pub name: String,
    /// None: closed.
    #[serde(default)]
    pub hours: Vec<String>,
}

/// What became of the cases that are open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClosureOutcome {
    /// Cases of which a due time moved.
    pub moved: usize,
    /// Customers who were told a time that cannot be kept now.
    pub delayed: usize,
}

impl ClosureLine {
    pub fn of(closure: &Closure) -> ClosureLine {
        let Closure { from, until, name, hours } = closure.clone();
        ClosureLine { from, until, name, hours: hours.iter().map(Hours::to_string).collect() }
    }

    pub fn closure(&self) -> Result<Closure, CalendarError> {
        let hours = self.hours.iter().map(|text| Hours::parse(&to_ascii_digits(text.trim())));
        Ok(Closure {
            from: self.from,
            until: self.until,
            name: self.name.clone(),
            hours: hours.collect::<Result<_, _>>()?,
        })
    }
}

/// `closure list` for people.
pub fn closures_text(closures: &[ClosureLine], language: Language) -> String {
    if closures.is_empty() {
        return "No closures were added.\n".to_owned();
    }
    let mut text = String::new();
    for one in closures {
        let mut days = dates::write_date(one.from, language);
        if one.until != one.from {
            days = format!("{days} to {}", dates::write_date(one.until, language));
        }
        let state =
            if one.hours.is_empty() { "closed".to_owned() } else { format!("open {}", one.hours.join(", ")) };
        let _ = writeln!(text, "{}  {days}: {state}, {}", one.from, one.name);
    }
    text
}

/// `closure add` and `closure remove` for people.
pub fn outcome_text(outcome: &ClosureOutcome) -> String {
    let cases = |count: usize| match count {
        1 => "1 open case".to_owned(),
        many => format!("{many} open cases"),
    };
    match (outcome.moved, outcome.delayed) {
        (0, _) => "The calendar is changed; no due time moved.\n".to_owned(),
        (moved, 0) => format!("The calendar is changed; due times of {} moved.\n", cases(moved)),
        (moved, delayed) => format!(
            "The calendar is changed; due times of {} moved, and in {delayed} of them the customer was told a \
             time that cannot be kept any more: a notice of delay is due.\n",
            cases(moved)
        ),
    }
}

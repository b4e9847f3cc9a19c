//! The daily digest: what is open, told at opening, also when there is nothing.
//!
//! Silence would mean a fault; so an empty day has its line too. Who leads a
//! department is told of it, of what belongs to none and of what nobody leads;
//! everybody else of all, with a line for each department.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::alert::words::{clock_title, department_title};
use crate::domain::alert::{Person, Role};
use crate::domain::calendar::Calendar;
use crate::domain::clocks::{Clock, ClockKind, Level};
use crate::domain::complaint::Complaint;
use crate::domain::departments::Departments;
use crate::domain::message::Language;
use crate::domain::text::{dates, isolate, to_persian_digits};

/// Of each heading so many cases are named.
const MOST_LINES: usize = 10;
/// A customer who has been waited for this long is worth a look.
const LONG_WAIT_DAYS: u32 = 5;

/// One line: a case, the clock that brought it here, its due time, its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    code: String,
    kind: ClockKind,
    due: Timestamp,
    owner: Option<String>,
}

/// What staff should know at the beginning of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Digest {
    breached: Vec<Line>,
    due_today: Vec<Line>,
    half_gone: Vec<Line>,
    unassigned: Vec<Line>,
    waiting_long: Vec<Line>,
    remedies: Vec<Line>,
    callbacks: Vec<Line>,
    external: Vec<Line>,
    /// Messages that were given up.
    failed: usize,
    open: usize,
    /// By name; those without one last.
    departments: BTreeMap<Named, Tally>,
}

/// A department, or none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Department(String),
    Nobody,
}

/// Of one department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Tally {
    open: usize,
    /// Cases with a clock that is overdue.
    breached: usize,
}

/// Is this person told, in the digest, of the cases of this department? `leaders` are told besides.
pub fn hears_of(person: &Person, department: Option<&str>, leaders: &[&Person]) -> bool {
    let (Role::Lead, Some(own)) = (person.role, person.department.as_deref()) else { return true };
    let Some(department) = department else { return true };
    let leads = |one: &&Person| one.role == Role::Lead && one.department.as_deref() == Some(department);
    department == own || !leaders.iter().any(leads)
}

/// Sorts the open cases under the headings. Each clock stands under one of them.
pub fn digest(
    complaints: &[&Complaint],
    departments: &Departments,
    failed: usize,
    calendar: &Calendar,
    now: Timestamp,
) -> Digest {
    let mut digest = Digest { failed, open: complaints.len(), ..Digest::default() };
    for complaint in complaints {
        digest.count(complaint, departments.of(complaint), now);
        for clock in complaint.clocks.iter().filter(|clock| clock.is_ticking()) {
            digest.put(complaint, clock, calendar, now);
        }
    }
    for lines in digest.parts_mut() {
        lines.sort_by(|a, b| (a.due, &a.code).cmp(&(b.due, &b.code)));
    }
    digest
}

impl Digest {
    fn count(&mut self, complaint: &Complaint, department: Option<&str>, now: Timestamp) {
        let named = department.map_or(Named::Nobody, |name| Named::Department(name.to_owned()));
        let is_over = |clock: &Clock| clock.is_ticking() && !clock.kind.is_follow_up() && clock.due <= now;
        let tally = self.departments.entry(named).or_default();
        tally.open += 1;
        tally.breached += usize::from(complaint.clocks.iter().any(is_over));
    }

    fn put(&mut self, complaint: &Complaint, clock: &Clock, calendar: &Calendar, now: Timestamp) {
        let line = Line {
            code: complaint.code.to_string(),
            kind: clock.kind,
            due: clock.due,
            owner: complaint.owner.clone(),
        };
        let today = calendar.date_of(clock.due) == calendar.date_of(now);
        match clock.kind {
            // Reminders start it anew; what stands still says since when.
            ClockKind::Waiting
                if calendar.add_business_days(waiting_since(complaint, clock), LONG_WAIT_DAYS) <= now =>
            {
                self.waiting_long.push(line);
            }
            kind if kind.is_follow_up() => {}
            _ if clock.due <= now => self.breached.push(line),
            ClockKind::Unassigned => self.unassigned.push(line),
            ClockKind::Remedy => self.remedies.push(line),
            ClockKind::External => self.external.push(line),
            ClockKind::Callback if today => self.callbacks.push(line),
            _ if today => self.due_today.push(line),
            _ if clock.reached(now) >= Some(Level(50)) => self.half_gone.push(line),
            _ => {}
        }
    }

    fn parts_mut(&mut self) -> [&mut Vec<Line>; 8] {
        [
            &mut self.breached,
            &mut self.due_today,
            &mut self.half_gone,
            &mut self.unassigned,
            &mut self.waiting_long,
            &mut self.remedies,
            &mut self.callbacks,
            &mut self.external,
        ]
    }

    fn parts(&self, language: Language) -> [(&'static str, &[Line]); 8] {
        let name = |fa, en| match language {
            Language::Fa => fa,
            Language::En => en,
        };
        [
            (name("از مهلت گذشته", "Overdue"), &self.breached),
            (name("مهلت امروز", "Due today"), &self.due_today),
            (name("بیش از نیمی از مهلت گذشته", "More than half of the time gone"), &self.half_gone),
            (name("بی‌مسئول", "Nobody's yet"), &self.unassigned),
            (
                name("بیش از ۵ روز کاری منتظر مشتری", "Waiting for the customer for over 5 business days"),
                &self.waiting_long,
            ),
            (name("جبران‌های وعده‌داده", "Remedies promised"), &self.remedies),
            (name("تماس‌های امروز", "Call-backs today"), &self.callbacks),
            (name("نزد مرجع بیرونی", "At an outside body"), &self.external),
        ]
    }

    /// Subject and text.
    pub fn words(&self, calendar: &Calendar, language: Language, now: Timestamp) -> (String, String) {
        let date = dates::write_date(calendar.date_of(now), language);
        let number = |count: usize| match language {
            Language::Fa => to_persian_digits(&count.to_string()),
            Language::En => count.to_string(),
        };
        let (subject, open) = match language {
            Language::Fa => (format!("گزارش {date}"), format!("پرونده‌های باز: {}", number(self.open))),
            Language::En => (format!("Digest of {date}"), format!("Open cases: {}", number(self.open))),
        };
        let mut lines = vec![subject.clone(), open];
        if self.departments.len() > 1 {
            lines.extend(self.departments.iter().map(|(named, tally)| tally.words(named, language)));
        }
        let head = lines.len();
        for (name, part) in self.parts(language).into_iter().filter(|(_, part)| !part.is_empty()) {
            lines.push(format!("\n{name}: {}", number(part.len())));
            lines.extend(part.iter().take(MOST_LINES).map(|line| line.words(language, now)));
            if part.len() > MOST_LINES {
                lines.push("…".to_owned());
            }
        }
        if self.failed > 0 {
            lines.push(match language {
                Language::Fa => {
                    format!("\nپیام‌های نرسیده: {} ({})", number(self.failed), isolate("pasokh outbox"))
                }
                Language::En => format!("\nMessages that were given up: {} (pasokh outbox)", self.failed),
            });
        }
        if lines.len() == head {
            lines.push(match language {
                Language::Fa => "امروز چیزی منتظر شما نیست.".to_owned(),
                Language::En => "Nothing waits for you today.".to_owned(),
            });
        }
        (subject, lines.join("\n"))
    }
}

impl Tally {
    fn words(&self, named: &Named, language: Language) -> String {
        let name = match named {
            Named::Department(name) => department_title(Some(name), language),
            Named::Nobody => department_title(None, language),
        };
        let (open, breached) = (self.open.to_string(), self.breached.to_string());
        match (language, self.breached) {
            (Language::Fa, 0) => format!("▪ {name}: {} باز", to_persian_digits(&open)),
            (Language::Fa, _) => format!(
                "▪ {name}: {} باز، {} از مهلت گذشته",
                to_persian_digits(&open),
                to_persian_digits(&breached)
            ),
            (Language::En, 0) => format!("▪ {name}: {open} open"),
            (Language::En, _) => format!("▪ {name}: {open} open, {breached} overdue"),
        }
    }
}

fn waiting_since(complaint: &Complaint, waiting: &Clock) -> Timestamp {
    let paused =
        complaint.clocks.iter().filter(|clock| clock.is_running()).filter_map(|clock| clock.paused_at);
    paused.min().unwrap_or(waiting.started_at)
}

impl Line {
    fn words(&self, language: Language, now: Timestamp) -> String {
        let clock = clock_title(self.kind, language);
        let left = dates::write_left(now, self.due, language);
        match language {
            Language::Fa => format!(
                "{} | {clock} | {left} | {}",
                isolate(&self.code),
                self.owner.as_deref().map_or_else(|| "بی‌مسئول".to_owned(), isolate)
            ),
            Language::En => {
                format!("{} | {clock} | {left} | {}", self.code, self.owner.as_deref().unwrap_or("nobody"))
            }
        }
    }
}

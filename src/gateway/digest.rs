//! The digests: once on every working day, at opening and on request at closing, to those who lead.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::domain::alert::{self, Path, Person, Role, To, Told};
use crate::domain::complaint::Complaint;
use crate::domain::event::Event;
use crate::domain::message::{Attachment, Language};
use crate::domain::numbers::{last_month, last_week};
use crate::domain::outbox::Delivery;
use crate::gateway::Gateway;
use crate::report::numbers::{self, NumbersReport, Writer};
use crate::store::{Commit, ComplaintFilter, StoreError};

/// The day of the last digest.
const CURSOR: &str = "alerts:digest";
/// The day of the last evening that was told.
const EVENING: &str = "alerts:evening";

impl Gateway {
    /// Tells the digest when its time has come. On the very first start there is no yesterday to
    /// tell of: the first comes at the next opening.
    pub fn tell_digest(&self) -> Result<bool, StoreError> {
        let now = self.now.get();
        let first = self.store.cursor(CURSOR)?.is_none();
        if !first && now < self.next_digest() {
            return Ok(false);
        }
        let today = self.rules().calendar.date_of(now);
        let mut events = vec![Event::CursorMoved { name: CURSOR.to_owned(), value: today.to_string() }];
        if !first {
            events.extend(self.digest_rows(now)?);
        }
        self.store.commit(&Commit { events, expects: Vec::new() })?;
        self.has_mail.notify_one();
        Ok(!first)
    }

    /// The first opening after the day of the last digest.
    pub(super) fn next_digest(&self) -> Timestamp {
        let rules = self.rules();
        let last =
            self.store.cursor(CURSOR).ok().flatten().and_then(|day| day.parse::<jiff::civil::Date>().ok());
        let now = self.now.get();
        let last = last.unwrap_or_else(|| rules.calendar.date_of(now));
        let midnight = last.checked_add(1.day()).ok().and_then(|next| {
            next.to_zoned(rules.calendar.zone().clone()).ok().map(|zoned| zoned.timestamp())
        });
        midnight.map_or(Timestamp::MAX, |midnight| rules.calendar.next_open(midnight))
    }

    fn digest_rows(&self, now: Timestamp) -> Result<Vec<Event>, StoreError> {
        let rules = self.rules();
        let mut cases = Vec::new();
        for id in self.store.complaints(&ComplaintFilter { open: Some(true), limit: 0 })? {
            cases.extend(self.store.conversation(id)?.and_then(|found| found.conversation.complaint));
        }
        let given_up = self.store.unsent()?;
        let failed = given_up.iter().filter(|(_, end)| !matches!(end, Delivery::Waiting { .. })).count();
        let language = rules.business.default_language();
        let week = self.last_weeks_figures(language, now)?;
        let (month, files) = self.last_months_report(language, now)?.unzip();
        let leaders = self.leaders(now);
        let mut rows = Vec::new();
        for person in &leaders {
            let concerns = |complaint: &&Complaint| {
                let department = rules.departments.of(complaint);
                !complaint.record.concerns(&person.name) && alert::hears_of(person, department, &leaders)
            };
            let complaints: Vec<&Complaint> = cases.iter().filter(concerns).collect();
            let digest = alert::digest(&complaints, &rules.departments, failed, &rules.calendar, now);
            let (subject, text) = digest.words(&rules.calendar, language, now);
            let parts: Vec<&str> =
                std::iter::once(&text).chain(&week).chain(&month).map(String::as_str).collect();
            let told =
                Told { subject, text: parts.join("\n\n"), buttons: Vec::new(), language, conversation: None };
            rows.extend(self.to_leader(person, &told, files.as_deref().unwrap_or_default(), now)?);
        }
        Ok(rows)
    }

    /// At the end of a working day what was done and what is left, where the settings ask for it.
    pub fn tell_evening(&self) -> Result<bool, StoreError> {
        let now = self.now.get();
        if !self.settings.staff.end_of_day || self.next_evening()? > now {
            return Ok(false);
        }
        let rules = self.rules();
        let today = rules.calendar.date_of(now);
        let moved = Event::CursorMoved { name: EVENING.to_owned(), value: today.to_string() };
        let mut events = vec![moved];
        let first = self.store.cursor(EVENING)?.is_none();
        if !first && rules.calendar.is_working_day(today) {
            let mut cases = Vec::new();
            for id in self.store.complaints(&ComplaintFilter { open: None, limit: 0 })? {
                cases.extend(self.store.conversation(id)?.map(|found| found.conversation));
            }
            let language = rules.business.default_language();
            let (subject, text) = alert::evening(&cases, &rules.calendar, language, now);
            let told = Told { subject, text, buttons: Vec::new(), language, conversation: None };
            for person in self.leaders(now) {
                events.extend(self.to_leader(person, &told, &[], now)?);
            }
        }
        self.store.commit(&Commit { events, expects: Vec::new() })?;
        self.has_mail.notify_one();
        Ok(!first)
    }

    /// The closing time of the first day after the last evening that was told; now, before the first.
    pub(super) fn next_evening(&self) -> Result<Timestamp, StoreError> {
        if !self.settings.staff.end_of_day {
            return Ok(Timestamp::MAX);
        }
        let Some(last) = self.store.cursor(EVENING)?.and_then(|day| day.parse::<Date>().ok()) else {
            return Ok(self.now.get());
        };
        let rules = self.rules();
        let zone = rules.calendar.zone().clone();
        let next = last.tomorrow().ok().and_then(|next| next.to_zoned(zone).ok());
        let opens = next.map_or(Timestamp::MAX, |next| rules.calendar.next_open(next.timestamp()));
        let day = rules.calendar.date_of(opens);
        let closes = rules.calendar.hours_of(day).last().map(|hours| hours.closes());
        let at =
            closes.and_then(|closes| day.to_datetime(closes).to_zoned(rules.calendar.zone().clone()).ok());
        Ok(at.map_or(opens, |at| at.timestamp()))
    }

    /// A row by the first way that is open; files go with mail.
    fn to_leader(
        &self,
        person: &Person,
        told: &Told,
        files: &[Attachment],
        now: Timestamp,
    ) -> Result<Vec<Event>, StoreError> {
        let mut rows = Vec::new();
        for path in self.ways(&To::Person(person.name.clone()), !files.is_empty())? {
            let mut row = told.row(&path, self.fresh_row()?, now);
            if matches!(path, Path::Email { .. }) {
                row.attachments = files.to_vec();
            }
            rows.push(Event::Queued { row });
        }
        Ok(rows)
    }

    /// With the first digest of a week, how the last one went.
    fn last_weeks_figures(&self, language: Language, now: Timestamp) -> Result<Option<String>, StoreError> {
        let Some(report) = self.report_of(last_week, language, now)? else { return Ok(None) };
        let heading = match language {
            Language::Fa => "هفتهٔ گذشته:",
            Language::En => "Last week:",
        };
        let lines = numbers::sentences(&report, &self.writer(language));
        Ok(Some(format!("{heading}\n{}", lines.join("\n"))))
    }

    /// With the first digest of a month, what a manager reviews: a word on it, the page and the table.
    fn last_months_report(
        &self,
        language: Language,
        now: Timestamp,
    ) -> Result<Option<(String, Vec<Attachment>)>, StoreError> {
        let Some(report) = self.report_of(last_month, language, now)? else { return Ok(None) };
        let writer = self.writer(language);
        let page = numbers::page(&report, &writer).map_err(|error| StoreError::Other(error.to_string()))?;
        let table = numbers::csv(&report);
        let mut files = Vec::new();
        for (name, media_type, text) in [
            ("report.html", "text/html; charset=utf-8", page),
            ("report.csv", "text/csv; charset=utf-8", table),
        ] {
            let bytes = text.into_bytes();
            let (size, blob) = (bytes.len() as u64, self.store.put_blob(&bytes)?);
            let (name, media_type) = (name.to_owned(), media_type.to_owned());
            files.push(Attachment { name, media_type, size, blob: Some(blob) });
        }
        let heading = match language {
            Language::Fa => "ماه گذشته (گزارش کامل در ایمیل پیوست است):",
            Language::En => "Last month (the whole report is attached to the mail):",
        };
        let lines = numbers::sentences(&report, &writer);
        Ok(Some((format!("{heading}\n{}", lines.join("\n")), files)))
    }

    /// The report of the last whole stretch before today, when no digest has come since it ended.
    fn report_of(
        &self,
        stretch: fn(Date, Language) -> Option<(Date, Date)>,
        language: Language,
        now: Timestamp,
    ) -> Result<Option<NumbersReport>, StoreError> {
        let zone = self.rules().calendar.zone().clone();
        let today = self.rules().calendar.date_of(now);
        let last_told = self.store.cursor(CURSOR)?.and_then(|day| day.parse::<Date>().ok());
        let Some((first, last)) = stretch(today, language) else { return Ok(None) };
        if last_told.is_none_or(|told| told > last) {
            return Ok(None);
        }
        let start = |date: Date| date.to_zoned(zone.clone()).map(|start| start.timestamp());
        let (Ok(from), Ok(until)) = (start(first), last.tomorrow().and_then(start)) else { return Ok(None) };
        self.numbers(from, until).map(Some)
    }

    fn writer(&self, language: Language) -> Writer {
        Writer { language, zone: self.rules().calendar.zone().clone() }
    }

    pub(super) fn leader_names(&self, now: Timestamp) -> Vec<String> {
        self.leaders(now).into_iter().map(|person| person.name.clone()).collect()
    }

    /// Leads, complaints managers and owners who are there; everybody who may act where there are none.
    pub(super) fn leaders(&self, now: Timestamp) -> Vec<&Person> {
        let today = self.rules().calendar.date_of(now);
        let there = self.staff.people.iter().filter(|person| !person.is_away(today));
        let with = |wanted: fn(Role) -> bool| -> Vec<&Person> {
            there.clone().filter(|person| wanted(person.role)).collect()
        };
        let leaders = with(|role| matches!(role, Role::Lead | Role::Manager | Role::Owner));
        if leaders.is_empty() { with(|role| role == Role::Agent) } else { leaders }
    }
}

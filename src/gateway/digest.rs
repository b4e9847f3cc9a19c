//! The digest: once on every working day, at opening, to those who lead.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::domain::alert::{self, Role, To, Told};
use crate::domain::event::Event;
use crate::domain::message::Language;
use crate::domain::numbers::last_week;
use crate::domain::outbox::Delivery;
use crate::gateway::Gateway;
use crate::report::numbers::{self, Writer};
use crate::store::{Commit, ComplaintFilter, StoreError};

/// The day of the last digest.
const CURSOR: &str = "alerts:digest";

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
        let complaints: Vec<_> = cases.iter().collect();
        let language = rules.business.default_language();
        let digest = alert::digest(&complaints, failed, &rules.calendar, now);
        let (subject, mut text) = digest.words(&rules.calendar, language, now);
        if let Some(week) = self.last_weeks_figures(language, now)? {
            text = format!("{text}\n\n{week}");
        }
        let told = Told { subject, text, buttons: Vec::new(), language, conversation: None };
        let mut rows = Vec::new();
        for name in self.leaders(now) {
            for path in self.ways(&To::Person(name), false)? {
                rows.push(Event::Queued { row: told.row(&path, self.fresh_row()?, now) });
            }
        }
        Ok(rows)
    }

    /// With the first digest of a week, how the last one went.
    fn last_weeks_figures(&self, language: Language, now: Timestamp) -> Result<Option<String>, StoreError> {
        let zone = self.rules().calendar.zone().clone();
        let today = self.rules().calendar.date_of(now);
        let last_told = self.store.cursor(CURSOR)?.and_then(|day| day.parse::<Date>().ok());
        let Some((first, last)) = last_week(today, language) else { return Ok(None) };
        if last_told.is_none_or(|told| told > last) {
            return Ok(None);
        }
        let start = |date: Date| date.to_zoned(zone.clone()).map(|start| start.timestamp());
        let (Ok(from), Ok(until)) = (start(first), last.tomorrow().and_then(start)) else { return Ok(None) };
        let report = self.numbers(from, until)?;
        let heading = match language {
            Language::Fa => "هفتهٔ گذشته:",
            Language::En => "Last week:",
        };
        let lines = numbers::sentences(&report, &Writer { language, zone });
        Ok(Some(format!("{heading}\n{}", lines.join("\n"))))
    }

    /// Leads, complaints managers and owners who are there; everybody who may act where there are none.
    fn leaders(&self, now: Timestamp) -> Vec<String> {
        let today = self.rules().calendar.date_of(now);
        let there = self.staff.people.iter().filter(|person| !person.is_away(today));
        let with = |wanted: fn(Role) -> bool| -> Vec<String> {
            there.clone().filter(|person| wanted(person.role)).map(|person| person.name.clone()).collect()
        };
        let leaders = with(|role| matches!(role, Role::Lead | Role::Manager | Role::Owner));
        if leaders.is_empty() { with(|role| role == Role::Agent) } else { leaders }
    }
}

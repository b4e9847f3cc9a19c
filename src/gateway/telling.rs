//! Telling: notices whose time has come become messages to staff, by a way that is open.
//!
//! Notices to one person, or to the group, that are due together are one
//! message. A way that does not take a message within two minutes is left for
//! the next one, and a message says when it works again.
//!
//! Invariant: a notice is forgotten in the commit that queues its message.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::domain::alert::{self, Notice, Path, Person, To, Told};
use crate::domain::clocks::Level;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::message::Channel;
use crate::domain::outbox::{Delivery, OutboxId, OutboxRow, Recipient};
use crate::gateway::Gateway;
use crate::store::{Commit, Route, StoreError};

/// Between two messages to the group.
const GROUP_PAUSE: SignedDuration = SignedDuration::from_mins(10);
/// Between two messages to one person.
const PERSON_PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// A message to staff that was not taken so long goes another way.
const PATIENCE: SignedDuration = SignedDuration::from_mins(2);

impl Gateway {
    /// Queues everything that may be told now.
    pub(super) fn tell(&self) -> Result<(), StoreError> {
        self.take_other_ways()?;
        let now = self.now.get();
        for (to, notices) in by_recipient(self.store.notices()?) {
            let ready: Vec<Notice> = notices.into_iter().filter(|notice| notice.not_before <= now).collect();
            if !ready.is_empty() && self.may_be_told_from(&to)?.is_none_or(|from| from <= now) {
                self.tell_one(&to, ready, now)?;
            }
        }
        Ok(())
    }

    /// When the next notice may be told.
    pub(super) fn next_telling(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut next: Option<Timestamp> = None;
        for (to, notices) in by_recipient(self.store.notices()?) {
            let Some(first) = notices.iter().map(|notice| notice.not_before).min() else { continue };
            let at = self.may_be_told_from(&to)?.map_or(first, |from| from.max(first));
            next = Some(next.map_or(at, |next| next.min(at)));
        }
        Ok(next)
    }

    /// The end of the pause since the last message; none when there was none.
    fn may_be_told_from(&self, to: &To) -> Result<Option<Timestamp>, StoreError> {
        let last = self.store.cursor(&cursor_of(to))?.and_then(|at| at.parse::<Timestamp>().ok());
        let pause = match to {
            To::Group => GROUP_PAUSE,
            To::Person(_) => PERSON_PAUSE,
        };
        Ok(last.and_then(|last| last.checked_add(pause).ok()))
    }

    fn tell_one(&self, to: &To, notices: Vec<Notice>, now: Timestamp) -> Result<(), StoreError> {
        let ids = notices.iter().map(|notice| notice.id).collect();
        let by_mail_too = notices.iter().any(|notice| notice.by_mail_too);
        let is_last_level = notices.iter().any(|notice| notice.level >= Level::LAST);
        let mut cases: Vec<(Notice, Conversation)> = Vec::new();
        for notice in notices {
            let found = self.store.conversation(notice.conversation)?.map(|one| one.conversation);
            if let Some(conversation) = found.filter(|found| !alert::stale(&notice, Some(found))) {
                cases.push((notice, conversation));
            }
        }
        let mut events = vec![Event::NoticesTold { ids, at: now }];
        if let Some(told) = alert::message(&self.rules(), &cases, now) {
            let mut ways = self.ways(to, by_mail_too)?;
            if is_last_level {
                ways.extend(self.phone_of(to).filter(|phone| !ways.contains(phone)));
            }
            for path in ways {
                events.push(Event::Queued { row: told.row(&path, self.fresh_row()?, now) });
            }
            events.push(Event::CursorMoved { name: cursor_of(to), value: now.to_string() });
        }
        let calendar = &self.rules().calendar;
        for notice in cases.iter().filter_map(|(notice, _)| notice.again(calendar, now)) {
            let notice = Notice { id: self.store.fresh_number()?, ..notice };
            events.push(Event::NoticeHeld { notice });
        }
        self.store.commit(&Commit { events, expects: Vec::new() })?;
        self.has_mail.notify_one();
        Ok(())
    }

    /// The same to each of these, by the first way that is open.
    pub(super) fn told_to(
        &self,
        told: &Told,
        names: Vec<String>,
        now: Timestamp,
    ) -> Result<Vec<Event>, StoreError> {
        let mut rows = Vec::new();
        for name in names {
            for path in self.ways(&To::Person(name), false)? {
                rows.push(Event::Queued { row: told.row(&path, self.fresh_row()?, now) });
            }
        }
        Ok(rows)
    }

    pub(super) fn fresh_row(&self) -> Result<OutboxId, StoreError> {
        self.store.fresh_number().map(OutboxId)
    }

    fn phone_of(&self, to: &To) -> Option<Path> {
        let To::Person(name) = to else { return None };
        let paths = &self.staff.person(name)?.paths;
        paths.iter().find(|path| matches!(path, Path::Phone { .. })).cloned()
    }

    /// The first way that is open; with `by_mail_too` e-mail besides.
    pub(super) fn ways(&self, to: &To, by_mail_too: bool) -> Result<Vec<Path>, StoreError> {
        let paths = match to {
            To::Group => return Ok(self.staff.group.iter().cloned().collect()),
            To::Person(name) => {
                self.staff.person(name).map(|person| person.paths.clone()).unwrap_or_default()
            }
        };
        let mut open = None;
        for path in &paths {
            if self.down_since(&route_of(path))?.is_none() {
                open = Some(path);
                break;
            }
        }
        let mut ways: Vec<Path> = open.or(paths.first()).into_iter().cloned().collect();
        let mail = paths.iter().find(|path| matches!(path, Path::Email { .. }));
        if let Some(mail) = mail.filter(|mail| by_mail_too && !ways.contains(mail)) {
            ways.push(mail.clone());
        }
        Ok(ways)
    }

    /// Messages to staff that nobody took in time go the next way, and a way that works again is told of.
    fn take_other_ways(&self) -> Result<(), StoreError> {
        let now = self.now.get();
        let mut waiting: BTreeMap<Route, Vec<OutboxRow>> = BTreeMap::new();
        for (row, delivery) in self.store.unsent()? {
            if matches!(row.to, Recipient::StaffTelegram(_)) && matches!(delivery, Delivery::Waiting { .. }) {
                waiting.entry((row.to.channel(), row.account.clone())).or_default().push(row);
            }
        }
        let bots = self.settings.telegram.iter().map(|bot| (Channel::Telegram, bot.name.clone()));
        for route in bots.collect::<BTreeSet<_>>() {
            let rows = waiting.remove(&route).unwrap_or_default();
            let stuck = rows.iter().filter(|row| now.duration_since(row.created_at) >= PATIENCE);
            let stuck: Vec<&OutboxRow> = stuck.collect();
            match (self.down_since(&route)?, stuck.is_empty()) {
                (done, false) => self.reroute(&route, &stuck, done.unwrap_or(0), now)?,
                (Some(_), true) if rows.is_empty() => self.restore(&route, now)?,
                (Some(_) | None, true) => {}
            }
        }
        Ok(())
    }

    /// Of a way that is down, the highest row that has gone another way.
    fn down_since(&self, route: &Route) -> Result<Option<u64>, StoreError> {
        Ok(self.store.cursor(&down_cursor(route))?.and_then(|row| row.parse().ok()))
    }

    fn reroute(
        &self,
        route: &Route,
        stuck: &[&OutboxRow],
        done: u64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(last) = stuck.iter().map(|row| row.id.0).max().filter(|last| *last > done) else {
            return Ok(());
        };
        let mut events = Vec::new();
        for row in stuck.iter().filter(|row| row.id.0 > done) {
            let next =
                self.reader(row).and_then(|person| person.paths.iter().find(|path| route_of(path) != *route));
            if let Some(path) = next {
                events.push(Event::Queued { row: copy_of(row).row(path, self.fresh_row()?, now) });
            }
        }
        events.push(Event::CursorMoved { name: down_cursor(route), value: last.to_string() });
        tracing::warn!(bot = route.1, "Alerts were not taken for two minutes: they go another way");
        self.store.commit(&Commit { events, expects: Vec::new() })?;
        self.has_mail.notify_one();
        Ok(())
    }

    /// The member of staff whose chat the row goes to.
    fn reader(&self, row: &OutboxRow) -> Option<&Person> {
        let Recipient::StaffTelegram(chat) = row.to else { return None };
        let path = Path::Telegram { bot: row.account.clone(), chat };
        self.staff.people.iter().find(|person| person.paths.contains(&path))
    }

    /// One message, to the group or else to the first person on this way.
    fn restore(&self, route: &Route, now: Timestamp) -> Result<(), StoreError> {
        let on_it = |path: &&Path| route_of(path) == *route;
        let group = self.staff.group.iter().find(on_it);
        let path = group.or_else(|| self.staff.people.iter().flat_map(|person| &person.paths).find(on_it));
        let language = self.rules().business.default_language();
        let text = alert::restored(&route.1, language);
        let told = Told { subject: text.clone(), text, buttons: Vec::new(), language, conversation: None };
        let mut events = vec![Event::CursorMoved { name: down_cursor(route), value: String::new() }];
        if let Some(path) = path {
            events.push(Event::Queued { row: told.row(path, self.fresh_row()?, now) });
        }
        self.store.commit(&Commit { events, expects: Vec::new() })?;
        self.has_mail.notify_one();
        Ok(())
    }
}

fn by_recipient(notices: Vec<Notice>) -> BTreeMap<To, Vec<Notice>> {
    let mut sorted: BTreeMap<To, Vec<Notice>> = BTreeMap::new();
    for notice in notices {
        sorted.entry(notice.to.clone()).or_default().push(notice);
    }
    sorted
}

fn cursor_of(to: &To) -> String {
    match to {
        To::Group => "alerts:group".to_owned(),
        To::Person(name) => format!("alerts:person:{name}"),
    }
}

fn down_cursor(route: &Route) -> String {
    format!("alerts:down:{}:{}", route.0.name(), route.1)
}

fn route_of(path: &Path) -> Route {
    match path {
        Path::Email { account, .. } => (Channel::Email, account.clone()),
        Path::Telegram { bot, .. } => (Channel::Telegram, bot.clone()),
        Path::Phone { .. } => (Channel::Phone, alert::PHONE_ACCOUNT.to_owned()),
    }
}

fn copy_of(row: &OutboxRow) -> Told {
    Told {
        subject: row.subject.clone(),
        text: row.text.clone(),
        buttons: row.buttons.clone(),
        language: row.language,
        conversation: row.conversation,
    }
}

//! Levels: when a clock reaches one, it is on record, and who is to be told is held as notices.
//!
//! `telling` makes messages of the notices. Both are stored before anything is sent.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::alert::{self, Case, Notice, Recipients, To};
use crate::domain::clocks::{Clock, ClockKind, Level, Span};
use crate::domain::complaint::Complaint;
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::event::Event;
use crate::domain::rules::Rules;
use crate::gateway::Gateway;
use crate::store::{Commit, Due, StoreError};

const MOST_AT_ONCE: usize = 500;
/// A level that was reached longer ago was missed, and is told as late.
const LATE: SignedDuration = SignedDuration::from_mins(15);
/// The group waits so long for more that is due together.
const GATHERING: SignedDuration = SignedDuration::from_secs(60);

/// A clock of a case, and when its level was reached.
#[derive(Debug, Clone, Copy)]
struct Reached {
    conversation: ConversationId,
    kind: ClockKind,
    started_at: Timestamp,
    level: Level,
    reached_at: Timestamp,
}

impl Gateway {
    /// Fires every level that has been reached, and tells what may be told now; tells how many
    /// levels that were.
    ///
    /// After a downtime several levels of one clock may be due: only the highest is told.
    pub fn fire_due(&self) -> Result<usize, StoreError> {
        let mut fired = 0;
        loop {
            let due = self.store.due(self.now.get(), MOST_AT_ONCE)?;
            if due.is_empty() {
                break;
            }
            for reached in highest(&due) {
                if reached.kind.is_follow_up() {
                    self.follow_up(reached.conversation, reached.kind, reached.started_at)?;
                } else {
                    self.fire(reached)?;
                }
                fired += 1;
            }
        }
        self.tell()?;
        Ok(fired)
    }

    /// Fires, tells, and says when there is something to do again.
    pub fn watch(&self) -> Result<Option<Timestamp>, StoreError> {
        self.fire_due()?;
        self.tell_digest()?;
        self.tell_evening()?;
        self.watch_machine()?;
        self.pulse.beat(self.now.get());
        let times = [
            self.store.next_due()?,
            self.next_telling()?,
            Some(self.next_digest()),
            Some(self.next_evening()?),
        ];
        Ok(times.into_iter().flatten().min())
    }

    fn fire(&self, reached: Reached) -> Result<(), StoreError> {
        let Reached { conversation: id, kind, started_at, level, .. } = reached;
        loop {
            let Some(versioned) = self.store.conversation(id)? else {
                return Err(StoreError::Other(format!(
                    "A clock runs for conversation {}, which does not exist",
                    id.0
                )));
            };
            let now = self.now.get();
            let mut events = vec![Event::AlertFired { conversation: id, kind, started_at, level, at: now }];
            events.extend(self.remedy_overdue(&versioned.conversation, kind, level));
            events.extend(self.consequences(&versioned.conversation, kind, started_at, level, now));
            events.extend(self.notices(&versioned.conversation, reached, now)?);
            let events = self.with_delay_told(&versioned.conversation, events, now)?;
            let tells = events.iter().any(|event| matches!(event, Event::Queued { .. }));
            match self.store.commit(&Commit { events, expects: vec![(id, versioned.version)] }) {
                Ok(()) if tells => {
                    self.after_action(id);
                    break;
                }
                Ok(()) => break,
                Err(StoreError::Conflict) => continue,
                Err(error) => return Err(error),
            }
        }
        metrics::counter!("pasokh_alerts_total", "clock" => kind.name(), "level" => level.0.to_string())
            .increment(1);
        Ok(())
    }

    /// What a level means besides telling staff: a promise is broken, a customer should hear of a
    /// delay, we have waited long enough, the next window of an outside body begins.
    fn consequences(
        &self,
        conversation: &Conversation,
        kind: ClockKind,
        started_at: Timestamp,
        level: Level,
        now: Timestamp,
    ) -> Vec<Event> {
        let clocks = conversation.complaint.iter().flat_map(|complaint| &complaint.clocks);
        let same =
            |clock: &&Clock| clock.kind == kind && clock.started_at == started_at && clock.is_ticking();
        let Some(clock) = clocks.into_iter().find(same) else { return Vec::new() };
        if level < Level::DUE || clock.broken_at.is_some() {
            return Vec::new();
        }
        let rules = self.rules();
        let (id, due) = (conversation.id, clock.due);
        let promise = clock.basis.as_ref().map(|basis| basis.promise.clone());
        let mut events =
            vec![Event::PromiseBroken { conversation: id, kind, started_at, promise, due, at: now }];
        if kind == ClockKind::Update {
            let told = clock.told.unwrap_or(due);
            events.push(Event::DelayDue { conversation: id, kind, told, due, at: now });
        }
        if kind == ClockKind::External {
            events.extend(next_window(&rules, clock, id));
        }
        events
    }

    /// A notice for everybody whom the ladder names.
    fn notices(
        &self,
        conversation: &Conversation,
        reached: Reached,
        now: Timestamp,
    ) -> Result<Vec<Event>, StoreError> {
        let Some(complaint) = &conversation.complaint else { return Ok(Vec::new()) };
        let same = |clock: &&Clock| clock.kind == reached.kind && clock.started_at == reached.started_at;
        let clock = complaint.clocks.iter().find(same).filter(|clock| clock.is_ticking());
        let Some(clock) = clock.filter(|clock| !clock.kind.is_follow_up()) else { return Ok(Vec::new()) };
        // A channel that is down is one fault, not one in every case.
        let route = (conversation.contact.channel(), conversation.account.clone());
        if clock.kind == ClockKind::Ack && self.is_out_of_reach(&route) {
            return Ok(Vec::new());
        }
        let told = self.recipients(complaint, reached.level, now);
        if told.people.is_empty() && !told.group && reached.level >= Level(75) {
            tracing::warn!(code = %complaint.code, level = reached.level.0, "A clock has reached a level, and there is nobody to tell: see `staff` in the settings");
        }
        let people = told.people.iter().cloned().map(To::Person);
        let mut events = Vec::new();
        for to in people.chain(told.group.then_some(To::Group)) {
            let notice = self.notice(complaint, clock, reached, to, told.by_mail_too, now)?;
            events.push(Event::NoticeHeld { notice });
        }
        Ok(events)
    }

    fn recipients(&self, complaint: &Complaint, level: Level, now: Timestamp) -> Recipients {
        let rules = self.rules();
        let today = rules.calendar.date_of(now);
        let severity = complaint.severity().number();
        let names = self.staff.people.iter().map(|person| person.name.clone());
        let concerned: Vec<String> = names.filter(|name| complaint.record.concerns(name)).collect();
        let department = rules.departments.of(complaint);
        let case = Case { owner: complaint.owner.as_deref(), department, severity, concerned: &concerned };
        alert::recipients(&self.staff, case, level, today)
    }

    fn notice(
        &self,
        complaint: &Complaint,
        clock: &Clock,
        reached: Reached,
        to: To,
        by_mail_too: bool,
        now: Timestamp,
    ) -> Result<Notice, StoreError> {
        let severity = complaint.severity().number();
        let person = match &to {
            To::Person(name) => self.staff.person(name),
            To::Group => None,
        };
        let rules = self.rules();
        let awake = alert::not_before(&rules.calendar, self.settings.staff.quiet, person, severity, now);
        let gathered = match to {
            To::Group => now.saturating_add(GATHERING).unwrap_or(now),
            To::Person(_) => now,
        };
        let snoozed = clock.snoozes.last().copied().filter(|_| reached.level < Level::DUE).unwrap_or(now);
        Ok(Notice {
            id: self.store.fresh_number()?,
            to,
            conversation: reached.conversation,
            kind: reached.kind,
            started_at: reached.started_at,
            level: reached.level,
            severity,
            late: now.duration_since(reached.reached_at) > LATE,
            by_mail_too,
            repeated: false,
            not_before: awake.max(gathered).max(snoozed),
            at: now,
        })
    }
}

/// An outside body gives us less time after each window that we let pass.
fn next_window(rules: &Rules, clock: &Clock, conversation: ConversationId) -> Vec<Event> {
    let Some(Span::CalendarMinutes(minutes)) = clock.basis.as_ref().map(|basis| basis.limit.span) else {
        return Vec::new();
    };
    let Some(limit) = rules.promises.next_external(minutes) else { return Vec::new() };
    let promise = (rules.promises.version(), clock.basis.as_ref().map_or(3, |basis| basis.severity));
    let next = Clock::of(clock.kind, limit, promise, &rules.calendar, clock.due);
    vec![
        Event::ClockStopped { conversation, kind: clock.kind, at: clock.due },
        Event::ClockStarted { conversation, clock: next },
    ]
}

fn highest(due: &[Due]) -> Vec<Reached> {
    let mut highest: BTreeMap<(ConversationId, ClockKind, Timestamp), Reached> = BTreeMap::new();
    for one in due {
        let Due { at, conversation, kind, started_at, level } = *one;
        let reached = Reached { conversation, kind, started_at, level, reached_at: at };
        let known = highest.entry((conversation, kind, started_at)).or_insert(reached);
        if level > known.level {
            *known = reached;
        }
    }
    highest.into_values().collect()
}

//! Clocks of cases: started with what happens, worked out anew when the calendar changes.
//!
//! Closures and opening days that staff add are events; the calendar of the
//! rules in force is that of the settings with them, from the commit on.
//!
//! Invariant: whatever changes a case goes through `Gateway::with_clocks`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::calendar::{Calendar, CalendarError, Closure, Outlook};
use crate::domain::clocks::{self, Promises};
use crate::domain::conversation::{Conversation, ConversationId};
use crate::domain::departments::{Calendars, Departments};
use crate::domain::event::Event;
use crate::domain::rules::Rules;
use crate::gateway::Gateway;
use crate::gateway::desk::DeskError;
use crate::settings::Staff;
use crate::store::{Commit, ComplaintFilter, StoreError};

/// What a changed calendar did to the cases that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reworked {
    /// Cases of which a due time moved.
    pub moved: usize,
    /// Customers who were told a time that cannot be kept any more.
    pub delayed: usize,
}

impl Gateway {
    /// The events of one commit, and those of the clocks that follow from them.
    pub(super) fn with_clocks(&self, mut events: Vec<Event>) -> Result<Vec<Event>, StoreError> {
        let rules = self.rules();
        let cases: BTreeSet<ConversationId> = events.iter().filter_map(Event::conversation).collect();
        let mut follow = Vec::new();
        for id in cases {
            let before = self.store.conversation(id)?.map(|versioned| versioned.conversation);
            follow.extend(clocks::follow(&rules.promises, rules.calendars(), before.as_ref(), &events));
        }
        events.extend(follow);
        self.with_summaries(events)
    }

    /// The rules with the closures that staff added.
    pub(super) fn with_closures(&self, mut rules: Rules) -> Rules {
        let closed = self
            .store
            .closures()
            .map_err(|error| error.to_string())
            .and_then(|closures| self.closed(&closures).map_err(|error| error.to_string()));
        match closed {
            Ok((calendar, departments)) => {
                rules.calendar = calendar;
                rules.departments = departments;
            }
            Err(error) => tracing::error!("Closures that were added do not count: {error}"),
        }
        rules
    }

    /// The calendars of the settings with these closures.
    fn closed(&self, closures: &[Closure]) -> Result<(Calendar, Departments), CalendarError> {
        let calendar = self.settings.calendar.with_closures(closures)?;
        let departments = self.settings.departments.beside(&calendar)?;
        Ok((calendar, departments))
    }

    pub fn closures(&self) -> Result<Vec<Closure>, DeskError> {
        Ok(self.store.closures()?)
    }

    /// Closes or opens days from now on, and moves the clocks that run over them.
    pub fn add_closure(&self, closure: Closure, by: &str) -> Result<Reworked, DeskError> {
        self.authorise(by)?;
        let mut closures = self.store.closures()?;
        closures.retain(|one| one.from != closure.from);
        closures.push(closure.clone());
        self.closed(&closures)?;
        self.closures_changed(Event::ClosureAdded { closure, by: by.to_owned(), at: self.now.get() })
    }

    pub fn remove_closure(&self, from: Date, by: &str) -> Result<Reworked, DeskError> {
        self.authorise(by)?;
        if !self.store.closures()?.iter().any(|closure| closure.from == from) {
            return Err(DeskError::NoSuchClosure(from));
        }
        self.closures_changed(Event::ClosureRemoved { from, by: by.to_owned(), at: self.now.get() })
    }

    fn closures_changed(&self, event: Event) -> Result<Reworked, DeskError> {
        self.store.commit(&Commit { events: vec![event], expects: Vec::new() })?;
        let rules = Rules::clone(&self.rules());
        self.replace_rules(rules);
        Ok(self.rework_clocks()?)
    }

    /// Moves every running clock that was reckoned by another calendar.
    pub fn rework_clocks(&self) -> Result<Reworked, StoreError> {
        let mut reworked = Reworked::default();
        for id in self.store.complaints(&ComplaintFilter { open: Some(true), limit: 0 })? {
            let events = self.change(id, |rules, conversation, now| {
                let moved = clocks::rework(rules.calendars(), conversation, now);
                self.with_delay_told(conversation, moved, now)
            })?;
            reworked.moved += usize::from(!events.is_empty());
            reworked.delayed +=
                usize::from(events.iter().any(|event| matches!(event, Event::DelayDue { .. })));
        }
        if reworked.moved > 0 {
            tracing::info!(
                moved = reworked.moved,
                delayed = reworked.delayed,
                "The calendar has changed: due times of open cases were worked out anew"
            );
        }
        self.has_clock.notify_one();
        self.has_mail.notify_one();
        Ok(reworked)
    }

    /// Commits what `make` says about a case as it is, however often it changes meanwhile.
    pub(super) fn change(
        &self,
        id: ConversationId,
        make: impl Fn(&Rules, &Conversation, Timestamp) -> Result<Vec<Event>, StoreError>,
    ) -> Result<Vec<Event>, StoreError> {
        loop {
            let Some(versioned) = self.store.conversation(id)? else { return Ok(Vec::new()) };
            let events = make(&self.rules(), &versioned.conversation, self.now.get())?;
            if events.is_empty() {
                return Ok(events);
            }
            let commit = Commit { events, expects: vec![(id, versioned.version)] };
            match self.store.commit(&commit) {
                Ok(()) => return Ok(commit.events),
                Err(StoreError::Conflict) => continue,
                Err(error) => return Err(error),
            }
        }
    }

    /// At the start: the log says what is missing in the calendar, and clocks follow its edits.
    pub fn start_clocks(&self) -> Result<(), StoreError> {
        let rules = self.rules();
        for outlook in outlook(rules.calendars(), &rules.promises, self.now.get()) {
            tracing::warn!("{outlook}");
        }
        self.rework_clocks().map(|_| ())
    }
}

/// What an owner should know about the days ahead, a sentence each: of the shop, and then what is
/// worse in a department with a week of its own.
pub fn outlook(calendars: Calendars<'_>, promises: &Promises, now: Timestamp) -> Vec<String> {
    let cap = promises.longest_cap_hours().map(|hours| jiff::SignedDuration::from_hours(hours.into()));
    let told =
        |calendar: &Calendar| -> Vec<String> { calendar.outlook(now, cap).iter().map(sentence).collect() };
    let mut found = told(calendars.shop);
    for (name, calendar) in calendars.departments.calendars() {
        let worse: Vec<String> = told(calendar).into_iter().filter(|one| !found.contains(one)).collect();
        found.extend(worse.into_iter().map(|sentence| format!("Department {name}: {sentence}")));
    }
    found
}

/// Severity 1 is promised around the clock, and at night nobody would hear of it: no such promise
/// may be given.
pub fn nobody_on_call(staff: &Staff) -> Option<String> {
    let nobody = !staff.people.is_empty() && !staff.people.iter().any(|person| person.on_call);
    nobody.then(|| {
        "nobody is `on_call`: severity 1 is promised around the clock, and at night nobody hears of it"
            .to_owned()
    })
}

/// What is missing at the desk for what is promised, a sentence each.
pub fn staffing(staff: &Staff) -> Vec<String> {
    let mut found = Vec::new();
    for person in
        staff.people.iter().filter(|person| matches!(person.role.as_str(), "lead" | "manager" | "owner"))
    {
        let ways = [person.email.is_some(), person.telegram.is_some(), person.bale.is_some()];
        if ways.into_iter().filter(|way| *way).count() < 2 {
            found.push(format!(
                "{} can be reached one way at most: when it fails, nobody further up hears of a broken promise",
                person.name
            ));
        }
    }
    found
}

fn sentence(outlook: &Outlook) -> String {
    match outlook {
        Outlook::NextYearMissing { year } => format!(
            "The calendar knows no holidays of {year}: add them, or answers will be promised on closed days"
        ),
        Outlook::ClosedLongerThanPromised { first, last, closed, cap } => format!(
            "From {first} to {last} nobody is there for {} hours, longer than the {} hours of a promise in \
             calendar time: name somebody on call, or add an opening day",
            closed.as_hours(),
            cap.as_hours()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Secrets, parse};
    use crate::yaml::Source;

    #[test]
    fn what_is_missing_at_the_desk_is_told_by_name() {
        let told = |people: &str| {
            let text = format!("staff: {{ people: [ {people} ] }}");
            let source = Source { name: "pasokh.yaml".to_owned(), text };
            let staff = parse(&source, None, Secrets::Optional).unwrap().0.staff;
            nobody_on_call(&staff).into_iter().chain(staffing(&staff)).collect::<Vec<_>>().join("\n")
        };
        insta::assert_snapshot!(told("{ name: Sara, telegram: 1 }, { name: Reza, role: lead, telegram: 2 }"), @"
        nobody is `on_call`: severity 1 is promised around the clock, and at night nobody hears of it
        Reza can be reached one way at most: when it fails, nobody further up hears of a broken promise
        ");
        assert_eq!(told("{ name: Mina, role: manager, telegram: 2, bale: 3, on_call: true }"), "");
        assert_eq!(told(""), "");
    }

    #[test]
    fn what_lies_ahead_is_told_in_sentences() {
        let source =
            Source { name: "pasokh.yaml".to_owned(), text: "calendar: { holidays: iran }".to_owned() };
        let (settings, _) = parse(&source, None, Secrets::Optional).unwrap();
        let told =
            |at: &str| outlook(settings.calendars(), &settings.promises, at.parse().unwrap()).join("\n");
        // From the evening before Fitr, before Nowruz, and before 12 Farvardin of 1406.
        insta::assert_snapshot!(told("2027-03-01T08:00:00Z"), @"
        From 2027-03-09 to 2027-03-13 nobody is there for 88 hours, longer than the 72 hours of a promise in calendar time: name somebody on call, or add an opening day
        From 2027-03-18 to 2027-03-25 nobody is there for 164 hours, longer than the 72 hours of a promise in calendar time: name somebody on call, or add an opening day
        From 2027-03-31 to 2027-04-04 nobody is there for 88 hours, longer than the 72 hours of a promise in calendar time: name somebody on call, or add an opening day
        ");
        assert!(told("2028-01-25T08:00:00Z").contains("no holidays of 1407"));
    }
}

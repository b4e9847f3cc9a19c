//! Who is told at which level: the escalation ladder.
//!
//! | at | who | how |
//! |---|---|---|
//! | 50 % | owner | the digest only |
//! | 75 % | owner | a direct message |
//! | 90 % | owner, lead | direct, and the group |
//! | 100 % | owner, lead | direct, and the group |
//! | 150 % | the complaints manager besides | direct and by e-mail |
//! | 200 % | the owner of the business besides | direct, by e-mail and as a short message |
//!
//! A case that nobody owns warns the lead; where there is none, the complaints
//! manager, then the owner of the business, then everybody who may act. What
//! is of severity 1 goes to the complaints manager and to who is on call at once.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::alert::{Person, Role, Staff};
use crate::domain::clocks::Level;

/// What the ladder needs to know of a case.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub owner: Option<&'a str>,
    /// Which has the case: that of its topic while nobody owns it.
    pub department: Option<&'a str>,
    pub severity: u8,
    /// Names of those complained about: they are never told.
    pub concerned: &'a [String],
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipients {
    pub people: BTreeSet<String>,
    pub group: bool,
    /// Each person by e-mail as well.
    pub by_mail_too: bool,
}

/// The people to tell, today, that this level was reached.
pub fn recipients(staff: &Staff, case: Case<'_>, level: Level, today: Date) -> Recipients {
    let mut told = Recipients::default();
    if level < Level(75) && case.severity > 1 {
        return told;
    }
    let rota = Rota { staff, case, today };
    let owner = case.owner.and_then(|owner| rota.present(owner));
    told.people.extend(owner.map(|owner| owner.name.clone()));
    if level >= Level(90) || owner.is_none() {
        let department = owner.and_then(|owner| owner.department.as_deref()).or(case.department);
        told.people.extend(rota.leads(department));
    }
    if level >= Level(150) || case.severity == 1 {
        told.people.extend(rota.with_role(Role::Manager));
    }
    if level >= Level(200) {
        told.people.extend(rota.with_role(Role::Owner));
    }
    if case.severity == 1 {
        told.people.extend(rota.on_call());
    }
    if told.people.is_empty() {
        told.people = rota.anybody();
    }
    told.group =
        staff.group.is_some() && (level >= Level(90) || case.severity == 1 || told.people.is_empty());
    told.by_mail_too = level >= Level(150);
    told
}

struct Rota<'a> {
    staff: &'a Staff,
    case: Case<'a>,
    today: Date,
}

impl<'a> Rota<'a> {
    fn present(&self, name: &str) -> Option<&'a Person> {
        self.staff.present(name, self.today).filter(|person| self.may_know(person))
    }

    fn may_know(&self, person: &Person) -> bool {
        person.role != Role::Viewer && !self.case.concerned.contains(&person.name)
    }

    fn with_role(&self, role: Role) -> BTreeSet<String> {
        let people = self.staff.people.iter().filter(|person| person.role == role);
        people.filter_map(|person| self.present(&person.name)).map(|person| person.name.clone()).collect()
    }

    /// The leads of the department, of any where it has none; the complaints manager in their place.
    fn leads(&self, department: Option<&str>) -> BTreeSet<String> {
        let leads = self.staff.people.iter().filter(|person| person.role == Role::Lead);
        let of = |wanted: Option<&str>| -> BTreeSet<String> {
            leads
                .clone()
                .filter(|lead| wanted.is_none() || lead.department.as_deref() == wanted)
                .filter_map(|lead| self.present(&lead.name))
                .map(|lead| lead.name.clone())
                .collect()
        };
        [of(department), of(None), self.with_role(Role::Manager)]
            .into_iter()
            .find(|leads| !leads.is_empty())
            .unwrap_or_default()
    }

    fn on_call(&self) -> BTreeSet<String> {
        let people = self.staff.people.iter().filter(|person| person.on_call);
        people.filter_map(|person| self.present(&person.name)).map(|person| person.name.clone()).collect()
    }

    /// The owner of the business, or else everybody who may act.
    fn anybody(&self) -> BTreeSet<String> {
        let owners = self.with_role(Role::Owner);
        if !owners.is_empty() {
            return owners;
        }
        let people = self.staff.people.iter().filter(|person| self.may_know(person));
        people.filter(|person| !person.is_away(self.today)).map(|person| person.name.clone()).collect()
    }
}

//! The people of the desk, as alerts need them.

use jiff::civil::Date;

use crate::domain::calendar::Week;
use crate::domain::message::EmailAddress;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Agent,
    /// Leads a department.
    Lead,
    /// Manages complaints, independent of the departments.
    Manager,
    /// Owns the business.
    Owner,
    /// May only look.
    Viewer,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Agent, Role::Lead, Role::Manager, Role::Owner, Role::Viewer];

    pub fn name(self) -> &'static str {
        match self {
            Role::Agent => "agent",
            Role::Lead => "lead",
            Role::Manager => "manager",
            Role::Owner => "owner",
            Role::Viewer => "viewer",
        }
    }

    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// One way to reach staff.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Path {
    /// A chat at Telegram, or at a messenger with the same Bot API such as Bale.
    Telegram {
        bot: String,
        chat: i64,
    },
    Email {
        account: String,
        address: EmailAddress,
    },
    /// A short message by the operator's hook.
    Phone {
        number: String,
    },
}

/// From the first day to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    pub from: Date,
    pub until: Date,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub role: Role,
    pub department: Option<String>,
    /// Who is told instead while this person is away.
    pub deputy: Option<String>,
    pub absences: Vec<Absence>,
    /// Their own hours, or those of their department; those of the shop without.
    pub hours: Option<Week>,
    /// May be woken for the worst.
    pub on_call: bool,
    /// In the order in which they are tried.
    pub paths: Vec<Path>,
}

impl Person {
    pub fn is_away(&self, today: Date) -> bool {
        self.absences.iter().any(|absence| (absence.from..=absence.until).contains(&today))
    }
}

/// Everybody, and the group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Staff {
    pub people: Vec<Person>,
    pub group: Option<Path>,
}

/// Deputies of deputies are followed so far; whoever writes a ring gets nobody.
const LONGEST_CHAIN: usize = 5;

impl Staff {
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.name == name)
    }

    /// The person, or who stands in for them today.
    pub fn present(&self, name: &str, today: Date) -> Option<&Person> {
        let mut person = self.person(name)?;
        for _ in 0..LONGEST_CHAIN {
            if !person.is_away(today) {
                return Some(person);
            }
            person = self.person(person.deputy.as_deref()?)?;
        }
        None
    }
}

//! Departments: whose topics are whose, and the hours of each.
//!
//! A case belongs to the department of its owner; while nobody owns it, to the
//! one that its topic is sent to. A department may have a week of its own: its
//! clocks count that one, with the holidays and closures of the whole shop.

use std::collections::BTreeMap;

use crate::domain::calendar::{Calendar, CalendarError, Week};
use crate::domain::clocks::Clock;
use crate::domain::complaint::Complaint;
use crate::domain::understanding::IntentName;

/// What the settings say of one department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    pub name: String,
    /// Intents whose cases it gets.
    pub topics: Vec<IntentName>,
    /// Its own hours; those of the shop without.
    pub week: Option<Week>,
}

/// All of them, with who belongs to which.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Departments {
    departments: Vec<Department>,
    /// Department by name of the member of staff.
    members: BTreeMap<String, String>,
    /// Calendars of those that have a week of their own, by name.
    calendars: BTreeMap<String, Calendar>,
}

impl Departments {
    /// Refuses a week that makes no calendar with the dates of the shop's.
    pub fn new(
        departments: Vec<Department>,
        members: BTreeMap<String, String>,
        shop: &Calendar,
    ) -> Result<Departments, CalendarError> {
        Departments { departments, members, calendars: BTreeMap::new() }.beside(shop)
    }

    /// The same departments after the dates of the shop have changed.
    pub fn beside(&self, shop: &Calendar) -> Result<Departments, CalendarError> {
        let mut calendars = BTreeMap::new();
        for department in &self.departments {
            if let Some(week) = &department.week {
                let calendar = shop.of_department(&department.name, week.clone())?;
                calendars.insert(department.name.clone(), calendar);
            }
        }
        Ok(Departments { calendars, ..self.clone() })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Department> {
        self.departments.iter()
    }

    /// Calendars that are not the shop's, by name of the department.
    pub fn calendars(&self) -> impl Iterator<Item = (&str, &Calendar)> {
        self.calendars.iter().map(|(name, calendar)| (name.as_str(), calendar))
    }

    /// That of the owner, or of the topic while nobody owns the case.
    pub fn of(&self, complaint: &Complaint) -> Option<&str> {
        match &complaint.owner {
            Some(owner) => self.members.get(owner).map(String::as_str),
            None => self.of_topic(complaint.topic.as_deref()),
        }
    }

    pub fn of_topic(&self, topic: Option<&str>) -> Option<&str> {
        let topic = topic?;
        let gets = |department: &&Department| department.topics.iter().any(|one| one == topic);
        self.departments.iter().find(gets).map(|department| department.name.as_str())
    }

    /// The hours of a department's own, where it has any.
    pub fn week(&self, name: &str) -> Option<&Week> {
        self.departments.iter().find(|department| department.name == name)?.week.as_ref()
    }

    /// The calendar of its department; none where that of the shop holds.
    pub fn calendar_of(&self, complaint: &Complaint) -> Option<&Calendar> {
        self.calendars.get(self.of(complaint)?)
    }

    pub fn calendar_of_topic(&self, topic: Option<&str>) -> Option<&Calendar> {
        self.calendars.get(self.of_topic(topic)?)
    }
}

/// The calendars that hold: which of them counts for a case, and for a clock.
#[derive(Debug, Clone, Copy)]
pub struct Calendars<'a> {
    pub shop: &'a Calendar,
    pub departments: &'a Departments,
}

impl<'a> Calendars<'a> {
    /// That of the case's department.
    pub fn of(self, complaint: &Complaint) -> &'a Calendar {
        self.departments.calendar_of(complaint).unwrap_or(self.shop)
    }

    /// That by which a clock is reckoned: of the department that had the case when it started, so
    /// that a case which changes hands keeps the times that its customer was told.
    pub fn of_clock(self, clock: &Clock) -> &'a Calendar {
        let department = clock.basis.as_ref().and_then(|basis| basis.department.as_ref());
        department.and_then(|name| self.departments.calendars.get(name)).unwrap_or(self.shop)
    }
}

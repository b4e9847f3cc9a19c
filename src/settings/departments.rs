//! The departments: whose topics are whose, and the hours of each.
//!
//! ```yaml
//! departments:
//!   repairs:
//!     topics: [warranty, damaged_item]           # names of intents; their cases come here
//!     week: { sat-wed: ["10:00-14:00"] }         # the shop's when absent
//! ```
//!
//! People belong to a department by `department` in `staff`.

use std::collections::BTreeMap;

use crate::domain::calendar::Calendar;
use crate::domain::departments::{Department, Departments};
use crate::settings::place::Place;
use crate::settings::{Staff, calendar};
use crate::yaml::{Key, Node};

pub(super) fn departments(
    place: &mut Place,
    node: Option<&Node>,
    staff: &Staff,
    shop: &Calendar,
) -> Departments {
    let members: BTreeMap<String, String> = staff
        .people
        .iter()
        .filter_map(|person| Some((person.name.clone(), person.department.clone()?)))
        .collect();
    let entries = node
        .filter(|node| !node.is_nothing())
        .and_then(|node| place.reader.map(node, "`departments`"))
        .unwrap_or_default();
    let mut taken = BTreeMap::new();
    let mut departments = Vec::new();
    for (key, node) in entries {
        departments.extend(department(place, key, node, shop, &mut taken));
    }
    let none = |_| Departments::default();
    Departments::new(departments, members, shop).unwrap_or_else(none)
}

/// `taken`: topics that departments above it have, with the name of each.
fn department(
    place: &mut Place,
    key: &Key,
    node: &Node,
    shop: &Calendar,
    taken: &mut BTreeMap<String, String>,
) -> Option<Department> {
    let name = key.name.trim().to_owned();
    if node.is_nothing() {
        return Some(Department { name, topics: Vec::new(), week: None });
    }
    let fields = place.reader.fields(node, &format!("the department `{name}`"), &["topics", "week"])?;
    let listed = fields.get("topics").filter(|node| !node.is_nothing());
    let listed = listed.map(|node| place.reader.texts(node, "`topics`")).unwrap_or_default();
    let mut topics = Vec::new();
    for (topic, mark) in listed {
        let topic = topic.trim().to_owned();
        if let Some(other) = taken.get(&topic) {
            place.reader.error_with_help(
                mark,
                format!("`{topic}` goes to `{other}` already"),
                "a topic belongs to one department",
            );
            continue;
        }
        taken.insert(topic.clone(), name.clone());
        topics.push(topic);
    }
    let written = fields.get("week").filter(|node| !node.is_nothing());
    let week = written.and_then(|node| Some((node.mark, calendar::week(place, node)?)));
    if let Some((mark, week)) = &week
        && let Err(error) = shop.with_week(week.clone())
    {
        place.reader.error(*mark, error.to_string());
        return None;
    }
    Some(Department { name, topics, week: week.map(|(_, week)| week) })
}

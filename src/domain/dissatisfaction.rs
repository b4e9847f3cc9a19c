//! Dissatisfaction: does this customer have a complaint, whatever the words?
//!
//! Signs of the gate that were found in a text come in; out comes their total
//! weight, with the signs that count. A sign is taken back by a negation
//! ("not broken") or a condition ("if it arrives broken"), and a past deed
//! weighs more beside a contrast ("I returned it, but …").
//!
//! Invariant: no word of the customer's is counted twice.

use std::collections::BTreeSet;

use crate::domain::classify::{Cancelled, Found, GateSource, Past, Reading, Role, Speaks};

/// From this weight on a text is a complaint and nothing is answered by machine.
pub const IS_COMPLAINT: u32 = 2;

#[derive(Debug)]
struct Group {
    weight: u32,
    cancelled: Cancelled,
    past: Option<Past>,
}

/// The gate's groups, without their phrases.
#[derive(Debug)]
pub(in crate::domain) struct Gate {
    groups: Vec<Group>,
}

/// The total of a text and the signs that make it.
pub(in crate::domain) struct Weighed {
    pub total: u32,
    pub signs: Vec<Found>,
}

impl Gate {
    pub(in crate::domain) fn new(source: &GateSource) -> Gate {
        let group = |group: &crate::domain::classify::GateGroup| Group {
            weight: group.weight,
            cancelled: group.cancelled,
            past: group.past,
        };
        Gate { groups: source.groups.iter().map(group).collect() }
    }

    pub(in crate::domain) fn weigh(&self, reading: &Reading<'_>) -> Weighed {
        let mut signs: Vec<(&Group, Found)> = reading
            .found
            .iter()
            .filter_map(|found| match found.speaks {
                Speaks::Gate(number) => self.groups.get(number).map(|group| (group, *found)),
                _ => None,
            })
            .filter(|(group, found)| !is_taken_back(group, found, reading))
            .collect();
        signs.sort_by_key(|(group, found)| (std::cmp::Reverse(group.weight), found.phrase));
        let told = signs.iter().any(|(group, _)| group.past.is_some());
        let mut weighed = Weighed { total: 0, signs: Vec::new() };
        let mut counted = BTreeSet::new();
        for (group, found) in signs {
            if found.places().any(|place| counted.contains(&place)) {
                continue;
            }
            counted.extend(found.places());
            weighed.total += group.weight;
            weighed.signs.push(found);
        }
        if told && reading.has(Role::Contrast) {
            weighed.total += 1;
        }
        weighed
    }
}

fn is_taken_back(group: &Group, found: &Found, reading: &Reading<'_>) -> bool {
    match group.cancelled {
        Cancelled::Never => false,
        Cancelled::ByNegation => reading.is_denied(found),
        Cancelled::ByCondition => reading.is_denied(found) || reading.is_hypothetical(found),
    }
}

//! Who is responsible for a case, from the machine up to an outside body.
//!
//! Requirements §2.7. Going up keeps the owner and adds somebody above; the
//! clocks and the process both raise it.

use crate::domain::complaint::lists::Category;
use crate::domain::complaint::severity::Severity;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Authority {
    /// L0: every message.
    Machine,
    /// L1: whatever is filed.
    #[default]
    Agent,
    /// L2: lead of a department.
    Lead,
    /// L3: complaints manager, independent of the departments.
    Manager,
    /// L4: owner of the business.
    Owner,
    /// X: an outside body.
    Outside,
}

impl Authority {
    pub const ALL: [Authority; 6] = [
        Authority::Machine,
        Authority::Agent,
        Authority::Lead,
        Authority::Manager,
        Authority::Owner,
        Authority::Outside,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Authority::Machine => "L0",
            Authority::Agent => "L1",
            Authority::Lead => "L2",
            Authority::Manager => "L3",
            Authority::Owner => "L4",
            Authority::Outside => "X",
        }
    }

    pub fn from_name(name: &str) -> Option<Authority> {
        Authority::ALL.into_iter().find(|authority| authority.name() == name)
    }

    /// The authority of a staff member by their role in the settings; none for those who only look.
    pub fn of_role(role: &str) -> Option<Authority> {
        match role {
            "viewer" => None,
            "lead" => Some(Authority::Lead),
            "manager" => Some(Authority::Manager),
            "owner" => Some(Authority::Owner),
            _ => Some(Authority::Agent),
        }
    }

    /// One level up, inside the business.
    pub fn above(self) -> Authority {
        match self {
            Authority::Machine => Authority::Agent,
            Authority::Agent => Authority::Lead,
            Authority::Lead => Authority::Manager,
            Authority::Manager | Authority::Owner | Authority::Outside => Authority::Owner,
        }
    }

    /// Who must know at once of a case of this severity and category.
    pub fn at_once(severity: Severity, category: Option<Category>) -> Authority {
        let by_severity = match severity {
            Severity::One => Authority::Manager,
            Severity::Two => Authority::Lead,
            Severity::Three | Severity::Four => Authority::Agent,
        };
        let by_category = match category {
            Some(Category::StaffConduct | Category::PersonalData) => Authority::Manager,
            _ => Authority::Agent,
        };
        by_severity.max(by_category)
    }
}

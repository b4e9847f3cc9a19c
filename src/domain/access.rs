//! Who may do what: the one table of roles and rights, for every door.
//!
//! | | viewer | agent | lead | manager | owner |
//! |---|---|---|---|---|---|
//! | see cases, but those about oneself | yes | yes | yes | yes | yes |
//! | answer, note, assign, decide, close | | yes | yes | yes | yes |
//! | approve a remedy above the limit, decide without approval | | | yes | yes | yes |
//! | invite people and end their sessions, approve a warning to all customers | | | | | yes |
//!
//! Invariant: a role that the table does not name has no right.

use crate::domain::alert::Role;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    See,
    Act,
    Approve,
    Invite,
    Warn,
}

pub fn may(role: Role, right: Right) -> bool {
    match right {
        Right::See => true,
        Right::Act => role != Role::Viewer,
        Right::Approve => matches!(role, Role::Lead | Role::Manager | Role::Owner),
        Right::Invite | Right::Warn => role == Role::Owner,
    }
}

/// Nobody sees a complaint about themselves (ISO 10002, clause 4.9); others with names alike do.
pub fn may_see<'n>(name: &str, role: Role, mut concerned: impl Iterator<Item = &'n str>) -> bool {
    may(role, Right::See) && concerned.all(|one| one != name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds() {
        let rights = [Right::See, Right::Act, Right::Approve, Right::Invite, Right::Warn];
        for (role, expected) in [
            (Role::Viewer, [true, false, false, false, false]),
            (Role::Agent, [true, true, false, false, false]),
            (Role::Lead, [true, true, true, false, false]),
            (Role::Manager, [true, true, true, false, false]),
            (Role::Owner, [true, true, true, true, true]),
        ] {
            assert_eq!(rights.map(|right| may(role, right)), expected, "{role:?}");
        }
    }
}

//! How far a folder has been read, and since when it is watched.
//!
//! Invariant: a text that is no cursor reads as none, which means a new beginning that is
//! bounded by the epoch.

use std::collections::BTreeSet;

use jiff::Timestamp;

/// All UIDs up to `last` of this UIDVALIDITY have been accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub uidvalidity: u32,
    pub last: u32,
}

impl Cursor {
    pub fn name(account: &str, folder: &str) -> String {
        format!("imap:{account}:{folder}")
    }

    pub fn parse(text: &str) -> Option<Cursor> {
        let (uidvalidity, last) = text.split_once(':')?;
        Some(Cursor { uidvalidity: uidvalidity.parse().ok()?, last: last.parse().ok()? })
    }

    pub fn encode(self) -> String {
        format!("{}:{}", self.uidvalidity, self.last)
    }
}

/// When a folder was first watched, and marks of the mails that lay in it at that time. Both
/// outlive its UIDVALIDITY: in a mailbox made anew they tell what was never ours to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    pub at: Timestamp,
    pub before: BTreeSet<String>,
}

impl Epoch {
    pub fn name(account: &str, folder: &str) -> String {
        format!("imap:{account}:{folder}:epoch")
    }

    pub fn parse(text: &str) -> Option<Epoch> {
        let (at, marks) = text.split_once(' ').unwrap_or((text, ""));
        let before = marks.split(',').filter(|mark| !mark.is_empty()).map(str::to_owned).collect();
        Some(Epoch { at: at.parse().ok()?, before })
    }

    pub fn encode(&self) -> String {
        let marks: Vec<&str> = self.before.iter().map(String::as_str).collect();
        format!("{} {}", self.at, marks.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again() {
        let cursor = Cursor { uidvalidity: 4_000_000_000, last: 17 };
        assert_eq!(Cursor::parse(&cursor.encode()), Some(cursor));
        let before = ["ab".to_owned(), "cd".to_owned()].into();
        for epoch in [
            Epoch { at: Timestamp::UNIX_EPOCH, before },
            Epoch { at: Timestamp::UNIX_EPOCH, before: BTreeSet::new() },
        ] {
            assert_eq!(Epoch::parse(&epoch.encode()), Some(epoch));
        }
        for text in ["", "1", "a:b", "1:-2", "1:2:3"] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}

//! How bad it is: seven factors, each scored 0 to 3, and what follows from them.
//!
//! Requirements §2.6. A person scores; the machine may notice words that stand
//! for a factor, and raise.
//!
//! Invariant: the machine never lowers. Anger and insults are no factor.

use crate::domain::complaint::ComplaintKind;

/// 1 is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    One,
    Two,
    Three,
    Four,
}

impl Severity {
    pub const ALL: [Severity; 4] = [Severity::One, Severity::Two, Severity::Three, Severity::Four];

    pub fn number(self) -> u8 {
        match self {
            Severity::One => 1,
            Severity::Two => 2,
            Severity::Three => 3,
            Severity::Four => 4,
        }
    }

    pub fn from_number(number: u8) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| severity.number() == number)
    }

    /// Until somebody has assessed a case: what usually is at stake.
    pub fn assumed(kind: ComplaintKind) -> Severity {
        match kind {
            ComplaintKind::Complaint
            | ComplaintKind::Question
            | ComplaintKind::Request
            | ComplaintKind::Callback => Severity::Three,
            ComplaintKind::Suggestion | ComplaintKind::Criticism => Severity::Four,
        }
    }

    /// 1 and 2: alerts at once, a second reader, a root cause.
    pub fn is_grave(self) -> bool {
        matches!(self, Severity::One | Severity::Two)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    Safety,
    Money,
    Privacy,
    Legal,
    Waiting,
    Spread,
    Vulnerability,
}

impl Factor {
    pub const ALL: [Factor; 7] = [
        Factor::Safety,
        Factor::Money,
        Factor::Privacy,
        Factor::Legal,
        Factor::Waiting,
        Factor::Spread,
        Factor::Vulnerability,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Factor::Safety => "safety",
            Factor::Money => "money",
            Factor::Privacy => "privacy",
            Factor::Legal => "legal",
            Factor::Waiting => "waiting",
            Factor::Spread => "spread",
            Factor::Vulnerability => "vulnerability",
        }
    }

    pub fn from_name(name: &str) -> Option<Factor> {
        Factor::ALL.into_iter().find(|factor| factor.name() == name)
    }
}

/// The score of every factor, 0 to 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Scores {
    pub safety: u8,
    pub money: u8,
    pub privacy: u8,
    pub legal: u8,
    pub waiting: u8,
    pub spread: u8,
    pub vulnerability: u8,
}

impl Scores {
    pub const HIGHEST: u8 = 3;

    pub fn of(&self, factor: Factor) -> u8 {
        match factor {
            Factor::Safety => self.safety,
            Factor::Money => self.money,
            Factor::Privacy => self.privacy,
            Factor::Legal => self.legal,
            Factor::Waiting => self.waiting,
            Factor::Spread => self.spread,
            Factor::Vulnerability => self.vulnerability,
        }
    }

    /// With this factor at this score; more than 3 is 3.
    pub fn with(mut self, factor: Factor, score: u8) -> Scores {
        let place = match factor {
            Factor::Safety => &mut self.safety,
            Factor::Money => &mut self.money,
            Factor::Privacy => &mut self.privacy,
            Factor::Legal => &mut self.legal,
            Factor::Waiting => &mut self.waiting,
            Factor::Spread => &mut self.spread,
            Factor::Vulnerability => &mut self.vulnerability,
        };
        *place = score.min(Scores::HIGHEST);
        self
    }

    /// The higher score of each factor.
    pub fn or_higher(self, other: Scores) -> Scores {
        Factor::ALL
            .into_iter()
            .fold(self, |scores, factor| scores.with(factor, scores.of(factor).max(other.of(factor))))
    }

    /// Requirements §2.6; an external case open scores 3 in `legal`, and that is severity 1 too.
    pub fn severity(&self) -> Severity {
        let all = Factor::ALL.map(|factor| self.of(factor));
        let count = |score| all.iter().filter(|one| **one >= score).count();
        if self.safety >= 3 || self.privacy >= 3 || self.legal >= 3 {
            Severity::One
        } else if count(3) >= 1 || count(2) >= 2 {
            Severity::Two
        } else if count(2) == 1 || count(1) >= 2 {
            Severity::Three
        } else {
            Severity::Four
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(pairs: &[(Factor, u8)]) -> Severity {
        pairs
            .iter()
            .fold(Scores::default(), |scores, (factor, score)| scores.with(*factor, *score))
            .severity()
    }

    #[test]
    fn severity_follows_the_table() {
        use Factor::{Legal, Money, Privacy, Safety, Spread, Vulnerability, Waiting};
        assert_eq!(scored(&[]), Severity::Four);
        assert_eq!(scored(&[(Money, 1)]), Severity::Four);
        assert_eq!(scored(&[(Money, 1), (Waiting, 1)]), Severity::Three);
        assert_eq!(scored(&[(Money, 2)]), Severity::Three);
        assert_eq!(scored(&[(Money, 2), (Waiting, 1)]), Severity::Three);
        assert_eq!(scored(&[(Money, 2), (Waiting, 2)]), Severity::Two);
        assert_eq!(scored(&[(Money, 3)]), Severity::Two);
        assert_eq!(scored(&[(Spread, 3), (Vulnerability, 3)]), Severity::Two);
        assert_eq!(scored(&[(Safety, 3)]), Severity::One);
        assert_eq!(scored(&[(Privacy, 3), (Money, 0)]), Severity::One);
        assert_eq!(scored(&[(Legal, 3)]), Severity::One);
    }
}

//! Random moves by random people, the same on every machine.

use super::*;
use crate::domain::complaint::details::Slot;

/// A small generator whose sequences are the same everywhere (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub fn one<T: Copy>(&mut self, list: &[T]) -> T {
        list[usize::try_from(self.below(list.len() as u64)).unwrap()]
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Empty now and then, as people leave things out.
    fn text(&mut self) -> String {
        if self.chance(10) { String::new() } else { words("some words") }
    }

    fn name(&mut self) -> String {
        words(self.one(&["Sara", "Reza", "Mina"]))
    }

    pub fn actor(&mut self) -> Actor {
        match self.below(10) {
            0 | 1 => Actor::Machine,
            2 | 3 => Actor::Customer,
            _ => Actor::Staff(self.name()),
        }
    }

    fn scores(&mut self) -> Scores {
        (0..2).fold(Scores::default(), |scores, _| {
            let factor = self.one(&Factor::ALL);
            scores.with(factor, u8::try_from(self.below(4)).unwrap())
        })
    }

    fn decision(&mut self) -> Decision {
        let other = |dice: &mut Dice| dice.chance(60).then(|| dice.name());
        Decision {
            reasons: self.text(),
            value: self.chance(50).then(|| self.below(2_000)),
            approver: other(self),
            second_reader: other(self),
            ..decision(self.one(&Finding::ALL), &[self.one(&Remedy::ALL)])
        }
    }

    pub fn made(&mut self, life: &Life) -> Move {
        match self.below(34) {
            0 => Move::Acknowledge,
            1 => Move::AcknowledgementFailed,
            2 | 3 => {
                let reason = self.chance(50).then(|| self.text());
                Move::Assess(Assessment { scores: self.scores(), reason, ..Assessment::default() })
            }
            4 => Move::Start,
            5 => Move::Assign { owner: self.name() },
            6 | 7 => Move::Reply,
            8 => a_question(life),
            9 => wrote(life),
            10 => Move::Remind,
            11 => Move::Silence,
            12 => Move::HandBack,
            13 | 14 => Move::Decide(self.decision()),
            15 | 16 => accept(),
            17 | 18 => refuse(),
            19 => Move::AskOutside,
            20 => Move::NoContact,
            21 => Move::NoAnswer,
            22 => Move::RemedyDone { proof: self.text() },
            23 => Move::RemedyOverdue,
            24 => Move::OpenExternal { body: self.text(), reference: String::new() },
            25 => Move::EndExternal { end: self.one(&ExternalEnd::ALL), result: self.text() },
            26 => self.ending(),
            27 | 28 => Move::Reopen { evidence: self.chance(20) },
            29 => {
                let outcome = self.chance(50).then(|| self.one(&Closing::ALL));
                Move::Close { outcome, tell: self.chance(80) }
            }
            30 => self.calling(life),
            31 => Move::SetSeverity { severity: self.one(&Severity::ALL), reason: self.text() },
            32 => Move::Noticed(Sign {
                factor: self.one(&Factor::ALL),
                score: u8::try_from(self.below(4)).unwrap(),
                word: words("word"),
            }),
            _ => self.learning(),
        }
    }

    fn ending(&mut self) -> Move {
        match self.below(4) {
            0 => Move::Withdraw { words: self.text() },
            1 => Move::Void { reason: self.one(&VoidReason::ALL) },
            2 => Move::Merge(Target {
                code: code(self.one(&[21_000_000, 22_000_000])),
                is_open: self.chance(70),
                same_customer: self.chance(70),
            }),
            _ => Move::Absorb {
                code: code(22_000_000),
                severity: self.chance(50).then(|| self.one(&Severity::ALL)),
                unread: self.chance(50),
            },
        }
    }

    fn calling(&mut self, life: &Life) -> Move {
        if self.chance(30) {
            let hours = |hours| life.now + SignedDuration::from_hours(hours);
            let at = self.chance(70).then(|| Slot { from: hours(-2), until: hours(self.one(&[-1, 1, 30])) });
            Move::Schedule { slot: self.text(), at }
        } else if self.chance(20) {
            Move::Delay { until: life.now + SignedDuration::from_hours(self.one(&[-1, 20])) }
        } else if self.chance(20) {
            Move::Inquire { field: self.one(&[Field::Phone, Field::OrderNo]) }
        } else {
            Move::Called { reached: self.chance(40) }
        }
    }

    fn learning(&mut self) -> Move {
        match self.below(6) {
            0 | 1 => Move::FindCause { cause: self.text(), recurrence: Recurrence::Single },
            2 => Move::Correct { action: self.text(), owner: None, due: None },
            3 => {
                let field = self.one(&[Field::StaffConcerned, Field::OrderNo]);
                Move::Fill { field, text: self.name() }
            }
            4 => Move::SendSurvey,
            _ => Move::Survey {
                question: self.one(&[SurveyQuestion::Handling, SurveyQuestion::Outcome]),
                score: u8::try_from(self.below(7)).unwrap(),
            },
        }
    }
}

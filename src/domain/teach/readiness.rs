//! How near each intent is to answering alone, counted on real messages.
//!
//! Decisions and the judgements about them come in; for each intent out come
//! the counts, the precision that `auto` would have had, its lower bound, and
//! what is missing. What nobody judged is counted and proves nothing.
//!
//! Invariant: only a person's word makes a decision right or wrong.

use std::collections::BTreeMap;

use crate::domain::decide::{Disposition, Verdict};
use crate::domain::judgement::{Fit, Judged, Judgement, standing};
use crate::domain::message::MessageId;
use crate::domain::rules::{Intent, IntentKind, Mode};
use crate::domain::teach::filed_as;
use crate::domain::understanding::{Conclusion, IntentName};

/// The quantile of the normal distribution for a two-sided interval of 95 %.
const Z: f64 = 1.959_963_984_540_054;
/// More judged messages than this are no plan.
const MOST_NEEDED: u32 = 5_000;

/// A decision to say an intent's prepared reply, whether it was said or withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    pub topics: Vec<IntentName>,
    pub mode: Mode,
}

/// The prepared reply that this decision says, or would have said in `auto`.
pub fn spoken(verdict: &Verdict, intents: &BTreeMap<IntentName, Intent>) -> Option<Spoken> {
    let conclusion = &verdict.understanding.as_ref()?.conclusion;
    let (disposition, reply) = match &verdict.withheld {
        Some(withheld) => (withheld.disposition, withheld.reply.as_ref()),
        None => (verdict.disposition, verdict.reply.as_ref()),
    };
    // A request is filed, and its reply goes along as information.
    let informs = |name: &&IntentName| {
        let intent = intents.get(*name);
        intent.is_some_and(|intent| intent.kind == IntentKind::Request && intent.reply.as_ref() == reply)
    };
    let topics = match (disposition, conclusion) {
        (Disposition::Answered, Conclusion::One(_) | Conclusion::Both(..)) => conclusion.intents(),
        (Disposition::Filed, Conclusion::One(_) | Conclusion::Both(..)) if reply.is_some() => {
            conclusion.intents().iter().find(informs).cloned().into_iter().collect()
        }
        _ => Vec::new(),
    };
    let mode = verdict.mode.unwrap_or_default();
    (!topics.is_empty()).then_some(Spoken { topics, mode })
}

/// Was this topic right for this message? None: nobody said. The last word of staff counts
/// before that of the customer, who judges the reply rather than the topic.
pub fn was_right(
    topic: &IntentName,
    spoken: &Spoken,
    message: MessageId,
    judged: &[Judged],
    intents: &BTreeMap<IntentName, Intent>,
) -> Option<bool> {
    let (fit, kind) = standing(judged, message);
    let natural = intents.get(topic).and_then(|intent| filed_as(intent.kind));
    if kind.is_some() && kind != natural {
        return Some(false);
    }
    match fit {
        Some(Fit::Nothing) => return Some(false),
        Some(Fit::Intent(name)) if name == topic => return Some(true),
        // Of two topics staff can name one only; that says nothing about the other.
        Some(Fit::Intent(name)) if spoken.topics.contains(name) => return None,
        Some(Fit::Intent(_)) => return Some(false),
        None => {}
    }
    let of_message = judged.iter().rev().filter(|one| one.message == Some(message));
    of_message
        .filter_map(|one| match &one.judgement {
            Judgement::SuggestionSent { topics } if topics.contains(topic) => Some(true),
            Judgement::Helped { topics } if topics.contains(topic) => Some(true),
            Judgement::NotHelped { topics } if topics.contains(topic) => Some(false),
            _ => None,
        })
        .next()
}

/// What was counted of one intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub shadow: u32,
    pub suggest: u32,
    pub auto: u32,
    pub right: u32,
    pub wrong: u32,
}

impl Counts {
    pub fn add(&mut self, mode: Mode, right: Option<bool>) {
        match mode {
            Mode::Shadow => self.shadow += 1,
            Mode::Suggest => self.suggest += 1,
            Mode::Auto => self.auto += 1,
        }
        match right {
            Some(true) => self.right += 1,
            Some(false) => self.wrong += 1,
            None => {}
        }
    }

    pub fn all(&self) -> u32 {
        self.shadow + self.suggest + self.auto
    }

    pub fn judged(&self) -> u32 {
        self.right + self.wrong
    }

    /// Share of the judged that were right; none when nothing was judged.
    pub fn precision(&self) -> Option<f64> {
        (self.judged() > 0).then(|| f64::from(self.right) / f64::from(self.judged()))
    }

    /// The precision that the counts prove: Wilson's lower bound at 95 %, 0 when nothing was judged.
    pub fn lower_bound(&self) -> f64 {
        wilson_lower_bound(self.right, self.judged())
    }

    /// So many more judged messages, all of them right, bring the lower bound to the target;
    /// none when more than 5,000 would be needed.
    pub fn needed(&self, target: f64) -> Option<u32> {
        (0..=MOST_NEEDED).find(|more| wilson_lower_bound(self.right + more, self.judged() + more) >= target)
    }
}

/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
/// Journal of the American Statistical Association 22 (1927), pp. 209–212.
pub fn wilson_lower_bound(right: u32, judged: u32) -> f64 {
    if judged == 0 {
        return 0.0;
    }
    let n = f64::from(judged);
    let p = f64::from(right) / n;
    let middle = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((middle - spread) / (1.0 + Z * Z / n)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::complaint::ComplaintKind;

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() < 5e-4
    }

    /// By hand with z² = 3.8415: n of n right gives n / (n + z²).
    #[test]
    fn the_lower_bound_is_wilsons() {
        assert!(near(wilson_lower_bound(10, 10), 10.0 / 13.8415));
        assert!(near(wilson_lower_bound(100, 100), 0.9630));
        // Wilson 1927's interval for 81 of 263 begins at 0.2553 (Newcombe 1998, table I, method 3).
        assert!(near(wilson_lower_bound(81, 263), 0.2553));
        // 15 of 148 begins at 0.0624, 1 of 29 at 0.0061 (the same table).
        assert!(near(wilson_lower_bound(15, 148), 0.0624));
        assert!(near(wilson_lower_bound(1, 29), 0.0061));
        assert!(near(wilson_lower_bound(0, 20), 0.0));
        assert!(near(wilson_lower_bound(0, 0), 0.0));
    }

    /// n / (n + z²) ≥ 0.95 from n = 19 z² = 72.99 on.
    #[test]
    fn what_is_missing_is_counted_from_what_is_there() {
        let counts = |right, wrong| Counts { right, wrong, ..Counts::default() };
        assert_eq!(counts(0, 0).needed(0.95), Some(73));
        assert_eq!(counts(33, 0).needed(0.95), Some(40));
        assert_eq!(counts(73, 0).needed(0.95), Some(0));
        assert!(counts(73, 1).needed(0.95).is_some_and(|more| more > 0));
        assert_eq!(counts(0, 0).needed(1.0), None);
        assert_eq!(counts(9, 1).precision(), Some(0.9));
        assert_eq!(counts(0, 0).precision(), None);
    }

    fn set(intent: Option<&str>, kind: Option<ComplaintKind>) -> Judgement {
        let fit = |name: &str| if name == "none" { Fit::Nothing } else { Fit::Intent(name.to_owned()) };
        Judgement::Set { intent: intent.map(fit), kind }
    }

    /// What the judgements say about each of two topics that were answered together.
    fn of_two(judgements: &[Judgement]) -> [Option<bool>; 2] {
        let topics = ["hours", "shipping"].map(str::to_owned);
        let intents = topics.clone().map(|name| {
            let (title, kind) = (BTreeMap::new(), IntentKind::Question);
            (name.clone(), Intent { name, title, kind, mode: Mode::Auto, reply: None })
        });
        let spoken = Spoken { topics: topics.to_vec(), mode: Mode::Auto };
        let judged: Vec<Judged> = judgements
            .iter()
            .map(|judgement| Judged {
                message: Some(MessageId(1)),
                judgement: judgement.clone(),
                by: "Sara".to_owned(),
                at: jiff::Timestamp::UNIX_EPOCH,
            })
            .collect();
        let intents = BTreeMap::from(intents);
        topics.map(|topic| was_right(&topic, &spoken, MessageId(1), &judged, &intents))
    }

    #[test]
    fn a_judgement_says_what_it_says_and_no_more() {
        let both = || vec!["hours".to_owned(), "shipping".to_owned()];
        assert_eq!(of_two(&[]), [None, None]);
        assert_eq!(of_two(&[Judgement::Helped { topics: both() }]), [Some(true), Some(true)]);
        assert_eq!(of_two(&[Judgement::NotHelped { topics: both() }]), [Some(false), Some(false)]);
        assert_eq!(of_two(&[Judgement::SuggestionSent { topics: both() }]), [Some(true), Some(true)]);
        // Staff can name one of them; the other may be right all the same.
        assert_eq!(of_two(&[set(Some("hours"), None)]), [Some(true), None]);
        assert_eq!(of_two(&[set(Some("warranty"), None)]), [Some(false), Some(false)]);
        assert_eq!(of_two(&[set(Some("none"), None)]), [Some(false), Some(false)]);
        // A question that really is a complaint must not be answered, whatever it is about.
        assert_eq!(of_two(&[set(Some("hours"), Some(ComplaintKind::Complaint))]), [Some(false); 2]);
        assert_eq!(of_two(&[set(None, Some(ComplaintKind::Question))]), [None, None]);
        let helped = Judgement::Helped { topics: both() };
        assert_eq!(of_two(&[helped, set(None, Some(ComplaintKind::Request))]), [Some(false); 2]);
        assert_eq!(of_two(&[set(Some("warranty"), None), set(Some("hours"), None)]), [Some(true), None]);
    }
}

//! All measures of a set of matters in one period.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::Calendar;
use crate::domain::complaint::ComplaintKind;
use crate::domain::numbers::matter::{Answer, Case, Matter, Survey, later};
use crate::domain::numbers::measure::{Count, Interval, Rate, Share, Spread, Timed};
use crate::domain::numbers::period::Period;

/// Whoever says nothing about an answer for so long says nothing.
pub const REACTION: SignedDuration = SignedDuration::from_hours(48);
/// A second message of the customer within so long means that the first contact settled nothing.
pub const SECOND_CONTACT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Upper bounds of the buckets of age, in days; the last bucket has none.
pub const AGE_BOUNDS: [i64; 5] = [2, 4, 8, 15, 31];

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kpis {
    pub counts: BTreeMap<Count, usize>,
    pub times: BTreeMap<Interval, Timed>,
    pub rates: BTreeMap<Rate, Share>,
    /// By the name of the promise: those due in the period, and of them those met.
    pub promises: BTreeMap<String, Share>,
    /// "It was easy to get my problem solved", 1 to 7: sum and number of the answers.
    pub effort: (usize, usize),
    pub backlog: Backlog,
}

/// Open cases at the end of the period, by calendar time since their first message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Backlog {
    pub age: Spread,
    /// 0–1, 2–3, 4–7, 8–14, 15–30 and more than 30 days.
    pub buckets: [usize; 6],
}

/// What a set of matters is measured against. Matters are as of the end of the period.
pub(super) struct Measuring<'a> {
    pub calendar: &'a Calendar,
    pub period: Period,
    /// When each customer began something about an intent, to find second contacts.
    pub begun: &'a Begun,
}

/// Beginnings by customer and intent.
pub(super) type Begun = BTreeMap<(String, String), Vec<Timestamp>>;

pub(super) fn begun<'m>(matters: impl IntoIterator<Item = &'m Matter>) -> Begun {
    let mut begun = Begun::new();
    for matter in matters {
        if let Some(intent) = &matter.intent {
            begun.entry((matter.customer.clone(), intent.clone())).or_default().push(matter.began_at);
        }
    }
    begun
}

impl Measuring<'_> {
    pub fn of(&self, matters: &[&Matter]) -> Kpis {
        let mut kpis = Kpis {
            counts: self.counts(matters),
            promises: self.promises(matters),
            backlog: self.backlog(matters),
            ..Kpis::default()
        };
        kpis.times = Interval::ALL.into_iter().map(|one| (one, self.timed(one, matters))).collect();
        for rate in Rate::ALL {
            kpis.rates.insert(rate, self.rate(rate, matters, &kpis.promises));
        }
        let efforts = || self.surveys(matters).filter_map(|survey| survey.effort).map(usize::from);
        kpis.effort = (efforts().sum(), efforts().count());
        kpis
    }

    fn counts(&self, matters: &[&Matter]) -> BTreeMap<Count, usize> {
        let open = || cases(matters).filter(|(_, case)| case.is_open());
        let count = |count| match count {
            Count::Begun => matters.iter().filter(|one| self.period.contains(one.began_at)).count(),
            Count::Filed => self.filed(matters).count(),
            Count::Closed => self.closed(matters).count(),
            Count::Open => open().count(),
            Count::AwaitingFirstResponse => open().filter(|(one, _)| one.human.is_empty()).count(),
            Count::Questions => self.questions(matters),
            Count::AutoAnswered => self.answers(matters).count(),
        };
        Count::ALL.into_iter().map(|one| (one, count(one))).collect()
    }

    fn filed<'m>(&self, matters: &'m [&'m Matter]) -> impl Iterator<Item = &'m Case> {
        let period = self.period;
        cases(matters).map(|(_, case)| case).filter(move |case| period.contains(case.filed_at))
    }

    /// Cases whose last closing lies in the period and that still are closed.
    fn closed<'m>(&self, matters: &'m [&'m Matter]) -> impl Iterator<Item = &'m Case> {
        let period = self.period;
        let closed = move |case: &Case| case.closed_at().is_some_and(|at| period.contains(at));
        cases(matters).map(|(_, case)| case).filter(move |case| closed(case))
    }

    fn answers<'m>(&self, matters: &'m [&'m Matter]) -> impl Iterator<Item = &'m Answer> {
        let period = self.period;
        matters.iter().flat_map(|one| &one.answers).filter(move |answer| period.contains(answer.at))
    }

    /// Every automatic answer is one, and every question that was filed without having been answered.
    fn questions(&self, matters: &[&Matter]) -> usize {
        let unanswered = cases(matters).filter(|(one, case)| {
            case.kind == ComplaintKind::Question
                && one.answers.is_empty()
                && self.period.contains(case.filed_at)
        });
        unanswered.count() + self.answers(matters).count()
    }

    fn timed(&self, interval: Interval, matters: &[&Matter]) -> Timed {
        let stretches: Vec<Stretch> = matters.iter().flat_map(|one| self.stretches(interval, one)).collect();
        Timed {
            business: Spread::of(stretches.iter().map(|one| one.business)),
            calendar: Spread::of(stretches.iter().map(|one| one.calendar)),
        }
    }

    /// Lengths of this kind in business time.
    pub fn spread(&self, interval: Interval, matters: &[&Matter]) -> Spread {
        self.timed(interval, matters).business
    }

    pub fn kept(&self, matters: &[&Matter]) -> Share {
        sum(self.promises(matters).values())
    }

    /// The stretches of this kind that ended in the period.
    fn stretches(&self, interval: Interval, matter: &Matter) -> Vec<Stretch> {
        let case = matter.case.as_ref().filter(|case| !case.is_void());
        let found: Vec<(Timestamp, Timestamp)> = match interval {
            Interval::FirstResponse => {
                matter.human.first().map(|human| (matter.began_at, *human)).into_iter().collect()
            }
            Interval::NextResponse => matter.gaps(),
            Interval::LaterResponse => {
                let first = matter.human.first().copied();
                matter.gaps().into_iter().filter(|(_, human)| Some(*human) != first).collect()
            }
            Interval::Acknowledgement => {
                let accepted = case.and_then(|case| Some((case.received_at, case.acknowledged_at?)));
                accepted.into_iter().collect()
            }
            Interval::Assignment => {
                case.and_then(|case| Some((case.filed_at, case.assigned_at?))).into_iter().collect()
            }
            Interval::FirstResolution => case
                .and_then(|case| case.closings().next())
                .map(|at| (matter.began_at, at))
                .into_iter()
                .collect(),
            Interval::Resolution => {
                case.and_then(Case::closed_at).map(|at| (matter.began_at, at)).into_iter().collect()
            }
            Interval::Paused => return self.paused(case).into_iter().collect(),
        };
        let ended = found.into_iter().filter(|(_, end)| self.period.contains(*end));
        ended.map(|(start, end)| self.stretch(start, end)).collect()
    }

    fn stretch(&self, start: Timestamp, end: Timestamp) -> Stretch {
        Stretch {
            business: self.calendar.elapsed(start, end).as_secs(),
            calendar: end.duration_since(start).as_secs(),
        }
    }

    /// How long a case that was closed in the period had waited for its customer, in all.
    fn paused(&self, case: Option<&Case>) -> Option<Stretch> {
        let case = case?;
        let closed_at = case.closed_at().filter(|at| self.period.contains(*at))?;
        let pauses = case.pauses(closed_at).into_iter().map(|(start, end)| self.stretch(start, end));
        Some(pauses.fold(Stretch::default(), |sum, one| Stretch {
            business: sum.business + one.business,
            calendar: sum.calendar + one.calendar,
        }))
    }

    fn rate(&self, rate: Rate, matters: &[&Matter], promises: &BTreeMap<String, Share>) -> Share {
        let answers = || self.answers(matters);
        let questions = self.questions(matters);
        match rate {
            Rate::AutoAnswered => Share { part: answers().count(), whole: questions },
            Rate::Confirmed => Share::of(answers().map(|one| one.confirmed.is_some())),
            Rate::Wrong => Share::of(answers().map(Answer::was_wrong)),
            Rate::NoReaction => Share::of(answers().map(|one| self.is_silent(one))),
            Rate::Deflection => {
                Share { part: answers().filter(|one| one.helped()).count(), whole: questions }
            }
            Rate::PromisesKept => sum(promises.values()),
            Rate::Reopened => Share::of(self.closed(matters).map(Case::was_reopened)),
            Rate::FirstContactResolution => {
                Share::of(matters.iter().filter_map(|one| self.first_contact(one)))
            }
            Rate::Mislabelled => Share::of(self.filed(matters).map(Case::was_mislabelled)),
            Rate::CsatHandling => good(self.surveys(matters).filter_map(|survey| survey.handling)),
            Rate::CsatOutcome => good(self.surveys(matters).filter_map(|survey| survey.outcome)),
            Rate::SurveyResponse => {
                let sent = cases(matters).flat_map(|(_, case)| &case.surveys);
                let sent = sent.filter(|survey| self.period.contains(survey.sent_at));
                Share::of(sent.map(|survey| survey.answered_at.is_some()))
            }
        }
    }

    fn is_silent(&self, answer: &Answer) -> bool {
        let said = answer.was_wrong() || answer.helped();
        !said && later(answer.at, REACTION) <= self.period.until
    }

    /// Surveys that were answered in the period.
    fn surveys<'m>(&self, matters: &'m [&'m Matter]) -> impl Iterator<Item = &'m Survey> {
        let period = self.period;
        let answered = move |survey: &&Survey| survey.answered_at.is_some_and(|at| period.contains(at));
        cases(matters).flat_map(|(_, case)| &case.surveys).filter(answered)
    }

    /// Whether this matter, if it is resolved, was so at the first contact. It belongs to the
    /// period in which both are known: that it is resolved, and that seven days were quiet.
    pub fn first_contact(&self, matter: &Matter) -> Option<bool> {
        if matter.case.as_ref().is_some_and(Case::is_void) {
            return None;
        }
        let quiet_until = later(matter.began_at, SECOND_CONTACT);
        let known_at = matter.resolved_at()?.max(quiet_until);
        let is_second = |at: &Timestamp| *at > matter.began_at && *at <= quiet_until;
        let key = (matter.customer.clone(), matter.intent.clone().unwrap_or_default());
        let again = self.begun.get(&key).is_some_and(|begun| begun.iter().any(is_second));
        let wrote_again = matter.contacts.iter().skip(1).any(is_second);
        self.period.contains(known_at).then_some(!again && !wrote_again)
    }

    fn promises(&self, matters: &[&Matter]) -> BTreeMap<String, Share> {
        let mut promises: BTreeMap<String, Share> = BTreeMap::new();
        for promise in cases(matters).flat_map(|(_, case)| &case.promises) {
            if self.period.contains(promise.due) {
                let share = promises.entry(promise.name.clone()).or_default();
                share.whole += 1;
                share.part += usize::from(promise.met_at.is_some_and(|at| at <= promise.due));
            }
        }
        promises
    }

    fn backlog(&self, matters: &[&Matter]) -> Backlog {
        let open = cases(matters).filter(|(_, case)| case.is_open());
        let ages: Vec<i64> =
            open.map(|(one, _)| self.period.until.duration_since(one.began_at).as_secs()).collect();
        let mut buckets = [0; 6];
        for age in &ages {
            let days = age / 86_400;
            let place = AGE_BOUNDS.iter().position(|bound| days < *bound).unwrap_or(AGE_BOUNDS.len());
            if let Some(bucket) = buckets.get_mut(place) {
                *bucket += 1;
            }
        }
        Backlog { age: Spread::of(ages), buckets }
    }
}

/// Seconds of one stretch, in both kinds of time.
#[derive(Debug, Clone, Copy, Default)]
struct Stretch {
    business: i64,
    calendar: i64,
}

/// Cases that are cases, with their matters.
pub(super) fn cases<'m>(matters: &'m [&'m Matter]) -> impl Iterator<Item = (&'m Matter, &'m Case)> {
    let with_case = |one: &&'m Matter| one.case.as_ref().map(|case| (*one, case));
    matters.iter().filter_map(with_case).filter(|(_, case)| !case.is_void())
}

fn good(scores: impl Iterator<Item = u8>) -> Share {
    Share::of(scores.map(|score| score >= 4))
}

fn sum<'s>(shares: impl Iterator<Item = &'s Share>) -> Share {
    shares
        .fold(Share::default(), |sum, one| Share { part: sum.part + one.part, whole: sum.whole + one.whole })
}

//! How sure may the learner be? Found out by examinations.
//!
//! The lessons come in. Every example is judged by an engine that has not seen
//! it, and every label's examples once more by an engine that knows nothing of
//! the label: stand-ins for the unknown. From what was right and wrong comes a
//! [`Confidence`], which turns the signs of a new text into probabilities.
//!
//! Invariant: no example has a part in the engine that judges it.

use super::chance::{Case, Chance};
use super::engine::{Engine, Material, Trial, add_votes};
use super::lesson::{Lesson, Teaches, Teaching};
use super::model::Standing;
use super::nearest::Nearest;
use super::parallel::each;
use super::vocabulary::Vector;

/// Examinations of few lessons, and of more.
const FOLDS: [usize; 2] = [5, 3];
const LEFT_OUT: [usize; 2] = [4, 2];
const MANY: usize = 3000;
/// What no label is right for weighs so much against the examples, however much of it there is:
/// the examples of unknown labels, and the lessons that are of none.
const STRANGERS: f64 = 0.02;
const OUTSIDERS: f64 = 0.2;
/// Counterexamples are near misses that an owner thought of; fewer of them are sent.
const NEAR_MISS: f64 = 0.25;
/// From this chance of a complaint on nobody is answered by machine.
pub const MAY_COMPLAIN: f64 = 0.18;
/// How much a phrase may lift a label, to choose from.
const FAITH: [f32; 5] = [0.0, 0.3, 0.6, 1.0, 1.5];

/// Heights beyond this say no more.
const HIGHEST: f64 = 6.0;
const LOWEST: f32 = -6.0;

pub(super) const ANSWER_SIGNS: usize = 9;
pub(super) const COMPLAINT_SIGNS: usize = 4;

#[derive(Debug, Clone, Copy)]
pub(super) struct Confidence {
    pub answers: Chance<ANSWER_SIGNS>,
    pub complaints: Chance<COMPLAINT_SIGNS>,
    /// How much the best phrase lifts a label.
    pub faith: f32,
}

/// What holds where nothing was learnt: a line is believed where it is clear.
const ANSWERS: Chance<ANSWER_SIGNS> = Chance::fixed([1.0, 2.0, 1.0, 1.0, -2.0, 0.0, 1.0, -1.0, -0.5], -1.0);
const COMPLAINTS: Chance<COMPLAINT_SIGNS> = Chance::fixed([3.0, 4.0, -1.0, 0.0], -1.0);

impl Default for Confidence {
    fn default() -> Confidence {
        Confidence { answers: ANSWERS, complaints: COMPLAINTS, faith: 0.3 }
    }
}

/// One example as an engine saw it that had not learnt it.
struct Exam<'m> {
    lesson: &'m Lesson,
    vector: &'m Vector,
    heights: Vec<f32>,
    nearest: Vec<Nearest>,
    /// Its label was unknown to the engine.
    is_stranger: bool,
}

/// What an exam weighs that no label is right for.
struct Weights {
    stranger: f64,
    outsider: f64,
}

impl Weights {
    fn of(exams: &[Exam<'_>]) -> Weights {
        let strangers = exams.iter().filter(|exam| exam.is_stranger).count() as f64;
        let outsiders = exams.iter().filter(|exam| exam.is_outsider()).count() as f64;
        let examples = exams.len() as f64 - strangers - outsiders;
        let each = |share: f64, number: f64| (share * examples / number.max(1.0)).min(1.0);
        Weights { stranger: each(STRANGERS, strangers), outsider: each(OUTSIDERS, outsiders) }
    }
}

impl Confidence {
    /// Examines the lessons.
    pub(super) fn find(
        material: Material<'_>,
        engine: &Engine,
        trials: &[Trial],
        heights: Vec<Vec<Vec<f32>>>,
    ) -> Confidence {
        let exams = examine(material, engine, trials, heights);
        let labels = material.teaching.labels();
        let faith = FAITH.into_iter().max_by_key(|faith| {
            let right = exams.iter().filter(|exam| exam.is_right(&exam.lifted(*faith), material));
            // Of equals the least faith.
            (right.count(), std::cmp::Reverse((faith * 10.0) as u32))
        });
        let faith = faith.unwrap_or_default();
        let weights = Weights::of(&exams);
        let complaints: Vec<Case<COMPLAINT_SIGNS>> =
            exams.iter().filter_map(|exam| exam.complaint_case(labels, material)).collect();
        let complaints = Chance::fit(&complaints, COMPLAINTS);
        let answers: Vec<Case<ANSWER_SIGNS>> = exams
            .iter()
            // Who may have a complaint is not answered, so nothing is learnt from it about answers.
            .filter(|exam| exam.complains(&complaints, labels) < MAY_COMPLAIN)
            .filter_map(|exam| exam.answer_case(faith, &weights, material))
            .collect();
        Confidence { answers: Chance::fit(&answers, ANSWERS), complaints, faith }
    }

    pub(super) fn answer(&self, signs: &[f64; ANSWER_SIGNS]) -> f64 {
        self.answers.of(signs)
    }

    pub(super) fn complaint(&self, standing: &Standing<'_>, labels: usize) -> f64 {
        self.complaints.of(&complaint_signs(standing, labels))
    }
}

/// The signs by which an answer with `label` is judged; `open` are the labels in the order of height.
pub(super) fn signs(standing: &Standing<'_>, label: usize, open: &[usize]) -> [f64; ANSWER_SIGNS] {
    let height = |label: usize| {
        f64::from(standing.heights.get(label).copied().unwrap_or(LOWEST)).clamp(-HIGHEST, HIGHEST)
    };
    let top = height(label);
    let rival = open.iter().find(|other| **other != label).map_or(-1.0, |other| height(*other));
    let of_label = |near: &&Nearest| near.teaches == Teaches::Is(label);
    let same: f32 = standing.nearest.iter().filter(of_label).map(|near| near.similarity).sum();
    let all: f32 = standing.nearest.iter().map(|near| near.similarity).sum();
    let closest = standing.nearest.iter().find(of_label).map_or(0.0, |near| near.similarity);
    let vote = |of: &dyn Fn(usize) -> bool| {
        standing
            .votes
            .iter()
            .filter(|(at, _)| of(*at))
            .fold(0.0_f32, |most, (_, strength)| most.max(*strength))
    };
    [
        top,
        (top - rival).clamp(-HIGHEST, HIGHEST),
        f64::from(closest),
        if all > 0.0 { f64::from(same / all) } else { 0.0 },
        f64::from(standing.vector.unknown),
        (standing.words as f64).ln_1p(),
        f64::from(vote(&|at| at == label)),
        f64::from(vote(&|at| at != label && at < standing.heights.len())),
        f64::from(standing.complaint).clamp(-2.0, 2.0),
    ]
}

fn complaint_signs(standing: &Standing<'_>, labels: usize) -> [f64; COMPLAINT_SIGNS] {
    let gate = standing.votes.iter().find(|(at, _)| *at == labels).map_or(0.0, |(_, strength)| *strength);
    [
        f64::from(standing.complaint).clamp(-2.0, 2.0),
        f64::from(gate),
        f64::from(standing.vector.unknown),
        (standing.words as f64).ln_1p(),
    ]
}

impl Exam<'_> {
    /// No label is right for it, and no owner thought of it as an example.
    fn is_outsider(&self) -> bool {
        !self.is_stranger && matches!(self.lesson.teaches, Teaches::Nothing | Teaches::Complains)
    }

    /// Heights of the labels, with the phrases' lift.
    fn lifted(&self, faith: f32) -> Vec<f32> {
        let mut heights = self.heights.clone();
        heights.pop();
        add_votes(&mut heights, &self.lesson.votes, faith);
        heights
    }

    fn order(&self, heights: &[f32], material: Material<'_>) -> Vec<usize> {
        let means_complaint =
            |label: &usize| material.teaching.complaints.get(*label).copied().unwrap_or(false);
        let mut open: Vec<usize> = (0..heights.len()).filter(|label| !means_complaint(label)).collect();
        let height = |label: &usize| heights.get(*label).copied().unwrap_or(f32::MIN);
        open.sort_by(|a, b| height(b).total_cmp(&height(a)));
        open
    }

    fn is_right(&self, heights: &[f32], material: Material<'_>) -> bool {
        !self.is_stranger
            && matches!(self.lesson.teaches, Teaches::Is(label) if self.order(heights, material).first() == Some(&label))
    }

    fn standing<'s>(&'s self, heights: &'s [f32]) -> Standing<'s> {
        Standing {
            heights,
            complaint: self.heights.last().copied().unwrap_or_default(),
            vector: self.vector,
            nearest: &self.nearest,
            votes: &self.lesson.votes,
            words: self.lesson.words.len(),
        }
    }

    fn answer_case(
        &self,
        faith: f32,
        weights: &Weights,
        material: Material<'_>,
    ) -> Option<Case<ANSWER_SIGNS>> {
        let heights = self.lifted(faith);
        let open = self.order(&heights, material);
        let best = *open.first()?;
        let is_right = self.is_right(&heights, material);
        match self.lesson.teaches {
            // Which label it has nobody said; only an answer with the forbidden one is surely wrong.
            Teaches::IsNot(label) if label != best => return None,
            Teaches::Contented => return None,
            _ => {}
        }
        let weight = match self.lesson.teaches {
            _ if self.is_stranger => weights.stranger,
            _ if self.is_outsider() => weights.outsider,
            Teaches::IsNot(_) => NEAR_MISS,
            _ => 1.0,
        };
        Some(Case { signs: signs(&self.standing(&heights), best, &open), is_right, weight })
    }

    fn complains(&self, chance: &Chance<COMPLAINT_SIGNS>, labels: usize) -> f64 {
        chance.of(&complaint_signs(&self.standing(&self.heights), labels))
    }

    fn complaint_case(&self, labels: usize, material: Material<'_>) -> Option<Case<COMPLAINT_SIGNS>> {
        if self.is_stranger {
            return None;
        }
        let is_right = material.teaching.complains(self.lesson.teaches)?;
        let signs = complaint_signs(&self.standing(&self.heights), labels);
        Some(Case { signs, is_right, weight: 1.0 })
    }
}

/// What is tried: each fold of the examples is held back once, then each group of labels.
pub(super) fn trials(teaching: &Teaching) -> Vec<Trial> {
    let many = usize::from(teaching.lessons.len() > MANY);
    let part = |list: [usize; 2]| list.get(many).copied().unwrap_or(2);
    let dealt = folds(teaching, part(FOLDS));
    let groups = part(LEFT_OUT);
    let in_group = |teaches: Teaches, group: usize| match teaches {
        Teaches::Is(label) => label % groups == group && teaching.complaints.get(label) == Some(&false),
        _ => false,
    };
    let lessons = || teaching.lessons.iter();
    let folds = (0..part(FOLDS)).map(|fold| dealt.iter().map(|dealt| *dealt == Some(fold)).collect());
    let strangers =
        (0..groups).map(|group| lessons().map(|lesson| in_group(lesson.teaches, group)).collect());
    folds
        .map(|held| (held, false))
        .chain(strangers.map(|held| (held, true)))
        .map(|(held, strangers): (Vec<bool>, bool)| {
            let judged =
                lessons().zip(&held).enumerate().filter(|(_, (lesson, held))| lesson.is_example && **held);
            Trial { judged: judged.map(|(number, _)| number).collect(), held, strangers }
        })
        .collect()
}

/// Every example as it was judged in a trial that held it back.
fn examine<'m>(
    material: Material<'m>,
    engine: &Engine,
    trials: &[Trial],
    heights: Vec<Vec<Vec<f32>>>,
) -> Vec<Exam<'m>> {
    let judged = trials.iter().zip(heights).flat_map(|(trial, heights)| {
        trial.judged.iter().copied().zip(heights).map(move |(number, heights)| (trial, number, heights))
    });
    let judged: Vec<_> = judged.collect();
    let exams = each(&judged, |(trial, number, heights)| {
        let lesson = material.teaching.lessons.get(*number)?;
        let vector = &material.vectors.get(*number)?.foreign;
        let is_asked = lesson.teaches != Teaches::Contented;
        let nearest = if is_asked { engine.nearest_beside(vector, trial) } else { Vec::new() };
        Some(Exam { lesson, vector, heights: heights.clone(), nearest, is_stranger: trial.strangers })
    });
    exams.into_iter().flatten().collect()
}

/// Which fold each lesson is examined in: the examples of each meaning are dealt out in turn.
fn folds(teaching: &Teaching, folds: usize) -> Vec<Option<usize>> {
    let mut dealt: Vec<(Teaches, usize)> = Vec::new();
    let lessons = teaching.lessons.iter();
    lessons
        .map(|lesson| {
            if !lesson.is_example {
                return None;
            }
            match dealt.iter_mut().find(|(teaches, _)| *teaches == lesson.teaches) {
                Some((_, count)) => {
                    *count += 1;
                    Some(*count % folds)
                }
                None => {
                    dealt.push((lesson.teaches, 0));
                    Some(0)
                }
            }
        })
        .collect()
}

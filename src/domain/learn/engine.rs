//! What was learnt from a set of lessons: a line for each label, and the lessons themselves.
//!
//! A line is what separates the label, and what counting says for it.
//! Vectors of lessons come in. Asked about a text, it gives every label's
//! height, and the lessons that are nearest to the text. On the way every
//! trial is made: the heights of lessons above lines that have not seen them.
//!
//! Invariant: equal lessons in equal order give an equal engine.

use super::lesson::{Lesson, Teaches, Teaching, Vote};
use super::nearest::{Examples, Nearest};
use super::odds::Counts;
use super::parallel::each;
use super::separator::{Separation, Side};
use super::vocabulary::{Entry, LessonVectors, Vector, Vocabulary};

/// How exact a line must be, and one of a trial.
const EXACT: f32 = 0.2;
const ROUGH: f32 = 0.5;

/// Weights below this share of a label's largest say nothing that can be heard.
const FAINT: f32 = 0.01;

/// The lines of all labels, by feature.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    /// Where a feature's cells begin; one more than there are features.
    pub starts: Vec<u32>,
    pub cells: Vec<(u16, f32)>,
    pub biases: Vec<f32>,
    /// What each unit of a text says for a label, and each feature against all labels.
    pub units: Vec<f32>,
    pub against: Vec<f32>,
}

/// A set of lessons, learnt.
#[derive(Debug, Clone, Default)]
pub(super) struct Engine {
    pub lines: Lines,
    pub examples: Examples,
}

/// Lessons beside their vectors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Material<'m> {
    pub teaching: &'m Teaching,
    pub vectors: &'m [LessonVectors],
    pub vocabulary: &'m Vocabulary,
}

/// Lessons that are held back, and those of them that are judged without. Lessons are known by place.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    pub held: Vec<bool>,
    pub judged: Vec<usize>,
    /// Whole labels are held back: what is judged is of no label that is known.
    pub strangers: bool,
}

impl Trial {
    pub(super) fn holds(&self, lesson: usize) -> bool {
        self.held.get(lesson).copied().unwrap_or(false)
    }
}

impl Engine {
    /// Learns all lessons. Beside the engine stands what each trial gave: for every lesson that it
    /// judges the heights of the labels, the complaint line last.
    pub(super) fn learn(material: Material<'_>, trials: &[Trial]) -> (Engine, Vec<Vec<Vec<f32>>>) {
        let labels = material.teaching.labels();
        // The longest work first: nobody should wait for it alone.
        let order: Vec<usize> = (0..=labels).rev().collect();
        let counts = Counts::of(chosen(material, |_| true), material.vocabulary.len(), concern_counts);
        let beside = each(trials, |trial| {
            let beside = chosen(material, |lesson| !trial.holds(lesson));
            Counts::of(beside, material.vocabulary.len(), concern_counts)
        });
        let tried = trials.iter().zip(beside).map(|(trial, counts)| Tried { trial, counts });
        let tried: Vec<Tried<'_>> = tried.collect();
        let separations: Vec<_> = (0..=labels).map(|label| separation(material, label)).collect();
        let all = |label: usize| separations.get(label)?.as_ref();
        let mut learnt = each(&order, |label| Line::learn(material, *label, all(*label), &counts));
        learnt.reverse();
        let pairs: Vec<(usize, &Tried<'_>)> =
            order.iter().flat_map(|label| tried.iter().map(|tried| (*label, tried))).collect();
        let below = each(&pairs, |(label, tried)| {
            all(*label).map_or_else(Vec::new, |whole| try_without(material, *label, whole, tried))
        });
        let heights = (0..).zip(&tried).map(|(number, tried)| {
            let of_labels = below.iter().skip(number).step_by(trials.len()).rev();
            tried.heights(material, &of_labels.map(Vec::as_slice).collect::<Vec<_>>())
        });
        let heights = heights.collect();
        let lessons = (0..).zip(material.teaching.lessons.iter().zip(material.vectors));
        let examples = Examples::new(
            lessons
                .filter(|(_, (lesson, _))| lesson.is_example && concerns_labels(lesson.teaches))
                .map(|(number, (lesson, vectors))| (number, lesson.teaches, vectors.own.entries.as_slice())),
            material.vocabulary,
        );
        (Engine { lines: Lines::of(&learnt, counts.against()), examples }, heights)
    }

    /// Height of each label above its line.
    pub(super) fn heights(&self, vector: &Vector) -> Vec<f32> {
        self.lines.heights(vector)
    }

    pub(super) fn nearest(&self, vector: &Vector) -> Vec<Nearest> {
        self.examples.nearest(vector, |_| true)
    }

    /// The nearest of the lessons that a trial does not hold back.
    pub(super) fn nearest_beside(&self, vector: &Vector, trial: &Trial) -> Vec<Nearest> {
        self.examples.nearest(vector, |lesson| !trial.holds(lesson))
    }

    /// What a feature says for a label.
    pub(super) fn weight(&self, feature: u32, label: usize) -> f32 {
        self.lines
            .row(feature)
            .iter()
            .find(|(at, _)| usize::from(*at) == label)
            .map_or(0.0, |(_, weight)| *weight)
    }
}

pub(super) fn concerns_labels(teaches: Teaches) -> bool {
    !matches!(teaches, Teaches::Complains | Teaches::Contented)
}

/// Does counting look at a lesson?
fn concern_counts(teaches: Teaches) -> bool {
    matches!(teaches, Teaches::Is(_) | Teaches::Nothing)
}

/// Lessons that count, with their vectors.
fn chosen<'m>(
    material: Material<'m>,
    counts: impl Fn(usize) -> bool + 'm,
) -> impl Iterator<Item = (&'m Lesson, &'m Vector)> {
    let lessons = (0_usize..).zip(material.teaching.lessons.iter().zip(material.vectors));
    let lessons = lessons.filter(move |(number, _)| counts(*number));
    lessons.map(|(_, (lesson, vectors))| (lesson, &vectors.own))
}

/// A trial with what counting says where its lessons are held back.
struct Tried<'t> {
    trial: &'t Trial,
    counts: Counts,
}

impl Tried<'_> {
    /// By judged lesson the heights of all labels; what comes in is by label.
    fn heights(&self, material: Material<'_>, by_label: &[&[f32]]) -> Vec<Vec<f32>> {
        let against = self.counts.against();
        let labels = by_label.len().saturating_sub(1);
        let of_lesson = |(at, lesson): (usize, &usize)| {
            let height = |of_label: &&[f32]| of_label.get(at).copied().unwrap_or(UNKNOWN);
            let mut heights: Vec<f32> = by_label.iter().map(height).collect();
            let entries = material.vectors.get(*lesson).map(|vectors| vectors.foreign.entries.iter());
            let there =
                |(feature, there): &Entry| against.get(*feature as usize).copied().unwrap_or(0.0) * there;
            let sum: f32 = entries.into_iter().flatten().map(there).sum();
            heights.iter_mut().take(labels).for_each(|height| *height += sum);
            heights
        };
        self.trial.judged.iter().enumerate().map(of_lesson).collect()
    }
}

/// What was learnt of one label.
struct Line {
    /// Weights that can be heard, by feature.
    cells: Vec<Entry>,
    bias: f32,
    /// What each unit of a text says for the label.
    unit: f32,
}

impl Line {
    fn learn(material: Material<'_>, label: usize, whole: Option<&Separation<'_>>, counts: &Counts) -> Line {
        let Some(whole) = whole else { return Line { cells: Vec::new(), bias: UNKNOWN, unit: 0.0 } };
        let mut whole = whole.clone();
        whole.settle(EXACT);
        let mut weights = vec![0.0; material.vocabulary.len()];
        for (feature, weight) in whole.weights() {
            weights.get_mut(feature as usize).into_iter().for_each(|place| *place = weight);
        }
        let labels = material.teaching.labels();
        let unit = lift(label, counts, chosen(material, |_| true), labels, &mut weights);
        Line { cells: heard(&weights), bias: whole.line.bias, unit }
    }
}

/// What is to be separated for a label, or for complaints after the last; nothing for a label of which
/// all lessons are on one side.
fn separation(material: Material<'_>, label: usize) -> Option<Separation<'_>> {
    let teaching = material.teaching;
    // What means a complaint has its one common line.
    if teaching.complaints.get(label).copied().unwrap_or(false) {
        return None;
    }
    let common = material.vocabulary.common();
    let lessons = (0..).zip(teaching.lessons.iter().zip(material.vectors));
    let sides = lessons.filter_map(|(number, (lesson, vectors))| {
        let inside = teaching.is_inside(label, lesson.teaches)?;
        Some(Side::new(number, &vectors.own.entries, common, inside, lesson.weight))
    });
    Separation::of(&sides.collect::<Vec<_>>(), common)
}

/// The heights of what the trial judges, above the label's line without what it holds back.
fn try_without(material: Material<'_>, label: usize, whole: &Separation<'_>, tried: &Tried<'_>) -> Vec<f32> {
    let trial = tried.trial;
    let Some(mut line) = whole.without(|lesson| trial.holds(lesson)) else { return Vec::new() };
    line.settle(ROUGH);
    let beside = chosen(material, |lesson| !trial.holds(lesson));
    let unit = lift(label, &tried.counts, beside, material.teaching.labels(), &mut line.line.weights);
    let height = |lesson: &usize| {
        let is_asked = material.teaching.lessons.get(*lesson).is_some_and(|lesson| {
            // Who is contented is asked about complaints alone.
            label == material.teaching.labels() || lesson.teaches != Teaches::Contented
        });
        let vectors = material.vectors.get(*lesson).filter(|_| is_asked);
        vectors.map_or(UNKNOWN, |vectors| {
            let entries = &vectors.foreign.entries;
            line.line.height(entries) + unit * entries.iter().map(|(_, there)| there).sum::<f32>()
        })
    };
    trial.judged.iter().map(height).collect()
}

/// Adds what counting says for a label to its weights. Returns what each unit of a text says.
fn lift<'m>(
    label: usize,
    counts: &Counts,
    lessons: impl Iterator<Item = (&'m Lesson, &'m Vector)>,
    labels: usize,
    weights: &mut [f32],
) -> f32 {
    // Complaints are not counted.
    if label == labels {
        return 0.0;
    }
    counts.lift(&Counts::of(lessons, weights.len(), |teaches| teaches == Teaches::Is(label)), weights)
}

/// The weights that are not too faint to be heard.
fn heard(weights: &[f32]) -> Vec<Entry> {
    let loudest = weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
    let all = (0_u32..).zip(weights.iter().copied());
    all.filter(|(_, weight)| weight.abs() > loudest * FAINT).collect()
}

/// The height of a label that nobody taught.
const UNKNOWN: f32 = -9.0;

impl Lines {
    /// From labels with their features to features with their labels.
    fn of(learnt: &[Line], against: Vec<f32>) -> Lines {
        let mut starts = vec![0_u32; against.len() + 1];
        for (feature, _) in learnt.iter().flat_map(|line| &line.cells) {
            if let Some(count) = starts.get_mut(*feature as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut cells = vec![(0_u16, 0.0_f32); learnt.iter().map(|line| line.cells.len()).sum()];
        for (label, line) in (0_u16..).zip(learnt) {
            for (feature, weight) in &line.cells {
                let Some(at) = next.get_mut(*feature as usize) else { continue };
                if let Some(cell) = cells.get_mut(*at as usize) {
                    *cell = (label, *weight);
                }
                *at += 1;
            }
        }
        let biases = learnt.iter().map(|line| line.bias).collect();
        let units = learnt.iter().map(|line| line.unit).collect();
        Lines { starts, cells, biases, units, against }
    }

    fn row(&self, feature: u32) -> &[(u16, f32)] {
        let at = |place: usize| self.starts.get(place).map_or(0, |start| *start as usize);
        self.cells.get(at(feature as usize)..at(feature as usize + 1)).unwrap_or_default()
    }

    fn heights(&self, vector: &Vector) -> Vec<f32> {
        let mut heights = self.biases.clone();
        let (mut units, mut against) = (0.0, 0.0);
        for (feature, there) in &vector.entries {
            units += there;
            against += self.against.get(*feature as usize).copied().unwrap_or(0.0) * there;
            for (label, weight) in self.row(*feature) {
                if let Some(height) = heights.get_mut(usize::from(*label)) {
                    *height += weight * there;
                }
            }
        }
        // The last line is that of complaints, which counts nothing.
        let labels = heights.len().saturating_sub(1);
        for (height, unit) in heights.iter_mut().zip(&self.units).take(labels) {
            *height += unit * units + against;
        }
        heights
    }
}

/// Adds what the phrases say to the heights.
pub(super) fn add_votes(heights: &mut [f32], votes: &[Vote], faith: f32) {
    for (label, strength) in votes {
        if let Some(height) = heights.get_mut(*label) {
            *height += faith * strength;
        }
    }
}

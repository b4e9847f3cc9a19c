//! What was learnt from a set of lessons: a line for each label, and the lessons themselves.
//! A line is what separates the label, and what counting says for it.
//!
//! Vectors of lessons come in. Asked about a text, it gives every label's
//! height, and the lessons that are nearest to the text.
//!
//! Invariant: equal lessons in equal order give an equal engine.

use super::lesson::{Lesson, Teaches, Teaching, Vote};
use super::nearest::{Examples, Nearest};
use super::odds::Counts;
use super::separator::{Side, separate};
use super::vocabulary::{Vector, Vocabulary};

/// Weights below this share of a label's largest say nothing that can be heard.
const FAINT: f32 = 0.01;

/// The lines of all labels, by feature.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    /// Where a feature's cells begin; one more than there are features.
    starts: Vec<u32>,
    cells: Vec<(u16, f32)>,
    biases: Vec<f32>,
    /// What each unit of a text says for a label, and each feature against all labels.
    units: Vec<f32>,
    against: Vec<f32>,
}

/// A set of lessons, learnt.
#[derive(Debug, Clone, Default)]
pub(super) struct Engine {
    lines: Lines,
    examples: Examples,
}

/// Lessons beside their vectors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Material<'m> {
    pub teaching: &'m Teaching,
    pub vectors: &'m [Vector],
    pub vocabulary: &'m Vocabulary,
}

impl Engine {
    /// Learns the lessons that `uses` names. `slack`: see [`separate`].
    pub(super) fn learn<'m>(material: Material<'m>, slack: f32, uses: impl Fn(usize) -> bool) -> Engine {
        let teaching = material.teaching;
        let chosen: Vec<(usize, &Lesson, &Vector)> = (0..)
            .zip(teaching.lessons.iter().zip(material.vectors))
            .filter(|(number, _)| uses(*number))
            .map(|(number, (lesson, vector))| (number, lesson, vector))
            .collect();
        let features = material.vocabulary.len();
        let counted = |of: &dyn Fn(Teaches) -> bool| {
            Counts::of(chosen.iter().map(|(_, lesson, vector)| (*lesson, *vector)), features, of)
        };
        let all = counted(&|teaches| matches!(teaches, Teaches::Is(_) | Teaches::Nothing));
        let mut columns = Columns { against: all.against(), ..Columns::default() };
        for label in 0..=teaching.labels() {
            let side = |(_, lesson, vector): &(usize, &Lesson, &'m Vector)| {
                let inside = teaching.is_inside(label, lesson.teaches)?;
                Some(Side { vector: &vector.entries, inside, weight: lesson.weight })
            };
            let sides: Vec<Side<'_>> = chosen.iter().filter_map(side).collect();
            // What means a complaint has its one common line.
            let own = !teaching.complaints.get(label).copied().unwrap_or(false);
            let both = own && sides.iter().any(|side| side.inside) && sides.iter().any(|side| !side.inside);
            let mut line = both.then(|| separate(sides.into_iter(), features, slack));
            let unit = match &mut line {
                Some(line) if label < teaching.labels() => {
                    all.lift(&counted(&|teaches| teaches == Teaches::Is(label)), &mut line.weights)
                }
                _ => 0.0,
            };
            columns.units.push(unit);
            columns.push(line, label);
        }
        let examples = Examples::new(
            chosen
                .iter()
                .filter(|(_, lesson, _)| lesson.is_example && concerns_labels(lesson.teaches))
                .map(|(number, lesson, vector)| (*number, lesson.teaches, vector.entries.as_slice())),
            material.vocabulary,
        );
        Engine { lines: columns.turn(features), examples }
    }

    /// Height of each label above its line.
    pub(super) fn heights(&self, vector: &Vector) -> Vec<f32> {
        self.lines.heights(vector)
    }

    pub(super) fn nearest(&self, vector: &Vector) -> Vec<Nearest> {
        self.examples.nearest(vector)
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

fn concerns_labels(teaches: Teaches) -> bool {
    !matches!(teaches, Teaches::Complains | Teaches::Contented)
}

/// The lines while they are being found, by label.
#[derive(Default)]
struct Columns {
    cells: Vec<(u32, u16, f32)>,
    biases: Vec<f32>,
    units: Vec<f32>,
    against: Vec<f32>,
}

impl Columns {
    fn push(&mut self, line: Option<super::separator::Separator>, label: usize) {
        let (Some(line), Ok(label)) = (line, u16::try_from(label)) else {
            return self.biases.push(UNKNOWN);
        };
        let loudest = line.weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
        let heard = (0_u32..).zip(line.weights).filter(|(_, weight)| weight.abs() > loudest * FAINT);
        self.cells.extend(heard.map(|(feature, weight)| (feature, label, weight)));
        self.biases.push(line.bias);
    }

    fn turn(self, features: usize) -> Lines {
        let mut starts = vec![0_u32; features + 1];
        for (feature, _, _) in &self.cells {
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
        let mut cells = vec![(0_u16, 0.0_f32); self.cells.len()];
        for (feature, label, weight) in self.cells {
            let Some(at) = next.get_mut(feature as usize) else { continue };
            if let Some(cell) = cells.get_mut(*at as usize) {
                *cell = (label, weight);
            }
            *at += 1;
        }
        Lines { starts, cells, biases: self.biases, units: self.units, against: self.against }
    }
}

/// The height of a label that nobody taught.
const UNKNOWN: f32 = -9.0;

impl Lines {
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

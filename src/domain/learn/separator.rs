//! One line between the texts of a label and all others.
//!
//! Vectors with their sides come in, a weight for every feature comes out:
//! a support vector machine with squared hinge loss, solved by dual coordinate
//! descent (Hsieh et al., 2008).
//!
//! Invariant: the result depends on nothing but the arguments.

use super::vocabulary::Entry;

/// How dear a text on the wrong side is.
const COST: f32 = 2.0;
const MOST_ROUNDS: usize = 200;

/// Which side of the line a text belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Side<'v> {
    /// The text, by its place among all lessons.
    lesson: usize,
    /// What others have too.
    vector: &'v [Entry],
    /// What it alone has: no other text moves the weights of that, so that they need not be kept.
    alone: &'v [Entry],
    inside: bool,
    /// 1 for an ordinary text; less for one that is only a hint.
    weight: f32,
}

impl<'v> Side<'v> {
    /// Features from the number `common` on are the text's alone.
    pub(super) fn new(
        lesson: usize,
        entries: &'v [Entry],
        common: usize,
        inside: bool,
        weight: f32,
    ) -> Side<'v> {
        let shared = entries.partition_point(|(number, _)| (*number as usize) < common);
        let (vector, alone) = entries.split_at_checked(shared).unwrap_or((entries, &[]));
        Side { lesson, vector, alone, inside, weight }
    }
}

/// The weights of the features that texts share, and the bias.
#[derive(Debug, Clone)]
pub(super) struct Separator {
    pub weights: Vec<f32>,
    pub bias: f32,
}

/// A line with the texts that hold it where it is.
#[derive(Debug, Clone)]
pub(super) struct Separation<'v> {
    pub line: Separator,
    points: Vec<Point<'v>>,
}

#[derive(Debug, Clone)]
struct Point<'v> {
    side: Side<'v>,
    /// The dual variable.
    pull: f32,
    square: f32,
    /// The same of what it alone has.
    alone: f32,
    softness: f32,
}

impl<'v> Separation<'v> {
    /// None when all texts are on one side.
    pub(super) fn of(sides: &[Side<'v>], features: usize) -> Option<Separation<'v>> {
        let has = |inside: bool| sides.iter().any(|side| side.inside == inside);
        let line = Separator { weights: vec![0.0; features], bias: 0.0 };
        (has(true) && has(false))
            .then(|| Separation { line, points: sides.iter().map(|side| point(*side)).collect() })
    }

    /// The same without some texts, to be settled from the start: a line that begins where the whole
    /// one lies keeps something of what is held back. None when all others are on one side.
    pub(super) fn without(&self, held: impl Fn(usize) -> bool) -> Option<Separation<'v>> {
        let kept = self.points.iter().filter(|point| !held(point.side.lesson));
        let points: Vec<Point<'v>> = kept.map(|point| Point { pull: 0.0, ..point.clone() }).collect();
        let has = |inside: bool| points.iter().any(|point| point.side.inside == inside);
        let line = Separator { weights: vec![0.0; self.line.weights.len()], bias: 0.0 };
        (has(true) && has(false)).then_some(Separation { line, points })
    }

    /// Finds the line. `slack` says how exact it must be: 0.1 is exact, 0.5 is enough for a trial.
    pub(super) fn settle(&mut self, slack: f32) {
        let mut active: Vec<usize> = (0..self.points.len()).collect();
        let mut chance = 0x2545_f491_4f6c_dd1d_u64;
        let mut bound = f32::INFINITY;
        for _ in 0..MOST_ROUNDS {
            shuffle(&mut active, &mut chance);
            let before = active.len();
            let worst = self.round(&mut active, bound);
            if worst >= slack {
                bound = worst;
                continue;
            }
            if active.len() == self.points.len() && before == self.points.len() {
                break;
            }
            // Those that were put aside must still be right.
            active = (0..self.points.len()).collect();
            bound = f32::INFINITY;
        }
    }

    /// The weights of all features that have one, in order.
    pub(super) fn weights(&self) -> Vec<Entry> {
        let shared = (0_u32..).zip(self.line.weights.iter().copied());
        let mut alone: Vec<Entry> = self
            .points
            .iter()
            .filter(|point| point.pull > 0.0)
            .flat_map(|point| {
                point.side.alone.iter().map(|(number, there)| (*number, point.pull * point.sign() * there))
            })
            .collect();
        alone.sort_unstable_by_key(|(number, _)| *number);
        shared.filter(|(_, weight)| *weight != 0.0).chain(alone).collect()
    }

    /// Puts right what is wrong, and tells the largest fault there was.
    fn round(&mut self, active: &mut Vec<usize>, bound: f32) -> f32 {
        let mut worst = 0.0_f32;
        active.retain(|at| {
            let Some(point) = self.points.get_mut(*at) else { return false };
            let slope = point.slope(&self.line);
            // Well on its side, and has been: look at it no more in this round of rounds.
            if point.pull == 0.0 && slope > bound {
                return false;
            }
            let wrong = if point.pull == 0.0 { slope.min(0.0) } else { slope };
            worst = worst.max(wrong.abs());
            if wrong.abs() > 1e-6 {
                point.step(&mut self.line, slope);
            }
            true
        });
        worst
    }
}

fn point(side: Side<'_>) -> Point<'_> {
    let square = |entries: &[Entry]| entries.iter().map(|(_, weight)| weight * weight).sum::<f32>();
    let alone = square(side.alone);
    let softness = 0.5 / (COST * side.weight.max(0.001));
    Point { side, pull: 0.0, square: square(side.vector) + alone + 1.0, alone, softness }
}

impl Point<'_> {
    fn sign(&self) -> f32 {
        if self.side.inside { 1.0 } else { -1.0 }
    }

    fn slope(&self, line: &Separator) -> f32 {
        self.sign() * line.height(self.side.vector) - 1.0 + self.pull * (self.softness + self.alone)
    }

    fn step(&mut self, line: &mut Separator, slope: f32) {
        let before = self.pull;
        self.pull = (before - slope / (self.square + self.softness)).max(0.0);
        line.shift(self.side.vector, (self.pull - before) * self.sign());
    }
}

impl Separator {
    /// How far a text lies inside.
    pub(super) fn height(&self, vector: &[Entry]) -> f32 {
        let there =
            |(number, weight): &Entry| self.weights.get(*number as usize).copied().unwrap_or(0.0) * weight;
        // Four sums that do not wait for each other.
        let (fours, rest) = vector.as_chunks::<4>();
        let mut sums = [0.0_f32; 4];
        for four in fours {
            for (sum, entry) in sums.iter_mut().zip(four) {
                *sum += there(entry);
            }
        }
        sums.iter().sum::<f32>() + rest.iter().map(there).sum::<f32>() + self.bias
    }

    fn shift(&mut self, vector: &[Entry], change: f32) {
        if change == 0.0 {
            return;
        }
        for (number, weight) in vector {
            if let Some(sum) = self.weights.get_mut(*number as usize) {
                *sum += change * weight;
            }
        }
        self.bias += change;
    }
}

/// Fisher and Yates, with a fixed xorshift instead of chance.
fn shuffle(order: &mut [usize], chance: &mut u64) {
    for last in (1..order.len()).rev() {
        *chance ^= *chance << 13;
        *chance ^= *chance >> 7;
        *chance ^= *chance << 17;
        let other = usize::try_from(*chance % (last as u64 + 1)).unwrap_or(0);
        order.swap(last, other);
    }
}

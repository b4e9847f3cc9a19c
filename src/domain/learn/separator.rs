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
    pub vector: &'v [Entry],
    pub inside: bool,
    /// 1 for an ordinary text; less for one that is only a hint.
    pub weight: f32,
}

/// The weights of all features, and the bias.
pub(super) struct Separator {
    pub weights: Vec<f32>,
    pub bias: f32,
}

struct Point<'v> {
    side: Side<'v>,
    /// The dual variable.
    pull: f32,
    square: f32,
    softness: f32,
}

/// Finds the line. `slack` says how exact it must be: 0.1 is exact, 0.3 is enough for a trial.
pub(super) fn separate<'v>(sides: impl Iterator<Item = Side<'v>>, features: usize, slack: f32) -> Separator {
    let mut points: Vec<Point<'_>> = sides.map(point).collect();
    let mut line = Separator { weights: vec![0.0; features], bias: 0.0 };
    let mut active: Vec<usize> = (0..points.len()).collect();
    let mut chance = 0x2545_f491_4f6c_dd1d_u64;
    let mut bound = f32::INFINITY;
    for _ in 0..MOST_ROUNDS {
        shuffle(&mut active, &mut chance);
        let (mut worst, mut idle) = (0.0_f32, false);
        let before = active.len();
        active.retain(|at| {
            let Some(point) = points.get_mut(*at) else { return false };
            let slope = point.slope(&line);
            // Well on its side, and has been: look at it no more in this round of rounds.
            if point.pull == 0.0 && slope > bound {
                return false;
            }
            let wrong = if point.pull == 0.0 { slope.min(0.0) } else { slope };
            worst = worst.max(wrong.abs());
            if wrong.abs() > 1e-6 {
                point.step(&mut line, slope);
            }
            true
        });
        if worst < slack {
            if active.len() == points.len() && before == points.len() {
                break;
            }
            // Those that were put aside must still be right.
            active = (0..points.len()).collect();
            bound = f32::INFINITY;
            idle = true;
        }
        if !idle {
            bound = worst.max(slack);
        }
    }
    line
}

fn point(side: Side<'_>) -> Point<'_> {
    let square = side.vector.iter().map(|(_, weight)| weight * weight).sum::<f32>() + 1.0;
    Point { side, pull: 0.0, square, softness: 0.5 / (COST * side.weight.max(0.001)) }
}

impl Point<'_> {
    fn sign(&self) -> f32 {
        if self.side.inside { 1.0 } else { -1.0 }
    }

    fn slope(&self, line: &Separator) -> f32 {
        self.sign() * line.height(self.side.vector) - 1.0 + self.pull * self.softness
    }

    fn step(&mut self, line: &mut Separator, slope: f32) {
        let before = self.pull;
        self.pull = (before - slope / (self.square + self.softness)).max(0.0);
        let change = (self.pull - before) * self.sign();
        for (number, weight) in self.side.vector {
            if let Some(sum) = line.weights.get_mut(*number as usize) {
                *sum += change * weight;
            }
        }
        line.bias += change;
    }
}

impl Separator {
    pub(super) fn height(&self, vector: &[Entry]) -> f32 {
        let at = |number: u32| self.weights.get(number as usize).copied().unwrap_or(0.0);
        vector.iter().map(|(number, weight)| at(*number) * weight).sum::<f32>() + self.bias
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

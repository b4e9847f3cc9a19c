//! How likely is it that an answer is right? Signs come in, a probability comes out.
//!
//! Logistic regression, fitted to cases whose outcome is known, by Newton's
//! method with a ridge.
//!
//! Invariant: a probability is between 0 and 1, and never NaN.

/// Pulls the weights to zero where there are few cases.
const RIDGE: f64 = 1.0;
const ROUNDS: usize = 25;
const HALVINGS: i32 = 6;

/// A case whose outcome is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Case<const N: usize> {
    pub signs: [f64; N],
    pub is_right: bool,
    pub weight: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chance<const N: usize> {
    weights: [f64; N],
    bias: f64,
}

impl<const N: usize> Chance<N> {
    pub(super) const fn fixed(weights: [f64; N], bias: f64) -> Chance<N> {
        Chance { weights, bias }
    }

    /// The weights, and the bias last.
    pub(super) fn to_plain(self) -> Vec<f64> {
        self.weights.into_iter().chain([self.bias]).collect()
    }

    pub(super) fn from_plain(plain: &[f64]) -> Option<Chance<N>> {
        let (bias, weights) = plain.split_last()?;
        Some(Chance { weights: weights.try_into().ok()?, bias: *bias })
    }

    pub(super) fn of(&self, signs: &[f64; N]) -> f64 {
        let sum: f64 = self.weights.iter().zip(signs).map(|(weight, sign)| weight * sign).sum();
        let odds = (sum + self.bias).clamp(-30.0, 30.0);
        1.0 / (1.0 + (-odds).exp())
    }

    /// Fits the cases. `start` is what holds where the cases say nothing.
    pub(super) fn fit(cases: &[Case<N>], start: Chance<N>) -> Chance<N> {
        let mut chance = start;
        let mut loss = chance.loss(cases, &start);
        for _ in 0..ROUNDS {
            let Some(step) = chance.step(cases, &start) else { break };
            // Newton's step may be too long: half of it, and half of that, until it helps.
            let shorter = (0..HALVINGS).map(|halving| chance.moved(&step, 0.5_f64.powi(halving)));
            let Some((better, less)) =
                shorter.map(|moved| (moved, moved.loss(cases, &start))).find(|(_, less)| *less < loss)
            else {
                break;
            };
            let gained = loss - less;
            (chance, loss) = (better, less);
            if gained < 1e-7 * loss {
                break;
            }
        }
        chance
    }

    fn moved(&self, step: &[f64], share: f64) -> Chance<N> {
        let mut moved = *self;
        for (weight, change) in moved.weights.iter_mut().zip(step) {
            *weight += share * change;
        }
        moved.bias += share * step.last().copied().unwrap_or_default();
        moved
    }

    fn loss(&self, cases: &[Case<N>], start: &Chance<N>) -> f64 {
        let told: f64 = cases
            .iter()
            .map(|case| {
                let right = self.of(&case.signs);
                -case.weight * if case.is_right { right.ln() } else { (1.0 - right).ln() }
            })
            .sum();
        let pull: f64 = self.weights.iter().zip(&start.weights).map(|(now, was)| (now - was).powi(2)).sum();
        told + 0.5 * RIDGE * pull
    }

    /// One step of Newton: the solution of hessian · step = gradient.
    fn step(&self, cases: &[Case<N>], start: &Chance<N>) -> Option<Vec<f64>> {
        let size = N + 1;
        let mut table = vec![vec![0.0; size + 1]; size];
        for case in cases {
            let probability = self.of(&case.signs);
            let slope = case.weight * (f64::from(u8::from(case.is_right)) - probability);
            let curve = case.weight * (probability * (1.0 - probability)).max(1e-9);
            let sign = |at: usize| case.signs.get(at).copied().unwrap_or(1.0);
            for (at, row) in table.iter_mut().enumerate() {
                for (other, cell) in row.iter_mut().enumerate() {
                    *cell += sign(at) * if other == size { slope } else { curve * sign(other) };
                }
            }
        }
        for (at, row) in table.iter_mut().enumerate().take(N) {
            let pull = self.weights.get(at)? - start.weights.get(at)?;
            *row.get_mut(at)? += RIDGE;
            *row.last_mut()? -= RIDGE * pull;
        }
        solve(table)
    }
}

/// Gauss's elimination with pivots; none when the table says too little.
fn solve(mut table: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let size = table.len();
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|a, b| magnitude(&table, *a, column).total_cmp(&magnitude(&table, *b, column)))?;
        table.swap(column, pivot);
        let row = table.get(column)?.clone();
        let head = *row.get(column)?;
        if head.abs() < 1e-12 {
            return None;
        }
        for (at, other) in table.iter_mut().enumerate() {
            let factor = if at == column { 0.0 } else { other.get(column)? / head };
            for (cell, there) in other.iter_mut().zip(&row) {
                *cell -= factor * there;
            }
        }
    }
    (0..size).map(|at| Some(table.get(at)?.last()? / table.get(at)?.get(at)?)).collect()
}

fn magnitude(table: &[Vec<f64>], row: usize, column: usize) -> f64 {
    table.get(row).and_then(|row| row.get(column)).map_or(0.0, |cell| cell.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fitted_chance_says_how_often_it_is_right() {
        let case = |number: u32| {
            let sign = f64::from(number % 10) / 10.0;
            Case { signs: [sign], is_right: number / 10 % 10 < number % 10, weight: 1.0 }
        };
        let cases: Vec<Case<1>> = (0..1000).map(case).collect();
        let chance = Chance::fit(&cases, Chance::fixed([0.0], 0.0));
        for tenths in [2.0, 5.0, 8.0] {
            let told = chance.of(&[tenths / 10.0]);
            assert!((told - tenths / 10.0).abs() < 0.06, "{tenths}: {told}");
        }
    }

    #[test]
    fn without_cases_the_start_holds() {
        let start = Chance::fixed([2.0, 0.0], -1.0);
        assert_eq!(Chance::fit(&[], start), start);
    }
}

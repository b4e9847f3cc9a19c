//! Judging answers: how many are right, how many may be given, how honest the score is.

use pasokh::domain::classify::Matcher;

use crate::corpora::FOLDS;

/// So much of what is answered must be right.
pub const PRECISION: f64 = 0.98;

/// One judged message: how sure the answer was, and whether it was right.
#[derive(Clone, Copy)]
pub struct Judged {
    pub score: f64,
    pub is_right: bool,
    pub fold: usize,
}

/// Asks about each text on every core, in order.
pub fn judge<T: Sync>(
    matcher: &Matcher,
    asked: &[T],
    one: impl Fn(&Matcher, &T) -> Judged + Sync,
) -> Vec<Judged> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = asked.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let running: Vec<_> = asked
            .chunks(share)
            .map(|part| scope.spawn(|| part.iter().map(|asked| one(matcher, asked)).collect::<Vec<_>>()))
            .collect();
        running.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

/// The answer to a text is the best intent, whether it would be given or not.
pub fn best(matcher: &Matcher, text: &str, label: &str, fold: usize) -> Judged {
    let best = matcher.understand(text, None).best;
    let is_right = best.as_ref().is_some_and(|best| best.intent == label);
    Judged { score: best.map_or(0.0, |best| best.score), is_right, fold }
}

pub fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

pub fn percent(part: usize, all: usize) -> f64 {
    100.0 * count(part) / count(all.max(1))
}

pub fn accuracy(judged: &[Judged]) -> f64 {
    percent(judged.iter().filter(|judged| judged.is_right).count(), judged.len())
}

/// The lowest score from which on the answers are precise enough; none where there is no such score.
fn threshold(mut judged: Vec<Judged>) -> Option<f64> {
    judged.sort_by(|a, b| b.score.total_cmp(&a.score));
    let (mut right, mut found) = (0, None);
    for (at, one) in judged.iter().enumerate() {
        right += usize::from(one.is_right);
        // Equal scores are answered together or not at all.
        let is_last = judged.get(at + 1).is_none_or(|next| next.score < one.score);
        if is_last && count(right) >= PRECISION * count(at + 1) {
            found = Some(one.score);
        }
    }
    found
}

/// Messages answered, and the precision that came of it.
pub struct Coverage {
    pub answered: f64,
    pub precision: f64,
}

/// The threshold for each part is the one that the other parts would have chosen.
pub fn coverage(judged: &[Judged]) -> Coverage {
    let (mut answered, mut right) = (0, 0);
    let is_one_fold = judged.iter().all(|one| Some(one.fold) == judged.first().map(|first| first.fold));
    for fold in 0..FOLDS {
        let others = judged.iter().filter(|one| one.fold != fold || is_one_fold).copied().collect();
        let Some(threshold) = threshold(others) else { continue };
        for one in judged.iter().filter(|one| one.fold == fold && one.score >= threshold) {
            answered += 1;
            right += usize::from(one.is_right);
        }
    }
    Coverage { answered: percent(answered, judged.len()), precision: percent(right, answered) }
}

/// One tenth of the scores: its messages, their mean score, and how many were right.
pub struct Bin {
    pub messages: usize,
    pub score: f64,
    pub right: f64,
}

pub fn bins(judged: &[Judged]) -> Vec<Bin> {
    let edges: Vec<f64> = (0..=10).map(|edge| count(edge) / 10.0).collect();
    edges
        .windows(2)
        .map(|edge| {
            let (low, high) = (edge[0], edge[1]);
            let inside = |score: f64| score >= low && (score < high || high >= 1.0);
            let part: Vec<Judged> = judged.iter().filter(|one| inside(one.score)).copied().collect();
            let score = part.iter().map(|one| one.score).sum::<f64>() / count(part.len().max(1));
            Bin { messages: part.len(), score, right: accuracy(&part) / 100.0 }
        })
        .collect()
}

/// Expected calibration error: how far the score is from the share that is right, in points.
pub fn calibration_error(judged: &[Judged]) -> f64 {
    let off: f64 = bins(judged).iter().map(|bin| count(bin.messages) * (bin.score - bin.right).abs()).sum();
    100.0 * off / count(judged.len().max(1))
}

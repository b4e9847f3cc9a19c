//! The same matter, told twice.
//!
//! Two cases of one customer come in; how alike their words are comes out.
//! People write the same again when nobody answers, by another mail or another
//! day, and two colleagues then work on one matter.
//!
//! Invariant: nothing is joined here; staff are offered it.

use jiff::SignedDuration;

use crate::domain::code::TrackingCode;
use crate::domain::complaint::record::Field;
use crate::domain::conversation::{Conversation, Speaker};
use crate::domain::text::fold;

/// Further apart, it is more likely that it happened again.
const NEAR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// From this likeness on two texts may tell one matter.
const ALIKE: f64 = 0.6;
/// A word with so little changed is the same word.
const SAME_WORD: f64 = 0.7;
/// More of a long text tells nothing more.
const READ_CHARS: usize = 1000;
const READ_WORDS: usize = 80;

/// A case that may be the same matter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alike {
    pub code: TrackingCode,
    /// From 0 to 1.
    pub likeness: f64,
}

/// The others that may be the same matter as this case, the likeliest first. All are of one customer.
pub fn alike<'c>(case: &Conversation, others: impl Iterator<Item = &'c Conversation>) -> Vec<Alike> {
    let mut found: Vec<Alike> = others.filter_map(|other| compare(case, other)).collect();
    found.sort_by(|one, other| other.likeness.total_cmp(&one.likeness));
    found
}

fn compare(case: &Conversation, other: &Conversation) -> Option<Alike> {
    let (one, two) = (case.complaint.as_ref()?, other.complaint.as_ref()?);
    let apart = case.first_written_at().duration_since(other.first_written_at()).abs();
    if case.id == other.id || !one.is_open() || !two.is_open() || one.kind != two.kind || apart > NEAR {
        return None;
    }
    // Somebody has looked, from either side.
    if one.record.told_apart.contains(&two.code) || two.record.told_apart.contains(&one.code) {
        return None;
    }
    let order = one.record.field(Field::OrderNo).filter(|_| one.kind == two.kind);
    let same_order = order.is_some() && order == two.record.field(Field::OrderNo);
    let likeness = if same_order { 1.0 } else { likeness(&told(case), &told(other)) };
    (likeness >= ALIKE).then_some(Alike { code: two.code, likeness })
}

/// What the customer wrote first.
fn told(conversation: &Conversation) -> String {
    let first =
        conversation.entries.iter().find(|entry| entry.by == Speaker::Customer && !entry.text.is_empty());
    first.map(|entry| entry.text.chars().take(READ_CHARS).collect()).unwrap_or_default()
}

/// How much of both texts, in letters, stands in the other too, whatever the order and the spelling.
fn likeness(one: &str, other: &str) -> f64 {
    let (one, other) = (fold(one), fold(other));
    let words: Vec<&str> = one.split_whitespace().take(READ_WORDS).collect();
    let mut left: Vec<&str> = other.split_whitespace().take(READ_WORDS).collect();
    let length = |words: &[&str]| words.iter().map(|word| word.chars().count()).sum::<usize>();
    let all = length(&words) + length(&left);
    let mut shared = 0;
    for word in words {
        let same = left.iter().map(|other| strsim::normalized_levenshtein(word, other)).enumerate();
        let nearest = same.max_by(|(_, one), (_, other)| one.total_cmp(other));
        if let Some((at, _)) = nearest.filter(|(_, same)| *same >= SAME_WORD) {
            shared += word.chars().count() + left.remove(at).chars().count();
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "texts of a thousand letters")]
    let likeness = shared as f64 / all.max(1) as f64;
    likeness
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_told_again_are_alike_however_they_are_spelt() {
        for (one, other) in [
            ("سه هفته‌ست سفارشم نرسیده و هیچ‌کس جواب نمیده", "سه هفته است سفارشم نرسيده هيچكس جواب نميده!!"),
            (
                "You sent me a broken lamp and nobody answers",
                "nobody answers, you have sent me a broken lamp",
            ),
        ] {
            assert!(likeness(one, other) >= ALIKE, "{one} {}", likeness(one, other));
        }
        for (one, other) in [
            ("You sent me a broken lamp and nobody answers", "The courier was rude to my mother yesterday"),
            ("سفارشم نرسیده", "پولم را پس بدهید، کالا شکسته بود"),
            ("", ""),
        ] {
            assert!(likeness(one, other) < ALIKE, "{one} {}", likeness(one, other));
        }
    }
}

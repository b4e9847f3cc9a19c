//! The plain text that a regular expression cannot match without.
//!
//! A pattern comes in; out come pieces of text of which one must stand in every
//! text that it matches: `order` for `\border\s*#?\d{5,}\b`, `refund` and
//! `money` for `(refund|money) back`. Some patterns have none.
//!
//! Invariant: pieces are lower case and hold no letter whose case depends on
//! more than ASCII.

use regex_syntax::hir::{Hir, HirKind};

/// A shorter piece stands in nearly every text.
const SHORTEST: usize = 2;
/// More alternatives than this exclude little.
const MOST: usize = 32;

/// The pieces of which one is needed.
pub(super) fn required(pattern: &str) -> Option<Vec<String>> {
    pieces(&regex_syntax::parse(pattern).ok()?)
}

fn pieces(expression: &Hir) -> Option<Vec<String>> {
    match expression.kind() {
        HirKind::Literal(literal) => plain(std::str::from_utf8(&literal.0).ok()?).map(|piece| vec![piece]),
        HirKind::Capture(capture) => pieces(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => pieces(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(pieces).max_by_key(|pieces| selectivity(pieces)),
        HirKind::Alternation(ways) => {
            let all: Vec<String> = ways.iter().map(pieces).collect::<Option<Vec<_>>>()?.concat();
            (all.len() <= MOST).then_some(all)
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

/// Long pieces exclude more texts than short ones, few more than many.
fn selectivity(pieces: &[String]) -> (usize, std::cmp::Reverse<usize>) {
    (pieces.iter().map(String::len).min().unwrap_or_default(), std::cmp::Reverse(pieces.len()))
}

/// The longest run of characters that are the same in either case, or plain ASCII.
fn plain(literal: &str) -> Option<String> {
    let has_case = |c: char| {
        !c.is_ascii()
            && (c.is_lowercase()
                || c.is_uppercase()
                || c.is_alphabetic() && c.to_lowercase().next() != Some(c))
    };
    let runs = literal.split(has_case).max_by_key(|run| run.len())?;
    (runs.chars().count() >= SHORTEST).then(|| runs.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_piece_that_is_needed_is_found() {
        let needed = |pattern: &str| required(pattern).map(|pieces| pieces.join(" or "));
        for (pattern, pieces) in [
            (r"\border\s*#?\d{5,}\b", Some("order")),
            ("(refund|money) back", Some(" back")),
            ("(refunds|money)!", Some("refunds or money")),
            ("colou?r", Some("colo")),
            ("(kharid)+", Some("kharid")),
            ("سفارش|خرید", Some("سفارش or خرید")),
            ("Größe", Some("gr")),
            ("(refund)?", None),
            (r"\d{10}", None),
            ("a|order", None),
            ("[oO]rder", Some("rder")),
        ] {
            assert_eq!(needed(pattern).as_deref(), pieces, "{pattern}");
        }
    }
}

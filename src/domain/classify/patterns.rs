//! The owner's regular expressions, and which of them stand in a text.
//!
//! A text comes in; out come the patterns that match it, with the words that
//! they cover. Most patterns hold a piece of plain text without which they
//! cannot match: one pass over the text finds those pieces, and only patterns
//! whose piece is there are tried. The others go through one set together.
//!
//! Invariant: what is skipped could not have matched. Patterns see the text as
//! it was written, but for one form of each Persian letter and ASCII digits.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::literals::required;
use crate::domain::text::{Token, unify};

/// Compiled size of one pattern in bytes; a larger one is a mistake.
const SIZE: usize = 1 << 20;
/// Letters that are the same as an ASCII letter without regard to case, and not in ASCII.
const FOLDED_TO_ASCII: [char; 2] = ['\u{017F}', '\u{212A}'];

#[derive(Debug)]
pub(super) struct Pattern {
    written: String,
    topic: usize,
    regex: Regex,
}

impl Pattern {
    /// Reads a pattern, or says in plain words what is wrong with it.
    pub(super) fn read(written: &str, topic: usize) -> Result<Pattern, String> {
        let regex = regex(&unified(written).0).or_else(|_| regex(written));
        match regex {
            Ok(regex) if !regex.is_match("") => Ok(Pattern { written: written.to_owned(), topic, regex }),
            Ok(_) => Err(format!("the pattern `{written}` matches every text")),
            Err(error) => Err(format!("the pattern `{written}` is no regular expression: {error}")),
        }
    }

    pub(super) fn topic(&self) -> usize {
        self.topic
    }
}

fn regex(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).case_insensitive(true).size_limit(SIZE).build()
}

/// A pattern that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub pattern: String,
    /// The customer's own words.
    pub matched: String,
    /// Numbers of the words that it covers.
    pub places: BTreeSet<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Patterns {
    patterns: Vec<Pattern>,
    /// The pieces of plain text, and for each of them the patterns that need it.
    pieces: Option<AhoCorasick>,
    needed_by: Vec<Vec<usize>>,
    /// Patterns without such a piece.
    others: Vec<usize>,
    set: Option<RegexSet>,
}

impl Patterns {
    /// Files all patterns, or says why they cannot be kept together.
    pub(super) fn of(patterns: Vec<Pattern>) -> Result<Patterns, String> {
        let mut needed_by: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut others = Vec::new();
        for (number, pattern) in patterns.iter().enumerate() {
            match required(pattern.regex.as_str()) {
                Some(pieces) => {
                    pieces.into_iter().for_each(|piece| needed_by.entry(piece).or_default().push(number));
                }
                None => others.push(number),
            }
        }
        let too_large = |error: &dyn std::error::Error| {
            format!("all patterns together are too large; use fewer or simpler ones: {error}")
        };
        let expressions = others.iter().filter_map(|number| patterns.get(*number)).map(|p| p.regex.as_str());
        let set = RegexSetBuilder::new(expressions).case_insensitive(true).size_limit(SIZE * 32).build();
        let set = set.map_err(|error| too_large(&error))?;
        let pieces = AhoCorasick::builder().ascii_case_insensitive(true).build(needed_by.keys());
        let pieces = pieces.map_err(|error| too_large(&error))?;
        Ok(Patterns {
            pieces: (!needed_by.is_empty()).then_some(pieces),
            needed_by: needed_by.into_values().collect(),
            set: (!others.is_empty()).then_some(set),
            others,
            patterns,
        })
    }

    /// The patterns that match the text, by topic.
    pub(super) fn find(&self, text: &str, tokens: &[Token]) -> BTreeMap<usize, Vec<Hit>> {
        let mut hits: BTreeMap<usize, Vec<Hit>> = BTreeMap::new();
        if self.patterns.is_empty() {
            return hits;
        }
        let (unified, origins) = unified(text);
        for pattern in self.worth_trying(&unified).into_iter().filter_map(|number| self.patterns.get(number))
        {
            if let Some(hit) = hit(pattern, &unified, &origins, text, tokens) {
                hits.entry(pattern.topic).or_default().push(hit);
            }
        }
        hits
    }

    fn worth_trying(&self, text: &str) -> BTreeSet<usize> {
        if text.contains(FOLDED_TO_ASCII) {
            return (0..self.patterns.len()).collect();
        }
        let pieces = self.pieces.iter().flat_map(|pieces| pieces.find_overlapping_iter(text));
        let needing = pieces.filter_map(|piece| self.needed_by.get(piece.pattern().as_usize())).flatten();
        let others = self.set.iter().flat_map(|set| set.matches(text));
        needing.copied().chain(others.filter_map(|at| self.others.get(at).copied())).collect()
    }
}

fn hit(pattern: &Pattern, unified: &str, origins: &[usize], text: &str, tokens: &[Token]) -> Option<Hit> {
    let found = pattern.regex.find(unified)?;
    let before = unified.get(..found.start())?.chars().count();
    let start = *origins.get(before)?;
    let last = before + found.as_str().chars().count().checked_sub(1)?;
    let end = text.get(*origins.get(last)?..)?.chars().next().map(char::len_utf8)? + *origins.get(last)?;
    let covered = |place: &std::ops::Range<usize>| place.start < end && place.end > start;
    let places = tokens.iter().enumerate().filter(|(_, token)| covered(&token.place)).map(|(at, _)| at);
    let matched = text.get(start..end)?.to_owned();
    Some(Hit { pattern: pattern.written.clone(), matched, places: places.collect() })
}

/// The text as patterns see it, and where each of its characters stood.
fn unified(text: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut origins = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        unify(c, |c| {
            out.push(c);
            origins.push(at);
        });
    }
    (out, origins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::tokenise;

    fn found(patterns: &[&str], text: &str) -> Vec<(usize, String)> {
        let read = patterns.iter().enumerate().map(|(topic, written)| Pattern::read(written, topic).unwrap());
        let patterns = Patterns::of(read.collect()).unwrap();
        let hits = patterns.find(text, &tokenise(text));
        hits.into_iter()
            .flat_map(|(topic, hits)| hits.into_iter().map(move |hit| (topic, hit.matched)))
            .collect()
    }

    #[test]
    fn patterns_are_found_with_and_without_plain_pieces() {
        let patterns = [r"\border\s*#?\d{5,}\b", r"\b\d{10}\b", "سفارش (شماره )?۱۲", "(refund|money) back"];
        assert_eq!(found(&patterns, "my ORDER #12345"), [(0, "ORDER #12345".to_owned())]);
        assert_eq!(found(&patterns, "۰۹۱۲۳۴۵۶۷۸ بود"), [(1, "۰۹۱۲۳۴۵۶۷۸".to_owned())]);
        assert_eq!(found(&patterns, "ســفارش شمارۀ"), []);
        assert_eq!(found(&patterns, "ســفارش شماره 12"), [(2, "ســفارش شماره 12".to_owned())]);
        assert_eq!(found(&patterns, "Money  back, refund back"), [(3, "refund back".to_owned())]);
    }

    #[test]
    fn letters_that_fold_to_ascii_are_found_too() {
        assert_eq!(found(&["kiss me"], "\u{212A}i\u{017F}s me"), [(0, "\u{212A}i\u{017F}s me".to_owned())]);
    }

    #[test]
    fn the_words_that_a_pattern_covers_are_told() {
        let patterns = Patterns::of(vec![Pattern::read("b c", 0).unwrap()]).unwrap();
        let text = "a b c d";
        let hits = patterns.find(text, &tokenise(text));
        assert_eq!(hits[&0][0].places, BTreeSet::from([1, 2]));
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert!(Pattern::read("(", 0).unwrap_err().contains("no regular expression"));
        assert!(Pattern::read(".*", 0).unwrap_err().contains("matches every text"));
    }
}

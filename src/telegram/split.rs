//! One text made into several messages, where Telegram takes only 4,096 units.
//!
//! A text goes in, parts come out, each as long as it may be and cut where a
//! reader would pause: between paragraphs, else lines, sentences, words, and
//! only in a single enormous word between two characters. Bidi isolates that
//! are open at a cut are closed there and opened again in the next part.
//!
//! Invariant: no part is longer than the limit, none is blank, every part has
//! as many isolate ends as beginnings, and nothing but white space is lost.

use unicode_segmentation::UnicodeSegmentation;

/// Bot API, sendMessage: "1-4096 characters after entities parsing", counted in UTF-16 units.
pub const LIMIT: usize = 4096;

const POP_ISOLATE: char = '\u{2069}';

/// UAX #9 BD2: no more than 125 levels of embedding count.
const MAX_DEPTH: usize = 125;

/// Parts for Telegram; none for a blank text.
pub fn split(text: &str) -> Vec<String> {
    split_at(text, LIMIT)
}

/// As [`split`], for another limit in UTF-16 units (at least 16).
fn split_at(text: &str, limit: usize) -> Vec<String> {
    let text = balanced(text, MAX_DEPTH.min(limit / 8));
    let mut parts = Vec::new();
    let mut open: Vec<char> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let cut = cut(rest, open.len(), limit);
        let (head, tail) = rest.split_at_checked(cut).unwrap_or((rest, ""));
        let mut part: String = open.iter().collect();
        part.push_str(head.trim_end());
        open = open_after(&open, head);
        part.extend(open.iter().map(|_| POP_ISOLATE));
        if part.chars().any(|c| !c.is_whitespace() && !is_isolate(c)) {
            parts.push(part);
        }
        rest = tail.trim_start();
    }
    parts
}

/// Length in UTF-16 units.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn opens(c: char) -> bool {
    matches!(c, '\u{2066}' | '\u{2067}' | '\u{2068}')
}

fn is_isolate(c: char) -> bool {
    opens(c) || c == POP_ISOLATE
}

/// The text without isolate ends that end nothing and without beginnings nested too deeply,
/// and with the ends that were missing.
fn balanced(text: &str, max_depth: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0;
    let mut dropped = 0;
    for c in text.chars() {
        match c {
            POP_ISOLATE if dropped > 0 => dropped -= 1,
            POP_ISOLATE if depth == 0 => {}
            POP_ISOLATE => {
                depth -= 1;
                out.push(c);
            }
            _ if opens(c) && depth == max_depth => dropped += 1,
            _ => {
                depth += usize::from(opens(c));
                out.push(c);
            }
        }
    }
    out.extend(std::iter::repeat_n(POP_ISOLATE, depth));
    out
}

fn open_after(before: &[char], text: &str) -> Vec<char> {
    let mut open = before.to_vec();
    for c in text.chars().filter(|c| is_isolate(*c)) {
        if opens(c) {
            open.push(c);
        } else {
            open.pop();
        }
    }
    open
}

/// How good a place is to cut after.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Break {
    Character,
    Word,
    Sentence,
    Line,
    Paragraph,
}

/// Where `rest` is cut, in bytes: after all of it if that fits beside the `carried` isolates.
fn cut(rest: &str, carried: usize, limit: usize) -> usize {
    let mut walk = Walk { used: carried, depth: carried, best: Vec::new(), previous: None };
    for (at, cluster) in rest.grapheme_indices(true) {
        let end = at + cluster.len();
        walk.take(cluster);
        if walk.used > limit {
            return walk.choose(limit).unwrap_or_else(|| within_cluster(rest, carried, limit));
        }
        if walk.used + walk.depth <= limit {
            let kind = if end == rest.len() { return end } else { walk.break_after(cluster) };
            walk.best.retain(|place: &(Break, usize, usize)| place.0 > kind);
            walk.best.push((kind, end, walk.used));
        }
    }
    walk.choose(limit).unwrap_or_else(|| within_cluster(rest, carried, limit))
}

/// The state of one search: for each kind of break only the last one matters,
/// and a worse kind only when it lies further on.
struct Walk {
    used: usize,
    depth: usize,
    best: Vec<(Break, usize, usize)>,
    /// The last visible character, and whether a line has just ended.
    previous: Option<char>,
}

impl Walk {
    fn take(&mut self, cluster: &str) {
        self.used += units(cluster);
        for c in cluster.chars() {
            if opens(c) {
                self.depth += 1;
            } else if c == POP_ISOLATE {
                self.depth = self.depth.saturating_sub(1);
            }
        }
    }

    fn break_after(&mut self, cluster: &str) -> Break {
        let Some(last) = cluster.chars().last() else { return Break::Character };
        let kind = match (last, self.previous) {
            ('\n', Some('\n')) => Break::Paragraph,
            ('\n', _) => Break::Line,
            (c, Some('.' | '!' | '?' | '؟' | '…' | '؛' | ';')) if c.is_whitespace() => Break::Sentence,
            (c, _) if c.is_whitespace() => Break::Word,
            _ => Break::Character,
        };
        // An isolate's end or a closing mark after the full stop does not hide the sentence's end.
        if !is_isolate(last) && !matches!(last, '»' | ')' | '"' | '”') {
            self.previous = Some(last);
        }
        kind
    }

    /// The best kind of break in the second half of what fits; the last place of any kind otherwise.
    fn choose(&self, limit: usize) -> Option<usize> {
        let late = self.best.iter().find(|(kind, _, used)| *kind > Break::Character && *used * 2 >= limit);
        let word = self.best.iter().rev().find(|(kind, ..)| *kind > Break::Character);
        let any = self.best.last();
        late.or(word.filter(|(_, _, used)| *used * 4 >= limit)).or(any).map(|(_, end, _)| *end)
    }
}

/// A single cluster longer than a whole part (thousands of combining marks): between two characters.
fn within_cluster(rest: &str, carried: usize, limit: usize) -> usize {
    let mut used = carried;
    let mut depth = carried;
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        used += c.len_utf16();
        depth = if opens(c) { depth + 1 } else { depth - usize::from(c == POP_ISOLATE && depth > 0) };
        if used + depth > limit && end > 0 {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(text: &str) -> String {
        text.chars().filter(|c| !c.is_whitespace() && !is_isolate(*c)).collect()
    }

    fn depth_is_balanced(part: &str) -> bool {
        let mut depth = 0_i32;
        for c in part.chars() {
            depth += i32::from(opens(c)) - i32::from(c == POP_ISOLATE);
            if depth < 0 {
                return false;
            }
        }
        depth == 0
    }

    #[test]
    fn a_short_text_is_one_part() {
        assert_eq!(split("سلام، سفارش شما در راه است."), ["سلام، سفارش شما در راه است."]);
        assert!(split(" \n ").is_empty());
        assert!(split("\u{2068}\u{2069}").is_empty());
    }

    #[test]
    fn a_text_of_exactly_the_limit_is_one_part_and_one_more_unit_makes_two() {
        assert_eq!(split(&"a".repeat(4096)).len(), 1);
        assert_eq!(split(&"a".repeat(4097)).iter().map(|p| units(p)).collect::<Vec<_>>(), [4096, 1]);
        assert_eq!(split(&"😀".repeat(2048)).len(), 1, "an emoji is two units");
        assert_eq!(split(&"😀".repeat(2049)).len(), 2);
    }

    #[test]
    fn it_is_cut_at_the_best_place() {
        let paragraphs = "One line here.\nAnother line.\n\nThe next paragraph is long.";
        assert_eq!(
            split_at(paragraphs, 40),
            ["One line here.\nAnother line.", "The next paragraph is long."]
        );
        let lines = "The first line\nthe second line of it";
        assert_eq!(split_at(lines, 25), ["The first line", "the second line of it"]);
        let sentences = "کجا بودید؟ ما اینجا منتظر شما بودیم";
        assert_eq!(split_at(sentences, 20), ["کجا بودید؟", "ما اینجا منتظر شما", "بودیم"]);
        assert_eq!(split_at("some words without any stop", 16), ["some words", "without any stop"]);
    }

    #[test]
    fn an_isolate_open_at_the_cut_is_closed_and_opened_again() {
        let parts = split_at("name \u{2068}one two three four\u{2069} end", 20);
        assert_eq!(parts, ["name \u{2068}one two\u{2069}", "\u{2068}three four\u{2069} end"]);
    }

    #[test]
    fn a_family_is_not_torn_apart() {
        let family = "👨‍👩‍👧‍👦";
        for part in split_at(&family.repeat(9), 40) {
            assert_eq!(part.len() % family.len(), 0, "{part}");
        }
    }

    #[test]
    fn a_monstrous_cluster_still_ends() {
        let monster = format!("e{}", "\u{301}".repeat(10_000));
        let parts = split(&monster);
        assert_eq!(kept(&parts.concat()), monster);
        assert!(parts.iter().all(|part| units(part) <= LIMIT));
    }

    proptest! {
        #[test]
        fn parts_are_short_enough_balanced_and_complete(
            text in "([a-z]{1,30}|[ \n.?؟]|[آ-ی]{1,9}|😀|👨‍👩‍👧|\u{2067}|\u{2068}|\u{2069}|e\u{301}){0,120}",
            limit in 16_usize..80,
        ) {
            let parts = split_at(&text, limit);
            for part in &parts {
                prop_assert!(units(part) <= limit, "{} > {limit}: {part:?}", units(part));
                prop_assert!(depth_is_balanced(part), "{part:?}");
                prop_assert!(!kept(part).is_empty());
            }
            prop_assert_eq!(kept(&parts.concat()), kept(&text));
        }
    }
}

//! Words that are written together or apart, as it pleases the writer.
//!
//! Neighbouring words come in with their hashes, and windows of two to five of
//! them are looked up as one word: «پی گیری» is «پیگیری», "log in" is "login",
//! «بسته ام» is «بسته‌ام». The other way round an unknown word is divided into
//! words of the rules: «کدرهگیری» is «کد رهگیری».
//!
//! Invariant: words written together are found besides, never instead of, what
//! they are alone.

use super::endings::{is_form, stands_apart};
use super::lexicon::{As, Atom, Entry, Lexicon};
use super::meaning::Meaning;
use super::phrase::Form;
use super::search::Phrases;
use super::spelling::{Spelling, hash, join};
use crate::domain::text::Token;

/// So many words may be written as one, or one as so many.
const MOST_PARTS: usize = 5;
/// What several words make together has at least so many letters …
const FEWEST_LETTERS: usize = 4;
/// … in English, which has more short words, five.
const FEWEST_LATIN_LETTERS: usize = 5;
/// Nothing longer is divided.
const MOST_LETTERS: usize = 24;
const SHORTEST_PART: usize = 2;
/// Letters that may follow where a prefix ends, inside a word that is divided.
const PREFIX_TAIL: usize = 3;

/// Words of a text that are one word of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Joined {
    /// Number of the first word.
    pub at: usize,
    pub words: usize,
    pub meaning: Meaning,
}

/// The words just read, written together in one, two, three and four.
#[derive(Default)]
pub(super) struct Window {
    before: [Together; MOST_PARTS - 1],
}

#[derive(Clone, Copy, Default)]
struct Together {
    hash: u64,
    /// 0 when there are no such words.
    words: usize,
}

impl Window {
    /// What the word makes together with those before it, the longest first.
    pub(super) fn joined(
        &self,
        lexicon: &Lexicon,
        tokens: &[Token],
        at: usize,
        word: &Spelling<'_>,
    ) -> Option<Joined> {
        self.before.iter().rev().filter(|before| before.words > 0).find_map(|before| {
            let parts = tokens.get(at.checked_sub(before.words)?..at)?;
            let mut atoms = Vec::new();
            for letters in 0..=word.letters() {
                let bytes = word.end(letters);
                for entry in lexicon.under(join(before.hash, word.hash_of_first(letters), bytes)) {
                    give(entry, parts, word, letters, &mut atoms);
                }
            }
            atoms.sort_unstable();
            atoms.dedup();
            (!atoms.is_empty()).then(|| Joined {
                at: at - before.words,
                words: before.words + 1,
                meaning: Meaning::of(atoms),
            })
        })
    }

    /// Goes on to the next word.
    pub(super) fn push(&mut self, word: &Spelling<'_>) {
        if !may_be_part(word) {
            return self.clear();
        }
        let bytes = word.word().len();
        let longer = |before: Together| match before.words {
            0 => before,
            words => Together { hash: join(before.hash, word.hash(), bytes), words: words + 1 },
        };
        let [one, two, three, _] = self.before;
        let just = Together { hash: word.hash(), words: 1 };
        self.before = [just, longer(one), longer(two), longer(three)];
    }

    pub(super) fn clear(&mut self) {
        *self = Window::default();
    }
}

/// One letter is a slip of the finger or a word like "a"; "e mail" is one word.
fn may_be_part(word: &Spelling<'_>) -> bool {
    word.letters() >= SHORTEST_PART || word.word() == "e"
}

/// What the entry gives, if it is the parts and the first letters of the last word.
fn give(entry: &Entry, parts: &[Token], last: &Spelling<'_>, letters: usize, atoms: &mut Vec<Atom>) {
    let rest = parts.iter().try_fold(&*entry.text, |rest, part| rest.strip_prefix(part.word.as_str()));
    let (beginning, ending) = last.cut(letters);
    if rest != Some(beginning) {
        return;
    }
    if letters == 0 {
        if stands_apart(&entry.text, ending) {
            atoms.extend(entry.atoms(Form::Inflected, As::Written));
        }
        return;
    }
    // Rules that write it both ways mean two things: «زنگ زده» has called, «زنگ‌زده» is rusty.
    let first = parts.first().map(|part| part.word.chars().count());
    if parts.len() == 1 && first == entry.divides_at {
        return;
    }
    let fewest = if entry.text.is_ascii() { FEWEST_LATIN_LETTERS } else { FEWEST_LETTERS };
    if (letters >= SHORTEST_PART || beginning == "ی") && entry.text.chars().nth(fewest - 1).is_some() {
        entry.give(ending, As::Written, atoms);
    }
}

/// Notes which words of the rules fall into two that stand side by side in a phrase: "login" and "log in".
pub(super) fn find_divisions(lexicon: &mut Lexicon, phrases: &Phrases) {
    let mut divisions = Vec::new();
    for (number, entry) in lexicon.entries().iter().enumerate().filter(|(_, entry)| entry.is_rules) {
        let Some(word) = Spelling::of(&entry.text) else { continue };
        for letters in SHORTEST_PART..=word.letters().saturating_sub(SHORTEST_PART) {
            let (left, right) = word.cut(letters);
            let atoms = |text: &str| {
                lexicon.find(text, hash(text)).map(|entry| entry.all(As::Written)).unwrap_or_default()
            };
            let pairs: Vec<(Atom, Atom)> = atoms(left)
                .iter()
                .flat_map(|one| atoms(right).into_iter().map(|other| (*one, other)))
                .collect();
            if !pairs.is_empty() {
                divisions.push((number, letters, pairs));
            }
        }
    }
    let neighbours = phrases.neighbours(&divisions.iter().flat_map(|(_, _, pairs)| pairs).copied().collect());
    for (number, letters, pairs) in divisions {
        if pairs.iter().any(|pair| neighbours.contains(pair)) {
            lexicon.divide(number, letters);
        }
    }
}

/// Divides an unknown word into as few words of the rules as can be: after how many letters each ends.
pub(super) fn divide(lexicon: &Lexicon, word: &Spelling<'_>) -> Option<Vec<usize>> {
    let all = word.letters();
    if !(2 * SHORTEST_PART..=MOST_LETTERS).contains(&all) {
        return None;
    }
    if words_from(lexicon, word, 0).is_empty() {
        return None;
    }
    // For each place the number of words up to it, and where the last of them begins.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; all + 1];
    *best.first_mut()? = Some((0, 0));
    for from in 0..all {
        let Some((parts, _)) = best.get(from).copied().flatten().filter(|(parts, _)| *parts < MOST_PARTS)
        else {
            continue;
        };
        for to in words_from(lexicon, word, from) {
            if let Some(place) = best.get_mut(to)
                && place.is_none_or(|(fewest, _)| parts + 1 < fewest)
                && !(from == 0 && to == all)
            {
                *place = Some((parts + 1, from));
            }
        }
    }
    let mut ends = Vec::new();
    let mut at = all;
    while at > 0 {
        ends.push(at);
        at = best.get(at).copied().flatten()?.1;
    }
    ends.reverse();
    Some(ends)
}

/// Where words of the rules end that begin at this place.
fn words_from(lexicon: &Lexicon, word: &Spelling<'_>, from: usize) -> Vec<usize> {
    let mut ends = Vec::new();
    // «بفروش» is «به فروش».
    if from == 0 && word.word().starts_with('ب') {
        ends.push(1);
    }
    for stem in from + SHORTEST_PART..=word.letters() {
        let text = word.between(from, stem);
        let Some(entry) = lexicon
            .find(text, word.hash_between(from, stem))
            .filter(|entry| entry.is_rules || entry.is_known)
        else {
            continue;
        };
        let is_prefix = entry.has(Form::Prefix, As::Written);
        let is_inflected = entry.has(Form::Inflected, As::Written);
        ends.push(stem);
        ends.extend((stem + 1..=word.letters()).filter(|to| {
            is_prefix && to - stem <= PREFIX_TAIL || is_inflected && is_form(text, word.between(stem, *to))
        }));
    }
    ends
}

//! Every word of a text read by itself: written, transliterated or misspelt.
//!
//! Words come in; out comes what each means. A word that the rules know is
//! taken as it is written. One that nobody knows is Persian in Latin letters,
//! if the text is full of those, or a misspelling. What neighbours make
//! together, and what words could be divided, is told besides.
//!
//! Invariant: what is written as the rules write it is never guessed at.

use super::finglish::Spelt;
use super::lexicon::{As, Lexicon, Read};
use super::meaning::Meaning;
use super::spacing::{Joined, Window, divide};
use super::spelling::{Spelling, hash};
use crate::domain::text::{Token, is_finglish_word};

/// A text with fewer words of Persian in Latin letters may hold them by accident.
const FINGLISH_WORDS: usize = 2;
/// Words as short as this say nothing about a language.
const SHORT_LATIN: usize = 2;
/// A word with fewer consonants could be anything, and two words with no more could be German.
const FINGLISH_CONSONANTS: usize = 2;
/// A word of more letters is hardly part of another by accident.
const LONG: usize = 4;

pub(super) struct Reads {
    pub meanings: Vec<Meaning>,
    /// Neighbours that are one word of the rules; by first word, none overlapping.
    pub joined: Vec<Joined>,
    /// Words that may be several.
    pub divided: Vec<Divided>,
    pub is_finglish: bool,
}

/// A word that may be several, and after how many of its letters each of them ends.
pub(super) struct Divided {
    pub at: usize,
    pub ends: Vec<usize>,
    is_unknown_persian: bool,
}

impl Divided {
    /// Is it enough that one of two words is a sign? «کدتخفیف», «فعال‌نشدن», «بفروش»; not "transferred".
    pub(super) fn is_plain(&self) -> bool {
        let is_long =
            |first: usize, rest: usize| first == 1 || first > 1 && rest > LONG || first.min(rest) >= LONG - 1;
        self.is_unknown_persian && matches!(*self.ends, [first, all] if is_long(first, all - first))
    }

    pub(super) fn parts<'w>(&self, word: &'w str) -> Vec<&'w str> {
        let Some(spelling) = Spelling::of(word) else { return vec![word] };
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(from, to)| spelling.between(from, *to)).collect()
    }
}

impl Reads {
    pub(super) fn of(lexicon: &Lexicon, tokens: &[Token]) -> Reads {
        let (reads, joined) = read(lexicon, tokens);
        let spelt = finglish(lexicon, tokens, &reads);
        let divided = divided(lexicon, tokens, &reads, &joined);
        Reads {
            is_finglish: spelt.is_some(),
            meanings: meanings(lexicon, tokens, reads, spelt.unwrap_or_default()),
            joined,
            divided,
        }
    }
}

/// Every word as it is written, and neighbours that are one word.
fn read(lexicon: &Lexicon, tokens: &[Token]) -> (Vec<Read>, Vec<Joined>) {
    let mut reads = Vec::with_capacity(tokens.len());
    let mut joined: Vec<Joined> = Vec::new();
    let mut window = Window::default();
    for (at, token) in tokens.iter().enumerate() {
        if !token.follows {
            window.clear();
        }
        let Some(word) = Spelling::of(&token.word) else {
            window.clear();
            reads.push(Read { atoms: Vec::new(), is_word: true });
            continue;
        };
        joined.extend(window.joined(lexicon, tokens, at, &word));
        window.push(&word);
        reads.push(lexicon.read(&word, As::Written));
    }
    joined.sort_by_key(|joined| (joined.at, std::cmp::Reverse(joined.words)));
    let mut free = 0;
    joined.retain(|joined| {
        let is_free = joined.at >= free;
        free = if is_free { joined.at + joined.words } else { free };
        is_free
    });
    (reads, joined)
}

fn is_unknown(read: &Read) -> bool {
    read.atoms.is_empty() && !read.is_word
}

/// If the text is Persian in Latin letters, what each of its words spells.
fn finglish(lexicon: &Lexicon, tokens: &[Token], reads: &[Read]) -> Option<Vec<Vec<Spelt>>> {
    let is_latin = |token: &Token| token.word.bytes().all(|byte| byte.is_ascii_lowercase());
    let spelt = |token: &Token| lexicon.transliterations.spelt(lexicon.entries(), &token.word);
    let (mut hits, mut is_sure, mut english, mut unknown) = (0, false, 0, 0);
    for (token, read) in tokens.iter().zip(reads).filter(|(token, _)| is_latin(token)) {
        let counts = usize::from(token.word.len() > SHORT_LATIN);
        let consonants = if is_unknown(read) { spelt_surely(&spelt(token)) } else { 0 };
        if is_finglish_word(&token.word) {
            hits += 1;
            is_sure = true;
        } else if consonants >= FINGLISH_CONSONANTS && !is_misspelt_english(lexicon, &token.word) {
            hits += 1;
            is_sure |= consonants > FINGLISH_CONSONANTS;
        } else if is_unknown(read) {
            unknown += counts;
        } else {
            english += counts;
        }
    }
    let enough = if is_sure { FINGLISH_WORDS } else { FINGLISH_WORDS + 1 };
    let of = |token: &Token| if is_latin(token) { spelt(token) } else { Vec::new() };
    (hits >= enough && hits > unknown && hits >= english).then(|| tokens.iter().map(of).collect())
}

/// The consonants of a word that is spelt letter for letter.
fn spelt_surely(spelt: &[Spelt]) -> usize {
    let spelt = spelt.first().filter(|spelt| spelt.cost == 0 && spelt.rest <= LONG);
    spelt.map_or(0, |spelt| spelt.consonants)
}

fn is_misspelt_english(lexicon: &Lexicon, word: &str) -> bool {
    Spelling::of(word)
        .map(|word| lexicon.correct(&word))
        .is_some_and(|meaning| !meaning.is_nothing() && !meaning.is_vague)
}

fn meanings(lexicon: &Lexicon, tokens: &[Token], reads: Vec<Read>, spelt: Vec<Vec<Spelt>>) -> Vec<Meaning> {
    let spelt = spelt.into_iter().map(Some).chain(std::iter::repeat(None));
    let meaning = |((token, read), spelt): ((&Token, Read), Option<Vec<Spelt>>)| match spelt {
        Some(spelt) if !spelt.is_empty() => lexicon.transliterate(&spelt).besides(&read.atoms),
        _ => meaning(lexicon, &token.word, read),
    };
    tokens.iter().zip(reads).zip(spelt).map(meaning).collect()
}

/// What a word means as it is written, or else as it was probably meant.
fn meaning(lexicon: &Lexicon, word: &str, read: Read) -> Meaning {
    if read.is_word && !read.atoms.is_empty() {
        return Meaning::of(read.atoms);
    }
    let Some(word) = Spelling::of(word) else { return Meaning::default() };
    match (read.atoms.is_empty(), read.is_word) {
        (true, true) => lexicon.verb_form(&word).unwrap_or_default(),
        (true, false) => lexicon.verb_form(&word).unwrap_or_else(|| lexicon.correct(&word)),
        (false, _) => lexicon.correct_besides(&word, &read.atoms),
    }
}

/// The words that may be several: unknown ones, and those that the rules write both ways.
fn divided(lexicon: &Lexicon, tokens: &[Token], reads: &[Read], joined: &[Joined]) -> Vec<Divided> {
    let ends = |token: &Token, read: &Read| {
        if read.is_word && !read.atoms.is_empty() {
            let letters = lexicon.find(&token.word, hash(&token.word))?.divides_at?;
            return Some(vec![letters, token.word.chars().count()]);
        }
        divide(lexicon, &Spelling::of(&token.word)?)
    };
    let is_joined =
        |at: usize| joined.iter().any(|joined| (joined.at..joined.at + joined.words).contains(&at));
    let divided = |(at, (token, read)): (usize, (&Token, &Read))| {
        let ends = ends(token, read).filter(|_| !is_joined(at))?;
        Some(Divided { at, ends, is_unknown_persian: !token.word.is_ascii() && !read.is_word })
    };
    tokens.iter().zip(reads).enumerate().filter_map(divided).collect()
}

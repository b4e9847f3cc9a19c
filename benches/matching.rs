//! What does it cost to find keywords in a message? `cargo bench --bench matching`
//!
//! Three tables: the time by the number of keywords; the same messages given to peers in the
//! same run; and how many of a shop's keywords are found in their own questions. Matching
//! alone is `Matcher::phrases_in`; understanding weighs what was matched besides.
//!
//! Keywords and messages are made from a seed; all keywords may be misspelt.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use aho_corasick::AhoCorasick;
use pasokh::domain::classify::{GateSource, IntentSource, Matcher};
use pasokh::domain::message::Language;
use pasokh::domain::rules::IntentKind;
use pasokh::domain::text::fold;
use pasokh::rules::gate::starter_gate;
use regex::{RegexSet, RegexSetBuilder};

const MESSAGES: usize = 200;
/// Characters of a message.
const LENGTH: usize = 38;
const ROUNDS: usize = 25;

fn main() {
    let sizes = [(10, 100), (150, 1_000), (150, 10_000)];
    let worlds: Vec<World> =
        sizes.iter().map(|(intents, keywords)| World::new(*intents, *keywords)).collect();
    println!("messages of {LENGTH} characters, two keywords in each, one of them misspelt in every other\n");
    by_keywords(&worlds);
    if let Some(largest) = worlds.last() {
        beside_peers(largest);
    }
    a_shops_keywords();
}

/// A generator of numbers (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % limit
    }

    fn letter(&mut self, letters: &str) -> char {
        letters.chars().nth(self.below(letters.chars().count())).unwrap()
    }

    /// Two to four syllables, four to nine letters.
    fn word(&mut self) -> String {
        loop {
            let mut word = String::new();
            for _ in 0..2 + self.below(3) {
                word.push(self.letter("بپتجچخدرزسشفقکگلمنهح"));
                if self.below(2) == 0 {
                    word.push(self.letter("اوی"));
                }
                if self.below(2) == 0 {
                    word.push(self.letter("رنمشسدل"));
                }
            }
            if (4..=9).contains(&word.chars().count()) {
                return word;
            }
        }
    }

    /// Another letter in the middle.
    fn misspell(&mut self, word: &str) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        let at = 1 + self.below(letters.len() - 2);
        letters[at] = self.letter("ثطظعغژ");
        letters.into_iter().collect()
    }
}

struct Message {
    text: String,
    /// Its keywords as the rules write them: one that is written so, one that may be misspelt.
    keywords: [String; 2],
}

struct World {
    intents: usize,
    keywords: Vec<String>,
    matcher: Matcher,
    messages: Vec<Message>,
}

impl World {
    fn new(intents: usize, keywords: usize) -> World {
        let mut dice = Dice(88_172_645_463_325_252);
        let mut words = BTreeSet::new();
        while words.len() < keywords {
            words.insert(dice.word());
        }
        let keywords: Vec<String> = words.into_iter().collect();
        let of_one = keywords.len().div_ceil(intents);
        let sources: Vec<IntentSource> =
            keywords.chunks(of_one).enumerate().map(|(number, words)| source(number, words)).collect();
        let matcher = Matcher::compile(&sources, &starter_gate()).unwrap();
        let messages = (0..MESSAGES).map(|number| message(&keywords, number, &mut dice)).collect();
        World { intents, keywords, matcher, messages }
    }
}

fn source(number: usize, keywords: &[String]) -> IntentSource {
    IntentSource {
        name: format!("intent_{number}"),
        kind: IntentKind::Question,
        phrases: BTreeMap::from([(Language::Fa, keywords.to_vec())]),
        patterns: Vec::new(),
        not: BTreeMap::new(),
        negation_cancels: false,
        max_words: None,
        examples: BTreeMap::new(),
        counterexamples: BTreeMap::new(),
        fuzzy_off: BTreeSet::new(),
    }
}

/// Two keywords among everyday words and one that nobody knows.
fn message(keywords: &[String], number: usize, dice: &mut Dice) -> Message {
    loop {
        let mut keyword = || keywords[dice.below(keywords.len())].clone();
        let pair = [keyword(), keyword()];
        let second = if number.is_multiple_of(2) { dice.misspell(&pair[1]) } else { pair[1].clone() };
        let mut text = format!("سلام {} رو میخوام {second} {}", pair[0], dice.word());
        while text.chars().count() < LENGTH {
            text.push_str(" لطفا");
        }
        let text: String = text.chars().take(LENGTH).collect();
        if text.contains(&format!(" {second} ")) {
            return Message { text, keywords: pair };
        }
    }
}

/// Microseconds for one message: the median round.
fn time(messages: &[Message], mut read: impl FnMut(&str)) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            messages.iter().for_each(|message| read(black_box(&message.text)));
            start.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(messages.len()).unwrap())
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

fn by_keywords(worlds: &[World]) {
    println!("| intents | keywords | matching alone | growth | understanding | growth |");
    println!("|--------:|---------:|---------------:|-------:|--------------:|-------:|");
    let mut first = None;
    for World { intents, keywords, matcher, messages } in worlds {
        let alone = time(messages, |text| drop(black_box(matcher.phrases_in(text))));
        let whole = time(messages, |text| drop(black_box(matcher.understand(text, None))));
        let (least_alone, least_whole) = *first.get_or_insert((alone, whole));
        println!(
            "| {intents:7} | {:8} | {alone:11.2} µs | {:5.2}× | {whole:10.2} µs | {:5.2}× |",
            keywords.len(),
            alone / least_alone,
            whole / least_whole,
        );
    }
    println!();
}

/// How many of the keywords in all messages a reader finds.
fn found(messages: &[Message], finds: &dyn Fn(&Message, &str) -> bool) -> (usize, usize) {
    let count =
        |place: usize| messages.iter().filter(|message| finds(message, &message.keywords[place])).count();
    (count(0), count(1))
}

fn beside_peers(world: &World) {
    let World { keywords, matcher, messages, .. } = world;
    let exact = AhoCorasick::new(keywords).unwrap();
    let set = regex_set(keywords);
    // Peers that take milliseconds are timed on a few messages.
    let few = &messages[..4];
    let some = |finds: &dyn Fn(&Message, &str) -> bool| Some(found(messages, finds));
    let alone = time(messages, |text| drop(black_box(matcher.phrases_in(text))));
    let rows = [
        (
            "pasokh, matching alone",
            alone,
            some(&|message, keyword| {
                matcher.phrases_in(&message.text).iter().any(|standing| standing.phrase == keyword)
            }),
        ),
        (
            "pasokh, understanding",
            time(messages, |text| drop(black_box(matcher.understand(text, None)))),
            None,
        ),
        (
            "aho-corasick, exact, folded text",
            time(messages, |text| {
                black_box(exact.find_overlapping_iter(&fold(text)).count());
            }),
            some(&|message, keyword| {
                exact
                    .find_overlapping_iter(&fold(&message.text))
                    .any(|hit| keywords[hit.pattern()] == *keyword)
            }),
        ),
        (
            "regex::RegexSet, exact, folded text",
            time(few, |text| drop(black_box(set.matches(&fold(text))))),
            some(&|message, keyword| {
                set.matches(&fold(&message.text)).iter().any(|number| keywords[number] == *keyword)
            }),
        ),
        (
            "strsim, every word against every keyword",
            time(few, |text| drop(black_box(near(keywords, text)))),
            some(&|message, keyword| near(keywords, &message.text).iter().any(|near| *near == keyword)),
        ),
    ];
    println!(
        "| {} keywords in {MESSAGES} messages | a message | ratio | found as written | found, half misspelt |",
        keywords.len()
    );
    println!("|---|---:|---:|---:|---:|");
    for (name, time, found) in rows {
        let (written, misspelt) = found
            .map_or(("–".to_owned(), "–".to_owned()), |(one, two)| (one.to_string(), two.to_string()));
        println!("| {name} | {time:.2} µs | {:.2}× | {written} | {misspelt} |", time / alone);
    }
    println!();
}

fn regex_set(keywords: &[String]) -> RegexSet {
    RegexSetBuilder::new(keywords).size_limit(1 << 30).dfa_size_limit(1 << 28).build().unwrap()
}

/// What the index replaces: the distance of every word to every keyword.
fn near<'k>(keywords: &'k [String], text: &str) -> Vec<&'k String> {
    let folded = fold(text);
    let is_near = |word: &str, keyword: &String| {
        let allowed = match word.chars().count() {
            0..4 => 0,
            4..8 => 1,
            8.. => 2,
        };
        strsim::osa_distance(word, keyword) <= allowed
    };
    folded.split(' ').flat_map(|word| keywords.iter().filter(move |keyword| is_near(word, keyword))).collect()
}

/// Keywords of 566 questions to a Persian shop (DigiChat), each row's sought in its own question.
fn a_shops_keywords() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/intents/digichat_fa.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("a shop's keywords: not measured, the questions are missing at {}", path.display());
        return;
    };
    let (mut all, mut written, mut folded, mut found) = (0, 0, 0, 0);
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let question = row["q"].as_str().unwrap();
        let keywords: Vec<String> = serde_json::from_value(row["keywords"].clone()).unwrap();
        let matcher = Matcher::compile(&[source(0, &keywords)], &GateSource::default()).unwrap();
        let standing = matcher.phrases_in(question);
        for keyword in &keywords {
            all += 1;
            written += usize::from(question.contains(keyword));
            folded += usize::from(fold(question).contains(&fold(keyword)));
            found += usize::from(standing.iter().any(|standing| standing.phrase == keyword));
        }
    }
    let percent = |part: usize| {
        100.0 * f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(all).unwrap())
    };
    println!("| {all} keywords of a shop, in their own questions | found |");
    println!("|---|---:|");
    println!("| as substrings | {:.2} % |", percent(written));
    println!("| as folded substrings | {:.2} % |", percent(folded));
    println!("| by the matcher | {:.2} % |", percent(found));
}

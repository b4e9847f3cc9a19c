//! What the examples taught, as the matcher asks it.
//!
//! The owner's intents become the labels of a [`Teaching`]: examples and
//! counterexamples are its lessons, phrases are hints that fade as examples
//! grow, and what phrases and gate find in an example is told beside it.
//!
//! Invariant: labels and topics have the same numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::{Candidate, Setting, candidates};
use super::compile::Matcher;
use super::phrase::parse;
use super::reading::Reading;
use super::respelling::Respelling;
use super::source::{GateSource, IntentSource, Phrases};
use crate::domain::learn::parallel::each;
use crate::domain::learn::{Heard, Judgement, Lesson, Model, Plain, Question, Teaches, Teaching, Vote};
use crate::domain::rules::IntentKind;
use crate::domain::text::tokenise;

/// A phrase is worth `HINT / (HINT + examples of its intent)` of an example.
const HINT: f32 = 5.0;
/// A hint of less weight would only cost time.
const FAINT: f32 = 0.1;
/// With fewer examples in all nothing is known about how sure one may be.
const ENOUGH: usize = 40;
/// So much weight of the gate is the strongest sign.
const STRONGEST_GATE: u32 = 4;

#[derive(Debug, Default)]
pub(super) struct Learnt {
    model: Model,
    respelling: Respelling,
    /// The texts of the examples, and what they taught.
    lessons: Vec<(Box<str>, Teaches)>,
    /// What whole texts were said to mean.
    told: BTreeMap<Vec<String>, Vec<Teaches>>,
    /// Enough examples were seen to say how sure an answer is.
    pub(super) is_examined: bool,
}

/// What the examples taught, as plain values: to be kept, and taken back instead of learning it again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Memory {
    pub model: Plain,
    pub spelling: Vec<(String, bool)>,
    pub lessons: Vec<(String, Teaches)>,
    pub told: Vec<(Vec<String>, Vec<Teaches>)>,
    pub is_examined: bool,
}

impl Learnt {
    pub(super) fn to_memory(&self) -> Memory {
        Memory {
            model: self.model.to_plain(),
            spelling: self.respelling.words.clone(),
            lessons: self.lessons.iter().map(|(text, teaches)| (text.to_string(), *teaches)).collect(),
            told: self.told.clone().into_iter().collect(),
            is_examined: self.is_examined,
        }
    }

    /// None for values that nobody can have learnt.
    pub(super) fn from_memory(memory: Memory) -> Option<Learnt> {
        Some(Learnt {
            model: Model::from_plain(memory.model)?,
            respelling: Respelling::from_words(memory.spelling),
            lessons: memory.lessons.into_iter().map(|(text, teaches)| (text.into(), teaches)).collect(),
            told: memory.told.into_iter().collect(),
            is_examined: memory.is_examined,
        })
    }

    /// Without an example there is nothing to learn, and the phrases decide alone.
    pub(super) fn from_examples(matcher: &Matcher, intents: &[IntentSource], gate: &GateSource) -> Learnt {
        let mut school = School {
            matcher,
            told: BTreeMap::new(),
            teaching: Teaching::default(),
            texts: Vec::new(),
            in_latin: Vec::new(),
        };
        school.teaching.complaints =
            intents.iter().map(|intent| intent.kind == IntentKind::Complaint).collect();
        let of_all = |list: fn(&IntentSource) -> &Phrases, teaches: fn(usize) -> Teaches| {
            intents.iter().enumerate().flat_map(move |(label, intent)| {
                list(intent).values().flatten().map(move |text| (text.as_str(), teaches(label)))
            })
        };
        let examples = of_all(|intent| &intent.examples, Teaches::Is).count();
        if examples == 0 {
            return Learnt::default();
        }
        let counterexamples = of_all(|intent| &intent.counterexamples, Teaches::IsNot);
        school.lessons(
            &of_all(|intent| &intent.examples, Teaches::Is).chain(counterexamples).collect::<Vec<_>>(),
        );
        school.more(&[
            (&gate.unknown, Teaches::Nothing),
            (&gate.complaints, Teaches::Complains),
            (&gate.contented, Teaches::Contented),
        ]);
        for (label, intent) in intents.iter().enumerate() {
            school.hints(label, intent);
        }
        let is_examined = examples >= ENOUGH;
        let respelling = school.respell();
        Learnt {
            respelling,
            model: Model::learn(&school.teaching),
            lessons: school.texts,
            told: school.told,
            is_examined,
        }
    }

    /// What the model makes of a text that the phrases have been through.
    pub(super) fn judge(&self, reading: &Reading<'_>, votes: &[Vote], barred: &[usize]) -> Judgement {
        if self.lessons.is_empty() {
            return Judgement::default();
        }
        let words = self.respelling.words(reading);
        self.model.judge(&Question { words: &words, votes, barred })
    }

    /// What was said of just this text.
    pub(super) fn told(&self, reading: &Reading<'_>) -> &[Teaches] {
        let words: Vec<String> = reading.tokens().iter().map(|token| token.word.clone()).collect();
        self.told.get(&words).map_or(&[], Vec::as_slice)
    }

    /// A lesson's text and what it taught.
    pub(super) fn lesson(&self, lesson: usize) -> Option<(&str, Teaches)> {
        self.lessons.get(lesson).map(|(text, teaches)| (&**text, *teaches))
    }

    /// The words as they are judged.
    pub(super) fn words<'s>(&'s self, reading: &'s Reading<'_>) -> Vec<&'s str> {
        self.respelling.words(reading)
    }

    pub(super) fn heard(&self, words: &[&str], label: usize) -> Vec<Heard> {
        self.model.heard(words, label)
    }
}

/// The lessons while they are being collected.
struct School<'m> {
    matcher: &'m Matcher,
    told: BTreeMap<Vec<String>, Vec<Teaches>>,
    teaching: Teaching,
    texts: Vec<(Box<str>, Teaches)>,
    /// Lessons that are Persian in Latin letters.
    in_latin: Vec<bool>,
}

impl School<'_> {
    /// Texts of the program's own, unless the owner or an earlier list says the same ones.
    fn more(&mut self, lists: &[(&[String], Teaches)]) {
        let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
        let is_new = |(text, _): &(&str, Teaches)| {
            let words: Vec<String> = tokenise(text).into_iter().map(|token| token.word).collect();
            !self.told.contains_key(&words) && seen.insert(words)
        };
        let texts =
            lists.iter().flat_map(|(list, teaches)| list.iter().map(|text| (text.as_str(), *teaches)));
        let new: Vec<(&str, Teaches)> = texts.filter(is_new).collect();
        self.lessons(&new);
    }

    fn lessons(&mut self, texts: &[(&str, Teaches)]) {
        let (matcher, labels) = (self.matcher, self.teaching.complaints.len());
        for ((text, teaches), read) in texts.iter().zip(each(texts, |(text, _)| read(matcher, text, labels)))
        {
            self.told.entry(read.words.clone()).or_default().push(*teaches);
            self.texts.push(((*text).into(), *teaches));
            self.in_latin.push(read.in_latin);
            let (words, votes) = (read.words, read.votes);
            let lesson = Lesson { words, teaches: *teaches, is_example: true, weight: 1.0, votes };
            self.teaching.lessons.push(lesson);
        }
    }

    /// Writes all lessons in one spelling, as questions will be read.
    fn respell(&mut self) -> Respelling {
        // Hints come after the examples.
        let in_latin = || self.in_latin.iter().copied().chain(std::iter::repeat(false));
        let lessons = self.teaching.lessons.iter().zip(in_latin()).filter(|(_, in_latin)| !in_latin);
        let respelling =
            Respelling::of(lessons.map(|(lesson, _)| lesson.words.iter().map(String::as_str).collect()));
        let spelt: Vec<(&Lesson, bool)> = self.teaching.lessons.iter().zip(in_latin()).collect();
        let words = each(&spelt, |(lesson, in_latin)| {
            let word = |word: &String| respelling.word(word, *in_latin).map_or(word.clone(), str::to_owned);
            lesson.words.iter().map(word).collect::<Vec<String>>()
        });
        self.teaching.lessons.iter_mut().zip(words).for_each(|(lesson, words)| lesson.words = words);
        respelling
    }

    /// The phrases of an intent as short texts of their own.
    fn hints(&mut self, label: usize, intent: &IntentSource) {
        let examples: usize = intent.examples.values().map(Vec::len).sum();
        let weight = HINT / (HINT + examples as f32);
        if weight < FAINT {
            return;
        }
        for phrase in intent.phrases.values().flatten() {
            let Ok(slots) = parse(phrase) else { continue };
            let variants = slots.iter().map(Vec::len).max().unwrap_or(0);
            for variant in 0..variants {
                let word = |slot: &Vec<super::phrase::Word>| {
                    slot.get(variant % slot.len().max(1)).map(|word| word.text.clone())
                };
                let words: Vec<String> = slots.iter().filter_map(word).collect();
                let weight = weight / variants as f32;
                let teaches = Teaches::Is(label);
                self.teaching.lessons.push(Lesson {
                    words,
                    teaches,
                    is_example: false,
                    weight,
                    votes: Vec::new(),
                });
            }
        }
    }
}

/// A text as the phrases have been through it.
struct Read {
    words: Vec<String>,
    votes: Vec<Vote>,
    in_latin: bool,
}

fn read(matcher: &Matcher, text: &str, labels: usize) -> Read {
    let reading = Reading::new(matcher, text);
    let total = matcher.gate.weigh(&reading).total;
    let setting = Setting::new(matcher, &reading, total);
    Read {
        votes: votes(&candidates(matcher, &reading, &setting), total, labels),
        words: reading.tokens().iter().map(|token| token.word.clone()).collect(),
        in_latin: reading.is_finglish(),
    }
}

/// What phrases and gate say, for the model.
pub(super) fn votes(candidates: &[Candidate], dissatisfaction: u32, labels: usize) -> Vec<Vote> {
    let mut votes: Vec<Vote> =
        candidates.iter().map(|candidate| (candidate.topic, candidate.score as f32)).collect();
    if dissatisfaction > 0 {
        let strength = dissatisfaction.min(STRONGEST_GATE) as f32 / STRONGEST_GATE as f32;
        votes.push((labels, strength));
    }
    votes
}

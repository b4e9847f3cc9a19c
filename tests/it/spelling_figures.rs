//! How much understanding is lost to spelling: tables over our own messages and real questions.
//!
//! The messages are the everyday questions and our own cases, understood by the starter set's phrases alone;
//! each is spelt otherwise with several seeds. A message is right when the matcher comes to
//! what was expected of it; a point is one in a hundred.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use pasokh::domain::classify::{GateSource, IntentSource, Matcher};
use pasokh::domain::message::Language;
use pasokh::domain::rules::IntentKind;
use pasokh::domain::text::fold;
use pasokh::domain::understanding::Conclusion;
use pasokh::rules;

use crate::misspell::{Dice, Gaps, spelt_otherwise, with_mistakes};

const SEEDS: u64 = 5;

struct Case {
    text: String,
    language: Option<Language>,
    /// Any of these is right.
    accepted: Vec<String>,
}

impl Case {
    fn is_persian(&self) -> bool {
        self.text.chars().any(|c| ('\u{0620}'..='\u{06D3}').contains(&c))
    }
}

fn starter() -> Matcher {
    let mut sources = rules::starter_sources();
    // Phrases alone: by the examples themselves every case would be known word for word.
    for source in &mut sources {
        source.examples.clear();
        source.counterexamples.clear();
    }
    Matcher::compile(&sources, &rules::gate::starter_gate()).unwrap()
}

fn both(intents: &[&str]) -> String {
    let mut intents = intents.to_vec();
    intents.sort_unstable();
    intents.join("+")
}

fn outcome(conclusion: &Conclusion) -> String {
    match conclusion {
        Conclusion::One(intent) => intent.clone(),
        Conclusion::Both(one, other) => both(&[one, other]),
        Conclusion::Either(..) => "clarify".to_owned(),
        Conclusion::Complaint { .. } => "complaint".to_owned(),
        Conclusion::Nothing => "none".to_owned(),
    }
}

fn cases() -> Vec<Case> {
    let case = |text: &str, language, accepted: &str| {
        let accepted = accepted.split('|').map(|one| both(&one.split('+').collect::<Vec<_>>())).collect();
        Case { text: text.to_owned(), language, accepted }
    };
    let mut cases = Vec::new();
    let everyday: BTreeMap<String, Vec<String>> =
        serde_yaml::from_str(include_str!("ordinary_questions.yaml")).unwrap();
    for (intent, messages) in everyday.iter().filter(|(intent, _)| *intent != "person") {
        cases.extend(messages.iter().map(|text| case(text, None, intent)));
    }
    let own: BTreeMap<String, Vec<[String; 3]>> =
        serde_yaml::from_str(include_str!("understanding_cases.yaml")).unwrap();
    for [language, text, accepted] in own.values().flatten() {
        cases.push(case(text, Language::from_tag(language), accepted));
    }
    cases
}

#[derive(Default, Clone, Copy)]
struct Figures {
    all: usize,
    /// Right as it was written, and as it was spelt otherwise.
    clean: usize,
    right: usize,
    /// Not right, and yet taken for something that may be answered.
    wrong: usize,
}

impl Figures {
    fn of(matcher: &Matcher, cases: &[&Case], spell: &dyn Fn(&str, &mut Dice) -> String) -> Figures {
        let mut figures = Figures::default();
        for mut dice in (1..=SEEDS).map(Dice::new) {
            for case in cases {
                let understand = |text: &str| matcher.understand(text, case.language).conclusion;
                let conclusion = understand(&spell(&case.text, &mut dice));
                let right = case.accepted.contains(&outcome(&conclusion));
                let answered = matches!(conclusion, Conclusion::One(_) | Conclusion::Both(..));
                figures.all += 1;
                figures.clean += usize::from(case.accepted.contains(&outcome(&understand(&case.text))));
                figures.right += usize::from(right);
                figures.wrong += usize::from(!right && answered);
            }
        }
        figures
    }

    fn plus(self, other: Figures) -> Figures {
        Figures {
            all: self.all + other.all,
            clean: self.clean + other.clean,
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
        }
    }

    fn percent(self, part: usize) -> f64 {
        100.0 * f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(self.all).unwrap())
    }

    fn lost(self) -> f64 {
        self.percent(self.clean) - self.percent(self.right)
    }

    fn print(self, name: &str) {
        println!(
            "{name:44} {:5} messages, {:.2} % right, {:5.2} points lost, {:.2} % answered wrongly",
            self.all,
            self.percent(self.right),
            self.lost(),
            self.percent(self.wrong)
        );
    }
}

#[test]
fn persian_spelling_loses_next_to_nothing() {
    let (matcher, cases) = (starter(), cases());
    let persian: Vec<&Case> = cases.iter().filter(|case| case.is_persian()).collect();
    assert!(persian.len() > 400, "{} messages", persian.len());
    for gaps in [Gaps::Kept, Gaps::Dropped, Gaps::Spaces] {
        let figures = Figures::of(&matcher, &persian, &|text, dice| spelt_otherwise(text, dice, gaps));
        figures.print(&format!("ي ك ٤ kashida, vowel signs; joiners {gaps:?}"));
        assert!(figures.lost() <= 0.5, "{gaps:?}: {} points lost", figures.lost());
        assert_eq!(figures.wrong, 0, "{gaps:?}");
    }
}

#[test]
fn mistakes_in_a_third_of_the_words_lose_little() {
    let (matcher, cases) = (starter(), cases());
    let (persian, english): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| case.is_persian());
    let mut lost = BTreeMap::new();
    for fewest in [4, 5, 6] {
        let spell = |text: &str, dice: &mut Dice| with_mistakes(text, 30, fewest, dice);
        let (fa, en) = (Figures::of(&matcher, &persian, &spell), Figures::of(&matcher, &english, &spell));
        let all = fa.plus(en);
        fa.print(&format!("mistakes in 30 % of words of {fewest} and more, fa"));
        en.print(&format!("mistakes in 30 % of words of {fewest} and more, en"));
        all.print(&format!("mistakes in 30 % of words of {fewest} and more"));
        assert!(all.percent(all.wrong) <= 0.3, "{} % answered wrongly", all.percent(all.wrong));
        lost.insert(fewest, all.lost());
    }
    // A word of four letters that lost one is near to many others: some are left to people.
    assert!(lost[&4] <= 2.5 && lost[&5] <= 1.5 && lost[&6] <= 1.0, "{lost:?}");
}

#[derive(serde::Deserialize)]
struct Question {
    q: String,
    keywords: Vec<String>,
}

/// The keywords of a shop's questions, each sought in its own question among all the others.
#[test]
fn a_shops_keywords_are_found_in_their_own_questions() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/intents/digichat_fa.jsonl");
    let text = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("the test data is missing at {}: {error}", path.display()));
    let questions: Vec<Question> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let intents: Vec<IntentSource> = questions
        .iter()
        .enumerate()
        .map(|(number, question)| IntentSource {
            name: number.to_string(),
            kind: IntentKind::Question,
            phrases: BTreeMap::from([(Language::Fa, question.keywords.clone())]),
            patterns: Vec::new(),
            not: BTreeMap::new(),
            negation_cancels: false,
            max_words: None,
            examples: BTreeMap::new(),
            counterexamples: BTreeMap::new(),
            fuzzy_off: BTreeSet::new(),
        })
        .collect();
    let matcher = Matcher::compile(&intents, &GateSource::default()).unwrap();
    let (mut all, mut written, mut folded, mut found) = (0_usize, 0_usize, 0_usize, 0_usize);
    for (intent, question) in intents.iter().zip(&questions) {
        let standing: BTreeSet<&str> = matcher
            .phrases_in(&question.q)
            .into_iter()
            .filter(|standing| standing.intent == intent.name)
            .map(|standing| standing.phrase)
            .collect();
        for keyword in &question.keywords {
            all += 1;
            written += usize::from(question.q.contains(keyword.as_str()));
            folded += usize::from(fold(&question.q).contains(&fold(keyword)));
            found += usize::from(standing.contains(keyword.as_str()));
        }
    }
    println!(
        "{all} keywords: {written} as substrings, {folded} as folded substrings, {found} by the matcher"
    );
    assert_eq!(questions.len(), 566);
    assert!(found * 1000 >= all * 996, "{found} of {all}");
    assert!(found > folded && folded > written);
}

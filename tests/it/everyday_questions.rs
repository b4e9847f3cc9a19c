//! Everyday questions are answered; questions of another trade are not.
//!
//! The starter rules alone, as they lie in the program. The bank's questions are BANKING77
//! (CC BY 4.0, Casanueva et al. 2020), of which every tenth line is asked.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use pasokh::domain::rules::{IntentKind, Rules};
use pasokh::domain::understanding::Conclusion;
use pasokh::rules;
use pasokh::settings::{self, Secrets};

/// Messages that must not be answered by machine.
const PERSON: &str = "person";
/// In a hundred everyday questions so many at least are understood …
const UNDERSTOOD_AT_LEAST: usize = 95;
/// … and in a thousand questions of a bank so many at most are answered. Two thirds of those
/// are a shop's questions too: refunds, declined payments, forgotten passwords.
const BANK_ANSWERED_AT_MOST: usize = 35;

fn starter_rules() -> Rules {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("pasokh.yaml");
    std::fs::write(&file, "business: { name: { fa: فروشگاه, en: Shop } }\n").unwrap();
    let (settings, _) = settings::load(Some(&file), Secrets::Optional).unwrap();
    let (rules, warnings) = rules::load(&settings).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert!(warnings.is_empty(), "{warnings:#?}");
    rules
}

/// Would a prepared reply go out?
fn is_answered(rules: &Rules, conclusion: &Conclusion) -> bool {
    let has_reply = |name: &String| rules.intents.get(name).is_some_and(|intent| intent.reply.is_some());
    match conclusion {
        Conclusion::One(intent) => {
            let files = rules.intents.get(intent).is_some_and(|intent| intent.kind == IntentKind::Request);
            has_reply(intent) && !files
        }
        Conclusion::Both(one, other) => has_reply(one) || has_reply(other),
        Conclusion::Either(..) | Conclusion::Complaint { .. } | Conclusion::Nothing => false,
    }
}

#[test]
fn everyday_questions_are_understood_and_troubles_left_to_people() {
    let text = include_str!("ordinary_questions.yaml");
    let groups: BTreeMap<String, Vec<String>> = serde_yaml::from_str(text).unwrap();
    let rules = starter_rules();
    let (mut all, mut understood) = (0, 0);
    let (mut missed, mut answered_wrongly) = (String::new(), String::new());
    for (intent, messages) in &groups {
        for message in messages {
            let found = rules.matcher.understand(message, None);
            let is_it = matches!(&found.conclusion, Conclusion::One(name) if name == intent);
            all += usize::from(intent != PERSON);
            understood += usize::from(is_it);
            if is_it {
                continue;
            }
            if is_answered(&rules, &found.conclusion) {
                writeln!(answered_wrongly, "{intent}: {message}: {:?}", found.conclusion).unwrap();
            } else if intent != PERSON {
                writeln!(missed, "{intent}: {message}: {:?}", found.conclusion).unwrap();
            }
        }
    }
    println!("{understood} of {all} understood; left to a person:\n{missed}");
    assert!(all > 120, "{all} everyday questions");
    assert_eq!(answered_wrongly, "");
    assert!(understood * 100 >= all * UNDERSTOOD_AT_LEAST, "only {understood} of {all}:\n{missed}");
}

#[test]
fn a_banks_questions_are_seldom_answered_by_a_shop() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/intents/train.csv");
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("the test data is missing at {}: {error}", file.display()));
    // A question may hold line breaks and commas: the category is what follows the last comma.
    let questions: Vec<&str> = text
        .lines()
        .skip(1)
        .step_by(10)
        .filter_map(|line| line.rsplit_once(',').map(|(question, _)| question.trim_matches('"')))
        .collect();
    assert!(questions.len() > 950, "{} questions", questions.len());
    let rules = starter_rules();
    let answered: Vec<String> = questions
        .iter()
        .map(|question| (question, rules.matcher.understand(question, None).conclusion))
        .filter(|(_, conclusion)| is_answered(&rules, conclusion))
        .map(|(question, conclusion)| format!("{question}: {conclusion:?}"))
        .collect();
    println!("{} of {} answered:\n{}", answered.len(), questions.len(), answered.join("\n"));
    assert!(
        answered.len() * 1000 <= questions.len() * BANK_ANSWERED_AT_MOST,
        "{} of {} answered:\n{}",
        answered.len(),
        questions.len(),
        answered.join("\n")
    );
}

//! An owner's examples, tried on the compiled matcher.

use crate::diagnostic::Diagnostic;
use crate::domain::classify::{Matcher, judge_counterexample, judge_example};
use crate::domain::message::Language;
use crate::domain::understanding::{Conclusion, Understanding};
use crate::rules::intents::IntentFile;
use crate::yaml::Mark;

pub fn check(matcher: &Matcher, intents: &[IntentFile], found: &mut Vec<Diagnostic>) {
    for intent in intents {
        for (language, text, mark) in written(&intent.examples) {
            if let Err(taken) = judge_example(matcher, &intent.name, intent.source.kind, text, Some(language))
            {
                let message =
                    format!("this example of `{}` was taken for {}", intent.name, conclusion(&taken));
                found.push(intent.diagnostic(mark, &message).with_help(why(&taken)));
            }
        }
        for (language, text, mark) in written(&intent.counterexamples) {
            if let Err(taken) =
                judge_counterexample(matcher, &intent.name, intent.source.kind, text, Some(language))
            {
                let message =
                    format!("this counterexample of `{}` was taken for {}", intent.name, conclusion(&taken));
                found.push(intent.diagnostic(mark, &message).with_help(why(&taken)));
            }
        }
    }
}

fn written(
    lists: &std::collections::BTreeMap<Language, Vec<(String, Mark)>>,
) -> impl Iterator<Item = (Language, &str, Mark)> {
    lists
        .iter()
        .flat_map(|(language, entries)| entries.iter().map(|(text, mark)| (*language, text.as_str(), *mark)))
}

fn conclusion(taken: &Understanding) -> String {
    match &taken.conclusion {
        Conclusion::One(intent) => format!("`{intent}`"),
        Conclusion::Both(one, other) => format!("two questions, `{one}` and `{other}`"),
        Conclusion::Either(one, other) => format!("either `{one}` or `{other}`"),
        Conclusion::Complaint { .. } => "a complaint".to_owned(),
        Conclusion::Nothing => "nothing that is known".to_owned(),
    }
}

fn why(taken: &Understanding) -> String {
    let mut reasons: Vec<String> = taken
        .evidence
        .iter()
        .map(|evidence| {
            format!(
                "`{}` matched the phrase `{}` of `{}`",
                evidence.matched, evidence.phrase, evidence.speaks_for
            )
        })
        .collect();
    let scores: Vec<String> = [&taken.best, &taken.runner_up]
        .into_iter()
        .flatten()
        .map(|scored| format!("`{}` {:.2}", scored.intent, scored.score))
        .collect();
    if !scores.is_empty() {
        reasons.push(format!("scores: {}", scores.join(", ")));
    }
    if reasons.is_empty() {
        return "no phrase matches it: add one, or take the example out".to_owned();
    }
    reasons.join("; ")
}

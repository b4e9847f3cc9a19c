//! The phrase grammar: words in order; `a|b` either; `word*` prefix; `=word` exactly.
//!
//! A phrase comes in as an owner wrote it; out comes a list of slots, each
//! with the words that may fill it. Words are folded, so an owner need not
//! care for joiners or kinds of ی.
//!
//! Invariant: a parsed phrase has 1 to [`MAX_SLOTS`] slots and no empty one.

use crate::domain::text::{fold, tokenise};

/// More words than this is no phrase but a sentence.
pub(super) const MAX_SLOTS: usize = 8;

/// How a word of a phrase is compared with a customer's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// The word, also with a usual ending.
    Inflected,
    Exact,
    Prefix,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    pub form: Form,
}

/// The words that may stand at one place of a phrase.
pub(super) type Slot = Vec<Word>;

/// Reads a phrase, or says in plain words what is wrong with it.
pub(super) fn parse(phrase: &str) -> Result<Vec<Slot>, String> {
    let folded = fold(phrase);
    if folded.is_empty() {
        return Err("the phrase is empty; write at least one word, or remove the line".to_owned());
    }
    let mut slots = Vec::new();
    for part in folded.split(' ') {
        slots.extend(parse_part(part)?);
    }
    if slots.len() > MAX_SLOTS {
        return Err(format!(
            "the phrase has {} words; at most {MAX_SLOTS} are allowed, and two or three match best",
            slots.len()
        ));
    }
    Ok(slots)
}

/// What stands between two spaces: one slot, or several for a word like "where's".
fn parse_part(part: &str) -> Result<Vec<Slot>, String> {
    let alternatives: Vec<&str> = part.split('|').collect();
    if alternatives.iter().any(|alternative| alternative.is_empty()) {
        return Err(format!("«{part}» has nothing on one side of a `|`; write a word on both sides"));
    }
    let read: Vec<Vec<Word>> =
        alternatives.iter().map(|alternative| parse_word(alternative)).collect::<Result<_, _>>()?;
    if read.len() == 1 {
        return Ok(read.into_iter().flatten().map(|word| vec![word]).collect());
    }
    match read.iter().position(|words| words.len() != 1) {
        None => Ok(vec![read.into_iter().flatten().collect()]),
        Some(at) => Err(format!(
            "«{}» is read as several words and cannot stand beside a `|`; write it as a phrase of its own",
            alternatives.get(at).unwrap_or(&part)
        )),
    }
}

fn parse_word(written: &str) -> Result<Vec<Word>, String> {
    let (exact, rest) = match written.strip_prefix('=') {
        Some(rest) => (true, rest),
        None => (false, written),
    };
    let (prefix, rest) = match rest.strip_suffix('*') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if rest.contains(['*', '=']) {
        return Err(format!(
            "«{written}»: `*` may stand only at the end of a word, `=` only at its beginning"
        ));
    }
    if exact && prefix {
        return Err(format!("«{written}» is both exact (`=`) and a prefix (`*`); choose one"));
    }
    let words: Vec<String> = tokenise(rest).into_iter().map(|token| token.word).collect();
    let Some(last) = words.len().checked_sub(1) else {
        return Err(format!("«{written}» has no letters or digits"));
    };
    if prefix && words.get(last).is_none_or(|word| word.chars().count() < 2) {
        return Err(format!(
            "«{written}» would match nearly every word; give at least two letters before `*`"
        ));
    }
    let form = |at: usize| match (exact, prefix && at == last) {
        (true, _) => Form::Exact,
        (false, true) => Form::Prefix,
        (false, false) => Form::Inflected,
    };
    Ok(words.into_iter().enumerate().map(|(at, text)| Word { text, form: form(at) }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(phrase: &str) -> String {
        let word = |word: &Word| match word.form {
            Form::Inflected => word.text.clone(),
            Form::Exact => format!("={}", word.text),
            Form::Prefix => format!("{}*", word.text),
        };
        let slot = |slot: &Slot| slot.iter().map(word).collect::<Vec<_>>().join("|");
        match parse(phrase) {
            Ok(slots) => slots.iter().map(slot).collect::<Vec<_>>().join(" "),
            Err(message) => format!("! {message}"),
        }
    }

    #[test]
    fn phrases_are_folded_word_by_word() {
        assert_eq!(show("سفارش كجا*|کجاست"), "سفارش کجا*|کجاست");
        assert_eq!(show("=Hi there"), "=hi there");
        assert_eq!(show("where's order|package"), "where s order|package");
        assert_eq!(show("نمی خوام"), "نمیخوام");
        assert_eq!(show("can't log in"), "cant log in");
    }

    #[test]
    fn mistakes_are_explained() {
        insta::assert_snapshot!(
            ["", "*", "a||b", "ab*c", "=ab*", "a*", "!!", "where's|is", "a b c d e f g h i"]
                .map(show)
                .join("\n"),
            @r"
        ! the phrase is empty; write at least one word, or remove the line
        ! «*» has no letters or digits
        ! «a||b» has nothing on one side of a `|`; write a word on both sides
        ! «ab*c»: `*` may stand only at the end of a word, `=` only at its beginning
        ! «=ab*» is both exact (`=`) and a prefix (`*`); choose one
        ! «a*» would match nearly every word; give at least two letters before `*`
        ! «!!» has no letters or digits
        ! «where's» is read as several words and cannot stand beside a `|`; write it as a phrase of its own
        ! the phrase has 9 words; at most 8 are allowed, and two or three match best
        "
        );
    }
}

//! Words that need no understanding: status, reopen, help, a number, yes and no.

mod proof;
mod words;

pub use proof::Link;

use self::words::{
    ACCEPT, FILLERS, MENU, NO, OUTSIDE, REFUSE, REOPEN, REVIEW, SKIP, STATUS, STOP, WITHDRAW, YES,
};
use crate::domain::code::TrackingCode;
use crate::domain::short_code::ShortCode;
use crate::domain::text;

/// What a customer told the machine to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `/start`, `/help`, «راهنما»: the menu.
    Menu,
    /// Where does the complaint with this code stand, or all of mine?
    Status(Option<TrackingCode>),
    Reopen(TrackingCode),
    /// A text that names a code and says something about it.
    Add(TrackingCode),
    /// The number of a choice, from 1.
    Choose(usize),
    Yes,
    No,
    /// "I accept", of a decision.
    Accept,
    /// "I don't agree".
    Refuse,
    /// "Ask for a review", «بازبینی».
    Review,
    /// Where else may I go?
    Outside,
    /// "I withdraw my complaint", with or without its code.
    Withdraw(Option<TrackingCode>),
    /// Is the message with this stamp from you? None: what was given cannot be one.
    Verify(Option<ShortCode>),
    /// `/verify` alone.
    HowToVerify,
    Link(Link),
}

const LONGEST_COMMAND_CHARS: usize = 400;

impl Command {
    /// Reads a command from a visible text; `None` when it is an ordinary message.
    pub fn parse(visible: &str) -> Option<Command> {
        // Whoever copies a line of ours copies the isolates around it.
        let without_marks: String = visible.chars().filter(|c| !is_direction_mark(*c)).collect();
        let trimmed = without_marks.trim();
        if let Some(command) = proof::verify(trimmed).or_else(|| proof::link(trimmed)) {
            return Some(command);
        }
        let code = TrackingCode::find(trimmed);
        if code.is_none() && trimmed.chars().count() > LONGEST_COMMAND_CHARS {
            return None;
        }
        let words = words_of(trimmed);
        match code {
            Some(code) => Some(with_code(code, &words)),
            None => without_code(&words),
        }
    }
}

fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn with_code(code: TrackingCode, words: &[String]) -> Command {
    if is_any(words, REOPEN) && rest_is_filler(words, REOPEN) {
        return Command::Reopen(code);
    }
    if is_line(words, WITHDRAW) {
        return Command::Withdraw(Some(code));
    }
    if rest_is_filler(words, STATUS) {
        return Command::Status(Some(code));
    }
    Command::Add(code)
}

fn without_code(words: &[String]) -> Option<Command> {
    let line = words.join(" ");
    // A link to the bot may carry a word of the shop's own: `/start order_123`.
    let bot_command = words.first().is_some_and(|first| ["/start", "/help"].contains(&first.as_str()));
    if MENU.iter().any(|word| line == fold_word(word)) || (bot_command && words.len() <= 2) {
        return Some(Command::Menu);
    }
    // «پیگیری» alone is a word of orders too; only «وضعیت» and "status" alone ask for all of mine.
    let asks_status = words
        .first()
        .is_some_and(|first| ["status", "/status", "وضعیت"].iter().any(|word| *first == fold_word(word)));
    if asks_status && words.len() <= 4 && rest_is_filler(words, STATUS) {
        return Some(Command::Status(None));
    }
    if line == fold_word("پیگیری شکایت") {
        return Some(Command::Status(None));
    }
    if let Ok(number @ 1..=9) = line.parse::<usize>() {
        return Some(Command::Choose(number));
    }
    if YES.iter().any(|word| line == fold_word(word)) {
        return Some(Command::Yes);
    }
    let said = [
        (NO, Command::No),
        (ACCEPT, Command::Accept),
        (REFUSE, Command::Refuse),
        (REVIEW, Command::Review),
        (OUTSIDE, Command::Outside),
        (WITHDRAW, Command::Withdraw(None)),
    ];
    said.into_iter().find(|(list, _)| is_line(words, list)).map(|(_, command)| command)
}

/// "I don't have one": the question is to be left.
pub fn is_skip(text: &str) -> bool {
    is_line(&words_of(text), SKIP)
}

/// "Enough": all questions are to be left.
pub fn is_stop(text: &str) -> bool {
    is_line(&words_of(text), STOP)
}

/// The words are one of the lines, however either is spaced.
fn is_line(words: &[String], list: &[&str]) -> bool {
    list.iter().any(|entry| *words == words_of(entry))
}

/// Folded words; digits of a code are dropped together with its separators.
fn words_of(text: &str) -> Vec<String> {
    let code_marks = |c: char| c.is_ascii_digit() || matches!(c, '-' | '#' | '[' | ']');
    text.split_whitespace()
        .map(fold_word)
        .flat_map(|word| {
            word.split([' ', '.', '،', ',', ':', '!', '؟', '?', '(', ')'])
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .filter(|word| !word.is_empty())
        .filter(|word| !(word.len() > 1 && word.chars().all(code_marks)))
        .collect()
}

fn fold_word(word: &str) -> String {
    text::fold(word)
}

fn is_any(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.iter().any(|entry| *word == fold_word(entry)))
}

fn rest_is_filler(words: &[String], commands: &[&str]) -> bool {
    words
        .iter()
        .all(|word| commands.iter().chain(FILLERS).any(|entry| *word == fold_word(entry)) || is_number(word))
}

fn is_number(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "482-917-508";

    fn code() -> TrackingCode {
        TrackingCode::parse(CODE).unwrap()
    }

    #[test]
    fn codes_are_read_in_every_spelling() {
        for text in [
            "482-917-508",
            "۴۸۲-۹۱۷-۵۰۸",
            "482 917 508",
            "482917508",
            "وضعیت ۴۸۲-۹۱۷-۵۰۸",
            "status 482-917-508",
            "/status 482917508",
            "Status of case 482-917-508 please",
            "پیگیری پرونده ۴۸۲۹۱۷۵۰۸",
        ] {
            assert_eq!(Command::parse(text), Some(Command::Status(Some(code()))), "{text}");
        }
    }

    #[test]
    fn reopening_is_told_from_asking() {
        assert_eq!(Command::parse("reopen 482-917-508"), Some(Command::Reopen(code())));
        assert_eq!(Command::parse("بازگشایی ۴۸۲۹۱۷۵۰۸"), Some(Command::Reopen(code())));
    }

    #[test]
    fn a_code_with_something_to_say_adds() {
        assert_eq!(
            Command::parse("482-917-508 the courier came but the box was empty"),
            Some(Command::Add(code()))
        );
    }

    #[test]
    fn ordinary_messages_are_not_commands() {
        for text in [
            "سفارشم کجاست؟",
            "where is my parcel?",
            "وضعیت سفارش من چطوره؟",
            "no refund for me?",
            "پیگیری سفارش",
        ] {
            assert_eq!(Command::parse(text), None, "{text}");
        }
    }

    #[test]
    fn answers_to_a_decision_are_read_and_only_whole_lines() {
        for (text, command) in [
            ("I accept.", Command::Accept),
            ("می‌پذیرم", Command::Accept),
            ("مي پذيرم", Command::Accept),
            ("I don't agree", Command::Refuse),
            ("I don’t agree!", Command::Refuse),
            ("قبول ندارم", Command::Refuse),
            ("بازبینی", Command::Review),
            ("ask for a review", Command::Review),
            ("راه‌های پیگیری بیرونی", Command::Outside),
            ("I withdraw my complaint", Command::Withdraw(None)),
            ("شکایتم را پس می‌گیرم", Command::Withdraw(None)),
            ("شکایتم را پس می‌گیرم ۴۸۲-۹۱۷-۵۰۸", Command::Withdraw(Some(code()))),
        ] {
            assert_eq!(Command::parse(text), Some(command), "{text}");
        }
        for text in ["I accept returns within 7 days?", "I don't agree to pay twice", "پولم را پس می‌گیرم؟"]
        {
            assert_eq!(Command::parse(text), None, "{text}");
        }
    }

    #[test]
    fn short_answers_are_read() {
        assert_eq!(Command::parse("۲"), Some(Command::Choose(2)));
        assert_eq!(Command::parse("1."), Some(Command::Choose(1)));
        assert_eq!(Command::parse("بله"), Some(Command::Yes));
        assert_eq!(Command::parse("No"), Some(Command::No));
        assert_eq!(Command::parse("/start"), Some(Command::Menu));
        assert_eq!(Command::parse("/start order_123"), Some(Command::Menu));
        assert_eq!(Command::parse("/start 482917508"), Some(Command::Status(Some(code()))));
        assert_eq!(Command::parse("وضعیت"), Some(Command::Status(None)));
    }
}

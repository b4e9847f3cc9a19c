//! A text as words, each with the place where it stood.
//!
//! Words come out folded; the place lets evidence quote the customer's own
//! spelling. Every word knows its clause and its sentence, since a phrase of
//! the rules never reaches across a clause and "if" never across a sentence.
//!
//! Invariant: reading is linear and stops at [`READ_CHARS`] characters and
//! [`READ_WORDS`] words; who writes more than that is read by a person.

use std::ops::Range;

use super::fold::{Run, fold_char, is_left_out, joins};

/// How much of a text the matcher reads.
pub(in crate::domain) const READ_CHARS: usize = 20_000;
pub(in crate::domain) const READ_WORDS: usize = 2_000;

/// A longer line was broken by a mail program, not by its writer (RFC 3676 §4.2 wraps below 79).
const WRAPPED_LINE: usize = 60;

/// One word of a customer's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::domain) struct Token {
    pub word: String,
    /// Bytes of the original text.
    pub place: Range<usize>,
    pub clause: u32,
    pub sentence: u32,
    /// Nothing but white space or a hyphen between the word before and this one.
    pub follows: bool,
}

/// The words of a text, in order.
pub(in crate::domain) fn tokenise(text: &str) -> Vec<Token> {
    let mut reader = Reader::default();
    let mut before = None;
    let read = text.char_indices().take(READ_CHARS);
    let mut chars = read.filter(|(_, c)| !is_left_out(*c)).peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, next)| *next);
        reader.read(at, c, before, after);
        before = Some(c);
        if reader.tokens.len() >= READ_WORDS {
            break;
        }
    }
    reader.end_word();
    reader.tokens
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    word: String,
    run: Run,
    place: Range<usize>,
    clause: u32,
    sentence: u32,
    /// Only white space since the last word.
    joinable: bool,
    /// Only white space and hyphens since the last word.
    follows: bool,
    line: usize,
}

impl Reader {
    fn read(&mut self, at: usize, c: char, before: Option<char>, after: Option<char>) {
        self.line += 1;
        let end = at + c.len_utf8();
        if c == '\n' {
            return self.end_line(after);
        }
        if is_apostrophe(c) {
            return self.apostrophe(before, after);
        }
        // "e-mail" is one word, "money-back" two.
        if c == '-' && self.word.is_empty() && self.run.is_once('e') && after.is_some_and(char::is_alphabetic)
        {
            return;
        }
        let (word, run, place) = (&mut self.word, &mut self.run, &mut self.place);
        let mut separates = false;
        fold_char(c, |folded| {
            if !is_part_of_words(folded) {
                separates = true;
                return;
            }
            if word.is_empty() && run.is_empty() {
                place.start = at;
            }
            place.end = end;
            run.push(word, folded);
        });
        if separates {
            self.end_word();
            self.mark(c, before, after);
        }
    }

    /// "don't" is the word "dont"; "where's" the words "where" and "s".
    fn apostrophe(&mut self, before: Option<char>, after: Option<char>) {
        let inside = before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic);
        let negates = matches!(before, Some('n' | 'N')) && matches!(after, Some('t' | 'T'));
        if !(inside && negates) {
            self.end_word();
            self.follows = false;
        }
    }

    fn end_line(&mut self, after: Option<char>) {
        self.end_word();
        let wrapped = self.line > WRAPPED_LINE && !matches!(after, Some('\n' | '\r' | '-' | '*' | '>'));
        if !wrapped {
            self.new_sentence();
        }
        self.line = 0;
    }

    /// Punctuation: the end of a clause or a sentence, or nothing.
    fn mark(&mut self, c: char, before: Option<char>, after: Option<char>) {
        if c.is_whitespace() {
            return;
        }
        self.joinable = false;
        self.follows &= matches!(c, '-' | '\u{2010}' | '\u{2011}');
        let digits_around = before.is_some_and(char::is_numeric) && after.is_some_and(char::is_numeric);
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        match c {
            '.' | ':' | ',' if digits_around => {}
            // A web address or a mail address.
            '.' | ':' if latin(before) && (latin(after) || after == Some('/')) => {}
            '.' | '!' | '?' | '؟' | '…' | '\u{06D4}' => self.new_sentence(),
            '،' | ',' | ';' | '؛' | ':' => self.clause += 1,
            _ => {}
        }
    }

    fn new_sentence(&mut self) {
        self.joinable = false;
        self.follows = false;
        self.clause += 1;
        self.sentence += 1;
    }

    fn end_word(&mut self) {
        self.run.finish(&mut self.word);
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        let joinable = std::mem::replace(&mut self.joinable, true);
        let follows = std::mem::replace(&mut self.follows, true);
        if joinable
            && let Some(last) = self.tokens.last_mut()
            && joins(&last.word, &word)
        {
            last.word.push_str(&word);
            last.place.end = self.place.end;
            return;
        }
        let (place, clause, sentence) = (self.place.clone(), self.clause, self.sentence);
        self.tokens.push(Token { word, place, clause, sentence, follows });
    }
}

/// Letters and digits; ASCII and Persian ones, nearly all, are known without a search.
fn is_part_of_words(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | 'ا'..='غ' | 'ف'..='و' | 'پ' | 'چ' | 'ژ' | 'ک' | 'گ' | 'ی')
        || !c.is_ascii() && c.is_alphanumeric()
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{02BC}' | '`' | '\u{00B4}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokenise(text).into_iter().map(|token| token.word).collect()
    }

    #[test]
    fn words_are_folded_and_keep_their_place() {
        let text = "می‌خوام آدرسم رو عوض کنم";
        let tokens = tokenise(text);
        assert_eq!(words(text), ["میخوام", "ادرسم", "رو", "عوض", "کنم"]);
        assert_eq!(text.get(tokens[0].place.clone()), Some("می‌خوام"));
        assert_eq!(text.get(tokens[1].place.clone()), Some("آدرسم"));
    }

    #[test]
    fn spaced_particles_are_one_word_with_one_place() {
        let text = "نمی خوام، جنس ها خوبه";
        let tokens = tokenise(text);
        assert_eq!(words(text), ["نمیخوام", "جنسها", "خوبه"]);
        assert_eq!(text.get(tokens[0].place.clone()), Some("نمی خوام"));
        assert_eq!(words("می، خوام"), ["می", "خوام"]);
    }

    #[test]
    fn words_follow_each_other_over_spaces_and_hyphens_only() {
        let follows = |text: &str| tokenise(text).into_iter().map(|token| token.follows).collect::<Vec<_>>();
        assert_eq!(follows("log in, sign-up it's"), [false, true, false, true, true, false]);
    }

    #[test]
    fn contractions_are_words_of_their_own() {
        assert_eq!(words("I don't, can’t; where's you're"), ["i", "dont", "cant", "where", "s", "you", "re"]);
        assert_eq!(words("e-mail money-back"), ["email", "money", "back"]);
        assert_eq!(words("can'\u{FEFF}t e\u{200E}-mail"), ["cant", "email"]);
    }

    #[test]
    fn clauses_end_at_punctuation_but_not_inside_numbers_and_addresses() {
        let clauses = |text: &str| tokenise(text).last().map(|token| token.clause);
        assert_eq!(clauses("one two"), Some(0));
        assert_eq!(clauses("1,250.50 shop.example https://x.example"), Some(0));
        assert_eq!(clauses("نرسید.لطفا"), Some(1));
        assert_eq!(clauses("سلام، سفارشم کو؟ ممنون"), Some(2));
    }

    #[test]
    fn a_line_that_was_wrapped_goes_on() {
        let long = "this line is long enough to have been wrapped by a mail program of\nold";
        assert_eq!(tokenise(long).last().map(|token| token.sentence), Some(0));
        assert_eq!(tokenise("short\nline").last().map(|token| token.sentence), Some(1));
    }

    #[test]
    fn reading_stops_somewhere() {
        assert_eq!(tokenise(&"a ".repeat(100_000)).len(), READ_WORDS);
        assert!(tokenise(&"a".repeat(1_000_000)).len() <= 1);
    }
}

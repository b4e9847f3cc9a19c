//! Numbers that must not travel further than they have to: cards, accounts, ids, phones, secret codes.
//!
//! A text comes in; out comes the text with the middle of each such number
//! starred, so that a person can still tell two apart. Digits of all three
//! shapes, with spaces or dashes between, are read.
//!
//! Invariant: our own tracking codes (9 digits) and parcel codes (20 or 24
//! digits) are never masked.

use std::ops::Range;

use super::digits;

/// Words after which a short number is a secret, folded or in lower case.
const SECRET_WORDS: [&str; 11] =
    ["رمز", "تایید", "تأیید", "پویا", "پین", "cvv", "cvv2", "pin", "otp", "password", "passcode"];

/// Words after which a number names an order, a parcel or a bill, and nothing personal.
const ORDER_WORDS: [&str; 16] = [
    "سفارش",
    "سفارشم",
    "مرسوله",
    "رهگیری",
    "پیگیری",
    "فاکتور",
    "بارکد",
    "خرید",
    "order",
    "orders",
    "tracking",
    "parcel",
    "invoice",
    "shipment",
    "reference",
    "ref",
];

/// How many characters before a short number are searched for such a word.
const CONTEXT_CHARS: usize = 24;

/// The text with personal and secret numbers starred.
///
/// Source: requirements §6.4.
pub fn mask(text: &str) -> String {
    starred(text, |_| true)
}

/// The text with what nobody should have sent starred: bank cards, accounts, national ids and
/// secret codes. Phone numbers and postal codes stay, since people are called and parcels are sent.
/// None when there is nothing of the kind.
pub fn hide_secrets(text: &str) -> Option<String> {
    let hidden = starred(text, |kind| match kind {
        Kind::Iban | Kind::Card | Kind::NationalId | Kind::SecretCode => true,
        Kind::Phone | Kind::TenDigits => false,
    });
    (hidden != text).then_some(hidden)
}

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Iban,
    Card,
    NationalId,
    /// A PIN, a code by SMS, a CVV.
    SecretCode,
    Phone,
    /// A postal code, or some other number of ten digits.
    TenDigits,
}

fn starred(text: &str, hides: impl Fn(Kind) -> bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let groups = digit_groups(&chars);
    let mut starred = vec![false; chars.len()];
    let mut at = 0;
    while let Some(group) = groups.get(at) {
        let run = run_length(&chars, &groups, at);
        let (taken, found) = recognise(&chars, groups.get(at..at + run).unwrap_or_default());
        let (taken, found) = if taken == 0 && run == 1 && is_secret(&chars, group) {
            (1, Some((Kind::SecretCode, (0, 0))))
        } else {
            (taken, found)
        };
        if let Some((kind, keep)) = found
            && hides(kind)
        {
            star(&mut starred, groups.get(at..at + taken).unwrap_or_default(), keep);
        }
        at += taken.max(1);
    }
    chars.iter().zip(starred).map(|(c, hide)| if hide { '*' } else { *c }).collect()
}

/// Stars the digits of the groups except the first and last so many.
fn star(starred: &mut [bool], groups: &[Range<usize>], (first, last): (usize, usize)) {
    let digits: Vec<usize> = groups.iter().cloned().flatten().collect();
    let hidden = first..digits.len().saturating_sub(last);
    for place in digits.get(hidden).unwrap_or_default() {
        if let Some(star) = starred.get_mut(*place) {
            *star = true;
        }
    }
}

/// The maximal groups of digits.
fn digit_groups(chars: &[char]) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        if digits::value(*c).is_none() {
            continue;
        }
        match groups.last_mut() {
            Some(last) if last.end == at => last.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

/// How many groups from this one on stand so close that they may be one number.
fn run_length(chars: &[char], groups: &[Range<usize>], at: usize) -> usize {
    let rest = groups.get(at..).unwrap_or_default();
    let near = |pair: &&[Range<usize>]| match pair {
        [left, right] => chars.get(left.end..right.start).is_some_and(is_separator),
        _ => false,
    };
    1 + rest.windows(2).take(7).take_while(near).count()
}

fn is_separator(between: &[char]) -> bool {
    matches!(between, [' ' | '-' | '.' | '–' | '\u{00A0}' | '\u{200C}' | '(' | ')'] | [' ', '-', ' '])
}

/// What a number is, and how many digits stay readable at its beginning and end.
type Found = (Kind, (usize, usize));

/// How many groups the number at the beginning of a run takes, and, if it is personal, what it is.
fn recognise(chars: &[char], run: &[Range<usize>]) -> (usize, Option<Found>) {
    let lengths: Vec<usize> = run.iter().map(Range::len).collect();
    if let [9, ..] = lengths.as_slice() {
        return (1, None);
    }
    if let [3, 3, 3] = lengths.as_slice() {
        return (3, None);
    }
    let before = |back: usize| run.first().and_then(|g| g.start.checked_sub(back)).and_then(|i| chars.get(i));
    let iban = matches!((before(2), before(1)), (Some('I' | 'i'), Some('R' | 'r')));
    let whole: usize = lengths.iter().sum();
    if !iban && matches!(whole, 20 | 24) {
        return (run.len(), None);
    }
    let plus = before(1) == Some(&'+');
    for taken in (1..=run.len()).rev() {
        let digits: Vec<u32> = run
            .iter()
            .take(taken)
            .cloned()
            .flatten()
            .filter_map(|i| digits::value(*chars.get(i)?).map(u32::from))
            .collect();
        if let Some(found) = kind_of(&digits, iban, plus) {
            // One in eleven order numbers of ten digits passes for a national id.
            let named =
                found.0 == Kind::NationalId && run.first().is_some_and(|first| names_an_order(chars, first));
            return (taken, Some(found).filter(|_| !named));
        }
    }
    (0, None)
}

/// What a personal number is, and what of it stays readable; `None` if it is no such number.
fn kind_of(digits: &[u32], iban: bool, plus: bool) -> Option<Found> {
    match (digits.len(), digits) {
        (24, _) if iban && is_iban(digits) => Some((Kind::Iban, (2, 4))),
        (16, _) if luhn(digits) => Some((Kind::Card, (6, 4))),
        (11, [0, 9, ..]) => Some((Kind::Phone, (4, 4))),
        (12, [9, 8, 9, ..]) => Some((Kind::Phone, (5, 4))),
        (14, [0, 0, 9, 8, 9, ..]) => Some((Kind::Phone, (7, 4))),
        (11, [0, ..]) => Some((Kind::Phone, (3, 2))),
        (10, _) if is_national_id(digits) => Some((Kind::NationalId, (0, 4))),
        (10, [9, ..]) => Some((Kind::Phone, (3, 4))),
        // A national id with a slip and a postal code look alike; both are personal.
        (10, _) => Some((Kind::TenDigits, (0, 4))),
        (11..=15, _) if plus => Some((Kind::Phone, (3, 2))),
        _ => None,
    }
}

/// Whether the last telling word before a number speaks of an order.
fn names_an_order(chars: &[char], group: &Range<usize>) -> bool {
    words_before(chars, group).iter().any(|word| ORDER_WORDS.contains(&word.as_str()))
}

/// The words of the same sentence that stand shortly before a number, the nearest first.
fn words_before(chars: &[char], group: &Range<usize>) -> Vec<String> {
    let before = chars.get(group.start.saturating_sub(CONTEXT_CHARS)..group.start).unwrap_or_default();
    let sentence = before.rsplit(|c| matches!(c, '\n' | '!' | '?' | '؟')).next().unwrap_or_default();
    let words: String = sentence.iter().collect::<String>().to_lowercase();
    let words =
        words.split(|c: char| !c.is_alphanumeric() && c != '\u{0654}').filter(|word| !word.is_empty());
    words.rev().map(str::to_owned).collect()
}

fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, twice) if twice > 9 => twice - 9,
            (_, twice) => twice,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// ISO 13616: the country code and check digits moved to the end, I = 18 and R = 27, mod 97 is 1.
fn is_iban(digits: &[u32]) -> bool {
    let (check, account) = digits.split_at(2.min(digits.len()));
    let country = [1, 8, 2, 7];
    account.iter().chain(&country).chain(check).fold(0, |rest, digit| (rest * 10 + digit) % 97) == 1
}

/// Weights 10 to 2, mod 11; ten equal digits are none.
fn is_national_id(digits: &[u32]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let sum: u32 = body.iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let rest = sum % 11;
    let expected = if rest < 2 { rest } else { 11 - rest };
    digits.len() == 10 && *check == expected && body.iter().any(|digit| digit != check)
}

/// A number of 3 to 8 digits shortly after a word for a secret.
fn is_secret(chars: &[char], group: &Range<usize>) -> bool {
    if !(3..=8).contains(&group.len()) {
        return false;
    }
    let is_secret = |word: &str| {
        SECRET_WORDS.iter().any(|secret| word == *secret || word.strip_suffix('م') == Some(secret))
    };
    // «کد تایید نیامد، سفارش ۴۸۲۱۳»: the nearer word says what the number is.
    words_before(chars, group)
        .iter()
        .take_while(|word| !ORDER_WORDS.contains(&word.as_str()))
        .any(|word| is_secret(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_are_masked() {
        for (text, masked) in [
            ("شماره من ۰۹۱۲۳۴۵۶۷۸۹ است", "شماره من ۰۹۱۲***۶۷۸۹ است"),
            ("0912 345 6789", "0912 *** 6789"),
            ("+989123456789", "+98912***6789"),
            ("کارت 6037-9910-0000-0004", "کارت 6037-99**-****-0004"),
            ("IR580540105180021273113007", "IR58******************3007"),
            ("IR58 0540 1051 8002 1273 1130 07", "IR58 **** **** **** **** **30 07"),
            ("کد ملی 0013542419", "کد ملی ******2419"),
            ("رمز پویا 48213 بود", "رمز پویا ***** بود"),
            ("cvv2: 123", "cvv2: ***"),
            ("021 88776655", "021 ******55"),
        ] {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "482-917-508",
            "کد ۴۸۲۹۱۷۵۰۸",
            "482 917 508",
            "6037-9910-0000-0005",
            "123456789012345678901234",
            "1234 5678 9012 3456 7890",
            "سفارش 48213",
            "250,000 تومان",
            "IR580540105180021273113008",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn secrets_are_hidden_and_what_staff_need_stays() {
        for (text, hidden) in [
            ("کارت ۶۰۳۷۹۹۱۰۰۰۰۰۰۰۰۴ پول کم شد", "کارت ۶۰۳۷۹۹******۰۰۰۴ پول کم شد"),
            ("شبا IR580540105180021273113007", "شبا IR58******************3007"),
            ("my pin is 4821, call 0912 345 6789", "my pin is ****, call 0912 345 6789"),
            ("کد ملی من 0013542419 است", "کد ملی من ******2419 است"),
        ] {
            assert_eq!(hide_secrets(text).as_deref(), Some(hidden));
        }
        for text in [
            "شماره من ۰۹۱۲۳۴۵۶۷۸۹ است، کد پستی ۱۴۵۷۸۹۶۳۲۵",
            "سفارش 0013542419 نرسید",
            "کد تایید نیامد، سفارش 48213",
            "پیگیری 482-917-508",
            "123456789012345678901234",
        ] {
            assert_eq!(hide_secrets(text), None, "{text}");
        }
    }

    #[test]
    fn checks_follow_their_standards() {
        let digits =
            |text: &str| text.chars().filter_map(|c| digits::value(c).map(u32::from)).collect::<Vec<u32>>();
        assert!(is_national_id(&digits("0013542419")));
        assert!(!is_national_id(&digits("1234567890")));
        assert!(!is_national_id(&digits("1111111111")));
        assert!(luhn(&digits("6037991000000004")) && !luhn(&digits("6037991000000005")));
    }
}

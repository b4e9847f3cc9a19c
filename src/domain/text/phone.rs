//! Telephone numbers as people write them, made one form.
//!
//! A text comes in; the first number in it that can be called comes out. Iranian numbers are read
//! in all their spellings (09…, 9…, +98…, 98…, 0098…, a landline with its area before or behind),
//! others with their country code.
//!
//! Invariant: a [`Phone`] is E.164, and no tracking code, card or parcel code is taken for one.

use super::digits;

/// The separators that people put into a number.
const BETWEEN: [char; 8] = [' ', '-', '–', '.', '(', ')', '/', '\u{200c}'];
/// ITU-T E.164: at most fifteen digits, and hardly any country has numbers of less than eight.
const FOREIGN_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// A telephone number, as ITU-T E.164 writes it: `+989123456789`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// The first number in a text.
    pub fn find(text: &str) -> Option<Phone> {
        runs(text).iter().find_map(Phone::of)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Enough to know one's own number by, and too little to call: `0912***6789`, `+49***6789`.
    pub fn masked(&self) -> String {
        let last: String = self.0.chars().skip(self.0.chars().count().saturating_sub(4)).collect();
        match self.0.strip_prefix("+98") {
            Some(national) => {
                let kept = if national.starts_with('9') { 3 } else { 2 };
                format!("0{}***{last}", national.chars().take(kept).collect::<String>())
            }
            None => format!("{}***{last}", self.0.chars().take(3).collect::<String>()),
        }
    }

    fn of(run: &Run) -> Option<Phone> {
        let all: String = run.groups.concat();
        if run.plus {
            return international(&all);
        }
        let national = |digits: &str| iranian(digits).map(|number| Phone(format!("+98{number}")));
        // Shorter ones are national ids and the like.
        if let Some(rest) = all.strip_prefix("00").filter(|rest| rest.len() >= 10 && !rest.starts_with('0')) {
            return international(rest);
        }
        if let Some(rest) = all.strip_prefix("98").filter(|_| all.len() == 12) {
            return national(rest);
        }
        national(all.strip_prefix('0').filter(|_| all.len() == 11).unwrap_or(&all)).or_else(|| turned(run))
    }
}

/// Digits that stand close together.
struct Run {
    plus: bool,
    groups: Vec<String>,
}

fn international(digits: &str) -> Option<Phone> {
    // Some write the trunk zero too: +98 0912 …
    let digits = digits.strip_prefix("980").map_or_else(|| digits.to_owned(), |rest| format!("98{rest}"));
    let valid = match digits.strip_prefix("98") {
        Some(national) => iranian(national).is_some(),
        None => FOREIGN_DIGITS.contains(&digits.len()) && !digits.starts_with('0'),
    };
    valid.then(|| Phone(format!("+{digits}")))
}

/// Ten digits without the zero: a mobile, or an area of two digits and eight of the line. Areas
/// begin with 1 to 8, lines with 2 to 9 (Iran's numbering plan).
fn iranian(digits: &str) -> Option<&str> {
    let bytes = digits.as_bytes();
    let plausible = match bytes {
        [b'9', _, ..] => true,
        [b'1'..=b'8', _, line, ..] => (b'2'..=b'9').contains(line),
        _ => false,
    };
    (bytes.len() == 10 && plausible).then_some(digits)
}

/// «۳۳۴۴۷۷۶۵-۰۲۳»: the area is printed behind the line.
fn turned(run: &Run) -> Option<Phone> {
    let [line, area] = run.groups.as_slice() else { return None };
    let area = area.strip_prefix('0').filter(|area| area.len() == 2)?;
    let digits = format!("{area}{line}");
    iranian(&digits).map(|number| Phone(format!("+98{number}")))
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // What stands between the last digit and here; a longer gap ends the run.
    let mut gap: Option<String> = None;
    let mut before = None;
    for c in text.chars() {
        match digits::value(c) {
            Some(value) => {
                let digit = char::from_digit(u32::from(value), 10).unwrap_or('0');
                match (runs.last_mut(), gap.take()) {
                    (Some(run), Some(gap)) if gap.is_empty() => push(run, digit),
                    (Some(run), Some(gap)) if is_between(&gap) => run.groups.push(digit.to_string()),
                    _ => runs.push(Run { plus: before == Some('+'), groups: vec![digit.to_string()] }),
                }
                gap = Some(String::new());
            }
            None => {
                if let Some(gap) = &mut gap {
                    gap.push(c);
                }
            }
        }
        before = Some(c);
    }
    runs
}

fn push(run: &mut Run, digit: char) {
    match run.groups.last_mut() {
        Some(group) => group.push(digit),
        None => run.groups.push(digit.to_string()),
    }
}

fn is_between(gap: &str) -> bool {
    gap.chars().count() <= 3 && gap.chars().all(|c| BETWEEN.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iranian_numbers_are_read_in_every_spelling() {
        for text in [
            "09123456789",
            "۰۹۱۲۳۴۵۶۷۸۹",
            "٠٩١٢٣٤٥٦٧٨٩",
            "0912 345 6789",
            "0912-345-67-89",
            "9123456789",
            "+989123456789",
            "+98 912 345 6789",
            "+98 0912 345 6789",
            "989123456789",
            "00989123456789",
            "شماره من ۰۹۱۲-۳۴۵-۶۷۸۹ هست، بعد از ۵ زنگ بزنید",
        ] {
            assert_eq!(Phone::find(text).as_ref().map(Phone::as_str), Some("+989123456789"), "{text}");
        }
        for text in ["02133447765", "021-33447765", "(021) 33 44 77 65", "+982133447765", "۳۳۴۴۷۷۶۵-۰۲۱"]
        {
            assert_eq!(Phone::find(text).as_ref().map(Phone::as_str), Some("+982133447765"), "{text}");
        }
    }

    #[test]
    fn foreign_numbers_need_their_country() {
        assert_eq!(Phone::find("+49 (30) 901820").as_ref().map(Phone::as_str), Some("+4930901820"));
        assert_eq!(Phone::find("0044 20 7946 0958").as_ref().map(Phone::as_str), Some("+442079460958"));
        assert_eq!(Phone::find("call me at 7946 0958"), None);
    }

    #[test]
    fn other_numbers_are_no_telephones() {
        for text in [
            "482-917-508",
            "۴۸۲۹۱۷۵۰۸",
            "6037-9910-0000-0004",
            "123456789012345678901234",
            "سفارش 48213",
            "0013542419",
            "ساعت 10:30",
        ] {
            assert_eq!(Phone::find(text), None, "{text}");
        }
    }

    #[test]
    fn a_masked_number_is_known_by_its_owner_alone() {
        let masked = |text| Phone::find(text).map(|phone| phone.masked());
        assert_eq!(masked("09123456789").as_deref(), Some("0912***6789"));
        assert_eq!(masked("02133447765").as_deref(), Some("021***7765"));
        assert_eq!(masked("+4930901820").as_deref(), Some("+49***1820"));
    }
}

//! Digits in the three shapes that Persian text mixes: ۱۲۳, ١٢٣ and 123.

/// The value of a Persian, Arabic-Indic or ASCII digit.
pub(super) fn digit_value(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '\u{06F0}'..='\u{06F9}' => Some(c as u32 - 0x06F0),
        '\u{0660}'..='\u{0669}' => Some(c as u32 - 0x0660),
        _ => None,
    }
}

/// The ASCII form of one character, if it is a digit; otherwise the character itself.
pub(super) fn ascii_digit(c: char) -> char {
    digit_value(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// Persian and Arabic-Indic digits as 0 to 9; everything else as it was.
pub fn to_ascii_digits(text: &str) -> String {
    text.chars().map(ascii_digit).collect()
}

/// Digits of all three shapes as ۰ to ۹; everything else as it was.
pub fn to_persian_digits(text: &str) -> String {
    text.chars()
        .map(|c| digit_value(c).and_then(|value| char::from_u32(0x06F0 + value)).unwrap_or(c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_shapes_of_digits_are_one() {
        assert_eq!(to_ascii_digits("۴۸۲-٩١٧-508"), "482-917-508");
        assert_eq!(to_persian_digits("482-٩١٧"), "۴۸۲-۹۱۷");
        assert_eq!(to_ascii_digits("½ پنج"), "½ پنج");
    }
}

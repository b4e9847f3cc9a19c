//! Digits of the three scripts that customers type.

/// The value of an ASCII, Persian or Arabic digit.
pub fn value(c: char) -> Option<u8> {
    let zero = match c {
        '0'..='9' => '0',
        '۰'..='۹' => '۰',
        '٠'..='٩' => '٠',
        _ => return None,
    };
    u8::try_from(u32::from(c) - u32::from(zero)).ok()
}

/// Persian and Arabic digits as ASCII ones; all else as it was.
pub fn to_ascii(text: &str) -> String {
    text.chars().map(|c| value(c).map_or(c, |digit| char::from(b'0' + digit))).collect()
}

/// ASCII and Arabic digits as Persian ones; all else as it was.
pub fn to_persian(text: &str) -> String {
    let persian = |digit: u8| char::from_u32(u32::from('۰') + u32::from(digit));
    text.chars().map(|c| value(c).and_then(persian).unwrap_or(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_go_both_ways() {
        assert_eq!(to_ascii("سفارش ۱۲۳ و ٤٥٦ و 789"), "سفارش 123 و 456 و 789");
        assert_eq!(to_persian("0123456789 ٠١٢"), "۰۱۲۳۴۵۶۷۸۹ ۰۱۲");
    }
}

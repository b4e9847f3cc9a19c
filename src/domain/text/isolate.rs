//! Making foreign text safe to stand inside ours.
//!
//! A name, a code or a phone number inside a sentence of the other direction
//! turns over unless it is isolated; a name with control characters can forge
//! a header or a log line.
//!
//! Invariant: what `isolate` returns opens and closes exactly one isolate.

/// Wraps a value in FIRST STRONG ISOLATE … POP DIRECTIONAL ISOLATE (UAX #9 §2.4).
pub fn isolate(text: &str) -> String {
    let inner: String = text.chars().filter(|c| !is_direction_control(*c)).collect();
    format!("\u{2068}{inner}\u{2069}")
}

/// The text without control characters and direction controls; line breaks and tabs become spaces.
///
/// The zero-width non-joiner stays: Persian needs it.
pub fn strip_controls(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{0085}' => Some(' '),
            _ if c.is_control() || is_direction_control(c) || c == '\u{FEFF}' => None,
            _ => Some(c),
        })
        .collect()
}

fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_isolate_cannot_be_left_from_inside() {
        assert_eq!(isolate("a\u{2069}\u{202E}b"), "\u{2068}ab\u{2069}");
    }

    #[test]
    fn a_name_cannot_forge_a_header() {
        assert_eq!(strip_controls("Evil\r\nBcc:\u{202E} x\u{0}"), "Evil  Bcc: x");
        assert_eq!(strip_controls("می‌خواهم"), "می‌خواهم");
    }
}

//! Bytes that are not what they claim to be.
//!
//! Mail says in which charset it is written, and old Persian mail often says it wrongly or
//! not at all. Bytes come in, the most likely text goes out.
//!
//! Invariant: bytes that are valid UTF-8 with letters beyond ASCII are read as UTF-8.

use mail_parser::decoders::charsets::map::charset_decoder;

/// The text of bytes whose charset is not known for sure.
pub fn guess(bytes: &[u8], hint: Option<&str>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    // A mail cut in the middle of a letter is still UTF-8.
    if let Some(text) = nearly_utf8(bytes) {
        return text;
    }
    match hint.map(str::to_ascii_lowercase).as_deref() {
        // These are what programs declare when they do not know.
        None | Some("utf-8" | "utf8" | "us-ascii" | "iso-8859-1" | "windows-1252" | "latin1") => {
            let charset = if looks_arabic(bytes) { "windows-1256" } else { "windows-1252" };
            decode(bytes, charset).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
        }
        Some(hint) => decode(bytes, hint).unwrap_or_else(|| guess(bytes, None)),
    }
}

pub fn decode(bytes: &[u8], charset: &str) -> Option<String> {
    let name = charset.to_ascii_lowercase();
    let name = match name.as_str() {
        "windows1256" | "x-cp1256" | "cp-1256" | "win-1256" | "x-windows-1256" => "windows-1256",
        other => other,
    };
    charset_decoder(name.as_bytes()).map(|decoder| decoder(bytes))
}

/// What a text part should have been, when what was decoded shows that the charset was wrong.
/// `bytes` are those of the part, transfer encoding removed.
pub fn repair(decoded: &str, bytes: &[u8], declared: Option<&str>) -> Option<String> {
    let western = matches!(
        declared.map(str::to_ascii_lowercase).as_deref(),
        None | Some("us-ascii" | "iso-8859-1" | "windows-1252" | "latin1" | "iso-8859-15" | "utf-8" | "utf8")
    );
    let high = bytes.iter().any(|byte| *byte >= 0x80);
    if !high {
        return None;
    }
    let broken = decoded.contains('\u{fffd}');
    match std::str::from_utf8(bytes) {
        Ok(text) if western || broken => (text != decoded).then(|| text.to_owned()),
        Err(_) if broken || (western && looks_arabic(bytes)) => {
            let text = guess(bytes, declared);
            (text != decoded && !worse(&text, decoded)).then_some(text)
        }
        _ => None,
    }
}

fn worse(new: &str, old: &str) -> bool {
    let marks = |text: &str| text.chars().filter(|c| *c == '\u{fffd}').count();
    marks(new) > marks(old)
}

/// UTF-8 but for a letter cut at the end or a few bad bytes among many good letters.
fn nearly_utf8(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let bad = text.chars().filter(|c| *c == '\u{fffd}').count();
    let good = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    (good > 10 * bad).then(|| text.into_owned())
}

/// windows-1256 words are made of high bytes only; words of Western languages of ASCII letters
/// with a high byte here and there.
fn looks_arabic(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|byte| **byte >= 0x80).count();
    let ascii_letters_beside = bytes
        .windows(2)
        .filter(|pair| {
            matches!(pair, [a, b] if (*a >= 0x80 && b.is_ascii_alphabetic()) || (a.is_ascii_alphabetic() && *b >= 0x80))
        })
        .count();
    let pairs = bytes.windows(2).filter(|pair| pair.iter().all(|byte| *byte >= 0x80)).count();
    high >= 3 && pairs * 3 >= high && ascii_letters_beside * 4 <= high
}

#[cfg(test)]
mod tests {
    use super::*;

    /// «سلام» in windows-1256.
    const SALAM: &[u8] = &[0xd3, 0xe1, 0xc7, 0xe3];

    #[test]
    fn persian_bytes_under_a_wrong_name_are_read() {
        assert_eq!(guess(SALAM, Some("utf-8")), "سلام");
        assert_eq!(guess(SALAM, None), "سلام");
        assert_eq!(guess(SALAM, Some("x-cp1256")), "سلام");
        assert_eq!(repair("ÓáÇã", SALAM, Some("iso-8859-1")).as_deref(), Some("سلام"));
        assert_eq!(repair("\u{fffd}\u{fffd}", SALAM, Some("utf-8")).as_deref(), Some("سلام"));
        assert_eq!(repair("Ø³Ù„Ø§Ù…", "سلام".as_bytes(), Some("windows-1252")).as_deref(), Some("سلام"));
    }

    #[test]
    fn western_words_stay_western() {
        assert_eq!(guess(b"caf\xe9 cr\xe8me", None), "café crème");
        assert_eq!(repair("café crème", b"caf\xe9 cr\xe8me", Some("iso-8859-1")), None);
        assert_eq!(repair("plain", b"plain", Some("utf-8")), None);
    }
}

//! RFC 2047 encoded words that were cut inside a letter.
//!
//! RFC 2047 §5 forbids it, and programs that fold a Persian subject at a fixed number of
//! bytes do it all the same. Neighbours of one charset and encoding are joined as bytes
//! before they are decoded.
//!
//! Invariant: what is no encoded word comes out as it went in.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::charset;

struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
}

/// Decodes an unfolded header value.
pub fn decode(value: &str) -> String {
    let mut out = String::new();
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut rest = value;
    while !rest.is_empty() {
        if let Some((word, after)) = word(rest) {
            match &mut pending {
                Some((charset, bytes)) if charset.eq_ignore_ascii_case(word.charset) => {
                    bytes.extend(word.bytes)
                }
                _ => {
                    flush(&mut out, pending.take());
                    pending = Some((word.charset.to_owned(), word.bytes));
                }
            }
            // RFC 2047 §6.2: white space between two encoded words is not shown.
            let trimmed = after.trim_start();
            rest = if trimmed.starts_with("=?") { trimmed } else { after };
            continue;
        }
        flush(&mut out, pending.take());
        let mut chars = rest.chars();
        out.extend(chars.next());
        rest = chars.as_str();
    }
    flush(&mut out, pending);
    out
}

fn flush(out: &mut String, pending: Option<(String, Vec<u8>)>) {
    if let Some((name, bytes)) = pending {
        let text = charset::decode(&bytes, &name).filter(|text| !text.contains('\u{fffd}'));
        out.push_str(&text.unwrap_or_else(|| charset::guess(&bytes, Some(&name))));
    }
}

/// `=?charset?encoding?text?=` at the beginning, and what follows it.
fn word(text: &str) -> Option<(Word<'_>, &str)> {
    let inner = text.strip_prefix("=?")?;
    let (charset, inner) = inner.split_once('?')?;
    let (encoding, inner) = inner.split_once('?')?;
    let (content, after) = inner.split_once("?=")?;
    if charset.is_empty() || charset.len() > 40 || content.contains(' ') {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => base64(content)?,
        "Q" | "q" => quoted(content),
        _ => return None,
    };
    // RFC 2231 §5: a language may follow the charset.
    let charset = charset.split('*').next().unwrap_or_default();
    Some((Word { charset, bytes }, after))
}

fn base64(content: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&alphabet::STANDARD, config).decode(content).ok()
}

/// RFC 2047 §4.2.
fn quoted(content: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    let mut bytes = content.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'_' => out.push(b' '),
            b'=' => {
                let ahead = bytes.clone().take(2).collect::<Vec<u8>>();
                let hex = std::str::from_utf8(&ahead).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
                match hex {
                    Some(value) => {
                        out.push(value);
                        bytes.nth(1);
                    }
                    None => out.push(byte),
                }
            }
            byte => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cut_inside_a_letter_are_joined() {
        // «سل» and «ام», cut after the first byte of «ل».
        assert_eq!(decode("=?utf-8?Q?=D8=B3=D9?= =?UTF-8?Q?=84=D8=A7=D9=85?="), "سلام");
        assert_eq!(decode("=?utf-8?B?2LPZ?= =?utf-8?B?hNin2YU=?= x"), "سلام x");
    }

    #[test]
    fn what_is_no_encoded_word_stays() {
        for text in ["", "=?", "=?utf-8?X?abc?=", "a =? b ?= c", "سلام"] {
            assert_eq!(decode(text), text);
        }
        assert_eq!(decode("Re: =?windows-1256?Q?=D3=E1=C7=E3?= =3D"), "Re: سلام =3D");
    }
}

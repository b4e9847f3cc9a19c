//! Mailbox names on the wire: modified UTF-7 (RFC 3501 §5.1.3).
//!
//! Invariant: printable ASCII stays as it is, but for `&`, which becomes `&-`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// A folder name as people write it, as the server wants it.
pub fn encode(name: &str) -> String {
    let mut out = String::new();
    let mut wide: Vec<u8> = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut out, &mut wide);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                wide.extend(unit.to_be_bytes());
            }
        }
    }
    flush(&mut out, &mut wide);
    out
}

fn flush(out: &mut String, wide: &mut Vec<u8>) {
    if !wide.is_empty() {
        out.push('&');
        out.push_str(&STANDARD_NO_PAD.encode(&*wide).replace('/', ","));
        out.push('-');
        wide.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_modified_utf7() {
        assert_eq!(encode("INBOX"), "INBOX");
        assert_eq!(encode("شکایات"), "&BjQGqQYnBswGJwYq-");
        assert_eq!(encode("R&D/مهم"), "R&-D/&BkUGRwZF-");
        assert_eq!(encode("~peter/台北"), "~peter/&U,BTFw-");
    }
}

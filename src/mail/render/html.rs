//! The HTML part: the same words, in the right direction, with links that can be followed.
//!
//! Gmail drops direction rules of the document, so that each block carries its own.
//!
//! Invariant: the text is escaped before anything is added to it, and only http and https
//! addresses become links.

use std::fmt::Write;

use crate::domain::outbox::OutboxRow;

/// A whole document for a row; `lines` are its buttons, and small print comes last.
pub fn page(row: &OutboxRow, lines: &[String], small_print: Option<&str>) -> String {
    let (direction, side) = if row.language.is_rtl() { ("rtl", "right") } else { ("ltr", "left") };
    let tag = row.language.tag();
    let style =
        format!("text-align:{side};font-family:Tahoma,Arial,sans-serif;font-size:15px;line-height:1.7");
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\" dir=\"{direction}\">\n<head><meta charset=\"utf-8\"></head>\n<body>\n\
         <div lang=\"{tag}\" dir=\"{direction}\" style=\"{style}\">\n"
    );
    let text = row.text.trim().replace("\r\n", "\n");
    let blocks =
        text.split("\n\n").map(|block| block.trim_matches('\n')).filter(|block| !block.trim().is_empty());
    let buttons = lines.join("\n");
    for block in blocks.chain(Some(buttons.as_str()).filter(|lines| !lines.is_empty())) {
        let inner: Vec<String> = block.lines().map(linked).collect();
        // Writing into a string cannot fail.
        let _ = writeln!(
            page,
            "<p dir=\"{direction}\" style=\"text-align:{side};margin:0 0 1em\">{}</p>",
            inner.join("<br>\n")
        );
    }
    if let Some(small_print) = small_print {
        let _ = writeln!(
            page,
            "<p dir=\"{direction}\" style=\"text-align:{side};margin:0;font-size:12px;color:#595959\">{}</p>",
            linked(small_print)
        );
    }
    page.push_str("</div>\n</body>\n</html>\n");
    page
}

/// One line, escaped, its addresses made links.
fn linked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = next_link(rest) {
        let (before, from) = rest.split_at(start);
        let end =
            from.find(|c: char| c.is_whitespace() || c.is_control() || is_boundary(c)).unwrap_or(from.len());
        let (found, _) = from.split_at(end);
        let url = found.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '،', '؛', '؟', '»']);
        out.push_str(&escaped(before));
        if url.len() > "https://".len() {
            let url = escaped(url);
            let _ = write!(out, "<a href=\"{url}\" dir=\"ltr\">{url}</a>");
        } else {
            out.push_str(&escaped(url));
        }
        rest = from.get(url.len()..).unwrap_or_default();
        if url.is_empty() {
            break;
        }
    }
    out.push_str(&escaped(rest));
    out
}

fn next_link(text: &str) -> Option<usize> {
    [text.find("http://"), text.find("https://")].into_iter().flatten().min()
}

/// Ends an address: quotes, angle brackets and the isolates around what is inserted.
fn is_boundary(c: char) -> bool {
    matches!(c, '<' | '>' | '"' | '\'' | '«' | '»' | '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}')
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::linked;

    #[test]
    fn only_web_addresses_become_links_and_all_is_escaped() {
        assert_eq!(
            linked("See https://shop.example/a?b=1&c=2. <b>"),
            "See <a href=\"https://shop.example/a?b=1&amp;c=2\" dir=\"ltr\">https://shop.example/a?b=1&amp;c=2</a>. &lt;b&gt;"
        );
        assert_eq!(
            linked("javascript:alert(1) ftp://x http:// \"q\""),
            "javascript:alert(1) ftp://x http:// &quot;q&quot;"
        );
        assert_eq!(
            linked("\u{2068}http://x.example\u{2069}؟"),
            "\u{2068}<a href=\"http://x.example\" dir=\"ltr\">http://x.example</a>\u{2069}؟"
        );
    }
}

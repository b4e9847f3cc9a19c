//! A mail as a page for the desk: its markup, without anything that acts or is fetched.
//!
//! Staff see a mail about as its writer did. Scripts, styles, forms, frames,
//! images and every address that a link leads to are taken out; what is left
//! is text in blocks, lists and tables. The frame that shows it forbids the
//! same things once more.
//!
//! Invariant: no attribute of the mail survives but spans of table cells,
//! directions and languages; and markup that is nested deeper than any letter
//! is shown as text, since the builder of the tree goes quadratic on it.

use std::collections::{BTreeMap, HashMap, HashSet};

use html5gum::{Token, Tokenizer};
use mail_parser::MessageParser;

use crate::mail::html;

/// Bytes of markup that are shown; the rest is in the file of the whole mail.
const SHOWN: usize = 512 * 1024;
/// Elements that may be open at once.
const DEEPEST: usize = 300;
/// Elements that need no end or are ended by the next of their kind.
const ENDED_BY_THEMSELVES: [&[u8]; 20] = [
    b"br", b"img", b"hr", b"meta", b"link", b"input", b"col", b"wbr", b"area", b"base", b"p", b"li", b"td",
    b"th", b"tr", b"tbody", b"thead", b"dd", b"dt", b"option",
];

/// The page; its text where the mail has no markup.
pub fn of(bytes: &[u8]) -> String {
    let parsed = MessageParser::default().parse(bytes);
    let html = parsed.as_ref().and_then(|mail| mail.body_html(0));
    page(&html.map(|html| cleaned(&html)).unwrap_or_default())
}

fn cleaned(html: &str) -> String {
    let mut end = html.len().min(SHOWN);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let html = html.get(..end).unwrap_or_default();
    if is_too_deep(html) {
        let text = html::to_text(html);
        return format!("<pre>{}</pre>", ammonia::clean_text(&text));
    }
    let spans = HashMap::from([
        ("td", HashSet::from(["colspan", "rowspan"])),
        ("th", HashSet::from(["colspan", "rowspan"])),
    ]);
    ammonia::Builder::default()
        .rm_tags(["a", "img", "map", "area"])
        .tag_attributes(spans)
        .generic_attributes(HashSet::from(["dir", "lang"]))
        .link_rel(None)
        .clean(html)
        .to_string()
}

fn is_too_deep(html: &str) -> bool {
    let mut open: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut depth = 0_usize;
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if !ENDED_BY_THEMSELVES.contains(&tag.name.as_slice()) => {
                *open.entry(tag.name.to_vec()).or_default() += 1;
                depth += 1;
            }
            Token::EndTag(tag) => {
                if let Some(count) = open.get_mut(tag.name.as_slice()).filter(|count| **count > 0) {
                    *count -= 1;
                    depth -= 1;
                }
            }
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

fn page(body: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         <style>body{{font:16px/1.6 Vazirmatn,system-ui,Tahoma,sans-serif;margin:.5rem;overflow-wrap:anywhere}}\
         table{{border-collapse:collapse}}td,th{{border:1px solid #8888;padding:.2rem .4rem}}\
         blockquote{{border-inline-start:3px solid #8888;margin-inline:.5rem;padding-inline-start:.6rem}}\
         </style></head><body dir=\"auto\">{body}</body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> String {
        let mail = format!(
            "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}"
        );
        let page = of(mail.as_bytes());
        let (_, body) = page.split_once("<body dir=\"auto\">").unwrap();
        body.strip_suffix("</body></html>").unwrap().trim().to_owned()
    }

    #[test]
    fn what_acts_or_is_fetched_is_gone_and_the_text_stays() {
        for (html, expected) in [
            ("<p onclick=alert(1) style='background:url(http://t.example/x)'>سلام</p>", "<p>سلام</p>"),
            ("<script>alert(1)</script><b>a</b>", "<b>a</b>"),
            ("<style>@import 'http://t.example'; p{x:expression(1)}</style><p>a</p>", "<p>a</p>"),
            ("<img src=http://t.example/p.gif><i>b</i>", "<i>b</i>"),
            ("<a href='javascript:alert(1)'>press</a>", "press"),
            ("<a href=https://t.example>press</a>", "press"),
            ("<form action=https://t.example><input name=x><button>go</button></form>", "go"),
            ("<svg><script>alert(1)</script><a xlink:href='javascript:1'>x</a></svg>", ""),
            ("<iframe srcdoc='<script>1</script>'></iframe>c", "c"),
            ("<meta http-equiv=refresh content='0;url=https://t.example'>d", "d"),
            ("<base href=https://t.example><link rel=stylesheet href=//t.example/x>e", "e"),
            ("<math><mtext></p><img src=x onerror=alert(1)>", ""),
            (
                "<table><tr><td colspan=2 background=//t.example/x>f</td></tr></table>",
                "<table><tbody><tr><td colspan=\"2\">f</td></tr></tbody></table>",
            ),
            ("<p dir=rtl lang=fa>گ</p>", "<p dir=\"rtl\" lang=\"fa\">گ</p>"),
        ] {
            assert_eq!(shown(html), expected, "{html}");
        }
    }

    #[test]
    fn plain_mails_are_text_and_nonsense_is_an_empty_page() {
        let plain = of("From: a@example.org\r\n\r\n<b>not markup</b> & more".as_bytes());
        assert!(plain.contains("&lt;b&gt;not markup&lt;/b&gt; &amp; more"), "{plain}");
        assert!(of(&[0xff, 0, 0xfe]).contains("<body"));
        for deep in ["<div>".repeat(80_000), "<b></i>".repeat(60_000), "<a><p>".repeat(60_000)] {
            assert!(shown(&format!("{deep}text")).contains("text") || deep.len() > SHOWN);
        }
        // Many rows and paragraphs are no depth.
        let long = "<tr><td><p>a".repeat(20_000);
        assert!(shown(&format!("<table>{long}</table>")).starts_with("<table>"));
    }
}

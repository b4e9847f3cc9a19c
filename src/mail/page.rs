//! A mail as a page for the desk: its markup, without anything that acts or is fetched.
//!
//! Staff see a mail about as its writer did. A tokeniser reads the markup once
//! from front to back; of what it finds, text goes out escaped, and tags of
//! blocks, lists, tables and emphasis go out as tags of our own. Scripts,
//! styles, forms, frames, images and every address that a link leads to are
//! gone. The frame that shows it forbids the same things once more.
//!
//! Invariant: every `<` of the page is written here, and no attribute but the
//! direction of a text and the span of a table's cell; time and memory grow
//! with the mail and not faster.

use std::fmt::Write as _;

use html5gum::{StartTag, Token, Tokenizer};
use mail_parser::MessageParser;

/// Bytes of markup that are shown; the rest is in the file of the whole mail.
const SHOWN: usize = 512 * 1024;
/// Elements that are open at once; what is nested deeper keeps its text.
const DEEPEST: usize = 200;
/// Columns and rows that a cell may span.
const WIDEST: u32 = 100;

/// Tags that go out; the second ones have no end.
const TAGS: [&str; 37] = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "blockquote",
    "pre",
    "code",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "s",
    "del",
    "ins",
    "sub",
    "sup",
    "small",
    "span",
];
const VOID: [&str; 2] = ["br", "hr"];
/// Elements whose text is nobody's to read. In the first ones markup is text, so that they end at
/// the first end; the others may stand within themselves.
const RAW: [&str; 5] = ["script", "style", "title", "iframe", "textarea"];
const HIDDEN: [&str; 7] = ["template", "svg", "math", "object", "select", "audio", "video"];
/// Of these the next one of the kind ends the one before it.
const ENDED_BY_NEXT: [&str; 6] = ["p", "li", "tr", "td", "dt", "dd"];

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
    let mut letter = Letter::default();
    for token in Tokenizer::new(html.get(..end).unwrap_or_default()) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => letter.open(&tag),
            Token::EndTag(tag) => letter.close(&tag.name),
            Token::String(text) => letter.write(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    letter.finish()
}

#[derive(Default)]
struct Letter {
    out: String,
    open: Vec<&'static str>,
    /// Inside an element whose text is not shown, and how often it is open within itself.
    hidden: Option<(Vec<u8>, usize)>,
}

impl Letter {
    fn open(&mut self, tag: &StartTag<()>) {
        let name: &[u8] = &tag.name;
        if let Some((hidden, times)) = &mut self.hidden {
            let nests = !tag.self_closing && HIDDEN.iter().any(|one| one.as_bytes() == name);
            *times += usize::from(nests && hidden == name);
            return;
        }
        if RAW.iter().chain(&HIDDEN).any(|hidden| hidden.as_bytes() == name) {
            self.hidden = (!tag.self_closing).then(|| (name.to_vec(), 1));
            return;
        }
        if let Some(void) = VOID.into_iter().find(|void| void.as_bytes() == name) {
            let _ = write!(self.out, "<{void}>");
            return;
        }
        let Some(name) = TAGS.into_iter().find(|known| known.as_bytes() == name) else { return };
        if ENDED_BY_NEXT.contains(&name) && self.open.last() == Some(&name) {
            self.close(name.as_bytes());
        }
        if self.open.len() >= DEEPEST {
            return;
        }
        self.open.push(name);
        let _ = write!(self.out, "<{name}{}>", attributes(name, tag));
    }

    /// Whatever is open inside it ends with it; an end without a beginning is nothing.
    fn close(&mut self, name: &[u8]) {
        if let Some((hidden, times)) = &mut self.hidden {
            *times -= usize::from(hidden == name);
            if *times == 0 {
                self.hidden = None;
            }
            return;
        }
        let Some(place) = self.open.iter().rposition(|open| open.as_bytes() == name) else { return };
        for open in self.open.drain(place..).rev() {
            let _ = write!(self.out, "</{open}>");
        }
    }

    fn write(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                '"' => self.out.push_str("&quot;"),
                c => self.out.push(c),
            }
        }
    }

    fn finish(mut self) -> String {
        for open in self.open.drain(..).rev() {
            let _ = write!(self.out, "</{open}>");
        }
        self.out
    }
}

/// The direction, and the spans of a cell, read and written anew.
fn attributes(name: &str, tag: &StartTag<()>) -> String {
    let value = |key: &str| {
        tag.attributes
            .get(key.as_bytes())
            .map(|value| String::from_utf8_lossy(value).trim().to_ascii_lowercase())
    };
    let mut written = String::new();
    if let Some(dir) = ["rtl", "ltr", "auto"].into_iter().find(|dir| value("dir").as_deref() == Some(*dir)) {
        let _ = write!(written, " dir=\"{dir}\"");
    }
    for key in ["colspan", "rowspan"].into_iter().filter(|_| matches!(name, "td" | "th")) {
        let span = value(key).and_then(|span| span.parse::<u32>().ok());
        if let Some(span) = span.filter(|span| (2..=WIDEST).contains(span)) {
            let _ = write!(written, " {key}=\"{span}\"");
        }
    }
    written
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
                "<table><tr><td colspan=\"2\">f</td></tr></table>",
            ),
            ("<p dir=rtl lang=fa>گ</p>", "<p dir=\"rtl\">گ</p>"),
            ("<p dir='x\" onclick=1'>a</p>", "<p>a</p>"),
            ("<script>if (a<script) </b></script><p>after</p>", "<p>after</p>"),
            ("<svg><svg></svg><p>in</p></svg><p>after</p>", "<p>after</p>"),
            ("<head><title>t</title></head><body><p>a<p>b<div>c", "<p>a</p><p>b<div>c</div></p>"),
            ("<b>a</i></b></b>&lt;script&gt;", "<b>a</b>&lt;script&gt;"),
            ("a<!-- <script>alert(1)</script> -->b<br/>c", "ab<br>c"),
            ("<P ONCLICK=x>A</P><ScRiPt>alert(1)</sCrIpT>", "<p>A</p>"),
        ] {
            assert_eq!(shown(html), expected, "{html}");
        }
    }

    /// How many elements are open at once, at most.
    fn depth(page: &str) -> usize {
        let (mut open, mut deepest) = (0, 0);
        for tag in page.split('<').skip(1) {
            if tag.starts_with('/') {
                open -= 1;
            } else {
                open += 1;
            }
            deepest = deepest.max(open);
        }
        assert_eq!(open, 0, "every element ends");
        deepest
    }

    #[test]
    fn plain_mails_are_text_and_nonsense_is_an_empty_page() {
        let plain = of("From: a@example.org\r\n\r\n<b>not markup</b> & more".as_bytes());
        assert!(plain.contains("&lt;b&gt;not markup&lt;/b&gt; &amp; more"), "{plain}");
        assert!(of(&[0xff, 0, 0xfe]).contains("<body"));
        for deep in ["<div>".repeat(80_000), "<b></i>".repeat(60_000), "<table><tr><td>".repeat(30_000)] {
            let page = shown(&format!("{deep}text"));
            assert!(page.contains("text"), "what is nested too deep keeps its text");
            assert_eq!(depth(&page), DEEPEST, "and is no deeper than any letter");
        }
    }
}

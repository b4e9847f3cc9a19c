//! HTML mail as plain text.
//!
//! A tokeniser reads the markup once from front to back; no tree is built, because tree
//! builders go quadratic on hostile mail. Quoted blocks come out with `>` before each line,
//! so that what takes quotes off finds them.
//!
//! Invariant: time and memory grow with the input and not faster, and the input is capped.

use html5gum::{Token, Tokenizer};

/// Bytes of HTML that are read; people get the whole mail as a file beside it.
const READ_LIMIT: usize = 2 * 1024 * 1024;
/// Deeper quotes are all marked alike.
const DEEPEST_QUOTE: usize = 5;

/// The text of an HTML document or fragment.
pub fn to_text(html: &str) -> String {
    let mut end = html.len().min(READ_LIMIT);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let mut page = Page::default();
    for token in Tokenizer::new(html.get(..end).unwrap_or_default()) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => page.open(&tag),
            Token::EndTag(tag) => page.close(&tag.name),
            Token::String(text) => page.write(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    page.finish()
}

#[derive(Default)]
struct Page {
    text: String,
    line: String,
    quotes: usize,
    /// Inside an element whose text is not shown.
    hidden: Option<Vec<u8>>,
    preformatted: usize,
}

impl Page {
    fn open(&mut self, tag: &html5gum::StartTag<()>) {
        if self.hidden.is_some() {
            return;
        }
        let name: &[u8] = &tag.name;
        match name {
            b"script" | b"style" | b"title" | b"template" | b"svg" if !tag.self_closing => {
                self.hidden = Some(name.to_vec());
            }
            b"br" => self.end_line(),
            b"hr" => {
                self.end_block();
                self.line.push_str("________");
                self.end_block();
            }
            b"blockquote" => {
                self.end_block();
                self.quotes += 1;
            }
            b"pre" => {
                self.end_block();
                self.preformatted += 1;
            }
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"table" | b"ul" | b"ol" => {
                self.end_paragraph()
            }
            b"li" => {
                self.end_block();
                self.line.push_str("- ");
            }
            b"td" | b"th" if !self.line.trim().is_empty() => self.line.push(' '),
            _ if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8]) {
        if let Some(hidden) = &self.hidden {
            if hidden == name {
                self.hidden = None;
            }
            return;
        }
        match name {
            b"blockquote" => {
                self.end_block();
                self.quotes = self.quotes.saturating_sub(1);
            }
            b"pre" => {
                self.end_block();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"table" | b"ul" | b"ol" => {
                self.end_paragraph()
            }
            _ if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        if self.preformatted > 0 {
            let mut lines = text.split('\n');
            self.line.push_str(lines.next().unwrap_or_default());
            for line in lines {
                self.end_line();
                self.line.push_str(line);
            }
            return;
        }
        for c in text.chars() {
            match c {
                // White space in HTML is one space, wherever a line of the source ends.
                ' ' | '\t' | '\r' | '\n' | '\u{a0}' => {
                    if !self.line.is_empty() && !self.line.ends_with(' ') {
                        self.line.push(' ');
                    }
                }
                c => self.line.push(c),
            }
        }
    }

    fn end_block(&mut self) {
        if !self.line.trim().is_empty() {
            self.end_line();
        }
        self.line.clear();
    }

    fn end_paragraph(&mut self) {
        self.end_block();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if self.quotes > 0 {
            self.text.push_str(&">".repeat(self.quotes.min(DEEPEST_QUOTE)));
            self.text.push(' ');
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn finish(mut self) -> String {
        self.end_block();
        self.text.trim_matches('\n').trim_end().to_owned()
    }
}

fn is_block(name: &[u8]) -> bool {
    matches!(
        name,
        b"div"
            | b"tr"
            | b"section"
            | b"article"
            | b"header"
            | b"footer"
            | b"center"
            | b"address"
            | b"dl"
            | b"dt"
            | b"dd"
            | b"form"
            | b"fieldset"
            | b"figure"
            | b"main"
            | b"nav"
            | b"aside"
            | b"body"
            | b"html"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_lines_and_quotes_are_marked() {
        let html = "<html><head><title>x</title><style>p{}</style></head><body><p>سلام</p><div>یک<br>دو &amp; سه</div>\
                    <blockquote><div>قبلی</div></blockquote><script>evil()</script>پایان</body></html>";
        assert_eq!(to_text(html), "سلام\n\nیک\nدو & سه\n> قبلی\nپایان");
    }

    #[test]
    fn a_head_that_is_never_closed_hides_nothing() {
        assert_eq!(to_text("<head><meta charset=utf-8><body>Hello"), "Hello");
    }

    #[test]
    fn forty_kilobytes_of_misnested_tags_take_no_time() {
        let html = "<b><i></b>".repeat(40_000) + "done";
        let begun = std::time::Instant::now();
        assert_eq!(to_text(&html), "done");
        assert!(begun.elapsed() < std::time::Duration::from_secs(5));
    }
}

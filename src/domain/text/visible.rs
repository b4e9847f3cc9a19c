//! What a customer wrote in this mail: without the mail they answer and without their footer.
//!
//! The whole text comes in; the part that the matcher reads goes out. Quotes are found by the
//! lines that mail programs put above them, footers by the few forms that programs and phones
//! use. Answers between quoted lines stay.
//!
//! Invariant: when nothing of the customer's own would be left, everything is kept.

mod phrases;

use phrases::{Label, Phrases};

/// Longer texts are read up to here (bytes); people see all of it.
const READ_LIMIT: usize = 256 * 1024;
/// An attribution ("On Monday Ann wrote:") may be wrapped over this many lines.
const ATTRIBUTION_LINES: usize = 4;
/// A header block may have this many lines, wrapped ones included.
const BLOCK_LINES: usize = 9;
/// What follows a closing ("Regards,") or a bare `--` is a signature only up to this many lines.
const SIGNATURE_LINES: usize = 12;

/// Takes quotes, signatures and footers off a plain text.
pub fn visible(text: &str) -> String {
    let text = head(text);
    let lines: Vec<Line<'_>> = text.lines().map(Line::new).collect();
    let phrases = phrases::phrases();
    let unquoted = drop_quotes(&lines, phrases);
    let own = drop_footer(&unquoted, phrases);
    let kept = join(&own);
    if kept.is_empty() { text.trim().replace("\r\n", "\n") } else { kept }
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(READ_LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// A line as written, and as it is compared: without direction marks, emphasis and outer spaces.
#[derive(Debug, Clone)]
struct Line<'a> {
    written: &'a str,
    bare: String,
}

impl<'a> Line<'a> {
    fn new(written: &'a str) -> Line<'a> {
        let bare: String = written.chars().filter(|c| !is_mark(*c)).take(1000).collect();
        let bare = bare.replace(['\u{a0}', '\u{200c}'], " ");
        Line { written, bare: bare.trim().trim_matches('*').trim().to_owned() }
    }

    fn is_blank(&self) -> bool {
        self.bare.is_empty()
    }

    fn is_quoted(&self) -> bool {
        self.bare.starts_with('>')
    }

    /// A line drawn with dashes, underscores, equal signs or asterisks.
    fn is_rule(&self) -> bool {
        self.bare.chars().count() >= 2
            && self.bare.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '—' | '–' | '─' | '━'))
    }
}

/// Direction marks, which right-to-left mail programs put before keywords.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Where a quote begins, and how much of it is only its heading.
enum Quote {
    /// Everything from here on is the mail being answered.
    ToTheEnd,
    /// A heading of this many lines over a quote that is marked line by line.
    Heading(usize),
}

fn drop_quotes<'a>(lines: &[Line<'a>], phrases: &Phrases) -> Vec<Line<'a>> {
    let mut kept: Vec<Line<'a>> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        let has_own = kept.iter().any(|line| !line.is_blank() && !line.is_rule());
        if line.is_quoted() || is_wrapped_quote(lines, at) {
            at += 1;
            continue;
        }
        match quote_at(rest, phrases) {
            Some(Quote::ToTheEnd) if has_own => break,
            Some(Quote::Heading(count)) => at += count,
            Some(Quote::ToTheEnd) | None => {
                kept.push(line.clone());
                at += 1;
            }
        }
    }
    while kept.last().is_some_and(|line| line.is_blank() || line.is_rule()) {
        kept.pop();
    }
    kept
}

fn quote_at(rest: &[Line<'_>], phrases: &Phrases) -> Option<Quote> {
    let first = rest.first()?;
    if first.is_blank() {
        return None;
    }
    if phrases.is_separator(&first.bare) || starts_header_block(rest, phrases) {
        return Some(Quote::ToTheEnd);
    }
    let count = attribution(rest, phrases)?;
    let next = rest.iter().skip(count).find(|line| !line.is_blank());
    Some(if next.is_some_and(Line::is_quoted) { Quote::Heading(count) } else { Quote::ToTheEnd })
}

/// The number of lines of an attribution that begins here.
fn attribution(rest: &[Line<'_>], phrases: &Phrases) -> Option<usize> {
    let mut joined = String::new();
    for (index, line) in rest.iter().take(ATTRIBUTION_LINES).enumerate() {
        // An address may be wrapped before its closing bracket, which then looks like a quote.
        let open_bracket = joined.rfind('<') > joined.rfind('>');
        if line.is_blank() || (line.is_quoted() && !open_bracket) {
            return None;
        }
        if index > 0 {
            joined.push(' ');
        }
        joined.push_str(&line.bare);
        if phrases.is_attribution(&joined) {
            // A sentence of the customer may stand right above it: the shortest one counts.
            let begin = |line: &Line<'_>| phrases.begins_attribution(&line.bare);
            let shorter = rest.iter().take(index + 1).skip(1).any(begin);
            let begins = index == 0 || rest.first().is_some_and(begin);
            return (begins && !shorter).then_some(index + 1);
        }
        if joined.len() > 500 {
            return None;
        }
    }
    None
}

/// RFC 3676 §4.3 asks for better, but programs wrap long quoted lines and mark the first half only.
fn is_wrapped_quote(lines: &[Line<'_>], at: usize) -> bool {
    let (Some(before), Some(line)) = (at.checked_sub(1).and_then(|i| lines.get(i)), lines.get(at)) else {
        return false;
    };
    let quoted_after = lines.get(at + 1).is_some_and(Line::is_quoted);
    let wrapped = before.is_quoted()
        && before.bare.chars().count() >= 60
        && !before.bare.ends_with(['.', '?', '!', ':', '؟', ';']);
    wrapped && quoted_after && !line.is_blank()
}

/// Outlook and phones copy the head of the mail they answer: From, Sent, To, Subject.
fn starts_header_block(rest: &[Line<'_>], phrases: &Phrases) -> bool {
    let Some(first) = rest.first().and_then(|line| phrases.label(&line.bare)) else { return false };
    let mut found = vec![first];
    let mut has_address = false;
    let mut has_moment = false;
    for line in rest.iter().take(BLOCK_LINES) {
        if line.is_blank() {
            break;
        }
        has_address |= line.bare.contains('@');
        has_moment |= phrases.is_moment(&line.bare);
        if let Some(label) = phrases.label(&line.bare)
            && !found.contains(&label)
        {
            found.push(label);
        }
    }
    let from = found.contains(&Label::From);
    // A table of a customer ("From: Tehran, To: Shiraz") has labels, too, but not these.
    let dated = found.contains(&Label::Date);
    let mail_only = has_address || (dated && (has_moment || found.contains(&Label::Subject)));
    from && found.len() >= 3 && mail_only
}

fn drop_footer<'a>(lines: &[Line<'a>], phrases: &Phrases) -> Vec<Line<'a>> {
    let mut kept: Vec<Line<'a>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let rest = lines.get(at + 1..).unwrap_or_default();
        let has_own = kept.iter().any(|line| !line.is_blank() && !line.is_rule());
        if phrases.is_device(&line.bare) && !has_own {
            continue;
        }
        if has_own && starts_footer(line, rest, phrases) {
            break;
        }
        kept.push(line.clone());
    }
    while kept.last().is_some_and(|line| line.is_blank() || line.is_rule()) {
        kept.pop();
    }
    kept
}

fn starts_footer(line: &Line<'_>, rest: &[Line<'_>], phrases: &Phrases) -> bool {
    let filled = || rest.iter().filter(|line| !line.is_blank());
    let short = || filled().count() <= SIGNATURE_LINES;
    // RFC 3676 §4.3: dash, dash, space. Many programs lose the space.
    if line.written.trim_end_matches('\r') == "-- " || (line.bare == "--" && short()) {
        return true;
    }
    if phrases.is_device(&line.bare) || phrases.is_notice(&line.bare) {
        return true;
    }
    if line.is_rule() && line.bare.starts_with('_') {
        return filled()
            .take(4)
            .any(|line| phrases.is_list_footer(&line.bare) || phrases.is_notice(&line.bare));
    }
    phrases.is_closing(&line.bare)
        && filled().count() <= 5
        && filled().all(|line| line.bare.chars().count() <= 60 && !has_number(&line.bare))
}

/// Four digits or more: an order number must not be lost with a signature.
fn has_number(text: &str) -> bool {
    text.chars().filter(|c| c.is_numeric()).count() >= 4
}

fn join(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    let mut blanks = 0;
    for line in lines {
        if line.is_blank() {
            blanks += 1;
            continue;
        }
        if !text.is_empty() {
            text.push_str(if blanks > 0 { "\n\n" } else { "\n" });
        }
        blanks = 0;
        text.push_str(line.written.trim_end());
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests;

//! The report for a terminal of eighty columns.

use std::fmt::Write as _;

use crate::domain::message::Language;
use crate::report::numbers::NumbersReport;
use crate::report::numbers::format::Writer;
use crate::report::numbers::summary::Summary;
use crate::report::numbers::view::{Table, tables};
use crate::report::numbers::words::word;

const WIDTH: usize = 80;
const NARROWEST: usize = 6;

pub fn text(report: &NumbersReport, writer: &Writer) -> String {
    let shop = report.business.get(writer.language.tag()).cloned().unwrap_or_default();
    let mut text = format!("{shop}\n{}\n{}\n\n", word("report", writer.language), stretch(report, writer));
    for sentence in (Summary { report, writer }).sentences() {
        wrapped(&sentence, &mut text);
    }
    for table in tables(report, writer) {
        text.push('\n');
        draw(&table, &mut text);
    }
    text
}

/// From the first day to the last, both included.
pub fn stretch(report: &NumbersReport, writer: &Writer) -> String {
    let last = report.until.saturating_sub(jiff::SignedDuration::from_nanos(1)).unwrap_or(report.until);
    let (from, last) = (writer.date(report.from), writer.date(last));
    match writer.language {
        Language::Fa => format!("از {from} تا {last}"),
        Language::En => format!("{from} to {last}"),
    }
}

fn wrapped(sentence: &str, text: &mut String) {
    let mut column = 0;
    for word in sentence.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            text.push('\n');
            column = 0;
        }
        if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text.push('\n');
}

/// Columns are as wide as they must be; where they are too many, the heads are broken into lines,
/// and the names of the rows are cut.
fn draw(table: &Table, text: &mut String) {
    let _ = writeln!(text, "{}", table.title);
    let widths = widths(table);
    let heads: Vec<Vec<String>> =
        table.head.iter().zip(&widths).map(|(head, width)| broken(head, *width)).collect();
    let lines = heads.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..lines {
        let parts = heads.iter().map(|head| head.get(line).map_or("", String::as_str));
        put(parts, &widths, text);
    }
    for row in &table.rows {
        put(row.iter().map(|cell| cell.text.as_str()), &widths, text);
    }
}

fn widths(table: &Table) -> Vec<usize> {
    let longest_word = |head: &String| head.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
    let mut widths: Vec<usize> = table.head.iter().map(longest_word).collect();
    for row in &table.rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.text.chars().count());
        }
    }
    let others: usize = widths.iter().skip(1).sum::<usize>() + 2 * widths.len();
    if let Some(first) = widths.first_mut() {
        *first = (*first).min(WIDTH.saturating_sub(others)).max(NARROWEST);
    }
    let before: usize = widths.iter().rev().skip(1).sum::<usize>() + 2 * widths.len();
    if let Some(last) = widths.last_mut() {
        *last = (*last).min(WIDTH.saturating_sub(before)).max(NARROWEST);
    }
    widths
}

fn broken(head: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in head.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The first column to one side, numbers to the other.
fn put<'c>(cells: impl Iterator<Item = &'c str>, widths: &[usize], text: &mut String) {
    let mut line = String::new();
    for (place, (cell, width)) in cells.zip(widths).enumerate() {
        let cut: String = if cell.chars().count() > *width {
            cell.chars().take(width.saturating_sub(1)).chain(['…']).collect()
        } else {
            cell.to_owned()
        };
        let _ = if place == 0 { write!(line, "  {cut:<width$}") } else { write!(line, "  {cut:>width$}") };
    }
    let _ = writeln!(text, "{}", line.trim_end());
}

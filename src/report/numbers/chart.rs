//! Charts as SVG, drawn here: no script, nothing fetched.
//!
//! A chart holds shapes only; its words and numbers stand around it as text,
//! so that they keep their size on any screen, and a table tells the same.
//!
//! Invariant: what is drawn from right to left is mirrored as a whole.

use std::fmt::Write as _;

const HEIGHT: f64 = 100.0;
const SLOT: f64 = 10.0;
const COLUMN: f64 = 7.0;

/// One column: parts from the bottom up, and what it is called.
pub struct Column {
    pub parts: Vec<f64>,
    pub title: String,
}

/// Stacked columns under a scale of `top`. Each part has the class `part0`, `part1` …
pub fn columns(columns: &[Column], top: f64, right_to_left: bool) -> String {
    let width = SLOT * f64::from(u32::try_from(columns.len()).unwrap_or(u32::MAX).max(1));
    let mut svg = format!(
        "<svg class=\"columns\" viewBox=\"0 0 {width} {HEIGHT}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
    );
    for quarter in 1..=4 {
        let y = HEIGHT - HEIGHT / 4.0 * f64::from(quarter);
        let _ = write!(svg, "<path class=\"grid\" d=\"M0 {y}H{width}\"/>");
    }
    for (place, column) in (0_u32..).zip(columns) {
        let x = SLOT * f64::from(place) + (SLOT - COLUMN) / 2.0;
        let x = if right_to_left { width - x - COLUMN } else { x };
        let _ = write!(svg, "<g><title>{}</title>", escaped(&column.title));
        let mut reached = HEIGHT;
        for (number, part) in column.parts.iter().enumerate().filter(|(_, part)| **part > 0.0) {
            let height = if top > 0.0 { HEIGHT * part / top } else { 0.0 };
            reached -= height;
            let _ = write!(
                svg,
                "<rect class=\"part{number}\" x=\"{x:.2}\" y=\"{reached:.2}\" width=\"{COLUMN}\" height=\"{height:.2}\"/>"
            );
        }
        svg.push_str("</g>");
    }
    let _ = write!(svg, "<path class=\"base\" d=\"M0 {HEIGHT}H{width}\"/></svg>");
    svg
}

/// A lying bar for a cell of a table.
pub fn bar(share: f64, alarming: bool, right_to_left: bool) -> String {
    let length = 100.0 * share.clamp(0.0, 1.0);
    let x = if right_to_left { 100.0 - length } else { 0.0 };
    let class = if alarming { "alarming" } else { "usual" };
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"rail\" width=\"100\" height=\"10\"/>\
         <rect class=\"{class}\" x=\"{x:.2}\" width=\"{length:.2}\" height=\"10\"/></svg>"
    )
}

/// A round number at or above the highest value: 1, 2, 4, 5, 6 or 8 times a power of ten, so that
/// its quarters can be told.
pub fn top_of(highest: f64) -> f64 {
    if highest <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(highest.log10().floor());
    let steps = [1.0, 2.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * power).find(|top| *top >= highest).unwrap_or(10.0 * power)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

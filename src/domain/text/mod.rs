//! Text as people type it: folding for the matcher, isolates, masks.
pub mod visible;

//! Prepared replies made into texts.

#[derive(Debug, Clone)]
pub struct Reply {}

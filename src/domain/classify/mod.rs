//! Which intent does a text carry?

#[derive(Debug)]
pub struct Matcher {}

//! Text as people type it: folding for the matcher, isolates for display, masks for logs.
//!
//! Persian is typed with several code points for one letter, with and without
//! joiners, with three kinds of digits; English with and without apostrophes.
//! Everything that compares texts folds them first, here and nowhere else.
//!
//! Invariant: folding is for comparing; what a person reads is never folded.

mod addresses;
pub mod dates;
pub mod digits;
mod fold;
mod isolate;
mod language;
mod mask;
mod phone;
mod tokens;
pub mod visible;

pub use addresses::without_addresses;
pub use digits::{to_ascii as to_ascii_digits, to_persian as to_persian_digits};
pub use fold::fold;
pub(in crate::domain) use fold::unify;
pub use isolate::{isolate, strip_controls};
pub use language::detect_language;
pub(in crate::domain) use language::is_finglish_word;
pub use mask::{hide_secrets, mask};
pub use phone::Phone;
pub(in crate::domain) use tokens::{READ_CHARS, READ_WORDS, Token, tokenise};

//! Facts for people and scripts: the JSON and the lines that commands print.
//!
//! What the store holds comes in; wire types of our own and plain text go out.
//!
//! Invariant: the names of JSON fields are public and do not change.

pub mod clocks;
pub mod complaints;
pub mod explanation;
pub mod learned;
pub mod messages;
pub mod moves;
pub mod numbers;
pub mod outbox;
pub mod readiness;
pub mod record;
pub mod unmatched;
pub mod warning;

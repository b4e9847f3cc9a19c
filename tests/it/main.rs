//! The one integration binary: behaviours, each in a file of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking; clippy knows tests only inside #[test] and #[cfg(test)]"
)]

mod alerts;
mod architecture;
mod bad_rules;
mod clocks;
mod complaint_commands;
mod console;
mod console_case;
mod conversations;
mod crash;
mod decisions;
mod departments;
mod end_to_end;
mod end_to_end_signed;
mod everyday_questions;
mod fakes;
mod hostile_signatures;
mod learn_commands;
mod mail_corpora;
mod mail_inbox;
mod mail_outbox;
mod mail_samples;
mod mail_signatures;
mod mail_thread;
mod misspell;
mod signals;
mod spelling;
mod spelling_figures;
mod teaching;
mod telegram_corpus;
mod telegram_inbox;
mod telegram_outbox;
mod telegram_retry;
mod telegram_secrecy;
mod proven_senders;
mod report;
mod shop;
mod secrets;
mod tricky_messages;
mod warnings;
mod web_api;
mod web_browser;
mod web_http;
mod world;

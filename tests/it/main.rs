//! Tests with real servers and real data, in one binary.

mod fakes;
mod mail_corpora;
mod mail_inbox;
mod mail_outbox;

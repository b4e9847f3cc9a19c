//! Couriers: each carries outbox rows out on one channel.

use std::future::Future;
use std::pin::Pin;

use crate::domain::message::Attachment;
use crate::domain::outbox::{OutboxRow, Outcome};

pub type Sending<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// A mailbox, a bot or the live chat; in tests, a list in memory.
pub trait Courier: Send + Sync {
    /// How many rows it carries at once. No more are handed to it, so that a row that waits for
    /// its turn is not taken for one that may have arrived when the process ends.
    fn at_once(&self) -> usize;
    /// Carries one row. Never panics; says honestly what it knows of the outcome.
    fn send<'a>(&'a self, row: &'a OutboxRow, files: &'a [(Attachment, Vec<u8>)]) -> Sending<'a>;
}

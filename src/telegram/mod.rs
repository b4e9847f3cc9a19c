//! Telegram, and whatever speaks its Bot API.
//!
//! [`connect`] makes a bot of its settings; all its calls go through `api`.
//! [`inbox`] asks for updates and hands their JSON to intake; [`parse`] makes
//! a message of that JSON; [`outbox`] sends rows, cut into parts by [`split`],
//! no faster than `pace` allows.
//!
//! Invariant: an update is confirmed to Telegram only after it is durable here,
//! and the bot's token appears in no log line, no error and no Debug output.

mod api;
mod connection;
mod content;
mod failure;
mod fetch;
pub mod inbox;
mod keyboard;
pub mod outbox;
mod pace;
pub mod parse;
pub mod split;

pub use connection::{Connection, TelegramError, connect, set_commands};

//! E-mail: mailboxes are watched, mails are understood, answers are written and sent.
//!
//! [`inbox`] fetches raw mails over [`imap`] and gives them to the intake under [`key()`]s.
//! [`parse`] makes a message of the bytes; [`authenticity`] says what the sender's name is
//! worth. [`render`] makes a mail of an outbox row and [`outbox`] sends it.
//!
//! Invariant: no flag is ever set in a mailbox, and no mail is told apart by a time window.

pub mod authenticity;
mod charset;
mod encoded_word;
pub mod headers;
pub mod html;
pub mod imap;
pub mod inbox;
pub mod key;
pub mod outbox;
pub mod own_mark;
pub mod page;
pub mod parse;
mod redact;
pub mod render;
pub mod tls;
pub mod utf7;

pub use key::key;
pub use redact::raw_without_secrets;

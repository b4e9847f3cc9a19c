//! Servers and peers that the tests start or play themselves.

pub mod bot_api;
pub mod browser;
pub mod carrier_proxy;
pub mod chat;
pub mod daemon;
pub mod dns;
pub mod dovecot;
pub mod exim;
pub mod mailbox;
pub mod memory_intake;
pub mod odd_imap;
pub mod proxy;
pub mod signer;
pub mod smtp;
pub mod test_ca;
pub mod update_intake;

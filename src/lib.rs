//! Pasokh: a chat-bot and e-mail auto-responder gateway.
//!
//! The way of a message: a channel ([`mail`], [`telegram`], [`web`]) fetches
//! raw bytes and hands them to the [`gateway`]'s intake, which makes them
//! durable in the [`store`] before the source is told. The channel parses
//! them; [`domain`] guards, understands and decides, purely; one commit writes
//! the events; the gateway delivers what the commit queued and watches the
//! clocks that it started.
//!
//! Modules in reading order.

#[deny(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod domain;
pub mod yaml;
pub mod diagnostic;
pub mod settings;
pub mod rules;
pub mod store;
pub mod mail;
pub mod telegram;
pub mod web;
pub mod report;
pub mod gateway;
pub mod cli;

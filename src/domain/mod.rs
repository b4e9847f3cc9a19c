//! What Pasokh decides, and nothing that touches the world.
//!
//! Values come in (a message, what is known, the rules, the time), values go
//! out (a decision, events, texts). There is no I/O here, no async, no clock
//! and no randomness: the time and fresh identifiers are parameters.
//!
//! Invariant: every function is total for whatever a customer may write.

pub mod abuse;
pub mod access;
pub mod alert;
pub mod calendar;
pub mod classify;
pub mod clocks;
pub mod code;
pub mod complaint;
pub mod compose;
pub mod conversation;
pub mod decide;
pub mod departments;
pub mod desk;
pub mod dissatisfaction;
pub mod event;
pub mod guard;
pub mod intake;
pub mod judgement;
pub mod learn;
pub mod message;
pub mod notice;
pub mod numbers;
pub mod outbox;
pub mod proof;
pub mod retry;
pub mod rules;
pub mod secrets;
pub mod short_code;
pub mod stamp;
pub mod suggestion;
pub mod teach;
pub mod text;
pub mod thread;
pub mod understanding;
pub mod warning;

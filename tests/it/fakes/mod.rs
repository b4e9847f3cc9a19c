//! What the tests put in the place of the world.

pub mod browser;
pub mod chat;

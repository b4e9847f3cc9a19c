//! rules

pub mod gate;

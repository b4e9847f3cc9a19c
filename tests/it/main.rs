//! The one integration binary: behaviours, each in a file of its own.

mod conversations;
mod world;

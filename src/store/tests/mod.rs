mod clocks;
mod outbox;
mod privacy;
mod properties;
mod recovery;
mod samples;
mod threads;
mod verbs;

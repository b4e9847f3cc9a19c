//! The live chat page and the daemon's HTTP door.

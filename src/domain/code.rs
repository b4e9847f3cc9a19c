//! Tracking codes: 8 random digits and a Damm check digit, written 482-917-508.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackingCode(u32);

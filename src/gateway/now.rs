//! Where the time comes from: the system, or a test that moves it.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

/// The one place that reads the clock.
#[derive(Debug, Clone)]
pub enum Now {
    System,
    /// Stands still until somebody moves it.
    Set(Arc<Mutex<Timestamp>>),
}

impl Now {
    pub fn set_to(at: Timestamp) -> Now {
        Now::Set(Arc::new(Mutex::new(at)))
    }

    pub fn get(&self) -> Timestamp {
        match self {
            Now::System => Timestamp::now(),
            Now::Set(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a clock that was set; the system's cannot be moved.
    pub fn advance(&self, by: jiff::SignedDuration) {
        if let Now::Set(at) = self {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at = at.checked_add(by).unwrap_or(Timestamp::MAX);
        }
    }
}

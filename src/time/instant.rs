//! Points in time and half-open intervals.

use std::fmt;

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

/// 0000-01-01T00:00:00Z, the earliest RFC 3339 time.
const FIRST_SECS: i64 = -62_167_219_200;
/// 9999-12-31T23:59:59Z, the latest RFC 3339 time.
const LAST_SECS: i64 = 253_402_300_799;

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, negative before.
///
/// Any number of seconds can be held and compared. Shown or converted to a day, it is clamped to the years 0000 to
/// 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Instant(i64);

impl Instant {
    pub const fn from_epoch_secs(secs: i64) -> Self {
        Self(secs)
    }

    pub const fn epoch_secs(self) -> i64 {
        self.0
    }

    /// Whether RFC 3339 can say it: its year has four digits.
    pub(super) fn is_rfc3339(self) -> bool {
        (FIRST_SECS..=LAST_SECS).contains(&self.0)
    }

    /// Parses an HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7). Obsolete forms are not supported.
    pub fn parse_http_date(text: &str) -> Option<Self> {
        let parsed = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(Self(parsed.as_second()))
    }

    /// Moved by `secs`, backwards when negative; saturates.
    #[must_use]
    pub const fn plus_secs(self, secs: i64) -> Self {
        Self(self.0.saturating_add(secs))
    }

    /// Seconds from `earlier`, negative when `earlier` is later.
    pub const fn secs_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The UTC time at this instant plus `offset_secs`, clamped to the years 0000 to 9999.
    pub(super) fn civil(self, offset_secs: i32) -> DateTime {
        let secs = self.0.saturating_add(i64::from(offset_secs)).clamp(FIRST_SECS, LAST_SECS);
        let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        epoch.saturating_add(SignedDuration::from_secs(secs))
    }

    /// As the library's type, clamped to its range.
    pub(super) fn timestamp(self) -> Timestamp {
        let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        Timestamp::from_second(self.0.clamp(first, last)).expect("the range was just kept")
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.civil(0))
    }
}

/// The half-open interval `[from, to)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Interval {
    pub from: Instant,
    /// The first instant after; equal to `from` when empty.
    pub to: Instant,
}

impl Interval {
    /// `None` when `to` is before `from`.
    pub fn new(from: Instant, to: Instant) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    pub fn secs(self) -> i64 {
        self.to.secs_since(self.from).max(0)
    }

    /// `None` when there is no common instant.
    pub fn intersect(self, other: Self) -> Option<Self> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from < to).then_some(Self { from, to })
    }

    pub fn contains(self, instant: Instant) -> bool {
        self.from <= instant && instant < self.to
    }

    pub fn is_empty(self) -> bool {
        self.to <= self.from
    }
}

#[cfg(test)]
mod tests {
    use super::{Instant, Interval};

    fn at(secs: i64) -> Instant {
        Instant::from_epoch_secs(secs)
    }

    #[test]
    fn rfc3339_is_read_and_shown_in_utc() {
        let cases = [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2024-04-16T09:20:00-06:00", "2024-04-16T15:20:00Z"),
            ("2024-04-16T15:20:00.999Z", "2024-04-16T15:20:00Z"),
            ("1969-12-31T23:59:59.500Z", "1969-12-31T23:59:59Z"),
            ("2024-04-16t15:20:00z", "2024-04-16T15:20:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        ];
        for (text, shown) in cases {
            let parsed = Instant::parse_rfc3339(text).map(|instant| instant.to_string());
            assert_eq!(parsed.as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn what_is_not_rfc3339_is_refused() {
        let wrong = "2024-04-16 2024-04-16T15:20:00 2024-04-16T15:20Z 2024-02-30T15:20:00Z 2024-04-16T24:00:00Z \
            2016-12-31T23:59:60Z 0000-01-01T00:00:00+01:00 9999-12-31T23:59:59-01:00";
        for text in wrong.split(' ').chain([""]) {
            assert_eq!(Instant::parse_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_and_display_do_not_overflow() {
        assert_eq!(at(i64::MAX).plus_secs(1), at(i64::MAX));
        assert_eq!(at(i64::MAX).secs_since(at(i64::MIN)), i64::MAX);
        assert_eq!(at(i64::MAX).to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(at(i64::MIN).to_string(), "0000-01-01T00:00:00Z");
    }

    #[test]
    fn an_interval_holds_its_beginning_and_not_its_end() {
        let interval = Interval::new(at(10), at(20)).unwrap();
        assert_eq!(interval.secs(), 10);
        assert!(interval.contains(at(10)) && interval.contains(at(19)));
        assert!(!interval.contains(at(9)) && !interval.contains(at(20)));
        assert!(!interval.is_empty());
        assert!(Interval::new(at(10), at(10)).unwrap().is_empty());
        assert_eq!(Interval::new(at(11), at(10)), None);
    }

    #[test]
    fn intervals_that_only_touch_share_nothing() {
        let cases = [
            ((0, 10), (5, 15), Some((5, 10))),
            ((0, 10), (2, 4), Some((2, 4))),
            ((0, 10), (10, 20), None),
            ((0, 10), (30, 40), None),
            ((0, 10), (5, 5), None),
        ];
        for (a, b, shared) in cases {
            let interval = |(from, to)| Interval::new(at(from), at(to)).unwrap();
            assert_eq!(interval(a).intersect(interval(b)), shared.map(interval));
            assert_eq!(interval(b).intersect(interval(a)), shared.map(interval));
        }
    }
}

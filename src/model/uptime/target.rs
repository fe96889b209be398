//! The uptime that a site promises, and the downtime that this leaves in a period.

use std::fmt;

/// An uptime target in hundredths of a percent, 0 to 10,000: as exact as the figures that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target(u32);

impl Target {
    pub const MOST_HUNDREDTHS: u32 = 10_000;

    /// A decimal number of percent with at most two decimals, such as `99.95`.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = is_digits(whole) && is_digits(decimals) && decimals.len() <= 2;
        let hundredths = format!("{whole}{decimals:0<2}").parse().ok().filter(|_| fits)?;
        (hundredths <= Self::MOST_HUNDREDTHS).then_some(Self(hundredths))
    }

    /// The downtime that it allows in a period of `days` days, in hundredths of a second.
    pub fn budget(self, days: i64) -> i64 {
        864 * days * i64::from(Self::MOST_HUNDREDTHS - self.0)
    }

    /// The seconds of downtime that a period of `days` days has left after `weighted` hundredths of a second, rounded
    /// down; negative when the target is missed. A day counts 86,400 seconds, as in a [`Figure`](crate::model::uptime::Figure).
    pub fn left_secs(self, days: i64, weighted: i64) -> i64 {
        (self.budget(days) - weighted).div_euclid(100)
    }
}

/// Percent without needless zeros: `99.9`.
impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:02}", self.0 / 100, self.0 % 100);
        out.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::model::uptime::{Figure, Seconds, Weights};

    #[test]
    fn a_target_is_a_percentage_with_two_decimals() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(Target::parse(text).map(|target| target.to_string()).as_deref(), expected, "{text}");
        };
        for (text, shown) in [
            ("99.9", "99.9"),
            ("99.95", "99.95"),
            ("100", "100"),
            ("100.00", "100"),
            ("0", "0"),
            ("7.50", "7.5"),
        ] {
            check(text, Some(shown));
        }
        for text in ["", "100.01", "101", "-1", "99.999", "99.", ".9", "9e1", "+9", "9_9", "nan"] {
            check(text, None);
        }
    }

    #[test]
    fn what_is_left_is_the_budget_without_the_downtime() {
        let target = Target::parse("99.9").unwrap();
        // 0.1 % of 30 days are 2,592 seconds.
        assert_eq!(target.left_secs(30, 0), 2_592);
        assert_eq!(target.left_secs(30, 259_200), 0);
        assert_eq!(target.left_secs(30, 259_201), -1);
        assert_eq!(Target::parse("100").unwrap().left_secs(30, 0), 0);
    }

    #[test]
    fn a_month_meets_its_target_exactly_while_something_is_left() {
        let target = Target::parse("99.9").unwrap();
        for (secs, is_met) in [(2_592, true), (2_593, false)] {
            let total = Seconds { major_outage: secs, ..Seconds::default() };
            let figure = Figure::new(total, 30, &Weights::default());
            assert_eq!(figure.hundredths() >= target.0, is_met);
            assert_eq!(target.left_secs(30, total.weighted(&Weights::default())) >= 0, is_met);
        }
    }
}

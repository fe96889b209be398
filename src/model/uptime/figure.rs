//! The exact uptime figure of a period, and the exact mean of several.
//!
//! With weighted downtime `w` in hundredths of a second (seconds times percent) over `days` days, the downtime is `w /
//! (86400 * days)` percent, and the figure is 100 minus that. A day counts 86,400 seconds regardless of daylight
//! saving, as in Statuspage.

use std::collections::BTreeMap;

use crate::model::uptime::seconds::{Seconds, Weights};

/// 86,400 seconds at 100 percent: a whole day of downtime.
const DAY_WEIGHTED: i128 = 86_400 * 100;

/// 100 percent, in hundredths of a percent.
const SPOTLESS: u32 = 10_000;

/// An exact uptime figure between 0 and 100 percent.
///
/// Downtime is a sum of fractions with different denominators, never one fraction: the common denominator of components
/// with different numbers of days can exceed every integer type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Figure {
    /// Weighted downtime above 0, by denominator, at least 1.
    weighted_by_divisor: BTreeMap<i128, i128>,
}

impl Figure {
    /// The figure of `total` seconds over `days` days, today counted as a whole day.
    ///
    /// Downtime above 86,400 seconds a day (a day of 25 hours) counts as 100 percent.
    pub fn new(total: Seconds, days: i64, weights: &Weights) -> Self {
        assert!(days >= 1, "a figure needs at least one day, not {days}");
        let days = i128::from(days);
        let weighted = i128::from(total.weighted(weights)).clamp(0, DAY_WEIGHTED * days);
        let weighted_by_divisor = (weighted > 0).then_some((days, weighted)).into_iter().collect();
        Self { weighted_by_divisor }
    }

    pub fn mean(figures: &[Self]) -> Option<Self> {
        let count = i128::try_from(figures.len()).ok().filter(|count| *count > 0)?;
        let mut weighted_by_divisor = BTreeMap::new();
        for (divisor, weighted) in figures.iter().flat_map(|figure| &figure.weighted_by_divisor) {
            *weighted_by_divisor.entry(divisor * count).or_default() += weighted;
        }
        Some(Self { weighted_by_divisor })
    }

    /// Hundredths of a percent, 0 to 10,000, rounded down; 10,000 only without any downtime.
    pub fn hundredths(&self) -> u32 {
        // A hundredth of a percent of a day is 864 hundredths of a second. Rounding the sum up first is safe, since the
        // quotient is rounded up too.
        let hundredth = DAY_WEIGHTED / i128::from(SPOTLESS);
        let lost = (ceil_of_sum(&self.weighted_by_divisor) + hundredth - 1) / hundredth;
        SPOTLESS - u32::try_from(lost).expect("downtime is cut at the whole of the time")
    }

    /// Percent with two decimals, `99.99`, rounded down; `100.00` only without any downtime.
    pub fn floor2(&self) -> String {
        let hundredths = self.hundredths();
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// The sum of fractions, keyed by denominator and each at least 0, rounded up.
fn ceil_of_sum(by_divisor: &BTreeMap<i128, i128>) -> i128 {
    let whole: i128 = by_divisor.iter().map(|(divisor, number)| number / divisor).sum();
    let rest: Vec<(i128, i128)> = by_divisor
        .iter()
        .map(|(divisor, number)| (number % divisor, *divisor))
        .filter(|(number, _)| *number > 0)
        .collect();
    // Proper fractions sum up to less than their count.
    let count = i128::try_from(rest.len()).expect("a count fits");
    let rest_ceil = (1..count).find(|bound| !exceeds(&rest, *bound)).unwrap_or(count);
    whole + rest_ceil
}

/// Whether proper fractions `(numerator, denominator)` sum up to more than `bound`, exactly.
///
/// Long division of all fractions at once, in digits of 32 bits: the excess over the bound, shifted by the digits done,
/// is always `ahead` plus the remaining fractions.
fn exceeds(fractions: &[(i128, i128)], bound: i128) -> bool {
    const DIGIT_BITS: u32 = 32;
    let mut rest = fractions.to_vec();
    let mut ahead = -bound;
    for _ in 0..digits_to_tell_apart(fractions) {
        let count = i128::try_from(rest.len()).expect("a count fits");
        if ahead >= 0 {
            return ahead > 0 || count > 0;
        }
        if ahead + count <= 0 {
            return false;
        }
        ahead <<= DIGIT_BITS;
        for (number, divisor) in &mut rest {
            let shifted = *number << DIGIT_BITS;
            ahead += shifted / *divisor;
            *number = shifted % *divisor;
        }
        rest.retain(|(number, _)| *number > 0);
    }
    false
}

/// The number of 32-bit digits after which a sum that still looks whole is whole: otherwise it differs from every whole
/// number by at least one over the product of the denominators.
fn digits_to_tell_apart(fractions: &[(i128, i128)]) -> u32 {
    let bits: u32 = fractions.iter().map(|(_, divisor)| 128 - divisor.leading_zeros()).sum();
    bits / 32 + 3
}

#[cfg(test)]
mod tests {
    use super::{Figure, ceil_of_sum};
    use crate::model::uptime::seconds::{Seconds, Weights};

    fn figure(partial_outage: i64, major_outage: i64, days: i64) -> Figure {
        let total = Seconds { partial_outage, major_outage, ..Seconds::default() };
        Figure::new(total, days, &Weights::default())
    }

    #[test]
    fn figures_are_rounded_down() {
        let cases = [
            (0, 0, 90, "100.00"),
            (0, 1, 90, "99.99"),
            (1, 0, 36_500, "99.99"),
            // A hundredth of a percent of ten days is 86.4 seconds.
            (0, 86, 10, "99.99"),
            (288, 0, 10, "99.99"),
            (289, 0, 10, "99.98"),
            (0, 87, 10, "99.98"),
            (0, 432, 50, "99.99"),
            (0, 433, 50, "99.98"),
            (0, 86_399, 1, "0.00"),
            (0, 86_400, 1, "0.00"),
            (0, 90_000, 1, "0.00"),
            (0, 43_200, 1, "50.00"),
            (86_400, 0, 1, "70.00"),
        ];
        for (partial, major, days, shown) in cases {
            assert_eq!(figure(partial, major, days).floor2(), shown, "{partial} {major} {days}");
        }
    }

    #[test]
    fn every_state_costs_its_weight() {
        let weights =
            Weights { degraded_performance: 10, partial_outage: 20, major_outage: 50, under_maintenance: 5 };
        let total = Seconds::of(|_| 864);
        assert_eq!(total.weighted(&weights), 85 * 864);
        assert_eq!(Figure::new(total, 1, &weights).hundredths(), 10_000 - 85);
    }

    #[test]
    fn a_mean_is_of_exact_figures_not_of_shown_ones() {
        // 1.5 and 0.5 hundredths are lost: shown 99.98 and 99.99, but on average exactly one.
        let mean = Figure::mean(&[figure(0, 1_296, 100), figure(0, 432, 100)]).unwrap();
        assert_eq!(mean.floor2(), "99.99");
        assert_eq!(Figure::mean(&[]), None);
        let spotless = Figure::mean(&[figure(0, 0, 1), figure(0, 0, 7)]).unwrap();
        assert_eq!(spotless.floor2(), "100.00");
    }

    #[test]
    fn a_full_day_of_25_hours_does_not_weigh_on_others() {
        let mean = Figure::mean(&[figure(0, 90_000, 1), figure(0, 0, 1)]).unwrap();
        assert_eq!(mean.floor2(), "50.00");
    }

    #[test]
    fn means_of_means_are_exact() {
        let pair = Figure::mean(&[figure(0, 8_640, 1), figure(0, 0, 1)]).unwrap();
        assert_eq!(pair.floor2(), "95.00");
        assert_eq!(Figure::mean(&[pair, figure(0, 0, 30)]).unwrap().floor2(), "97.50");
    }

    #[test]
    fn sums_of_many_denominators_are_exact() {
        // For every denominator d from 2 to 400, (d-1)/d plus 1/d is whole; the common denominator has some 170 digits.
        let ones: Vec<i128> = (2..=400).collect();
        let mut numbers: std::collections::BTreeMap<i128, i128> =
            ones.iter().map(|divisor| (*divisor, divisor - 1)).collect();
        let short = ones.iter().map(|divisor| (divisor * 401, 401));
        numbers.extend(short.map(|(divisor, number)| (divisor * 1_000, number * 1_000)));
        assert_eq!(ceil_of_sum(&numbers), 399);
        *numbers.get_mut(&400).unwrap() += 1;
        assert_eq!(ceil_of_sum(&numbers), 400);
        numbers.insert(400, 398);
        assert_eq!(ceil_of_sum(&numbers), 399);
        *numbers.get_mut(&(399 * 401_000)).unwrap() -= 1;
        *numbers.get_mut(&400).unwrap() += 1;
        assert_eq!(ceil_of_sum(&numbers), 399);
        *numbers.get_mut(&(399 * 401_000)).unwrap() += 2;
        assert_eq!(ceil_of_sum(&numbers), 400);
    }

    #[test]
    #[should_panic = "a figure needs at least one day"]
    fn no_days_have_no_figure() {
        figure(0, 0, 0);
    }
}

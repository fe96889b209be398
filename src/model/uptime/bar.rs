//! Bar colours: exact ones for machine-readable files, levels of a fixed scale for pages.

/// Red, green and blue, 0 to 255 each: `#2fcc66`.
const GREEN: [i64; 3] = [0x2f, 0xcc, 0x66];

/// Red, green and blue in half steps, since the gradient begins half-way between two colours.
type Halves = [i64; 3];

const YELLOW: Halves = [2 * 0xf1, 2 * 0xc4, 2 * 0x0f];
const ORANGE: Halves = [2 * 0xe6, 2 * 0x7e, 2 * 0x22];
const RED: Halves = [2 * 0xe7, 2 * 0x4c, 2 * 0x3c];
/// Where the gradient begins: half-way from green to yellow.
const PALE: Halves = [0x2f + 0xf1, 0xcc + 0xc4, 0x66 + 0x0f];

/// The gradient's corners in seconds of weighted downtime: 33 %, 55 % and 100 % of an hour, measured on Statuspage's
/// pages.
const CORNERS: [(i64, Halves); 4] = [(0, PALE), (1_190, YELLOW), (1_980, ORANGE), (3_600, RED)];

/// Seconds of weighted downtime at which levels 2 to 9 begin; level 1 is any less, 0 none.
///
/// [`bar_color`] is yellow at level 4, orange at 6 and red at 9.
pub const LEVEL_STARTS_SECS: [i64; 8] = [400, 800, 1_190, 1_585, 1_980, 2_520, 3_060, 3_600];

/// The colour of a day with this weighted downtime in hundredths of a second, as `#2fcc66`.
///
/// Green without downtime; half-way from green to yellow just above 0; yellow at 1,190 s, orange at 1,980 s, red from
/// 3,600 s on; linear between, rounded to the nearest step.
pub fn bar_color(weighted_hundredths: i64) -> String {
    let [red, green, blue] = if weighted_hundredths <= 0 { GREEN } else { gradient(weighted_hundredths) };
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The level of this weighted downtime in hundredths of a second, from 0 (none) to 9 (an hour or more).
pub fn bar_level(weighted_hundredths: i64) -> u8 {
    let reached = LEVEL_STARTS_SECS.iter().filter(|start| **start * 100 <= weighted_hundredths);
    u8::from(weighted_hundredths > 0) + u8::try_from(reached.count()).expect("there are eight starts")
}

/// Red, green and blue, 0 to 255 each, for downtime above 0.
fn gradient(weighted_hundredths: i64) -> [i64; 3] {
    let at = weighted_hundredths.min(CORNERS[3].0 * 100);
    let [(from, start), (to, end)] = CORNERS
        .windows(2)
        .find_map(|pair| <[_; 2]>::try_from(pair).ok().filter(|pair| at <= pair[1].0 * 100))
        .expect("no downtime lies beyond the last corner once it is cut there");
    let (done, len) = (at - from * 100, (to - from) * 100);
    std::array::from_fn(|channel| {
        let halves = start[channel] * len + (end[channel] - start[channel]) * done;
        (halves + len) / (2 * len)
    })
}

#[cfg(test)]
mod tests {
    use super::{LEVEL_STARTS_SECS, bar_color, bar_level};

    #[test]
    fn the_corners_have_their_colours() {
        let cases = [
            (0, "#2fcc66"),
            (1, "#90c83a"),
            (119_000, "#f1c40f"),
            (198_000, "#e67e22"),
            (360_000, "#e74c3c"),
            (360_001, "#e74c3c"),
            (i64::MAX, "#e74c3c"),
        ];
        for (weighted, color) in cases {
            assert_eq!(bar_color(weighted), color, "{weighted}");
        }
    }

    #[test]
    fn between_the_corners_colours_are_linear() {
        let cases = [
            // 144 + 97/2, 200 - 4/2, 58.5 - 43.5/2
            (59_500, "#c1c625"),
            // 241 - 11/2, 196 - 70/2, 15 + 19/2
            (158_500, "#eca119"),
            // 230 + 1/2, 126 - 50/2, 34 + 26/2
            (279_000, "#e7652f"),
        ];
        for (weighted, color) in cases {
            assert_eq!(bar_color(weighted), color, "{weighted}");
        }
    }

    #[test]
    fn levels_rise_from_none_to_an_hour() {
        let cases = [(0, 0), (1, 1), (39_999, 1), (40_000, 2), (119_000, 4), (198_000, 6), (359_999, 8)];
        for (weighted, level) in cases {
            assert_eq!(bar_level(weighted), level, "{weighted}");
        }
        assert_eq!(bar_level(360_000), 9);
        assert_eq!(bar_level(i64::MAX), 9);
        assert!(LEVEL_STARTS_SECS.is_sorted());
    }
}

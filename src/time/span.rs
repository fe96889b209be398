//! Durations as written: `2h`, `1h30m`, `-10m`.

/// Seconds of `-10m`, `+2d` or `-1h30m`: a sign and a [duration](parse_duration). `None` for anything else.
pub fn parse_relative(text: &str) -> Option<i64> {
    let (sign, rest) = signed(text)?;
    Some(i64::from(sign) * parse_duration(rest)?)
}

/// 1 or -1 by the sign in front, and the rest.
pub(super) fn signed(text: &str) -> Option<(i32, &str)> {
    let negative = || Some((-1, text.strip_prefix('-')?));
    text.strip_prefix('+').map(|rest| (1, rest)).or_else(negative)
}

/// Seconds of `90m`, `3d` or `1h30m`: numbers with the units `w`, `d`, `h`, `m`, `s`, the longest first, each at most
/// once. A day is 86,400 seconds. `None` for anything else, and for overflow.
pub fn parse_duration(text: &str) -> Option<i64> {
    let mut total_secs = 0_i64;
    let mut longer_secs = i64::MAX;
    let mut rest = text;
    while let Some(end) = rest.find(|c: char| !c.is_ascii_digit()) {
        let unit_secs = unit_secs(rest.as_bytes()[end])?;
        if unit_secs >= longer_secs {
            return None;
        }
        let count: i64 = rest[..end].parse().ok()?;
        total_secs = total_secs.checked_add(count.checked_mul(unit_secs)?)?;
        longer_secs = unit_secs;
        rest = &rest[end + 1..];
    }
    (rest.is_empty() && !text.is_empty()).then_some(total_secs)
}

fn unit_secs(letter: u8) -> Option<i64> {
    match letter {
        b's' => Some(1),
        b'm' => Some(60),
        b'h' => Some(3_600),
        b'd' => Some(86_400),
        b'w' => Some(7 * 86_400),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_duration, parse_relative};

    #[test]
    fn durations_are_read() {
        let cases = [
            ("2h", Some(7_200)),
            ("90m", Some(5_400)),
            ("3d", Some(259_200)),
            ("1h30m", Some(5_400)),
            ("1w2d3h4m5s", Some(788_645)),
            ("0m", Some(0)),
            ("9223372036854775807s", Some(i64::MAX)),
        ];
        for (text, secs) in cases {
            assert_eq!(parse_duration(text), secs, "{text}");
        }
        let wrong = "2 h 2h30 30m2h 1h1h -2h 2y 2é 1.5h 9223372036854775807w 9223372036854775808s";
        for text in wrong.split(' ').chain(["", "2 h"]) {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn relative_times_need_a_sign() {
        let cases = [("-10m", Some(-600)), ("+2d", Some(172_800)), ("-1h30m", Some(-5_400))];
        for (text, secs) in cases {
            assert_eq!(parse_relative(text), secs, "{text}");
        }
        for text in ["10m", "-", "+-1m", "é1m", ""] {
            assert_eq!(parse_relative(text), None, "{text}");
        }
    }
}

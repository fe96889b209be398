//! Colours, and how well one can be told from what it stands on: WCAG 2.2's contrast ratio.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// WCAG 2.2 §1.4.3, level AA: the least contrast of text.
pub const LEAST: f64 = 4.5;

/// What a colour is moved towards, step by step, until it passes.
const STEPS: u32 = 255;

impl Colour {
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> =
            text.strip_prefix('#')?.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
        match digits?[..] {
            [r, g, b] => Some(Self([r * 17, g * 17, b * 17])),
            [r, s, g, h, b, c] => Some(Self([r * 16 + s, g * 16 + h, b * 16 + c])),
            _ => None,
        }
    }

    pub fn hex(self) -> String {
        let Self([r, g, b]) = self;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// The contrast of two colours, 1 to 21, by WCAG 2.2's definition of the contrast ratio.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The least contrast with any of these grounds; infinite without any.
    pub fn least_contrast(self, grounds: &[Self]) -> f64 {
        grounds.iter().map(|&ground| self.contrast(ground)).fold(f64::INFINITY, f64::min)
    }

    /// The first colour on the way to black or to white that passes on all grounds, whichever is nearer.
    pub fn nearest_passing(self, grounds: &[Self]) -> Option<Self> {
        let passes = |colour: &Self| colour.least_contrast(grounds) >= LEAST;
        let towards = |end: u8, step: u32| Self(self.0.map(|part| mixed(part, end, step)));
        (0..=STEPS).flat_map(|step| [towards(0, step), towards(255, step)]).find(passes)
    }

    /// WCAG 2.2's relative luminance, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |part: u8| match f64::from(part) / 255.0 {
            part if part <= 0.04045 => part / 12.92,
            part => ((part + 0.055) / 1.055).powf(2.4),
        };
        let [r, g, b] = self.0.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

/// A part of a colour, moved `step` of all steps to its end.
fn mixed(part: u8, end: u8, step: u32) -> u8 {
    let mix = (u32::from(part) * (STEPS - step) + u32::from(end) * step) / STEPS;
    u8::try_from(mix).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::{Colour, LEAST};

    #[track_caller]
    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn colours_are_read() {
        assert_eq!(colour("#0aF").hex(), "#00aaff");
        assert_eq!(colour("#1a4fb0").hex(), "#1a4fb0");
        for wrong in ["", "#", "#12", "#12345", "#1234567", "1a4fb0", "#gggggg", "red"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn contrast_is_wcag_s() {
        // Figures of WebAIM's contrast checker.
        let check = |one: &str, two: &str, expected: &str| {
            assert_eq!(format!("{:.2}", colour(one).contrast(colour(two))), expected, "{one} {two}");
        };
        check("#000", "#fff", "21.00");
        check("#777777", "#ffffff", "4.48");
        check("#767676", "#ffffff", "4.54");
        check("#ff0000", "#ffffff", "4.00");
    }

    #[test]
    fn the_nearest_passing_colour_passes() {
        for (from, ground, expected) in [("#777777", "#ffffff", "#767676"), ("#1a4fb0", "#101316", "#567dc4")]
        {
            let found = colour(from).nearest_passing(&[colour(ground)]).unwrap();
            assert!(found.contrast(colour(ground)) >= LEAST);
            assert_eq!(found.hex(), expected);
        }
        let grounds = [colour("#000"), colour("#fff")];
        assert_eq!(colour("#777").nearest_passing(&grounds), Some(colour("#767676")));
    }
}

//! The colours of announcements.

use crate::render::Tone;

/// `#c62828`
pub(super) fn hex(tone: Tone) -> String {
    format!("#{:06x}", number(tone))
}

pub(super) fn number(tone: Tone) -> u32 {
    match tone {
        Tone::Bad => 0x00c6_2828,
        Tone::Warning => 0x00e0_8a00,
        Tone::Planned => 0x0015_65c0,
        Tone::Good => 0x002e_7d32,
    }
}

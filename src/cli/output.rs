//! Output of several commands: lines to stderr, JSON to stdout.

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::edge::console;
use crate::edge::deploy::named;

macro_rules! say {
    ($($words:tt)*) => { $crate::edge::console::say(&format!($($words)*)) };
}

pub(super) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).expect("a summary is plain data");
    console::print_json(&format!("{text}\n")).map_err(Failure::world)
}

/// Lists files in the output folder or target that allclear did not write.
pub(super) fn say_unmanaged(name: &str, foreign: &[String]) {
    if !foreign.is_empty() {
        let listed = named(foreign.iter());
        say!("`{name}`: no part of the site, and left: {listed}");
    }
}

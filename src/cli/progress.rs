//! Progress on a terminal.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant as Stopwatch};

use crate::edge::console;
use crate::edge::deploy::Progress;

/// The shortest time between two refreshes.
const PACE: Duration = Duration::from_millis(100);

/// The bar's width in characters.
const WIDTH: usize = 30;

/// A progress line on stderr; does nothing when that is no terminal.
#[derive(Debug)]
pub(super) struct ProgressLine {
    name: String,
    unit: &'static str,
    shown: Mutex<Option<Stopwatch>>,
    is_terminal: bool,
}

impl ProgressLine {
    /// A line with this label, and what is counted.
    pub(super) fn new(name: &str, unit: &'static str) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { name: name.to_owned(), unit, shown: Mutex::new(None), is_terminal }
    }

    /// Shows the progress, at most every [`PACE`].
    pub(super) fn show(&self, progress: Progress) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = shown.is_none_or(|at| at.elapsed() >= PACE) || progress.done == progress.all;
        if self.is_terminal && is_due {
            console::show_over(&text(&self.name, progress, self.unit));
            *shown = Some(Stopwatch::now());
        }
    }

    pub(super) fn clear(&self) {
        if self.shown.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            console::clear_line();
        }
    }
}

fn text(name: &str, progress: Progress, unit: &str) -> String {
    let full = (progress.done * WIDTH).checked_div(progress.all).unwrap_or(WIDTH);
    let bar: String = (0..WIDTH).map(|place| if place < full { '=' } else { ' ' }).collect();
    format!("{name} [{bar}] {}/{} {unit}", progress.done, progress.all)
}

#[cfg(test)]
mod tests {
    use super::{Progress, text};

    #[test]
    fn a_third_is_a_third_of_the_bar() {
        let shown = text("web", Progress { done: 1, all: 3 }, "files");
        assert_eq!(shown, "web [==========                    ] 1/3 files");
        assert!(text("web", Progress { done: 0, all: 0 }, "files").ends_with("] 0/0 files"));
    }
}

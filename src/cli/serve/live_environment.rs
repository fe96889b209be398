//! The preview's access to files, the terminal and the rebuilder.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::Sender;

use crate::cli::load;
use crate::diagnostic::Diagnostic;
use crate::edge::disk;
use crate::edge::serve::{Environment, TimeStep};
use crate::edge::watch::Change;
use crate::source::{Handle, Snapshot};

/// Why the site is checked again.
#[derive(Debug)]
pub(super) enum Trigger {
    /// Files may have changed at these paths.
    Files(Change),
    /// The time bar was used.
    TimeStep(TimeStep),
}

pub(super) struct LiveEnvironment {
    pub(super) site: PathBuf,
    pub(super) rebuilder: Sender<Trigger>,
}

impl Environment for LiveEnvironment {
    fn open(&self, handle: &Handle) -> io::Result<File> {
        disk::open(&self.site, handle)
    }

    fn report(&self, problems: &[Diagnostic], snapshot: &Snapshot) {
        // The failure is only printed here; the preview goes on.
        load::report(problems, snapshot).unwrap_or_default();
    }

    fn travel(&self, travel: TimeStep) {
        // Sending fails only after the rebuilder has ended, which ends the preview.
        self.rebuilder.send(Trigger::TimeStep(travel)).unwrap_or_default();
    }
}

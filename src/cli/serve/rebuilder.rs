//! Reads, checks and plans the site after every change, and hands the result to the preview.
//!
//! Invariant: only this thread holds the newest files, so it shares nothing.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant as Stopwatch};

use super::live_environment::{LiveEnvironment, Trigger};
use crate::check::{CLOCK_SKEW_SECS, Clock, Variant};
use crate::cli::clock::{self, Now};
use crate::cli::failure::Failure;
use crate::cli::load::{self, ContentArgs};
use crate::diagnostic::{Diagnostic, text};
use crate::edge::disk::Folder;
use crate::edge::serve::{DisplayTime, Preview, TimeStep};
use crate::edge::watch::Change;
use crate::parse::{self, draft::Drafts};
use crate::pipeline::{self, Memory, Options};
use crate::source::Snapshot;
use crate::time::Instant;

/// The longest wait before clock and folder are checked again: the clock may jump (sleep), and changes behind symbolic
/// links are not reported.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Holds the newest state of the site; unchanged files are not parsed again.
pub(super) struct Rebuilder {
    preview: Arc<Preview<LiveEnvironment>>,
    folder: Folder,
    snapshot: Arc<Snapshot>,
    drafts: Drafts,
    memory: Memory,
    display_time: DisplayTime,
    variant: Variant,
    /// When the shown site changes by itself.
    next_change: Option<Instant>,
    /// When it must be rebuilt for that.
    due: Option<Instant>,
    path: String,
    /// Whether the last read of the folder failed.
    is_unreadable: bool,
    /// The last message on the terminal.
    said: String,
    io: RebuilderIo,
}

/// The clock and the terminal, replaced in tests.
pub(super) struct RebuilderIo {
    pub(super) clock: Box<dyn Fn() -> Instant + Send>,
    pub(super) terminal: fn(&str),
}

impl Rebuilder {
    pub(super) fn new(
        site: &Path,
        content: &ContentArgs,
        preview: Arc<Preview<LiveEnvironment>>,
        io: RebuilderIo,
    ) -> Result<Self, Failure> {
        let mut folder = Folder::new(site);
        let snapshot = folder.read().map_err(Failure::world)?;
        load::require_site_toml(site, &snapshot)?;
        let drafts = parse::all(&snapshot);
        let now = clock::now(content.now.as_deref(), pipeline::zone(&drafts)).map_err(Failure::World)?;
        let display_time = match now {
            Now { clock: Clock::Real, .. } => DisplayTime::Real,
            Now { clock: Clock::Fixed, at } => DisplayTime::Travelled(at),
        };
        Ok(Self {
            preview,
            folder,
            snapshot: Arc::new(snapshot),
            drafts,
            memory: Memory::default(),
            display_time,
            variant: content.variant(None)?,
            next_change: None,
            due: None,
            path: "/".to_owned(),
            is_unreadable: false,
            said: String::new(),
            io,
        })
    }

    /// The site's path on its host.
    pub(super) fn base_path(&self) -> String {
        self.path.clone()
    }

    /// Rebuilds at every trigger until the channel closes.
    pub(super) fn run(mut self, wakes: &Receiver<Trigger>) {
        loop {
            match wakes.recv_timeout(self.until_change()) {
                Ok(Trigger::Files(change)) => self.look_at(&change),
                Ok(Trigger::TimeStep(travel)) => self.travel(travel),
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // Checked after every trigger: with polling, the wait never times out.
            if self.is_due() {
                self.make();
            }
        }
    }

    fn now(&self) -> Instant {
        match self.display_time {
            DisplayTime::Real => (self.io.clock)(),
            DisplayTime::Travelled(now) => now,
        }
    }

    fn is_due(&self) -> bool {
        self.display_time == DisplayTime::Real && self.due.is_some_and(|due| due <= self.now())
    }

    fn until_change(&self) -> Duration {
        let secs = self.due.map(|due| due.secs_since(self.now()));
        let secs =
            secs.filter(|_| self.display_time == DisplayTime::Real).and_then(|secs| u64::try_from(secs).ok());
        secs.map_or(LONGEST_WAIT, |secs| Duration::from_secs(secs.max(1)).min(LONGEST_WAIT))
    }

    /// Reads the whole folder, and rebuilds if anything changed.
    pub(super) fn look(&mut self) {
        self.look_at(&Change::Anywhere);
    }

    /// Reads the changed paths, and rebuilds if anything changed.
    pub(super) fn look_at(&mut self, change: &Change) {
        let begun = Stopwatch::now();
        let read = match change {
            Change::At(paths) => self.folder.read_at(&self.snapshot, paths),
            Change::Anywhere => self.folder.read(),
        };
        match read {
            Ok(snapshot) if snapshot == *self.snapshot && !self.is_unreadable => {}
            Ok(snapshot) => {
                self.drafts = parse::all_reusing(&snapshot, &self.drafts, &self.snapshot);
                self.snapshot = Arc::new(snapshot);
                self.is_unreadable = false;
                self.make();
                (self.io.terminal)(&format!("shown after {} ms", begun.elapsed().as_millis()));
            }
            Err(error) => {
                self.is_unreadable = true;
                self.preview.fail(&error.to_string());
                self.say(format!("error: {error}"));
            }
        }
    }

    /// Checks and plans the current files, and shows the result.
    pub(super) fn make(&mut self) {
        let clock = if self.display_time == DisplayTime::Real { Clock::Real } else { Clock::Fixed };
        let options = Options { now: self.now(), clock, variant: self.variant.clone() };
        let outcome = pipeline::prepare(&self.snapshot, &self.drafts, &options, &mut self.memory);
        self.next_change = outcome.prepared.as_ref().map(|prepared| prepared.edition.next_change);
        self.due = self.next_change.map(|next| due(next, options.now));
        if let Some(prepared) = &outcome.prepared {
            self.path = prepared.edition.site.config.base_url.path().to_owned();
        }
        let said = self.problems(&outcome.problems);
        self.preview.show(outcome, &self.snapshot, self.display_time);
        self.say(said);
    }

    pub(super) fn travel(&mut self, travel: TimeStep) {
        let DisplayTime::Travelled(now) = self.display_time else { return };
        let to = match travel {
            TimeStep::By(secs) => now.plus_secs(secs),
            TimeStep::ToNextChange => self.next_change.unwrap_or(now),
        };
        // Steps beyond the years 1970 to 2100 are ignored.
        if !clock::is_known(to, pipeline::zone(&self.drafts)) {
            return;
        }
        self.display_time = DisplayTime::Travelled(to);
        self.make();
        if self.next_change.is_none() {
            // With errors the last good site stays, and so does its time.
            self.display_time = DisplayTime::Travelled(now);
            self.make();
        }
    }

    fn problems(&self, problems: &[Diagnostic]) -> String {
        text::count(problems).map_or_else(String::new, |count| {
            let shown = load::for_people(problems, &self.snapshot, load::style(&io::stderr()));
            format!("{}\n\n{count}", shown.trim_end())
        })
    }

    /// Prints the problems unless they were printed before.
    fn say(&mut self, said: String) {
        if said != self.said {
            let text = if said.is_empty() { "no problems left" } else { &said };
            (self.io.terminal)(text);
            self.said = said;
        }
    }
}

/// When to rebuild a site that changes at `next`: content up to the clock tolerance ahead counts already.
fn due(next: Instant, now: Instant) -> Instant {
    let early = next.plus_secs(-CLOCK_SKEW_SECS);
    if early > now { early } else { next }
}

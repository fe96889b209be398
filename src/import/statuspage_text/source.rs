//! One copied text while it is read: its name, zone and components, and the log of its import.

use crate::digest::Digest;
use crate::import::existing::ExistingSite;
use crate::import::history::Report;
use crate::import::log::{Finding, ImportLog};
use crate::import::statuspage_text::affected::Name;
use crate::time::Zone;

pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    pub(super) zone: Zone,
    pub(super) existing: &'a ExistingSite,
    /// The components that the text names.
    pub(super) names: Vec<Name>,
    pub(super) log: ImportLog,
}

impl Source<'_> {
    pub(super) fn say(&mut self, finding: Finding, text: impl Into<String>) {
        self.log.add(finding, self.name, text);
    }

    pub(super) fn say_at(&mut self, finding: Finding, line: usize, text: &str) {
        self.say(finding, format!("line {line}: {text}"));
    }
}

/// Gives a report an `id` made of its title and beginning, so that a second import finds it.
pub(super) fn identified(mut report: Report) -> Report {
    let began = report.began().map_or(String::new(), |began| began.to_string());
    report.id = Some(Digest::of(format!("{}\n{began}", report.title).as_bytes()).short(12));
    report
}

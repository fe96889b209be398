//! One text and the history it adds to.

use crate::digest::Digest;
use crate::import::existing::ExistingSite;
use crate::import::history::{History, Report};
use crate::import::log::Finding;
use crate::time::Zone;

pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    pub(super) zone: Zone,
    pub(super) existing: &'a ExistingSite,
    pub(super) history: &'a mut History,
}

impl Source<'_> {
    pub(super) fn log(&mut self, finding: Finding, text: impl Into<String>) {
        self.history.log.add(finding, self.name, text);
    }

    pub(super) fn log_line(&mut self, finding: Finding, line: usize, text: &str) {
        self.log(finding, format!("line {line}: {text}"));
    }
}

/// The report with an `id` made of its title and beginning, so that a second import finds it.
pub(super) fn identified(mut report: Report) -> Report {
    let began = report.began().map_or(String::new(), |began| began.to_string());
    report.id = Some(Digest::of(format!("{}\n{began}", report.title).as_bytes()).short(12));
    report
}

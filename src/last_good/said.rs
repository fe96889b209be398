//! What authors are told of files with errors, and of what is published in their place.

use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::source::{Snapshot, SourcePath};

/// What is said so far.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) problems: Vec<Diagnostic>,
    /// Whether nothing may be published: all problems are errors then.
    pub(super) stops: bool,
}

impl Said {
    /// Errors of a file that need not stop the others.
    pub(super) fn errors(&mut self, errors: &[Diagnostic], now: &Snapshot, site: &Snapshot) {
        self.problems.extend(errors.iter().map(|error| placed(error, now, site)));
    }

    /// Errors that stop the build.
    pub(super) fn stopping(&mut self, errors: &[Diagnostic], now: &Snapshot, site: &Snapshot) {
        self.errors(errors, now, site);
        self.stops = true;
    }

    /// A published file whose earlier version has errors now. They stand in another text, so they are quoted.
    pub(super) fn lost(&mut self, file: &SourcePath, version: &str, errors: &[Diagnostic]) {
        let why = errors.first().map_or("it has errors", |error| error.message.as_str());
        let message =
            format!("this file was published, and as it stands in `{version}` it has an error now: {why}");
        let problem = Diagnostic::new(rules::LOST_REPORT, file, 0..0, message);
        self.problems.push(problem.help("correct the file: without it, uptime would rise for no reason"));
        self.stops = true;
    }
}

/// That an earlier version of a file is published.
pub(super) fn stands_for(
    file: &SourcePath,
    (path, brought): (&SourcePath, &[SourcePath]),
    version: &str,
) -> Diagnostic {
    let renamed = if path == file { String::new() } else { format!(" as `{path}`") };
    let brought: Vec<String> = brought.iter().map(|it| format!("`{it}`")).collect();
    let with = if brought.is_empty() { String::new() } else { format!(", with {}", brought.join(", ")) };
    let message =
        format!("this file has errors, so it is published as it stands in `{version}`{renamed}{with}");
    let problem = Diagnostic::new(rules::LAST_GOOD, file, 0..0, message);
    problem.help("correct the errors: until then readers do not see what changed since")
}

/// That nothing of a file is published.
pub(super) fn left_out(file: &SourcePath) -> Diagnostic {
    let message = "this file has errors, and it was never published without any, so it is left out";
    let problem = Diagnostic::new(rules::LEFT_OUT, file, 0..0, message);
    problem.help("correct the errors: until then readers see nothing of it")
}

/// The error with places in the newest files: one in the text of a stand-in has no place there.
fn placed(error: &Diagnostic, now: &Snapshot, site: &Snapshot) -> Diagnostic {
    let mut error = error.clone();
    for label in &mut error.labels {
        if now.files.get(&label.file) != site.files.get(&label.file) {
            label.span = 0..0;
        }
    }
    error
}

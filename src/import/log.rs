//! The account of an import: what was made, guessed and left out, and what a person must settle.

use serde::Serialize;

/// What an entry of the account says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// A file that was written.
    Made,
    /// Something the source does not say, and what was taken instead.
    Guessed,
    /// Something that has no place in our files, and why.
    LeftOut,
    /// Something that a person must settle. The import ends with exit status 1.
    Unsettled,
}

/// One line of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// What the entry says.
    pub finding: Finding,
    /// The source: a file's name or an address.
    pub source: String,
    /// The line in the source, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// One sentence without a full stop.
    pub text: String,
}

/// Everything an import did, in the order in which it did it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportLog {
    /// The entries.
    pub entries: Vec<LogEntry>,
}

impl ImportLog {
    /// Adds an entry about a whole source.
    pub fn add(&mut self, finding: Finding, source: &str, text: impl Into<String>) {
        self.entries.push(LogEntry { finding, source: source.to_owned(), line: None, text: text.into() });
    }

    /// Adds an entry about one line of a source.
    pub fn add_at(&mut self, finding: Finding, source: &str, line: usize, text: impl Into<String>) {
        self.entries.push(LogEntry {
            finding,
            source: source.to_owned(),
            line: Some(line),
            text: text.into(),
        });
    }

    /// Whether a person must settle something.
    pub fn is_unsettled(&self) -> bool {
        self.entries.iter().any(|entry| entry.finding == Finding::Unsettled)
    }

    /// The number of entries with this finding.
    pub fn count(&self, finding: Finding) -> usize {
        self.entries.iter().filter(|entry| entry.finding == finding).count()
    }
}

//! The log of an import: files written, guesses, omissions, and what the user must settle.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    Made,
    /// A file that an earlier import wrote, written anew.
    Updated,
    /// Something that the site has otherwise, and keeps.
    Kept,
    /// Something missing in the source, and the value that was assumed.
    Guessed,
    /// Something our format cannot hold, and why.
    LeftOut,
    /// Something the user must settle; the exit status is 1.
    Unsettled,
}

impl Finding {
    pub const ALL: [Self; 6] =
        [Self::Made, Self::Updated, Self::Kept, Self::Guessed, Self::LeftOut, Self::Unsettled];
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    pub finding: Finding,
    /// A file name or a URL.
    pub source: String,
    /// One sentence in one line, without a full stop.
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportLog {
    pub entries: Vec<LogEntry>,
}

impl ImportLog {
    /// A log with one entry.
    pub fn of(finding: Finding, source: &str, text: impl Into<String>) -> Self {
        let mut log = Self::default();
        log.add(finding, source, text);
        log
    }

    pub fn add(&mut self, finding: Finding, source: &str, text: impl Into<String>) {
        let text: String = text.into();
        // Quoted texts of a source may have lines of their own.
        let lines = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
        let text = lines.collect::<Vec<_>>().join(" ");
        self.entries.push(LogEntry { finding, source: source.to_owned(), text });
    }

    pub fn is_unsettled(&self) -> bool {
        self.entries.iter().any(|entry| entry.finding == Finding::Unsettled)
    }

    pub fn count(&self, finding: Finding) -> usize {
        self.entries.iter().filter(|entry| entry.finding == finding).count()
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, ImportLog};

    #[test]
    fn an_entry_is_one_line() {
        let log = ImportLog::of(Finding::LeftOut, "a", "“x\r\n\n  needs a person: y”");
        assert_eq!(log.entries[0].text, "“x needs a person: y”");
    }
}

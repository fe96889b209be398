//! A page that may change while it is read.

use crate::edge::Error;
use crate::import::log::{Finding, ImportLog};
use crate::import::statuspage::listing::Fingerprints;

/// How often a page is listed until it stays the same.
const ROUNDS: usize = 5;

/// An address and its body.
pub type PageFile = (String, Vec<u8>);

/// The parts of a page that were read.
#[derive(Debug, Default)]
pub struct PageFiles {
    pub files: Vec<PageFile>,
    pub log: ImportLog,
}

/// Reads a page's list, then what it lists, until two lists in a row have the same incidents in the same states; returns
/// the last one's rest. Logs when the page never stays the same.
///
/// `list` is told whether it is the first time.
pub(super) fn settled<L>(
    mut list: impl FnMut(bool) -> Result<(Fingerprints, L), Error>,
    mut read: impl FnMut(&Fingerprints) -> Result<(), Error>,
    page: &str,
    log: &mut ImportLog,
) -> Result<L, Error> {
    let (mut fingerprints, mut rest) = list(true)?;
    for _ in 1..ROUNDS {
        read(&fingerprints)?;
        let before = fingerprints;
        (fingerprints, rest) = list(false)?;
        if fingerprints == before {
            return Ok(rest);
        }
    }
    read(&fingerprints)?;
    log.add(Finding::Unsettled, page, "it changed each time it was read: import again when it is quiet");
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::settled;
    use crate::import::log::ImportLog;
    use crate::import::statuspage::listing::Fingerprints;

    /// Lists these states of one incident; returns those that were read, how often it was listed, and the log's length.
    fn run(states: &[&str]) -> (Vec<String>, usize, usize) {
        let (mut listed, mut read, mut log) = (0, Vec::new(), ImportLog::default());
        let list = |_| {
            let state = states[listed.min(states.len() - 1)].to_owned();
            listed += 1;
            Ok((Fingerprints::from([("a".to_owned(), state)]), listed))
        };
        let read_one = |fingerprints: &Fingerprints| {
            read.push(fingerprints["a"].clone());
            Ok(())
        };
        let last = settled(list, read_one, "page", &mut log).unwrap();
        (read, last, log.entries.len())
    }

    #[test]
    fn it_is_read_until_it_stays_the_same() {
        let read = |states: &[&str]| states.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(run(&["1"]), (read(&["1"]), 2, 0));
        assert_eq!(run(&["1", "2", "2"]), (read(&["1", "2"]), 3, 0));
        assert_eq!(run(&["1", "2", "3", "4", "5", "6"]), (read(&["1", "2", "3", "4", "5"]), 5, 1));
    }
}

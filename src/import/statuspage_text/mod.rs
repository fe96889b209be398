//! Statuspage: the text of an incident's page, copied from a browser; and free-form postmortems as text.
//!
//! Invariant: every line of a text is in its report, or named in the log.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::import::existing::ExistingSite;
use crate::import::history::{History, Report};
use crate::import::lives;
use crate::import::log::{Finding, ImportLog};
use crate::import::statuspage_text::source::Source;
use crate::import::text;
use crate::time::Zone;

mod affected;
mod free_form;
mod incident;
mod page;
mod source;

/// The history of texts by name; times are read in `zone`.
pub fn history(sources: &BTreeMap<String, Vec<u8>>, zone: Zone, existing: &ExistingSite) -> History {
    let mut history = History::default();
    let read = sources.par_iter().map(|(name, bytes)| {
        let mut source = Source { name, zone, existing, names: Vec::new(), log: ImportLog::default() };
        let report = match text::of(bytes) {
            Ok(text) => read(&mut source, &text),
            Err(why) => {
                source.say(Finding::Unsettled, why);
                None
            }
        };
        (report, source)
    });
    for (report, Source { names, log, .. }) in read.collect::<Vec<_>>() {
        names.iter().for_each(|name| affected::add(name, &mut history.site));
        existing.add(report, log, &mut history);
    }
    lives::set(&mut history, None, zone);
    history
}

fn read(source: &mut Source<'_>, text: &str) -> Option<Report> {
    match page::parse(text) {
        Some(page) => incident::report(source, &page),
        None => free_form::report(source, text),
    }
}

#[cfg(test)]
mod tests {
    use super::history;
    use crate::import::existing::{ExistingPart, ExistingSite};
    use crate::import::fate::{Destination, Mode};
    use crate::import::log::Finding;
    use crate::import::record::Record;
    use crate::import::write;
    use crate::time::Zone;

    const PAGE: &str = "Lumen logo
  • Operational
  • Major Outage
Logins fail
Incident Report for Lumen
Postmortem

Summary

Sessions were lost. <b>Nobody</b> noticed:

  1. a disk filled
  2. a node stopped

Timeline

  • 09:20 MT - noticed
  • 10:30 MT - over
Posted Apr 19, 2024 - 16:13 MDT

Resolved
Logins work again.

## Sorry for that
Posted Apr 16, 2024 - 10:33 MDT
Update
Resolved
is not yet the word.
Posted Apr 16, 2024 - 10:33 MDT
Investigating
Some logins fail.
Posted Apr 16, 2024 - 10:03 MDT
This incident affected: Web, API (REST, Search and Find) and Mail.
← Current Status
Powered by Atlassian Statuspage";

    fn check(text: &str, zone: &str, existing: &ExistingSite) -> (Vec<String>, Vec<String>) {
        let zone = Zone::parse(zone).unwrap();
        let sources = [("page.txt".to_owned(), text.as_bytes().to_vec())].into();
        let record = Record::default();
        let destination = Destination { existing, record: &record, kind: "text", mode: Mode::Add, zone };
        let files = write::files(&history(&sources, zone, existing), &destination);
        let log = |finding: Finding| {
            files
                .log
                .entries
                .iter()
                .filter(move |entry| entry.finding == finding)
                .map(|entry| entry.text.clone())
        };
        let mut texts: Vec<String> = files.files.values().cloned().collect();
        texts.extend(files.tables.clone());
        (texts, log(Finding::Unsettled).chain(log(Finding::LeftOut)).collect())
    }

    #[test]
    fn a_page_becomes_a_report() {
        let (texts, log) = check(PAGE, "America/Edmonton", &ExistingSite::default());
        let id = "7b35fd66ffa3";
        let expected = format!(
            "+++
title = \"Logins fail\"
components = [\"web\", \"rest\", \"search\", \"find\", \"mail\"]
started = 2024-04-16 09:20:00-06:00
ended = 2024-04-16 10:30:00-06:00
id = \"{id}\"
+++

## Investigating, 2024-04-16 10:03:00-06:00

Some logins fail.

## Update, 2024-04-16 10:33:00-06:00

Resolved\\
is not yet the word.

## Resolved, 2024-04-16 10:33:00-06:00

Logins work again.

\\## Sorry for that

# Postmortem, 2024-04-19 16:13:00-06:00

### Summary

Sessions were lost. \\<b>Nobody\\</b> noticed:

1. a disk filled
2. a node stopped

### Timeline

- 09:20 MT - noticed
- 10:30 MT - over
"
        );
        assert_eq!(texts[0], expected);
        assert!(texts[1].starts_with("[[groups]]\nid = \"api\"\nname = \"API\"\n"), "{}", texts[1]);
        assert_eq!(log.len(), 2, "{log:#?}");
        assert!(log[0].starts_with("lines 1 to 3: “Lumen logo"), "{log:#?}");
        assert!(log[1].starts_with("lines 34 to 35: “← Current Status"), "{log:#?}");
    }

    #[test]
    fn names_of_the_site_are_taken_whole() {
        let part = |name: &str| ExistingPart { id: name.to_lowercase(), api_id: None, name: name.to_owned() };
        let existing = ExistingSite { components: vec![part("Search and Find")], ..ExistingSite::default() };
        let text = PAGE.replace("Web, API (REST, Search and Find) and Mail", "Search and Find");
        let (texts, _) = check(&text, "America/Edmonton", &existing);
        assert!(texts[0].contains("components = [\"search and find\"]"), "{}", texts[0]);
    }

    #[test]
    fn a_foreign_zone_is_said_and_nothing_is_guessed() {
        let (texts, log) = check(PAGE, "Europe/Berlin", &ExistingSite::default());
        assert!(!texts.iter().any(|text| text.contains("## ")), "{texts:?}");
        assert!(
            log[0].starts_with("line 19: `MDT` is not an abbreviation of the zone Europe/Berlin"),
            "{log:#?}"
        );
    }

    #[test]
    fn text_that_belongs_nowhere_is_said() {
        let text = PAGE.replace("← Current Status", "An unknown sentence.");
        let (_, log) = check(&text, "America/Edmonton", &ExistingSite::default());
        assert!(log[0].starts_with("line 34: “An unknown sentence.”"), "{log:#?}");
    }

    #[test]
    fn a_free_form_postmortem_becomes_a_report_without_updates() {
        let text = "\nPostmortem: Mail was down\n\nSummary:\n\n    Duration: from May 5th, 2024, at 3:00 PM (UTC) to May 6th, 2024, at 9:00 AM (UTC).\n    Cause: a disk\n\nTimeline:\n\n    May 5th, 2024, 3:00 PM (UTC): alert\n";
        let (texts, log) = check(text, "Etc/UTC", &ExistingSite::default());
        let expected = "+++
title = \"Mail was down\"
started = 2024-05-05 15:00:00Z
ended = 2024-05-06 09:00:00Z
id = \"bc5c7182ff8a\"
+++

# Postmortem

### Summary:

- Duration: from May 5th, 2024, at 3:00 PM (UTC) to May 6th, 2024, at 9:00 AM (UTC).
- Cause: a disk

### Timeline:

- May 5th, 2024, 3:00 PM (UTC): alert
";
        assert_eq!(texts[0], expected);
        assert!(log[0].contains("components"), "{log:#?}");
        let (texts, log) = check("Mail was down\n\nIt hurt.\n", "Etc/UTC", &ExistingSite::default());
        assert!(texts.is_empty() && log[0].contains("does not say when it was"), "{log:#?}");
    }
}

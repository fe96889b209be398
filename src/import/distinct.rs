//! Reports that would stand in each other's way: of one id, at one old address, with one id in feeds.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::check::links::alias_address;
use crate::edit::slug;
use crate::import::existing::ExistingSite;
use crate::import::history::Report;
use crate::import::log::{Finding, ImportLog};
use crate::parse::near;

/// An old address as others are compared with it: they differ in more than letter case and a slash at the end.
pub fn comparable(alias: &str) -> String {
    let address = alias_address(alias).unwrap_or_else(|| alias.to_owned());
    near::folded(address.trim_end_matches('/'))
}

/// The reports, each with an id, old addresses and an id in feeds of its own: the first one keeps them. The log tells what
/// the others get, unless the site has them already.
pub(super) fn distinct<'h>(
    reports: &'h [Report],
    existing: &ExistingSite,
    log: &mut ImportLog,
) -> Vec<Cow<'h, Report>> {
    let ids = reports.iter().filter_map(|report| report.id.as_deref()).collect();
    let mut seen = Seen { ids, ..Seen::default() };
    let mut distinct = Vec::with_capacity(reports.len());
    for report in reports {
        let mut own = ImportLog::default();
        let Some(report) = seen.distinct(report, &mut own) else {
            log.entries.extend(own.entries);
            continue;
        };
        if report.id.as_ref().is_none_or(|id| !existing.reports.contains_key(id)) {
            log.entries.extend(own.entries);
        }
        distinct.push(report);
    }
    distinct
}

/// What earlier reports have.
#[derive(Default)]
struct Seen<'h> {
    /// Of all reports.
    ids: BTreeSet<&'h str>,
    new_ids: BTreeSet<String>,
    reports: BTreeMap<&'h str, &'h Report>,
    addresses: BTreeMap<String, &'h Report>,
    feed_ids: BTreeMap<&'h str, &'h Report>,
}

impl<'h> Seen<'h> {
    /// `None` for one that says the same as another.
    fn distinct(&mut self, report: &'h Report, log: &mut ImportLog) -> Option<Cow<'h, Report>> {
        let source = report.source.as_str();
        let mut say =
            |finding: Finding, text: String| log.add(finding, source, format!("“{}”: {text}", report.title));
        let mut distinct = Cow::Borrowed(report);
        if let Some(id) = &report.id
            && let Some(first) = self.reports.get(id.as_str())
        {
            if *first == &(Report { source: first.source.clone(), ..report.clone() }) {
                say(Finding::LeftOut, format!("it says the same as {}", named(first)));
                return None;
            }
            let new = slug::free(id.clone(), |id| self.ids.contains(id) || self.new_ids.contains(id));
            say(Finding::Guessed, format!("it has the id `{id}` of {}: its own is `{new}`", named(first)));
            distinct.to_mut().id = Some(new.clone());
            self.new_ids.insert(new);
        } else if let Some(id) = &report.id {
            self.reports.insert(id, report);
        }
        for alias in &report.aliases {
            let first = *self.addresses.entry(comparable(alias)).or_insert(report);
            if !std::ptr::eq(first, report) {
                say(Finding::LeftOut, format!("the address `{alias}` is that of {}", named(first)));
                distinct.to_mut().aliases.retain(|it| it != alias);
            }
        }
        if let Some(feed_id) = &report.feed_id {
            let first = *self.feed_ids.entry(feed_id).or_insert(report);
            if !std::ptr::eq(first, report) {
                say(Finding::LeftOut, format!("the feed's id `{feed_id}` is that of {}", named(first)));
                distinct.to_mut().feed_id = None;
            }
        }
        Some(distinct)
    }
}

fn named(report: &Report) -> String {
    format!("“{}”, {}", report.title, report.source)
}

#[cfg(test)]
mod tests {
    use super::distinct;
    use crate::import::existing::ExistingSite;
    use crate::import::history::Report;
    use crate::import::log::ImportLog;
    use crate::model::report::Kind;

    #[test]
    fn the_first_report_keeps_what_two_want() {
        let report = |source: &str, title: &str, id: &str, alias: &str| {
            let mut report = Report::new(source, Kind::Incident, title);
            (report.id, report.feed_id) = (Some(id.to_owned()), Some(format!("feed {id}")));
            report.aliases = vec![alias.to_owned(), "/own/".to_owned() + title];
            report
        };
        let reports = [
            report("A.md", "A", "a", "/issues/a/"),
            report("a.md", "B", "a", "/Issues/%61"),
            report("b.md", "C", "a-2", "/issues/a/index.html"),
            report("c.md", "A", "a", "/issues/a/"),
            report("d.md", "D", "a", "/x"),
        ];
        let check = |existing: &ExistingSite| {
            let mut log = ImportLog::default();
            let found = distinct(&reports, existing, &mut log);
            let found: Vec<_> = found
                .iter()
                .map(|it| (it.id.as_deref().unwrap(), it.aliases.len(), it.feed_id.is_some()))
                .collect();
            assert_eq!(found, [("a", 2, true), ("a-3", 1, false), ("a-2", 2, true), ("a-4", 2, false)]);
            log.entries
                .into_iter()
                .map(|it| format!("{:?} {}: {}", it.finding, it.source, it.text))
                .collect::<Vec<_>>()
        };
        let said = check(&ExistingSite::default());
        let expected = [
            "Guessed a.md: “B”: it has the id `a` of “A”, A.md: its own is `a-3`",
            "LeftOut a.md: “B”: the address `/Issues/%61` is that of “A”, A.md",
            "LeftOut a.md: “B”: the feed's id `feed a` is that of “A”, A.md",
            "LeftOut c.md: “A”: it says the same as “A”, A.md",
            "Guessed d.md: “D”: it has the id `a` of “A”, A.md: its own is `a-4`",
            "LeftOut d.md: “D”: the feed's id `feed a` is that of “A”, A.md",
        ];
        assert_eq!(said, expected);
        let known = ["a", "a-2", "a-3", "a-4"].map(|id| (id.to_owned(), id.to_owned()));
        let existing = ExistingSite { reports: known.into(), ..ExistingSite::default() };
        assert_eq!(check(&existing), [expected[3]]);
    }
}

//! Checks the site with the files that an import made.

use std::collections::BTreeSet;

use crate::check::Clock;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::import::distinct::comparable;
use crate::import::imported_site::ImportedSite;
use crate::import::log::{Finding, ImportLog};
use crate::import::text::line_at;
use crate::import::write::Files;
use crate::parse::draft::Drafts;
use crate::pipeline::{self, Memory, Options, Variant};
use crate::rules;
use crate::source::{Snapshot, SourcePath};
use crate::time::Instant;

/// What the check finds.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Every error of the files that an import made, and every new one of site.toml.
    pub log: ImportLog,
    /// Old addresses of made reports at which the site has something else, as [`comparable`] makes them.
    pub taken: BTreeSet<String>,
}

/// Checks the site as the import leaves it, but for rendering it. The drafts are those of the snapshot.
pub fn check(
    (snapshot, drafts): (&Snapshot, &Drafts),
    made: &Files,
    site_toml: &str,
    now: Instant,
) -> Checked {
    let mut checked = Checked::default();
    let after = ImportedSite::new(snapshot, drafts, made, site_toml);
    let site = SourcePath::new("site.toml");
    let found = errors(&after.snapshot, &after.drafts, now);
    let is_of_site = |problem: &Diagnostic| problem.labels.first().is_some_and(|label| label.file == site);
    let before: BTreeSet<String> = match found.iter().any(is_of_site) {
        true => {
            let before = errors(snapshot, drafts, now).into_iter();
            before.filter(is_of_site).map(|problem| problem.message).collect()
        }
        false => BTreeSet::new(),
    };
    for problem in &found {
        let is_new_of_site = is_of_site(problem) && !before.contains(&problem.message);
        let is_made = |file: &SourcePath| made.files.contains_key(file) || *file == site && is_new_of_site;
        // The lives of components are told of site.toml, once for each.
        let label = problem.labels.iter().find(|label| is_made(&label.file));
        let Some(label) = label.filter(|_| problem.rule != rules::OUTSIDE_LIFE.name) else { continue };
        let line = line_at(after.snapshot.text(&label.file).unwrap_or_default(), label.span.start);
        let text = format!("line {line}: the check says: {} (`{}`)", problem.message, problem.rule);
        checked.log.add(Finding::Unsettled, label.file.as_str(), text);
        let alias = Some(label).filter(|_| problem.rule == rules::OUTPUT_COLLISION.name);
        checked.taken.extend(alias.and_then(|label| alias_at(&after.drafts, label)).map(comparable));
    }
    checked
}

/// The alias of a report at which a label stands.
fn alias_at<'a>(drafts: &'a Drafts, label: &Label) -> Option<&'a str> {
    let draft = drafts.reports.iter().find(|draft| draft.path == label.file)?;
    let alias = draft.front.aliases.iter().find(|alias| alias.span == label.span)?;
    Some(&alias.value)
}

fn errors(snapshot: &Snapshot, drafts: &Drafts, now: Instant) -> Vec<Diagnostic> {
    let options = Options { now, clock: Clock::Fixed, variant: Variant::default() };
    let problems = pipeline::prepare(snapshot, drafts, &options, &mut Memory::default()).problems;
    problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect()
}

#[cfg(test)]
mod tests {
    use super::{Checked, check};
    use crate::import::write::Files;
    use crate::parse;
    use crate::source::{Entry, Snapshot, SourcePath};
    use crate::time::Instant;

    #[test]
    fn errors_of_what_was_made_are_named() {
        let path = SourcePath::new;
        let site = "title = \"x\"\nbase_url = \"https://a.test\"\ntime_zone = \"Etc/UTC\"\nwrong = 1\n";
        let report = "+++\ntitle = \"x\"\ncomponents = {}\n+++\n\n## Investigating, 2024-05-01 10:00\n";
        let of = |text: &str| Entry::Bytes(text.as_bytes().into());
        let own = report.replace("10:00", "25:00");
        let files = [(path("site.toml"), of(site)), (path("content/incidents/own.md"), of(&own))];
        let snapshot = Snapshot { files: files.into() };
        let drafts = parse::all(&snapshot);
        let check = |text: &str, site_toml: &str| {
            let made = Files {
                files: [(path("content/incidents/a.md"), text.to_owned())].into(),
                ..Files::default()
            };
            let now = Instant::parse_rfc3339("2024-06-01T00:00:00Z").unwrap();
            let log = check((&snapshot, &drafts), &made, site_toml, now).log;
            log.entries
                .into_iter()
                .map(|entry| format!("{}: {}", entry.source, entry.text))
                .collect::<Vec<_>>()
        };
        assert_eq!(check(report, site), [""; 0]);
        let ended = report.replace("components", "ended = 2024-05-01 09:00\ncomponents");
        let expected = "content/incidents/a.md: line 3: the check says: this incident ends before it begins (`end-before-beginning`)";
        assert_eq!(check(&ended, site), [expected]);
        let twice = "[[components]]\nid = \"a\"\nname = \"A\"\n".repeat(2);
        let said = check(report, &(site.to_owned() + &twice));
        assert!(said.len() == 1 && said[0].starts_with("site.toml: line 9: "), "{said:?}");
    }

    #[test]
    fn outputs_that_collide_are_named() {
        let path = SourcePath::new;
        let site = "title = \"x\"\nbase_url = \"https://a.test\"\ntime_zone = \"Etc/UTC\"\n";
        let snapshot = Snapshot { files: [(path("site.toml"), Entry::Bytes(site.as_bytes().into()))].into() };
        let report = |alias: &str| {
            let front = format!("title = \"x\"\naliases = [\"{alias}\"]\ncomponents = {{}}\n");
            format!("+++\n{front}+++\n\n## Investigating, 2024-05-01 10:00\n")
        };
        let names = ["a", "b", "c"].map(|name| format!("content/incidents/{name}.md"));
        let aliases = ["/old/x", "/Old/X/", "/history/"];
        let files = names.iter().zip(aliases).map(|(name, alias)| (path(name.as_str()), report(alias)));
        let made = Files { files: files.collect(), ..Files::default() };
        let now = Instant::parse_rfc3339("2024-06-01T00:00:00Z").unwrap();
        let Checked { log, taken } = check((&snapshot, &parse::all(&snapshot)), &made, site, now);
        let said: Vec<_> =
            log.entries.iter().map(|entry| (entry.source.as_str(), entry.text.as_str())).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        for ((source, text), name) in said.iter().zip(&names[1..]) {
            assert!(source == name && text.starts_with("line 3: the check says: alias `"), "{said:?}");
            assert!(text.ends_with("(`output-collision`)"), "{said:?}");
        }
        assert_eq!(taken.into_iter().collect::<Vec<_>>(), ["/history", "/old/x"]);
    }
}

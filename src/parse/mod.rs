//! Parses files to drafts: front matter, site.toml, updates, Markdown, recorded downtime.
//!
//! Each file is parsed on its own, and parsing continues after a problem. Invariant: no file depends on another.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::parse::draft::{DowntimeDraft, Drafts, PageDraft, ReportDraft, SiteDraft};
use crate::parse::files::Role;
use crate::source::{Entry, Handle, Snapshot, SourcePath};

pub mod anchors;
mod downtime;
pub mod draft;
pub mod files;
mod front;
mod heading;
pub mod keys;
pub mod line;
mod lookalike_headings;
pub mod markdown;
mod markup;
pub mod near;
mod page;
mod report;
pub mod schema;
mod settings;
mod site_toml;
mod table;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
mod theme_toml;
mod validate;
pub mod words;

pub use downtime::downtime;
pub use page::page;
pub use report::report;
pub use site_toml::site_toml;
pub(crate) use table::texts;
pub use theme_toml::theme_toml;
pub(crate) use validate::{FormText, theme_options};

pub fn all(snapshot: &Snapshot) -> Drafts {
    all_reusing(snapshot, &Drafts::default(), &Snapshot::default())
}

/// Parses all files, reusing the drafts of unchanged ones: `previous` are the drafts of `previous_snapshot`.
pub fn all_reusing(snapshot: &Snapshot, previous: &Drafts, previous_snapshot: &Snapshot) -> Drafts {
    let known = PreviousDrafts::of(previous);
    let files: Vec<(&SourcePath, &Entry)> = snapshot.files.iter().collect();
    let parsed: Vec<Parsed> = files
        .into_par_iter()
        .with_min_len(16)
        .map(|(path, entry)| {
            let is_same = previous_snapshot.files.get(path).is_some_and(|previous| same(previous, entry));
            let taken_over = if is_same { known.get(path) } else { None };
            taken_over.unwrap_or_else(|| file(snapshot, path, entry))
        })
        .collect();
    collect(parsed)
}

/// Whether two entries surely have the same bytes.
fn same(previous: &Entry, entry: &Entry) -> bool {
    match (previous, entry) {
        (Entry::Bytes(previous), Entry::Bytes(bytes)) => Arc::ptr_eq(previous, bytes) || previous == bytes,
        _ => false,
    }
}

enum Parsed {
    Site(Arc<SiteDraft>),
    Report(Arc<ReportDraft>),
    Page(Arc<PageDraft>),
    Downtime(Arc<DowntimeDraft>),
    Attachment(Handle),
    DotFile(Handle),
    Problem(Diagnostic),
    Nothing,
}

struct PreviousDrafts<'a> {
    site: Option<&'a Arc<SiteDraft>>,
    reports: BTreeMap<&'a SourcePath, &'a Arc<ReportDraft>>,
    pages: BTreeMap<&'a SourcePath, &'a Arc<PageDraft>>,
    downtime: BTreeMap<&'a SourcePath, &'a Arc<DowntimeDraft>>,
}

impl<'a> PreviousDrafts<'a> {
    fn of(drafts: &'a Drafts) -> Self {
        Self {
            site: drafts.site.as_ref(),
            reports: drafts.reports.iter().map(|draft| (&draft.path, draft)).collect(),
            pages: drafts.pages.iter().map(|draft| (&draft.path, draft)).collect(),
            downtime: drafts.downtime.iter().map(|draft| (&draft.path, draft)).collect(),
        }
    }

    fn get(&self, path: &SourcePath) -> Option<Parsed> {
        match files::role(path) {
            Role::Site => self.site.map(|draft| Parsed::Site(Arc::clone(draft))),
            Role::Report(_) => self.reports.get(path).map(|draft| Parsed::Report(Arc::clone(draft))),
            Role::Page => self.pages.get(path).map(|draft| Parsed::Page(Arc::clone(draft))),
            Role::Downtime => self.downtime.get(path).map(|draft| Parsed::Downtime(Arc::clone(draft))),
            Role::Attachment | Role::UnlikelyAttachment | Role::Stray | Role::DotFile | Role::Other => None,
        }
    }
}

fn file(snapshot: &Snapshot, path: &SourcePath, entry: &Entry) -> Parsed {
    let role = files::role(path);
    match (role, entry) {
        (Role::Other, _) => Parsed::Nothing,
        (Role::Site, Entry::Bytes(bytes)) => draft(site_toml(path, bytes), Parsed::Site),
        (Role::Report(kind), Entry::Bytes(bytes)) => draft(report(path, bytes, kind), Parsed::Report),
        (Role::Page, Entry::Bytes(bytes)) => draft(page(path, bytes), Parsed::Page),
        (Role::Downtime, Entry::Bytes(bytes)) => draft(downtime(path, bytes), Parsed::Downtime),
        (Role::UnlikelyAttachment, _) if !stands_beside_index(snapshot, path) => {
            Parsed::Problem(files::stray(path))
        }
        (Role::Stray, _) => Parsed::Problem(files::stray(path)),
        (Role::DotFile, Entry::File(handle) | Entry::Text(handle, _)) => Parsed::DotFile(handle.clone()),
        (_, Entry::File(handle) | Entry::Text(handle, _)) => Parsed::Attachment(handle.clone()),
        (_, Entry::Bytes(bytes)) => {
            let len = bytes.len() as u64;
            Parsed::Attachment(Handle::new(path.clone(), len, 0))
        }
    }
}

fn draft<T>(parsed: Result<T, Diagnostic>, wrap: impl FnOnce(Arc<T>) -> Parsed) -> Parsed {
    parsed.map_or_else(Parsed::Problem, |draft| wrap(Arc::new(draft)))
}

/// Whether an `index.md` stands in the file's folder or above it: the file belongs to it then.
fn stands_beside_index(snapshot: &Snapshot, path: &SourcePath) -> bool {
    let mut folder = path.folder();
    while folder.matches('/').count() >= 2 {
        if snapshot.below(folder).any(|(other, _)| other.folder() == folder && files::is_index(other)) {
            return true;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    false
}

fn collect(parsed: Vec<Parsed>) -> Drafts {
    let mut drafts = Drafts::default();
    for parsed in parsed {
        match parsed {
            Parsed::Site(draft) => drafts.site = Some(draft),
            Parsed::Report(draft) => drafts.reports.push(draft),
            Parsed::Page(draft) => drafts.pages.push(draft),
            Parsed::Downtime(draft) => drafts.downtime.push(draft),
            Parsed::Attachment(handle) => drafts.files.push(handle),
            Parsed::DotFile(handle) => drafts.dot_files.push(handle),
            Parsed::Problem(problem) => drafts.problems.push(problem),
            Parsed::Nothing => {}
        }
    }
    drafts
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::{ProptestConfig, prop_assert, proptest};

    use super::testing::texts;
    use super::{all, all_reusing, downtime, page, site_toml};
    use crate::source::{Entry, Handle, Snapshot, SourcePath};

    /// A snapshot of these files; those without text are handles.
    fn snapshot(files: &[(&str, &str)]) -> Snapshot {
        let entry = |&(path, text): &(&str, &str)| {
            let path = SourcePath::new(path);
            let entry = match text {
                "" => Entry::File(Handle::new(path.clone(), 1, 1)),
                text => Entry::Bytes(Arc::from(text.as_bytes())),
            };
            (path, entry)
        };
        Snapshot { files: files.iter().map(entry).collect() }
    }

    const REPORT: &str = "+++\ntitle = 'x'\n+++\n";

    #[test]
    fn every_file_goes_to_its_place() {
        let drafts = all(&snapshot(&[
            ("site.toml", "title = 'x'\nbase_url = 'https://e.example'\n"),
            ("content/incidents/b.md", REPORT),
            ("content/incidents/a/index.md", REPORT),
            ("content/incidents/a/log.txt", ""),
            ("content/incidents/a/graphs/x.png", ""),
            ("content/incidents/notes.txt", ""),
            ("content/incidents/b.md~", "x"),
            ("content/maintenance/c.md", REPORT),
            ("content/pages/about.md", REPORT),
            ("content/downtime/api.csv", "date"),
            ("content/x.md", REPORT),
            ("static/logo.svg", ""),
            ("themes/mine/templates/x.html", "x"),
        ]));
        let paths =
            |paths: Vec<&SourcePath>| paths.iter().map(|path| path.to_string()).collect::<Vec<_>>().join(" ");
        assert!(drafts.site.is_some());
        let reports = drafts.reports.iter().map(|draft| &draft.path).collect();
        assert_eq!(
            paths(reports),
            "content/incidents/a/index.md content/incidents/b.md content/maintenance/c.md"
        );
        assert_eq!(drafts.pages.len(), 1);
        assert_eq!(drafts.downtime.len(), 1);
        assert_eq!(
            paths(drafts.files.iter().map(|handle| &handle.path).collect()),
            "content/incidents/a/graphs/x.png content/incidents/a/log.txt static/logo.svg"
        );
        let strays = drafts.problems.iter().map(|problem| &problem.labels[0].file).collect();
        assert_eq!(paths(strays), "content/incidents/b.md~ content/incidents/notes.txt content/x.md");
    }

    #[test]
    fn a_file_that_is_no_text_has_only_that_problem() {
        let mut files = snapshot(&[("content/incidents/b.md", REPORT)]);
        let path = SourcePath::new("content/incidents/a.md");
        files.files.insert(path.clone(), Entry::Bytes(Arc::from(&b"+++\n\xff"[..])));
        let drafts = all(&files);
        assert_eq!(drafts.reports.len(), 1);
        assert_eq!((drafts.problems[0].rule, &drafts.problems[0].labels[0].file), ("not-utf8", &path));
    }

    const PIECES: &str = "+++\n·title·base_url·[[components]]\n·[checks]\n·[publish.x]\n·id·since· = ·'x'·1·1.5·\
        true·2024-04-16·2024-04-16 09:20·09:20:00.5·[·]·{·}·,·.·\"·é·💸·\n·\r·#·uptime·days·weights·\
        date,degraded_performance\n·-·\\u00e9·\0";

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_file_is_read_and_its_problems_have_places(text in texts(PIECES)) {
            let path = SourcePath::new("x");
            let site = site_toml(&path, text.as_bytes()).unwrap();
            let rows = downtime(&path, text.as_bytes()).unwrap();
            let page = page(&path, text.as_bytes()).unwrap();
            let problems = site.problems.iter().chain(&rows.problems).chain(&page.problems);
            for label in problems.flat_map(|problem| &problem.labels) {
                let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
                prop_assert!(text.get(label.span.clone()).is_some(), "{label:?} {text:?}");
            }
        }
    }

    #[test]
    fn unchanged_files_keep_their_drafts() {
        let files =
            [("content/incidents/a.md", REPORT), ("content/incidents/b.md", REPORT), ("site.toml", "x = 1")];
        let before = snapshot(&files);
        let drafts = all(&before);
        let after = snapshot(&[files[0], ("content/incidents/b.md", "+++\ntitle = 'y'\n+++\n"), files[2]]);
        let reused = all_reusing(&after, &drafts, &before);
        assert!(Arc::ptr_eq(&drafts.reports[0], &reused.reports[0]));
        assert!(!Arc::ptr_eq(&drafts.reports[1], &reused.reports[1]));
        assert_eq!(reused.reports[1].front.title.as_ref().unwrap().value, "y");
        assert!(Arc::ptr_eq(drafts.site.as_ref().unwrap(), reused.site.as_ref().unwrap()));
        let again = all_reusing(&before, &reused, &after);
        assert_eq!(again.reports[1].front.title.as_ref().unwrap().value, "x");
    }
}

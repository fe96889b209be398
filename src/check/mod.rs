//! Builds a [`Site`] from parsed drafts: checks every file against site.toml and the other files, by named rules.
//!
//! Invariant: every value in the resulting [`Site`] has exactly one meaning. Nothing here depends on how it
//! is rendered.

use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::model::Site;
use crate::model::incident::Incident;
use crate::parse::draft::{self, SiteDraft};
use crate::parse::{files, text};
use crate::rules;
use crate::source::{Entry, Snapshot, SourcePath};
use crate::time::Instant;

mod across;
mod addresses;
mod alerts;
mod anchors;
mod announcers;
mod cache;
mod config;
mod context;
mod copies;
mod course;
pub mod dead_links;
mod documents;
mod dot_files;
mod duplicates;
mod facts;
mod levels;
pub mod links;
mod options;
mod own_anchors;
pub mod postmortem;
mod present;
mod private;
mod redact;
mod report;
mod since;
mod site_toml;
mod targets;
mod times;
mod until;
mod updates;

pub use addresses::is_old_address;
pub use alerts::alerts;
pub use announcers::announcers;
pub use cache::Cache;
pub use context::{Context, group_help};
pub use options::{Clock, Drafts, Options, Variant};
pub use present::{CLOCK_SKEW_SECS, effective_now};
pub use redact::{is_forbidden_address, redacted};
pub use report::report;
pub use targets::targets;

use cache::CheckedReport;
use config::Settings;
use dead_links::RootLink;
use documents::Visible;
pub use levels::Levels;
use redact::Redactions;
use site_toml::SITE_TOML;

/// The result of checking all drafts: the site and its problems.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The site; `None` when site.toml does not say which components there are, or in which zone. While anything has errors it
    /// lacks the reports that do, and has defaults for wrong settings: it is good for finding more problems then, and for
    /// nothing else.
    pub site: Option<Site>,
    /// All problems in order of file, place and rule, at the levels of `[checks]`.
    pub problems: Vec<Diagnostic>,
    /// Links from the root: a plan knows whether they lead anywhere.
    pub root_links: Vec<RootLink>,
    /// The instant to build for: on the real clock it may lie up to five minutes ahead.
    pub now: Instant,
    pub levels: Levels,
    /// The first instant at which problems that depend on the clock may change, if no page changes before.
    pub until: Option<Instant>,
}

/// Builds the site from all drafts and collects all problems, those from parsing included.
pub fn site(drafts: &draft::Drafts, snapshot: &Snapshot, options: &Options) -> Checked {
    site_reusing(drafts, snapshot, options, &mut Cache::default())
}

/// As [`site`], but checks only reports that are not in the cache.
pub fn site_reusing(
    drafts: &draft::Drafts,
    snapshot: &Snapshot,
    options: &Options,
    cache: &mut Cache,
) -> Checked {
    let mut problems = Vec::new();
    let site_draft = drafts.site.clone().unwrap_or_else(|| absent(snapshot, &mut problems));
    let levels = Levels::read(&site_draft, &mut problems);
    let settings = config::settings(&site_draft, snapshot, options);
    let raw_html = site_draft.toml.markdown.raw_html();
    let visible = Visible::of(drafts, options.variant.drafts);
    problems.extend(visible.translations());
    problems.extend(too_large(snapshot));
    let redactions = Redactions::read(&site_draft, &mut problems);
    let is_read = drafts.site.is_some();
    let context = Context {
        // Unset when site.toml cannot be read, so that reports are not blamed for it.
        zone: settings.zone.filter(|_| is_read),
        is_complete: is_read && site_draft.has_all_components,
        groups: settings.groups.clone(),
        drafts: options.variant.drafts,
        redactions,
        sections: postmortem::sections(snapshot),
        ..Context::of(settings.components.clone())
    };
    let rows = cache.rows(&site_draft, &visible.reports, &context);
    let now = now(&rows, options);

    // With `raw_html` no HTML shows as text.
    let applies = |problem: &&Diagnostic| !raw_html || problem.rule != rules::UNSUPPORTED_HTML.name;
    problems.extend(visible.problems(drafts, &site_draft).filter(applies).cloned());
    problems.extend(settings.problems.iter().cloned());
    problems.extend(rows.iter().flat_map(|row| row.problems.iter().cloned()));
    let (present, until) = present_problems(&rows, &settings, options, now);
    problems.extend(present);
    problems.extend(across::problems(&rows, &visible));
    problems.extend(across::dead_file_links(drafts, &visible, raw_html));
    problems.extend(anchors::problems(&visible, raw_html));
    let recorded = documents::recorded(drafts, &context, &mut problems);
    if let (Some(zone), Clock::Real) = (settings.zone, options.clock) {
        let ahead = drafts.downtime.iter().flat_map(|draft| present::recorded_ahead(draft, zone, now));
        problems.extend(ahead);
    }
    problems.extend(since::missing(&site_draft, &settings, &rows, &recorded, now));
    let pages = documents::pages(&visible, &context, &mut problems);
    let dot_files = dot_files::dot_files(drafts, &site_draft);
    problems.extend(dot_files.problems);
    let copies = copies::copies(drafts, &visible, &dot_files.included, raw_html);
    problems.extend(copies.strays.iter().map(files::unused).chain(copies.problems));
    problems.extend(targets::domains(&site_draft, snapshot));
    problems.extend(redact::site(&site_draft, snapshot, &copies.files, &context.redactions));

    let mut problems: Vec<Diagnostic> = problems.into_iter().filter_map(|it| levels.applied(it)).collect();
    sort(&mut problems);
    let config = settings.config.filter(|_| !context.is_unsure());
    let site = config.map(|config| Site {
        config: Arc::new(config),
        groups: settings.groups,
        components: settings.components,
        reports: cache::reports(&rows),
        recorded,
        pages,
        copies: copies.files,
        references: copies.references,
    });
    let root_links = across::root_links(&visible, raw_html);
    Checked { site, problems, root_links, now, levels, until }
}

/// An empty site.toml in place of one that is missing or could not be read.
fn absent(snapshot: &Snapshot, problems: &mut Vec<Diagnostic>) -> Arc<SiteDraft> {
    if !snapshot.files.contains_key(&*SITE_TOML) {
        let problem = site_toml::problem(rules::MISSING_SITE_TOML, &(0..0), "there is no site.toml");
        problems.push(problem.help("create it with `title` and `base_url`, or run `allclear init`"));
    }
    Arc::default()
}

/// Text files above the size limit, except those whose draft already reports it.
fn too_large(snapshot: &Snapshot) -> impl Iterator<Item = Diagnostic> + '_ {
    let is_own = |path: &SourcePath| {
        let is_of = |folder: &str| path.as_str().starts_with(folder);
        files::is_parsed(path) && (is_of("themes/") || is_of("templates/"))
    };
    let is_too_large = move |(path, entry): &(&SourcePath, &Entry)| match entry {
        Entry::Bytes(bytes) => bytes.len() > text::LARGEST && is_own(path),
        Entry::Text(_, bytes) => bytes.len() > text::LARGEST,
        Entry::File(_) => false,
    };
    snapshot.files.iter().filter(is_too_large).map(|(path, _)| text::too_large(path))
}

fn now(rows: &[Arc<CheckedReport>], options: &Options) -> Instant {
    match options.clock {
        Clock::Real => effective_now(rows.iter().filter_map(|row| row.report.as_deref()), options.now),
        Clock::Fixed => options.now,
    }
}

/// Problems of reports that depend on the clock, and the first instant at which they may change.
fn present_problems(
    rows: &[Arc<CheckedReport>],
    settings: &Settings,
    options: &Options,
    now: Instant,
) -> (Vec<Diagnostic>, Option<Instant>) {
    let Some(zone) = settings.zone else { return (Vec::new(), None) };
    let today = zone.day_of(now);
    let of_report = |row: &Arc<CheckedReport>| {
        let report = row.report.as_ref()?;
        let incident = Incident::among(report, &settings.components, zone, now);
        let mut problems = present::due(&row.draft, report, incident.as_ref(), today, now);
        if options.clock == Clock::Real {
            problems.extend(present::ahead(&row.draft, report, options.now));
        }
        Some((problems, until::until(row, incident.as_ref(), options, now)))
    };
    let all: Vec<_> = rows.par_iter().filter_map(of_report).collect();
    let until = all.iter().filter_map(|(_, until)| *until).min();
    (all.into_iter().flat_map(|(problems, _)| problems).collect(), until)
}

/// The levels that `[checks]` sets; none without a site.toml that can be read.
pub fn levels(draft: Option<&SiteDraft>) -> Levels {
    // What is wrong with `[checks]` is said where the site is checked.
    draft.map(|draft| Levels::read(draft, &mut Vec::new())).unwrap_or_default()
}

pub fn sort(problems: &mut [Diagnostic]) {
    problems.sort_by(|a, b| {
        let (first, second) = (&a.labels[0], &b.labels[0]);
        let places = (&first.file, first.span.start).cmp(&(&second.file, second.span.start));
        places.then_with(|| (a.rule, &a.message).cmp(&(b.rule, &b.message)))
    });
}

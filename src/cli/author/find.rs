//! Finds the report that INCIDENT names: a slug, part of one, or a path.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::cli::author::{AuthoringContext, usage};
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::diagnostic::Diagnostic;
use crate::edge::terminal;
use crate::edit::message;
use crate::model::incident::Incident;
use crate::model::report::{self, Kind, Status};
use crate::parse;
use crate::parse::draft::ReportDraft;
use crate::parse::files::{self, Role};
use crate::parse::near::near;
use crate::source::SourcePath;

/// How many reports an error message lists.
const MOST_LISTED: usize = 8;

/// A report of the site, with or without errors.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Report {
    pub(in crate::cli) slug: String,
    pub(in crate::cli) draft: Arc<ReportDraft>,
    /// `None` when the file has errors.
    pub(in crate::cli) facts: Option<Arc<report::Report>>,
    /// `None` when the file has errors or the report is not public yet.
    pub(in crate::cli) incident: Option<Incident>,
}

impl Report {
    pub(in crate::cli) fn path(&self) -> &SourcePath {
        &self.draft.path
    }

    /// The title, or the slug when it cannot be read.
    pub(in crate::cli) fn title(&self) -> &str {
        self.draft.front.title.as_ref().map_or(self.slug.as_str(), |title| title.value.as_str())
    }

    /// Whether the report needs attention: an unresolved incident, or maintenance in progress. A report with errors
    /// may be one unless an update has ended it.
    pub(in crate::cli) fn is_open(&self) -> bool {
        let runs = |status| matches!(status, Status::InProgress | Status::Verifying);
        match (&self.incident, self.draft.kind) {
            (Some(incident), Kind::Incident) => incident.is_open(),
            (Some(incident), Kind::Maintenance) => runs(incident.status),
            (None, _) => self.has_errors() && self.awaits_end(),
        }
    }

    /// Whether no update has ended it yet.
    pub(in crate::cli) fn awaits_end(&self) -> bool {
        let is_open = self.incident.as_ref().is_none_or(Incident::is_open);
        let is_ended =
            self.draft.updates.iter().any(|update| update.status.value.is_some_and(Status::is_final));
        !is_ended && is_open
    }

    pub(in crate::cli) fn has_errors(&self) -> bool {
        self.facts.is_none()
    }

    /// Whether the file is not text that can be parsed, so that its draft says nothing.
    pub(in crate::cli) fn is_unreadable(&self) -> bool {
        self.draft.text.is_empty()
    }

    /// The update that ended it.
    pub(in crate::cli) fn end(&self) -> Option<&report::Update> {
        let updates = self.facts.as_ref().map_or(&[][..], |facts| &facts.updates);
        updates.iter().find(|update| update.status.is_some_and(Status::is_final))
    }

    /// Compares keys in their stored form.
    pub(in crate::cli) fn has_key(&self, key: &str) -> bool {
        self.draft.front.keys.iter().any(|known| message::title(&known.value) == Ok(key))
    }

    /// Whether the file's errors hide its keys.
    fn hides_keys(&self) -> bool {
        self.has_errors() && self.draft.front.title.is_none()
    }

    fn line(&self) -> String {
        let status = self.incident.as_ref().map_or("", |incident| incident.status.as_str()).replace('_', " ");
        format!("{}  {} ({status})", self.slug, self.title()).replace(" ()", "")
    }
}

/// All reports, newest slug first.
pub(in crate::cli) fn all(context: &AuthoringContext) -> Vec<Report> {
    let site = &context.edition.site;
    let drafts = context.drafts.reports.iter().cloned().chain(unreadable(context));
    let mut all: Vec<Report> = drafts.filter_map(|draft| report(context, &draft)).collect();
    // A translation has no URL of its own.
    all.retain(|report| {
        report.facts.is_some()
            || report.draft.language.as_ref().is_none_or(|it| !site.config.languages.contains(it))
    });
    all.sort_by(|a, b| b.slug.cmp(&a.slug));
    all
}

/// Empty drafts of files that are not text that can be parsed.
fn unreadable(context: &AuthoringContext) -> impl Iterator<Item = Arc<ReportDraft>> {
    context.drafts.problems.iter().filter_map(|problem| {
        let path = &problem.labels[0].file;
        let Role::Report(kind) = files::role(path) else { return None };
        parse::report(path, b"", kind).ok().map(Arc::new)
    })
}

/// The open reports with this key, else the newest closed one. Fails when a report with errors may be one of them.
pub(in crate::cli) fn with_key(context: &AuthoringContext, key: &str) -> Result<Vec<Report>, Failure> {
    let mut found = all(context);
    found.retain(|report| report.has_key(key) || report.hides_keys() && report.awaits_end());
    let open: Vec<&Report> = found.iter().filter(|report| report.awaits_end()).collect();
    let candidates = if open.is_empty() { found.iter().take(1).collect() } else { open };
    require_sound(context, &candidates)?;
    Ok(candidates.into_iter().cloned().collect())
}

pub(in crate::cli) fn slugs(context: &AuthoringContext) -> BTreeSet<String> {
    all(context).into_iter().map(|report| report.slug).collect()
}

fn report(context: &AuthoringContext, draft: &Arc<ReportDraft>) -> Option<Report> {
    let site = &context.edition.site;
    let facts = site.reports.iter().find(|report| report.source == draft.path).cloned();
    let slug = match &facts {
        Some(facts) => facts.slug.to_string(),
        None => files::slug(&draft.path, None)?.to_string(),
    };
    let incident = facts.as_ref().and_then(|facts| Incident::at(facts, site, context.now));
    Some(Report { slug, draft: Arc::clone(draft), facts, incident })
}

/// The named report; without a name the only one that `fits`, else the user chooses. Fails for a report with errors, and
/// without a name when one with errors fits.
pub(in crate::cli) fn find(
    context: &AuthoringContext,
    named: Option<&str>,
    what: &str,
    fits: impl Fn(&Report) -> bool,
) -> Result<Report, Failure> {
    let all = all(context);
    let found = match named {
        Some(name) => matching(&all, name, load::inside(&context.folder, Path::new(name)).as_ref()),
        None => all.iter().filter(|report| fits(report)).collect(),
    };
    if named.is_none() {
        require_sound(context, &found)?;
    }
    let report = match (found.as_slice(), named) {
        ([only], _) => (*only).clone(),
        ([], Some(name)) => return Err(unknown(&all, name)),
        ([], None) => {
            return Err(usage(
                &format!("there is no {what}"),
                "name a report by its address or a part of it",
            ));
        }
        (several, _) => pick(several, what)?,
    };
    let errors = context.errors_of(report.path());
    if !errors.is_empty() || report.has_errors() {
        load::report(&errors, &context.snapshot)?;
        return Err(unusable(&report));
    }
    Ok(report)
}

/// Shows the errors of candidates that cannot be used: which report is meant is unknown then.
fn require_sound(context: &AuthoringContext, candidates: &[&Report]) -> Result<(), Failure> {
    let broken: Vec<&&Report> = candidates.iter().filter(|report| report.has_errors()).collect();
    let Some(first) = broken.first() else { return Ok(()) };
    let errors: Vec<Diagnostic> = broken.iter().flat_map(|report| context.errors_of(report.path())).collect();
    let shown = load::report(&errors, &context.snapshot);
    say!("help: correct these errors, or name the report: one with errors may be the one that is meant");
    shown.and(Err(unusable(first)))
}

fn unusable(report: &Report) -> Failure {
    Failure::World(format!("`{}` cannot be read as a report", report.path()))
}

/// Lets the user choose; without a terminal the candidates are listed in an error.
pub(in crate::cli) fn pick(several: &[&Report], what: &str) -> Result<Report, Failure> {
    let lines: Vec<String> = several.iter().map(|report| report.line()).collect();
    if !terminal::is_interactive() {
        let shown = lines.iter().take(MOST_LISTED).map(|line| format!("\n  {line}")).collect::<String>();
        let more = lines.len().saturating_sub(MOST_LISTED);
        let more = if more == 0 { String::new() } else { format!("\n  and {more} more") };
        return Err(usage(
            &format!("this could be any of {} reports:{shown}{more}", lines.len()),
            "name one by its address or a part that only it has",
        ));
    }
    let answer = terminal::asker().choose(&format!("Which {what}?"), &lines).map_err(Failure::world)?;
    let place = answer.ok_or_else(|| Failure::World("no answer, nothing was written".to_owned()))?;
    Ok(several[place].clone())
}

/// The reports that match a name: by path or slug, else by part of a slug. `file` is the site's file with that path.
fn matching<'a>(all: &'a [Report], name: &str, file: Option<&SourcePath>) -> Vec<&'a Report> {
    if let Some(report) = all.iter().find(|report| Some(report.path()) == file) {
        return vec![report];
    }
    let name = name.trim().replace('\\', "/");
    let path = name.trim_start_matches("./");
    let is_path = |report: &&Report| {
        let own = report.path().as_str();
        own == path || path.ends_with(&format!("/{own}")) || own.ends_with(&format!("/{path}"))
    };
    let slug = name.to_lowercase();
    let exact = |report: &&Report| report.slug == slug || (path.contains(".md") && is_path(report));
    let exactly: Vec<&Report> = all.iter().filter(exact).collect();
    if !exactly.is_empty() {
        return exactly;
    }
    all.iter().filter(|report| !slug.is_empty() && report.slug.contains(&slug)).collect()
}

fn unknown(all: &[Report], name: &str) -> Failure {
    let slugs = || all.iter().map(|report| report.slug.as_str());
    let help = match near(name, slugs()) {
        Some(slug) => format!("did you mean `{slug}`?"),
        None if all.is_empty() => "there are no reports yet: begin with `allclear new TITLE`".to_owned(),
        None => {
            let newest: Vec<String> = slugs().take(MOST_LISTED).map(|slug| format!("`{slug}`")).collect();
            format!("the newest are {}", newest.join(", "))
        }
    };
    usage(&format!("no report's slug is or contains `{name}`"), &help)
}

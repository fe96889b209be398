//! Finds the report that INCIDENT names: a slug, part of one, or a path.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::cli::author::{AuthoringContext, usage};
use crate::cli::{Failure, load};
use crate::edge::terminal;
use crate::edit::message;
use crate::model::incident::Incident;
use crate::model::report::{self, Kind, Status};
use crate::parse::draft::ReportDraft;
use crate::parse::files;
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

    /// The title; empty when it cannot be read.
    pub(in crate::cli) fn title(&self) -> &str {
        self.draft.front.title.as_ref().map_or(self.slug.as_str(), |title| title.value.as_str())
    }

    /// Whether the report needs attention: an unresolved incident, or maintenance in progress.
    pub(in crate::cli) fn is_open(&self) -> bool {
        let runs = |status| matches!(status, Status::InProgress | Status::Verifying);
        match (&self.incident, self.draft.kind) {
            (Some(incident), Kind::Incident) => incident.is_open(),
            (Some(incident), Kind::Maintenance) => runs(incident.status),
            (None, _) => false,
        }
    }

    /// Whether no update has ended it yet.
    pub(in crate::cli) fn awaits_end(&self) -> bool {
        let is_open = self.incident.as_ref().is_none_or(Incident::is_open);
        self.facts.is_some() && self.end().is_none() && is_open
    }

    /// The update that ended it.
    pub(in crate::cli) fn end(&self) -> Option<&report::Update> {
        let updates = self.facts.as_ref().map_or(&[][..], |facts| &facts.updates);
        updates.iter().find(|update| update.status.is_some_and(Status::is_final))
    }

    /// Compares keys in their stored form.
    pub(in crate::cli) fn has_key(&self, key: &str) -> bool {
        let is_it = |known: &String| message::title(known) == Ok(key);
        self.facts.as_ref().is_some_and(|facts| facts.keys.iter().any(is_it))
    }

    fn line(&self) -> String {
        let status = self.incident.as_ref().map_or("", |incident| incident.status.as_str()).replace('_', " ");
        format!("{}  {} ({status})", self.slug, self.title()).replace(" ()", "")
    }
}

/// All reports, newest slug first.
pub(in crate::cli) fn all(context: &AuthoringContext) -> Vec<Report> {
    let site = &context.edition.site;
    let mut all: Vec<Report> =
        context.drafts.reports.iter().filter_map(|draft| report(context, draft)).collect();
    // A translation has no URL of its own.
    all.retain(|report| {
        report.facts.is_some()
            || report.draft.language.as_ref().is_none_or(|it| !site.config.languages.contains(it))
    });
    all.sort_by(|a, b| b.slug.cmp(&a.slug));
    all
}

/// Reports without errors that have this key, newest slug first.
pub(in crate::cli) fn with_key(context: &AuthoringContext, key: &str) -> Vec<Report> {
    let mut found = all(context);
    found.retain(|report| report.has_key(key));
    found
}

/// The slugs in use.
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

/// The named report; without a name the only one that `fits`, else the user chooses. Fails for a report with errors.
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
    if !errors.is_empty() || report.facts.is_none() {
        load::report(&errors, &context.snapshot)?;
        return Err(Failure::World(format!("`{}` cannot be read as a report", report.path())));
    }
    Ok(report)
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

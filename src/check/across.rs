//! What reports and pages may not do to each other: share an address or an identity, or lead to what does not
//! exist.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::check::cache::CheckedReport;
use crate::check::dead_links::RootLink;
use crate::check::documents::Visible;
use crate::check::{addresses, dead_links, parts};
use crate::diagnostic::{Diagnostic, Rule};
use crate::model::report::Slug;
use crate::parse::draft::{Drafts, ReportDraft};
use crate::parse::near::near_early;
use crate::rules;
use crate::source::{SourcePath, Spanned};

pub(super) fn problems(rows: &[Arc<CheckedReport>], visible: &Visible<'_>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let slugs = slugs(rows, &mut problems);
    ids(rows, &mut problems);
    feed_ids(rows, &mut problems);
    pages(visible, &mut problems);
    for row in rows {
        problems.extend(unknown_report(row, &slugs, problems.len()));
    }
    problems
}

/// Where a report is pointed at as a whole: its title, else its first byte.
fn place(draft: &ReportDraft) -> Range<usize> {
    draft.front.title.as_ref().map_or(0..0, |title| title.span.clone())
}

/// Everyone in order of slugs, twins included.
fn slugs<'a>(
    rows: &'a [Arc<CheckedReport>],
    problems: &mut Vec<Diagnostic>,
) -> Vec<(&'a str, &'a ReportDraft)> {
    let slug = |row: &'a Arc<CheckedReport>| Some((row.slug.as_ref()?.as_str(), &*row.draft));
    let mut slugs: Vec<(&str, &ReportDraft)> = rows.iter().filter_map(slug).collect();
    // Keeps the order of paths among twins.
    slugs.sort_by_key(|(slug, _)| *slug);
    for twins in slugs.chunk_by(|(a, _), (b, _)| a == b) {
        let (slug, first) = twins[0];
        for (_, draft) in &twins[1..] {
            let message = format!("two reports have the slug `{slug}`");
            let problem = twin(rules::DUPLICATE_SLUG, &draft.path, place(draft), message);
            let problem = problem.also(&first.path, place(first), "the first");
            problems.push(problem.help("rename one of the two files"));
        }
    }
    slugs
}

fn twin(rule: Rule, file: &SourcePath, span: Range<usize>, message: String) -> Diagnostic {
    Diagnostic::new(rule, file, span, message)
}

/// Identities: `id`, else the slug. Those who share a slug and have no id have been told.
fn ids(rows: &[Arc<CheckedReport>], problems: &mut Vec<Diagnostic>) {
    let identity =
        |row: &'_ CheckedReport| row.draft.front.id.as_ref().map(|id| (id.value.clone(), id.span.clone()));
    if rows.iter().all(|row| row.draft.front.id.is_none()) {
        return;
    }
    let mut taken: BTreeMap<String, (&CheckedReport, Range<usize>)> = BTreeMap::new();
    for row in rows {
        let slug = row.slug.as_ref().map(|slug| (slug.to_string(), place(&row.draft)));
        let Some((id, span)) = identity(row).or(slug) else { continue };
        match taken.get(&id) {
            Some((first, _)) if first.draft.front.id.is_none() && row.draft.front.id.is_none() => {}
            Some((first, first_span)) => {
                let message = format!("two reports have the id `{id}`");
                let problem = twin(rules::DUPLICATE_ID, &row.draft.path, span, message);
                let problem = problem.also(&first.draft.path, first_span.clone(), "the first");
                problems.push(problem.help("give one of the two another `id`"));
            }
            None => drop(taken.insert(id, (row, span))),
        }
    }
}

/// Ids of entries in feeds: readers take two entries of one id for one.
fn feed_ids(rows: &[Arc<CheckedReport>], problems: &mut Vec<Diagnostic>) {
    let mut taken: BTreeMap<&str, (&CheckedReport, &Spanned<String>)> = BTreeMap::new();
    for row in rows {
        let Some(id) = &row.draft.front.feed_id else { continue };
        match taken.get(id.value.as_str()) {
            Some((first, first_id)) => {
                let message = format!("two reports have the feed id `{}`", id.value);
                let problem = twin(rules::DUPLICATE_ID, &row.draft.path, id.span.clone(), message);
                let problem = problem.also(&first.draft.path, first_id.span.clone(), "the first");
                problems.push(problem.help("correct one of the two, or leave it out"));
            }
            None => drop(taken.insert(&id.value, (row, id))),
        }
    }
}

fn pages(visible: &Visible<'_>, problems: &mut Vec<Diagnostic>) {
    let mut taken: BTreeMap<Slug, &SourcePath> = BTreeMap::new();
    for page in &visible.pages {
        let Some(name) = addresses::slug(&page.path) else { continue };
        match taken.get(&name) {
            Some(first) => {
                let message = format!("two pages have the name `{name}`");
                let span = page.front.title.as_ref().map_or(0..0, |title| title.span.clone());
                let problem = twin(rules::DUPLICATE_SLUG, &page.path, span, message);
                problems.push(problem.also(first, 0..0, "the first").help("rename one of the two files"));
            }
            None => drop(taken.insert(name, &page.path)),
        }
    }
}

fn unknown_report(row: &CheckedReport, slugs: &[(&str, &ReportDraft)], found: usize) -> Option<Diagnostic> {
    let Spanned { value: after, span } = row.draft.front.after.as_ref()?;
    let is_own = row.slug.as_ref().is_some_and(|slug| slug.as_str() == after);
    if slugs.binary_search_by(|(slug, _)| (*slug).cmp(after)).is_ok() && !is_own {
        return None;
    }
    let message = match is_own {
        true => "this report is `after` itself".to_owned(),
        false => format!("there is no report `{after}`"),
    };
    let problem = Diagnostic::new(rules::UNKNOWN_REPORT, &row.draft.path, span.clone(), message);
    let others = slugs.iter().map(|(slug, _)| *slug).filter(|slug| *slug != after);
    Some(match near_early(after, found, others) {
        Some(slug) if !is_own => problem.help(format!("did you mean `{slug}`?")),
        _ => problem.help("write the slug of the report it is a relapse of, its file's name without `.md`"),
    })
}

pub(super) fn dead_file_links(drafts: &Drafts, visible: &Visible<'_>, raw_html: bool) -> Vec<Diagnostic> {
    let reports = visible.reports.iter().map(|draft| &draft.path).collect();
    let pages = visible.pages.iter().map(|page| &page.path).collect();
    let others = drafts.files.iter().map(|file| &file.path).collect();
    let files = dead_links::Files { documents: [reports, pages], drafts: visible.hidden(), others, raw_html };
    let of_reports = visible.reports.par_iter().flat_map_iter(|draft| {
        dead_links::check(&draft.path, &draft.links, &files)
            .into_iter()
            .chain(parts::of_report(draft, raw_html))
    });
    let of_pages = visible.pages.par_iter().flat_map_iter(|page| {
        dead_links::check(&page.path, &page.links, &files).into_iter().chain(parts::of_page(page, raw_html))
    });
    of_reports.chain(of_pages).collect()
}

pub(super) fn root_links(visible: &Visible<'_>, raw_html: bool) -> Vec<RootLink> {
    let reports = visible.reports.iter().map(|draft| (&draft.path, &draft.links));
    let pages = visible.pages.iter().map(|page| (&page.path, &page.links));
    reports.chain(pages).flat_map(|(path, links)| dead_links::from_root(path, links, raw_html)).collect()
}

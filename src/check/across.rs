//! What reports and pages may not do to each other: share an address or an identity, or lead to what does not
//! exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::check::cache::CheckedReport;
use crate::check::dead_links::RootLink;
use crate::check::documents::Visible;
use crate::check::duplicates::{Claim, duplicates};
use crate::check::{addresses, dead_links, own_anchors};
use crate::diagnostic::Diagnostic;
use crate::model::report::Slug;
use crate::parse::draft::Drafts;
use crate::parse::near::{did_you_mean, near_early};
use crate::rules;
use crate::source::{SourcePath, Spanned};

pub(super) fn problems(rows: &[Arc<CheckedReport>], visible: &Visible<'_>) -> Vec<Diagnostic> {
    let by_slug = rows.iter().filter_map(|row| Some((row.slug.as_ref()?.to_string(), row)));
    let slugs = by_slug.clone().map(|(name, row)| {
        let (file, span) = (&row.draft.path, row.draft.title_span());
        Claim { name, file, span, is_written: true }
    });
    let mut problems = duplicates(
        rules::DUPLICATE_SLUG,
        slugs,
        |slug| format!("two reports have the slug `{slug}`"),
        "rename one of the two files",
    );
    if rows.iter().any(|row| row.draft.front.id.is_some()) {
        problems.extend(duplicates(
            rules::DUPLICATE_ID,
            rows.iter().filter_map(|row| identity(row)),
            |id| format!("two reports have the id `{id}`"),
            "give one of the two another `id`",
        ));
    }
    // Readers of feeds take two entries of one id for one.
    let feed_ids = rows.iter().filter_map(|row| Some((row.draft.front.feed_id.as_ref()?, &row.draft.path)));
    problems.extend(duplicates(
        rules::DUPLICATE_ID,
        feed_ids.map(|(id, file)| Claim {
            name: id.value.clone(),
            file,
            span: id.span.clone(),
            is_written: true,
        }),
        |id| format!("two reports have the feed id `{id}`"),
        "correct one of the two, or leave it out",
    ));
    pages(visible, &mut problems);
    let known: BTreeSet<String> = by_slug.map(|(slug, _)| slug).collect();
    for row in rows {
        problems.extend(unknown_report(row, &known, problems.len()));
    }
    problems
}

/// Its `id`, else its slug.
fn identity(row: &CheckedReport) -> Option<Claim<'_>> {
    let (draft, file) = (&row.draft, &row.draft.path);
    Some(match &draft.front.id {
        Some(id) => Claim { name: id.value.clone(), file, span: id.span.clone(), is_written: true },
        None => {
            Claim { name: row.slug.as_ref()?.to_string(), file, span: draft.title_span(), is_written: false }
        }
    })
}

fn pages(visible: &Visible<'_>, problems: &mut Vec<Diagnostic>) {
    let mut taken: BTreeMap<Slug, &SourcePath> = BTreeMap::new();
    for page in &visible.pages {
        let Some(name) = addresses::slug(&page.path) else { continue };
        if let Some(first) = taken.get(&name) {
            let message = format!("two pages have the name `{name}`");
            let span = page.front.title.as_ref().map_or(0..0, |title| title.span.clone());
            let problem = Diagnostic::new(rules::DUPLICATE_SLUG, &page.path, span, message);
            problems.push(problem.also(first, 0..0, "the first").help("rename one of the two files"));
            continue;
        }
        taken.insert(name, &page.path);
    }
}

fn unknown_report(row: &CheckedReport, slugs: &BTreeSet<String>, found: usize) -> Option<Diagnostic> {
    let Spanned { value: after, span } = row.draft.front.after.as_ref()?;
    let is_own = row.slug.as_ref().is_some_and(|slug| slug.as_str() == after);
    if slugs.contains(after) && !is_own {
        return None;
    }
    let message = match is_own {
        true => "this report is `after` itself".to_owned(),
        false => format!("there is no report `{after}`"),
    };
    let problem = row.draft.problem(rules::UNKNOWN_REPORT, span.clone(), message);
    let near = near_early(after, found, slugs.iter().map(String::as_str).filter(|slug| slug != after));
    let help = "write the slug of the report it is a relapse of, its file's name without `.md`";
    Some(problem.help(did_you_mean(near.filter(|_| !is_own), help)))
}

pub(super) fn dead_file_links(drafts: &Drafts, visible: &Visible<'_>, raw_html: bool) -> Vec<Diagnostic> {
    let reports = visible.reports.iter().map(|draft| &draft.path).collect();
    let pages = visible.pages.iter().map(|page| &page.path).collect();
    let others = drafts.files.iter().map(|file| &file.path).collect();
    let files = dead_links::Files { documents: [reports, pages], drafts: visible.hidden(), others, raw_html };
    let of_reports = visible.reports.par_iter().flat_map_iter(|draft| {
        dead_links::check(&draft.path, &draft.links, &files)
            .into_iter()
            .chain(own_anchors::of_report(draft, raw_html))
    });
    let of_pages = visible.pages.par_iter().flat_map_iter(|page| {
        dead_links::check(&page.path, &page.links, &files)
            .into_iter()
            .chain(own_anchors::of_page(page, raw_html))
    });
    of_reports.chain(of_pages).collect()
}

pub(super) fn root_links(visible: &Visible<'_>, raw_html: bool) -> Vec<RootLink> {
    visible.links().flat_map(|(path, links)| dead_links::from_root(path, links, raw_html)).collect()
}

//! Selects the documents that are published, and checks pages and recorded downtime.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::check::context::{ComponentLookup, Context, Lifecycle};
use crate::check::options::Drafts;
use crate::check::{addresses, redact, times};
use crate::diagnostic::Diagnostic;
use crate::model::uptime::{Recorded, Seconds, with_recorded};
use crate::model::{ComponentIx, ContentPage};
use crate::parse::draft::{self, DowntimeDraft, LinkDraft, PageDraft, ReportDraft, SiteDraft};
use crate::parse::files;
use crate::rules;
use crate::source::{SourcePath, Spanned};
use crate::time::Day;

/// The documents that readers see: neither hidden drafts nor translations of others.
pub(super) struct Visible<'a> {
    pub(super) reports: Vec<&'a Arc<ReportDraft>>,
    pub(super) pages: Vec<&'a Arc<PageDraft>>,
    hidden: BTreeSet<&'a SourcePath>,
    translations: Vec<&'a SourcePath>,
}

impl<'a> Visible<'a> {
    /// `X.LANG.md` is a translation when `X.md` exists.
    pub(super) fn of(drafts: &'a draft::Drafts, shown: Drafts) -> Self {
        let original = |path: &SourcePath, language: &Option<String>| original(path, language.as_deref()?);
        let is_report = |draft: &&Arc<ReportDraft>| {
            !original(&draft.path, &draft.language).is_some_and(|path| report_at(&drafts.reports, &path))
        };
        let is_page = |page: &&Arc<PageDraft>| {
            !original(&page.path, &page.language).is_some_and(|path| page_at(&drafts.pages, &path))
        };
        let (reports, more_reports): (Vec<_>, Vec<_>) = drafts.reports.iter().partition(is_report);
        let (pages, more_pages): (Vec<_>, Vec<_>) = drafts.pages.iter().partition(is_page);
        let is_shown = |is_draft: bool| !is_draft || shown == Drafts::Show;
        let hidden_reports = drafts.reports.iter().filter(|draft| !is_shown(draft.is_draft()));
        let hidden_pages = drafts.pages.iter().filter(|page| !is_shown(page.front.draft()));
        let translations = more_reports.iter().map(|draft| &draft.path);
        Self {
            reports: reports.into_iter().filter(|draft| is_shown(draft.is_draft())).collect(),
            pages: pages.into_iter().filter(|page| is_shown(page.front.draft())).collect(),
            hidden: hidden_reports
                .map(|draft| &draft.path)
                .chain(hidden_pages.map(|page| &page.path))
                .collect(),
            translations: translations.chain(more_pages.iter().map(|page| &page.path)).collect(),
        }
    }

    /// Translations, which no page shows yet.
    pub(super) fn translations(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        self.translations.iter().filter(|path| !self.hidden.contains(**path)).map(|path| {
            let message = "this translation is not shown: a site has one language for now";
            let problem = Diagnostic::new(rules::UNBUILT_TRANSLATION, path, 0..0, message);
            problem.help("remove it, or rename it if it is a report or page of its own")
        })
    }

    /// The links of each report and page.
    pub(super) fn links(&self) -> impl Iterator<Item = (&'a SourcePath, &'a [LinkDraft])> + '_ {
        let reports = self.reports.iter().map(|draft| (&draft.path, &*draft.links));
        reports.chain(self.pages.iter().map(|page| (&page.path, &*page.links)))
    }

    pub(super) fn hidden(&self) -> &BTreeSet<&'a SourcePath> {
        &self.hidden
    }

    /// Problems that the parser found in each file, without those of hidden drafts.
    pub(super) fn problems<'p>(
        &'p self,
        drafts: &'p draft::Drafts,
        site: &'p SiteDraft,
    ) -> impl Iterator<Item = &'p Diagnostic> {
        let reports = drafts.reports.iter().filter(|draft| !self.hidden.contains(&draft.path));
        let pages = drafts.pages.iter().filter(|page| !self.hidden.contains(&page.path));
        drafts
            .problems
            .iter()
            .chain(&site.problems)
            .chain(reports.flat_map(|draft| &draft.problems))
            .chain(pages.flat_map(|page| &page.problems))
            .chain(drafts.downtime.iter().flat_map(|draft| &draft.problems))
    }
}

fn report_at(reports: &[Arc<ReportDraft>], path: &SourcePath) -> bool {
    reports.binary_search_by(|draft| draft.path.cmp(path)).is_ok()
}

fn page_at(pages: &[Arc<PageDraft>], path: &SourcePath) -> bool {
    pages.binary_search_by(|page| page.path.cmp(path)).is_ok()
}

/// `X.md` of `X.LANG.md`.
fn original(path: &SourcePath, language: &str) -> Option<SourcePath> {
    let stem = path.as_str().strip_suffix(".md")?.strip_suffix(language)?.strip_suffix('.')?;
    Some(SourcePath::new(format!("{stem}.md")))
}

/// The pages by `weight`, then by title. Those with errors are left out.
pub(super) fn pages(
    visible: &Visible<'_>,
    context: &Context,
    problems: &mut Vec<Diagnostic>,
) -> Vec<ContentPage> {
    let mut pages: Vec<ContentPage> =
        visible.pages.iter().filter_map(|draft| page(draft, context, problems)).collect();
    pages.sort_by(|a, b| (a.weight, &a.title, &a.name).cmp(&(b.weight, &b.title, &b.name)));
    pages
}

fn page(draft: &PageDraft, context: &Context, problems: &mut Vec<Diagnostic>) -> Option<ContentPage> {
    let edited = times::dated(context, &draft.path, draft.front.edited.as_ref(), problems);
    let aliases = addresses::aliases(&draft.path, &draft.front.aliases, problems);
    problems.extend(redact::page(draft, &context.redactions));
    Some(ContentPage {
        name: addresses::slug(&draft.path)?.to_string(),
        title: draft.front.title.as_ref()?.value.clone(),
        source: draft.path.clone(),
        body: draft.body.clone(),
        aliases,
        edited,
        nav: draft.front.nav(),
        weight: draft.front.weight(),
    })
}

/// Recorded downtime by component, each day's seconds cut to its length.
pub(super) fn recorded(
    drafts: &draft::Drafts,
    context: &Context,
    problems: &mut Vec<Diagnostic>,
) -> Vec<BTreeMap<Day, Recorded>> {
    let mut all = vec![BTreeMap::new(); context.components.len()];
    for draft in &drafts.downtime {
        let id = files::stem(&draft.path, None);
        match context.component(id) {
            ComponentLookup::Known(ix) => {
                all[ix.0] = days(draft, context);
                problems.extend(outside_life(draft, ix, context));
            }
            ComponentLookup::Unsure => {}
            ComponentLookup::Unknown => {
                let message = format!("this file is named after a component, but there is no `{id}`");
                let problem = Diagnostic::new(rules::UNKNOWN_COMPONENT, &draft.path, 0..0, message);
                problems.push(problem.help(context.component_help(id, problems.len())));
            }
        }
    }
    all
}

/// Problems of rows for days on which the component was not in service, which would not count.
fn outside_life(draft: &DowntimeDraft, ix: ComponentIx, context: &Context) -> Vec<Diagnostic> {
    let Some(zone) = context.zone else { return Vec::new() };
    let id = &context.components[ix.0].id;
    let problem = |row: &Spanned<(Day, Recorded)>| {
        let (words, help) = match context.lifecycle_at(ix, zone.start_of(row.value.0)) {
            Lifecycle::Active => return None,
            Lifecycle::NotYet => {
                ("before", "remove the row, or set the component's `since` to an earlier day")
            }
            Lifecycle::Retired => {
                ("after", "remove the row, or set the component's `retired` to a later day")
            }
        };
        let message = format!("{} lies {words} the life of `{id}`, so it would not count", row.value.0);
        Some(Diagnostic::new(rules::OUTSIDE_LIFE, &draft.path, row.span.clone(), message).help(help))
    };
    draft.days.iter().filter_map(problem).collect()
}

fn days(draft: &DowntimeDraft, context: &Context) -> BTreeMap<Day, Recorded> {
    let Some(zone) = context.zone else { return BTreeMap::new() };
    let day_secs = |day: Day| zone.bounds(day).secs();
    let cut = |day: Day, recorded: Recorded| Recorded {
        seconds: with_recorded(Seconds::default(), recorded.seconds, day_secs(day)),
        ..recorded
    };
    draft.days.iter().map(|row| (row.value.0, cut(row.value.0, row.value.1))).collect()
}

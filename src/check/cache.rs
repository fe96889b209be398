//! Checked reports, reused while their drafts and site.toml are the same in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::check::options::Drafts;
use crate::check::{Context, addresses, report};
use crate::diagnostic::Diagnostic;
use crate::model::report::{Report, Slug};
use crate::parse::draft::{ReportDraft, SiteDraft};

/// Checked reports of the last check, reused while their drafts and site.toml are the same in memory.
#[derive(Debug, Default)]
pub struct Cache {
    /// What the rows depend on besides their drafts: site.toml, whether drafts are shown, and the sections that postmortems need.
    key: Option<(Arc<SiteDraft>, Drafts, Vec<String>)>,
    /// By the memory address of the draft, which the row keeps alive.
    rows: BTreeMap<usize, Arc<CheckedReport>>,
}

#[derive(Debug)]
pub(super) struct CheckedReport {
    pub(super) draft: Arc<ReportDraft>,
    pub(super) slug: Option<Slug>,
    pub(super) report: Option<Arc<Report>>,
    pub(super) problems: Vec<Diagnostic>,
}

impl Cache {
    /// The reports of these drafts in the same order; the cache then holds just them.
    pub(super) fn rows(
        &mut self,
        site: &Arc<SiteDraft>,
        drafts: &[&Arc<ReportDraft>],
        context: &Context,
    ) -> Vec<Arc<CheckedReport>> {
        let is_same = |(old, shown, sections): &(Arc<SiteDraft>, Drafts, Vec<String>)| {
            Arc::ptr_eq(old, site) && *shown == context.drafts && *sections == context.sections
        };
        if !self.key.as_ref().is_some_and(is_same) {
            self.rows.clear();
            self.key = Some((Arc::clone(site), context.drafts, context.sections.clone()));
        }
        let known = &self.rows;
        let row = |draft: &&Arc<ReportDraft>| match known.get(&address(draft)) {
            Some(row) => Arc::clone(row),
            None => Arc::new(CheckedReport::of(draft, context)),
        };
        let rows: Vec<Arc<CheckedReport>> = drafts.par_iter().map(row).collect();
        self.rows = rows.iter().map(|row| (address(&row.draft), Arc::clone(row))).collect();
        rows
    }
}

fn address(draft: &Arc<ReportDraft>) -> usize {
    Arc::as_ptr(draft) as usize
}

impl CheckedReport {
    fn of(draft: &Arc<ReportDraft>, context: &Context) -> Self {
        let (report, problems) = report(draft, context);
        Self {
            draft: Arc::clone(draft),
            slug: addresses::slug(&draft.path),
            report: report.map(Arc::new),
            problems,
        }
    }
}

pub(super) fn reports(rows: &[Arc<CheckedReport>]) -> Vec<Arc<Report>> {
    let mut sorted: Vec<&Arc<CheckedReport>> = rows.iter().collect();
    sorted.sort_by_key(|row| row.slug.as_ref());
    sorted.into_iter().filter_map(|row| row.report.clone()).collect()
}

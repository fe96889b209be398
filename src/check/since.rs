//! Components without `since`: the days of their uptime begin with what was reported or recorded.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::cache::CheckedReport;
use crate::check::config::Settings;
use crate::check::site_toml::problem;
use crate::diagnostic::Diagnostic;
use crate::model::ComponentIx;
use crate::model::incident::Incident;
use crate::model::uptime::Recorded;
use crate::parse::draft::SiteDraft;
use crate::rules;
use crate::time::{Day, Instant};

/// The components that show their uptime and do not say since when.
pub(super) fn missing(
    draft: &SiteDraft,
    settings: &Settings,
    rows: &[Arc<CheckedReport>],
    recorded: &[BTreeMap<Day, Recorded>],
    now: Instant,
) -> Vec<Diagnostic> {
    let named = draft.toml.components.iter().filter(|table| table.id.is_some());
    let open: Vec<_> =
        named.enumerate().filter(|(_, table)| table.since.is_none() && table.show_uptime()).collect();
    let Some(zone) = settings.zone.filter(|_| !open.is_empty()) else { return Vec::new() };
    let among =
        |row: &Arc<CheckedReport>| Incident::among(row.report.as_ref()?, &settings.components, zone, now);
    let incidents: Vec<Incident> = rows.iter().filter_map(among).collect();
    let first = |ix: ComponentIx| {
        let reports = incidents
            .iter()
            .filter(|it| it.components().contains(&ix))
            .filter_map(|it| it.first_day(zone.day_of(now)));
        reports.chain(recorded.get(ix.0).and_then(|days| days.keys().next().copied())).min()
    };
    let problems = open.into_iter().filter_map(|(ix, table)| {
        let id = table.id.as_ref()?;
        let (message, help) = match first(ComponentIx(ix)) {
            Some(day) => (
                format!(
                    "`{}` has no `since`: its uptime counts from {day}, its first report or recorded day",
                    id.value
                ),
                format!("add `since = {day}`, or its true first day"),
            ),
            None => (
                format!("`{}` has no `since`: without a report or a recorded day it has no uptime", id.value),
                "add `since` with its first day, such as `since = 2024-05-01`".to_owned(),
            ),
        };
        Some(problem(rules::MISSING_SINCE, &id.span, message).help(help))
    });
    problems.collect()
}

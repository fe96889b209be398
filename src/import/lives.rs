//! The days on which components exist.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::existing::ExistingLife;
use crate::import::fate::Destination;
use crate::import::history::History;
use crate::import::ids::IdMap;
use crate::import::log::{Finding, ImportLog};
use crate::time::{Day, Zone};

/// Names components of site.toml whose life there does not span the reports, which fails the check of the site.
pub(super) fn check(history: &History, destination: &Destination<'_>, names: &IdMap, log: &mut ImportLog) {
    let mut days: BTreeMap<&str, BTreeSet<Day>> = BTreeMap::new();
    for report in &history.reports {
        let Some(day) = report.began().map(|began| destination.zone.day_of(began)) else { continue };
        report.component_keys().for_each(|key| {
            days.entry(names.component(key)).or_default().insert(day);
        });
    }
    for (id, days) in days {
        let Some(ExistingLife { line, since, retired }) = destination.existing.lives.get(id) else {
            continue;
        };
        let (Some(first), Some(last)) = (days.first(), days.last()) else { continue };
        if since.is_some_and(|since| *first < since) {
            let text = format!(
                "line {line}: `{id}` is in reports since {first}: set its `since` to that day or an earlier one"
            );
            log.add(Finding::Unsettled, "site.toml", text);
        }
        if retired.is_some_and(|retired| retired <= *last) {
            let text =
                format!("line {line}: `{id}` is in reports until {last}: set its `retired` to a later day");
            log.add(Finding::Unsettled, "site.toml", text);
        }
    }
}

/// Sets `since` to the earliest report or recorded day where that is earlier, and `retired` of components that the source
/// no longer lists: the day after the end of their last report. Without `listed`, none is retired.
pub(super) fn set(history: &mut History, listed: Option<&BTreeSet<String>>, zone: Zone) {
    let mut days: BTreeMap<String, (Day, Day)> = BTreeMap::new();
    let mut extend = |key: &str, day: Day| {
        let span = days.entry(key.to_owned()).or_insert((day, day));
        *span = (span.0.min(day), span.1.max(day));
    };
    for report in &history.reports {
        for day in [report.began(), report.last()].into_iter().flatten().map(|at| zone.day_of(at)) {
            report.component_keys().for_each(|key| extend(key, day));
        }
    }
    for (key, recorded) in &history.downtime {
        recorded.keys().for_each(|day| extend(key, *day));
    }
    for component in &mut history.site.components {
        let Some((first, last)) = days.get(&component.key) else { continue };
        component.since = Some(component.since.map_or(*first, |since| since.min(*first)));
        let is_gone = listed.is_some_and(|listed| !listed.contains(&component.key));
        component.retired = is_gone.then(|| last.next());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::set;
    use crate::import::history::{Component, History, Report};
    use crate::model::report::Kind;
    use crate::time::{Instant, Zone};

    #[test]
    fn a_component_that_is_gone_exists_until_its_last_report_ends() {
        let at = |text: &str| Instant::parse_rfc3339(text);
        let mut report = Report::new("a", Kind::Incident, "Down");
        report.components.push(("gone".to_owned(), None));
        (report.started, report.ended) = (at("2024-06-26T10:00:00Z"), at("2024-07-03T09:00:00Z"));
        let mut history = History { reports: vec![report], ..History::default() };
        history.site.components.push(Component::new("gone", "Gone"));
        set(&mut history, Some(&BTreeSet::new()), Zone::UTC);
        let life = &history.site.components[0];
        let days = [life.since, life.retired].map(|day| day.unwrap().to_string());
        assert_eq!(days, ["2024-06-26", "2024-07-04"]);
    }
}

//! The days on which components exist.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::history::History;
use crate::time::{Day, Zone};

/// Sets `since` to the earliest report or recorded day where that is earlier, and `retired` of components that the source
/// no longer lists: the day after their last report. Without `listed`, none is retired.
pub(super) fn set(history: &mut History, listed: Option<&BTreeSet<String>>, zone: Zone) {
    let mut days: BTreeMap<String, (Day, Day)> = BTreeMap::new();
    let mut extend = |key: &str, day: Day| {
        let span = days.entry(key.to_owned()).or_insert((day, day));
        *span = (span.0.min(day), span.1.max(day));
    };
    for report in &history.reports {
        let Some(day) = report.began().map(|began| zone.day_of(began)) else { continue };
        report.component_keys().for_each(|key| extend(key, day));
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

//! Seconds of outage that another page published for a day, beside those that the reports give.
//!
//! Where the two differ, the day is recorded in `content/downtime`, so that its figure is the published one. The model says
//! what the reports give.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::{self, Clock, Options, Variant};
use crate::import::existing::ExistingSite;
use crate::import::fate::Destination;
use crate::import::history::History;
use crate::import::ids::IdMap;
use crate::import::imported_site::ImportedSite;
use crate::import::log::Finding;
use crate::model::edition::Edition;
use crate::model::uptime::{Recorded, Seconds, with_recorded};
use crate::time::{Day, Instant};

/// Seconds that the reports give to days of components, by the component's key in the source.
pub struct ReportedSeconds {
    edition: Edition,
    ids: IdMap,
}

impl ReportedSeconds {
    /// The seconds by the reports of a site as the import leaves it. The error is one sentence.
    pub fn new(
        ImportedSite { snapshot, drafts }: &ImportedSite,
        history: &History,
        destination: &Destination<'_>,
        now: Instant,
    ) -> Result<Self, String> {
        let options = Options { now, clock: Clock::Fixed, variant: Variant::default() };
        let checked = check::site(drafts, snapshot, &options);
        let mut site = checked.site.ok_or("site.toml has errors")?;
        let ids = IdMap::new(history, destination);
        let first = history.published.values().filter_map(|days| days.first_key_value()).map(|(day, _)| *day);
        let first = first.min();
        for component in &mut site.components {
            component.since = component.since.or(first);
        }
        site.recorded.iter_mut().for_each(BTreeMap::clear);
        Ok(Self { edition: Edition::new(Arc::new(site), now), ids })
    }

    /// Our id of a component.
    pub fn id(&self, key: &str) -> &str {
        self.ids.component(key)
    }

    /// The last day that is over.
    pub fn last_day(&self) -> Day {
        self.edition.today.prev()
    }

    /// The seconds of days from `first` to `last`; days that do not count for the component, and days that are not over,
    /// are left out.
    pub fn days(&self, key: &str, first: Day, last: Day) -> BTreeMap<Day, Seconds> {
        let id = self.id(key);
        let Some(ix) = self.edition.site.component_ixs().find(|ix| self.edition.site.component(*ix).id == id)
        else {
            return BTreeMap::new();
        };
        let last = last.min(self.last_day());
        let rows = self.edition.days(ix, first, last, self.edition.now);
        rows.into_iter().filter_map(|row| Some((row.day, row.seconds?))).collect()
    }

    fn length_secs(&self, day: Day) -> i64 {
        self.edition.day_starts.bounds(day).secs()
    }
}

/// Adds the days to record to the history, and logs new ones that replace the reports.
pub fn record(history: &mut History, reported: &ReportedSeconds, existing: &ExistingSite) {
    for (key, published) in &history.published {
        let (Some((first, _)), Some((last, _))) = (published.first_key_value(), published.last_key_value())
        else {
            continue;
        };
        let id = reported.id(key);
        let known = existing.downtime.get(id).map(|known| &known.days);
        let mut days = BTreeMap::new();
        for (day, said) in reported.days(key, *first, *last) {
            let Some(published) = published.get(&day) else { continue };
            let Some(recorded) = recorded(*published, said, reported.length_secs(day)) else { continue };
            let is_known = known.and_then(|days| days.get(&day)) == Some(&recorded);
            if recorded.replaces && !is_known {
                let text = format!(
                    "{day} replaces the reports: {} was published, they give {}",
                    shown(*published),
                    shown(said)
                );
                history.log.add(Finding::Made, &format!("content/downtime/{id}.csv"), text);
            }
            days.insert(day, recorded);
        }
        if !days.is_empty() {
            history.downtime.insert(key.clone(), days);
        }
    }
}

fn shown(seconds: Seconds) -> String {
    format!("{} s partial and {} s major outage", seconds.partial_outage, seconds.major_outage)
}

/// What must be recorded for a day to have the published outage; `None` if the reports give just that. Seconds beyond the
/// day's length are cut.
fn recorded(published: Seconds, said: Seconds, length_secs: i64) -> Option<Recorded> {
    let outage = |seconds: Seconds| (seconds.partial_outage, seconds.major_outage);
    let published = with_recorded(Seconds::default(), published, length_secs);
    if outage(published) == outage(said) {
        return None;
    }
    let missing = Seconds {
        partial_outage: published.partial_outage - said.partial_outage,
        major_outage: published.major_outage - said.major_outage,
        ..Seconds::default()
    };
    let is_sum = missing.partial_outage >= 0
        && missing.major_outage >= 0
        && outage(with_recorded(said, missing, length_secs)) == outage(published);
    if is_sum {
        return Some(Recorded { seconds: missing, replaces: false });
    }
    // The page publishes no other states: those of the reports stay, as far as the day has room.
    let others = Seconds { partial_outage: 0, major_outage: 0, ..said };
    Some(Recorded { seconds: with_recorded(published, others, length_secs), replaces: true })
}

#[cfg(test)]
mod tests {
    use super::recorded;
    use crate::model::uptime::{Recorded, Seconds};

    fn outage(partial_outage: i64, major_outage: i64) -> Seconds {
        Seconds { partial_outage, major_outage, ..Seconds::default() }
    }

    #[test]
    fn a_day_gets_the_published_outage() {
        let add = |seconds| Some(Recorded { seconds, replaces: false });
        let replace = |seconds| Some(Recorded { seconds, replaces: true });
        let check = |published, said, expected| assert_eq!(recorded(published, said, 86_400), expected);
        check(outage(0, 172), outage(0, 172), None);
        check(outage(5909, 697), outage(0, 600), add(outage(5909, 97)));
        check(outage(0, 600), outage(0, 660), replace(outage(0, 600)));
        // A state that is too long beside one that is too short.
        check(outage(10, 600), outage(0, 660), replace(outage(10, 600)));
        // No room beside what the reports give: degraded performance all day.
        let degraded = |secs| Seconds { degraded_performance: secs, ..Seconds::default() };
        check(outage(0, 100), degraded(86_300), add(outage(0, 100)));
        let left = Seconds { major_outage: 100, ..degraded(86_300) };
        check(outage(0, 100), degraded(86_400), replace(left));
        // More than a day has.
        check(outage(0, 90_000), outage(0, 0), add(outage(0, 86_400)));
    }
}

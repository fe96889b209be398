//! Reads the name, address, zone, groups and components of a page.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::history::{self, History};
use crate::import::html;
use crate::import::lives;
use crate::import::log::Finding;
use crate::import::statuspage::body::{Affected, Component, SourceBody};
use crate::import::statuspage::times::time;
use crate::time::{Day, Zone, written};

pub(super) fn site(sources: &[SourceBody], history: &mut History) {
    let Some((source, page)) = sources.iter().find_map(|source| Some((source, source.body.page.as_ref()?)))
    else {
        components(sources, history);
        return;
    };
    let site = &mut history.site;
    site.title = Some(html::to_line(&page.name)).filter(|name| !name.is_empty());
    site.base_url = Some(page.address()).filter(|url| !url.is_empty());
    site.page_id = Some(page.id.clone()).filter(|id| !id.is_empty());
    site.zone = page.time_zone.as_deref().and_then(Zone::parse);
    if let (None, Some(name)) = (site.zone, &page.time_zone) {
        let text = format!(
            "line {}: the zone `{name}` is not an IANA name; times are read as UTC: set `time_zone` by hand",
            page.zone_line
        );
        history.log.add(Finding::Unsettled, &source.name, text);
    }
    components(sources, history);
}

/// Listed components, then those that only incidents name, which are retired.
fn components(sources: &[SourceBody], history: &mut History) {
    let mut listed: BTreeMap<&str, &Component> = BTreeMap::new();
    let mut named: BTreeMap<&str, Component> = BTreeMap::new();
    for SourceBody { name: source, body } in sources {
        for component in &body.components {
            let updated = |it: &Component| time(it.updated_at.as_deref());
            let newest = listed.entry(component.id.as_str()).or_insert(component);
            // Of two without a time, the last one.
            let (taken, out) = match updated(component) >= updated(newest) {
                true => (component, std::mem::replace(newest, component)),
                false => (*newest, component),
            };
            if taken.name != out.name {
                let (line, id) = (component.line, &component.id);
                let text = format!(
                    "line {line}: the component `{id}` is `{}` in one place and `{}` in another: the newer name, `{}`, is taken",
                    out.name, taken.name, taken.name
                );
                history.log.add(Finding::Guessed, source, text);
            }
        }
        for incident in body.all_incidents() {
            named.extend(incident.components.iter().map(|it| (it.id.as_str(), it.clone())));
            let affected =
                incident.incident_updates.iter().filter_map(|update| update.affected_components.as_ref());
            // Old bodies say in words, without a code, that no component was affected.
            for Affected { code, name, .. } in affected.flatten().filter(|affected| !affected.code.is_empty())
            {
                let component = || Component { id: code.clone(), name: name.clone(), ..Component::default() };
                named.entry(code).or_insert_with(component);
            }
        }
    }
    let place = |component: &&Component| {
        let group = component.group_id.as_deref().and_then(|id| listed.get(id));
        (
            group.map_or(component.position, |group| group.position),
            component.group_id.is_some(),
            component.position,
        )
    };
    let mut ordered: Vec<&Component> = listed.values().copied().collect();
    ordered.sort_by_key(place);
    for component in &ordered {
        if component.only_show_if_degraded {
            let text =
                format!("`{}` is shown only while it is degraded there; here it always is", component.name);
            history.log.add(Finding::LeftOut, "components", text);
        }
        match component.is_group() {
            true => history.site.groups.push(group(component)),
            false => history.site.components.push(known(component)),
        }
    }
    let unlisted = named.values().filter(|component| !listed.contains_key(component.id.as_str()));
    let mut unlisted: Vec<&Component> = unlisted.collect();
    // Updates know no position.
    unlisted.sort_by_key(|component| (component.position == 0, component.position));
    history.site.components.extend(unlisted.into_iter().map(known));
}

fn group(component: &Component) -> history::Group {
    history::Group {
        key: component.id.clone(),
        api_id: Some(component.id.clone()),
        name: html::to_line(&component.name),
    }
}

fn known(component: &Component) -> history::Component {
    history::Component {
        key: component.id.clone(),
        api_id: Some(component.id.clone()),
        name: html::to_line(&component.name),
        description: html::to_line(component.description.as_deref().unwrap_or_default()),
        group: component.group_id.clone(),
        // Times are in the page's zone.
        since: day(component.start_date.as_deref())
            .or(day(component.created_at.as_deref()).filter(|day| day.year() > EPOCH)),
        retired: None,
        show_uptime: component.showcase.unwrap_or(true),
    }
}

/// The year of components whose beginning is not known.
const EPOCH: i32 = 1970;

pub(super) fn day(text: Option<&str>) -> Option<Day> {
    Day::parse(text?.get(..10)?).filter(|day| written::check_year(*day).is_ok())
}

/// Without components, a source says of none that it is gone.
pub(super) fn lives(sources: &[SourceBody], zone: Zone, history: &mut History) {
    let components = sources.iter().flat_map(|source| &source.body.components);
    let listed: BTreeSet<String> = components.map(|component| component.id.clone()).collect();
    lives::set(history, Some(&listed).filter(|listed| !listed.is_empty()), zone);
}

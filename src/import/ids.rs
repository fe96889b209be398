//! Ids of components and groups: the site's own where it has them, new ones otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::{front, slug};
use crate::import::existing::{ExistingPart, ExistingSite};
use crate::import::fate::Destination;
use crate::import::history::{Component, Group, History};
use crate::import::record::{Part, Record};
use crate::time::Day;

/// Our ids for the source's keys.
pub(super) struct IdMap {
    components: BTreeMap<String, String>,
    groups: BTreeMap<String, String>,
    new: BTreeSet<String>,
}

/// A component or group of the source.
struct Named<'a> {
    key: &'a str,
    api_id: Option<&'a str>,
    name: &'a str,
}

impl<'a> Named<'a> {
    fn new(key: &'a str, api_id: &'a Option<String>, name: &'a str) -> Self {
        Self { key, api_id: api_id.as_deref(), name: named(name, key) }
    }
}

impl IdMap {
    pub(super) fn new(history: &History, destination: &Destination<'_>) -> Self {
        let Destination { existing, record, kind, .. } = destination;
        let site = &history.site;
        let mut taken: BTreeSet<String> =
            existing.components.iter().chain(&existing.groups).map(|named| named.id.clone()).collect();
        let mut new = BTreeSet::new();
        let mut ids = |part: Part, all: Vec<Named<'_>>, existing: &[ExistingPart]| {
            let mut ids = known(part, &all, existing, (record, kind));
            for Named { key, name, .. } in all {
                ids.entry(key.to_owned()).or_insert_with(|| {
                    let id = slug::component_id(name, |id| taken.contains(id));
                    taken.insert(id.clone());
                    new.insert(key.to_owned());
                    id
                });
            }
            ids
        };
        let named = site.groups.iter().map(|it| Named::new(&it.key, &it.api_id, &it.name));
        let groups = ids(Part::Group, named.collect(), &existing.groups);
        let named = site.components.iter().map(|it| Named::new(&it.key, &it.api_id, &it.name));
        let components = ids(Part::Component, named.collect(), &existing.components);
        Self { components, groups, new }
    }

    /// Adds all ids to the record, which knows them when a person renames what has them.
    pub(super) fn record(&self, record: &mut Record, kind: &str) {
        for (part, ids) in [(Part::Group, &self.groups), (Part::Component, &self.components)] {
            ids.iter().for_each(|(key, id)| record.add_part(part, id, kind, key));
        }
    }

    /// The ids of new parts to which the source gives no name.
    pub(super) fn unnamed(&self, history: &History) -> Vec<String> {
        let site = &history.site;
        let groups = site.groups.iter().map(|it| (&it.name, &it.key, &self.groups));
        let components = site.components.iter().map(|it| (&it.name, &it.key, &self.components));
        let unnamed =
            groups.chain(components).filter(|(name, key, _)| is_blank(name) && self.new.contains(*key));
        unnamed.map(|(_, key, ids)| ids[key].clone()).collect()
    }

    /// Which names of the source site.toml has otherwise.
    pub(super) fn renamed(&self, history: &History, existing: &ExistingSite) -> Vec<String> {
        let Self { components, groups, .. } = self;
        let parts = history.site.components.iter();
        let parts = parts.map(|it| (&components[&it.key], &it.name, &existing.components));
        let all = history.site.groups.iter().map(|it| (&groups[&it.key], &it.name, &existing.groups));
        let renamed = |(id, name, existing): (&String, &String, &Vec<ExistingPart>)| {
            let known =
                existing.iter().find(|known| known.id == *id && known.name != *name && !is_blank(name))?;
            Some(format!("`{id}` is called “{}” here and “{name}” in the source", known.name))
        };
        all.chain(parts).filter_map(renamed).collect()
    }

    /// Our id of a component.
    pub(super) fn component(&self, key: &str) -> &str {
        self.components.get(key).expect("a history lists every component that it names")
    }

    pub(super) fn tables(&self, history: &History) -> Vec<String> {
        let site = &history.site;
        let groups = site.groups.iter().filter(|group| self.new.contains(&group.key));
        let groups = groups.map(|group| self.group_table(group));
        let components = site.components.iter().filter(|component| self.new.contains(&component.key));
        groups.chain(components.map(|component| self.component_table(component))).collect()
    }

    fn group_table(&self, group: &Group) -> String {
        let text = |text: &str| Some(front::text(text));
        let api_id = group.api_id.as_deref().and_then(text);
        table(
            "groups",
            [
                ("id", text(&self.groups[&group.key])),
                ("name", text(named(&group.name, &self.groups[&group.key]))),
                ("api_id", api_id),
            ],
        )
    }

    fn component_table(&self, component: &Component) -> String {
        let text = |text: &str| Some(front::text(text));
        let day = |day: Day| day.to_string();
        let description = Some(component.description.as_str()).filter(|it| !it.is_empty());
        let group = component.group.as_ref().and_then(|key| self.groups.get(key));
        table(
            "components",
            [
                ("id", text(self.component(&component.key))),
                ("name", text(named(&component.name, self.component(&component.key)))),
                ("description", description.and_then(text)),
                ("group", group.and_then(|group| text(group))),
                ("since", component.since.map(day)),
                ("retired", component.retired.map(day)),
                ("show_uptime", (!component.show_uptime).then(|| "false".to_owned())),
                ("api_id", component.api_id.as_deref().and_then(text)),
            ],
        )
    }
}

/// Whether a component or group of the source is one that the site has.
type IsSame<'a> = dyn Fn(&Named<'_>, &ExistingPart) -> bool + 'a;

/// Ids by key of what the site has: by the id in the API, else by what an import called it, else by its name. Two of the
/// source are one of the site's only where it has no other of their name.
fn known(
    part: Part,
    all: &[Named<'_>],
    existing: &[ExistingPart],
    (record, kind): (&Record, &str),
) -> BTreeMap<String, String> {
    let by_api_id =
        |named: &Named<'_>, it: &ExistingPart| named.api_id.is_some() && it.api_id.as_deref() == named.api_id;
    let by_record = |named: &Named<'_>, it: &ExistingPart| record.part(part, kind, named.key) == Some(&it.id);
    let by_name = |named: &Named<'_>, it: &ExistingPart| it.name == named.name;
    let ways: [&IsSame<'_>; 3] = [&by_api_id, &by_record, &by_name];
    let (mut ids, mut claimed) = (BTreeMap::new(), BTreeSet::new());
    for is_it in ways {
        for named in all {
            if ids.contains_key(named.key) {
                continue;
            }
            let found = |is_free: bool| {
                existing.iter().find(|it| is_it(named, it) && !(is_free && claimed.contains(&it.id)))
            };
            if let Some(found) = found(true).or_else(|| found(false)) {
                claimed.insert(&found.id);
                ids.insert(named.key.to_owned(), found.id.clone());
            }
        }
    }
    ids
}

fn is_blank(name: &str) -> bool {
    name.trim().is_empty()
}

/// The name, or what stands for a blank one.
fn named<'a>(name: &'a str, id: &'a str) -> &'a str {
    if is_blank(name) { id } else { name }
}

/// A table with those keys that have a value in TOML.
fn table<const N: usize>(name: &str, values: [(&str, Option<String>); N]) -> String {
    let lines = values.into_iter().filter_map(|(key, toml)| Some(format!("{key} = {}\n", toml?)));
    format!("[[{name}]]\n{}", lines.collect::<String>())
}

//! Ids of components and groups: the site's own where it has them, new ones otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::{front, slug};
use crate::import::existing::{ExistingPart, ExistingSite};
use crate::import::history::{Component, Group, History};
use crate::time::Day;

/// Our ids for the source's keys.
pub(super) struct IdMap {
    components: BTreeMap<String, String>,
    groups: BTreeMap<String, String>,
    new: BTreeSet<String>,
}

impl IdMap {
    pub(super) fn new(history: &History, existing: &ExistingSite) -> Self {
        let site = &history.site;
        let mut names = Self { components: BTreeMap::new(), groups: BTreeMap::new(), new: BTreeSet::new() };
        let mut taken: BTreeSet<String> =
            existing.components.iter().chain(&existing.groups).map(|named| named.id.clone()).collect();
        for Group { key, api_id, name } in &site.groups {
            let id = names.id(key, api_id.as_deref(), name, &existing.groups, &mut taken);
            names.groups.insert(key.clone(), id);
        }
        for Component { key, api_id, name, .. } in &site.components {
            let id = names.id(key, api_id.as_deref(), name, &existing.components, &mut taken);
            names.components.insert(key.clone(), id);
        }
        names
    }

    fn id(
        &mut self,
        key: &str,
        api_id: Option<&str>,
        name: &str,
        existing: &[ExistingPart],
        taken: &mut BTreeSet<String>,
    ) -> String {
        let by_api_id = existing.iter().find(|named| api_id.is_some() && named.api_id.as_deref() == api_id);
        let by_name = || existing.iter().find(|named| named.name == name);
        if let Some(named) = by_api_id.or_else(by_name) {
            return named.id.clone();
        }
        let id = slug::component_id(name, |id| taken.contains(id));
        taken.insert(id.clone());
        self.new.insert(key.to_owned());
        id
    }

    /// Which names of the source site.toml has otherwise.
    pub(super) fn renamed(&self, history: &History, existing: &ExistingSite) -> Vec<String> {
        let Self { components, groups, .. } = self;
        let parts = history.site.components.iter();
        let parts = parts.map(|it| (&components[&it.key], &it.name, &existing.components));
        let all = history.site.groups.iter().map(|it| (&groups[&it.key], &it.name, &existing.groups));
        let renamed = |(id, name, existing): (&String, &String, &Vec<ExistingPart>)| {
            let known = existing.iter().find(|known| known.id == *id && known.name != *name)?;
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
            [("id", text(&self.groups[&group.key])), ("name", text(&group.name)), ("api_id", api_id)],
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
                ("name", text(&component.name)),
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

/// A table with those keys that have a value in TOML.
fn table<const N: usize>(name: &str, values: [(&str, Option<String>); N]) -> String {
    let lines = values.into_iter().filter_map(|(key, toml)| Some(format!("{key} = {}\n", toml?)));
    format!("[[{name}]]\n{}", lines.collect::<String>())
}

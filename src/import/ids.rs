//! Ids of components and groups: the site's own where it has them, new ones otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::{front, slug};
use crate::import::existing::{ExistingPart, ExistingSite};
use crate::import::history::{Component, Group, History};

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
        let first = slug::component_id(name);
        let numbered = (2_u32..).map(|number| format!("{first}-{number}"));
        let mut candidates = std::iter::once(first.clone()).chain(numbered);
        let id = candidates.find(|id| !taken.contains(id)).expect("one of all numbers is free");
        taken.insert(id.clone());
        self.new.insert(key.to_owned());
        id
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
        let mut table = format!(
            "[[groups]]\nid = {}\nname = {}\n",
            front::text(&self.groups[&group.key]),
            front::text(&group.name)
        );
        if let Some(api_id) = &group.api_id {
            table.push_str(&format!("api_id = {}\n", front::text(api_id)));
        }
        table
    }

    fn component_table(&self, component: &Component) -> String {
        let mut table = "[[components]]\n".to_owned();
        let mut line = |key: &str, value: String| table.push_str(&format!("{key} = {value}\n"));
        line("id", front::text(self.component(&component.key)));
        line("name", front::text(&component.name));
        if !component.description.is_empty() {
            line("description", front::text(&component.description));
        }
        if let Some(group) = component.group.as_ref().and_then(|key| self.groups.get(key)) {
            line("group", front::text(group));
        }
        if let Some(since) = component.since {
            line("since", since.to_string());
        }
        if let Some(retired) = component.retired {
            line("retired", retired.to_string());
        }
        if !component.show_uptime {
            line("show_uptime", "false".to_owned());
        }
        if let Some(api_id) = &component.api_id {
            line("api_id", front::text(api_id));
        }
        table
    }
}

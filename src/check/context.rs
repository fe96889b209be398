//! The context of a report's check: the site's zone, groups and components.

use std::collections::BTreeMap;

use crate::check::options::Drafts;
use crate::check::redact::Redactions;
use crate::model::{Component, ComponentIx, Group, GroupIx};
use crate::parse::near::near_early;
use crate::time::{Instant, Zone};

/// The site as far as one report needs it. What site.toml leaves unclear is no report's fault: nothing that
/// depends on it is then said of reports.
#[derive(Clone, Debug, Default)]
pub struct Context {
    pub(super) zone: Option<Zone>,
    pub(super) components: Vec<Component>,
    pub(super) groups: Vec<Group>,
    pub(super) drafts: Drafts,
    pub(super) redactions: Redactions,
    /// The sections that a postmortem should have.
    pub(super) sections: Vec<String>,
    /// Whether all of site.toml's components could be read.
    pub(super) is_complete: bool,
    pub(super) by_id: BTreeMap<String, ComponentIx>,
    /// By names in small letters.
    pub(super) by_name: BTreeMap<String, ComponentIx>,
}

/// The component that a word names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ComponentLookup {
    Known(ComponentIx),
    Unknown,
    /// Perhaps one of those that could not be read.
    Unsure,
}

impl Context {
    pub(super) fn of(components: Vec<Component>) -> Self {
        // Of twins the first counts.
        let indexed = || components.iter().enumerate().rev().map(|(ix, it)| (it, ComponentIx(ix)));
        let by_id = indexed().map(|(it, ix)| (it.id.clone(), ix)).collect();
        let by_name = indexed().map(|(it, ix)| (it.name.to_ascii_lowercase(), ix)).collect();
        Self { components, by_id, by_name, ..Self::default() }
    }

    pub(super) fn component(&self, word: &str) -> ComponentLookup {
        match self.by_id.get(word) {
            Some(&ix) => ComponentLookup::Known(ix),
            None if self.is_complete => ComponentLookup::Unknown,
            None => ComponentLookup::Unsure,
        }
    }

    /// The id of the component that is called so: by its id or its name, or nearly. `found` counts the file's problems.
    pub(super) fn component_called(&self, word: &str, found: usize) -> Option<&str> {
        let by_name = || self.by_name.get(&word.to_ascii_lowercase());
        if let Some(ix) = self.by_id.get(word).or_else(by_name) {
            return Some(&self.components[ix.0].id);
        }
        let names = self.components.iter().flat_map(|it| [it.id.as_str(), it.name.as_str()]);
        let nearest = near_early(word, found, names)?;
        self.components.iter().find(|it| it.id == nearest || it.name == nearest).map(|it| it.id.as_str())
    }

    /// Whether a report may come out without a part that depends on site.toml.
    pub(super) fn is_unsure(&self) -> bool {
        self.zone.is_none() || !self.is_complete
    }

    /// What to do about a word that names no component: the nearest one, else all, else where they are
    /// defined. `found` counts the file's problems: looking for near names takes its time.
    pub(super) fn component_help(&self, word: &str, found: usize) -> String {
        const MOST_NAMED: usize = 8;
        let ids = || self.components.iter().map(|component| component.id.as_str());
        if let Some(group) = self.groups.iter().position(|group| group.id == word || group.name == word) {
            let is_member = |it: &&Component| it.group == Some(GroupIx(group));
            return group_help(word, self.components.iter().filter(is_member).map(|it| it.id.as_str()));
        }
        if let Some(id) = self.component_called(word, found) {
            return format!("did you mean `{id}`?");
        }
        match self.components.len() {
            1 => format!("use {}", listed(ids())),
            2..=MOST_NAMED => format!("use one of {}", listed(ids())),
            _ => "add a `[[components]]` table to site.toml".to_owned(),
        }
    }

    /// Whether a component is in service at an instant; active when that cannot be told.
    pub(super) fn lifecycle_at(&self, ix: ComponentIx, at: Instant) -> Lifecycle {
        let Some(zone) = self.zone else { return Lifecycle::Active };
        let (component, day) = (&self.components[ix.0], zone.day_of(at));
        match (component.since, component.retired) {
            (Some(since), _) if day < since => Lifecycle::NotYet,
            (_, Some(retired)) if retired <= day => Lifecycle::Retired,
            _ => Lifecycle::Active,
        }
    }
}

/// Whether a component is in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lifecycle {
    NotYet,
    Active,
    Retired,
}

/// What to do where a group is named instead of a component; `members` are its components' ids.
pub fn group_help<'a>(group: &str, members: impl Iterator<Item = &'a str>) -> String {
    let members = listed(members);
    match members.as_str() {
        "" => format!("`{group}` is a group that has no components"),
        _ => format!("`{group}` is a group: name its components, {members}"),
    }
}

pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

//! The settings of `[alerts]`, valid and complete.

use std::collections::BTreeMap;

use crate::model::report::Status;
use crate::model::state::State;

/// Who sees an incident that an alert opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Nobody, until a person removes `draft`.
    Draft,
    Public,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRules {
    pub opening: Opening,
    /// The status when all alerts of an incident are over: resolved or monitoring.
    pub recovery: Status,
    /// The label that names the component.
    pub component_label: String,
    /// Values of that label, and ids of components.
    pub components: BTreeMap<String, String>,
    /// The label that says how bad it is.
    pub state_label: String,
    /// Values of that label, and states.
    pub states: BTreeMap<String, State>,
    /// The annotation or label that is published as the title.
    pub title: Option<String>,
    /// The annotation or label that is published as the first message.
    pub message: Option<String>,
    /// Other forms of JSON, in site.toml's order.
    pub mappings: Vec<Mapping>,
}

impl AlertRules {
    /// The state that a value stands for: as site.toml says, else by its own name.
    pub fn state(&self, value: &str) -> Option<State> {
        self.states.get(value).copied().or_else(|| State::parse(value))
    }
}

/// Where a form of JSON holds what is needed: names and numbers of list items, with dots between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    pub name: String,
    pub key: String,
    pub state: String,
    pub component: String,
    pub title: Option<String>,
    pub message: Option<String>,
    pub started: Option<String>,
    pub ended: Option<String>,
}

//! JSON of Statuspage's APIs v1 and v2; any key may be absent or null.
//!
//! Source: <https://metastatuspage.com/api> (v2) and <https://developer.statuspage.io/> (v1).

use serde::Deserialize;

use crate::import::html;

/// One API response and its origin.
#[derive(Clone, Debug)]
pub struct SourceBody {
    /// A file name or a URL.
    pub name: String,
    pub body: Body,
}

/// Any API response: an incident, a list of incidents, a summary, components.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// v2 only.
    pub page: Option<Page>,
    pub incident: Option<Incident>,
    pub incidents: Vec<Incident>,
    pub scheduled_maintenances: Vec<Incident>,
    pub components: Vec<Component>,
    /// Which of its parts are left out, and why.
    pub wrong: Vec<String>,
}

impl Body {
    /// The incidents and maintenances.
    pub fn all_incidents(&self) -> impl Iterator<Item = &Incident> {
        self.incident.iter().chain(&self.incidents).chain(&self.scheduled_maintenances)
    }

    pub fn is_empty(&self) -> bool {
        self.page.is_none()
            && self.incident.is_none()
            && self.incidents.is_empty()
            && self.scheduled_maintenances.is_empty()
            && self.components.is_empty()
            && self.wrong.is_empty()
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Page {
    pub id: String,
    pub name: String,
    pub url: String,
    /// IANA name; in v1 also Rails' names.
    pub time_zone: Option<String>,
    /// v1: its host, where it has one of its own. `url` is the company's there.
    pub domain: Option<String>,
    /// v1: its host below `statuspage.io`.
    pub subdomain: Option<String>,
    /// The line of its zone, from 1.
    #[serde(skip)]
    pub zone_line: usize,
}

impl Page {
    /// The page's URL; empty if unknown.
    pub fn address(&self) -> String {
        let named = |host: &Option<String>| host.clone().filter(|host| !host.is_empty());
        let own = named(&self.subdomain).map(|name| format!("{name}.statuspage.io"));
        match named(&self.domain).or(own) {
            Some(host) => format!("https://{host}"),
            None => self.url.clone(),
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Component {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    /// From 1, within its group.
    pub position: i64,
    pub group_id: Option<String>,
    pub group: bool,
    /// Members of a group; v1 says by them that it is one.
    pub components: Option<Vec<String>>,
    pub only_show_if_degraded: bool,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
    pub showcase: Option<bool>,
    pub start_date: Option<String>,
    /// Its line in the source, from 1.
    #[serde(skip)]
    pub line: usize,
}

impl Component {
    pub fn is_group(&self) -> bool {
        self.group || self.components.is_some()
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Incident {
    pub id: String,
    pub name: String,
    /// `investigating` … `postmortem`, `scheduled` … `completed`.
    pub status: String,
    /// `none` … `critical`, `maintenance`.
    pub impact: String,
    pub created_at: Option<String>,
    pub started_at: Option<String>,
    pub resolved_at: Option<String>,
    pub updated_at: Option<String>,
    /// The first second of a maintenance.
    pub scheduled_for: Option<String>,
    /// The first second after a maintenance.
    pub scheduled_until: Option<String>,
    /// v1: whether it begins by itself.
    pub scheduled_auto_in_progress: Option<bool>,
    /// v1: whether it ends by itself.
    pub scheduled_auto_completed: Option<bool>,
    /// v1: Markdown.
    pub postmortem_body: Option<String>,
    pub postmortem_published_at: Option<String>,
    pub shortlink: Option<String>,
    /// Newest first.
    pub incident_updates: Vec<Update>,
    /// In their current states.
    pub components: Vec<Component>,
    /// Its line in the source, from 1.
    #[serde(skip)]
    pub line: usize,
}

impl Incident {
    pub(super) fn title(&self) -> String {
        let title = html::to_line(&self.name);
        if title.is_empty() { format!("Incident {}", self.id).trim_end().to_owned() } else { title }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Update {
    pub id: String,
    pub status: String,
    pub body: Option<String>,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
    /// RFC 3339: the time that readers see.
    pub display_at: Option<String>,
    pub affected_components: Option<Vec<Affected>>,
    /// Its line in the source, from 1.
    #[serde(skip)]
    pub line: usize,
}

/// A component's state change in an update.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Affected {
    pub code: String,
    /// `Group - Name` for a component in a group.
    pub name: String,
    pub old_status: String,
    pub new_status: String,
}

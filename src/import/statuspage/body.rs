//! Bodies of Statuspage's APIs, v1 and v2, as they are served: any key may be absent or null.
//!
//! Source: <https://metastatuspage.com/api> (v2) and <https://developer.statuspage.io/> (v1).

use serde::Deserialize;

/// Any body: of an incident, of incidents, of a summary, of components.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Body {
    /// The page, in v2 bodies.
    pub page: Option<Page>,
    /// The incident of a body of one.
    pub incident: Option<Incident>,
    /// Incidents of a list.
    pub incidents: Vec<Incident>,
    /// Maintenances of a list.
    pub scheduled_maintenances: Vec<Incident>,
    /// Components and groups.
    pub components: Vec<Component>,
}

impl Body {
    /// Whether it says nothing of incidents and components.
    pub fn is_empty(&self) -> bool {
        self.incident.is_none()
            && self.incidents.is_empty()
            && self.scheduled_maintenances.is_empty()
            && self.components.is_empty()
    }
}

/// The page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Page {
    /// Its id.
    pub id: String,
    /// What readers see on top.
    pub name: String,
    /// Its address.
    pub url: String,
    /// IANA; v1 has names of Rails' too.
    pub time_zone: Option<String>,
}

/// A component, or a group of components.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Component {
    /// Its id.
    pub id: String,
    /// What readers see.
    pub name: String,
    /// Text.
    pub description: Option<String>,
    /// From 1, within its group.
    pub position: i64,
    /// The id of its group.
    pub group_id: Option<String>,
    /// Whether it is a group itself.
    pub group: bool,
    /// Whether bars are shown.
    pub showcase: Option<bool>,
    /// The first day that counts.
    pub start_date: Option<String>,
}

/// An incident or a maintenance.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Incident {
    /// Its id.
    pub id: String,
    /// Its title.
    pub name: String,
    /// `investigating` … `postmortem`, `scheduled` … `completed`.
    pub status: String,
    /// `none` … `critical`, `maintenance`.
    pub impact: String,
    /// RFC 3339.
    pub created_at: Option<String>,
    /// RFC 3339.
    pub started_at: Option<String>,
    /// The first second of a maintenance.
    pub scheduled_for: Option<String>,
    /// The first second after a maintenance.
    pub scheduled_until: Option<String>,
    /// v1: whether it begins by itself.
    pub scheduled_auto_in_progress: Option<bool>,
    /// v1: Markdown of the postmortem.
    pub postmortem_body: Option<String>,
    /// v1: when the postmortem was published.
    pub postmortem_published_at: Option<String>,
    /// Short address.
    pub shortlink: Option<String>,
    /// Newest first.
    pub incident_updates: Vec<Update>,
    /// The components as they are now.
    pub components: Vec<Component>,
}

/// An update.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Update {
    /// Its id.
    pub id: String,
    /// As of an incident.
    pub status: String,
    /// HTML or text.
    pub body: Option<String>,
    /// RFC 3339.
    pub created_at: Option<String>,
    /// RFC 3339: what readers see as its time.
    pub display_at: Option<String>,
    /// Components and their states before and after.
    pub affected_components: Option<Vec<Affected>>,
}

/// A component in an update.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Affected {
    /// The component's id.
    pub code: String,
    /// `Group - Name` for a component in a group.
    pub name: String,
    /// Its state from then on.
    pub new_status: String,
}

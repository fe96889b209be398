//! The objects of Statuspage's public API v2: the same keys in the same order, none left out.

use serde::Serialize;

#[derive(Clone, Serialize)]
pub(super) struct PageObject {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) url: String,
    pub(super) time_zone: &'static str,
    pub(super) updated_at: String,
}

#[derive(Serialize)]
pub(super) struct Rollup {
    pub(super) indicator: &'static str,
    pub(super) description: &'static str,
}

#[derive(Serialize)]
pub(super) struct ComponentObject {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) status: &'static str,
    pub(super) created_at: String,
    pub(super) updated_at: String,
    pub(super) position: usize,
    pub(super) description: Option<String>,
    pub(super) showcase: bool,
    pub(super) start_date: Option<String>,
    pub(super) group_id: Option<String>,
    pub(super) page_id: String,
    pub(super) group: bool,
    pub(super) only_show_if_degraded: bool,
    /// Groups only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) components: Option<Vec<String>>,
}

/// An incident or a scheduled maintenance.
#[derive(Serialize)]
pub(super) struct IncidentObject {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) status: &'static str,
    pub(super) created_at: String,
    pub(super) updated_at: String,
    pub(super) monitoring_at: Option<String>,
    pub(super) resolved_at: Option<String>,
    pub(super) impact: &'static str,
    pub(super) shortlink: String,
    pub(super) started_at: String,
    pub(super) page_id: String,
    /// Newest first.
    pub(super) incident_updates: Vec<UpdateObject>,
    pub(super) components: Vec<ComponentObject>,
    pub(super) reminder_intervals: Option<String>,
    /// Maintenances only.
    #[serde(flatten)]
    pub(super) schedule: Option<ScheduleObject>,
}

#[derive(Serialize)]
pub(super) struct ScheduleObject {
    pub(super) scheduled_for: String,
    pub(super) scheduled_until: String,
}

#[derive(Serialize)]
pub(super) struct UpdateObject {
    pub(super) id: String,
    pub(super) status: &'static str,
    pub(super) body: String,
    pub(super) incident_id: String,
    pub(super) created_at: String,
    pub(super) updated_at: String,
    pub(super) display_at: String,
    /// `None` when the incident names no component.
    pub(super) affected_components: Option<Vec<AffectedObject>>,
    pub(super) deliver_notifications: bool,
    pub(super) custom_tweet: Option<String>,
    pub(super) tweet_id: Option<u64>,
}

/// A component's state change by an update.
#[derive(Serialize)]
pub(super) struct AffectedObject {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) old_status: &'static str,
    pub(super) new_status: &'static str,
}

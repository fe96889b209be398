//! `[[fired]]`: the alerts that monitoring reported of an incident.

use crate::edit::{front, written};
use crate::model::state::State;
use crate::parse::draft::ReportDraft;
use crate::parse::keys::FiredDraft;
use crate::time::written::Written;
use crate::time::{Instant, Resolved, Zone};

/// What a key of a report begins with that stands for a group of alerts.
pub const KEY: &str = "alert:";

/// One alert of an incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fired {
    pub(super) from: Instant,
    pub(super) id: String,
    pub(super) component: String,
    pub(super) state: State,
    /// The first second after it; `None` while it fires.
    pub(super) to: Option<Instant>,
}

/// The alerts of a report, by beginning. A table that lacks something is left out.
pub(super) fn read(draft: &ReportDraft, zone: Zone) -> Vec<Fired> {
    let mut all: Vec<Fired> = draft.front.fired.iter().filter_map(|it| one(it, zone)).collect();
    all.sort();
    all
}

fn one(draft: &FiredDraft, zone: Zone) -> Option<Fired> {
    Some(Fired {
        from: instant(&draft.from.as_ref()?.value, zone)?,
        id: draft.id.as_ref()?.value.clone(),
        component: draft.component.as_ref()?.value.clone(),
        state: draft.state.as_ref()?.value,
        to: draft.to.as_ref().and_then(|to| instant(&to.value, zone)),
    })
}

fn instant(written: &Written, zone: Zone) -> Option<Instant> {
    match written.resolved(zone, written.day?).ok()? {
        Resolved::One(at) | Resolved::Doubled { first: at, .. } | Resolved::Skipped { after: at, .. } => {
            Some(at)
        }
    }
}

/// The alerts as a value in TOML, one a line.
pub(super) fn toml(all: &[Fired], zone: Zone) -> String {
    let line = |it: &Fired| {
        let to = it.to.map(|to| format!(", to = {}", written::time(to, zone))).unwrap_or_default();
        format!(
            "  {{ id = {}, component = {}, state = {}, from = {}{to} }},\n",
            front::text(&it.id),
            front::text(&it.component),
            front::text(it.state.as_str()),
            written::time(it.from, zone),
        )
    };
    format!("[\n{}]", all.iter().map(line).collect::<String>())
}

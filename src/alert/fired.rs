//! `[[fired]]`: the alerts that monitoring reported of an incident.

use crate::edit::{front, written};
use crate::model::state::State;
use crate::parse::draft::ReportDraft;
use crate::parse::keys::FiredDraft;
use crate::source::Spanned;
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
    /// The first second after it, as monitoring said it.
    pub(super) to: Option<Instant>,
    /// Monitoring said no end, but the alert was over by then.
    pub(super) gone: Option<Instant>,
}

impl Fired {
    /// The first second after it; `None` while it fires.
    pub(super) fn end(&self) -> Option<Instant> {
        self.to.or(self.gone)
    }

    /// Its beginning and its end.
    pub(super) fn times(&self) -> impl Iterator<Item = Instant> + use<> {
        [Some(self.from), self.end()].into_iter().flatten()
    }

    /// Whether both are the same alert.
    pub(super) fn is(&self, other: &Fired) -> bool {
        self.id == other.id && self.from == other.from
    }
}

/// The alerts of a report, by beginning. A table that lacks something is left out.
pub(super) fn read(draft: &ReportDraft, zone: Zone) -> Vec<Fired> {
    let mut all: Vec<Fired> = draft.front.fired.iter().filter_map(|it| one(it, zone)).collect();
    all.sort();
    all
}

fn one(draft: &FiredDraft, zone: Zone) -> Option<Fired> {
    let end = |written: &Option<Spanned<Written>>| instant(&written.as_ref()?.value, zone);
    Some(Fired {
        from: instant(&draft.from.as_ref()?.value, zone)?,
        id: draft.id.as_ref()?.value.clone(),
        component: draft.component.as_ref()?.value.clone(),
        state: draft.state.as_ref()?.value,
        to: end(&draft.to),
        gone: end(&draft.gone),
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
        let key = if it.to.is_some() { "to" } else { "gone" };
        let end = it.end().map(|end| format!(", {key} = {}", written::time(end, zone))).unwrap_or_default();
        format!(
            "  {{ id = {}, component = {}, state = {}, from = {}{end} }},\n",
            front::text(&it.id),
            front::text(&it.component),
            front::text(it.state.as_str()),
            written::time(it.from, zone),
        )
    };
    format!("[\n{}]", all.iter().map(line).collect::<String>())
}

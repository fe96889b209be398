//! Components, groups and reports as lists name them.

use serde::Serialize;

use crate::model::ComponentIx;
use crate::model::incident::Incident;
use crate::model::state::State;
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::view::site::Link;

/// A component or group with its state, as lists name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its page's path.
    pub path: String,
    /// `partial_outage`; empty when it is not known.
    pub state: &'static str,
    /// `partial`: the name of its icon and colour; empty when its state is not known.
    pub icon: &'static str,
}

impl Subject {
    /// A component in a state, which may be unknown.
    pub(super) fn component(
        context: &RenderContext<'_>,
        ix: ComponentIx,
        state: impl Into<Option<State>>,
    ) -> Self {
        let state = state.into();
        Self {
            name: context.site().component(ix).name.clone(),
            path: context.link(&Page::Html(Html::Component(ix))),
            state: state.map_or("", State::as_str),
            icon: state.map_or("", State::short),
        }
    }
}

pub(super) fn component_link(context: &RenderContext<'_>, ix: ComponentIx) -> Link {
    let path = context.link(&Page::Html(Html::Component(ix)));
    Link { title: context.site().component(ix).name.clone(), path }
}

pub(super) fn report_link(context: &RenderContext<'_>, incident: &Incident) -> Link {
    Link { title: incident.report.title.clone(), path: context.incident_link(incident) }
}

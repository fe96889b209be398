//! The current status as a frame for other websites (`embed.html`).

use serde::Serialize;

use crate::render::context::RenderContext;
use crate::render::view::overall::{overall_id, overall_state};
use crate::render::view::site::Link;
use crate::render::view::subject::report_link;

/// What the frame shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmbedView {
    /// The whole service: `operational`, `maintenance`, `degraded`, `minor`, `major` or `critical`.
    pub overall: &'static str,
    /// The icon and colour for it: the short name of a state.
    pub icon: &'static str,
    /// Open incidents, then running maintenances.
    pub reports: Vec<Link>,
}

pub(in crate::render) fn view(context: &RenderContext<'_>) -> EmbedView {
    let edition = context.edition;
    let overall = edition.overall();
    let reports = edition.open_incidents().chain(edition.running_maintenance());
    EmbedView {
        overall: overall_id(overall),
        icon: overall_state(overall).short(),
        reports: reports.map(|(_, incident)| report_link(context, incident)).collect(),
    }
}

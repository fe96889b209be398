//! The checked values of one report, with their positions in the file for diagnostics.

use std::ops::Range;

use crate::check::updates::CheckedUpdate;
use crate::model::ComponentIx;
use crate::model::report::{Outage, Schedule};
use crate::model::state::State;
use crate::parse::keys::OutageDraft;
use crate::source::Spanned;
use crate::time::Instant;

/// The components, outage windows, times and updates of one report, before the report is built.
pub(super) struct Facts<'a> {
    pub(super) components: Vec<Spanned<(ComponentIx, State)>>,
    pub(super) affected: Vec<Spanned<ComponentIx>>,
    pub(super) outages: Vec<Window<'a>>,
    pub(super) started: Option<Instant>,
    pub(super) ended: Option<Instant>,
    pub(super) schedule: Option<Schedule>,
    pub(super) updates: Vec<CheckedUpdate<'a>>,
}

/// One `[[outages]]` table, as parsed and as checked.
pub(super) struct Window<'a> {
    pub(super) draft: &'a OutageDraft,
    pub(super) outage: Outage,
}

impl Window<'_> {
    /// The position of its `component` value, or of the whole table without one.
    pub(super) fn component_span(&self) -> Range<usize> {
        self.draft.component.as_ref().map_or(&self.draft.span, |id| &id.span).clone()
    }
}

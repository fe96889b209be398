//! What one report says, with the places that say it.

use std::ops::Range;

use crate::check::updates::CheckedUpdate;
use crate::model::ComponentIx;
use crate::model::report::{Outage, Schedule};
use crate::model::state::State;
use crate::parse::keys::OutageDraft;
use crate::source::Spanned;
use crate::time::Instant;

pub(super) struct Facts<'a> {
    pub(super) components: Vec<Spanned<(ComponentIx, State)>>,
    pub(super) affected: Vec<Spanned<ComponentIx>>,
    pub(super) outages: Vec<Window<'a>>,
    pub(super) started: Option<Instant>,
    pub(super) ended: Option<Instant>,
    pub(super) schedule: Option<Schedule>,
    pub(super) updates: Vec<CheckedUpdate<'a>>,
}

pub(super) struct Window<'a> {
    pub(super) draft: &'a OutageDraft,
    pub(super) outage: Outage,
}

impl Window<'_> {
    /// Where its component is named, else its table.
    pub(super) fn component_span(&self) -> Range<usize> {
        self.draft.component.as_ref().map_or(&self.draft.span, |id| &id.span).clone()
    }
}

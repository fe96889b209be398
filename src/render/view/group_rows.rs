//! The components with a row of their own on the front page.

use crate::model::GroupIx;

/// With more components, only groups are shown.
const MOST_ROWS: usize = 60;

/// Whether the front page of a site with so many living components shows a row for each component of this group.
pub(super) fn shows_rows(living: usize, group: Option<GroupIx>) -> bool {
    living <= MOST_ROWS || group.is_none()
}

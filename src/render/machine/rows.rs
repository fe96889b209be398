//! The order of components and groups in files for machines.

use crate::model::{ComponentIx, GroupIx, Site};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// A group, followed by its members.
    Group(GroupIx),
    Component(ComponentIx),
}

/// Components without a group, then each group before its members, in site.toml's order. A group without `shown`
/// members is left out.
pub(super) fn rows(site: &Site, shown: impl Fn(ComponentIx) -> bool) -> Vec<Row> {
    let shown = &shown;
    let alone = site.component_ixs().filter(|&ix| site.component(ix).group.is_none() && shown(ix));
    let mut rows: Vec<Row> = alone.map(Row::Component).collect();
    for group in (0..site.groups.len()).map(GroupIx) {
        let members: Vec<Row> = site.members(group).filter(|&ix| shown(ix)).map(Row::Component).collect();
        if !members.is_empty() {
            rows.push(Row::Group(group));
            rows.extend(members);
        }
    }
    rows
}

//! Components and groups of the API.

use crate::model::state::State;
use crate::model::{ComponentIx, GroupIx};
use crate::render::machine::context::Context;
use crate::render::machine::rows::{Row, rows};
use crate::render::machine::v2::ids::{page_id, timestamp};
use crate::render::machine::v2::shape::ComponentObject;
use crate::time::Instant;

/// The creation time of a component without `since`, or with one ahead: required by the API, and independent of the
/// clock.
const ALWAYS: Instant = Instant::from_epoch_secs(0);

/// Groups and living components in their current states.
pub(super) fn current(context: &Context<'_>) -> Vec<ComponentObject> {
    let edition = context.edition;
    let lives = |ix: ComponentIx| edition.site.component(ix).lives_on(edition.today);
    let object = |row| match row {
        Row::Group(ix) => group_object(context, ix),
        Row::Component(ix) => now(context, ix),
    };
    rows(&edition.site, lives).into_iter().map(object).collect()
}

pub(super) fn now(context: &Context<'_>, ix: ComponentIx) -> ComponentObject {
    object(context, ix, context.edition.state(ix), last_change(context, ix))
}

/// A component in a state since `changed`.
pub(super) fn object(
    context: &Context<'_>,
    ix: ComponentIx,
    state: State,
    changed: Instant,
) -> ComponentObject {
    let site = &context.edition.site;
    let component = site.component(ix);
    let created = created(context, ix);
    ComponentObject {
        id: component.api_id().to_owned(),
        name: component.name.clone(),
        status: state.as_str(),
        created_at: timestamp(context, created),
        updated_at: timestamp(context, changed.max(created)),
        position: position(context, ix),
        description: Some(component.description.clone()).filter(|text| !text.is_empty()),
        showcase: component.show_uptime,
        start_date: component.since.filter(|&day| day <= context.edition.today).map(|day| day.to_string()),
        group_id: component.group.map(|group| site.groups[group.0].api_id().to_owned()),
        page_id: page_id(context),
        group: false,
        only_show_if_degraded: false,
        components: None,
    }
}

fn group_object(context: &Context<'_>, ix: GroupIx) -> ComponentObject {
    let edition = context.edition;
    let group = &edition.site.groups[ix.0];
    let members: Vec<ComponentIx> =
        edition.site.members(ix).filter(|&ix| edition.site.component(ix).lives_on(edition.today)).collect();
    let created = members.iter().map(|&ix| created(context, ix)).min().unwrap_or(ALWAYS);
    let changed = members.iter().map(|&ix| last_change(context, ix)).fold(created, Instant::max);
    let alone = edition.living().filter(|&ix| edition.site.component(ix).group.is_none()).count();
    let id = |&ix: &ComponentIx| edition.site.component(ix).api_id().to_owned();
    ComponentObject {
        id: group.api_id().to_owned(),
        name: group.name.clone(),
        status: edition.group_state(ix).as_str(),
        created_at: timestamp(context, created),
        updated_at: timestamp(context, changed),
        position: alone + ix.0 + 1,
        description: None,
        showcase: members.iter().any(|&ix| edition.site.component(ix).show_uptime),
        start_date: None,
        group_id: None,
        page_id: page_id(context),
        group: true,
        only_show_if_degraded: false,
        components: Some(members.iter().map(id).collect()),
    }
}

/// `Group - Component`, or the component's name alone.
pub(super) fn full_name(context: &Context<'_>, ix: ComponentIx) -> String {
    let site = &context.edition.site;
    let component = site.component(ix);
    match component.group {
        Some(group) => format!("{} - {}", site.groups[group.0].name, component.name),
        None => component.name.clone(),
    }
}

fn created(context: &Context<'_>, ix: ComponentIx) -> Instant {
    let site = &context.edition.site;
    let since = site.component(ix).since.filter(|&day| day <= context.edition.today);
    since.map_or(ALWAYS, |day| site.config.zone.start_of(day))
}

/// From 1, among the members of its group or the components without one. Retired ones count, so that positions do not
/// change.
fn position(context: &Context<'_>, ix: ComponentIx) -> usize {
    let site = &context.edition.site;
    let group = site.component(ix).group;
    site.component_ixs()
        .take_while(|&other| other < ix)
        .filter(|&it| site.component(it).group == group)
        .count()
        + 1
}

/// The last state change up to now.
fn last_change(context: &Context<'_>, ix: ComponentIx) -> Instant {
    let edition = context.edition;
    let edges =
        edition.stretches(ix).iter().rev().flat_map(|stretch| [stretch.interval.to, stretch.interval.from]);
    edges.filter(|&at| at <= edition.now).max().unwrap_or(ALWAYS)
}

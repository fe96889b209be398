//! Reads the arguments of authoring commands. Every mistake is reported before anything is written.

use crate::check::group_help;
use crate::cli::author::AuthoringContext;
use crate::cli::clock::{Nearest, time_argument};
use crate::cli::failure::Failure;
use crate::edit;
use crate::model::GroupIx;
use crate::model::report::{Kind, Status};
use crate::model::state::State;
use crate::parse::near::{help_with, near};
use crate::time::Instant;

pub(in crate::cli) type Affected = Vec<(String, State)>;

/// How far ahead of our clock an update may be: clocks of machines differ.
const SKEW_SECS: i64 = 5 * 60;

pub(in crate::cli) fn usage(message: &str, help: &str) -> Failure {
    Failure::World(format!("{message}\nhelp: {help}"))
}

/// Reads `--affects ID=STATE`, each component once. The state may be left out where there is a default.
pub(in crate::cli) fn affected(
    context: &AuthoringContext,
    given: &[String],
    usual: Option<State>,
) -> Result<Affected, Failure> {
    let mut all = Affected::new();
    for text in given.iter().flat_map(|text| text.split(',')).map(str::trim) {
        let (id, state) = match (text.split_once('='), usual) {
            (Some((id, state)), _) => (id.trim(), read_state(text, state)?),
            (None, Some(usual)) => (text, usual),
            (None, None) => {
                let help = "write ID=STATE, as in `--affects api=major`; the states are degraded, partial, major, \
                            maintenance and ok";
                return Err(usage(&format!("--affects: `{text}` has no state"), help));
            }
        };
        known_component(context, id)?;
        if all.iter().any(|(other, _)| other == id) {
            return Err(usage(&format!("--affects: `{id}` is named twice"), "give each component one state"));
        }
        all.push((id.to_owned(), state));
    }
    Ok(all)
}

fn read_state(text: &str, state: &str) -> Result<State, Failure> {
    State::parse(state).ok_or_else(|| {
        let names = State::ALL.into_iter().rev().map(State::short);
        usage(
            &format!("--affects: `{}` in `{text}` is not a state", state.trim()),
            &help_with(state, "state", names),
        )
    })
}

fn known_component(context: &AuthoringContext, id: &str) -> Result<(), Failure> {
    let components = &context.edition.site.components;
    if components.iter().any(|component| component.id == id) {
        return Ok(());
    }
    let ids = || components.iter().map(|component| component.id.as_str());
    let groups = &context.edition.site.groups;
    if let Some(group) = groups.iter().position(|group| group.id == id || group.name == id) {
        let members = components.iter().filter(|it| it.group == Some(GroupIx(group)));
        let help = group_help(id, members.map(|it| it.id.as_str()));
        return Err(usage(&format!("--affects: `{id}` is not a component"), &help));
    }
    let by_name = components.iter().find(|component| component.name.eq_ignore_ascii_case(id));
    let nearest = by_name.map(|component| component.id.as_str()).or_else(|| near(id, ids()));
    let all: Vec<&str> = ids().collect();
    let help = match (nearest, all.is_empty()) {
        (_, true) => "site.toml has no `[[components]]` yet".to_owned(),
        (Some(nearest), _) => format!("did you mean `{nearest}`? The components are {}", all.join(", ")),
        (None, _) => format!("the components are {}", all.join(", ")),
    };
    Err(usage(&format!("--affects: unknown component `{id}`"), &help))
}

/// Reads `--status`; `None` for `update`, which keeps the previous status.
pub(in crate::cli) fn status(text: &str, kind: Kind) -> Result<Option<Status>, Failure> {
    let name = text.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    if name == "update" {
        return Ok(None);
    }
    let fitting: Vec<&'static str> = Status::ALL
        .into_iter()
        .filter(|status| status.fits(kind))
        .map(Status::as_str)
        .chain(["update"])
        .collect();
    let found = Status::ALL.into_iter().find(|status| status.as_str() == name);
    match found {
        Some(status) if status.fits(kind) => Ok(Some(status)),
        Some(_) => {
            let of = if kind == Kind::Incident { "an incident" } else { "a maintenance" };
            let help = format!("use one of {}", fitting.join(", "));
            Err(usage(&format!("--status: `{text}` is not a status of {of}"), &help))
        }
        None => {
            Err(usage(&format!("--status: unknown status `{text}`"), &help_with(text, "status", fitting)))
        }
    }
}

/// Reads a TIME argument; `bare` decides the day of a bare time.
pub(in crate::cli) fn instant(
    context: &AuthoringContext,
    flag: &str,
    text: &str,
    bare: Nearest,
) -> Result<Instant, Failure> {
    let real = crate::cli::clock::real_now();
    time_argument(text, context.zone(), real, bare).map_err(|why| Failure::World(format!("{flag}: {why}")))
}

/// Reads `--next-update`: relative times count from the update, and seconds are rounded to whole minutes.
pub(in crate::cli) fn promised(
    context: &AuthoringContext,
    text: Option<&str>,
    at: Instant,
) -> Result<Option<Instant>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let next = time_argument(text, context.zone(), at, Nearest::Future)
        .map_err(|why| Failure::World(format!("--next-update: {why}")))?;
    let minute = Instant::from_epoch_secs(next.epoch_secs().div_euclid(60) * 60);
    let next = if minute > at { minute } else { next };
    if next <= at {
        let zone = context.zone();
        let message =
            format!("--next-update: {} is not after the update, {}", zone.local(next), zone.local(at));
        return Err(usage(&message, "give a later time, as in `--next-update +30m`"));
    }
    Ok(Some(next))
}

/// The time of an update: `--at`, else now, and never before the previous update.
pub(in crate::cli) fn after_message(
    context: &AuthoringContext,
    given: Option<&str>,
    last: Option<Instant>,
) -> Result<Instant, Failure> {
    let zone = context.zone();
    let real = crate::cli::clock::real_now();
    let at = given.map(|text| instant(context, "--at", text, Nearest::Past)).transpose()?;
    match (at, last) {
        (Some(at), Some(last)) if at < last => Err(usage(
            &format!("--at: {} is before the last update, {}", zone.local(at), zone.local(last)),
            "updates are sorted, oldest first: give a later time, or edit the file",
        )),
        (Some(at), _) => Ok(at),
        // Another machine's clock may be ahead of ours.
        (None, Some(last)) if last > real && last <= real.plus_secs(SKEW_SECS) => Ok(last),
        (None, Some(last)) if last > real => Err(usage(
            &format!("the last update is of {}, which is still to come", zone.local(last)),
            "give a later time with `--at`, or edit the file",
        )),
        (None, _) => Ok(real),
    }
}

pub(in crate::cli) fn title(text: &str) -> Result<String, Failure> {
    let title = edit::message::title(text);
    title.map(str::to_owned).map_err(|why| Failure::World(format!("the title cannot be used: {why}")))
}

/// Reads `--key`: one visible line.
pub(in crate::cli) fn key(given: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(given) = given else { return Ok(None) };
    let key = edit::message::title(given);
    key.map(|key| Some(key.to_owned())).map_err(|why| Failure::World(format!("--key cannot be used: {why}")))
}

/// The default message of an update. Only English sites have one.
pub(in crate::cli) fn default_words(
    context: &AuthoringContext,
    status: Option<Status>,
    states: &Affected,
) -> String {
    let site = &context.edition.site;
    edit::words::of_update(&site.config.language, &site.components, status, states)
}

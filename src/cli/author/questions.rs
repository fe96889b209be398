//! Questions that `new` and `update` ask at a terminal when arguments are missing.

use std::io;

use crate::cli::author::{AuthoringContext, status};
use crate::cli::failure::Failure;
use crate::edge::terminal;
use crate::edit::message;
use crate::model::report::{Kind, Status};
use crate::model::state::State;

/// The answer; without one the command ends and nothing is written.
pub(in crate::cli) fn input<T>(answer: io::Result<Option<T>>) -> Result<T, Failure> {
    let answer = answer.map_err(|cause| Failure::World(format!("cannot ask: {cause}")))?;
    answer.ok_or_else(|| Failure::World("no answer, nothing was written".to_owned()))
}

/// Asks for the affected component; `None` for no component.
pub(in crate::cli) fn choose_component(context: &AuthoringContext) -> Result<Option<String>, Failure> {
    let living: Vec<_> = context.edition.living().map(|ix| context.edition.site.component(ix)).collect();
    if living.is_empty() {
        return Ok(None);
    }
    let mut lines: Vec<String> = living.iter().map(|it| format!("{} ({})", it.name, it.id)).collect();
    lines.push("none of them".to_owned());
    let place = input(terminal::asker().choose("Which component?", &lines))?;
    Ok(living.get(place).map(|component| component.id.clone()))
}

pub(in crate::cli) fn ask_state(component: &str) -> Result<State, Failure> {
    let states = [State::MajorOutage, State::PartialOutage, State::DegradedPerformance];
    let lines = ["major outage: fails for all", "partial outage: fails for some", "degraded: slow or flawed"];
    let place = input(terminal::asker().choose(&format!("How is {component}?"), &lines.map(str::to_owned)))?;
    Ok(states[place])
}

/// Asks for an update's status; a blank answer keeps the previous one.
pub(in crate::cli) fn ask_status(kind: Kind) -> Result<Option<Status>, Failure> {
    let all: Vec<&str> = Status::ALL.into_iter().filter(|it| it.fits(kind)).map(Status::as_str).collect();
    let question = format!("Status ({}; blank: as before)?", all.join(", "));
    let read = |line: &str| match line {
        "" => Ok(None),
        line => status(line, kind).map_err(|failure| match failure {
            Failure::World(why) => why,
            Failure::Content | Failure::Differs => String::new(),
        }),
    };
    input(terminal::asker().ask(&question, read))
}

/// Asks for the message; it may be empty.
pub(in crate::cli) fn ask_message() -> Result<String, Failure> {
    let text = input(terminal::asker().ask_lines("What should readers know?"))?;
    message::message(&text).map_err(|why| Failure::World(format!("the message cannot be used: {why}")))
}

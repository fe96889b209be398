//! What `new` and `update` ask when someone at a terminal gives no arguments.

use std::io;

use crate::cli::Failure;
use crate::cli::author::{AuthoringContext, status};
use crate::edge::terminal;
use crate::edit::message;
use crate::model::report::{Kind, Status};
use crate::model::state::State;

/// The answer, or the end of the command: nothing was written.
///
/// # Errors
/// No answer, or no terminal any more.
pub(in crate::cli) fn input<T>(answer: io::Result<Option<T>>) -> Result<T, Failure> {
    let answer = answer.map_err(|cause| Failure::World(format!("cannot ask: {cause}")))?;
    answer.ok_or_else(|| Failure::World("no answer, nothing was written".to_owned()))
}

/// The id of the component that suffers; `None` for none of them.
///
/// # Errors
/// No answer.
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

/// How a component is.
///
/// # Errors
/// No answer.
pub(in crate::cli) fn ask_state(component: &str) -> Result<State, Failure> {
    let states = [State::MajorOutage, State::PartialOutage, State::DegradedPerformance];
    let lines = ["major outage: fails for all", "partial outage: fails for some", "degraded: slow or flawed"];
    let place = input(terminal::asker().choose(&format!("How is {component}?"), &lines.map(str::to_owned)))?;
    Ok(states[place])
}

/// A status for an update; a blank answer keeps the one before.
///
/// # Errors
/// No answer.
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

/// What readers should know; it may be empty.
///
/// # Errors
/// No answer, or characters that cannot be written.
pub(in crate::cli) fn ask_message() -> Result<String, Failure> {
    let text = input(terminal::asker().ask_lines("What should readers know?"))?;
    message::message(&text).map_err(|why| Failure::World(format!("the message cannot be used: {why}")))
}

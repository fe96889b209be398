//! The words of updates that say nothing more. Only English sites have them.

use crate::model::Component;
use crate::model::report::Status;
use crate::model::state::State;

/// Whether there are words in a language.
pub fn are_known(language: &str) -> bool {
    language.starts_with("en")
}

/// The default message of an update, so that no update is empty.
pub fn of_update(
    language: &str,
    components: &[Component],
    status: Option<Status>,
    states: &[(String, State)],
) -> String {
    if !are_known(language) {
        return String::new();
    }
    if status.is_some() {
        return of_status(status).to_owned();
    }
    let name =
        |id: &str| components.iter().find(|it| it.id == id).map_or(id, |it| it.name.as_str()).to_owned();
    let said = |(id, state): &(String, State)| format!("{}: {}.", name(id), state.as_str().replace('_', " "));
    states.iter().map(said).collect::<Vec<_>>().join("\n")
}

/// The words of a status; none for an update that keeps the previous one.
fn of_status(status: Option<Status>) -> &'static str {
    match status {
        Some(Status::Investigating) => "We are looking into this.",
        Some(Status::Identified) => "We have found the cause and are working on a fix.",
        Some(Status::Monitoring) => "A fix is in place, and we are watching it.",
        Some(Status::Resolved) => "This is resolved.",
        Some(Status::Scheduled) => "We are going to do maintenance.",
        Some(Status::InProgress) => "The maintenance has begun.",
        Some(Status::Verifying) => "The work is done, and we are checking it.",
        Some(Status::Completed) => "The maintenance is complete.",
        Some(Status::Cancelled) => "The maintenance will not take place.",
        None => "",
    }
}

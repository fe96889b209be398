//! Adds an update to a report.

use std::collections::BTreeSet;

use crate::edit::{front, spliced, written};
use crate::model::report::Status;
use crate::model::state::State;
use crate::parse::draft::ReportDraft;
use crate::time::{Instant, Zone};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUpdate {
    /// `None` for `Update`, which keeps the previous status.
    pub status: Option<Status>,
    pub at: Instant,
    /// Component ids and their states from then on.
    pub states: Vec<(String, State)>,
    pub next_update: Option<Instant>,
    /// Markdown; may be empty.
    pub message: String,
}

/// The report with the update inserted below the last one, above the postmortem.
///
/// For a component with `[[outages]]` the state goes there: its open window ends, and a new one begins unless it is
/// operational. A final update ends all open windows unless the report has `ended`.
pub fn append(draft: &ReportDraft, new_update: &NewUpdate, zone: Zone) -> String {
    let exact: BTreeSet<&str> = exact_components(draft);
    let (in_front, in_lines): (Vec<_>, Vec<_>) =
        new_update.states.iter().cloned().partition(|(id, _)| exact.contains(id.as_str()));
    let lines = NewUpdate { states: in_lines, ..new_update.clone() };
    let text = with_section(draft, &section(&lines, zone));
    let old_front = &draft.text[draft.front_span.clone()];
    let new_front = with_windows(old_front, &in_front, new_update, zone, draft.front.ended.is_some());
    spliced(&text, draft.front_span.clone(), &new_front)
}

/// An update as written: heading, settings, blank line, text; lines end with `\n`.
pub fn section(new_update: &NewUpdate, zone: Zone) -> String {
    let mut text = format!("## {}, {}\n", word(new_update.status), written::time(new_update.at, zone));
    for (id, state) in &new_update.states {
        text.push_str(&format!("{id}: {state}\n"));
    }
    if let Some(next) = new_update.next_update {
        text.push_str(&format!("next_update: {}\n", written::time(next, zone)));
    }
    let message = new_update.message.replace("\r\n", "\n");
    let message = message.trim_start_matches('\n').trim_end();
    if !message.is_empty() {
        text.push_str(&format!("\n{message}\n"));
    }
    text
}

/// The status word of a heading: `In progress`; `Update` for none.
pub fn word(status: Option<Status>) -> &'static str {
    status.map_or("Update", Status::word)
}

fn exact_components(draft: &ReportDraft) -> BTreeSet<&str> {
    let ids = draft.front.outages.iter().filter_map(|outage| outage.component.as_ref());
    ids.map(|id| id.value.as_str()).collect()
}

/// The front matter with the windows that the update ends and begins.
fn with_windows(
    old: &str,
    states: &[(String, State)],
    new_update: &NewUpdate,
    zone: Zone,
    has_end: bool,
) -> String {
    let at = written::time(new_update.at, zone);
    let mut new = old.to_owned();
    for (component, state) in states {
        new = front::end_outages(&new, &at, |id| id == component);
        if *state != State::Operational {
            new = front::add_outage(&new, component, state.as_str(), &at);
        }
    }
    let ends_all = new_update.status.is_some_and(Status::is_final) && !has_end;
    if ends_all { front::end_outages(&new, &at, |_| true) } else { new }
}

/// Inserts a section below the last update, between blank lines.
fn with_section(draft: &ReportDraft, section: &str) -> String {
    let text: &str = &draft.text;
    let at = draft.postmortem.as_ref().map_or(text.len(), |postmortem| postmortem.heading.start);
    let (above, below) = text.split_at(at);
    let end = front::line_end(text);
    let gap = match above {
        above if is_blank_ended(above) => "",
        above if above.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let gap_below = if below.is_empty() { "" } else { "\n" };
    let piece = format!("{gap}{section}{gap_below}").replace('\n', end);
    [above, &piece, below].concat()
}

fn is_blank_ended(text: &str) -> bool {
    let last = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
    last.is_some_and(|text| text.rsplit('\n').next().unwrap_or_default().trim().is_empty())
}

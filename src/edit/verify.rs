//! Parses an edited report before it is written: old content is unchanged, and the new update is read as intended, with
//! no open construct that would swallow text below it.

use crate::edit::update::{self, NewUpdate};
use crate::model::report::Kind;
use crate::parse;
use crate::parse::draft::{ReportDraft, UpdateDraft};
use crate::source::SourcePath;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The existing report has an open construct that hides what follows.
    #[error("the report leaves a code block or a comment open, which would hide the new update")]
    OpenReport,
    /// The message has an open construct that hides what follows.
    #[error("the message leaves a code block or a comment open, which would hide the text below it")]
    OpenMessage,
    /// The message does not read as the text of one update.
    #[error("the message holds a heading of level 1 or 2, which would end the update; write `###`")]
    Heading,
    /// The report as a whole could not be read any more: a merge conflict, or too long.
    #[error("with this message the report could not be read: {0}")]
    Unreadable(String),
}

/// Checks that `text` is the report `before` plus one update.
pub fn one_update_more(before: &ReportDraft, text: &str, new_update: &NewUpdate) -> Result<(), EditError> {
    if before.postmortem.is_none() && !is_closed(before) {
        return Err(EditError::OpenReport);
    }
    let after = read(&before.path, before.kind, text)?;
    let count = before.updates.len();
    if after.postmortem.is_none() && before.postmortem.is_some()
        || after.postmortem.is_none() && !is_closed(&after)
    {
        return Err(EditError::OpenMessage);
    }
    let keeps_updates =
        before.updates.iter().zip(&after.updates).all(|(old, new)| body(before, old) == body(&after, new));
    let is_one =
        after.updates.len() == count + 1 && after.postmortem.is_some() == before.postmortem.is_some();
    let is_same = is_one && keeps_updates && postmortem(before) == postmortem(&after);
    if is_same && says(&after, new_update) { Ok(()) } else { Err(EditError::Heading) }
}

/// Checks that `text` is a report whose only update is `new_update`.
pub fn new_report(
    path: &SourcePath,
    kind: Kind,
    text: &str,
    new_update: &NewUpdate,
) -> Result<(), EditError> {
    let draft = read(path, kind, text)?;
    match draft.postmortem.is_none() && draft.updates.len() == 1 && says(&draft, new_update) {
        false => Err(EditError::Heading),
        true if is_closed(&draft) => Ok(()),
        true => Err(EditError::OpenMessage),
    }
}

fn says(draft: &ReportDraft, new_update: &NewUpdate) -> bool {
    let Some(last) = draft.updates.last() else { return false };
    let message = new_update.message.replace("\r\n", "\n");
    last.status.value == new_update.status && body(draft, last) == message.trim()
}

/// Whether an update appended at the end would be recognised.
fn is_closed(draft: &ReportDraft) -> bool {
    let Some(last) = draft.updates.last() else { return true };
    let heading = &draft.text[last.heading.clone()];
    let time = heading.split_once(',').map_or("2000-01-01 00:00", |(_, time)| time.trim());
    let probe = format!("{}\n\n## {}, {time}\n\nx\n", draft.text, update::word(None));
    read(&draft.path, draft.kind, &probe).is_ok_and(|probed| probed.updates.len() == draft.updates.len() + 1)
}

fn read(path: &SourcePath, kind: Kind, text: &str) -> Result<ReportDraft, EditError> {
    parse::report(path, text.as_bytes(), kind).map_err(|problem| EditError::Unreadable(problem.message))
}

fn body(draft: &ReportDraft, update: &UpdateDraft) -> String {
    draft.text[update.body.clone()].replace("\r\n", "\n").trim().to_owned()
}

fn postmortem(draft: &ReportDraft) -> Option<&str> {
    draft.postmortem.as_ref().map(|postmortem| &draft.text[postmortem.body.clone()])
}

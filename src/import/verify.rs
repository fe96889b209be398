//! Parses a written report and compares it with the intended one.

use crate::diagnostic::Severity;
use crate::import::history::Report;
use crate::import::ids::IdMap;
use crate::model::report::Kind;
use crate::parse;
use crate::parse::draft::{ReportDraft, UpdateDraft};
use crate::source::SourcePath;

/// Whether the text stays within one update, whatever follows.
pub(super) fn stands_alone(markdown: &str) -> bool {
    let text = format!(
        "+++\ntitle = \"x\"\n+++\n\n## Investigating, 2000-01-01 00:00\n\n{markdown}\n\n## Update, 2000-01-01 00:01\n"
    );
    let draft = parse::report(&SourcePath::new("x.md"), text.as_bytes(), Kind::Incident);
    let Ok(draft) = draft else { return false };
    let [update, _] = draft.updates.as_slice() else { return false };
    let is_right = !draft.problems.iter().any(|problem| problem.severity == Severity::Error);
    is_right && draft.postmortem.is_none() && body(&draft, update) == markdown
}

/// Checks that our parser reads the intended report; the error is the first difference.
pub(super) fn reads_back(
    report: &Report,
    names: &IdMap,
    path: &SourcePath,
    text: &str,
) -> Result<(), String> {
    let draft = parse::report(path, text.as_bytes(), report.kind).map_err(|problem| problem.message)?;
    if let Some(problem) = draft.problems.iter().find(|problem| problem.severity == Severity::Error) {
        return Err(problem.message.to_string());
    }
    if draft.updates.len() != report.updates.len() {
        return Err(format!(
            "{} updates are read, {} were written",
            draft.updates.len(),
            report.updates.len()
        ));
    }
    for (read, meant) in draft.updates.iter().zip(&report.updates) {
        let states =
            meant.states.iter().map(|(key, state)| (names.component(key).to_owned(), state.to_string()));
        let is_same = read.status.value == meant.status
            && read.id.as_ref().map(|id| id.value.as_str()) == meant.id.as_deref()
            && lines(read) == states.collect::<Vec<_>>()
            && body(&draft, read) == meant.body;
        if !is_same {
            return Err(format!("the update `{}` differs", &draft.text[read.heading.clone()]));
        }
    }
    let postmortem = draft.postmortem.as_ref().map(|postmortem| draft.text[postmortem.body.clone()].trim());
    if postmortem != report.postmortem.as_ref().map(|postmortem| postmortem.body.as_str()) {
        return Err("the postmortem differs".to_owned());
    }
    Ok(())
}

fn lines(update: &UpdateDraft) -> Vec<(String, String)> {
    update.lines.iter().map(|line| (line.word.value.clone(), line.value.value.clone())).collect()
}

fn body<'a>(draft: &'a ReportDraft, update: &UpdateDraft) -> &'a str {
    draft.text[update.body.clone()].trim_matches('\n').trim_end()
}

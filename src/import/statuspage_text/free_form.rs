//! A postmortem as free text.

use crate::import::history::{Postmortem, Report};
use crate::import::html;
use crate::import::log::Finding;
use crate::import::plain_text::{Headings, to_markdown};
use crate::import::statuspage_text::source::{Source, identified};
use crate::import::text::line_at;
use crate::import::timeline;
use crate::model::report::Kind;

/// `None` when the text says no certain time; the log says so.
pub(super) fn report(source: &mut Source<'_>, text: &str) -> Option<Report> {
    let Some(first) = text.lines().find(|line| !line.trim().is_empty()) else {
        source.say_at(Finding::Unsettled, 1, "this file is empty");
        return None;
    };
    let line = line_at(text, text.len() - text.trim_start().len());
    let body = text.trim_start()[first.trim_start().len()..].trim_start_matches('\n');
    let title = html::to_line(first);
    let label = title.split_once(':').filter(|(label, _)| {
        let label = label.to_lowercase().replace(['-', ' '], "");
        matches!(label.as_str(), "postmortem" | "incidentreport" | "postmortemreport")
    });
    let title = label.map_or(title.as_str(), |(_, rest)| rest.trim());
    let mut report = Report::new(source.name, Kind::Incident, title);
    let Some(bounds) = timeline::bounds(body, source.zone, None) else {
        let text = format!(
            "“{title}” does not say when it was: a line `from TIME to TIME`, or a timeline, with dates"
        );
        source.say_at(Finding::Unsettled, line, &text);
        return None;
    };
    (report.started, report.ended) = (Some(bounds.from), Some(bounds.to));
    let words = body.lines().nth(bounds.line - 1).unwrap_or_default().trim();
    source.say(Finding::Guessed, format!("`started` and `ended` are taken from “{words}”"));
    source.say_at(Finding::Unsettled, line, "add `components`: a text does not name them certainly");
    report.components_unknown = true;
    report.postmortem =
        Some(Postmortem { at: None, is_draft: false, body: to_markdown(body, Headings::Short) });
    Some(identified(report))
}

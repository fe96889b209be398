//! The postmortem of an incident: updates with that status, else the management API's `postmortem_body`.

use crate::import::history::Postmortem;
use crate::import::html;
use crate::import::log::{Finding, ImportLog};
use crate::import::markdown::{self, Origin};
use crate::import::statuspage::body::{Incident, SourceBody};
use crate::import::statuspage::times::{TimedUpdate, time};
use crate::parse::markdown::{RawHtml, plain_text};

/// What updates say, else `postmortem_body`, which may be a draft. The log names one that says something else.
pub(super) fn postmortem(
    incident: &Incident,
    said: &[TimedUpdate<'_>],
    (source, base): (&SourceBody, &str),
    log: &mut ImportLog,
) -> Option<Postmortem> {
    let bodies = said.iter().filter_map(|said| said.update.body.as_deref());
    for text in bodies.clone().flat_map(html::dropped) {
        log.add(Finding::LeftOut, &source.name, text);
    }
    let bodies: Vec<String> = bodies.map(|body| html::to_markdown(body, base)).collect();
    let said_in_updates = bodies.join("\n\n");
    let (own, dropped) = from_markdown(incident.postmortem_body.as_deref().unwrap_or_default(), base);
    let is_own = bodies.is_empty();
    if is_own {
        dropped.into_iter().for_each(|text| log.add(Finding::LeftOut, &source.name, text));
    } else if !own.is_empty() && words(&own) != words(&said_in_updates) {
        let (line, title) = (incident.line, html::to_line(&incident.name));
        let text = format!(
            "line {line}: “{title}”: its `postmortem_body` is left out, which is not the postmortem of its updates: “{own}”"
        );
        log.add(Finding::Unsettled, &source.name, text);
    }
    let at = time(incident.postmortem_published_at.as_deref()).or(said.first().map(|said| said.at));
    let body = if is_own { own } else { said_in_updates };
    (!body.is_empty()).then_some(Postmortem { at, is_draft: is_own && at.is_none(), body })
}

/// A text of the management API's, which is Markdown where the page serves HTML, and what is left out of it.
fn from_markdown(body: &str, base: &str) -> (String, Vec<String>) {
    let origin = Origin { page: base, line_ends_break: false };
    let converted = markdown::converted(body, origin);
    (markdown::part(&converted.markdown, origin), converted.dropped.into_iter().collect())
}

/// The letters and digits of a text, which no markup changes.
pub(super) fn words(markdown: &str) -> String {
    plain_text(markdown, RawHtml::Text).chars().filter(|c| c.is_alphanumeric()).collect()
}

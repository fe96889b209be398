//! `/history/YYYY.json`: what the history's script searches, a year's reports in a file.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::edition::IncidentIx;
use crate::model::incident::Incident;
use crate::parse::markdown::{self, RawHtml};
use crate::plan::lists;
use crate::render::context::RenderContext;
use crate::render::view::list;

/// The most characters of a report's words, so that an index stays small.
const MOST_CHARS: usize = 8_000;

#[derive(Serialize)]
struct Entry<'a> {
    title: &'a str,
    /// Relative to the site's root.
    path: String,
    /// The beginning of the last update.
    words: &'a str,
    kind: &'static str,
    status: &'static str,
    /// None for a maintenance.
    #[serde(skip_serializing_if = "Option::is_none")]
    impact: Option<&'static str>,
    icon: &'static str,
    from: String,
    /// None while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    when: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lasts: Option<String>,
    components: Vec<&'a str>,
    tags: BTreeSet<&'a str>,
    postmortem: bool,
    /// Each word of its updates and postmortem once.
    text: String,
}

/// The reports that began in a year, newest first.
pub(in crate::render) fn json(context: &RenderContext<'_>, year: i32) -> Vec<u8> {
    let entries: Vec<Entry<'_>> =
        lists::begun_in(context.edition, year).map(|ix| entry(context, ix)).collect();
    let mut bytes = serde_json::to_vec(&entries).expect("plain values become JSON");
    bytes.push(b'\n');
    bytes
}

fn entry<'a>(context: &RenderContext<'a>, ix: IncidentIx) -> Entry<'a> {
    let incident = context.edition.incident(ix);
    let row = list::row(context, ix);
    let tags = incident.report.tags.iter().map(|tag| tag.slug.as_str()).filter(|slug| !slug.is_empty());
    Entry {
        title: &incident.report.title,
        path: row.path,
        words: context.last_words(ix),
        kind: row.kind,
        status: row.status,
        impact: (!incident.is_maintenance()).then_some(row.impact),
        icon: row.icon,
        from: row.span.from.datetime,
        to: row.span.to.map(|to| to.datetime),
        when: row.span.text,
        lasts: row.lasts.map(|length| length.text),
        components: incident
            .components()
            .iter()
            .map(|&ix| context.site().component(ix).id.as_str())
            .collect(),
        tags: tags.collect(),
        postmortem: row.postmortem,
        text: text(incident, RawHtml::of(&context.site().config)),
    }
}

/// Each word of a report's public texts once, in small letters, in order of their first place.
fn text(incident: &Incident, raw_html: RawHtml) -> String {
    let updates = incident.updates().iter().map(|update| &update.body);
    let bodies = updates.chain(incident.postmortem().map(|(postmortem, _)| &postmortem.body));
    let (mut seen, mut out) = (BTreeSet::new(), String::new());
    for body in bodies {
        let plain = markdown::plain_words(body.as_str(), raw_html).to_lowercase();
        for word in plain.split_whitespace() {
            if out.len() + word.len() < MOST_CHARS && seen.insert(word.to_owned()) {
                let gap = if out.is_empty() { "" } else { " " };
                out.extend([gap, word]);
            }
        }
    }
    out
}

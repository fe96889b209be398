//! Renders Markdown for a page: relative links, unique ids, translated labels.
//!
//! Ids of templates begin with `_`, which heading ids never do. So headings of a page's main text keep plain ids
//! (`#root-cause`), and those of updates get their update's anchor as a prefix.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::incident::Incident;
use crate::parse::draft::LinkKind;
use crate::parse::markdown::{self, Alerts, HtmlOptions, Labels, RawHtml, TocEntry};
use crate::percent::{self, encode_path};
use crate::plan::address;
use crate::plan::links::{self, Target};
use crate::plan::page::Page;
use crate::render::context::RenderContext;
use crate::source::{SourcePath, Text};

/// A heading, for a table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Heading {
    /// Its level as shown, 1 to 6.
    pub level: u8,
    /// Its anchor, without `#`.
    pub id: String,
    /// Plain text.
    pub text: String,
}

/// A text of a report or page, and the page it is shown on.
struct Piece<'a> {
    source: &'a SourcePath,
    text: &'a Text,
    page: &'a Page,
    id_prefix: &'a str,
    heading_shift: u8,
}

/// The main text of a page: a postmortem or content page. `top` is the level at which level 2 headings are shown.
pub(super) fn article(
    context: &RenderContext<'_>,
    source: &SourcePath,
    text: &Text,
    page: &Page,
    top: u8,
) -> (String, Vec<Heading>) {
    let heading_shift = top.saturating_sub(2);
    let (html, contents) = render(context, &Piece { source, text, page, id_prefix: "", heading_shift });
    let heading = |it: TocEntry| Heading { level: it.level, id: it.id, text: it.text };
    (html, contents.into_iter().map(heading).collect())
}

/// An update on its report's page; `place` is its index.
pub(super) fn update(context: &RenderContext<'_>, incident: &Incident, place: usize, page: &Page) -> String {
    let text = &incident.updates()[place].body;
    let id_prefix = format!("_{place}-");
    let piece =
        Piece { source: &incident.report.source, text, page, id_prefix: &id_prefix, heading_shift: 1 };
    render(context, &piece).0
}

/// The last update of a report, on a page that shows several; `prefix` makes ids unique.
pub(super) fn last_word(context: &RenderContext<'_>, incident: &Incident, page: &Page) -> Option<String> {
    let text = &incident.updates().last()?.body;
    let id_prefix = format!("_{}-", incident.report.slug);
    let piece =
        Piece { source: &incident.report.source, text, page, id_prefix: &id_prefix, heading_shift: 0 };
    Some(render(context, &piece).0)
}

fn render(context: &RenderContext<'_>, piece: &Piece<'_>) -> (String, Vec<TocEntry>) {
    let messages = context.theme.messages();
    let words = ["task-done", "task-open", "table", "heading-link", "note", "note-back"]
        .map(|id| messages.say(id, &[]));
    let [done, open, table, heading, note, back] = words.each_ref().map(String::as_str);
    let titles = ["note", "tip", "important", "warning", "caution"];
    let titles = titles.map(|kind| messages.say(&format!("alert-{kind}"), &[]));
    let [note_title, tip, important, warning, caution] = titles.each_ref().map(String::as_str);
    let alerts = Alerts { note: note_title, tip, important, warning, caution };
    let root = address::root(&address::file(&context.link(piece.page)));
    let own = OnceCell::new();
    let links = |target: &str, _: LinkKind| match target.strip_prefix('#') {
        Some(id) => {
            let own = own.get_or_init(|| markdown::heading_ids(piece.text.as_str()));
            Some(part(context, piece, &root, own, id))
        }
        None => link(context, piece, &root, target),
    };
    let options = HtmlOptions {
        raw_html: RawHtml::of(&context.site().config),
        links: &links,
        id_prefix: piece.id_prefix,
        heading_shift: piece.heading_shift,
        labels: Labels { done, open, table, heading, note, back, alerts },
        soft_break: "\n",
    };
    markdown::html_with_contents(piece.text.as_str(), &options)
}

/// The URL of an anchor: in the text itself, or on its report's page, where the postmortem's headings are.
fn part(
    context: &RenderContext<'_>,
    piece: &Piece<'_>,
    root: &str,
    own: &BTreeSet<String>,
    id: &str,
) -> String {
    if let Some(id) = percent::decode(id).filter(|id| own.contains(id)) {
        return format!("#{}", markdown::place_of(piece.id_prefix, &id));
    }
    let target = format!("{}#{id}", encode_path(piece.source.file_name()));
    match links::resolve(context.plan, context.site(), piece.source, &target) {
        Target::Inside(target) => match target.split_once('#') {
            Some((path, part)) if path == context.link(piece.page) => format!("#{part}"),
            _ => format!("{root}{target}"),
        },
        _ => format!("#{id}"),
    }
}

/// The URL of a link's target, relative to the page; `None` when it is not public.
fn link(context: &RenderContext<'_>, piece: &Piece<'_>, root: &str, target: &str) -> Option<String> {
    match links::resolve(context.plan, context.site(), piece.source, target) {
        Target::AsWritten => Some(target.to_owned()),
        Target::Inside(path) => Some(format!("{root}{path}")),
        Target::Nowhere => None,
    }
}

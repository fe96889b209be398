//! Content pages (`content.html`), their list (`pages.html`) and redirects (`redirect.html`).

use serde::Serialize;

use crate::percent::encode_path;
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::format::TimeView;
use crate::render::markdown::{self, Heading};
use crate::render::view::site::{Link, links};

/// What a content page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContentView {
    /// Its title.
    pub title: String,
    /// Its text as HTML.
    pub body: String,
    /// Its headings, for a list of contents; empty for a short page.
    pub contents: Vec<Heading>,
    /// When it was last edited, if its author says so.
    pub edited: Option<TimeView>,
    /// Where to edit it; empty without `edit_url`.
    pub edit_url: String,
}

/// What the page that lists all extra pages shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PagesView {
    /// The pages of the navigation, in its order.
    pub links: Vec<Link>,
}

/// What an old address shows: where its page stands now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RedirectView {
    /// The path of the new address.
    pub target: String,
}

pub(in crate::render) fn all(context: &RenderContext<'_>) -> PagesView {
    PagesView { links: links(context.site()).collect() }
}

/// The fewest headings for a table of contents.
const CONTENTS_FROM: usize = 3;

/// A content page's view; `place` is its index in the site's pages.
pub(in crate::render) fn view(context: &RenderContext<'_>, place: usize) -> ContentView {
    let page = &context.site().pages[place];
    let (body, headings) =
        markdown::article(context, &page.source, &page.body, &Page::Html(Html::Content(place)), 2);
    ContentView {
        title: page.title.clone(),
        body,
        contents: contents(headings),
        edited: page.edited_by(context.edition.now).map(|at| context.formatter().time(at)),
        edit_url: edit_url(context, page.source.as_str()),
    }
}

/// The headings, or none when there are too few for a table of contents.
pub(in crate::render) fn contents(headings: Vec<Heading>) -> Vec<Heading> {
    if headings.len() < CONTENTS_FROM { Vec::new() } else { headings }
}

/// The "edit this report" URL; empty without `edit_url`.
pub(in crate::render) fn edit_url(context: &RenderContext<'_>, source: &str) -> String {
    let base = &context.site().config.edit_url;
    if base.is_empty() { String::new() } else { format!("{base}{}", encode_path(source)) }
}

//! Lists of reports: those of a tag and all postmortems (`list.html`), and the tags (`tags.html`).

use serde::Serialize;

use crate::model::edition::{IncidentIx, TagIx};
use crate::model::report::Tag;
use crate::plan::address::POSTMORTEM_ANCHOR;
use crate::plan::lists::{self, List};
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::messages::Arg;
use crate::render::view::list::{self, ReportRow};
use crate::render::view::record::{self, YearReports};
use crate::render::view::site::Link;

/// What a list shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListView {
    /// `Tag: dns`.
    pub title: String,
    /// How many reports the list holds in all.
    pub count: usize,
    /// Its reports by year: on the list's first page the newest by their beginning, on that of a year those that touch it.
    pub reports: Vec<YearReports>,
    /// The pages of its years, newest first; empty while the first page holds all.
    pub years: Vec<Link>,
    /// On a year's page, the list's first page.
    pub whole: Option<Link>,
    /// On a year's page, the year before with reports.
    pub previous: Option<Link>,
    /// On a year's page, the year after with reports.
    pub next: Option<Link>,
}

/// What the page of all tags shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TagsView {
    /// The tags, by name.
    pub tags: Vec<TagView>,
}

/// A tag that has a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TagView {
    /// As the newest report spells it.
    pub title: String,
    /// Its name in addresses.
    pub id: String,
    /// Its page's path.
    pub path: String,
    /// How many reports have it.
    pub reports: usize,
}

pub(in crate::render) fn view(context: &RenderContext<'_>, list: List) -> ListView {
    let reports = lists::reports(context.edition, list);
    // The page says how many reports there are, so each stands on it once.
    let begun_year = |ix| {
        let year = *lists::years_of(context.edition, ix).start();
        year..=year
    };
    ListView {
        title: title(context, list),
        count: reports.len(),
        reports: record::by_year(&reports, begun_year, |ix| row(context, list, ix)),
        years: lists::years(context.edition, list)
            .into_iter()
            .rev()
            .map(|year| year_link(context, list, year))
            .collect(),
        whole: None,
        previous: None,
        next: None,
    }
}

pub(in crate::render) fn year(context: &RenderContext<'_>, list: List, year: i32) -> ListView {
    let own = lists::in_year(context.edition, list, year);
    let years = lists::years(context.edition, list);
    let link = |year: &i32| year_link(context, list, *year);
    let title = title(context, list);
    ListView {
        title: said(context, "list-year", &[("title", &title), ("year", &year.to_string())]),
        count: own.len(),
        reports: vec![YearReports {
            year,
            reports: own.into_iter().map(|ix| row(context, list, ix)).collect(),
        }],
        years: Vec::new(),
        whole: Some(Link { title, path: context.link(&Page::Html(Html::List(list))) }),
        previous: years.range(..year).next_back().map(link),
        next: years.range(year + 1..).next().map(link),
    }
}

fn title(context: &RenderContext<'_>, list: List) -> String {
    match list {
        List::Tag(ix) => said(context, "tag-title", &[("tag", &context.edition.tags[ix.0].tag.name)]),
        List::Postmortems => said(context, "postmortems", &[]),
    }
}

fn said(context: &RenderContext<'_>, id: &str, args: &[(&str, &str)]) -> String {
    let args: Vec<_> = args.iter().map(|&(name, text)| (name, Arg::Text(text))).collect();
    context.formatter().say(id, &args)
}

fn row(context: &RenderContext<'_>, list: List, ix: IncidentIx) -> ReportRow {
    let mut row = list::told(context, ix);
    if list == List::Postmortems {
        row.path = format!("{}#{POSTMORTEM_ANCHOR}", row.path);
    }
    row
}

fn year_link(context: &RenderContext<'_>, list: List, year: i32) -> Link {
    Link { title: year.to_string(), path: context.link(&Page::Html(Html::ListYear(list, year))) }
}

/// All tags, by name.
pub(in crate::render) fn tags(context: &RenderContext<'_>) -> TagsView {
    let mut tags: Vec<TagView> = (0..context.edition.tags.len()).map(|ix| tag(context, TagIx(ix))).collect();
    tags.sort_by_cached_key(|tag| (tag.title.to_lowercase(), tag.id.clone()));
    TagsView { tags }
}

/// The tags that most reports have, and how many others there are.
pub(super) fn common_tags(context: &RenderContext<'_>, most: usize) -> (Vec<TagView>, usize) {
    let mut by_count: Vec<TagIx> = (0..context.edition.tags.len()).map(TagIx).collect();
    by_count.sort_by_key(|ix| std::cmp::Reverse(context.edition.tags[ix.0].reports.len()));
    let shown: Vec<TagView> = by_count.iter().take(most).map(|&ix| tag(context, ix)).collect();
    let more = by_count.len() - shown.len();
    (shown, more)
}

fn tag(context: &RenderContext<'_>, ix: TagIx) -> TagView {
    let tagged = &context.edition.tags[ix.0];
    TagView {
        title: tagged.tag.name.clone(),
        id: tagged.tag.slug.clone(),
        path: context.link(&Page::Html(Html::List(List::Tag(ix)))),
        reports: tagged.reports.len(),
    }
}

/// A report's tag, with its page where it has one.
pub(super) fn tag_link(context: &RenderContext<'_>, tag: &Tag) -> Link {
    let ix = context.edition.tag(&tag.key);
    let path = ix.map(|ix| context.link(&Page::Html(Html::List(List::Tag(ix)))));
    Link { title: tag.name.clone(), path: path.unwrap_or_default() }
}

//! The source of an output, named in messages about conflicting or invalid paths.

use crate::model::edition::{Edition, IncidentIx};
use crate::plan::api::Api;
use crate::plan::lists::List;
use crate::plan::page::{Html, Page};
use crate::source::SourcePath;

/// Who claims an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A file: a report, an extra page, something in `static/`.
    File(SourcePath),
    /// An old address in a file's `aliases`.
    Alias {
        file: SourcePath,
        /// The address as written.
        alias: String,
    },
    /// A tag in a report.
    Tag {
        /// The report's file.
        file: SourcePath,
        /// The tag as written there.
        tag: String,
    },
    /// A copy of a feed, by its path in `also_at`.
    FeedCopy(String),
    /// A component or group in site.toml, by its id.
    SiteToml(String),
    Theme,
    /// Every site: the front page, feeds, figures.
    Site,
}

impl Owner {
    /// The owner of a page.
    pub fn of(page: &Page, edition: &Edition) -> Self {
        let site = &edition.site;
        let file = |ix: IncidentIx| edition.incident(ix).report.source.clone();
        let report = |ix: IncidentIx| Owner::File(file(ix));
        match page {
            Page::Api(Api::Incident(ix)) => report(*ix),
            Page::Html(html) => match html {
                Html::Incident(ix) => report(*ix),
                Html::Content(ix) => Owner::File(site.pages[*ix].source.clone()),
                Html::Component(ix) | Html::ComponentYear(ix, _) => {
                    Owner::SiteToml(site.component(*ix).id.clone())
                }
                Html::Group(ix) => Owner::SiteToml(site.groups[ix.0].id.clone()),
                Html::List(List::Tag(ix)) | Html::ListYear(List::Tag(ix), _) => {
                    let tagged = &edition.tags[ix.0];
                    Owner::Tag { file: file(tagged.reports[0]), tag: tagged.tag.name.clone() }
                }
                Html::Front
                | Html::History
                | Html::HistoryMonth(_)
                | Html::Tags
                | Html::List(List::Postmortems)
                | Html::ListYear(List::Postmortems, _)
                | Html::Uptime
                | Html::UptimeYear(_)
                | Html::Embed
                | Html::Subscribe
                | Html::Pages
                | Html::NotFound
                | Html::Redirect(_) => Owner::Site,
            },
            Page::Asset(_) => Owner::Theme,
            Page::Copy(handle) => Owner::File(handle.path.clone()),
            Page::HistoryIndex(_)
            | Page::UptimeCsv(..)
            | Page::Feed(..)
            | Page::Updates(_)
            | Page::Badge(..)
            | Page::Calendar(_)
            | Page::Event(_)
            | Page::Api(_)
            | Page::Schema(_)
            | Page::UptimeJson
            | Page::Days(_)
            | Page::BuildJson
            | Page::EmbedScript
            | Page::StatusText
            | Page::Metrics
            | Page::Llms
            | Page::Headers
            | Page::Sitemap
            | Page::SitemapPart(_)
            | Page::Robots
            | Page::NoJekyll
            | Page::Cname(_) => Owner::Site,
        }
    }
}

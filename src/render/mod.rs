//! Renders pages to bytes: pure, on demand, one output at a time.
//!
//! A page's [`view`] is made from the edition, and a template of the [`theme`] shows it; [`machine`] writes files for
//! machines. Invariant: no disk, no clock, no source positions.

use crate::diagnostic::Diagnostic;
use crate::model::edition::Edition;
use crate::model::out_path::OutPath;
use crate::plan::Plan;
use crate::plan::page::Page;
use crate::source::Handle;

mod assets;
mod compact;
pub mod context;
pub mod format;
mod linked_data;
pub mod machine;
mod markdown;
pub mod messages;
mod options;
pub mod originals;
mod pages;
mod policy;
mod script_words;
mod templates;
pub mod theme;
pub mod view;

pub use machine::feed::{Said, Tone};

use context::{References, RenderContext};
use format::Formatter;
use theme::Theme;

/// One output's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Rendered bytes.
    Bytes(Vec<u8>),
    /// A file of the site that is copied as it is.
    File(Handle),
}

/// Everything that readers can be told by now, oldest first.
pub fn said(edition: &Edition, plan: &Plan, references: &References, theme: &Theme) -> Vec<Said> {
    let formatter = Formatter::new(theme.messages(), edition.site.config.zone);
    machine::feed::said(&machine::Context { edition, plan, references, formatter, theme: theme.digest() })
}

/// The content of the output at `path`. The theme must be one of [`Theme::with_site`]. A template error is reported at
/// its position in the theme's file.
pub fn page(
    edition: &Edition,
    plan: &Plan,
    references: &References,
    theme: &Theme,
    path: &OutPath,
    page: &Page,
) -> Result<Body, Diagnostic> {
    use machine::{
        badge, build, calendar, csv, days, feed, hosts, metrics, sitemap, text, uptime, v2, widget,
    };
    let formatter = Formatter::new(theme.messages(), edition.site.config.zone);
    let context = &machine::Context { edition, plan, references, formatter, theme: theme.digest() };
    Ok(Body::Bytes(match page {
        Page::Html(html) => {
            let context = RenderContext { edition, plan, references, theme };
            pages::html(&context, path, html)?.into_bytes()
        }
        Page::Asset(asset) => {
            let bytes = theme.asset(asset, edition.overall().indicator());
            bytes.map(|bytes| bytes.to_vec()).unwrap_or_default()
        }
        Page::Copy(handle) => return Ok(Body::File(handle.clone())),
        Page::Feed(form, scope) => feed::bytes(context, *form, *scope),
        Page::Updates(form) => feed::update_bytes(context, *form),
        Page::Api(api) => v2::bytes(context, *api),
        Page::Badge(badge, form, scope) => badge::bytes(context, *badge, *form, *scope),
        Page::Calendar(scope) => calendar::bytes(context, *scope),
        Page::Event(ix) => calendar::event_bytes(context, *ix),
        Page::Schema(schema) => machine::schema_text(*schema).as_bytes().to_vec(),
        Page::HistoryIndex(year) => {
            let context = RenderContext { edition, plan, references, theme };
            view::search::json(&context, *year)
        }
        Page::UptimeCsv(csv, year) => csv::year(context, *csv, *year),
        Page::UptimeJson => uptime::json(context),
        Page::Days(scope) => days::json(context, *scope),
        Page::BuildJson => build::json(context),
        Page::EmbedScript => widget::script(context),
        Page::StatusText => text::status(context),
        Page::Metrics => metrics::metrics(context),
        Page::Llms => hosts::llms(context),
        Page::Headers => hosts::headers(context),
        Page::Sitemap => sitemap::sitemap(context),
        Page::SitemapPart(part) => sitemap::part(context, *part),
        Page::Robots => sitemap::robots(context),
        Page::NoJekyll => Vec::new(),
        Page::Cname(domain) => format!("{domain}\n").into_bytes(),
    }))
}

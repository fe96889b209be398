//! Files for machines: feeds, figures, the API, calendars, badges, and files for search engines and hosts.
//!
//! Invariant: every output is a function of the edition and changes only as [`Page::as_of`] says, so a build an hour
//! later writes the same bytes.

use crate::plan::page::{Page, Schema};

mod badge;
mod build;
mod calendar;
mod context;
mod csv;
mod days;
mod encode;
mod feed;
#[cfg(test)]
mod future;
mod hosts;
mod latest;
mod metrics;
mod rows;
mod sitemap;
#[cfg(test)]
mod testing;
mod text;
mod uptime;
mod v2;
mod widget;
mod xml;

pub use context::Context;

/// The bytes of a file for machines; `None` for HTML pages, assets and copies.
pub fn bytes(context: &Context<'_>, page: &Page) -> Option<Vec<u8>> {
    let bytes = match page {
        Page::Feed(form, scope) => feed::bytes(context, *form, *scope),
        Page::Updates(form) => feed::update_bytes(context, *form),
        Page::Api(api) => v2::bytes(context, *api),
        Page::Badge(badge, form, scope) => badge::bytes(context, *badge, *form, *scope),
        Page::Calendar(scope) => calendar::bytes(context, *scope),
        Page::Schema(schema) => schema_text(*schema).as_bytes().to_vec(),
        Page::UptimeCsv(year) => csv::year(context, *year),
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
        Page::Html(_) | Page::Asset(_) | Page::Copy(_) => return None,
    };
    Some(bytes)
}

fn schema_text(schema: Schema) -> &'static str {
    match schema {
        Schema::Build => include_str!("schemas/build.schema.json"),
        Schema::History => include_str!("schemas/history.schema.json"),
        Schema::Uptime => include_str!("schemas/uptime.schema.json"),
    }
}

//! Files for machines: feeds, figures, the API, calendars, badges, and files for search engines and hosts.
//!
//! Invariant: every output is a function of the edition and changes only as [`Page::as_of`](crate::plan::page::Page::as_of) says, so a build an hour
//! later writes the same bytes.

use crate::plan::page::Schema;

pub(super) mod badge;
pub(super) mod build;
pub(super) mod calendar;
mod context;
pub(super) mod csv;
pub(super) mod days;
mod encode;
pub(super) mod feed;
#[cfg(test)]
mod future;
pub(super) mod hosts;
mod latest;
pub(super) mod metrics;
mod rows;
pub(super) mod sitemap;
#[cfg(test)]
mod testing;
pub(super) mod text;
pub(super) mod uptime;
pub(super) mod v2;
pub(super) mod widget;
mod xml;

pub use context::Context;

/// A published JSON Schema.
pub(super) fn schema_text(schema: Schema) -> &'static str {
    match schema {
        Schema::Build => include_str!("schemas/build.schema.json"),
        Schema::History => include_str!("schemas/history.schema.json"),
        Schema::Uptime => include_str!("schemas/uptime.schema.json"),
    }
}

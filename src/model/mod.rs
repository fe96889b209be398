//! The model of a status site: components, incidents, maintenances and uptime.
//!
//! [`Site`] is everything the author wrote, valid and timeless; an [`edition::Edition`] is its public part at one
//! instant. Invariant: no TOML, Markdown, disk or template here.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::{Handle, SourcePath, Text};
use crate::time::{Day, Instant};

pub mod alerts;
pub mod announcer;
pub mod colour;
mod component;
pub mod config;
pub mod course;
pub mod days;
pub mod edition;
pub mod incident;
pub mod out_path;
pub mod overall;
pub mod pace;
pub mod report;
pub mod state;
pub mod target;
pub mod template;
#[cfg(test)]
pub(crate) mod testing;
pub mod touched;
pub mod uptime;

pub use component::{Component, ComponentIx, Group, GroupIx};

use config::Config;
use out_path::OutPath;
use report::{Part, Report, Slug};
use uptime::Recorded;

/// Everything the author wrote, valid.
#[derive(Clone, Debug)]
pub struct Site {
    pub config: Arc<Config>,
    /// In site.toml's order, which is the page's.
    pub groups: Vec<Group>,
    pub components: Vec<Component>,
    /// Ordered by slug; drafts only when requested.
    pub reports: Vec<Arc<Report>>,
    /// Recorded downtime, one entry per component.
    pub recorded: Vec<BTreeMap<Day, Recorded>>,
    /// Ordered by name.
    pub pages: Vec<ContentPage>,
    /// Copied files: output path without a leading slash, to source.
    pub copies: BTreeMap<OutPath, Handle>,
    /// Copied files that are public only while a part of a report refers to them, by output path.
    pub references: BTreeMap<OutPath, Vec<Reference>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub slug: Slug,
    pub part: Part,
}

impl Site {
    pub fn component(&self, ix: ComponentIx) -> &Component {
        &self.components[ix.0]
    }

    pub fn in_navigation(&self) -> impl Iterator<Item = &ContentPage> {
        self.pages.iter().filter(|page| page.nav)
    }

    pub fn report(&self, slug: &str) -> Option<&Report> {
        let place = self.reports.binary_search_by(|report| report.slug.as_str().cmp(slug)).ok()?;
        Some(&self.reports[place])
    }

    pub fn component_ixs(&self) -> impl Iterator<Item = ComponentIx> + use<> {
        (0..self.components.len()).map(ComponentIx)
    }

    pub fn members(&self, group: GroupIx) -> impl Iterator<Item = ComponentIx> + '_ {
        self.component_ixs().filter(move |&ix| self.component(ix).group == Some(group))
    }
}

/// An extra page (about, terms of service), at `/NAME/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentPage {
    pub name: String,
    pub title: String,
    /// Its file; relative links count from there.
    pub source: SourcePath,
    pub body: Text,
    pub aliases: Vec<String>,
    pub edited: Option<Instant>,
    pub nav: bool,
    /// Position in the navigation, smaller first.
    pub weight: i64,
}

impl ContentPage {
    /// Its last edit, unless that lies after `now`.
    pub fn edited_by(&self, now: Instant) -> Option<Instant> {
        self.edited.filter(|&edited| edited <= now)
    }
}

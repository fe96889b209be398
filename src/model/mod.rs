//! What a status site is: components, incidents and maintenances, and what they mean for uptime.
//!
//! [`Site`] is everything its author wrote, valid and timeless; an [`edition::Edition`] is what of it is public at one
//! instant. Invariant: no TOML, no Markdown, no disk, no template is known here.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::{Handle, SourcePath, Text};
use crate::time::{Day, Instant};

pub mod colour;
pub mod config;
pub mod course;
pub mod days;
pub mod edition;
pub mod incident;
pub mod out_path;
pub mod pace;
pub mod report;
pub mod state;
pub mod target;
#[cfg(test)]
pub(crate) mod testing;
pub mod touched;
pub mod uptime;

use config::Config;
use out_path::OutPath;
use report::{Report, Slug};
use uptime::Recorded;

/// A component's place in [`Site::components`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentIx(pub usize);

/// A group's place in [`Site::groups`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupIx(pub usize);

/// Everything the author wrote, valid.
#[derive(Clone, Debug)]
pub struct Site {
    /// site.toml's plain keys.
    pub config: Arc<Config>,
    /// In the order of site.toml, which is the order on the page.
    pub groups: Vec<Group>,
    /// In the order of site.toml.
    pub components: Vec<Component>,
    /// Incidents and maintenances in order of their slugs; drafts only when they were asked for.
    pub reports: Vec<Arc<Report>>,
    /// Recorded downtime by component; one entry a component.
    pub recorded: Vec<BTreeMap<Day, Recorded>>,
    /// Extra pages in order of their names.
    pub pages: Vec<ContentPage>,
    /// Files that are only copied: output path, `/`-separated without a slash in front, to source.
    pub copies: BTreeMap<OutPath, Handle>,
    /// Copies, by output path, that are public only while a part of a report that refers to them is.
    pub references: BTreeMap<OutPath, Vec<Reference>>,
}

/// A part of a report that refers to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The report's.
    pub slug: Slug,
    /// Which part.
    pub part: Part,
}

/// A part of a report that is published at an instant of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// An update, by its place.
    Update(usize),
    /// The postmortem.
    Postmortem,
}

impl Site {
    /// A component by its index.
    pub fn component(&self, ix: ComponentIx) -> &Component {
        &self.components[ix.0]
    }

    /// The extra pages that the navigation names, in its order.
    pub fn in_navigation(&self) -> impl Iterator<Item = &ContentPage> {
        self.pages.iter().filter(|page| page.nav)
    }

    /// The report of a slug.
    pub fn report(&self, slug: &str) -> Option<&Report> {
        let place = self.reports.binary_search_by(|report| report.slug.as_str().cmp(slug)).ok()?;
        Some(&self.reports[place])
    }

    /// All component indexes in order.
    pub fn component_ixs(&self) -> impl Iterator<Item = ComponentIx> + use<> {
        (0..self.components.len()).map(ComponentIx)
    }

    /// A group's members in the order of site.toml.
    pub fn members(&self, group: GroupIx) -> impl Iterator<Item = ComponentIx> + '_ {
        self.component_ixs().filter(move |&ix| self.component(ix).group == Some(group))
    }
}

/// A part of the service that readers know by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// `[a-z0-9-_.]+`: its address and its name in reports.
    pub id: String,
    /// What readers see.
    pub name: String,
    /// One sentence; may be empty.
    pub description: String,
    /// The group it stands in.
    pub group: Option<GroupIx>,
    /// The first day that counts; `None`: always.
    pub since: Option<Day>,
    /// The first day that no longer counts; `None`: not retired.
    pub retired: Option<Day>,
    /// Whether bars and a figure are shown.
    pub show_uptime: bool,
    /// Its id in the API; `None`: its `id`.
    pub api_id: Option<String>,
}

impl Component {
    /// Its id in the API.
    pub fn api_id(&self) -> &str {
        self.api_id.as_deref().unwrap_or(&self.id)
    }
}

/// Components that are shown together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its address; shares one name space with components.
    pub id: String,
    /// What readers see.
    pub name: String,
    /// Its id in the API; `None`: its `id`.
    pub api_id: Option<String>,
}

impl Group {
    /// Its id in the API.
    pub fn api_id(&self) -> &str {
        self.api_id.as_deref().unwrap_or(&self.id)
    }
}

/// An extra page (about, terms of service), at `/NAME/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentPage {
    /// Its address.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its file, from which relative links are read.
    pub source: SourcePath,
    /// Markdown.
    pub body: Text,
    /// Old addresses (`/a/b/`), each of which becomes a redirect page.
    pub aliases: Vec<String>,
    /// When it was last edited, if the author says so.
    pub edited: Option<Instant>,
    /// Whether the navigation names it.
    pub nav: bool,
    /// Its place in the navigation, smaller ones first.
    pub weight: i64,
}

impl ContentPage {
    /// When it was last edited, as far as that is public: an edit that lies ahead is not.
    pub fn edited_by(&self, now: Instant) -> Option<Instant> {
        self.edited.filter(|&edited| edited <= now)
    }
}

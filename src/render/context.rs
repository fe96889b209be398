//! The context of page rendering: an edition, its plan, a theme, and precomputed lookups.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::model::Site;
use crate::model::edition::{Edition, IncidentIx};
use crate::model::incident::Incident;
use crate::model::report::{Report, Slug};
use crate::parse::markdown::{self, RawHtml};
use crate::plan::page::Page;
use crate::plan::relations::{self, Neighbours, Relations};
use crate::plan::{Plan, address};
use crate::render::format::Formatter;
use crate::render::theme::Theme;
use crate::time::Month;

/// Shared by the outputs of an edition: lookups, and texts that are rendered on first use.
#[derive(Clone, Debug, Default)]
pub struct References {
    pub relations: Relations,
    /// By incident.
    feed_html: Vec<OnceLock<String>>,
    /// By incident.
    last_words: Vec<OnceLock<String>>,
}

impl References {
    /// Takes O(n log n) in the number of reports.
    pub fn new(edition: &Edition) -> Self {
        let texts = vec![OnceLock::new(); edition.incidents.len()];
        Self { relations: Relations::new(edition), feed_html: texts.clone(), last_words: texts }
    }

    /// The HTML of an incident's entry, the same in each feed and format.
    pub(super) fn feed_html(&self, ix: IncidentIx, render: impl FnOnce() -> String) -> &str {
        self.feed_html[ix.0].get_or_init(render)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct RenderContext<'a> {
    pub edition: &'a Edition,
    /// Gives the URLs.
    pub plan: &'a Plan,
    pub references: &'a References,
    /// With the edition's site, see [`Theme::with_site`].
    pub theme: &'a Theme,
}

impl<'a> RenderContext<'a> {
    pub fn site(&self) -> &'a Site {
        &self.edition.site
    }

    /// Formats times and durations in the site's zone and the theme's language.
    pub fn formatter(&self) -> Formatter<'a> {
        Formatter::new(self.theme.messages(), self.edition.site.config.zone)
    }

    /// The path of a page, or empty for one without a URL of its own.
    pub fn link(&self, page: &Page) -> String {
        address::link(page, self.edition).unwrap_or_default()
    }

    pub fn incident_link(&self, incident: &Incident) -> String {
        address::incident(incident, self.edition.site.config.url_style)
    }

    /// The beginning of a report's last update as plain text, without updates that of its postmortem; else empty.
    pub fn last_words(&self, ix: IncidentIx) -> &'a str {
        let incident = self.edition.incident(ix);
        let raw_html = RawHtml::of(&self.edition.site.config);
        let postmortem = || incident.postmortem().map(|(postmortem, _)| &postmortem.body);
        let text = || incident.updates().last().map(|update| &update.body).or_else(postmortem);
        let words = || text().map(|text| beginning(&markdown::plain_words(text.as_str(), raw_html)));
        self.references.last_words[ix.0].get_or_init(|| words().unwrap_or_default())
    }

    /// As [`Relations::original_of`].
    pub fn original_of(&self, relapse: &Report) -> Option<IncidentIx> {
        self.references.relations.original_of(relapse)
    }

    /// As [`Relations::relapses_of`].
    pub fn relapses_of(&self, slug: &Slug) -> &'a [IncidentIx] {
        self.references.relations.relapses_of(slug)
    }

    /// As [`Relations::months`].
    pub fn months(&self) -> &'a BTreeMap<Month, Vec<IncidentIx>> {
        self.references.relations.months()
    }

    pub fn neighbours(&self, ix: IncidentIx) -> Neighbours {
        relations::neighbours(self.edition, ix)
    }
}

/// The longest beginning of a text in lists, in characters.
const MOST_CHARS: usize = 200;

/// The first words of a line, with `…` where there are more.
fn beginning(line: &str) -> String {
    let Some((end, _)) = line.char_indices().nth(MOST_CHARS) else { return line.to_owned() };
    let cut = &line[..end];
    // Scripts without spaces are cut between characters.
    let words = cut.rfind(' ').filter(|&space| space > end / 2).map_or(cut, |space| &cut[..space]);
    format!("{}…", words.trim_end_matches([',', ';', ':', '.', '·', ' ']))
}

#[cfg(test)]
mod tests {
    use super::{MOST_CHARS, beginning};

    #[test]
    fn long_texts_are_cut_between_words() {
        assert_eq!(beginning("Checkout works again."), "Checkout works again.");
        let long = beginning(&"word ".repeat(100));
        assert!(long.ends_with("word…") && long.chars().count() <= MOST_CHARS, "{long}");
        assert_eq!(beginning(&"故".repeat(300)), format!("{}…", "故".repeat(200)));
    }
}

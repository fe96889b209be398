//! A short summary of what readers see.

use std::io::IsTerminal;

use serde::Serialize;

use crate::cli::load;
use crate::diagnostic::text::Style;
use crate::edit::written;
use crate::model::edition::Edition;
use crate::model::overall::Overall;
use crate::model::report::Status;
use crate::model::state::State;
use crate::plan::address;

#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Paint(Style);

impl Paint {
    /// Colours if the stream is a terminal that wants them.
    pub(in crate::cli) fn of(stream: &impl IsTerminal) -> Self {
        Self(load::style(stream))
    }

    #[cfg(test)]
    pub(in crate::cli) fn plain() -> Self {
        Self(Style::Plain)
    }

    /// Text in an ECMA-48 style: `1` bold, `31` red, `32` green, `33` yellow, `34` blue.
    pub(in crate::cli) fn with(self, code: &str, text: &str) -> String {
        match self.0 {
            Style::Plain => text.to_owned(),
            Style::Coloured => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    pub(in crate::cli) fn state(self, state: State, text: &str) -> String {
        match state {
            State::Operational => self.with("32", text),
            State::UnderMaintenance => self.with("34", text),
            State::DegradedPerformance | State::PartialOutage => self.with("33", text),
            State::MajorOutage => self.with("31", text),
        }
    }

    /// A unified diff with green additions and red removals.
    pub(in crate::cli) fn diff(self, diff: &str) -> String {
        let line = |line: &str| match line.as_bytes().first() {
            Some(b'+') => self.with("32", line),
            Some(b'-') => self.with("31", line),
            Some(b'@') => self.with("36", line),
            _ => line.to_owned(),
        };
        diff.lines().map(|text| line(text) + "\n").collect()
    }
}

/// The readers' view of the site and of one report.
#[derive(Clone, Debug, Serialize)]
pub(in crate::cli) struct PublicView {
    /// `none`, `minor`, …
    indicator: &'static str,
    /// `All Systems Operational`
    description: &'static str,
    /// `None` while the report is not public.
    status: Option<&'static str>,
    components: Vec<ComponentSummary>,
    /// The page's URL; `None` while the report is not public.
    pub(in crate::cli) url: Option<String>,
    #[serde(skip)]
    lasting: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ComponentSummary {
    id: String,
    name: String,
    state: &'static str,
    #[serde(skip)]
    of: State,
}

impl PublicView {
    /// The view of the report with this slug in an edition.
    pub(in crate::cli) fn of(edition: &Edition, slug: &str) -> Self {
        let overall: Overall = edition.overall();
        let incident = edition.by_slug(slug).map(|ix| edition.incident(ix));
        let site = &edition.site;
        let component = |ix| {
            let component = site.component(ix);
            let of = edition.state(ix);
            ComponentSummary {
                id: component.id.clone(),
                name: component.name.clone(),
                state: of.as_str(),
                of,
            }
        };
        let address = |it| site.config.base_url.join(&address::incident(it, site.config.url_style));
        let lasting = incident.and_then(|it| match (it.ended, it.status) {
            (_, Status::Scheduled | Status::Cancelled) => None,
            (Some(end), _) => Some(format!(" after {}", written::duration(end.secs_since(it.began)))),
            (None, _) => Some(format!(", open for {}", written::duration(edition.now.secs_since(it.began)))),
        });
        Self {
            indicator: overall.indicator(),
            description: overall.description(),
            status: incident.map(|it| it.status.as_str()),
            components: incident
                .map_or_else(Vec::new, |it| it.components().iter().copied().map(component).collect()),
            url: incident.map(address),
            lasting,
        }
    }

    /// The summary as indented lines of text.
    pub(in crate::cli) fn lines(&self, title: &str, paint: Paint) -> String {
        let mut text = format!("  {}\n", paint.with("1", self.description));
        for component in &self.components {
            let state = paint.state(component.of, &component.state.replace('_', " "));
            text.push_str(&format!("  {}: {state}\n", component.name));
        }
        match self.status {
            Some(status) => {
                let lasting = self.lasting.as_deref().unwrap_or_default();
                text.push_str(&format!("  \u{201c}{title}\u{201d}: {}{lasting}\n", status.replace('_', " ")));
            }
            None => text.push_str(&format!("  nothing of \u{201c}{title}\u{201d} yet\n")),
        }
        if let Some(url) = &self.url {
            text.push_str(&format!("  {url}\n"));
        }
        text
    }
}

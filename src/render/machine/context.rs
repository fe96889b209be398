//! The context of files for machines: an edition, addresses and words.

use std::cell::OnceCell;

use crate::digest::Digest;
use crate::model::edition::Edition;
use crate::model::incident::Incident;
use crate::model::report::{Postmortem, Update};
use crate::parse::draft::LinkKind;
use crate::parse::markdown::{self, HtmlOptions, Labels, RawHtml};
use crate::percent::{self, encode_path};
use crate::plan::links::{self, Target};
use crate::plan::page::Page;
use crate::plan::{Plan, address};
use crate::render::context::References;
use crate::render::format::Formatter;
use crate::render::messages::Arg;
use crate::render::view::overall::overall_id;
use crate::source::{SourcePath, Text};

/// The inputs of every file.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub edition: &'a Edition,
    /// Gives the URLs.
    pub plan: &'a Plan,
    pub references: &'a References,
    pub formatter: Formatter<'a>,
    /// Of the theme's files.
    pub theme: &'a Digest,
}

impl Context<'_> {
    /// The absolute URL of a path from the site's root.
    pub(super) fn url(&self, link: &str) -> String {
        self.edition.site.config.base_url.join(&encode_path(link))
    }

    pub(super) fn url_of(&self, page: &Page) -> Option<String> {
        address::link(page, self.edition).map(|link| self.url(&link))
    }

    pub(super) fn incident_url(&self, incident: &Incident) -> String {
        self.url(&address::incident(incident, self.edition.site.config.url_style))
    }

    /// Markdown of a report as HTML with tags balanced as in XML and absolute URLs. `id_prefix` is the prefix of this
    /// text's ids on the incident's page.
    pub(super) fn markdown(&self, incident: &Incident, text: &Text, id_prefix: &str) -> String {
        let page = self.incident_url(incident);
        let own = OnceCell::new();
        let links = |target: &str, _: LinkKind| match target.strip_prefix('#') {
            Some(id) => {
                let own = own.get_or_init(|| markdown::heading_ids(text.as_str()));
                Some(match percent::decode(id).filter(|id| own.contains(id)) {
                    Some(id) => format!("{page}#{}", markdown::place_of(id_prefix, &id)),
                    None => format!("{page}#{}", links::part_of(&incident.report, id)),
                })
            }
            None => self.absolute(&page, &incident.report.source, target),
        };
        let raw_html = self.raw_html();
        let options = HtmlOptions {
            raw_html,
            links: &links,
            id_prefix,
            heading_shift: 0,
            labels: Labels::default(),
            // In Statuspage's texts, the end of a line is a line break.
            soft_break: " ",
        };
        // Links between footnotes and references; in text, `<` is escaped.
        let html = markdown::html(text.as_str(), &options);
        html.replace("<a href=\"#", &format!("<a href=\"{page}#"))
    }

    pub(super) fn raw_html(&self) -> RawHtml {
        RawHtml::of(&self.edition.site.config)
    }

    pub(super) fn say(&self, id: &str, args: &[(&str, &str)]) -> String {
        let args: Vec<_> = args.iter().map(|&(name, text)| (name, Arg::Text(text))).collect();
        self.formatter.say(id, &args)
    }

    /// The state of the whole service: `Partial system outage`.
    pub(super) fn overall(&self) -> String {
        let name = overall_id(self.edition.overall());
        self.say(&format!("overall-{name}"), &[])
    }

    /// An update's label: its status, or `Update` when it keeps the previous one.
    pub(super) fn label(&self, update: &Update) -> String {
        self.say(&update.status.map_or("update".to_owned(), |it| format!("status-{}", it.as_str())), &[])
    }

    /// The HTML of the public update at this index, counted from the oldest.
    pub(super) fn update_html(&self, incident: &Incident, place: usize) -> String {
        self.markdown(incident, &incident.updates()[place].body, &format!("_{place}-"))
    }

    pub(super) fn postmortem_html(&self, incident: &Incident, postmortem: &Postmortem) -> String {
        self.markdown(incident, &postmortem.body, "")
    }

    /// The absolute target of a file's link; `None` when it is not public.
    pub(super) fn absolute(&self, page: &str, from: &SourcePath, target: &str) -> Option<String> {
        match links::resolve(self.plan, &self.edition.site, from, target) {
            Target::Inside(address) => Some(self.edition.site.config.base_url.join(&address)),
            Target::AsWritten if target.starts_with("//") => {
                let scheme = page.split("//").next().unwrap_or_default();
                Some(format!("{scheme}{target}"))
            }
            Target::AsWritten => Some(target.to_owned()),
            Target::Nowhere => None,
        }
    }
}

//! Files for machines: feeds, figures, the API, calendars, badges, and files for search engines and hosts.
//!
//! Invariant: every output is a function of the edition and changes only as [`Page::as_of`] says, so a build an hour
//! later writes the same bytes.

use std::cell::OnceCell;
use std::cmp::Reverse;

use crate::digest::Digest;
use crate::model::edition::Edition;
use crate::model::incident::Incident;
use crate::model::report::{Postmortem, Update};
use crate::parse::draft::LinkKind;
use crate::parse::markdown::{self, HtmlOptions, Labels, RawHtml};
use crate::percent::{self, encode_path};
use crate::plan::links::{self, Target};
use crate::plan::page::{Page, Schema};
use crate::plan::{Plan, address};
use crate::render::format::Formatter;
use crate::render::messages::Arg;
use crate::render::view::front;
use crate::source::{SourcePath, Text};

mod badge;
mod build;
mod calendar;
mod csv;
mod days;
mod feed;
#[cfg(test)]
mod future;
mod hosts;
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

/// What every file is made from.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub edition: &'a Edition,
    /// Gives the URLs.
    pub plan: &'a Plan,
    pub formatter: Formatter<'a>,
    /// Of the theme's files.
    pub theme: &'a Digest,
}

impl Context<'_> {
    /// The absolute URL of a path from the site's root.
    fn url(&self, link: &str) -> String {
        self.edition.site.config.base_url.join(&encode_path(link))
    }

    fn url_of(&self, page: &Page) -> Option<String> {
        address::link(page, self.edition).map(|link| self.url(&link))
    }

    fn incident_url(&self, incident: &Incident) -> String {
        self.url(&address::incident(incident, self.edition.site.config.url_style))
    }
}

impl Context<'_> {
    /// Markdown of a report as HTML with tags balanced as in XML and absolute URLs. `id_prefix` is the prefix of this
    /// text's ids on the incident's page.
    fn markdown(&self, incident: &Incident, text: &Text, id_prefix: &str) -> String {
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
        let options =
            HtmlOptions { raw_html, links: &links, id_prefix, heading_shift: 0, labels: Labels::default() };
        // Links between footnotes and references; in text, `<` is escaped.
        let html = markdown::html(text.as_str(), &options);
        html.replace("<a href=\"#", &format!("<a href=\"{page}#"))
    }

    fn raw_html(&self) -> RawHtml {
        RawHtml::of(&self.edition.site.config)
    }

    fn say(&self, id: &str, args: &[(&str, &str)]) -> String {
        let args: Vec<_> = args.iter().map(|&(name, text)| (name, Arg::Text(text))).collect();
        self.formatter.say(id, &args)
    }

    /// The state of the whole service: `Partial system outage`.
    fn overall(&self) -> String {
        let name = front::overall_id(self.edition.overall());
        self.say(&format!("overall-{name}"), &[])
    }

    /// An update's label: its status, or `Update` when it keeps the previous one.
    fn label(&self, update: &Update) -> String {
        self.say(&update.status.map_or("update".to_owned(), |it| format!("status-{}", it.as_str())), &[])
    }

    /// The HTML of the public update at this index, counted from the oldest.
    fn update_html(&self, incident: &Incident, place: usize) -> String {
        self.markdown(incident, &incident.updates()[place].body, &format!("_{place}-"))
    }

    fn postmortem_html(&self, incident: &Incident, postmortem: &Postmortem) -> String {
        self.markdown(incident, &postmortem.body, "")
    }

    /// The absolute target of a file's link; `None` when it is not public.
    fn absolute(&self, page: &str, from: &SourcePath, target: &str) -> Option<String> {
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

/// The first `most` of these, in their order: all open ones, then the last changed.
fn latest(mut all: Vec<&Incident>, most: usize) -> Vec<&Incident> {
    let key = |it: &&Incident| (Reverse(it.is_open()), Reverse(it.updated), it.report.id.clone());
    let open = all.iter().filter(|it| it.is_open()).count();
    let mut order: Vec<_> = all.iter().map(key).collect();
    order.sort_unstable();
    if let Some(last) = order.get(most.max(open).saturating_sub(1)) {
        all.retain(|it| key(it) <= *last);
    }
    all
}

fn schema_text(schema: Schema) -> &'static str {
    match schema {
        Schema::Build => include_str!("schemas/build.schema.json"),
        Schema::History => include_str!("schemas/history.schema.json"),
        Schema::Uptime => include_str!("schemas/uptime.schema.json"),
    }
}

/// JSON with a line end.
fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).expect("plain values with text keys become JSON");
    bytes.push(b'\n');
    bytes
}

fn escape(text: &str) -> String {
    xml::clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

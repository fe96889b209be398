//! Each kind of HTML page: its view, template and metadata.

use crate::diagnostic::Diagnostic;
use crate::model::ComponentIx;
use crate::model::edition::{IncidentIx, Scope};
use crate::model::incident::Incident;
use crate::model::out_path::OutPath;
use crate::model::overall::Overall;
use crate::model::report::{Impact, Status};
use crate::model::state::State;
use crate::plan::address;
use crate::plan::page::{FeedForm, Html, Page};
use crate::render::context::RenderContext;
use crate::render::linked_data;
use crate::render::messages::Arg;
use crate::render::view::{
    FeedView, PageView, component, content, embed, front, group, history, incident, list, lists, live,
    subscribe, uptime,
};

pub(super) fn html(context: &RenderContext<'_>, path: &OutPath, page: &Html) -> Result<String, Diagnostic> {
    let theme = context.theme;
    let basic = basic(context, path, page);
    match page {
        Html::Front => {
            let view = front::view(context);
            theme.render("front.html", &front_page(context, basic, &view), &view)
        }
        Html::Incident(ix) => {
            let view = incident::view(context, *ix);
            theme.render("incident.html", &incident_page(context, basic, *ix, &view), &view)
        }
        Html::History => {
            let page = about(context, basic, &context.formatter().say("history", &[]));
            theme.render("history.html", &page, &history::index(context))
        }
        Html::HistoryMonth(month) => {
            let view = history::month(context, *month);
            let title = context.formatter().say("title-month", &[("month", Arg::Text(&view.title))]);
            theme.render("month.html", &about(context, basic, &title), &view)
        }
        Html::Tags => {
            let page = about(context, basic, &context.formatter().say("tags-title", &[]));
            theme.render("tags.html", &page, &lists::tags(context))
        }
        Html::List(list) => {
            let view = lists::view(context, *list);
            theme.render("list.html", &about(context, basic, &view.title), &view)
        }
        Html::ListYear(list, year) => {
            let view = lists::year(context, *list, *year);
            theme.render("list.html", &about(context, basic, &view.title), &view)
        }
        Html::Uptime => {
            let page = about(context, basic, &context.formatter().say("uptime", &[]));
            theme.render("uptime.html", &page, &uptime::index(context))
        }
        Html::UptimeYear(year) => {
            let title = context.formatter().say("uptime-year", &[("year", Arg::Text(&year.to_string()))]);
            theme.render("uptime-year.html", &about(context, basic, &title), &uptime::year(context, *year))
        }
        Html::Component(ix) => {
            let view = component::view(context, *ix);
            theme.render("component.html", &component_page(context, basic, *ix, &view), &view)
        }
        Html::ComponentYear(ix, year) => {
            let view = component::year(context, *ix, *year);
            let args = [("name", Arg::Text(&view.component.title)), ("year", Arg::Text(&year.to_string()))];
            let title = context.formatter().say("title-year", &args);
            theme.render("component-year.html", &about(context, basic, &title), &view)
        }
        Html::Group(ix) => {
            let view = group::view(context, *ix);
            let state = context.edition.group_state(*ix);
            let mut page = with_state(about(context, basic, &view.subject.name), state);
            if view.is_retired || view.begins.is_some() {
                page.indicator = "";
            }
            theme.render("group.html", &page, &view)
        }
        Html::Content(place) => {
            let view = content::view(context, *place);
            theme.render("content.html", &named(context, basic, &view.title), &view)
        }
        Html::Subscribe => theme.render(
            "subscribe.html",
            &named(context, basic, &context.formatter().say("subscribe-title", &[])),
            &subscribe::view(context),
        ),
        Html::Pages => {
            let page = named(context, basic, &context.formatter().say("all-pages", &[]));
            theme.render("pages.html", &page, &content::all(context))
        }
        Html::Embed => {
            let view = embed::view(context);
            let state = context.formatter().say(&format!("overall-{}", view.overall), &[]);
            theme.render("embed.html", &named(context, basic, &state), &view)
        }
        Html::NotFound => {
            let root = context.site().config.base_url.path().to_owned();
            let page = PageView { root, canonical: String::new(), ..titled(context, basic, "not-found") };
            theme.render("not-found.html", &page, &())
        }
        Html::Redirect(target) => {
            let canonical = context.site().config.base_url.join(target);
            let page = PageView { canonical, ..titled(context, basic, "title-moved") };
            theme.render("redirect.html", &page, &content::RedirectView { target: target.clone() })
        }
    }
}

fn component_page(
    context: &RenderContext<'_>,
    basic: PageView,
    ix: ComponentIx,
    view: &component::ComponentView,
) -> PageView {
    let mut page = with_state(about(context, basic, &view.subject.name), context.edition.state(ix));
    if view.retired.is_some() || view.begins.is_some() {
        page.indicator = "";
    }
    if !view.description.is_empty() {
        page.description.clone_from(&view.description);
    }
    page
}

/// The metadata of a page, without its title.
fn basic(context: &RenderContext<'_>, path: &OutPath, page: &Html) -> PageView {
    let output = Page::Html(page.clone());
    let link = context.link(&output);
    PageView {
        kind: page.kind(),
        root: address::root(path.as_str()),
        canonical: context.site().config.base_url.join(&link),
        path: link,
        as_of: page.as_of(context.edition).map(|at| context.formatter().time(at)),
        feeds: feeds(context, page),
        is_current: page.is_current(context.edition),
        known: live::json(context, page),
        ..PageView::default()
    }
}

/// The feeds of the page's part of the service, then those of the whole site.
fn feeds(context: &RenderContext<'_>, page: &Html) -> Vec<FeedView> {
    let scope = match page {
        Html::Component(ix) | Html::ComponentYear(ix, _) => {
            (Scope::Component(*ix), context.site().component(*ix).name.as_str())
        }
        Html::Group(ix) => (Scope::Group(*ix), context.site().groups[ix.0].name.as_str()),
        Html::NotFound | Html::Redirect(_) => return Vec::new(),
        Html::Front
        | Html::Incident(_)
        | Html::History
        | Html::HistoryMonth(_)
        | Html::Tags
        | Html::List(_)
        | Html::ListYear(..)
        | Html::Uptime
        | Html::UptimeYear(_)
        | Html::Embed
        | Html::Subscribe
        | Html::Pages
        | Html::Content(_) => (Scope::Site, context.site().config.title.as_str()),
    };
    FeedForm::ALL.into_iter().map(|form| feed(context, form, scope)).collect()
}

fn feed(context: &RenderContext<'_>, form: FeedForm, (scope, about): (Scope, &str)) -> FeedView {
    let (mime, form_name) = match form {
        FeedForm::Atom => ("application/atom+xml", "atom"),
        FeedForm::Rss => ("application/rss+xml", "rss"),
        FeedForm::Json => ("application/feed+json", "json"),
    };
    let title = context.formatter().say(&format!("feed-title-{form_name}"), &[("about", Arg::Text(about))]);
    FeedView { mime, form: form_name, title, path: address::feed(context.site(), form, scope) }
}

fn front_page(context: &RenderContext<'_>, basic: PageView, view: &front::FrontView) -> PageView {
    let formatter = context.formatter();
    let state = formatter.say(&format!("overall-{}", view.overall), &[]);
    let title = formatter.say("title-front", &[("state", Arg::Text(&state)), ("site", site_title(context))]);
    let indicator = context.edition.overall().indicator();
    PageView { title, description: front::description(context, view), tone: view.icon, indicator, ..basic }
}

/// An open incident's page has its colour; a closed one's has none.
fn incident_page(
    context: &RenderContext<'_>,
    basic: PageView,
    ix: IncidentIx,
    view: &incident::IncidentView,
) -> PageView {
    let incident = context.edition.incident(ix);
    let formatter = context.formatter();
    let tone = match list::icon(incident) {
        icon if incident.is_open() && icon != "info" => icon,
        _ => "",
    };
    let status = formatter.say(&format!("status-{}", incident.status.as_str()), &[]);
    let when = &view.row.span.text;
    let about = list::named_components(context, incident).join(", ");
    let args = [("status", Arg::Text(&status)), ("when", Arg::Text(when)), ("components", Arg::Text(&about))];
    let id = if about.is_empty() { "incident-description-bare" } else { "incident-description" };
    PageView {
        tone,
        indicator: indicator(incident),
        description: formatter.say(id, &args),
        linked_data: Some(linked_data::report(context, ix)),
        ..named(context, basic, &incident.report.title)
    }
}

/// The icon of its impact while open.
fn indicator(incident: &Incident) -> &'static str {
    match incident.impact {
        _ if incident.status == Status::Cancelled => "",
        _ if !incident.is_open() => Overall::Operational.indicator(),
        _ if incident.is_maintenance() => Overall::Maintenance.indicator(),
        Impact::None => "",
        impact => impact.as_str(),
    }
}

/// Sets a title, and the description for this kind of page.
fn about(context: &RenderContext<'_>, basic: PageView, title: &str) -> PageView {
    let args = [("title", Arg::Text(title)), ("site", site_title(context))];
    let description = context.formatter().say(&format!("description-{}", basic.kind), &args);
    PageView { description, ..named(context, basic, title) }
}

fn titled(context: &RenderContext<'_>, basic: PageView, id: &str) -> PageView {
    let title = context.formatter().say(id, &[]);
    named(context, basic, &title)
}

fn named(context: &RenderContext<'_>, basic: PageView, title: &str) -> PageView {
    let title =
        context.formatter().say("title-page", &[("title", Arg::Text(title)), ("site", site_title(context))]);
    PageView { title, ..basic }
}

fn with_state(page: PageView, state: State) -> PageView {
    let tone = if state == State::Operational { "" } else { state.short() };
    // A single part's outage is not an outage of the whole service.
    PageView { tone, indicator: Overall::of(&[state, State::Operational]).indicator(), ..page }
}

fn site_title<'a>(context: &RenderContext<'a>) -> Arg<'a> {
    Arg::Text(&context.site().config.title)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    use crate::check::links::{self, Target};
    use crate::diagnostic::Diagnostic;
    use crate::model::config::{Config, UrlStyle};
    use crate::model::edition::Edition;
    use crate::model::out_path::OutPath;
    use crate::model::report::{Postmortem, Slug, Status};
    use crate::model::state::State;
    use crate::model::testing::{at, incident, maintenance, site_of, update};
    use crate::model::{ComponentIx, ContentPage, Group, GroupIx, Site};
    use crate::plan;
    use crate::plan::page::Page;
    use crate::render::Body;
    use crate::render::context::References;
    use crate::render::theme::Theme;
    use crate::source::{Entry, Snapshot, SourcePath, Text};
    use crate::time::{Day, Instant};

    /// An open incident, a closed one, and a maintenance in the evening.
    fn site() -> Site {
        let mut open =
            incident(&[update("10:00", Some(Status::Investigating), &[(0, State::PartialOutage)])]);
        open.title = "Fails <b>for some</b>".to_owned();
        let mut over = incident(&[
            update("01:00", Some(Status::Investigating), &[(2, State::MajorOutage)]),
            update("02:30", Some(Status::Resolved), &[]),
        ]);
        over.slug = Slug::new("over").unwrap();
        over.started = Some(at("00:30"));
        let text: Arc<str> = Arc::from("## Cause\n\nA [link](x.md) and [another](/uptime/).");
        over.postmortem = Some(Postmortem { at: Some(at("05:00")), body: Text::new(&text, 0..text.len()) });
        let mut planned =
            maintenance("20:00", "21:00", true, &[update("08:00", Some(Status::Scheduled), &[])]);
        planned.slug = Slug::new("planned").unwrap();
        planned.components = vec![(ComponentIx(1), State::UnderMaintenance)];
        planned.aliases = vec!["/old/address/".to_owned()];
        planned.after = Some(Slug::new("over").unwrap());
        let mut site = site_of(vec![open, over, planned]);
        site.groups = vec![Group { id: "core".to_owned(), name: "Core".to_owned(), api_id: None }];
        site.components[0].group = Some(GroupIx(0));
        site
    }

    fn in_style(url_style: UrlStyle) -> Site {
        let site = site();
        let config = Config { url_style, ..Config::clone(&site.config) };
        Site { config: Arc::new(config), ..site }
    }

    /// The HTML pages of a site, and the paths of all its outputs.
    fn outputs(
        site: Site,
        snapshot: &Snapshot,
        now: Instant,
    ) -> (BTreeMap<String, Result<String, Diagnostic>>, BTreeSet<String>) {
        let edition = Edition::new(Arc::new(site), now);
        let theme = Theme::load(snapshot, "default", "en").unwrap().with_site(&edition.site);
        let planned = plan::outputs(&edition, theme.asset_paths());
        let references = References::new(&edition);
        let html = planned.plan.outputs.iter().filter(|(path, _)| path.as_str().ends_with(".html"));
        let render = |(path, page): (&OutPath, &Page)| {
            let body = crate::render::page(&edition, &planned.plan, &references, &theme, path, page);
            let text = |body| match body {
                Body::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
                Body::File(handle) => panic!("{path} is a copy of {}", handle.path),
            };
            (path.as_str().to_owned(), body.map(text))
        };
        let all = planned.plan.outputs.keys().map(|path| path.as_str().to_owned()).collect();
        (html.map(render).collect(), all)
    }

    fn pages(site: Site, now: Instant) -> BTreeMap<String, String> {
        let (pages, _) = outputs(site, &Snapshot::default(), now);
        pages.into_iter().map(|(path, html)| (path, html.unwrap())).collect()
    }

    /// The values of an attribute in a page.
    fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
        let opening = format!(" {name}=\"");
        html.split(&opening).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn every_page_renders_in_every_state() {
        for now in ["00:10", "01:30", "09:00", "11:00", "20:30", "22:00"] {
            for (path, html) in pages(site(), at(now)) {
                assert!(html.starts_with("<!doctype html>"), "{path}");
                assert!(!html.contains("style=\""), "no inline style passes the policy: {path}");
                assert!(!html.contains("Resolver error"), "every message has its arguments: {path}");
            }
        }
    }

    #[test]
    fn ids_are_unique() {
        for (path, html) in pages(site(), at("11:00")) {
            let ids = attributes(&html, "id");
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: {ids:?}");
        }
    }

    #[test]
    fn every_link_leads_to_an_output_in_either_style() {
        for style in [UrlStyle::Directory, UrlStyle::File] {
            let (pages, all) = outputs(in_style(style), &Snapshot::default(), at("11:00"));
            assert!(all.contains("groups/core/index.html") == (style == UrlStyle::Directory));
            for (path, html) in pages.iter().filter(|(path, _)| *path != "404.html") {
                for href in attributes(html.as_ref().unwrap(), "href") {
                    let outside = links::resolve(&SourcePath::new(path.as_str()), href) == Target::Elsewhere;
                    assert!(outside || leads_to(path, href, &all), "{path}: {href}");
                }
            }
        }
    }

    fn leads_to(page: &str, href: &str, all: &BTreeSet<String>) -> bool {
        let target = href.split('#').next().unwrap();
        if target.is_empty() {
            return true;
        }
        let whole = if target.ends_with('/') { format!("{target}index.html") } else { target.to_owned() };
        let found = SourcePath::new(page).sibling(&whole).expect("links stay inside");
        all.contains(found.as_str())
    }

    #[test]
    fn a_group_whose_members_are_all_retired_has_no_state() {
        let mut site = site();
        let group = |site: Site| pages(site, at("11:00")).remove("groups/core/index.html").unwrap();
        assert!(group(site.clone()).contains("data-part=\"core\""));
        site.components[0].retired = Day::parse("2026-11-20");
        let html = group(site);
        assert!(html.contains("<p class=\"now\">Retired</p>") && !html.contains("data-part"), "{html}");
        assert!(html.contains("<a dir=\"auto\" href=\"../../components/api/\">API</a>"), "{html}");
    }

    #[test]
    fn what_is_to_come_has_no_state_before_its_day() {
        let mut site = site();
        site.components[0].since = Day::parse("2026-11-21");
        site.reports.clear();
        let pages = pages(site, at("11:00"));
        for path in ["components/api/index.html", "groups/core/index.html"] {
            let html = &pages[path];
            let begins = "<p class=\"now\" data-until=\"1795219200\">In service from 21 November 2026</p>";
            assert!(html.contains(begins), "{html}");
            assert!(html.contains(" hidden><span class=\"state"), "its state waits for the script: {html}");
            assert!(html.contains("favicon/neutral.svg"), "{html}");
        }
    }

    #[test]
    fn an_edit_that_lies_ahead_is_not_shown() {
        let mut site = site();
        site.pages.push(extra_page(0, Some(at("12:00"))));
        assert!(!pages(site.clone(), at("11:59"))["p0/index.html"].contains("Last edited"));
        assert!(pages(site.clone(), at("12:00"))["p0/index.html"].contains("Last edited"));
        let edition = Edition::new(Arc::new(site), at("11:59"));
        assert_eq!(edition.next_change, at("12:00"));
    }

    fn extra_page(number: usize, edited: Option<Instant>) -> ContentPage {
        let text: Arc<str> = Arc::from("Words.");
        ContentPage {
            name: format!("p{number}"),
            title: format!("Page {number}"),
            source: SourcePath::new(format!("content/pages/p{number}.md")),
            body: Text::new(&text, 0..text.len()),
            aliases: Vec::new(),
            edited,
            nav: true,
            weight: 0,
        }
    }

    #[test]
    fn the_navigation_names_few_pages_and_one_page_names_all() {
        let with = |count: usize| {
            let mut site = site();
            site.pages.extend((0..count).map(|number| extra_page(number, None)));
            pages(site, at("11:00"))
        };
        let few = with(8);
        assert!(few["index.html"].contains(">Page 7</a>") && !few.contains_key("pages/index.html"));
        let many = with(40);
        assert!(many["index.html"].contains(">Page 7</a>") && !many["index.html"].contains(">Page 8</a>"));
        assert!(many["404.html"].contains("pages/\">All pages</a>"));
        assert!(many["p9/index.html"].contains("<a href=\"../pages/\">All pages</a>"));
        assert!((0..40).all(|number| many["pages/index.html"].contains(&format!(">Page {number}</a>"))));
        let hidden: usize = many.values().map(|html| html.matches(">Page 39</a>").count()).sum();
        assert_eq!(hidden, 1);
    }

    #[test]
    fn an_old_address_is_indexed_unless_told_otherwise() {
        let mut site = site();
        let page = |site| pages(site, at("11:00")).remove("old/address/index.html").unwrap();
        assert!(!page(site.clone()).contains("noindex"));
        Arc::make_mut(&mut site.config).noindex = true;
        assert!(page(site).contains("noindex"));
    }

    #[test]
    fn a_page_of_what_is_over_is_the_same_a_day_later() {
        let a_day_apart =
            |site: fn() -> Site| (pages(site(), at("22:00")), pages(site(), at("22:00").plus_secs(86_400)));
        let all_over = || {
            let mut site = site();
            site.reports.retain(|report| report.slug.as_str() != "x");
            site
        };
        let month = "history/2026-11/index.html";
        let (before, after) = a_day_apart(all_over);
        for path in ["incidents/over/index.html", "maintenance/planned/index.html", month] {
            assert_eq!(before[path], after[path], "{path}");
        }
        assert_ne!(before["index.html"], after["index.html"]);
        let (before, after) = a_day_apart(site);
        assert_ne!(before[month], after[month], "what goes on touched another day");
    }

    #[test]
    fn a_template_that_fails_is_shown_where_it_stands() {
        let path = SourcePath::new("themes/default/templates/month.html");
        let text = "fine\n{{ view.nothing.here }}";
        let files = [(path.clone(), Entry::Bytes(Arc::from(text.as_bytes())))];
        let (pages, _) = outputs(site(), &Snapshot { files: files.into() }, at("11:00"));
        let problem = pages.into_values().find_map(Result::err).expect("the month's page fails");
        assert_eq!(problem.labels[0].file, path);
        assert_eq!(&text[problem.labels[0].span.clone()], "nothing");
        assert_eq!(problem.rule, "template-error");
    }
}

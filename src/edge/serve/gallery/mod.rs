//! The gallery: every component of the theme in every state, in the light and the dark scheme.
//!
//! A small site with every kind of incident is prepared with the previewed site's theme, through the same pipeline;
//! each scene is that site at another time. So the gallery always shows the real output of any theme.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value as Json;

use super::error_page::{ProblemText, own_page, problem_page};
use super::fingerprint::{PageFingerprint, escape};
use super::message::{Request, Response, Status};
use super::preview::{DisplayTime, Environment, PreviewSite, PreviewState, View};
use super::route;
use crate::check::{Clock, Drafts as Visible, Variant};
use crate::model::config::Config;
use crate::parse;
use crate::pipeline::{self, Memory, Options};
use crate::source::{Entry, Snapshot, SourcePath};
use crate::time::Instant;

const FILES: [(&str, &str); 10] = [
    ("content/incidents/degraded.md", include_str!("degraded.md")),
    ("content/incidents/partial.md", include_str!("partial.md")),
    ("content/incidents/major.md", include_str!("major.md")),
    ("content/incidents/critical.md", include_str!("critical.md")),
    ("content/incidents/notice.md", include_str!("notice.md")),
    ("content/incidents/draft.md", include_str!("draft.md")),
    ("content/maintenance/works.md", include_str!("works.md")),
    ("content/maintenance/cancelled.md", include_str!("cancelled.md")),
    ("content/maintenance/coming.md", include_str!("coming.md")),
    ("content/pages/text.md", include_str!("text.md")),
];

/// The gallery's site.toml; `THEME`, `LANGUAGE` and `SCENE` are placeholders.
const SITE: &str = include_str!("site.toml");

/// The gallery's site at one time.
struct Scene {
    name: &'static str,
    /// When its pages were built.
    now: &'static str,
    /// How many seconds later they are read.
    later: i64,
}

const SCENES: [Scene; 12] = [
    Scene { name: "calm", now: "2026-03-01T12:00:00Z", later: 0 },
    Scene { name: "degraded", now: "2026-03-02T09:00:00Z", later: 0 },
    Scene { name: "partial", now: "2026-03-04T09:40:00Z", later: 0 },
    Scene { name: "monitoring", now: "2026-03-04T10:30:00Z", later: 0 },
    Scene { name: "major", now: "2026-03-06T09:00:00Z", later: 0 },
    Scene { name: "critical", now: "2026-03-08T09:00:00Z", later: 0 },
    Scene { name: "announced", now: "2026-03-09T12:00:00Z", later: 0 },
    Scene { name: "maintenance", now: "2026-03-10T12:30:00Z", later: 0 },
    Scene { name: "verifying", now: "2026-03-10T13:40:00Z", later: 0 },
    Scene { name: "later", now: "2026-03-15T12:00:00Z", later: 0 },
    Scene { name: "hours-later", now: "2026-03-06T09:00:00Z", later: 5 * 3600 },
    Scene { name: "days-later", now: "2026-03-01T12:00:00Z", later: 6 * 86_400 },
];

/// Gallery entries: title, scene, page path in directory style.
const BLOCKS: [(&str, &str, &str); 44] = [
    ("Front page: all is well", "calm", ""),
    ("Front page: degraded performance", "degraded", ""),
    ("Front page: partial outage", "partial", ""),
    ("Front page: major outage", "major", ""),
    ("Front page: most components are down", "critical", ""),
    ("Front page: maintenance is announced", "announced", ""),
    ("Front page: maintenance is running", "maintenance", ""),
    ("Front page: a fortnight later, with more to come", "later", ""),
    ("Front page: read hours after it was built", "hours-later", ""),
    ("Front page: read days after it was built", "days-later", ""),
    ("Incident: investigating", "degraded", "incidents/degraded"),
    ("Incident: identified", "partial", "incidents/partial"),
    ("Incident: monitoring", "monitoring", "incidents/partial"),
    ("Incident: resolved, with postmortem and follow-ups", "later", "incidents/major"),
    ("Incident: critical", "critical", "incidents/critical"),
    ("Incident: without components", "later", "incidents/notice"),
    ("Incident: draft", "later", "incidents/draft"),
    ("Maintenance: scheduled", "announced", "maintenance/works"),
    ("Maintenance: in progress", "maintenance", "maintenance/works"),
    ("Maintenance: verifying", "verifying", "maintenance/works"),
    ("Maintenance: completed", "later", "maintenance/works"),
    ("Maintenance: cancelled", "later", "maintenance/cancelled"),
    ("History", "later", "history"),
    ("A month of history", "later", "history/2026-03"),
    ("Tags", "later", "tags"),
    ("Postmortems", "later", "postmortems"),
    ("Component: operational", "later", "components/search"),
    ("Component: degraded performance", "degraded", "components/exports"),
    ("Component: partial outage", "partial", "components/webhooks"),
    ("Component: major outage", "major", "components/search"),
    ("Component: under maintenance", "maintenance", "components/accounts"),
    ("Component: retired", "later", "components/fax"),
    ("A year of a component", "later", "components/search/2026"),
    ("Group: all is well", "later", "groups/shop"),
    ("Group: major outage", "critical", "groups/shop"),
    ("Uptime", "later", "uptime"),
    ("A year of uptime", "later", "uptime/2026"),
    ("Text", "later", "text"),
    ("Ways to subscribe", "later", "subscribe"),
    ("Status for other sites: all is well", "calm", "embed"),
    ("Status for other sites: degraded performance", "degraded", "embed"),
    ("Status for other sites: major outage", "major", "embed"),
    ("Status for other sites: maintenance", "maintenance", "embed"),
    ("Page not found", "later", "no/such/page"),
];

/// The response to a URL below `gallery/`.
pub(super) fn respond<W: Environment>(view: &View<'_, W>, path: &str, request: &Request) -> Option<Response> {
    let preview_site = match &view.shown.preview_site {
        Some(preview_site) => preview_site,
        None => return Some(problem_page(Status::ServiceUnavailable, &view.shown.errors, None).0),
    };
    if path.is_empty() {
        return Some(index().0);
    }
    let (scene, below) = path.split_once('/')?;
    let shown = match scene_of(preview_site, scene)? {
        Ok(preview_site) => PreviewState::of(view.shown.generation, Some(preview_site)),
        Err(notes) => return Some(problem_page(Status::InternalServerError, &notes, None).0),
    };
    let view = View { preview: view.preview, shown: &shown };
    Some(route::below_base(&view, below, request))
}

pub(super) fn fingerprint<W: Environment>(view: &View<'_, W>, path: &str) -> Option<PageFingerprint> {
    let preview_site = view.shown.preview_site.as_ref()?;
    if path.is_empty() {
        return Some(index().1);
    }
    let (scene, below) = path.split_once('/')?;
    match scene_of(preview_site, scene)? {
        Ok(preview_site) => {
            let shown = PreviewState::of(view.shown.generation, Some(preview_site));
            View { preview: view.preview, shown: &shown }.fingerprint_below(below)
        }
        Err(notes) => Some(problem_page(Status::InternalServerError, &notes, None).1),
    }
}

/// The gallery's site in a scene, or the theme's problems; `None` for an unknown scene.
fn scene_of(preview_site: &PreviewSite, name: &str) -> Option<Result<Arc<PreviewSite>, ProblemText>> {
    let scene = SCENES.iter().find(|scene| scene.name == name)?;
    if let Some(known) = preview_site.scenes().get(scene.name).cloned() {
        return Some(Ok(known));
    }
    let made = prepare(preview_site, scene).map(Arc::new);
    if let Ok(made) = &made {
        preview_site.scenes().insert(scene.name, Arc::clone(made));
    }
    Some(made)
}

fn prepare(preview_site: &PreviewSite, scene: &Scene) -> Result<PreviewSite, ProblemText> {
    let config = &preview_site.prepared.edition.site.config;
    let snapshot = snapshot(preview_site, config, scene);
    let mut drafts = parse::all(&snapshot);
    if let Some(site) = &mut drafts.site {
        let site = Arc::make_mut(site);
        site.toml.theme_options = without_pages(&config.theme_options, preview_site.snapshot());
    }
    let now = Instant::parse_rfc3339(scene.now).expect("scenes are at instants");
    let options = Options {
        now,
        clock: Clock::Fixed,
        variant: Variant { drafts: Visible::Show, ..Variant::default() },
    };
    let outcome = pipeline::prepare(&snapshot, &drafts, &options, &mut Memory::default());
    let notes = ProblemText::of(&outcome.problems, &snapshot);
    outcome
        .prepared
        .map(|prepared| {
            PreviewSite::new(prepared, Arc::new(snapshot), DisplayTime::Travelled(now.plus_secs(scene.later)))
        })
        .ok_or(notes)
}

/// The options without links to pages of the site, which the gallery does not have; links to files are kept.
fn without_pages(options: &Json, site: &Snapshot) -> Json {
    match options {
        Json::String(text) if text.starts_with('/') && static_file(text, site).is_none() => "/text/".into(),
        Json::Array(items) => items.iter().map(|item| without_pages(item, site)).collect(),
        Json::Object(table) => {
            table.iter().map(|(key, value)| (key.clone(), without_pages(value, site))).collect()
        }
        other => other.clone(),
    }
}

/// The file of `static/` at a URL of the site.
fn static_file(address: &str, site: &Snapshot) -> Option<(SourcePath, Entry)> {
    let path = SourcePath::new(format!("static{}", address.split(['?', '#']).next()?));
    site.files.get(&path).map(|entry| (path.clone(), entry.clone()))
}

fn named_files(options: &Json, site: &Snapshot) -> Vec<(SourcePath, Entry)> {
    match options {
        Json::String(text) => static_file(text, site).into_iter().collect(),
        Json::Array(items) => items.iter().flat_map(|item| named_files(item, site)).collect(),
        Json::Object(table) => table.values().flat_map(|value| named_files(value, site)).collect(),
        _ => Vec::new(),
    }
}

/// The gallery's files with the previewed site's theme.
fn snapshot(preview_site: &PreviewSite, config: &Config, scene: &Scene) -> Snapshot {
    let quoted = |text: &str| format!("{text:?}");
    let site = SITE
        .replace("SCENE", scene.name)
        .replace("LANGUAGE", &quoted(&config.language))
        .replace("THEME", &quoted(&config.theme));
    let bytes = |text: &str| Entry::Bytes(Arc::from(text.as_bytes()));
    let mut files: BTreeMap<SourcePath, Entry> =
        FILES.iter().map(|(path, text)| (SourcePath::new(path), bytes(text))).collect();
    files.insert(SourcePath::new("site.toml"), bytes(&site));
    let theme = preview_site.snapshot().below("themes");
    files.extend(theme.map(|(path, entry)| (path.clone(), entry.clone())));
    files.extend(named_files(&config.theme_options, preview_site.snapshot()));
    Snapshot { files }
}

fn index() -> (Response, PageFingerprint) {
    let mut html = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\">\n<title>Gallery of the theme</title>\n<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" \
         href=\"/__allclear/live.css\">\n</head>\n<body class=\"gallery\">\n<main>\n<h1>Gallery of the theme</h1>\n<p>Every \
         building block, light and dark. A frame can be made narrower at its corner, and its links work.</p>\n",
    );
    for (title, scene, path) in BLOCKS {
        block(&mut html, title, scene, path);
    }
    html.push_str("</main>\n</body>\n</html>\n");
    own_page(Status::Ok, &html, None)
}

fn block(html: &mut String, title: &str, scene: &str, path: &str) {
    let title = escape(title);
    let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
    write!(html, "<h2>{title}</h2>\n<div>\n").expect("text is written to memory");
    for scheme in ["light", "dark"] {
        writeln!(
            html,
            "<iframe class=\"{scheme}\" data-allclear-scheme=\"{scheme}\" title=\"{title}, {scheme}\" loading=\"lazy\" \
             src=\"{scene}/{folder}?__allclear-scheme={scheme}\"></iframe>"
        )
        .expect("text is written to memory");
    }
    html.push_str("</div>\n");
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{BLOCKS, FILES, SCENES};

    #[test]
    fn every_kind_of_page_of_the_built_in_theme_is_shown() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/themes/default/templates");
        let files =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let pages: Vec<String> =
            files.filter_map(|file| Some(file.strip_suffix(".html")?.to_owned())).collect();
        // `base` is no page, a redirect leaves at once, and the list of pages looks like `not-found`.
        let apart = ["base", "redirect", "pages"];
        for page in pages.iter().filter(|page| !apart.contains(&page.as_str())) {
            let path = match page.as_str() {
                "front" => "",
                "incident" => "incidents/major",
                "month" => "history/2026-03",
                "list" => "postmortems",
                "content" => "text",
                "not-found" => "no/such/page",
                "component" => "components/search",
                "component-year" => "components/search/2026",
                "group" => "groups/shop",
                "uptime-year" => "uptime/2026",
                page => page,
            };
            assert!(BLOCKS.iter().any(|(_, _, shown)| *shown == path), "`{page}` is in no block");
        }
    }

    #[test]
    fn every_scene_and_every_report_is_shown() {
        for scene in &SCENES {
            assert!(BLOCKS.iter().any(|(_, name, _)| *name == scene.name), "{}", scene.name);
        }
        for (path, _) in FILES {
            let slug = path.rsplit('/').next().unwrap().trim_end_matches(".md");
            let is_shown = BLOCKS.iter().any(|(_, _, page)| page.ends_with(slug));
            assert!(is_shown || slug == "coming", "{slug}");
        }
    }
}

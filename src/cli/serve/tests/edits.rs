//! After any edits, the preview serves what a fresh build writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_oneof, proptest};
use tempfile::TempDir;

use super::{NOW, Previewed, SITE, assert_served, built, outputs, previewed, put, site};
use crate::diagnostic::text::{self, Style};
use crate::edge::serve::TimeStep;
use crate::edge::watch::Change;
use crate::pipeline::Outcome;
use crate::source::Snapshot;

/// An edit of the site's folder, or a step of the time bar.
#[derive(Clone, Debug)]
enum Edit {
    Write(&'static str, String),
    Rename(&'static str, &'static str),
    Delete(&'static str),
    TimeStep(i64),
}

const PLACES: [&str; 9] = [
    "content/incidents/first/index.md",
    "content/incidents/second.md",
    "content/incidents/second.fr.md",
    "content/incidents/2026/second.md",
    "content/incidents/2026/third.md",
    "content/incidents/2026/third.fr.md",
    "content/maintenance/works.md",
    "content/pages/about.md",
    "content/pages/about.fr.md",
];

/// Files that are not reports.
const OTHERS: [&str; 10] = [
    "static/large.bin",
    "static/robots.txt",
    "static/style.css",
    "content/incidents/first/picture.svg",
    "content/incidents/2026/picture.svg",
    "content/downtime/api.csv",
    "content/downtime/web.csv",
    "themes/default/static/style.css",
    "themes/default/i18n/en.ftl",
    "themes/default/templates/not-found.html",
];

const FOLDERS: [&str; 8] = [
    "content/incidents/first",
    "content/incidents/2026",
    "content/incidents/old",
    "content/maintenance",
    "content/downtime",
    "themes/default",
    "themes/plain",
    "static",
];

fn texts(place: &'static str) -> impl Strategy<Value = String> {
    (0..3u8, 0..6u8).prop_map(move |(title, kind)| match (place, kind) {
        (_, 0) => format!("+++\ntitel = {title}\n+++\n"),
        ("content/pages/about.md" | "content/pages/about.fr.md", _) => {
            format!("+++\ntitle = \"About {title}\"\n+++\n\n[first](../incidents/second.md)\n")
        }
        ("content/maintenance/works.md", _) => format!(
            "+++\ntitle = \"Works {title}\"\ncomponents = [\"api\"]\nfrom = 2026-03-1{title} 10:00\nto = 2026-03-1{title} \
             14:00\nannounced = 2026-03-01 10:00\n+++\n"
        ),
        (_, 1) => format!("+++\ntitle = \"T{title}\"\ncomponents = {{ api = \"partial_outage\" }}\n+++\n\n## Investigating, 2026-03-0{} 09:00\n\nA.\n", title + 1),
        (_, 4) => format!("+++\ntitle = \"T{title}\"\ncomponents = {{ web = \"major_outage\" }}\nafter = \"second\"\n+++\n\n## Investigating, 2026-03-08 09:00\n\n![](picture.svg)\n\n## Resolved, 10:{title}0\n\nA.\n"),
        (_, 5) => format!("+++\ntitle = \"T{title}\"\nid = \"same\"\naliases = [\"/old/{title}\"]\n+++\n\n## Investigating, 2026-03-1{title} 09:00\n\n<b>A</b>\n\n[x](second.md)\n"),
        (_, kind) => format!("+++\ntitle = \"T{title}\"\n+++\n\n## Identified, 2026-02-0{kind} 09:00\n\nB.\n\n## Resolved, 10:00\n\nC.\n\n# Postmortem, 2026-03-1{title} 08:00\n\nD.\n"),
    })
}

/// Variants of site.toml.
fn configurations() -> Vec<String> {
    let with = |key: &str| SITE.replace("\n\n[[", &format!("\n{key}\n\n[["));
    let web = "\n[[components]]\nid = \"web\"\nname = \"Web\"\nsince = 2026-02-01\n";
    vec![
        SITE.to_owned(),
        format!("{SITE}since = 1\n"),
        SITE.replace("Test", "Other"),
        SITE.replace("\"API\"", "\"Interface\""),
        SITE.replace("2026-01-01", "2026-03-05"),
        format!("{SITE}{web}"),
        SITE.replace("\n\n[[", &format!("\n{web}\n[[")),
        format!("{SITE}group = \"core\"\n{web}\n[[groups]]\nid = \"core\"\nname = \"Core\"\n"),
        with("url_style = \"file\""),
        with("languages = [\"en\", \"fr\"]"),
        with("language = \"de\""),
        with("time_zone = \"Asia/Kathmandu\""),
        with("theme = \"plain\""),
        with("description = \"All of it\""),
        with("edit_url = \"https://git.test/edit/\""),
        format!("{SITE}\n[markdown]\nraw_html = true\n"),
        format!("{SITE}\n[uptime]\ndays = 30\nweights = {{ partial_outage = 50 }}\n"),
        format!("{SITE}\n[feeds]\nentries = 1\n"),
        format!("{SITE}\n[feeds]\nalso_at = {{ \"/index.xml\" = \"history.rss\" }}\n"),
        format!("{SITE}\n[checks]\nmissing-postmortem = \"error\"\n"),
        format!("{SITE}\n[theme_options]\naccent = \"#123456\"\n"),
    ]
}

fn others() -> Vec<Edit> {
    let csv = |day: &str| {
        format!(
            "date,degraded_performance,partial_outage,major_outage,under_maintenance\n2026-02-{day},0,60,0,0\n"
        )
    };
    let page = "<!doctype html><head></head>{{ page.title }}";
    let written = [
        ("static/large.bin", "small".to_owned()),
        ("static/robots.txt", "User-agent: *\n".to_owned()),
        ("static/index.html", "in the way".to_owned()),
        ("content/incidents/first/picture.svg", "<svg/>".to_owned()),
        ("content/incidents/2026/picture.svg", "<svg />".to_owned()),
        ("content/downtime/api.csv", csv("02")),
        ("content/downtime/api.csv", csv("03")),
        ("content/downtime/api.csv", "date\nx\n".to_owned()),
        ("content/downtime/web.csv", csv("04")),
        ("content/stray.xyz", String::new()),
        ("templates/incident.md", "{{ title }}".to_owned()),
        ("templates/postmortem.md", "## What happened\n".to_owned()),
        ("templates/postmortem.md", "## What happened\n\n## Causes\n\n## What we learned\n".to_owned()),
        ("themes/default/static/style.css", "body { color: red }".to_owned()),
        ("themes/default/static/style.css", "body { color: tan }".to_owned()),
        ("themes/default/i18n/en.ftl", "postmortem = Lessons\n".to_owned()),
        ("themes/default/i18n/en.ftl", "postmortem = { $x\n".to_owned()),
        ("themes/default/templates/not-found.html", page.to_owned()),
        ("themes/default/templates/not-found.html", "{% if %}".to_owned()),
        ("themes/default/templates/incident.html", page.to_owned()),
        ("themes/default/templates/incident.html", format!("{page}, {{{{ page.title }}}}")),
        ("themes/plain/theme.toml", "\n".to_owned()),
        ("themes/plain/templates/front.html", page.to_owned()),
        ("themes/plain/static/style.css", "body { color: blue }".to_owned()),
    ];
    let deleted = ["themes", "content", "site.toml", "static"].map(Edit::Delete);
    written.into_iter().map(|(path, text)| Edit::Write(path, text)).chain(deleted).collect()
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = || prop::sample::select(PLACES.to_vec());
    let folder = || prop::sample::select(FOLDERS.to_vec());
    let other = || prop::sample::select(OTHERS.to_vec());
    let step = prop::sample::select(vec![3600, -3600, 86_400, -86_400, 10 * 86_400]);
    let configuration = prop::sample::select(configurations());
    prop_oneof![
        8 => place().prop_flat_map(|place| (Just(place), texts(place))).prop_map(|(place, text)| Edit::Write(place, text)),
        2 => (place(), place()).prop_map(|(from, to)| Edit::Rename(from, to)),
        1 => (folder(), folder()).prop_map(|(from, to)| Edit::Rename(from, to)),
        1 => (other(), other()).prop_map(|(from, to)| Edit::Rename(from, to)),
        2 => place().prop_map(Edit::Delete),
        1 => folder().prop_map(Edit::Delete),
        1 => other().prop_map(Edit::Delete),
        4 => configuration.prop_map(|text| Edit::Write("site.toml", text)),
        5 => prop::sample::select(others()),
        2 => step.prop_map(Edit::TimeStep),
    ]
}

/// Applies an edit as far as the folder allows; returns the changed paths.
fn apply(site: &Path, edit: &Edit) -> Vec<&'static str> {
    let (outcome, touched) = match edit {
        Edit::Write(path, text) => {
            let place = site.join(path);
            (fs::create_dir_all(place.parent().unwrap()).and_then(|()| fs::write(place, text)), vec![*path])
        }
        Edit::Rename(from, to) => {
            let place = site.join(to);
            let made = fs::create_dir_all(place.parent().unwrap());
            (made.and_then(|()| fs::rename(site.join(from), place)), vec![*from, *to])
        }
        Edit::Delete(path) if site.join(path).is_dir() => (fs::remove_dir_all(site.join(path)), vec![*path]),
        Edit::Delete(path) => (fs::remove_file(site.join(path)), vec![*path]),
        Edit::TimeStep(_) => (Ok(()), Vec::new()),
    };
    outcome.unwrap_or_default();
    touched
}

/// What the preview must print.
fn told(outcome: &Outcome, snapshot: &Snapshot, is_error: bool) -> String {
    let is_told =
        |it: &&crate::diagnostic::Diagnostic| (it.severity == crate::diagnostic::Severity::Error) == is_error;
    let problems: Vec<_> = outcome.problems.iter().filter(is_told).cloned().collect();
    text::render(&problems, snapshot, Style::Plain).trim_end().to_owned()
}

/// A preview that is compared with a fresh build after each edit.
struct Held {
    previewed: Previewed,
    root: PathBuf,
    /// The outputs of the last build without errors.
    good: BTreeMap<String, Vec<u8>>,
}

impl Held {
    fn new(site: TempDir) -> Self {
        let root = fs::canonicalize(site.path()).unwrap();
        let (outcome, _) = built(&root, NOW);
        let good = outputs(&outcome, &root).unwrap_or_else(|| panic!("{:#?}", outcome.problems));
        Self { previewed: previewed(site, Some(NOW)), root, good }
    }

    fn check(&mut self, edit: &Edit) {
        let (root, previewed) = (&self.root, &mut self.previewed);
        let touched: Vec<_> = apply(root, edit).into_iter().map(|path| root.join(path)).collect();
        match edit {
            Edit::TimeStep(secs) => previewed.rebuilder.travel(TimeStep::By(*secs)),
            // As the watcher does: the reported paths first.
            _ => previewed.rebuilder.look_at(&Change::At(touched)),
        }
        let state = previewed.state("/repo/");
        let now = state["time"]["now"].as_str().unwrap();
        let (outcome, snapshot) = built(root, now);
        for (kind, is_error) in [("errors", true), ("warnings", false)] {
            let shown = state[kind]["text"].as_str().unwrap_or_default();
            assert_eq!(shown, told(&outcome, &snapshot, is_error));
        }
        previewed.rebuilder.look();
        let generation = &previewed.state("/repo/")["generation"];
        assert_eq!(*generation, state["generation"], "a second look finds nothing");
        if let Some(outputs) = outputs(&outcome, root) {
            for gone in self.good.keys().filter(|path| !outputs.contains_key(*path)) {
                assert_eq!(previewed.get(&format!("/repo/{gone}")).status, 404, "{gone}");
            }
            self.good = outputs;
        } else {
            // The last good site stays, but copied files are served as they are now.
            let is_rendered =
                |path: &str| path.ends_with(".html") && !root.join("static").join(path).exists();
            self.good.retain(|path, _| is_rendered(path));
        }
        assert_served(previewed, &self.good);
    }
}

/// A site with something of everything that edits touch.
fn full_site() -> TempDir {
    let site = site();
    put(site.path(), "site.toml", &full_configuration());
    let report = |title: &str, rest: &str| format!("+++\ntitle = \"{title}\"\n{rest}");
    let second = report(
        "Second",
        "components = { web = \"partial_outage\" }\naliases = [\"/old/x\"]\n+++\n\n## Investigating, 2026-03-08 \
         09:00\n\n<b>A</b>\n\n## Resolved, 10:00\n\n# Postmortem, 2026-03-09 08:00\n\n## What happened\n\nD.\n\n## Causes\n\nE.\n",
    );
    put(site.path(), "content/incidents/second.md", &second);
    let csv =
        "date,degraded_performance,partial_outage,major_outage,under_maintenance\n2026-03-06,0,60,0,0\n";
    put(site.path(), "content/downtime/api.csv", csv);
    put(site.path(), "content/downtime/web.csv", csv);
    put(
        site.path(),
        "content/pages/about.md",
        "+++\ntitle = \"About\"\n+++\n\n[first](../incidents/first/index.md)\n",
    );
    let works = report(
        "Works",
        "components = [\"api\"]\nfrom = 2026-03-11 10:00\nto = 2026-03-11 14:00\nannounced = 2026-03-01 10:00\n+++\n",
    );
    put(site.path(), "content/maintenance/works.md", &works);
    put(site.path(), "static/robots.txt", "User-agent: *\n");
    // Read on every request.
    put(site.path(), "static/large.bin", "large enough");
    put(site.path(), "templates/postmortem.md", "## What happened\n\n## Causes\n");
    put(site.path(), "themes/default/static/style.css", "body { color: red }");
    put(site.path(), "themes/default/i18n/en.ftl", "postmortem = What we saw\n");
    put(site.path(), "themes/default/i18n/de.ftl", "postmortem = Nachlese\n");
    let page = "<!doctype html><head></head>{{ page.title }}";
    put(site.path(), "themes/default/templates/not-found.html", page);
    put(site.path(), "themes/plain/theme.toml", "");
    put(site.path(), "themes/plain/templates/front.html", page);
    site
}

fn full_configuration() -> String {
    format!("{SITE}\n[[components]]\nid = \"web\"\nname = \"Web\"\nsince = 2026-02-01\n")
}

#[test]
fn each_edit_alone_and_taken_back_is_served_as_it_is_built() {
    let mut held = Held::new(full_site());
    let web = "\n[[components]]\nid = \"web\"\nname = \"Web\"\nsince = 2026-02-01\n";
    // Only the edited key may differ, so the component keeps its `since`.
    let configured = configurations().into_iter().map(|text| match text.find("since = 2026-") {
        Some(place) if !text.contains("id = \"web\"") => {
            let end = place + text[place..].find('\n').unwrap() + 1;
            format!("{}{web}{}", &text[..end], &text[end..])
        }
        _ => text,
    });
    let written = PLACES.into_iter().map(|place| {
        let old = fs::read_to_string(held.root.join(place))
            .unwrap_or_else(|_| "+++\ntitle = \"N\"\n+++\n".to_owned());
        Edit::Write(place, old.replacen("title = \"", "title = \"Another ", 1))
    });
    let written: Vec<Edit> = written.collect();
    let moved = [
        Edit::Rename("content/incidents/second.md", "content/incidents/2026/second.md"),
        Edit::Rename("content/incidents/second.md", "content/incidents/third.md"),
        Edit::Rename("content/incidents/first", "content/incidents/2026"),
        Edit::Rename("content/downtime/api.csv", "content/downtime/none.csv"),
        Edit::Rename("themes/default", "themes/other"),
        Edit::Rename("static/robots.txt", "static/humans.txt"),
    ];
    let back = |edit: &Edit, root: &Path| match edit {
        Edit::Rename(from, to) => Edit::Rename(to, from),
        Edit::Write(path, _) => match fs::read_to_string(root.join(path)) {
            Ok(old) => Edit::Write(path, old),
            Err(_) => Edit::Delete(path),
        },
        Edit::Delete(path) => Edit::Rename("away", path),
        Edit::TimeStep(secs) => Edit::TimeStep(-secs),
    };
    let deleted = |edit: Edit| match edit {
        // Deleted files are kept outside the site, so that they can come back.
        Edit::Delete(path) => Edit::Rename(path, "away"),
        edit => edit,
    };
    let all = written.into_iter().chain(moved).chain(others()).map(deleted);
    let all = all.chain(configured.map(|text| Edit::Write("site.toml", text)));
    let all =
        all.chain(OTHERS.map(|path| Edit::Rename(path, "away"))).chain([3600, -86_400].map(Edit::TimeStep));
    for edit in all {
        let back = back(&edit, &held.root);
        for edit in [edit, back] {
            eprintln!("{edit:?}");
            held.check(&edit);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// After any sequence of edits the preview serves what a fresh build writes; with errors, what the last one without
    /// wrote.
    #[test]
    fn incremental_equals_cold(edits in prop::collection::vec(edit(), 1..12), is_full: bool) {
        let mut held = Held::new(if is_full { full_site() } else { site() });
        for edit in &edits {
            held.check(edit);
        }
    }
}

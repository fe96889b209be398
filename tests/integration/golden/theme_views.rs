//! The views of templates: as the sources describe them, and as templates see them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::theme_reference::{described, example, examples, root};
use crate::broken::check_golden;
use crate::support::{allclear, copy_folder, read_files, write_files};

/// A type that templates see.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// What it is.
    pub(crate) about: String,
    /// Its fields, in order.
    pub(crate) fields: Vec<Field>,
}

/// A field of a view.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Its type in Rust.
    pub(crate) kind: String,
    pub(crate) about: String,
}

/// All types that templates see, by their names, from the sources of `render`.
pub(crate) fn views(render: &Path) -> BTreeMap<String, View> {
    let mut all = BTreeMap::new();
    for (path, bytes) in read_files(render) {
        let is_view = path.starts_with("view/") && !path.starts_with("view/live/");
        if is_view || ["format.rs", "markdown.rs"].contains(&path.as_str()) {
            let text = String::from_utf8(bytes).unwrap();
            for (name, view) in views_of(text.split("#[cfg(test)]").next().unwrap()) {
                assert!(all.insert(name.clone(), view).is_none(), "two views are called {name}");
            }
        }
    }
    all
}

/// The serialised structures of a source file.
fn views_of(text: &str) -> Vec<(String, View)> {
    let mut views: Vec<(String, View)> = Vec::new();
    let (mut about, mut is_serialised, mut is_inside) = (String::new(), false, false);
    for line in text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("/// ") {
            about = format!("{about} {words}").trim().to_owned();
        } else if line.starts_with("#[derive(") {
            is_serialised = line.contains("Serialize");
        } else if let Some(name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) {
            is_inside = is_serialised;
            if is_inside {
                views.push((name.to_owned(), View { about: std::mem::take(&mut about), fields: Vec::new() }));
            }
        } else if let Some((name, kind)) = field(line).filter(|_| is_inside) {
            let about = std::mem::take(&mut about);
            views.last_mut().unwrap().1.fields.push(Field { name, kind, about });
        } else {
            assert!(!(is_inside && line.starts_with("#[serde")), "the reference does not know `{line}`");
            is_inside &= line != "}";
            about.clear();
        }
    }
    views
}

/// `pub title: String,`
fn field(line: &str) -> Option<(String, String)> {
    let (name, kind) = line.strip_prefix("pub ")?.strip_suffix(',')?.split_once(": ")?;
    Some((name.to_owned(), kind.to_owned()))
}

fn build(site: &Path) {
    allclear(site, &["build", "--now", "2024-06-01T12:00:00Z"]).ended(0);
}

/// A page of each template, at a time when each exists.
const PAGES: [(&str, &str); 15] = [
    ("front.html", "index.html"),
    ("incident.html", "incidents/slow/index.html"),
    ("history.html", "history/index.html"),
    ("month.html", "history/2024-05/index.html"),
    ("component.html", "components/api/index.html"),
    ("component-year.html", "components/api/2024/index.html"),
    ("group.html", "groups/core/index.html"),
    ("uptime.html", "uptime/index.html"),
    ("uptime-year.html", "uptime/2024/index.html"),
    ("subscribe.html", "subscribe/index.html"),
    ("embed.html", "embed/index.html"),
    ("content.html", "about/index.html"),
    ("pages.html", "pages/index.html"),
    ("not-found.html", "404.html"),
    ("redirect.html", "old/index.html"),
];

const SITE: [(&str, &str); 3] = [
    (
        "site.toml",
        "title = \"Lumen\"\nbase_url = \"https://status.example.org/\"\n\n[[groups]]\nid = \"core\"\nname = \"Core\"\n\n\
         [[components]]\nid = \"api\"\nname = \"API\"\ngroup = \"core\"\nsince = 2024-01-01\n",
    ),
    (
        "content/incidents/slow.md",
        "+++\ntitle = \"Slow\"\ncomponents = { api = \"partial_outage\" }\naliases = [\"/old/\"]\n+++\n\n\
         ## Investigating, 2024-05-20 10:00\n\nSlow.\n\n## Resolved, 10:30\n\nFast.\n",
    ),
    ("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nText.\n"),
];

/// The keys that a template finds are the fields of the type that the reference names for it.
#[test]
fn templates_see_the_views_that_the_reference_names() {
    let site = tempfile::tempdir().unwrap();
    write_files(site.path(), &SITE);
    for number in 1..9 {
        let page = format!("+++\ntitle = \"Page {number}\"\n+++\n\nText.\n");
        write_files(site.path(), &[(&format!("content/pages/page-{number}.md"), &page)]);
    }
    let keys = |of: &str| format!("{{% for key, value in {of} %}}{{{{ key }}}} {{% endfor %}}");
    let template =
        format!("{}\n{}\n{{% if view %}}{}{{% endif %}}\n", keys("site"), keys("page"), keys("view"));
    for (name, _) in PAGES {
        write_files(site.path(), &[(&format!("themes/default/templates/{name}"), &template)]);
    }
    build(site.path());
    let known = views(&root().join("src/render"));
    let names = described();
    let fields = |view: &str| -> BTreeSet<&str> {
        known
            .get(view)
            .map_or(BTreeSet::new(), |view| view.fields.iter().map(|it| it.name.as_str()).collect())
    };
    for (name, path) in PAGES {
        let page = fs::read_to_string(site.path().join("public").join(path)).unwrap();
        let mut found = page.split('\n').map(|line| line.split_whitespace().collect::<BTreeSet<&str>>());
        let view = names["templates"][name].get("view").map_or("", |view| view.as_str().unwrap());
        for of in ["SiteView", "PageView", view] {
            assert_eq!(found.next().unwrap(), fields(of), "{name}: {of}");
        }
    }
}

/// The content of each example's page, exactly.
#[test]
fn the_examples_are_built_as_they_are_shown() {
    for name in examples() {
        let site = tempfile::tempdir().unwrap();
        copy_folder(&example(&name), site.path());
        fs::remove_file(site.path().join("about.md")).unwrap();
        fs::remove_dir_all(site.path().join("expected")).unwrap();
        build(site.path());
        for (path, _) in read_files(&example(&name).join("expected")) {
            let page = fs::read_to_string(site.path().join("public").join(&path)).unwrap();
            let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
            check_golden(&example(&name).join("expected").join(&path), &format!("<main{main}</main>\n"));
        }
    }
}

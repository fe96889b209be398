//! site.toml.

use crate::diagnostic::Diagnostic;
use crate::parse::draft::SiteDraft;
use crate::parse::keys::fields::Fields;
use crate::parse::keys::fields::Record as _;
use crate::parse::keys::{SITE, SiteToml};
use crate::parse::table::Toml;
use crate::parse::{text, validate};
use crate::source::SourcePath;

/// Reads site.toml.
pub fn site_toml(path: &SourcePath, bytes: &[u8]) -> Result<SiteDraft, Diagnostic> {
    let text = text::decode(path, bytes)?;
    let toml = Toml { path, text: &text, offset: 0 };
    let mut draft = SiteDraft::default();
    match toml.parse(text.len()) {
        Err(problem) => draft.problems.push(problem),
        Ok(table) => {
            let fields = Fields::new(toml, &table);
            draft.problems = validate::problems(toml, &table, SITE, 0..0);
            draft.problems.sort_by_key(|problem| problem.labels[0].span.start);
            draft.toml = SiteToml::read(fields);
            draft.has_all_components = fields.has_all("components", "id", SITE);
        }
    }
    draft.text = text;
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use super::site_toml;
    use crate::parse::testing::marked;
    use crate::source::SourcePath;

    const COMPLETE: &str = r#"
title = "Lumen status"
base_url = "https://status.example.org/"
description = ""
time_zone = "Etc/UTC"
language = "en"
languages = ["en", "fr"]
theme = "default"
url_style = "directory"
edit_url = ""
noindex = false
stale_after = "3d"

[[groups]]
id = "core"
name = "Core"

[[components]]
id = "giving"
name = "Donations"
group = "core"
since = 2021-03-01
show_uptime = true

[uptime]
days = 90
weights = { partial_outage = 30, major_outage = 100 }

[markdown]
raw_html = false

[feeds]
entries = 0x32
tag_date = "2024"
also_at = { "/index.xml" = "history.rss" }

[checks]
unknown-key = "warning"
[checks.redact]
email = ".+@.+"

[theme_options]
nav = [{ title = "Home", url = "/" }]
since = 2021-03-01
ratio = 1.5

[publish.web]
kind = "directory"
path = "/srv"

[publish.pages]
kind = "github-pages"
base_url = "https://e.example/"
"#;

    #[test]
    fn every_key_is_read() {
        let draft = site_toml(&SourcePath::new("site.toml"), COMPLETE.as_bytes()).unwrap();
        assert_eq!(marked(COMPLETE, &draft.problems), "");
        assert_eq!(draft.toml.title.unwrap().value, "Lumen status");
        assert_eq!(draft.toml.languages.len(), 2);
        assert_eq!(draft.toml.components[0].since.as_ref().unwrap().value.to_string(), "2021-03-01");
        assert_eq!(draft.toml.feeds.entries(), 50);
        let weights = &draft.toml.uptime.weights;
        assert_eq!((weights.partial_outage(), weights.major_outage()), (30, 100));
        let (address, feed) = &draft.toml.feeds.also_at[0];
        assert_eq!((&*address.value, &*feed.as_ref().unwrap().value), ("/index.xml", "history.rss"));
        assert_eq!(draft.toml.checks.levels.len(), 1);
        assert_eq!(draft.toml.checks.redact[0].1.as_ref().unwrap().value, ".+@.+");
        assert_eq!(
            draft.toml.theme_options.to_string(),
            r#"{"nav":[{"title":"Home","url":"/"}],"since":"2021-03-01","ratio":1.5}"#
        );
        let targets: Vec<&str> = draft.toml.publish.iter().map(|(name, _)| name.value.as_str()).collect();
        assert_eq!(targets, ["web", "pages"]);
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let draft = site_toml(&SourcePath::new("site.toml"), text.as_bytes()).unwrap();
        assert_eq!(marked(text, &draft.problems), expected, "{text}");
    }

    #[test]
    fn every_problem_is_found_at_once() {
        check(
            "titel = 'x'\nbase_url = 1\nuptime.days = '90'\n[[groups]]\nid = 'a'\n[[components]]\nid = 'b'\nname = 'B'\n\
             sinse = 2024-01-01\nretired = '2024-01-01'\nnoindex = true\n[checks]\ndead-link = 'of'\ntheme = 'x'\n\
             [publish.web]\nnoindex = true\n[publish]\nx = 1\n",
            "unknown-key <titel>, wrong-type <1>, wrong-type <'90'>, missing-key <[[groups]]>, unknown-key <sinse>, \
             wrong-type <'2024-01-01'>, key-under-table <noindex>, wrong-type <'of'>, key-under-table <theme>, \
             missing-key <[publish.web]>, wrong-type <1>",
        );
        check("", "missing-title <>, missing-key <>");
        check(
            "title = 'x'\nbase_url = 'https://e.example/'\n[announce.chat]\n",
            "missing-key <[announce.chat]>",
        );
        check("a = = 1", "invalid-toml <=>");
    }
}

//! site.toml.

use std::ops::Range;

use serde_json::Value as Json;

use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::model::state::State;
use crate::parse::draft::{ComponentTable, GroupDraft, SiteDraft, TargetDraft};
use crate::parse::table::{Fields, Toml};
use crate::parse::{keys, text, validate};
use crate::source::{SourcePath, Spanned};

/// Reads site.toml.
///
/// # Errors
/// The file is not UTF-8. Every other problem is in the draft.
pub fn site_toml(path: &SourcePath, bytes: &[u8]) -> Result<SiteDraft, Diagnostic> {
    let text = text::decode(path, bytes)?;
    let toml = Toml { path, text: &text, offset: 0 };
    let mut draft = match toml.parse(text.len()) {
        Err(problem) => SiteDraft { theme_options: empty(), problems: vec![problem], ..SiteDraft::default() },
        Ok(table) => {
            let mut problems = validate::problems(toml, &table, &keys::SITE, 0..0);
            problems.sort_by_key(|problem| problem.labels[0].span.start);
            SiteDraft { problems, ..site(&Fields::new(toml, &table)) }
        }
    };
    draft.digest = *Digest::of(bytes).as_bytes();
    draft.text = text;
    Ok(draft)
}

/// An empty JSON object.
fn empty() -> Json {
    Json::Object(serde_json::Map::new())
}

fn site(fields: &Fields<'_>) -> SiteDraft {
    let plain = SiteDraft {
        title: fields.text("title"),
        base_url: fields.text("base_url"),
        description: fields.text("description"),
        time_zone: fields.text("time_zone"),
        language: fields.text("language"),
        languages: fields.texts("languages"),
        theme: fields.text("theme"),
        url_style: fields.text("url_style"),
        edit_url: fields.text("edit_url"),
        noindex: fields.flag("noindex"),
        page_id: fields.text("page_id"),
        static_include: fields.texts("static_include"),
        stale_after: fields.text("stale_after"),
        groups: fields.tables("groups").into_iter().map(group).collect(),
        components: fields.tables("components").into_iter().map(component).collect(),
        theme_options: fields.table("theme_options").map_or_else(empty, |options| options.json()),
        theme_option_places: fields
            .table("theme_options")
            .map(|options| options.places())
            .unwrap_or_default(),
        publish: publish(fields),
        has_all_components: fields.has_all("components", "id", &keys::SITE.names().collect::<Vec<_>>()),
        ..SiteDraft::default()
    };
    settings(fields, plain)
}

/// Adds what stands in `[uptime]`, `[markdown]`, `[feeds]` and `[checks]`.
fn settings(fields: &Fields<'_>, plain: SiteDraft) -> SiteDraft {
    let uptime = fields.table("uptime");
    let weights = uptime.and_then(|uptime| uptime.table("weights"));
    let feeds = fields.table("feeds");
    let also_at = feeds.and_then(|feeds| feeds.table("also_at"));
    let checks = fields.table("checks");
    let redact = checks.and_then(|checks| checks.table("redact"));
    SiteDraft {
        uptime_days: uptime.and_then(|uptime| uptime.integer("days")),
        weights: weights.map(|weights| self::weights(&weights)).unwrap_or_default(),
        raw_html: fields.table("markdown").and_then(|markdown| markdown.flag("raw_html")),
        feed_entries: feeds.and_then(|feeds| feeds.integer("entries")),
        tag_date: feeds.and_then(|feeds| feeds.text("tag_date")),
        tag_host: feeds.and_then(|feeds| feeds.text("tag_host")),
        also_at: also_at.map(|also_at| also_at.text_entries()).unwrap_or_default(),
        checks: checks.map(|checks| checks.text_entries()).unwrap_or_default(),
        redact: redact.map(|redact| redact.text_entries()).unwrap_or_default(),
        ..plain
    }
}

fn group((span, fields): (Range<usize>, Fields<'_>)) -> GroupDraft {
    GroupDraft { span, id: fields.text("id"), name: fields.text("name"), api_id: fields.text("api_id") }
}

fn component((span, fields): (Range<usize>, Fields<'_>)) -> ComponentTable {
    ComponentTable {
        span,
        id: fields.text("id"),
        name: fields.text("name"),
        description: fields.text("description"),
        group: fields.text("group"),
        since: fields.day("since"),
        retired: fields.day("retired"),
        show_uptime: fields.flag("show_uptime"),
        api_id: fields.text("api_id"),
    }
}

fn weights(fields: &Fields<'_>) -> Vec<(State, Spanned<i64>)> {
    let named = State::ALL.into_iter().map(|state| (state, fields.integer(state.as_str())));
    named.filter_map(|(state, weight)| Some((state, weight?))).collect()
}

/// `[publish.NAME]` in the order of the file.
fn publish(fields: &Fields<'_>) -> Vec<TargetDraft> {
    let tables = fields.table("publish").map(|targets| targets.named_tables()).unwrap_or_default();
    let target = |(name, table): (Spanned<String>, Fields<'_>)| {
        let mut texts = table.text_entries();
        texts.retain(|(key, _)| key.value != "kind");
        TargetDraft { name, kind: table.text("kind"), texts, flags: table.flag_entries() }
    };
    tables.into_iter().map(target).collect()
}

#[cfg(test)]
mod tests {
    use super::site_toml;
    use crate::model::state::State;
    use crate::parse::testing::shown;
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
        assert_eq!(shown(COMPLETE, &draft.problems), "");
        assert_eq!(draft.title.unwrap().value, "Lumen status");
        assert_eq!(draft.languages.unwrap().len(), 2);
        assert_eq!(draft.components[0].since.as_ref().unwrap().value.to_string(), "2021-03-01");
        assert_eq!(draft.feed_entries.unwrap().value, 50);
        let weights: Vec<_> = draft.weights.iter().map(|(state, weight)| (*state, weight.value)).collect();
        assert_eq!(weights, [(State::PartialOutage, 30), (State::MajorOutage, 100)]);
        assert_eq!(
            (draft.also_at[0].0.value.as_str(), draft.also_at[0].1.value.as_str()),
            ("/index.xml", "history.rss")
        );
        assert_eq!(draft.checks.len(), 1);
        assert_eq!(draft.redact[0].1.value, ".+@.+");
        assert_eq!(
            draft.theme_options.to_string(),
            r#"{"nav":[{"title":"Home","url":"/"}],"since":"2021-03-01","ratio":1.5}"#
        );
        let targets: Vec<&str> = draft.publish.iter().map(|target| target.name.value.as_str()).collect();
        assert_eq!(targets, ["web", "pages"]);
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let draft = site_toml(&SourcePath::new("site.toml"), text.as_bytes()).unwrap();
        assert_eq!(shown(text, &draft.problems), expected, "{text}");
    }

    #[test]
    fn every_problem_is_found_at_once() {
        check(
            "titel = 'x'\nbase_url = 1\nuptime.days = '90'\n[[groups]]\nid = 'a'\n[[components]]\nid = 'b'\nname = 'B'\n\
             sinse = 2024-01-01\nretired = '2024-01-01'\nnoindex = true\n[checks]\ndead-link = 'of'\ntheme = 'x'\n\
             [publish.web]\nnoindex = true\n[publish]\nx = 1\n",
            "unknown-key <titel> unknown key `titel` / did you mean `title`?\n\
             wrong-type <1> `base_url` must be a text in quotes, not a whole number / write it in quotes: `\"1\"`\n\
             wrong-type <'90'> `days` must be a whole number, not a text in quotes / \
             write it without quotes: `90`\n\
             missing-key <[[groups]]> `name` is missing in `[[groups]]` / write `name = \"…\"`\n\
             unknown-key <sinse> unknown key `sinse` in `[[components]]` / did you mean `since`?\n\
             wrong-type <'2024-01-01'> `retired` must be a date, not a text in quotes / \
             write it without quotes: `2024-01-01`\n\
             key-under-table <noindex> `noindex` is a key of the whole file, but here it belongs to `[[components]]` / \
             move it up, above the first `[` header (this one is `[[components]]`)\n\
             wrong-type <'of'> `dead-link` must be `\"off\"`, `\"warning\"` or `\"error\"`, not a text in quotes / \
             write `\"warning\"`\n\
             key-under-table <theme> `theme` is a key of the whole file, but here it belongs to `[checks]` / \
             move it up, above the first `[` header (this one is `[checks]`)\n\
             missing-key <[publish.web]> `kind` is missing in `[publish.web]` / write `kind = \"…\"`\n\
             wrong-type <1> `x` must be a table, not a whole number / write `{ }`\n",
        );
        check(
            "",
            "missing-title <> `title` is missing / write `title = \"…\"`\n\
             missing-key <> `base_url` is missing / write `base_url = \"…\"`\n",
        );
        check(
            "title = 'x'\nbase_url = 'https://e.example/'\n[announce.chat]\nkind = 'nonsense'\n",
            "unknown-key <announce> unknown key `announce` / remove it: this version posts nothing to other services\n",
        );
        check(
            "a = = 1",
            "invalid-toml <=> invalid TOML: extra `=`, expected nothing / write `key = value`, texts in quotes\n",
        );
    }
}

//! Reads the draft of site.toml as settings, groups and components.

use std::collections::BTreeMap;

use unic_langid::LanguageIdentifier;

use crate::check::alerts::alerts;
use crate::check::announcers::announcers;
use crate::check::duplicates::{Claim, duplicates};
use crate::check::options::Options;
use crate::check::site_toml::{SITE_TOML, problem};
use crate::check::targets::targets;
use crate::diagnostic::Diagnostic;
use crate::model::announcer::{Announcer, Service};
use crate::model::config::{BaseUrl, Config, Feeds, Uptime, UrlStyle};
use crate::model::uptime::Weights;
use crate::model::{Component, Group, GroupIx};
use crate::parse::draft::SiteDraft;
use crate::parse::keys::form::old_address;
use crate::parse::keys::{ComponentTable, GroupDraft};
use crate::parse::near::{did_you_mean, near, near_early};
use crate::rules;
use crate::source::{Snapshot, SourcePath, Spanned};
use crate::time::Zone;
use crate::time::span::parse_duration;

/// The valid settings of site.toml.
pub(super) struct Settings {
    /// Wrong values and missing keys have defaults; `None` without a zone.
    pub(super) config: Option<Config>,
    /// `None` when wrong; the default when left out.
    pub(super) zone: Option<Zone>,
    pub(super) groups: Vec<Group>,
    pub(super) components: Vec<Component>,
    pub(super) problems: Vec<Diagnostic>,
}

pub(super) fn settings(draft: &SiteDraft, snapshot: &Snapshot, options: &Options) -> Settings {
    let mut problems = Vec::new();
    let zone = zone(draft, &mut problems);
    let languages = languages(draft, &mut problems);
    let groups = groups(draft);
    let components = components(draft, &groups, &mut problems);
    problems.extend(ids(draft));
    problems.extend(unused_targets(draft));
    let config = config(draft, snapshot, options, zone, &languages, &mut problems);
    problems.extend(targets(draft).1);
    problems.extend(alerts(draft).1);
    problems.extend(announcers(draft).1);
    Settings { config, zone, groups, components, problems }
}

fn config(
    draft: &SiteDraft,
    snapshot: &Snapshot,
    options: &Options,
    zone: Option<Zone>,
    languages: &[String],
    problems: &mut Vec<Diagnostic>,
) -> Option<Config> {
    let toml = &draft.toml;
    let base_url = base_url(draft, options, problems);
    let theme = theme(draft, snapshot, problems);
    missing_messages(draft, snapshot, &theme, problems);
    unused_themes(snapshot, &theme, problems);
    Some(Config {
        title: text(toml.title.as_ref(), ""),
        base_url: options.variant.base_url.clone().or(base_url).unwrap_or_default(),
        description: toml.description().to_owned(),
        zone: zone?,
        language: languages.first()?.clone(),
        languages: languages.to_vec(),
        theme,
        url_style: if toml.url_style() == "file" { UrlStyle::File } else { UrlStyle::Directory },
        edit_url: toml.edit_url().to_owned(),
        noindex: options.variant.noindex.unwrap_or(toml.noindex()),
        banner: options.variant.banner.clone().unwrap_or_default(),
        page_id: given(toml.page_id()),
        stale_after_secs: parse_duration(toml.stale_after()).unwrap_or_default(),
        uptime: uptime(draft),
        raw_html: toml.markdown.raw_html(),
        feeds: feeds(draft),
        hubs: hubs(draft),
        theme_options: match &toml.theme_options {
            serde_json::Value::Null => serde_json::Value::Object(serde_json::Map::new()),
            options => options.clone(),
        },
    })
}

fn text(written: Option<&Spanned<String>>, default: &str) -> String {
    written.map_or(default, |written| &written.value).to_owned()
}

fn base_url(draft: &SiteDraft, options: &Options, problems: &mut Vec<Diagnostic>) -> Option<BaseUrl> {
    let written = draft.toml.base_url.as_ref()?;
    let url = BaseUrl::parse(&written.value).ok()?;
    if url.as_str() == BaseUrl::PLACEHOLDER && options.variant.base_url.is_none() {
        let message = "`base_url` is a placeholder: links in feeds and from other sites lead nowhere";
        let help = "write the address at which the site will be published";
        problems.push(problem(rules::PLACEHOLDER_BASE_URL, &written.span, message).help(help));
    }
    Some(url)
}

fn zone(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Option<Zone> {
    let zone = Zone::parse(draft.toml.time_zone());
    if let (None, Some(written)) = (zone, &draft.toml.time_zone) {
        let message = format!("`{}` is not an IANA time zone", written.value);
        let problem = problem(rules::UNKNOWN_TIME_ZONE, &written.span, message);
        let help = "write the zone's name, as in `Europe/Berlin`";
        problems.push(problem.help(did_you_mean(near_zone(&written.value), help)));
    }
    zone
}

/// The zone whose whole name, or whose city, was probably meant.
fn near_zone(written: &str) -> Option<&'static str> {
    let wanted = written.trim().replace(' ', "_");
    let city = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
    let of_city = Zone::names().find(|name| city(name).eq_ignore_ascii_case(&wanted));
    of_city.or_else(|| near(&wanted, Zone::names()))
}

fn languages(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Vec<String> {
    let main = draft.toml.language().to_owned();
    let listed = &draft.toml.languages;
    for language in draft.toml.language.iter().chain(listed) {
        if !is_language(&language.value) {
            let message = format!("`{}` is not a language tag", language.value);
            let problem = problem(rules::INVALID_LANGUAGE, &language.span, message);
            problems.push(problem.help("write a BCP 47 tag, as in `en`, `pt-BR` or `zh-Hans`"));
        }
    }
    if let Some(second) =
        listed.iter().find(|language| language.value != main && is_language(&language.value))
    {
        let message = format!("pages in `{}` are not built: a site has one language for now", second.value);
        let problem = problem(rules::INVALID_LANGUAGE, &second.span, message);
        problems.push(problem.help("leave it out of `languages`"));
    }
    if let Some(first) = listed.first().filter(|_| listed.iter().all(|language| language.value != main)) {
        let span = draft.toml.language.as_ref().map_or(&first.span, |main| &main.span);
        let message = format!("the site's language `{main}` is not among its `languages`");
        let problem = problem(rules::INVALID_LANGUAGE, span, message);
        problems.push(problem.help(format!("add `{main}` to `languages`, or correct `language`")));
    }
    let mut all = vec![main];
    for language in listed {
        if !all.contains(&language.value) {
            all.push(language.value.clone());
        }
    }
    all
}

/// BCP 47 as far as a status page needs it: language, script, region and variants. Languages have two or three letters: the
/// standard leaves room for longer ones (RFC 5646 §2.2.1), but nothing is registered there.
fn is_language(tag: &str) -> bool {
    let language = tag.split('-').next().unwrap_or_default();
    tag.parse::<LanguageIdentifier>().is_ok() && !tag.contains('_') && language.len() <= 3
}

/// A language for which the theme has no words, so that pages will speak English.
fn missing_messages(draft: &SiteDraft, snapshot: &Snapshot, theme: &str, problems: &mut Vec<Diagnostic>) {
    let Some(written) = draft.toml.language.as_ref().filter(|written| is_language(&written.value)) else {
        return;
    };
    let file = format!("themes/{theme}/i18n/{}.ftl", written.value);
    let is_english = written.value.split('-').next() == Some("en");
    if is_english || snapshot.files.contains_key(&SourcePath::new(file.as_str())) {
        return;
    }
    let message = format!("pages will speak English: there is no `{file}`");
    let problem = problem(rules::MISSING_MESSAGES, &written.span, message);
    problems.push(problem.help("create it, with a line for each message of the theme's `i18n/en.ftl`"));
}

fn theme(draft: &SiteDraft, snapshot: &Snapshot, problems: &mut Vec<Diagnostic>) -> String {
    let name = draft.toml.theme();
    let mut themes: Vec<&str> = vec!["default"];
    themes.extend(
        snapshot
            .below("themes")
            .filter_map(|(path, _)| Some(path.as_str().split_once('/')?.1.split_once('/')?.0)),
    );
    themes.dedup();
    if let (Some(written), false) = (&draft.toml.theme, themes.contains(&name)) {
        let problem = problem(rules::UNKNOWN_THEME, &written.span, format!("there is no theme `{name}`"));
        let near = near(name, themes.iter().copied());
        problems.push(problem.help(did_you_mean(near, "create its folder in `themes/`, or use `default`")));
    }
    name.to_owned()
}

/// Folders of `themes/` that site.toml does not name. None of them is reported where it names a theme that is not there.
fn unused_themes(snapshot: &Snapshot, used: &str, problems: &mut Vec<Diagnostic>) {
    if problems.iter().any(|problem| problem.rule == rules::UNKNOWN_THEME.name) {
        return;
    }
    let mut known = used;
    for (path, _) in snapshot.below("themes") {
        let Some((name, _)) = path.as_str().split_once('/').and_then(|(_, rest)| rest.split_once('/')) else {
            continue;
        };
        if name == used || name == known {
            continue;
        }
        known = name;
        let message = format!("the theme `{name}` is not used: the site's theme is `{used}`");
        let problem = Diagnostic::new(rules::UNUSED_THEME, path, 0..0, message);
        problems.push(problem.help(format!("write `theme = \"{name}\"` in site.toml, or remove the folder")));
    }
}

fn uptime(draft: &SiteDraft) -> Uptime {
    let (uptime, weights) = (&draft.toml.uptime, &draft.toml.uptime.weights);
    Uptime {
        days: count(uptime.days()),
        target: uptime.target.as_ref().map(|target| target.value),
        weights: Weights {
            degraded_performance: count(weights.degraded_performance()),
            partial_outage: count(weights.partial_outage()),
            major_outage: count(weights.major_outage()),
            under_maintenance: count(weights.under_maintenance()),
        },
    }
}

fn count(written: i64) -> u32 {
    u32::try_from(written).unwrap_or_default()
}

fn feeds(draft: &SiteDraft) -> Feeds {
    let feeds = &draft.toml.feeds;
    let copies = feeds
        .also_at
        .iter()
        .filter_map(|(address, feed)| Some((old_address(&address.value)?, feed.as_ref()?.value.clone())));
    Feeds {
        entries: count(feeds.entries()) as usize,
        tag_date: feeds.tag_date().to_owned(),
        tag_host: given(feeds.tag_host()),
        also_at: copies.collect(),
    }
}

/// The hubs of the announcers that have one.
fn hubs(draft: &SiteDraft) -> Vec<String> {
    let hub = |announcer: Announcer| match announcer.service {
        Service::WebSub { hub } => Some(hub),
        _ => None,
    };
    announcers(draft).0.into_iter().filter_map(hub).collect()
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn groups(draft: &SiteDraft) -> Vec<Group> {
    let of = |group: &GroupDraft| {
        let id = group.id.as_ref()?.value.clone();
        let name = text(group.name.as_ref(), &id);
        Some(Group { id, name, api_id: given(group.api_id()) })
    };
    draft.toml.groups.iter().filter_map(of).collect()
}

/// Ids that stand twice, and ids that clients of the API could not tell apart: `api_id`, else the id.
fn ids(draft: &SiteDraft) -> Vec<Diagnostic> {
    let groups = draft.toml.groups.iter().map(|group| (&group.id, &group.api_id));
    let all = groups.chain(draft.toml.components.iter().map(|table| (&table.id, &table.api_id)));
    let claim = |id: &Spanned<String>, is_written| {
        let (name, span) = (id.value.clone(), id.span.clone());
        Claim { name, file: &SITE_TOML, span, is_written }
    };
    let ids = all.clone().filter_map(|(id, _)| Some(claim(id.as_ref()?, true)));
    let api_ids = all.filter_map(|(id, api_id)| {
        let written = api_id.as_ref().filter(|api_id| !api_id.value.is_empty());
        Some(claim(written.or(id.as_ref())?, written.is_some()))
    });
    let (taken, api_taken) = (
        |id: &str| format!("the id `{id}` is taken"),
        |id: &str| format!("the id `{id}` of the API is taken"),
    );
    let mut problems = duplicates(rules::DUPLICATE_ID, ids, taken, "give one of the two another id");
    problems.extend(duplicates(
        rules::DUPLICATE_ID,
        api_ids,
        api_taken,
        "give one of the two another `api_id`",
    ));
    problems
}

/// The components whose id could be read, in the order of site.toml.
fn components(draft: &SiteDraft, groups: &[Group], problems: &mut Vec<Diagnostic>) -> Vec<Component> {
    // Of two groups with one id the first counts.
    let groups =
        groups.iter().enumerate().rev().map(|(ix, group)| (group.id.as_str(), GroupIx(ix))).collect();
    let site_target = draft.toml.uptime.target.as_ref();
    let mut all = Vec::new();
    for table in &draft.toml.components {
        let Some(id) = &table.id else { continue };
        check_setting_word(id, problems);
        check_lifetime(table, problems);
        all.push(Component {
            id: id.value.clone(),
            name: text(table.name.as_ref(), &id.value),
            description: table.description().to_owned(),
            group: group_of(table, &groups, problems),
            since: table.since.as_ref().map(|since| since.value),
            retired: table.retired.as_ref().map(|retired| retired.value),
            show_uptime: table.show_uptime(),
            target: table.target.as_ref().or(site_target).map(|target| target.value),
            api_id: given(table.api_id()),
        });
    }
    all
}

/// Ids that are settings below an update's heading.
fn check_setting_word(id: &Spanned<String>, problems: &mut Vec<Diagnostic>) {
    if matches!(id.value.as_str(), "id" | "next_update") {
        let message =
            format!("a component cannot be called `{}`: below a heading that is a setting", id.value);
        problems.push(problem(rules::INVALID_ID, &id.span, message).help("give it another id"));
    }
}

/// Targets of no component that shows its uptime.
fn unused_targets(draft: &SiteDraft) -> Vec<Diagnostic> {
    let tables = &draft.toml.components;
    let hidden = tables.iter().filter(|table| !table.show_uptime());
    let mut unused: Vec<_> = hidden
        .filter_map(|table| Some((table.target.as_ref()?, "this component does not show its uptime")))
        .collect();
    let uses_sites = |table: &ComponentTable| table.show_uptime() && table.target.is_none();
    if let Some(target) = draft.toml.uptime.target.as_ref().filter(|_| !tables.iter().any(uses_sites)) {
        unused.push((target, "no component without a target of its own shows its uptime"));
    }
    let unused = unused.into_iter().map(|(target, why)| {
        let message = format!("this target has no effect: {why}");
        problem(rules::INVALID_SETTING, &target.span, message).help("leave it out")
    });
    unused.collect()
}

fn check_lifetime(table: &ComponentTable, problems: &mut Vec<Diagnostic>) {
    if let (Some(since), Some(retired)) = (&table.since, &table.retired)
        && retired.value <= since.value
    {
        let problem =
            problem(rules::END_BEFORE_BEGINNING, &retired.span, "this component is retired before it begins");
        let problem = problem.also(&SITE_TOML, since.span.clone(), "the beginning");
        problems.push(problem.help("correct `retired` or `since`"));
    }
}

fn group_of(
    table: &ComponentTable,
    groups: &BTreeMap<&str, GroupIx>,
    problems: &mut Vec<Diagnostic>,
) -> Option<GroupIx> {
    let written = table.group.as_ref().filter(|group| !group.value.is_empty())?;
    let found = groups.get(written.value.as_str()).copied();
    if found.is_none() {
        let problem =
            problem(rules::UNKNOWN_GROUP, &written.span, format!("unknown group `{}`", written.value));
        let near = near_early(&written.value, problems.len(), groups.keys().copied());
        let help = format!("add `[[groups]]` with `id = \"{}\"`", written.value);
        problems.push(problem.help(did_you_mean(near, help)));
    }
    found
}

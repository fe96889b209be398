//! site.toml's draft to settings, groups and components.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use unic_langid::LanguageIdentifier;

use crate::check::Options;
use crate::check::addresses::Names;
use crate::check::context::listed;
use crate::check::targets::targets;
use crate::check::updates::is_usable_id;
use crate::diagnostic::{Diagnostic, Rule};
use crate::model::config::{BaseUrl, Config, Feeds, Uptime, UrlStyle};
use crate::model::out_path;
use crate::model::state::State;
use crate::model::uptime::Weights;
use crate::model::{Component, Group, GroupIx};
use crate::parse::draft::{ComponentTable, SiteDraft};
use crate::parse::near::{near, near_early};
use crate::percent;
use crate::rules;
use crate::source::{Snapshot, SourcePath, Spanned};

use crate::time::span::parse_duration;
use crate::time::{Day, Month, Zone, written};

/// Where the settings stand.
pub(super) static SITE_TOML: LazyLock<SourcePath> = LazyLock::new(|| SourcePath::new("site.toml"));

/// The feeds that may have copies at old addresses.
const FEEDS: [&str; 6] =
    ["history.atom", "history.rss", "feed.json", "updates.atom", "updates.rss", "maintenance.ics"];

/// What site.toml says, as far as it is right.
pub(super) struct Settings {
    /// Wrong values and missing keys have defaults; `None` without a zone.
    pub(super) config: Option<Config>,
    /// `None` when wrong; the default when left out.
    pub(super) zone: Option<Zone>,
    /// All languages, the main one first.
    pub(super) languages: Vec<String>,
    pub(super) groups: Vec<Group>,
    pub(super) components: Vec<Component>,
    pub(super) problems: Vec<Diagnostic>,
}

/// Reads site.toml; `themes/NAME/` is looked up in the snapshot.
pub(super) fn settings(draft: &SiteDraft, snapshot: &Snapshot, options: &Options) -> Settings {
    let mut problems = Vec::new();
    let zone = zone(draft, &mut problems);
    let languages = languages(draft, &mut problems);
    let groups = groups(draft, &mut problems);
    let components = components(draft, &groups, &mut problems);
    api_ids(draft, &mut problems);
    let config = config(draft, snapshot, options, zone, &languages, &mut problems);
    problems.extend(targets(draft).1);
    Settings { config, zone, languages, groups, components, problems }
}

fn config(
    draft: &SiteDraft,
    snapshot: &Snapshot,
    options: &Options,
    zone: Option<Zone>,
    languages: &[String],
    problems: &mut Vec<Diagnostic>,
) -> Option<Config> {
    let base_url = base_url(draft, options, problems);
    let (theme, url_style) = (theme(draft, snapshot, problems), url_style(draft, problems));
    wordless(draft, snapshot, &theme, problems);
    unused_themes(snapshot, &theme, problems);
    let (uptime, feeds) = (uptime(draft, problems), feeds(draft, problems));
    let stale_after_secs = stale_after(draft, problems);
    let edit_url = edit_url(draft, problems);
    let page_id = api_id(draft.page_id.as_ref(), problems);
    Some(Config {
        title: text(draft.title.as_ref(), ""),
        base_url: options.variant.base_url.clone().or(base_url).unwrap_or_default(),
        description: text(draft.description.as_ref(), ""),
        zone: zone?,
        language: languages.first()?.clone(),
        languages: languages.to_vec(),
        theme,
        url_style,
        edit_url,
        noindex: options.variant.noindex.or(draft.noindex.as_ref().map(|it| it.value)).unwrap_or(false),
        page_id,
        stale_after_secs,
        uptime,
        raw_html: draft.raw_html.as_ref().is_some_and(|raw_html| raw_html.value),
        feeds,
        theme_options: match &draft.theme_options {
            serde_json::Value::Null => serde_json::Value::Object(serde_json::Map::new()),
            options => options.clone(),
        },
    })
}

/// A problem in site.toml.
pub(super) fn problem(rule: Rule, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(rule, &SITE_TOML, span.clone(), message)
}

fn text(written: Option<&Spanned<String>>, default: &str) -> String {
    written.map_or(default, |written| &written.value).to_owned()
}

/// How the address of a site is written.
pub(super) const BASE_URL_HELP: &str = "write `https://HOST/` or `https://HOST/PATH/`";

fn base_url(draft: &SiteDraft, options: &Options, problems: &mut Vec<Diagnostic>) -> Option<BaseUrl> {
    // An empty one was reported as such.
    let written = draft.base_url.as_ref().filter(|written| !written.value.trim().is_empty())?;
    let parsed = BaseUrl::parse(&written.value);
    if let Err(why) = parsed {
        let message = format!("`{}` is no address a site can stand at: {why}", written.value);
        problems.push(problem(rules::INVALID_BASE_URL, &written.span, message).help(BASE_URL_HELP));
    }
    let is_placeholder = parsed.as_ref().is_ok_and(|url| url.as_str() == BaseUrl::PLACEHOLDER);
    if is_placeholder && options.variant.base_url.is_none() {
        let message = "`base_url` is a placeholder: links in feeds and from other sites lead nowhere";
        let help = "write the address at which the site will stand";
        problems.push(problem(rules::PLACEHOLDER_BASE_URL, &written.span, message).help(help));
    }
    parsed.ok()
}

fn zone(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Option<Zone> {
    let Some(written) = &draft.time_zone else { return Some(Zone::UTC) };
    let zone = Zone::parse(&written.value);
    if zone.is_none() {
        let message = format!("`{}` is no IANA time zone", written.value);
        let problem = problem(rules::UNKNOWN_TIME_ZONE, &written.span, message);
        problems.push(match near_zone(&written.value) {
            Some(name) => problem.help(format!("did you mean `{name}`?")),
            None => problem.help("write the zone's name, as in `Europe/Berlin`"),
        });
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

/// All languages, the main one first.
fn languages(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Vec<String> {
    let main = draft.language.as_ref().map_or("en", |main| &main.value).to_owned();
    let listed = draft.languages.as_deref().unwrap_or_default();
    for language in draft.language.iter().chain(listed) {
        if !is_language(&language.value) {
            let message = format!("`{}` is no language tag", language.value);
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
        let span = draft.language.as_ref().map_or(&first.span, |main| &main.span);
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
fn wordless(draft: &SiteDraft, snapshot: &Snapshot, theme: &str, problems: &mut Vec<Diagnostic>) {
    let Some(written) = draft.language.as_ref().filter(|written| is_language(&written.value)) else { return };
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
    const BUILT_IN: &str = "default";
    let Some(written) = &draft.theme else { return BUILT_IN.to_owned() };
    let mut themes: Vec<&str> = vec![BUILT_IN];
    themes.extend(
        snapshot
            .below("themes")
            .filter_map(|(path, _)| Some(path.as_str().split_once('/')?.1.split_once('/')?.0)),
    );
    themes.dedup();
    if !themes.contains(&written.value.as_str()) {
        let message = format!("there is no theme `{}`", written.value);
        let problem = problem(rules::UNKNOWN_THEME, &written.span, message);
        problems.push(match near(&written.value, themes.iter().copied()) {
            Some(name) => problem.help(format!("did you mean `{name}`?")),
            None => problem.help("create its folder in `themes/`, or use `default`"),
        });
    }
    written.value.clone()
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

fn url_style(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> UrlStyle {
    match draft.url_style.as_ref().map(|written| (written, written.value.as_str())) {
        None | Some((_, "directory")) => UrlStyle::Directory,
        Some((_, "file")) => UrlStyle::File,
        Some((written, value)) => {
            let problem =
                problem(rules::UNKNOWN_URL_STYLE, &written.span, format!("unknown `url_style` `{value}`"));
            problems.push(match near(value, ["directory", "file"]) {
                Some(style) => problem.help(format!("did you mean `{style}`?")),
                None => problem.help("use `directory` or `file`"),
            });
            UrlStyle::Directory
        }
    }
}

fn edit_url(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> String {
    let Some(written) = &draft.edit_url else { return String::new() };
    let is_address = ["https://", "http://"].iter().any(|scheme| written.value.starts_with(scheme));
    if !written.value.is_empty() && !is_address {
        let problem = problem(rules::INVALID_SETTING, &written.span, "`edit_url` is no address");
        problems.push(
            problem.help("begin with `https://`, as in `https://github.com/OWNER/REPOSITORY/edit/main/`"),
        );
    }
    written.value.clone()
}

fn stale_after(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> i64 {
    const THREE_DAYS_SECS: i64 = 3 * 86_400;
    let Some(written) = &draft.stale_after else { return THREE_DAYS_SECS };
    match parse_duration(&written.value).filter(|&secs| secs > 0) {
        Some(secs) => secs,
        None => {
            let message = format!("`{}` is no length of time", written.value);
            let problem = problem(rules::INVALID_SETTING, &written.span, message);
            problems
                .push(problem.help("write numbers with `w`, `d`, `h`, `m` or `s`, as in `3d` or `1d12h`"));
            THREE_DAYS_SECS
        }
    }
}

/// A whole number within its range, else the default and a problem.
fn number(
    draft: &SiteDraft,
    key: &str,
    written: Option<&Spanned<i64>>,
    range: std::ops::RangeInclusive<u32>,
    default: u32,
    problems: &mut Vec<Diagnostic>,
) -> u32 {
    let Some(written) = written else { return default };
    match u32::try_from(written.value).ok().filter(|value| range.contains(value)) {
        Some(value) => value,
        None => {
            let (least, most) = (range.start(), range.end());
            // As written, since a number may be too large to be read.
            let text = draft.text.get(written.span.clone()).unwrap_or_default();
            let message = format!("`{key}` is `{text}`, outside {least} to {most}");
            let problem = problem(rules::INVALID_SETTING, &written.span, message);
            problems.push(problem.help(format!("write a whole number from {least} to {most}")));
            default
        }
    }
}

fn uptime(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Uptime {
    let days = number(draft, "days", draft.uptime_days.as_ref(), 1..=366, 90, problems);
    let mut weights = Weights::default();
    for (state, written) in &draft.weights {
        let weight = number(draft, state.as_str(), Some(written), 0..=100, 0, problems);
        match state {
            State::Operational => {}
            State::UnderMaintenance => weights.under_maintenance = weight,
            State::DegradedPerformance => weights.degraded_performance = weight,
            State::PartialOutage => weights.partial_outage = weight,
            State::MajorOutage => weights.major_outage = weight,
        }
    }
    Uptime { days, weights }
}

fn feeds(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Feeds {
    let entries = number(draft, "entries", draft.feed_entries.as_ref(), 1..=1000, 50, problems);
    if let Some(written) = draft.tag_date.as_ref().filter(|written| !is_tag_date(&written.value)) {
        let message = format!("`{}` is no year, month or day", written.value);
        let problem = problem(rules::INVALID_SETTING, &written.span, message);
        problems
            .push(problem.help("write a day on which you owned the domain, as in `2024` or `2024-06-01`"));
    }
    let tag_host = tag_host(draft, problems);
    let mut also_at = BTreeMap::new();
    for (address, feed) in &draft.also_at {
        match old_address(&address.value) {
            Some(path) => drop(also_at.insert(path, feed.value.clone())),
            None => {
                let message = format!("`{}` is no address of this site", address.value);
                let problem = problem(rules::INVALID_SETTING, &address.span, message);
                problems.push(problem.help("write a path such as `/index.xml`"));
            }
        }
        if !FEEDS.contains(&feed.value.as_str()) {
            let problem =
                problem(rules::INVALID_SETTING, &feed.span, format!("there is no feed `{}`", feed.value));
            problems.push(match near(&feed.value, FEEDS) {
                Some(name) => problem.help(format!("did you mean `{name}`?")),
                None => problem.help(format!("use one of {}", listed(FEEDS.into_iter()))),
            });
        }
    }
    Feeds { entries: entries as usize, tag_date: text(draft.tag_date.as_ref(), "2024"), tag_host, also_at }
}

/// RFC 4151 §2.1: a DNS name; a port is left out of `tag:` URIs.
fn tag_host(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Option<String> {
    let written = draft.tag_host.as_ref().filter(|written| !written.value.is_empty())?;
    let (name, port) = written.value.split_once(':').unwrap_or((&written.value, "0"));
    let is_label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(fits)
    };
    if !name.split('.').all(is_label) || port.parse::<u16>().is_err() {
        let message = format!("`{}` is no host", written.value);
        let problem = problem(rules::INVALID_SETTING, &written.span, message);
        problems.push(problem.help("write the old host's name alone, as in `status.example.org`"));
    }
    Some(written.value.clone())
}

/// RFC 4151 §2.1: a year, a month or a day of the calendar.
fn is_tag_date(text: &str) -> bool {
    let month = Month::parse(text).or_else(|| Month::parse(&format!("{text}-01")));
    let day = Day::parse(text).or_else(|| Some(month?.first_day()));
    day.is_some_and(|day| written::check_year(day).is_ok())
}

/// The output path of `/index.xml`.
fn old_address(written: &str) -> Option<String> {
    let path = written.strip_prefix('/').filter(|path| !path.contains(['?', '#']))?;
    percent::decode(path).filter(|path| out_path::check(path).is_ok())
}

/// The groups whose id and name could be read.
fn groups(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Vec<Group> {
    let mut names = Names::default();
    let mut all = Vec::new();
    for group in &draft.groups {
        let Some(id) = &group.id else { continue };
        check_id(&mut names, id, problems);
        let api_id = api_id(group.api_id.as_ref(), problems);
        all.push(Group { id: id.value.clone(), name: text(group.name.as_ref(), &id.value), api_id });
    }
    all
}

/// An id in the API as it was elsewhere; an empty one counts as left out.
fn api_id(written: Option<&Spanned<String>>, problems: &mut Vec<Diagnostic>) -> Option<String> {
    let written = written.filter(|written| !written.value.is_empty())?;
    if !is_usable_id(&written.value) {
        let message = format!("`{}` is no id of the API", written.value);
        let problem = problem(rules::INVALID_ID, &written.span, message);
        problems.push(problem.help("use letters, digits, `.`, `_` and `-`, at most 100 of them"));
    }
    Some(written.value.clone())
}

/// Ids that clients of the API could not tell apart: `api_id`, else the id. Those who share an id have been told.
fn api_ids(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) {
    let groups = draft.groups.iter().map(|group| (&group.id, &group.api_id));
    let components = draft.components.iter().map(|table| (&table.id, &table.api_id));
    let own = |api_id: &'_ Option<Spanned<String>>| api_id.clone().filter(|it| !it.value.is_empty());
    let mut taken: BTreeMap<String, (Range<usize>, bool)> = BTreeMap::new();
    for (id, api_id) in groups.chain(components) {
        let (api_id, is_written) = (own(api_id).or(id.clone()), own(api_id).is_some());
        let Some(api_id) = api_id else { continue };
        match taken.get(&api_id.value) {
            Some((first, was_written)) if is_written || *was_written => {
                let message = format!("the id `{}` of the API is taken", api_id.value);
                let problem = problem(rules::DUPLICATE_ID, &api_id.span, message);
                let problem = problem.also(&SITE_TOML, first.clone(), "the first");
                problems.push(problem.help("give one of the two another `api_id`"));
            }
            Some(_) => {}
            None => drop(taken.insert(api_id.value, (api_id.span, is_written))),
        }
    }
}

/// An id that cannot stand in an address or is taken.
fn check_id(names: &mut Names<'_>, id: &Spanned<String>, problems: &mut Vec<Diagnostic>) {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    if id.value.is_empty() || id.value.starts_with('.') || !id.value.chars().all(fits) {
        let message = format!("the id `{}` cannot stand in an address", id.value);
        problems
            .push(problem(rules::INVALID_ID, &id.span, message).help("use `a-z`, `0-9`, `.`, `_` and `-`"));
    }
    if let Err((file, span)) = names.take(&id.value, &SITE_TOML, id.span.clone()) {
        let problem = problem(rules::DUPLICATE_ID, &id.span, format!("the id `{}` is taken", id.value));
        problems.push(problem.also(file, span, "the first").help("give one of the two another id"));
    }
}

/// The components whose id could be read, in the order of site.toml.
fn components(draft: &SiteDraft, groups: &[Group], problems: &mut Vec<Diagnostic>) -> Vec<Component> {
    let mut names = Names::default();
    for group in draft.groups.iter().filter_map(|group| group.id.as_ref()) {
        // Twins among groups have been reported.
        let _ = names.take(&group.value, &SITE_TOML, group.span.clone());
    }
    // Of twins the first counts.
    let groups =
        groups.iter().enumerate().rev().map(|(ix, group)| (group.id.as_str(), GroupIx(ix))).collect();
    let mut all = Vec::new();
    for table in &draft.components {
        let Some(id) = &table.id else { continue };
        check_id(&mut names, id, problems);
        check_setting_word(id, problems);
        check_life(table, problems);
        all.push(Component {
            id: id.value.clone(),
            name: text(table.name.as_ref(), &id.value),
            description: text(table.description.as_ref(), ""),
            group: group_of(table, &groups, problems),
            since: table.since.as_ref().map(|since| since.value),
            retired: table.retired.as_ref().map(|retired| retired.value),
            show_uptime: table.show_uptime.as_ref().is_none_or(|show| show.value),
            api_id: api_id(table.api_id.as_ref(), problems),
        });
    }
    all
}

/// Words that mean something else below an update's heading.
fn check_setting_word(id: &Spanned<String>, problems: &mut Vec<Diagnostic>) {
    if matches!(id.value.as_str(), "id" | "next_update") {
        let message =
            format!("a component cannot be called `{}`: below a heading that is a setting", id.value);
        problems.push(problem(rules::INVALID_ID, &id.span, message).help("give it another id"));
    }
}

fn check_life(table: &ComponentTable, problems: &mut Vec<Diagnostic>) {
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
        problems.push(match near_early(&written.value, problems.len(), groups.keys().copied()) {
            Some(id) => problem.help(format!("did you mean `{id}`?")),
            None => problem.help(format!("add `[[groups]]` with `id = \"{}\"`", written.value)),
        });
    }
    found
}

//! Edits of the site in `tests/fixtures/whole`, at least one for every key that authors write and for every part of a
//! report's text.

use std::collections::BTreeMap;

const SITE: &str = "site.toml";
const WHOLE: &str = "content/incidents/whole.md";
const RELAPSE: &str = "content/incidents/relapse.md";
const UNSAID: &str = "content/incidents/unsaid.md";
const OPEN: &str = "content/incidents/open.md";
const PAST: &str = "content/maintenance/past.md";
const COMING: &str = "content/maintenance/coming.md";
const MANUAL: &str = "content/maintenance/manual.md";
const ABOUT: &str = "content/pages/about.md";
const DOWNTIME: &str = "content/downtime/c0.csv";

/// The files of a site by path.
pub(super) type Files = BTreeMap<String, String>;

/// What is edited, a key of a schema where there is one; the file; a text that stands in it, and another for its first place.
/// Without a text the other is put before the file's end, or is a new file.
pub(super) type Edit = (&'static str, &'static str, &'static str, &'static str);

pub(super) fn edited(files: &Files, (_, path, old, new): &Edit) -> Files {
    let mut files = files.clone();
    let text = files.entry((*path).to_owned()).or_default();
    assert!(text.contains(old), "{path} has no {old:?}");
    *text = if old.is_empty() { format!("{text}{new}") } else { text.replacen(old, new, 1) };
    files
}

/// What readers never see.
const FIRED: &str = "\n\n[[fired]]\nid = \"f1\"\ncomponent = \"c0\"\nstate = \"major\"\nfrom = 2025-07-01 10:00:00Z\n\
                     to = 2025-07-01 11:00:00Z\n+++\n";

const GONE: &str = "\n\n[[fired]]\nid = \"f1\"\ncomponent = \"c0\"\nstate = \"major\"\nfrom = 2025-07-01 10:00:00Z\n\
                    gone = 2025-07-01 11:00:00Z\n+++\n";

pub(super) const INCIDENT: &[Edit] = &[
    ("title", WHOLE, "\"Whole\"", "\"Other\""),
    ("components", WHOLE, "c0 = \"major_outage\"", "c0 = \"major_outage\", c3 = \"partial_outage\""),
    ("components", WHOLE, "c0 = \"major_outage\"", "c0 = \"degraded_performance\""),
    ("components", OPEN, "[\"c1\"]", "[\"c1\", \"c2\"]"),
    ("started", WHOLE, "started = 2025-03-04 09:50:00Z", "started = 2025-03-03 09:50:00Z"),
    ("started", WHOLE, "started = 2025-03-04 09:50:00Z\n", ""),
    ("detected", WHOLE, "09:55:00Z", "09:56:00Z"),
    ("ended", WHOLE, "ended = 2025-03-04", "ended = 2025-03-05"),
    ("ended", UNSAID, "ended = 2025-07-01", "ended = 2026-01-02"),
    ("impact", WHOLE, "minor", "critical"),
    ("edited", WHOLE, "edited = 2025-03-06", "edited = 2025-03-07"),
    ("after", RELAPSE, "after = \"whole\"", "after = \"unsaid\""),
    ("after", RELAPSE, "after = \"whole\"\n", ""),
    ("keys", WHOLE, "alert-1", "alert-2"),
    ("tags", WHOLE, "network", "disk"),
    ("aliases", WHOLE, "/old/whole/", "/older/whole/"),
    ("id", WHOLE, "whole-id", "other-id"),
    ("feed_id", WHOLE, "Incident/1", "Incident/2"),
    ("shortlink", WHOLE, "stspg.io/1", "stspg.io/2"),
    ("draft", "content/incidents/new-year.md", "title", "draft = true\ntitle"),
    ("follow_ups", WHOLE, "\n+++\n\n##", "\n\n[[follow_ups]]\ntext = \"More\"\n+++\n\n##"),
    ("follow_ups.text", WHOLE, "Test it", "Try it"),
    ("follow_ups.owner", WHOLE, "platform", "network"),
    ("follow_ups.due", WHOLE, "due = 2025-04-01", "due = 2025-05-01"),
    ("follow_ups.done", WHOLE, "done = 2025-03-20", "done = true"),
    ("follow_ups.done", WHOLE, "done = 2025-03-20\n", ""),
    (
        "outages",
        RELAPSE,
        "[[outages]]",
        "[[outages]]\ncomponent = \"c3\"\nstate = \"major_outage\"\nfrom = 2025-04-01 10:00:00Z\nto = 2025-04-01 11:00:00Z\n\n[[outages]]",
    ),
    ("outages.component", RELAPSE, "\"c1\"", "\"c3\""),
    ("outages.state", RELAPSE, "partial_outage", "major_outage"),
    ("outages.from", RELAPSE, "from = 2025-03-30", "from = 2025-03-29"),
    ("outages.to", RELAPSE, "to = 2025-04-02 01", "to = 2025-04-01 01"),
    ("fired", UNSAID, "\n+++\n", FIRED),
    ("fired.id", UNSAID, "\n+++\n", FIRED),
    ("fired.component", UNSAID, "\n+++\n", FIRED),
    ("fired.state", UNSAID, "\n+++\n", FIRED),
    ("fired.from", UNSAID, "\n+++\n", FIRED),
    ("fired.to", UNSAID, "\n+++\n", FIRED),
    ("fired.gone", UNSAID, "\n+++\n", GONE),
];

pub(super) const MAINTENANCE: &[Edit] = &[
    ("title", COMING, "Coming", "To come"),
    ("from", PAST, "from = 2025-06-30", "from = 2025-06-29"),
    ("from", COMING, "from = 2026-02-12 10", "from = 2026-02-11 10"),
    ("to", PAST, "to = 2025-07-01", "to = 2025-07-02"),
    ("to", COMING, "to = 2026-02-12", "to = 2026-02-13"),
    ("components", COMING, "c0", "c2"),
    ("automatic", COMING, "automatic = true", "automatic = false"),
    ("automatic", MANUAL, "automatic = false\n", ""),
    ("announced", COMING, "announced = 2026-02-09", "announced = 2026-02-08"),
    ("edited", PAST, "title", "edited = 2025-07-03 10:00:00Z\ntitle"),
    ("after", PAST, "title", "after = \"manual\"\ntitle"),
    ("keys", PAST, "title", "keys = [\"k\"]\ntitle"),
    ("tags", PAST, "title", "tags = [\"t\"]\ntitle"),
    ("aliases", PAST, "title", "aliases = [\"/old/past/\"]\ntitle"),
    ("id", PAST, "title", "id = \"past-id\"\ntitle"),
    ("feed_id", PAST, "title", "feed_id = \"tag:status.example.org,2005:Incident/3\"\ntitle"),
    ("shortlink", PAST, "title", "shortlink = \"https://stspg.io/3\"\ntitle"),
    ("draft", MANUAL, "title", "draft = true\ntitle"),
    ("follow_ups", PAST, "\n+++\n", "\n[[follow_ups]]\ntext = \"More\"\n+++\n"),
    ("follow_ups.text", PAST, "\n+++\n", "\n[[follow_ups]]\ntext = \"Less\"\n+++\n"),
    ("follow_ups.owner", PAST, "\n+++\n", "\n[[follow_ups]]\ntext = \"More\"\nowner = \"o\"\n+++\n"),
    ("follow_ups.due", PAST, "\n+++\n", "\n[[follow_ups]]\ntext = \"More\"\ndue = 2027-01-01\n+++\n"),
    ("follow_ups.done", PAST, "\n+++\n", "\n[[follow_ups]]\ntext = \"More\"\ndone = 2025-08-08\n+++\n"),
];

/// What a report says below its front matter.
pub(super) const TEXT: &[Edit] = &[
    ("a heading's status", WHOLE, "## Identified", "## Monitoring"),
    ("a heading's status", OPEN, "## Monitoring", "## Update"),
    ("a heading's time", WHOLE, "## Identified, 2025-03-04 11:00", "## Identified, 2025-03-04 10:59"),
    ("a heading's time", OPEN, "## Investigating, 2026-02-10", "## Investigating, 2026-02-09"),
    ("an update's id", WHOLE, "id: first", "id: one"),
    ("an update's next_update", OPEN, "11:00:00Z\nc1", "11:00:00Z\nnext_update: 2026-02-10 15:00:00Z\nc1"),
    ("an update's state", WHOLE, "c0: partial_outage", "c0: degraded_performance"),
    ("an update's state", WHOLE, "c1: operational", "c2: partial_outage"),
    ("an update's state", OPEN, "c1: partial_outage", "c0: partial_outage"),
    ("an update's words", WHOLE, "More words", "Other words"),
    ("an update more", OPEN, "", "\n## Resolved, 2026-02-10 11:30:00Z\n\nDone.\n"),
    (
        "an update less",
        WHOLE,
        "## Identified, 2025-03-04 11:00:00Z\nc0: partial_outage\nc1: operational\n",
        "",
    ),
    ("a link", WHOLE, "[a month](/history/2025-06/)", "[a month](/history/2025-03/)"),
    ("a picture less", WHOLE, "![a picture](p1.png)", "A picture."),
    (
        "a picture elsewhere",
        WHOLE,
        "![a picture](p1.png)\n\n## Identified, 2025-03-04 11:00:00Z\n",
        "Words.\n\n## Identified, 2025-03-04 11:00:00Z\n\n![a picture](p1.png)\n",
    ),
    ("a postmortem's time", WHOLE, "# Postmortem, 2025-03-05", "# Postmortem, 2025-03-07"),
    ("a postmortem's time", WHOLE, "# Postmortem, 2025-03-05 10:00:00Z", "# Postmortem, draft"),
    ("a postmortem's words", WHOLE, "A cause.", "No cause."),
    ("a postmortem's heading", WHOLE, "### Cause", "### Root"),
    ("a comment", WHOLE, "A cause.", "A cause.<!-- Known. -->"),
];

pub(super) const PAGE: &[Edit] = &[
    ("title", ABOUT, "About", "We"),
    ("nav", ABOUT, "nav = true", "nav = false"),
    ("weight", ABOUT, "weight = 3", "weight = 1"),
    ("aliases", ABOUT, "/who/", "/whom/"),
    ("edited", ABOUT, "edited = 2025-05-01", "edited = 2025-06-01"),
    ("draft", "content/pages/more.md", "", "+++\ntitle = \"More\"\ndraft = true\n+++\n\nWords.\n"),
    ("its words", ABOUT, "Words", "Other words"),
];

pub(super) const SETTINGS: &[Edit] = &[
    ("title", SITE, "\"Status\"", "\"State\""),
    ("base_url", SITE, "status.example.org", "state.example.org/x"),
    ("description", SITE, "What works.", "What does not."),
    ("time_zone", SITE, "title", "time_zone = \"Pacific/Auckland\"\ntitle"),
    ("language", SITE, "title", "language = \"de\"\ntitle"),
    ("languages", SITE, "title", "language = \"de\"\nlanguages = [\"de\"]\ntitle"),
    ("theme", SITE, "title", "theme = \"mine\"\ntitle"),
    ("url_style", SITE, "title", "url_style = \"file\"\ntitle"),
    ("edit_url", SITE, "title", "edit_url = \"https://forge.example.org/edit/\"\ntitle"),
    ("noindex", SITE, "title", "noindex = true\ntitle"),
    ("page_id", SITE, "title", "page_id = \"k4v9mz2tq7xw\"\ntitle"),
    ("static_include", SITE, "title", "static_include = [\".here\"]\ntitle"),
    ("stale_after", SITE, "3d", "2d"),
    ("groups", SITE, "[checks]", "[[groups]]\nid = \"g3\"\nname = \"Three\"\n[checks]"),
    ("groups.id", SITE, "id = \"g2\"", "id = \"g3\""),
    ("groups.name", SITE, "\"One\"", "\"Two\""),
    ("groups.api_id", SITE, "id = \"g1\"", "id = \"g1\"\napi_id = \"x1\""),
    (
        "components",
        SITE,
        "[checks]",
        "[[components]]\nid = \"c6\"\nname = \"Part 6\"\nsince = 2025-01-01\n[checks]",
    ),
    ("components.id", SITE, "id = \"c5\"", "id = \"c6\""),
    ("components.name", SITE, "Part 0", "Part zero"),
    ("components.description", SITE, "The first.", "The best."),
    ("components.group", SITE, "group = \"g1\"", "group = \"g0\""),
    ("components.since", SITE, "since = 2024-12-22", "since = 2023-12-22"),
    ("components.retired", SITE, "since = 2024-12-23", "since = 2024-12-23\nretired = 2026-03-01"),
    ("components.show_uptime", SITE, "since = 2024-12-21", "since = 2024-12-21\nshow_uptime = false"),
    ("components.target", SITE, "since = 2024-12-21", "since = 2024-12-21\ntarget = 99.95"),
    ("components.api_id", SITE, "id = \"c1\"", "id = \"c1\"\napi_id = \"x1\""),
    ("uptime", SITE, "[checks]", "[uptime]\ndays = 90\n[checks]"),
    ("uptime.days", SITE, "[checks]", "[uptime]\ndays = 30\n[checks]"),
    ("uptime.target", SITE, "[checks]", "[uptime]\ntarget = 99.9\n[checks]"),
    ("uptime.weights", SITE, "[checks]", "[uptime.weights]\npartial_outage = 30\n[checks]"),
    (
        "uptime.weights.degraded_performance",
        SITE,
        "[checks]",
        "[uptime.weights]\ndegraded_performance = 9\n[checks]",
    ),
    ("uptime.weights.partial_outage", SITE, "[checks]", "[uptime.weights]\npartial_outage = 9\n[checks]"),
    ("uptime.weights.major_outage", SITE, "[checks]", "[uptime.weights]\nmajor_outage = 9\n[checks]"),
    (
        "uptime.weights.under_maintenance",
        SITE,
        "[checks]",
        "[uptime.weights]\nunder_maintenance = 9\n[checks]",
    ),
    ("markdown", SITE, "[checks]", "[markdown]\n[checks]"),
    ("markdown.raw_html", SITE, "[checks]", "[markdown]\nraw_html = true\n[checks]"),
    ("feeds", SITE, "[checks]", "[feeds]\n[checks]"),
    ("feeds.entries", SITE, "[checks]", "[feeds]\nentries = 2\n[checks]"),
    ("feeds.tag_date", SITE, "[checks]", "[feeds]\ntag_date = \"2025-06-01\"\n[checks]"),
    ("feeds.tag_host", SITE, "[checks]", "[feeds]\ntag_host = \"old.example.org\"\n[checks]"),
    ("feeds.also_at", SITE, "[checks]", "[feeds]\nalso_at = { \"/index.xml\" = \"history.rss\" }\n[checks]"),
    ("checks", SITE, "remote-image = \"off\"", "remote-image = \"warning\""),
    ("checks.redact", SITE, "remote-image = \"off\"", "[checks.redact]\nhost = \"db[0-9]+\""),
    ("theme_options", SITE, "[checks]", "[theme_options]\nsupport = \"mailto:help@example.org\"\n[checks]"),
    ("theme_options", SITE, "[checks]", "[theme_options]\naccent = \"#005555\"\n[checks]"),
    ("alerts", SITE, "[checks]", "[alerts]\n[checks]"),
    ("alerts.opens", SITE, "[checks]", "[alerts]\nopens = \"public\"\n[checks]"),
    ("alerts.recovery", SITE, "[checks]", "[alerts]\nrecovery = \"monitoring\"\n[checks]"),
    ("alerts.component", SITE, "[checks]", "[alerts]\ncomponent = \"service\"\n[checks]"),
    ("alerts.components", SITE, "[checks]", "[alerts]\ncomponents = { shop = \"c0\" }\n[checks]"),
    ("alerts.state", SITE, "[checks]", "[alerts]\nstate = \"level\"\n[checks]"),
    ("alerts.states", SITE, "[checks]", "[alerts]\nstates = { page = \"major\" }\n[checks]"),
    ("alerts.title", SITE, "[checks]", "[alerts]\ntitle = \"summary\"\n[checks]"),
    ("alerts.message", SITE, "[checks]", "[alerts]\nmessage = \"description\"\n[checks]"),
    (
        "announce",
        SITE,
        "[checks]",
        "[announce.hub]\nkind = \"websub\"\nhub = \"https://hub.example.org/\"\n[checks]",
    ),
    ("publish", SITE, "[checks]", "[publish.disk]\nkind = \"directory\"\npath = \"../there\"\n[checks]"),
];

/// Files without keys.
pub(super) const OTHERS: &[Edit] = &[
    ("degraded_performance", DOWNTIME, "05,10", "05,11"),
    ("partial_outage", DOWNTIME, "20,30", "21,30"),
    ("major_outage", DOWNTIME, "30,40", "31,40"),
    ("under_maintenance", DOWNTIME, "30,40", "30,41"),
    ("an earlier year", "content/downtime/c4.csv", "2025-07-01", "2023-12-30,0,60,0,0\n2025-07-01"),
    ("another day", DOWNTIME, "2026-02-01", "2026-02-02"),
    (
        "another component",
        "content/downtime/c2.csv",
        "",
        "date,degraded_performance,partial_outage,major_outage,under_maintenance\n2025-07-01,9,0,0,0\n",
    ),
    (
        "a mode",
        "content/downtime/c3.csv",
        "under_maintenance\n2025-03-04,0,600,0,0",
        "under_maintenance,mode\n2025-03-04,0,600,0,0,replace",
    ),
    ("a copied file", "static/other.txt", "", "y"),
    ("a copied file's length", "static/file.txt", "", "y"),
    ("a picture's length", "content/incidents/p1.png", "", "y"),
    ("words of the theme", "themes/default/i18n/en.ftl", "", "history = The past\n"),
    (
        "a template",
        "themes/default/templates/redirect.html",
        "",
        "<!doctype html>\n<a href=\"{{ root }}\">x</a>",
    ),
    ("an asset", "themes/default/static/feed.css", "", "/* x */"),
];

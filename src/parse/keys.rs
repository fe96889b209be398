//! Every key an author may write, with its type, default and meaning: what unknown keys are measured against, and what
//! schemas and the reference of keys are made from.
//!
//! Invariant: a key that is not in these tables is an error, so nothing is skipped in silence.

/// What a key's value must be.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// A text in quotes.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Integer,
    /// A date with a time of day, with an offset or without; in quotes or not.
    Time,
    /// A date; in quotes or not.
    Day,
    /// A date, `true` or `false`.
    Done,
    /// A component's state, short forms included.
    State,
    /// An incident's impact.
    Impact,
    /// What a rule is to be: `off`, `warning` or `error`.
    Level,
    /// A list of texts.
    Texts,
    /// A list of component ids, or a table of ids and their states.
    Components,
    /// A table.
    Table(&'static Table),
    /// A list of tables.
    Tables(&'static Table),
    /// Whatever TOML can say.
    Anything,
}

/// A key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What its value must be.
    pub kind: Type,
    /// Whether its table is wrong without it.
    pub required: bool,
    /// What holds when it is left out, as TOML; empty when there is nothing to write.
    pub default: &'static str,
    /// What it means, in one sentence without a full stop.
    pub doc: &'static str,
}

impl Key {
    const fn new(name: &'static str, kind: Type, doc: &'static str) -> Self {
        Self { name, kind, required: false, default: "", doc }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }
}

/// The keys of a table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The keys it knows.
    pub keys: &'static [Key],
    /// What other keys must be; `None`: there are no others.
    pub rest: Option<Type>,
    /// Keys from elsewhere that authors try, and what to do instead.
    pub hints: &'static [(&'static str, &'static str)],
}

impl Table {
    const fn of(keys: &'static [Key]) -> Self {
        Self { keys, rest: None, hints: &[] }
    }

    const fn map(rest: Type) -> Self {
        Self { keys: &[], rest: Some(rest), hints: &[] }
    }

    /// The key of that name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The names of all keys it knows.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.keys.iter().map(|key| key.name)
    }
}

const TITLE: Key = Key::new("title", Type::Text, "What readers see first").required();
const EDITED: Key =
    Key::new("edited", Type::Time, "The last edit that readers of feeds should notice; tools write it");
const AFTER: Key = Key::new("after", Type::Text, "The slug of the report this one is a relapse of");
const KEYS: Key = Key::new("keys", Type::Texts, "Fingerprints for idempotent commands").default("[]");
const TAGS: Key = Key::new("tags", Type::Texts, "Free words").default("[]");
const ALIASES: Key =
    Key::new("aliases", Type::Texts, "Old addresses, each becomes a redirect page").default("[]");
const ID: Key =
    Key::new("id", Type::Text, "The identity in API and feeds when moved from elsewhere; else the slug");
const FEED_ID: Key = Key::new(
    "feed_id",
    Type::Text,
    "Its entry's id in feeds, verbatim, when moved from elsewhere; else made of its `id`",
);
const DRAFT: Key = Key::new("draft", Type::Flag, "Whether it is invisible to everything").default("false");
const IMPACT: Key =
    Key::new("impact", Type::Impact, "How bad it is as a whole; else derived from the components");
const FOLLOW_UPS_KEY: Key = Key::new("follow_ups", Type::Tables(&FOLLOW_UPS), "Corrective actions");

/// The front matter of an incident.
pub const INCIDENT: Table = Table {
    hints: &[
        ("from", "an incident begins at `started`"),
        ("to", "an incident ends at `ended`"),
        ("status", "the status is said by the headings of updates: `## Investigating, 2024-04-16 10:03`"),
        ("date", "write `started`, or leave it out: an incident begins with its first update"),
        ("resolved", "write `ended`, or an update `## Resolved, 2024-04-16 10:33`"),
        ("severity", "write `impact`"),
        ("affected", "write `components`"),
    ],
    ..Table::of(&[
        TITLE,
        Key::new(
            "components",
            Type::Components,
            "The components' states while the incident lasts; a list when their states are not known; empty for none",
        ),
        Key::new("started", Type::Time, "When it truly began; else the first update"),
        Key::new("detected", Type::Time, "When it was noticed"),
        Key::new("ended", Type::Time, "When it truly ended; else the resolving update"),
        IMPACT,
        EDITED,
        AFTER,
        KEYS,
        TAGS,
        ALIASES,
        ID,
        FEED_ID,
        DRAFT,
        FOLLOW_UPS_KEY,
        Key::new("outages", Type::Tables(&OUTAGES), "Exact windows of components"),
    ])
};

/// The front matter of a maintenance.
pub const MAINTENANCE: Table = Table {
    hints: &[
        ("started", "a maintenance begins at `from`"),
        ("ended", "a maintenance ends at `to`"),
        ("detected", "a maintenance is announced, not detected: leave it out"),
        ("outages", "a maintenance has one window, `from` and `to`: split it into two reports"),
        ("status", "the status is said by the headings of updates: `## In progress, 2024-04-16 10:03`"),
        ("impact", "a maintenance has none: leave it out"),
        ("date", "write `from` and `to`"),
    ],
    ..Table::of(&[
        TITLE,
        Key::new("from", Type::Time, "The planned beginning").required(),
        Key::new("to", Type::Time, "The planned end").required(),
        Key::new(
            "components",
            Type::Components,
            "The components, with states other than `under_maintenance` if any",
        )
        .default("[]"),
        Key::new("automatic", Type::Flag, "Whether it begins and ends by itself").default("true"),
        Key::new("announced", Type::Time, "When it was announced; else by its first update"),
        EDITED,
        AFTER,
        KEYS,
        TAGS,
        ALIASES,
        ID,
        FEED_ID,
        DRAFT,
        FOLLOW_UPS_KEY,
    ])
};

/// `[[outages]]` of an incident.
pub const OUTAGES: Table = Table {
    hints: &[("started", "a window begins at `from`"), ("ended", "a window ends at `to`")],
    ..Table::of(&[
        Key::new("component", Type::Text, "The component's id").required(),
        Key::new("state", Type::State, "Its state in the window").required(),
        Key::new("from", Type::Time, "The first second").required(),
        Key::new("to", Type::Time, "The first second after it; else the incident's end"),
    ])
};

/// `[[follow_ups]]` of a report.
pub const FOLLOW_UPS: Table = Table::of(&[
    Key::new("text", Type::Text, "What is to be done").required(),
    Key::new("owner", Type::Text, "Who does it"),
    Key::new("due", Type::Day, "By when"),
    Key::new("done", Type::Done, "On which day it was done, or `true` when the day is not known")
        .default("false"),
]);

/// The front matter of an extra page.
pub const PAGE: Table = Table::of(&[
    TITLE,
    Key::new("nav", Type::Flag, "Whether the navigation of every page names it").default("true"),
    Key::new("weight", Type::Integer, "Its place in the navigation: small numbers first, then by title")
        .default("0"),
    ALIASES,
    EDITED,
    DRAFT,
]);

/// site.toml.
pub const SITE: Table = Table {
    hints: &[
        ("url", "write `base_url`"),
        ("name", "write `title`"),
        ("timezone", "write `time_zone`"),
        ("lang", "write `language`"),
        ("announce", "remove it: this version posts nothing to other services"),
    ],
    ..Table::of(&[
        Key::new("title", Type::Text, "The site's title").required(),
        Key::new("base_url", Type::Text, "Where the site will stand: scheme, host and, if any, path")
            .required(),
        Key::new("description", Type::Text, "One sentence about the site").default("\"\""),
        Key::new("time_zone", Type::Text, "The IANA name of the zone whose days and clock readers see")
            .default("\"Etc/UTC\""),
        Key::new("language", Type::Text, "The main language").default("\"en\""),
        Key::new("languages", Type::Texts, "All languages: for now `language` alone").default("[\"en\"]"),
        Key::new("theme", Type::Text, "The theme's name").default("\"default\""),
        Key::new(
            "url_style",
            Type::Text,
            "`directory`: `incidents/x/index.html`; `file`: `incidents/x.html`",
        )
        .default("\"directory\""),
        Key::new("edit_url", Type::Text, "What `edit this report` links begin with; empty: no such links")
            .default("\"\""),
        Key::new("noindex", Type::Flag, "Whether search engines are told to stay away").default("false"),
        Key::new("page_id", Type::Text, "The site's id in the API v2 when moved from elsewhere")
            .default("\"\""),
        Key::new("static_include", Type::Texts, "Dot files and folders of `static/` that are published")
            .default("[]"),
        Key::new("stale_after", Type::Text, "After how long a page says how old it is").default("\"3d\""),
        Key::new("groups", Type::Tables(&GROUPS), "Groups of components, in the order of the page"),
        Key::new("components", Type::Tables(&COMPONENTS), "Components, in the order of the page"),
        Key::new("uptime", Type::Table(&UPTIME), "How uptime is computed and shown"),
        Key::new("markdown", Type::Table(&MARKDOWN), "How Markdown is read"),
        Key::new("feeds", Type::Table(&FEEDS), "Settings of the feeds"),
        Key::new("checks", Type::Table(&CHECKS), "Rules that are to be `off`, `warning` or `error`"),
        Key::new("theme_options", Type::Table(&FREE), "What the theme documents"),
        Key::new("publish", Type::Table(&PUBLISH), "Where the site is published, each target a table"),
    ])
};

/// theme.toml.
pub const THEME: Table =
    Table::of(&[Key::new("options", Type::Table(&THEME_OPTIONS), "What `[theme_options]` may hold")]);

/// `[options]` of theme.toml: tables by the names of options.
const THEME_OPTIONS: Table = Table::map(Type::Table(&THEME_OPTION));

/// `[options.NAME]` of theme.toml.
const THEME_OPTION: Table = Table::of(&[
    Key::new("kind", Type::Text, "What its value must be").required(),
    Key::new("schemes", Type::Flag, "Whether each colour scheme may have its own").default("false"),
    Key::new("on_light", Type::Texts, "The colours a colour stands on in the light scheme").default("[]"),
    Key::new("on_dark", Type::Texts, "The colours a colour stands on in the dark scheme").default("[]"),
    Key::new("about", Type::Text, "What it does"),
]);

const API_ID: Key =
    Key::new("api_id", Type::Text, "Its id in the API v2 when moved from elsewhere; else its `id`")
        .default("\"\"");

/// `[[groups]]` of site.toml.
pub const GROUPS: Table = Table::of(&[
    Key::new("id", Type::Text, "Its address: `a-z`, `0-9`, `.`, `_` and `-`").required(),
    Key::new("name", Type::Text, "What readers see").required(),
    API_ID,
]);

/// `[[components]]` of site.toml.
pub const COMPONENTS: Table = Table::of(&[
    Key::new("id", Type::Text, "Its address and its name in reports: `a-z`, `0-9`, `.`, `_` and `-`")
        .required(),
    Key::new("name", Type::Text, "What readers see").required(),
    Key::new("description", Type::Text, "One sentence about it").default("\"\""),
    Key::new("group", Type::Text, "The id of the group it stands in"),
    Key::new("since", Type::Day, "The first day that counts; left out: always"),
    Key::new("retired", Type::Day, "The first day that no longer counts; left out: not retired"),
    Key::new("show_uptime", Type::Flag, "Whether bars and a figure are shown").default("true"),
    API_ID,
]);

/// `[uptime]` of site.toml.
pub const UPTIME: Table = Table::of(&[
    Key::new("days", Type::Integer, "Days in a bar, today included").default("90"),
    Key::new("weights", Type::Table(&WEIGHTS), "What a second in each state costs, in percent"),
]);

/// `weights` of `[uptime]`.
pub const WEIGHTS: Table = Table::of(&[
    Key::new("degraded_performance", Type::Integer, "Percent of a second of degraded performance")
        .default("0"),
    Key::new("partial_outage", Type::Integer, "Percent of a second of partial outage").default("30"),
    Key::new("major_outage", Type::Integer, "Percent of a second of major outage").default("100"),
    Key::new("under_maintenance", Type::Integer, "Percent of a second of maintenance").default("0"),
]);

/// `[markdown]` of site.toml.
pub const MARKDOWN: Table = Table::of(&[Key::new(
    "raw_html",
    Type::Flag,
    "Whether HTML in Markdown is passed through instead of shown as text",
)
.default("false")]);

/// `[feeds]` of site.toml.
pub const FEEDS: Table = Table::of(&[
    Key::new("entries", Type::Integer, "The most entries a feed holds").default("50"),
    Key::new("tag_date", Type::Text, "The date in the feeds' `tag:` URIs; it must never change")
        .default("\"2024\""),
    Key::new("tag_host", Type::Text, "The host in ids of feeds and calendars; else that of `base_url`")
        .default("\"\""),
    Key::new(
        "also_at",
        Type::Table(&TEXTS),
        "Copies of feeds at old addresses: `{ \"/index.xml\" = \"history.rss\" }`",
    )
    .default("{}"),
]);

/// `[checks]` of site.toml.
pub const CHECKS: Table = Table {
    rest: Some(Type::Level),
    ..Table::of(&[Key::new(
        "redact",
        Type::Table(&TEXTS),
        "What must not be published: names and regular expressions",
    )])
};

/// A table of names and texts.
pub const TEXTS: Table = Table::map(Type::Text);

/// A table that others document and read.
pub const FREE: Table = Table::map(Type::Anything);

/// `[publish]` of site.toml: tables by name.
pub const PUBLISH: Table = Table::map(Type::Table(&PUBLISH_TARGET));

/// `[publish.NAME]` of site.toml; which of the keys belong together is said by `kind`.
pub const PUBLISH_TARGET: Table = Table {
    hints: &[
        ("type", "write `kind`"),
        ("url", "write `base_url`"),
        ("folder", "write `path`"),
        ("access_key_id", "secrets have no place in site.toml: set AWS_ACCESS_KEY_ID where you publish"),
        (
            "secret_access_key",
            "secrets have no place in site.toml: set AWS_SECRET_ACCESS_KEY where you publish",
        ),
        ("token", "secrets have no place in site.toml: git asks its credential helper"),
    ],
    ..Table::of(&[
        Key::new("kind", Type::Text, "`s3`, `github-pages` or `directory`").required(),
        Key::new("base_url", Type::Text, "Where the site stands there; else the site's `base_url`"),
        Key::new("noindex", Type::Flag, "Whether search engines are told to stay away from it there"),
        Key::new("drafts", Type::Flag, "Whether drafts are shown there").default("false"),
        Key::new("path", Type::Text, "`directory`: the folder, from the site's folder"),
        Key::new("prefix", Type::Text, "`s3` and `github-pages`: the folder in there").default("\"\""),
        Key::new("bucket", Type::Text, "`s3`: the bucket's name"),
        Key::new("region", Type::Text, "`s3`: its region; else the environment's or the profile's"),
        Key::new("endpoint", Type::Text, "`s3`: the service's address; else Amazon's"),
        Key::new(
            "path_style",
            Type::Flag,
            "`s3`: whether the bucket is named in the path, not the host; \
            else only with an `endpoint`",
        ),
        Key::new(
            "profile",
            Type::Text,
            "`s3`: the profile of the shared configuration; else the environment's",
        ),
        Key::new("cache_pages", Type::Text, "`s3`: the `Cache-Control` of what may change")
            .default("\"public, max-age=60\""),
        Key::new("cache_assets", Type::Text, "`s3`: the `Cache-Control` of assets with a hash in their name")
            .default("\"public, max-age=31536000, immutable\""),
        Key::new("gzip", Type::Flag, "`s3`: whether texts are stored compressed").default("false"),
        Key::new("remote", Type::Text, "`github-pages`: a remote's name or address").default("\"origin\""),
        Key::new("branch", Type::Text, "`github-pages`: the branch").default("\"gh-pages\""),
        Key::new("cname", Type::Text, "`github-pages`: the site's own domain"),
        Key::new("history", Type::Flag, "`github-pages`: whether earlier commits stay").default("true"),
    ])
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{FOLLOW_UPS, INCIDENT, MAINTENANCE, PAGE, SITE, Table, Type};

    const REFERENCE: &str = include_str!("../../docs/content.md");

    /// Whether the reference has a row or a heading for the key.
    fn is_documented(name: &str) -> bool {
        let forms =
            ["`NAME`", "`[NAME]`", "`[[NAME]]`", "`[NAME.NAME]`"].map(|form| form.replacen("NAME", name, 1));
        let mut lines = REFERENCE.lines().filter(|line| line.starts_with(['|', '#']));
        lines.any(|line| forms.iter().any(|form| line.contains(form)))
    }

    #[track_caller]
    fn check(table: &Table) {
        let names: BTreeSet<&str> = table.names().collect();
        assert_eq!(names.len(), table.keys.len(), "a key stands twice");
        for (wrong, _) in table.hints {
            assert!(table.key(wrong).is_none(), "{wrong} is known and needs no hint");
        }
        for key in table.keys {
            assert!(is_documented(key.name), "{} is not in docs/content.md", key.name);
            assert!(!key.doc.is_empty() && !key.doc.ends_with('.'), "{}", key.name);
            assert!(toml::de::DeValue::parse(if key.default.is_empty() { "0" } else { key.default }).is_ok());
            if let Type::Table(table) | Type::Tables(table) = key.kind {
                check(table);
            }
        }
    }

    #[test]
    fn the_tables_are_sound() {
        for table in [&INCIDENT, &MAINTENANCE, &PAGE, &SITE, &FOLLOW_UPS] {
            check(table);
        }
    }
}

//! The keys of site.toml.

use crate::parse::keys::Table;
use crate::parse::keys::described;
use crate::parse::keys::fields::{Entries, Record as _};
use crate::parse::keys::text::{
    ApiId, BaseUrl, Branch, Bucket, Directory, Domain, Duration, EditUrl, Endpoint, Folder, Header, Id, Name,
    OldAddress, Remote, TagDate, TagHost, TargetName, Variable, WebAddress,
};
use crate::parse::keys::value_type::{
    AnnouncerKind, Day, Feed, Flag, Free, Integer, Level, Line, Map, Method, Opening, Percent, Recovery,
    State, Sub, Tables, TargetKind, Text, Texts, UrlStyle,
};

pub const SITE: &Table = SiteToml::TABLE;

described! {
    pub SiteToml, hints [
        ("url", "write `base_url`"),
        ("name", "write `title`"),
        ("timezone", "write `time_zone`"),
        ("lang", "write `language`"),
    ];
    title: Line [required] "the site's name";
    base_url: BaseUrl [required] "where the site will stand, with `https://` or `http://`; it may have a path. Feeds, the API and canonical links use it; links between pages do not";
    description: Text [= ""] "one sentence about the site";
    time_zone: Text [= "Etc/UTC"] "an IANA zone, such as `\"America/Edmonton\"`: the zone of the site's days and of times without an offset";
    language: Text [= "en"] "the language of the content, and of the page where the theme has `i18n/LANGUAGE.ftl`";
    languages: Texts [toml "[\"en\"]"] "for now `language` alone: pages in several languages are not built yet, so more than one is an error";
    theme: Text [= "default"] "a folder in `themes/`, or the built-in theme";
    url_style: UrlStyle [= "directory"] "`\"directory\"`: `incidents/x/index.html`; `\"file\"`: `incidents/x.html`, for hosts without a directory index";
    edit_url: EditUrl [= ""] "what the address of an \"edit this report\" link begins with; empty: no such links";
    noindex: Flag [= false] "asks search engines not to list the site; robots.txt lets them in, so that they can read it";
    page_id: ApiId [= ""] "the site's id in the API v2, where it came from another service; else it is made of the host and `tag_date`";
    static_include: Texts [toml "[]"] "files and folders of `static/` that are published although their names begin with a dot: `[\".well-known\", \".htaccess\"]`. `allclear check` names those that are left out";
    stale_after: Duration [= "3d"] "a page older than this says that the status is unknown, and how old it is: a day to a year, as numbers with `w`, `d`, `h`, `m` or `s`: `\"2d\"`, `\"1d12h\"`";
    groups: Tables<GroupDraft> [else "none"] "groups of components, in the order of the page";
    components: Tables<ComponentTable> [else "none"] "components, in the order of the page";
    uptime: Sub<UptimeToml> [] "how uptime is computed and shown";
    markdown: Sub<MarkdownToml> [] "how Markdown is read";
    feeds: Sub<FeedsToml> [] "settings of the feeds";
    checks: Sub<ChecksToml> [] "rules that are to be `off`, `warning` or `error`";
    theme_options: Free [] "what the theme documents";
    alerts: Sub<AlertsToml> [] "what alerts of monitoring mean to `allclear alert`";
    announce: Map<Name, Sub<AnnouncerDraft>> [else "none"] "who is told of updates by `allclear announce`, each announcer a table";
    publish: Map<TargetName, Sub<TargetDraft>> [else "none"] "where the site is published, each target a table";
}

described! {
    /// One `[[groups]]` table.
    pub GroupDraft, hints [];
    id: Id [required] "its address, `/groups/ID/`: `a-z`, `0-9`, `.`, `_` and `-`; different from every other group's and component's";
    name: Line [required] "what readers see";
    api_id: ApiId [= ""] "its id in the API v2, where it came from another service; else its `id`";
}

described! {
    /// One `[[components]]` table.
    pub ComponentTable, hints [];
    id: Id [required] "its address, `/components/ID/`, and its name in reports: `a-z`, `0-9`, `.`, `_` and `-`; different from every other component's and group's";
    name: Line [required] "what readers see";
    description: Text [= ""] "one sentence";
    group: Text [else "none"] "the `id` of a group";
    since: Day [else "its earliest report or recorded day"] "the first day that counts. Before it nothing does, and no incident that began earlier may name the component. While it lies ahead, lists and the API leave the component out, its own page says when it begins, and its badge \"Not in service yet\"";
    retired: Day [else "not retired"] "the first day that no longer counts. Keep a component that is gone, with this day, so that its incidents stay right";
    show_uptime: Flag [= true] "whether its day bars and its uptime are shown";
    target: Percent [else "the site's"] "the percentage of each month that it is to be up, such as `99.9`";
    api_id: ApiId [= ""] "its id in the API v2, where it came from another service; else its `id`. Different from every other component's and group's";
}

described! {
    /// `[uptime]`.
    pub(crate) UptimeToml, hints [];
    days: Integer<1, 366> [= 90] "how many days bars and figures cover, today included";
    target: Percent [else "none"] "the percentage of each month that components are to be up, such as `99.9`: pages say which months met it, and how much downtime the current month has left";
    weights: Sub<WeightsToml> [else "see below"] "how much of a second in each state counts as down, in whole percent";
}

described! {
    /// `weights` of `[uptime]`.
    pub(crate) WeightsToml, hints [];
    degraded_performance: Integer<0, 100> [= 0] "percent of a second of degraded performance";
    partial_outage: Integer<0, 100> [= 30] "percent of a second of partial outage";
    major_outage: Integer<0, 100> [= 100] "percent of a second of major outage";
    under_maintenance: Integer<0, 100> [= 0] "percent of a second of maintenance";
}

described! {
    /// `[markdown]`.
    pub(crate) MarkdownToml, hints [];
    raw_html: Flag [= false] "whether all HTML in Markdown is passed on";
}

described! {
    /// `[feeds]`.
    pub(crate) FeedsToml, hints [];
    entries: Integer<1, 1000> [= 50] "the most entries a feed holds";
    tag_date: TagDate [= "2024"] "the date in the feeds' `tag:` identifiers, a year, a month or a day on which you owned the domain. Never change it: readers would see every entry again";
    tag_host: TagHost [= ""] "the host in ids of feeds and calendars, else that of `base_url`. Write the old host here when the site moves to another domain: then readers see no entry again";
    also_at: Map<OldAddress, Feed> [toml "{}"] "copies of the site's own feeds at old addresses: `{ \"/index.xml\" = \"history.rss\" }`, with `history.atom`, `history.rss`, `feed.json`, `updates.atom`, `updates.rss` or `maintenance.ics`";
}

described! {
    /// `[checks]`.
    pub(crate) ChecksToml, hints [];
    redact: Map<Text, Text> [else "empty"] "`[checks.redact]`: names and regular expressions for what must not be published";
    ..levels: Text, Level;
}

described! {
    /// `[alerts]`.
    pub(crate) AlertsToml, hints [];
    opens: Opening [= "draft"] "whether an alert opens an incident that readers see, `\"public\"`, or one that waits for a person";
    recovery: Recovery [= "resolved"] "the status when all alerts of an incident are over; with `\"monitoring\"` a person resolves it";
    component: Text [= "component"] "the label that says which component is concerned";
    components: Map<Text, Text> [toml "{}"] "values of that label, and the component's `id` for each: `{ checkout = \"giving\" }`. An `id` stands for itself";
    state: Text [= "severity"] "the label that says how bad it is";
    states: Map<Text, State> [toml "{}"] "values of that label, and the component's state for each: `{ critical = \"major_outage\" }`. A state stands for itself";
    title: Text [else "the components' names and the state"] "the annotation, or the label, that becomes the title. Its text is published";
    message: Text [else "the usual words"] "the annotation, or the label, that becomes the first message. Its text is published";
    ..mappings: Name, Sub<MappingDraft>;
}

described! {
    /// One `[alerts.NAME]` table.
    pub(crate) MappingDraft, hints [];
    key: Text [required] "where the value is that tells one incident from another";
    state: Text [required] "where the value is that `states` of `[alerts]` translates; one that means `operational` ends the alert";
    component: Text [required] "where the value is that `components` of `[alerts]` translates";
    title: Text [else "the components' names and the state"] "where the title is. It is published";
    message: Text [else "the usual words"] "where the first message is. It is published";
    started: Text [else "when it is received"] "where the time is at which the alert began: RFC 3339, or seconds or milliseconds since 1970";
    ended: Text [else "when it is received"] "where the time is at which the alert ended";
}

described! {
    /// One `[announce.NAME]` table.
    pub AnnouncerDraft, hints [
        ("type", "write `kind`"),
        ("webhook", "the address is a secret: name the variable that holds it with `url_env`"),
        ("token", "secrets have no place in site.toml: write `{{env.NAME}}` in `headers`"),
        ("password", "secrets have no place in site.toml: write `basic = \"user:{{env.NAME}}\"`"),
    ];
    kind: AnnouncerKind [required] "what is told";
    url_env: Variable [required only ["slack", "discord", "teams"]] "the environment variable that holds the webhook's address, which is a secret";
    url: Text [required only ["json"]] "the address, a template";
    method: Method [= "POST" only ["json"]] "the request's method";
    headers: Map<Text, Text> [else "none" only ["json"]] "headers, their values templates: `{ authorization = \"Token {{env.KEY}}\" }`";
    basic: Text [else "none" only ["json"]] "user and password of basic authentication, a template: `\"api:{{env.KEY}}\"`";
    body: Free [else "none" only ["json"]] "what is sent as JSON: a table whose texts are templates";
    form: Map<Text, Text> [else "none" only ["json"]] "what is sent as a form instead: names, and values that are templates";
    follow_up: Sub<FollowUpRequestDraft> [else "none" only ["json"]] "a second request after the first answer, with `url`, `method`, and `body` or `form`; `{{answer.data.id}}` is a value of the answer";
    hub: WebAddress [required only ["websub"]] "the hub's address. Feeds name it, so that readers can subscribe there";
}

described! {
    /// `follow_up` of an announcer.
    pub(crate) FollowUpRequestDraft, hints [];
    url: Text [required] "the address, a template";
    method: Method [= "POST"] "the request's method";
    body: Free [else "none"] "what is sent as JSON: a table whose texts are templates";
    form: Map<Text, Text> [else "none"] "what is sent as a form instead: names, and values that are templates";
}

/// Names and texts.
pub(crate) type PlainTexts = Entries<Text>;

described! {
    /// One `[publish.NAME]` table.
    pub TargetDraft, hints [
        ("type", "write `kind`"),
        ("url", "write `base_url`"),
        ("folder", "write `path`"),
        ("access_key_id", "secrets have no place in site.toml: set AWS_ACCESS_KEY_ID where you publish"),
        ("secret_access_key", "secrets have no place in site.toml: set AWS_SECRET_ACCESS_KEY where you publish"),
        ("token", "secrets have no place in site.toml: git asks its credential helper"),
    ];
    kind: TargetKind [required] "what takes the site's files";
    base_url: BaseUrl [else "the site's"] "where this target publishes the site";
    noindex: Flag [else "the site's"] "whether search engines are told to stay away from it there";
    banner: Line [else "none"] "a line above every page there that tells it from the real site, such as `\"staging\"`";
    drafts: Flag [= false] "whether drafts are shown there";
    path: Directory [required only ["directory"]] "the folder, from the site's folder";
    prefix: Folder [= "" only ["s3", "github-pages"]] "the folder in there";
    bucket: Bucket [required only ["s3"]] "the bucket's name";
    region: Text [else "the environment's or the profile's" only ["s3"]] "the bucket's region";
    endpoint: Endpoint [else "Amazon's" only ["s3"]] "the service's address, such as `\"https://s3.example.org\"`";
    path_style: Flag [else "true with an `endpoint`" only ["s3"]] "the bucket's name in the path instead of the host";
    profile: Text [else "the environment's" only ["s3"]] "the profile of `~/.aws`";
    cache_pages: Header [= "public, max-age=60" only ["s3"]] "the `Cache-Control` of what may change";
    cache_assets: Header [= "public, max-age=31536000, immutable" only ["s3"]] "the `Cache-Control` of assets with a hash in their name";
    gzip: Flag [= false only ["s3"]] "whether texts are stored compressed";
    remote: Remote [= "origin" only ["github-pages"]] "a remote's name, a path or an address";
    branch: Branch [= "gh-pages" only ["github-pages"]] "the branch";
    cname: Domain [else "none" only ["github-pages"]] "the site's own domain";
    history: Flag [= true only ["github-pages"]] "whether earlier commits stay";
}

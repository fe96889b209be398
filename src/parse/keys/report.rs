//! The keys of front matter.

use crate::model::report::Kind;
use crate::parse::keys::fields::Record as _;
use crate::parse::keys::text::{FeedId, ReportId, WebAddress};
use crate::parse::keys::value_type::{
    Components, Day, Done, Flag, Impact, Integer, Line, State, Tables, Text, Texts, Time,
};
use crate::parse::keys::{Table, described};

pub const INCIDENT: &Table = &Table {
    kind: "incident",
    hints: &[
        ("from", "an incident begins at `started`"),
        ("to", "an incident ends at `ended`"),
        ("status", "the status is said by the headings of updates: `## Investigating, 2024-04-16 10:03`"),
        ("date", "write `started`, or leave it out: an incident begins with its first update"),
        ("resolved", "write `ended`, or an update `## Resolved, 2024-04-16 10:33`"),
        ("severity", "write `impact`"),
        ("affected", "write `components`"),
    ],
    ..*FrontMatter::TABLE
};

pub const MAINTENANCE: &Table = &Table {
    kind: "maintenance",
    hints: &[
        ("started", "a maintenance begins at `from`"),
        ("ended", "a maintenance ends at `to`"),
        ("detected", "a maintenance is announced, not detected: leave it out"),
        ("outages", "a maintenance has one window, `from` and `to`: split it into two reports"),
        ("status", "the status is said by the headings of updates: `## In progress, 2024-04-16 10:03`"),
        ("impact", "a maintenance has none: leave it out"),
        ("date", "write `from` and `to`"),
    ],
    ..*FrontMatter::TABLE
};

pub fn front_matter(kind: Kind) -> &'static Table {
    match kind {
        Kind::Incident => INCIDENT,
        Kind::Maintenance => MAINTENANCE,
    }
}

pub const PAGE: &Table = PageFront::TABLE;

described! {
    /// The front matter of a report.
    pub FrontMatter, hints [];
    title: Line [required] "what readers see first, in one line";
    from: Time [required only ["maintenance"]] "when it is planned to begin";
    to: Time [required only ["maintenance"]] "when it is planned to end";
    components: Components [else "none"] "the components concerned. A table says the state each is in from the beginning: `{ giving = \"partial_outage\" }`. A list, `[\"giving\"]`, names components only: in a maintenance they are `under_maintenance`; in an incident their state is not known, and they count no downtime. `{}` says that there is none, on purpose";
    started: Time [else "the first update or outage" only ["incident"]] "when it truly began";
    detected: Time [else "none" only ["incident"]] "when you noticed";
    ended: Time [else "the resolving update, or the end of the last outage if that is later" only ["incident"]] "when it truly ended";
    impact: Impact [else "derived" only ["incident"]] "how bad it is as a whole";
    automatic: Flag [= true only ["maintenance"]] "whether it begins and ends by itself";
    announced: Time [else "the first update" only ["maintenance"]] "when it became public";
    edited: Time [else "none"] "the last edit that readers of feeds should notice; tools write it. Edits without it change pages, and no feed's date";
    after: Text [else "none"] "the slug of the report of which this is a relapse";
    keys: Texts [toml "[]"] "fingerprints, by which a command that runs twice finds the same incident";
    tags: Texts [toml "[]"] "free words; each has a page at `/tags/TAG/`";
    aliases: Texts [toml "[]"] "old addresses, such as `\"/incidents/k4v9mz2tq7xw\"`; each becomes a page that leads here. With `url_style = \"file\"` that is `incidents/k4v9mz2tq7xw.html`, and `…/index.html` when the address ends with a slash";
    id: ReportId [else "the slug"] "its identity in the API and in feeds, when it came from elsewhere; no two reports may have the same";
    feed_id: FeedId [else "made of its `id`"] "the id of its entry in feeds of incidents, verbatim, when it came from elsewhere: `\"tag:status.example.org,2005:Incident/99\"`; no two reports may have the same";
    shortlink: WebAddress [else "its page"] "its `shortlink` in the API, when it came from elsewhere: `\"https://stspg.io/k4v9mz2tq7xw\"`";
    draft: Flag [= false] "a draft is in no output at all";
    follow_ups: Tables<FollowUpDraft> [else "none"] "corrective actions, each a table";
    outages: Tables<OutageDraft> [else "none" only ["incident"]] "exact windows of components, each a table";
    fired: Tables<FiredDraft> [else "none" only ["incident"]] "what monitoring reported, each alert a table; `allclear alert` writes it";
}

described! {
    /// One `[[outages]]` table.
    pub OutageDraft at span, hints [("started", "a window begins at `from`"), ("ended", "a window ends at `to`")];
    component: Text [required] "the component's `id`";
    state: State [required] "its state in this window";
    from: Time [required] "the first second of the window";
    to: Time [else "the end of the incident"] "the first second after it";
}

described! {
    /// One `[[fired]]` table.
    pub FiredDraft, hints [];
    id: Text [required] "the alert's fingerprint";
    component: Text [required] "the component's `id`";
    state: State [required] "the component's state while the alert fires";
    from: Time [required] "when the alert began to fire";
    to: Time [else "it still fires"] "when it was over";
    gone: Time [else "`to`"] "when monitoring named it no more, where it said no end";
}

described! {
    /// One `[[follow_ups]]` table.
    pub FollowUpDraft, hints [];
    text: Text [required] "what is to be done";
    owner: Text [else "none"] "who does it; a team reads better than a name";
    due: Day [else "none"] "by when. An open one past its day gives a warning";
    done: Done [toml "false"] "when it was done; `true` if the day is not known";
}

described! {
    /// The front matter of an extra page.
    pub PageFront, hints [];
    title: Line [required] "the page's title";
    nav: Flag [= true] "whether the navigation of every page names it";
    weight: Integer<-1_000_000, 1_000_000> [= 0] "its place in the navigation: small numbers first, then by title";
    aliases: Texts [toml "[]"] "old addresses, each of which becomes a page that leads here";
    edited: Time [else "none"] "when it was last edited";
    draft: Flag [= false] "a draft is in no output at all";
}

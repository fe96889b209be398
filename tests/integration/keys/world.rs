//! Made-up sites, and edits of them: what authors change, and how the clock goes on.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use allclear::source::{Entry, Handle, Snapshot, SourcePath};
use allclear::time::Instant;

use crate::kills::Dice;

/// 2025-10-01T00:00:00Z.
const FIRST_SECS: i64 = 1_759_276_800;

/// 2026-01-01T00:00:00Z, when lists by year begin another one.
const NEW_YEAR_SECS: i64 = FIRST_SECS + 92 * 86_400;

const STATES: [&str; 5] =
    ["operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"];

/// A site and the clock.
#[derive(Clone)]
pub(super) struct World {
    pub(super) now: Instant,
    settings: BTreeMap<&'static str, String>,
    components: Vec<Component>,
    reports: Vec<Report>,
    /// Other files by path: pages, recorded downtime, pictures, the theme.
    others: BTreeMap<String, String>,
    /// A number for every new name.
    next: u64,
}

#[derive(Clone)]
struct Component {
    name: String,
    keys: BTreeMap<&'static str, String>,
}

#[derive(Clone)]
struct Report {
    is_maintenance: bool,
    slug: String,
    /// Values of keys other than `components`, in TOML.
    keys: BTreeMap<&'static str, String>,
    components: BTreeMap<usize, &'static str>,
    /// Minutes since [`FIRST_SECS`].
    began: i64,
    updates: Vec<Update>,
    postmortem: Option<String>,
}

#[derive(Clone)]
struct Update {
    status: &'static str,
    /// Minutes after the report's beginning.
    after: i64,
    state: Option<(usize, &'static str)>,
    words: String,
}

fn time(minutes: i64) -> String {
    Instant::from_epoch_secs(FIRST_SECS + minutes * 60).to_string()
}

impl World {
    pub(super) fn new(dice: &mut Dice) -> Self {
        let component = |ix: usize| {
            let since = [("since", "2025-09-20".to_owned()), ("group", format!("\"g{}\"", ix % 2))];
            Component { name: format!("Part {ix}"), keys: since.into() }
        };
        let settings =
            [("title", "\"Status\"".to_owned()), ("base_url", "\"https://status.example.org/\"".to_owned())];
        let mut world = Self {
            now: Instant::from_epoch_secs(FIRST_SECS + 120 * 86_400),
            settings: settings.into(),
            components: (0..3).map(component).collect(),
            reports: Vec::new(),
            others: BTreeMap::new(),
            next: 0,
        };
        world.others.insert("content/pages/about.md".to_owned(), page("About", &world.text(dice)));
        (0..5).for_each(|_| world.add_report(dice));
        world
    }

    /// The files, those that are as before shared with `last`.
    pub(super) fn snapshot(&self, last: &Snapshot) -> Snapshot {
        let mut files = self.others.clone();
        files.insert("site.toml".to_owned(), self.site_toml());
        for report in &self.reports {
            let folder = if report.is_maintenance { "maintenance" } else { "incidents" };
            files.insert(format!("content/{folder}/{}.md", report.slug), report.text());
        }
        let entry = |(path, text): (String, String)| {
            let path = SourcePath::new(&path);
            let entry = match last.files.get(&path) {
                Some(Entry::Bytes(bytes)) if **bytes == *text.as_bytes() => Entry::Bytes(Arc::clone(bytes)),
                _ if path.as_str().ends_with(".png") => Entry::File(Handle::new(path.clone(), 1, 1)),
                _ => Entry::Bytes(Arc::from(text.into_bytes())),
            };
            (path, entry)
        };
        Snapshot { files: files.into_iter().map(entry).collect() }
    }

    fn site_toml(&self) -> String {
        let mut text = String::new();
        for (key, value) in &self.settings {
            writeln!(text, "{key} = {value}").unwrap();
        }
        text.push_str("[checks]\ndead-link = \"off\"\noutside-life = \"off\"\n");
        text.push_str("[[groups]]\nid = \"g0\"\nname = \"Zero\"\n[[groups]]\nid = \"g1\"\nname = \"One\"\n");
        for (ix, component) in self.components.iter().enumerate() {
            writeln!(text, "[[components]]\nid = \"c{ix}\"\nname = \"{}\"", component.name).unwrap();
            for (key, value) in &component.keys {
                writeln!(text, "{key} = {value}").unwrap();
            }
        }
        text
    }

    /// Words with links to what is there, what is not and what may come.
    fn text(&self, dice: &mut Dice) -> String {
        let slug = match self.reports.len() as u64 {
            0 => "r0".to_owned(),
            count if dice.below(3) > 0 => self.reports[dice.below(count) as usize].slug.clone(),
            _ => format!("r{}", self.next + dice.below(2)),
        };
        let (number, picture) = (dice.below(1_000), dice.below(3));
        match dice.below(16) {
            0 => format!("See [it]({slug}.md)."),
            1 => format!("See [it](/incidents/{slug}/) and [that](/maintenance/{slug}/)."),
            2 => format!("See [why]({slug}.md#cause) and [this](../maintenance/{slug}.md#_postmortem)."),
            3 => format!("![A picture](p{picture}.png) of {number}."),
            4 => format!("An <img src=\"p{picture}.png\" alt=\"picture\"> of {number}."),
            5 => format!("By [reference][it].\n\n[it]: {slug}.md \"{number}\""),
            6 => "See [the month](/history/2025-12/) and [the year](/uptime/2024/).".to_owned(),
            7 => "See [us](/about/), [them](../pages/them.md) and [it](/components/c1/2024/).".to_owned(),
            8 => format!("A note[^1].\n\n[^1]: See [it](/incidents/{slug}/#cause)."),
            9 => format!("### Cause\n\nSee [below](#cause) or [there](#gone), {number}."),
            10 => format!("| a | b |\n|---|---|\n| {number} | [it]({slug}.md) |"),
            11 => format!("See [a postmortem]({slug}.md#postmortem) and [an old one](/old/{slug}/)."),
            _ => format!("Words, {number} of them."),
        }
    }

    fn add_report(&mut self, dice: &mut Dice) {
        let is_maintenance = dice.below(4) == 0;
        let began = (dice.below(125 * 24) * 60 + dice.below(60)) as i64;
        let mut report = Report {
            is_maintenance,
            slug: format!("r{}", self.next),
            keys: BTreeMap::from([("title", format!("\"Report {}\"", dice.below(1_000)))]),
            components: BTreeMap::new(),
            began,
            updates: Vec::new(),
            postmortem: None,
        };
        self.next += 1;
        if dice.below(2) == 0 {
            report.keys.insert("tags", tags(dice));
        }
        let count = self.components.len() as u64;
        for _ in 0..dice.below(3) {
            let state = if is_maintenance { STATES[4] } else { STATES[1 + dice.below(3) as usize] };
            report.components.insert(dice.below(count) as usize, state);
        }
        let last = 60 + dice.below(5_000) as i64;
        let statuses: [(&'static str, i64); 2] = match is_maintenance {
            true => [("Scheduled", -300), ("Completed", last)],
            false => [("Investigating", 0), ("Resolved", last)],
        };
        let is_open = dice.below(6) == 0;
        for (status, after) in statuses.into_iter().take(if is_open { 1 } else { 2 }) {
            report.updates.push(Update { status, after, state: None, words: self.text(dice) });
        }
        if !is_maintenance && dice.below(2) == 0 {
            report.postmortem =
                Some(format!(", {}\n\n### Cause\n\n{}", time(began + last + 900), self.text(dice)));
        }
        self.reports.push(report);
    }

    /// Changes one thing; tells what. `next_change` is the site's.
    pub(super) fn edit(&mut self, dice: &mut Dice, next_change: Instant) -> &'static str {
        let words = self.text(dice);
        let count = self.reports.len() as u64;
        match dice.below(24) {
            0 => {
                self.change_setting(dice);
                "a setting"
            }
            1 => {
                self.change_component(dice);
                "a component"
            }
            2 => {
                self.change_other(dice, &words);
                "another file"
            }
            3 => {
                self.change_theme(dice);
                "the theme"
            }
            4..=8 => {
                self.now = match dice.below(9) {
                    0 => next_change,
                    1 => next_change.plus_secs(-1),
                    2 => next_change.plus_secs(3_600),
                    3 => self.now.plus_secs(60 * dice.below(300) as i64),
                    4 => self.now.plus_secs(-60 * dice.below(3_000) as i64),
                    5 => self.now.plus_secs(86_400 * dice.below(40) as i64),
                    6 => self.now.plus_secs(-86_400 * dice.below(40) as i64),
                    7 => Instant::from_epoch_secs(NEW_YEAR_SECS + dice.below(7_200) as i64 - 3_600),
                    _ => self.now.plus_secs(1),
                };
                "the clock"
            }
            9 | 10 if count < 9 => {
                self.add_report(dice);
                "a new report"
            }
            11 if count > 1 => {
                self.reports.remove(dice.below(count) as usize);
                "a report less"
            }
            _ if count > 0 => {
                let slugs: Vec<String> = self.reports.iter().map(|report| report.slug.clone()).collect();
                let parts = self.components.len() as u64;
                let new = format!("r{}", self.next);
                self.next += 1;
                let report = &mut self.reports[dice.below(count) as usize];
                report.edit(dice, (&slugs, &new, parts), words)
            }
            _ => "nothing",
        }
    }

    fn change_setting(&mut self, dice: &mut Dice) {
        let text = |text: &str| format!("\"{text}\"");
        let (key, value) = match dice.below(13) {
            0 => ("title", format!("\"Status {}\"", dice.below(9))),
            1 => ("url_style", text(["file", "directory"][dice.below(2) as usize])),
            2 => ("uptime.days", (30 + dice.below(90)).to_string()),
            3 => ("feeds.entries", (1 + dice.below(9)).to_string()),
            4 => ("noindex", (dice.below(2) == 0).to_string()),
            5 => {
                ("time_zone", text(["Etc/UTC", "Europe/Berlin", "Pacific/Auckland"][dice.below(3) as usize]))
            }
            6 => ("edit_url", text(["", "https://forge.example.org/edit/"][dice.below(2) as usize])),
            7 => ("markdown.raw_html", (dice.below(2) == 0).to_string()),
            8 => ("uptime.weights.degraded_performance", dice.below(50).to_string()),
            9 => ("base_url", text(["https://a.test/x/", "https://b.test/"][dice.below(2) as usize])),
            10 => ("stale_after", text(["1d", "3d"][dice.below(2) as usize])),
            11 => ("language", text(["en", "de", "ar"][dice.below(3) as usize])),
            _ => ("feeds.tag_date", text(["2024", "2026-02-03"][dice.below(2) as usize])),
        };
        self.settings.insert(key, value);
    }

    fn change_component(&mut self, dice: &mut Dice) {
        let count = self.components.len() as u64;
        let component = &mut self.components[dice.below(count) as usize];
        let (key, value) = match dice.below(6) {
            0 => {
                component.name = format!("Part {}", dice.below(1_000));
                return;
            }
            1 => ("group", format!("\"g{}\"", dice.below(2))),
            2 => ("since", ["2023-05-05", "2025-01-01", "2025-12-24"][dice.below(3) as usize].to_owned()),
            3 => ("retired", ["2026-01-20", "2026-03-01"][dice.below(2) as usize].to_owned()),
            4 => ("show_uptime", (dice.below(3) > 0).to_string()),
            _ => ("description", format!("\"It is {}.\"", dice.below(9))),
        };
        if component.keys.contains_key(key) && dice.below(2) == 0 {
            component.keys.remove(key);
        } else {
            component.keys.insert(key, value);
        }
    }

    /// Pages, recorded days and pictures.
    fn change_other(&mut self, dice: &mut Dice, words: &str) {
        let (path, text) = match dice.below(8) {
            0 => ("content/pages/about.md".to_owned(), page("About", words)),
            1 => {
                let front = ["nav = true\n", "nav = false\nweight = 3\n", ""][dice.below(3) as usize];
                let text = format!("+++\ntitle = \"Them\"\n{front}+++\n\n{words}\n");
                ("content/pages/them.md".to_owned(), text)
            }
            2..=4 => {
                let head = "date,degraded_performance,partial_outage,major_outage,under_maintenance\n";
                let day = |_| {
                    let (month, day) = (1 + dice.below(12), 1 + dice.below(28));
                    (format!("2025-{month:02}-{day:02}"), dice.below(9_000), dice.below(90_000))
                };
                let days: BTreeMap<String, (u64, u64)> =
                    (0..4).map(day).map(|(day, a, b)| (day, (a, b))).collect();
                let rows: String = days.iter().map(|(day, (a, b))| format!("{day},0,{a},{b},7\n")).collect();
                (format!("content/downtime/c{}.csv", dice.below(3)), format!("{head}{rows}"))
            }
            _ => (format!("content/incidents/p{}.png", dice.below(3)), String::new()),
        };
        let is_there = self.others.contains_key(&path);
        if is_there && (dice.below(3) == 0 || path.ends_with(".png")) {
            self.others.remove(&path);
        } else {
            self.others.insert(path, text);
        }
    }

    fn change_theme(&mut self, dice: &mut Dice) {
        let number = dice.below(9);
        let (path, text) = match dice.below(3) {
            0 => ("static/feed.css", format!("/* {number} */")),
            1 => ("i18n/en.ftl", format!("history = The past {number}\n")),
            _ => (
                "templates/redirect.html",
                format!("<!doctype html>\n<a href=\"{{{{ root }}}}\">{number}</a>"),
            ),
        };
        let path = format!("themes/default/{path}");
        if self.others.remove(&path).is_none() {
            self.others.insert(path, text);
        }
    }
}

fn tags(dice: &mut Dice) -> String {
    ["[\"t0\"]", "[\"t1\"]", "[\"t0\", \"t2\"]"][dice.below(3) as usize].to_owned()
}

fn page(title: &str, words: &str) -> String {
    format!("+++\ntitle = \"{title}\"\n+++\n\n{words}\n")
}

impl Report {
    fn text(&self) -> String {
        let mut text = "+++\n".to_owned();
        for (key, value) in &self.keys {
            writeln!(text, "{key} = {value}").unwrap();
        }
        let component = |(ix, state): (&usize, &&str)| format!("c{ix} = \"{state}\"");
        let components: Vec<String> = self.components.iter().map(component).collect();
        writeln!(text, "components = {{ {} }}", components.join(", ")).unwrap();
        if self.is_maintenance {
            let (from, to) = (time(self.began), time(self.began + 240));
            writeln!(text, "from = {from}\nto = {to}").unwrap();
        }
        if let Some(follow_ups) = self.keys.get("tags").map(|_| "[[follow_ups]]\ntext = \"Do it\"\n") {
            writeln!(text, "{follow_ups}due = 2026-01-10\ndone = {}", &time(self.began + 9_000)[..10])
                .unwrap();
        }
        text.push_str("+++\n\n");
        for update in &self.updates {
            writeln!(text, "## {}, {}", update.status, time(self.began + update.after)).unwrap();
            if let Some((ix, state)) = update.state {
                writeln!(text, "c{ix}: {state}").unwrap();
            }
            writeln!(text, "\n{}\n", update.words).unwrap();
        }
        if let Some(postmortem) = &self.postmortem {
            writeln!(text, "# Postmortem{postmortem}").unwrap();
        }
        text
    }

    fn edit(
        &mut self,
        dice: &mut Dice,
        (slugs, new, parts): (&[String], &str, u64),
        words: String,
    ) -> &'static str {
        let other = slugs[dice.below(slugs.len() as u64) as usize].clone();
        let place = dice.below(self.updates.len().max(1) as u64) as usize;
        match dice.below(12) {
            0 => {
                self.keys.insert("title", format!("\"Title {}\"", dice.below(1_000)));
                "a title"
            }
            1 => {
                if dice.below(2) == 0 {
                    self.keys.insert("aliases", format!("[\"/old/{}/\"]", self.slug));
                }
                self.slug = new.to_owned();
                "a slug"
            }
            2 => {
                self.began += dice.below(4_000) as i64 - 2_000;
                "a report's times"
            }
            3 => {
                let state = if self.is_maintenance { STATES[4] } else { STATES[dice.below(4) as usize] };
                let ix = dice.below(parts) as usize;
                if self.components.remove(&ix).is_none() {
                    self.components.insert(ix, state);
                }
                "a report's components"
            }
            4 => {
                self.change_key(dice, &other);
                "a report's facts"
            }
            5 => {
                let at = time(self.began + dice.below(9_000) as i64);
                let at =
                    ["".to_owned(), format!(", {at}"), ", draft".to_owned()][dice.below(3) as usize].clone();
                let text = Some(format!("{at}\n\n### Cause\n\n{words}"));
                self.postmortem = text.filter(|_| dice.below(4) > 0);
                "a postmortem"
            }
            6 | 7 => {
                let Some(update) = self.updates.get_mut(place) else { return "nothing" };
                update.words = words;
                "an update's words"
            }
            8 => {
                let Some(update) = self.updates.get_mut(place) else { return "nothing" };
                update.state = Some((dice.below(parts) as usize, STATES[dice.below(5) as usize]));
                "an update's state"
            }
            9 => {
                let Some(update) = self.updates.get_mut(place) else { return "nothing" };
                update.after += dice.below(600) as i64 - 200;
                "an update's time"
            }
            10 => {
                self.updates.pop();
                "an update less"
            }
            _ => {
                let after = self.updates.last().map_or(0, |last| last.after) + 1 + dice.below(600) as i64;
                let statuses = match self.is_maintenance {
                    true => ["In progress", "Verifying", "Completed", "Cancelled", "Update"],
                    false => ["Identified", "Monitoring", "Update", "Resolved", "Investigating"],
                };
                let status = statuses[dice.below(5) as usize];
                self.updates.push(Update { status, after, state: None, words });
                "a new update"
            }
        }
    }

    fn change_key(&mut self, dice: &mut Dice, other: &str) {
        let at = time(self.began + dice.below(9_000) as i64 - 60);
        let (key, value) = match (dice.below(9), self.is_maintenance) {
            (0, _) => ("after", format!("\"{other}\"")),
            (1, _) => ("edited", at),
            (2, false) => ("detected", at),
            (3, false) => ("ended", at),
            (4, false) => ("impact", ["\"none\"", "\"critical\""][dice.below(2) as usize].to_owned()),
            (3 | 4, true) => ("automatic", (dice.below(2) == 0).to_string()),
            (5, _) => ("tags", tags(dice)),
            (6, _) => ("id", format!("\"{}-x{}\"", self.slug, dice.below(3))),
            (7, _) => ("draft", (dice.below(2) == 0).to_string()),
            _ => ("keys", format!("[\"k-{}\"]", self.slug)),
        };
        if self.keys.remove(key).is_none() || dice.below(2) == 0 {
            self.keys.insert(key, value);
        }
    }
}

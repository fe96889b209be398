//! cState: a Hugo site with its systems in the configuration and an issue per file.
//!
//! Source: <https://github.com/cstate/cstate>, its theme and its example site.

use std::collections::{BTreeMap, BTreeSet};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::import::cstate::config::Config;
use crate::import::cstate::source::{ISSUES, Source};
use crate::import::existing::ExistingSite;
use crate::import::history::{History, Site};
use crate::import::lives;
use crate::import::log::{Finding, ImportLog};
use crate::time::Zone;

mod config;
mod course;
mod issue;
mod label;
mod messages;
mod planned;
mod shortcodes;
mod source;

/// The history of a site's files, by their paths in its folder. Times without a zone are read in `zone`, else in the
/// configuration's, else in UTC, as Hugo does.
pub fn history(files: &BTreeMap<String, Vec<u8>>, zone: Option<Zone>, existing: &ExistingSite) -> History {
    let mut history = History::default();
    // It is said already, and site.toml gains no feeds of such a folder.
    if files.is_empty() {
        return history;
    }
    let config = config::read(files, &mut history.log);
    let zone = zone.or(config.zone).unwrap_or(Zone::UTC);
    history.site = site(&config);
    if config.base_url.is_empty() {
        let text = "line 1: there is no `baseURL`: entries of feeds cannot keep their ids, and links within the site are text";
        history.log.add(Finding::Unsettled, &config.path, text);
    }
    let source = Source { config: &config, zone, existing };
    let read = files.par_iter().map(|(path, bytes)| match place(path, files) {
        Place::Issue => issue::read(path, bytes, &source),
        Place::Other(why) => (None, ImportLog::of(Finding::LeftOut, path, why)),
        Place::Nothing => (None, ImportLog::default()),
    });
    for (mut report, mut log) in read.collect::<Vec<_>>() {
        if let Some(report) = &mut report {
            issue::resolve_systems(report, &mut log, &mut history);
        }
        existing.add(report, log, &mut history);
    }
    let listed: BTreeSet<String> = config.systems.iter().map(|system| system.key.clone()).collect();
    lives::set(&mut history, Some(&listed).filter(|listed| !listed.is_empty()), zone);
    since_the_first(&mut history, &source);
    history
}

/// Systems that no report names exist since the first report of all.
fn since_the_first(history: &mut History, source: &Source<'_>) {
    let Some(first) = history.site.components.iter().filter_map(|component| component.since).min() else {
        return;
    };
    let unnamed = history.site.components.iter_mut().filter(|component| component.since.is_none());
    let names: Vec<String> = unnamed
        .map(|component| {
            component.since = Some(first);
            &*component
        })
        .filter(|it| !source.existing.has_component(&it.key, &it.name))
        .map(|it| format!("“{}”", it.name))
        .collect();
    if !names.is_empty() {
        let text =
            format!("no issue affects {}: they count since the first of all, {first}", names.join(", "));
        history.log.add(Finding::Guessed, &source.config.path, text);
    }
}

fn site(config: &Config) -> Site {
    let feeds = [("/index.xml", "history.rss"), ("/issues/index.xml", "history.rss")];
    Site {
        title: config.title.clone(),
        base_url: Some(config.base_url.clone()).filter(|url| !url.is_empty()),
        zone: config.zone,
        groups: config.groups.clone(),
        components: config.systems.clone(),
        old_feeds: feeds.map(|(address, feed)| (address.to_owned(), feed.to_owned())).into(),
        ..Site::default()
    }
}

enum Place {
    Issue,
    /// Not imported, and why.
    Other(&'static str),
    Nothing,
}

fn place(path: &str, files: &BTreeMap<String, Vec<u8>>) -> Place {
    let name = path.rsplit('/').next().unwrap_or_default();
    if !path.starts_with("content/") || name.starts_with('.') {
        return Place::Nothing;
    }
    let is_markdown = name.ends_with(".md") || name.ends_with(".markdown");
    let stem = name.split('.').next().unwrap_or_default();
    if !path.starts_with(ISSUES) {
        return Place::Other(match path.starts_with("content/affected/") {
            true => {
                "the text of a system's page has no place here: `description` in site.toml has one sentence"
            }
            false => "this is no issue: write it anew in `content/pages/` where it is still needed",
        });
    }
    if stem == "_index" {
        return Place::Nothing;
    }
    let language = name.strip_suffix(".md").and_then(|name| name.rsplit_once('.'));
    let is_translation = language.is_some_and(|(first, language)| {
        let folder = &path[..path.len() - name.len()];
        language.len() == 2 && files.contains_key(&format!("{folder}{first}.md"))
    });
    match (is_markdown, is_translation) {
        (_, true) => Place::Other("translations are not built yet"),
        (true, _) => Place::Issue,
        (false, _) => Place::Other("this is no Markdown: copy it beside the report that needs it"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::history;
    use crate::import::existing::ExistingSite;
    use crate::import::fate::{Destination, Mode};
    use crate::import::log::Finding;
    use crate::import::record::Record;
    use crate::import::write;
    use crate::time::Zone;

    const CONFIG: &str = "title: Lumen\nbaseURL: https://status.lumen.test/\nparams:\n  categories:\n    - name: Core\n    - name: hidden\n      untitled: true\n  systems:\n    - name: Web\n      category: hidden\n    - name: API\n      description: What *apps* call\n      category: Core\n";

    /// The report of an issue, and what the log says but of files made.
    fn imported(name: &str, issue: &str) -> (String, Vec<String>) {
        let files: BTreeMap<String, Vec<u8>> = [
            ("config.yml".to_owned(), CONFIG.as_bytes().to_vec()),
            (format!("content/issues/{name}.md"), issue.as_bytes().to_vec()),
        ]
        .into();
        let existing = ExistingSite::default();
        let record = Record::default();
        let destination = Destination {
            existing: &existing,
            record: &record,
            kind: "cstate",
            mode: Mode::Add,
            zone: Zone::UTC,
        };
        let written = write::files(&history(&files, None, &existing), &destination);
        let entries = written.log.entries.into_iter();
        let entries = entries.filter(|entry| entry.finding != Finding::Made && entry.source != "config.yml");
        let log = entries.map(|entry| format!("{:?}: {}", entry.finding, entry.text)).collect();
        (written.files.into_values().next().unwrap_or_default(), log)
    }

    #[track_caller]
    fn check(issue: &str, expected: &str, expected_log: &[&str]) {
        let (text, log) = imported("2024-05-01-API-fails", issue);
        let text = text.replace("aliases = [\"/issues/2024-05-01-api-fails/\"]\nid = \"2024-05-01-api-fails\"\nfeed_id = \"https://status.lumen.test/issues/2024-05-01-api-fails/\"\n", "IDS\n");
        assert_eq!(text, expected, "{issue}");
        assert_eq!(log, expected_log, "{issue}");
    }

    #[test]
    fn messages_with_times_become_updates() {
        check(
            "---\ntitle: API fails\ndate: 2024-05-01T9:06:00+02:00\nresolved: True\nresolvedWhen: 2024-05-01 10:00:00\nseverity: down\naffected: [API, web]\nsection: issue\n---\n# Summary\n\n*Resolved* - Up.\nAgain. {{< track \"2024-05-01 10:05:00\" >}}\n\n_Monitoring_ - 09:30\n\nA `{{fix}}`.\n\n*Update* - no time\n\n*Investigating* - Down.\n",
            "+++\ntitle = \"API fails\"\ncomponents = { api = \"major_outage\", web = \"major_outage\" }\nended = 2024-05-01 10:00:00Z\nIDS\n+++\n\n## Investigating, 2024-05-01 07:06:00Z\n\nDown.\n\n## Monitoring, 2024-05-01 09:30:00Z\n\n**Update**\n\nno time\n\nA `{{fix}}`.\n\n## Resolved, 2024-05-01 10:05:00Z\n\nUp.\nAgain.\n\n### Summary\n",
            &[
                "Guessed: without a certain time: “Update”, “text without a label”; the update after it has the text",
                "Guessed: the system `web` is “Web”",
            ],
        );
    }

    #[test]
    fn plain_text_is_one_update_and_the_end_another() {
        check(
            "---\ntitle: \"API fails\"\ndate: \"2024-05-01 09:00\"\nresolved: 'true'\nresolvedWhen: \"2024-05-01T012:00:00\"\nseverity: disrupted\naffected:\n  - API\nsection: issue\npriority: 1\n---\n\n[a] ![b](/c.png)\n\n[a]: /issues/other/\n",
            "+++\ntitle = \"API fails\"\ncomponents = { api = \"partial_outage\" }\nIDS\n+++\n\n## Investigating, 2024-05-01 09:00:00Z\n\n[a](<https://status.lumen.test/issues/other/>) [b](<https://status.lumen.test/c.png>)\n\n## Resolved, 2024-05-01 12:00:00Z\n",
            &["LeftOut: line 10: the key `priority` is left out"],
        );
    }

    #[test]
    fn a_maintenance_is_recognised() {
        check(
            "---\ntitle: Maintenance of the API\ndate: 2024-05-01 09:00 UTC\nresolved: true\nresolvedWhen: 2024-05-01 10:00 UTC\nseverity: down\naffected: API\nsection: issue\n---\n[Final message]\nDone.\n\n[Initial message]\nPlanned.\n",
            "+++\ntitle = \"Maintenance of the API\"\nfrom = 2024-05-01 09:00:00Z\nto = 2024-05-01 10:00:00Z\ncomponents = [\"api\"]\nIDS\n+++\n\n## Scheduled, 2024-05-01 09:00:00Z\n\nPlanned.\n\n## Completed, 2024-05-01 10:00:00Z\n\nDone.\n",
            &[
                "Guessed: “maintenance” in the title makes it a maintenance; its systems are under maintenance, not `down`",
            ],
        );
    }

    #[test]
    fn what_is_missing_or_wrong_is_said() {
        check(
            "---\ntitle: API fails\ndate: 2024-05-01 09:00\nresolved: true\nresolvedWhen: 2024-05-01 08:00\nseverity: bad\naffected: [Old]\n---\n\nx {{< note >}}y{{< /note >}}\n",
            "+++\ntitle = \"API fails\"\ncomponents = [\"old\"]\nIDS\n+++\n\n## Investigating, 2024-05-01 09:00:00Z\n\nx y\n\n## Resolved, 2024-05-01 09:00:00Z\n",
            &[
                "Unsettled: line 5: `resolvedWhen` is before `date`: it counts as over at once; correct `ended`",
                "Unsettled: line 10: the shortcode `note` is left out: say by hand what it showed",
                "Unsettled: line 6: the severity `bad` is unknown: the states of its systems are not known",
                "Guessed: the configuration has no system `Old`: a component that is retired",
            ],
        );
        check(
            "---\ntitle: API fails\ndate: 05/01/2024\n---\nx\n",
            "",
            &[
                "Unsettled: line 3: `date`: `05/01/2024` is not a certain time",
                "Unsettled: line 3: “API fails” is left out: add `date` to the issue, then import again",
            ],
        );
        check("---\ntitle: [\n---\n", "", &["Unsettled: line 2: unclosed bracket '['"]);
    }

    #[test]
    fn an_end_before_the_beginning_is_said() {
        let issue = |resolved: &str, text: &str| {
            let front = format!("title: API fails\ndate: 2024-05-01 15:00\nresolved: {resolved}\n");
            imported("a", &format!("---\n{front}---\n{text}\n"))
        };
        let (text, log) = issue("false", "_Resolved_ - 10:33\n\nDone.");
        assert!(text.ends_with("+++\n\n## Resolved, 2024-05-01 15:00:00Z\n\n(10:33) Done.\n"), "{text}");
        assert_eq!(
            log,
            [
                "Unsettled: line 3: “Resolved”, 10:33, says that it was over before `date`: it counts as over at once; correct its time",
                "Unsettled: line 4: `resolved` is false, and a message says that it is over: it counts as over",
            ]
        );
        let (text, log) = issue("true", "_Resolved_ - 16:33\n\nDone.");
        assert!(text.ends_with("+++\n\n## Resolved, 2024-05-01 16:33:00Z\n\nDone.\n"), "{text}");
        assert_eq!(log, ["Guessed: line 4: there is no `resolvedWhen`: it ended when a message says so"]);
        let end = "true\nresolvedWhen: 2024-05-01 16:00";
        let (text, log) = issue(end, "_Resolved_ - 10:33\n\nDone.\n\n_Investigating_ - 15:10\n\nx");
        assert!(
            text.contains("\n## Resolved, 2024-05-01 16:00:00Z\n\n(10:33) Done.\n") && log.len() == 1,
            "{text}{log:?}"
        );
    }

    #[test]
    fn a_file_without_front_matter_tells_what_it_can() {
        check(
            "The API is down.\n",
            "+++\ntitle = \"API fails\"\ncomponents = {}\nIDS\n+++\n\n## Investigating, 2024-05-01 00:00:00Z\n\nThe API is down.\n",
            &[
                "Guessed: this file has no front matter: what is known comes from its name and text",
                "Guessed: there is no `title`: “API fails”, from the file's name",
                "Guessed: there is no `date`: the first moment of the day in the file's name",
            ],
        );
        let (text, log) = imported(
            "2024-05-01-x",
            "title: API fails\ndate: 2024-05-01 09:00\nresolved: false\nseverity: notice\n---\n\nx\n",
        );
        assert!(
            text.contains("## Investigating, 2024-05-01 09:00:00Z\n\nx\n") && log.is_empty(),
            "{text}{log:?}"
        );
    }

    #[test]
    fn an_informational_post_is_over_at_once() {
        check(
            "---\ntitle: News\ndate: 2024-05-01 09:00\ninformational: true\nsection: issue\n---\nx\n",
            "+++\ntitle = \"News\"\ncomponents = {}\nimpact = \"none\"\nIDS\n+++\n\n## Investigating, 2024-05-01 09:00:00Z\n\nx\n\n## Resolved, 2024-05-01 09:00:00Z\n",
            &["Guessed: an informational post is an incident without impact that is over at once"],
        );
    }
}

//! `allclear export`: the content as Statuspage's API v2 has it, and incidents of a Statuspage that came in and go out again.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, allclear, read_files, write_files};

const NOW: &str = "2024-06-01T00:00:00Z";

const SITE: &str = "title = \"Lumen status\"\nbase_url = \"https://status.lumen.test/\"\n\n[[components]]\nid = \"api\"\nname = \"API\"\nsince = 2024-01-01\n";

const REPORT: &str =
    "+++\ntitle = \"Slow\"\ncomponents = [\"api\"]\n+++\n\n## Investigating, 2024-04-16 10:00\n\nWords.\n";

/// A site with a report and a draft.
fn site() -> TempDir {
    let folder = TempDir::new().unwrap();
    let draft = REPORT.replacen("title", "draft = true\ntitle", 1);
    let files = [
        ("site/site.toml", SITE),
        ("site/content/incidents/slow.md", REPORT),
        ("site/content/incidents/secret.md", &draft),
    ];
    write_files(folder.path(), &files);
    folder
}

fn export(folder: &Path, to: &str, more: &[&str]) -> Ran {
    let to = folder.join(to);
    let args = [&["export", "statuspage", to.to_str().unwrap(), "--now", NOW], more].concat();
    allclear(&folder.join("site"), &args)
}

#[test]
fn an_export_is_the_sites_own_api_and_is_brought_up_to_date() {
    let folder = site();
    let out = folder.path().join("out");
    let site = folder.path().join("site");
    export(folder.path(), "out", &[]).ended(0).saying("wrote 5 of 5 files");
    let exported = shown_files(&out);
    let names: Vec<&str> = exported.keys().map(String::as_str).collect();
    let lists = ["components.json", "incidents.json", "incidents/slow.json"];
    assert_eq!(names, [&lists[..], &["scheduled-maintenances.json", "summary.json"]].concat());
    allclear(&site, &["build", "--now", NOW]).ended(0);
    for (path, bytes) in &exported {
        assert_eq!(fs::read(site.join("public/api/v2").join(path)).unwrap(), *bytes, "{path}");
    }
    export(folder.path(), "out", &[]).ended(0).saying("wrote 0 of 5 files");
    export(folder.path(), "out", &["--drafts"]).ended(0).saying("of 6 files");
    assert!(out.join("incidents/secret.json").exists());
    fs::remove_file(site.join("content/incidents/slow.md")).unwrap();
    export(folder.path(), "out", &[]).ended(0);
    assert!(!out.join("incidents/slow.json").exists() && !out.join("incidents/secret.json").exists());
}

#[test]
fn a_folder_of_others_is_refused_and_stays_as_it_is() {
    let folder = site();
    let site = folder.path().join("site");
    allclear(&site, &["build", "--now", NOW]).ended(0);
    write_files(folder.path(), &[("mine/notes.txt", "mine")]);
    let before = read_files(folder.path());
    for (to, why) in [
        ("mine", "holds files, and no build has written there"),
        ("site/public", "is the output of a build"),
        ("site/content/x", "lies in `content`"),
        ("site", "contains the files of the site"),
    ] {
        export(folder.path(), to, &[]).failed(why);
    }
    assert_eq!(read_files(folder.path()), before);
}

#[test]
fn content_with_errors_is_not_exported() {
    let folder = site();
    write_files(folder.path(), &[("site/content/incidents/slow.md", "+++\ntitel = 1\n+++\n")]);
    export(folder.path(), "out", &[]).ended(1).saying("unknown-key");
    assert!(!folder.path().join("out").exists());
}

/// The files but for hidden ones.
fn shown_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = read_files(folder);
    files.retain(|path, _| !path.starts_with('.'));
    files
}

/// The fields in which an incident that was imported and exported differs from the original. docs/migrating.md says why.
const DIFFERENT: [&str; 15] = [
    "components[].created_at",
    "components[].position",
    "components[].start_date",
    "components[].updated_at",
    "created_at",
    "incident_updates[].affected_components",
    "incident_updates[].body",
    "incident_updates[].created_at",
    "incident_updates[].custom_tweet",
    "incident_updates[].deliver_notifications",
    "incident_updates[].tweet_id",
    "incident_updates[].updated_at",
    "postmortem's id",
    "reminder_intervals",
    "updated_at",
];

#[test]
fn the_guide_gives_a_reason_for_each_field_that_differs() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/migrating.md");
    let guide = fs::read_to_string(guide).unwrap();
    let (_, table) = guide.split_once("differs from the Statuspage it came from").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let told: BTreeSet<&str> = rows.map(|(field, _)| field).collect();
    assert_eq!(told, DIFFERENT.into_iter().collect());
}

/// Fixtures hold the shapes of real incidents. `ALLCLEAR_TEST_STATUSPAGE` names a folder of others, which are compared then.
#[test]
fn incidents_that_came_in_go_out_as_they_were() {
    let fixtures = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/statuspage");
    let source = env::var("ALLCLEAR_TEST_STATUSPAGE").map_or_else(|_| fixtures(), PathBuf::from);
    let folder = TempDir::new().unwrap();
    let site = folder.path().join("site");
    write_files(&site, &[("site.toml", "title = \"Lumen\"\nbase_url = \"https://status.lumen.test/\"\n")]);
    let import = ["import", "statuspage", source.to_str().unwrap()];
    let imported = allclear(&site, &import).ended(0);
    println!("{}", imported.stdout);
    allclear(&site, &["check", "--now", NOW]).ended(0);
    export(folder.path(), "out", &[]).ended(0);
    let mut count = 0;
    let mut wrong = Vec::new();
    for text in read_files(&source).into_values() {
        let body: Value = serde_json::from_slice(&text).unwrap();
        let Some(id) = body["incident"]["id"].as_str() else { continue };
        let exported = fs::read(folder.path().join(format!("out/incidents/{id}.json"))).unwrap();
        let exported: Value = serde_json::from_slice(&exported).unwrap();
        let fields = differences(&body["incident"], &exported["incident"]);
        println!("{id}: {}", fields.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
        wrong.extend(
            problems(&body["incident"], &exported["incident"]).into_iter().map(|why| format!("{id}: {why}")),
        );
        wrong.extend(
            fields
                .iter()
                .filter(|field| !DIFFERENT.contains(&field.as_str()))
                .map(|it| format!("{id}: {it}")),
        );
        count += 1;
    }
    assert!(count > 10 && wrong.is_empty(), "{count} incidents: {wrong:#?}");
}

/// The names of fields with other values. A component is compared with the one of its id, an update with the one of its id.
fn differences(original: &Value, exported: &Value) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for (key, value) in original.as_object().unwrap() {
        match key.as_str() {
            "incident_updates" => differences_of(key, value, &exported[key], &mut fields),
            "components" => differences_of(key, value, &exported[key], &mut fields),
            _ if same(key, value, &exported[key]) => {}
            _ => drop(fields.insert(key.clone())),
        }
    }
    fields
}

fn differences_of(list: &str, original: &Value, exported: &Value, fields: &mut BTreeSet<String>) {
    let others = by_id(exported);
    for (id, item) in by_id(original) {
        let Some(other) = others.get(id) else {
            let is_postmortem = item["status"] == "postmortem";
            fields.insert(if is_postmortem { "postmortem's id".to_owned() } else { format!("{list}[].id") });
            continue;
        };
        let differing =
            item.as_object().unwrap().iter().filter(|(key, value)| !same(key, value, &other[*key]));
        fields.extend(differing.map(|(key, _)| format!("{list}[].{key}")));
    }
}

/// Whether two values are the same; times to the second.
fn same(key: &str, one: &Value, other: &Value) -> bool {
    let is_time = key.ends_with("_at") || key.starts_with("scheduled_");
    match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) if is_time => seconds(one) == seconds(other),
        _ => one == other,
    }
}

fn seconds(time: &str) -> &str {
    &time[.."2024-04-16T10:00:00".len()]
}

fn by_id(list: &Value) -> BTreeMap<&str, &Value> {
    list.as_array().unwrap().iter().map(|it| (it["id"].as_str().unwrap(), it)).collect()
}

/// What must be the same although its field may differ: names and ids of components, the beginning, the words of updates
/// and their order.
fn problems(original: &Value, exported: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let mut check = |what: &str, one: Value, other: Value| {
        if one != other {
            problems.push(format!("{what}: {one} became {other}"));
        }
    };
    check("components", named(original).into(), named(exported).into());
    let updates = |incident: &Value| {
        let all = incident["incident_updates"].as_array().unwrap().iter();
        let update = |it: &Value| {
            format!(
                "{} {} {} {}",
                it["id"],
                it["status"],
                seconds(it["display_at"].as_str().unwrap()),
                words(it["body"].as_str().unwrap())
            )
        };
        all.filter(|it| it["status"] != "postmortem").map(update).collect::<Vec<_>>()
    };
    check("updates", updates(original).into(), updates(exported).into());
    let postmortem = |incident: &Value| {
        let all = incident["incident_updates"].as_array().unwrap().iter();
        all.filter(|it| it["status"] == "postmortem")
            .map(|it| words(it["body"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    check("postmortem", postmortem(original).into(), postmortem(exported).into());
    let first = original["incident_updates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["display_at"].as_str().unwrap())
        .min();
    let created = exported["created_at"].as_str().map(seconds);
    let is_kept = created == first.map(seconds)
        || created == original["created_at"].as_str().map(seconds)
        || created == original["started_at"].as_str().map(seconds);
    check("created_at", is_kept.into(), true.into());
    problems
}

/// The components of an incident, with those that only its updates name.
fn named(incident: &Value) -> Vec<String> {
    let mut named = BTreeMap::new();
    for update in incident["incident_updates"].as_array().unwrap() {
        for affected in update["affected_components"].as_array().into_iter().flatten() {
            named.insert(affected["code"].to_string(), affected["name"].to_string());
        }
    }
    let components = incident["components"].as_array().unwrap().iter();
    named.extend(components.map(|it| (it["id"].to_string(), it["name"].to_string())));
    named.into_iter().map(|(id, name)| format!("{id} {name}")).collect()
}

/// The words of a body that readers see.
pub(crate) fn words(body: &str) -> String {
    let body = body.replace("\\r\\n", " ");
    let mut text = String::new();
    let mut rest = body.as_str();
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let name = rest[at + 1..].trim_start_matches('/');
        let is_tag =
            ["p>", "b>", "br", "ul", "ol", "li", "strong", "em", "a ", "a>", "h2", "h3", "h4", "pre", "code"]
                .iter()
                .any(|it| name.starts_with(it));
        let end = if is_tag { rest[at..].find('>').map_or(rest.len(), |end| at + end + 1) } else { at + 1 };
        text.push_str(if is_tag { " " } else { "<" });
        rest = &rest[end..];
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! An import that is killed while it writes (SIGKILL), and what the next one makes of its remains.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::import_folder::{self, SITE, allclear, folder};
use crate::support::{read_files, write_files};

type Files = BTreeMap<String, Vec<u8>>;

/// Incidents of four years, each with an outage, and published seconds that differ from it.
fn body(count: usize) -> Value {
    let update = |status: &str, at: &str, state: &str| {
        json!({ "status": status, "display_at": at, "body": status, "affected_components": [
            { "code": "c1", "name": "API", "new_status": state },
        ] })
    };
    let incident = |number: usize| {
        let day = format!("{}-05-{:02}", 2020 + number % 4, 1 + number % 28);
        let updates = [
            update("resolved", &format!("{day}T11:00:00Z"), "operational"),
            update("investigating", &format!("{day}T10:00:00Z"), "major_outage"),
        ];
        json!({ "id": format!("inc{number}"), "name": format!("Trouble {number}"), "incident_updates": updates })
    };
    let incidents: Vec<Value> = (0..count).map(incident).collect();
    json!({ "components": [{ "id": "c1", "name": "API" }], "incidents": incidents })
}

fn sources(count: usize) -> Vec<(&'static str, String)> {
    let days = json!([{ "date": "2020-05-01", "outages": { "m": 60 } }]);
    let timelines = json!({ "timelines": { "c1": { "component": { "code": "c1" }, "days": days } } });
    vec![("old/body.json", body(count).to_string()), ("old/uptime.json", timelines.to_string())]
}

/// An import that nothing disturbs.
struct Undisturbed {
    sources: Vec<(&'static str, String)>,
    /// The site that it leaves.
    site: Files,
}

impl Undisturbed {
    /// Of so many incidents.
    fn of(count: usize) -> Self {
        let import = Self { sources: sources(count), site: Files::new() };
        let folder = import.sources();
        allclear(folder.path(), &["import", "statuspage", "old"]).ended(0);
        Self { site: read_files(&folder.path().join("site")), ..import }
    }

    /// A folder with the sources and a site to import into.
    fn sources(&self) -> TempDir {
        let sources: Vec<(&str, &str)> =
            self.sources.iter().map(|(path, text)| (*path, text.as_str())).collect();
        folder(&sources)
    }
}

/// Imports again, with or without `--update`: the site is as one that was never disturbed.
#[track_caller]
fn ends_complete(folder: &Path, whole: &Files, what: &str) {
    allclear(folder, &["import", "statuspage", "old", "--update"]).ended(0);
    let site = read_files(&folder.join("site"));
    let mut wrong = String::new();
    for path in site.keys().chain(whole.keys()).filter(|path| site.get(*path) != whole.get(*path)) {
        let text = site.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        writeln!(wrong, "{path}: {text:?}").unwrap();
    }
    assert!(wrong.is_empty(), "{what}: {wrong}");
}

/// Whatever files are in place by then, in the order in which they come: site.toml, the others, the record.
#[test]
fn each_step_of_writing_may_be_the_last() {
    let import = Undisturbed::of(6);
    let whole = &import.site;
    let is_content = |path: &&String| path.starts_with("content/");
    let content: Vec<&String> = whole.keys().filter(is_content).collect();
    assert_eq!(content.len(), 7, "{content:?}");
    for count in 0..=content.len() {
        let folder = import.sources();
        let site = folder.path().join("site");
        let mut done = vec!["site.toml".to_owned()];
        done.extend(content[..count].iter().map(|path| (*path).clone()));
        for path in &done {
            let place = site.join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, &whole[path]).unwrap();
        }
        // What waits beside its place when it ends.
        let next = content.get(count).map(|path| Path::new(path.as_str()).parent().unwrap());
        if let Some(next) = next {
            let half = site.join(next).join(".allclear-new-4711");
            fs::create_dir_all(&half).unwrap();
            fs::write(half.join("0"), "+++\ntit").unwrap();
        }
        // And in a folder whose files are all in place.
        if let Some(last) = count.checked_sub(1) {
            let half = site.join(content[last]).parent().unwrap().join(".allclear-new-4712");
            fs::create_dir_all(&half).unwrap();
            fs::write(half.join(".gitignore"), "*\n").unwrap();
        }
        ends_complete(folder.path(), whole, &format!("{count} files"));
    }
}

/// The process is killed as soon as the file is there that the writing begins with, or one in the midst of it.
#[cfg(unix)]
#[test]
fn a_killed_import_ends_complete_when_it_is_run_again() {
    let import = Undisturbed::of(200);
    let whole = &import.site;
    let signs: [&dyn Fn(&Path) -> bool; 3] = [
        &|site| fs::read_to_string(site.join("site.toml")).unwrap() != SITE,
        &|site| site.join("content/incidents/2020").exists(),
        &|site| site.join("content/incidents/2023").exists(),
    ];
    for (number, sign) in signs.into_iter().enumerate() {
        let folder = import.sources();
        write_files(folder.path(), &[("site/site.toml", SITE)]);
        let mut command: Command =
            import_folder::command(folder.path(), &["import", "statuspage", "old", "--update"]);
        let mut import = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let site = folder.path().join("site");
        while !sign(&site) && import.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        import.kill().unwrap();
        import.wait().unwrap();
        println!("sign {number}: {} of {} files", read_files(&site).len(), whole.len());
        ends_complete(folder.path(), whole, &format!("sign {number}"));
    }
}

//! Components and groups that a person renames after an import, and those of one name.

use std::fs;
use std::path::Path;

use crate::import_folder::{allclear, folder, succeeds};
use crate::support::read_files;

const CSTATE: &str = "title: Lumen\nbaseURL: https://status.lumen.test/\nparams:\n  categories:\n    - name: Core\n    - name: Core\n  \
    systems:\n    - name: API\n      category: Core\n    - name: API\n    - name: Web and Mail\n";

const ISSUE: &str = "---\ntitle: API fails\ndate: 2024-05-01 09:00\nresolved: true\nresolvedWhen: 2024-05-01 10:00\nseverity: down\n\
    affected: [API]\n---\nx\n";

const UPPTIME: &str = "owner: lumen\nrepo: status\nsites:\n  - name: API\n    url: https://api.lumen.test\n  - name: api\n    \
    url: https://www.lumen.test\n";

const SUMMARY: &str = r#"[{"name": "API", "slug": "api", "dailyMinutesDown": {"2024-05-03": 10}}]"#;

const STATUSPAGE: &str = r#"{"components": [{"id": "c1", "name": "API"}], "incidents": [{"id": "a", "name": "x", "incident_updates": [
    {"status": "resolved", "display_at": "2024-05-01T10:00:00Z", "affected_components": [{"code": "c1", "name": "API"}]},
    {"status": "investigating", "display_at": "2024-05-01T09:00:00Z"}]}]}"#;

const TEXT: &str = "Logins fail\nIncident Report for Lumen\nResolved\nOver.\nPosted May 01, 2024 - 10:00 UTC\nInvestigating\nx\n\
    Posted May 01, 2024 - 09:00 UTC\nThis incident affected: Web, API (Read and Write) and Mail.\n";

const MARKDOWN: &str = "---\ntitle: x\ndate: 2024-05-01\nstart: 2024-05-01 09:00\nend: 2024-05-01 10:00\nservices: [API]\n---\nIt hurt.\n";

/// The lines of site.toml that begin with this key.
fn lines(folder: &Path, key: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join("site/site.toml")).unwrap();
    let is_it = |line: &&str| line.split_once(" = ").is_some_and(|(it, _)| it == key);
    text.lines().filter(is_it).map(str::to_owned).collect()
}

/// Imports, gives all components and groups other names, and imports again: nothing changes, and the names are told.
#[track_caller]
fn check(source: &[(&str, &str)], args: &[&str], ids: &[&str]) {
    let site = "title = \"Lumen\"\nbase_url = \"https://status.lumen.test\"\n";
    let folder = folder(&[&[("site/site.toml", site)], source].concat());
    let path = folder.path();
    let args = [&["import"], args].concat();
    let first = allclear(path, &args);
    assert!(first.code < Some(2), "{}", first.stderr);
    let expected: Vec<String> = ids.iter().map(|id| format!("id = \"{id}\"")).collect();
    assert_eq!(lines(path, "id"), expected);
    let toml = path.join("site/site.toml");
    let renamed = fs::read_to_string(&toml).unwrap().replace("\nname = \"", "\nname = \"Our ");
    fs::write(&toml, renamed.replace("\napi_id = ", "\n# api_id = ")).unwrap();
    let before = read_files(&path.join("site"));
    for update in [&[][..], &["--update"]] {
        let again = allclear(path, &[&args[..], update].concat());
        assert!(again.code < Some(2), "{}", again.stderr);
        assert!(read_files(&path.join("site")) == before, "{}\n{:?}", again.stdout, lines(path, "id"));
        let told = format!("`{}` is called “Our ", ids[0]);
        assert!(again.stdout.contains(&told), "{}", again.stdout);
    }
    succeeds(path, &["check", "--now", "2024-12-01T00:00:00Z"]);
}

#[test]
fn what_a_person_renamed_is_no_new_component() {
    check(
        &[("old/config.yml", CSTATE), ("old/content/issues/a.md", ISSUE)],
        &["cstate", "old"],
        &["core", "api", "api-2", "web-and-mail"],
    );
    check(
        &[("old/.upptimerc.yml", UPPTIME), ("old/history/summary.json", SUMMARY)],
        &["upptime", "old"],
        &["api", "api-2"],
    );
    check(&[("old.json", STATUSPAGE)], &["statuspage", "old.json"], &["api"]);
    check(&[("old.txt", TEXT)], &["statuspage-text", "old.txt"], &["api", "web", "read", "write", "mail"]);
    check(&[("old/a.md", MARKDOWN)], &["markdown", "old"], &["api"]);
}

#[test]
fn a_component_that_a_person_deleted_is_made_again() {
    let folder = folder(&[
        ("old/config.yml", CSTATE),
        ("site/site.toml", "title = \"Lumen\"\nbase_url = \"https://a.test\"\n"),
    ]);
    let path = folder.path();
    let import = ["import", "cstate", "old"];
    succeeds(path, &import);
    let toml = path.join("site/site.toml");
    let text = fs::read_to_string(&toml).unwrap();
    let at = text.rfind("[[components]]").unwrap();
    fs::write(&toml, format!("{}\n", text[..at].trim_end())).unwrap();
    succeeds(path, &import);
    assert_eq!(fs::read_to_string(&toml).unwrap(), text);
}

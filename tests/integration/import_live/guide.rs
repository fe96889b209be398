//! The commands of docs/migrating.md, run in order: those for Statuspage against the page on loopback, those for other kinds
//! with a small source each.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{KEY, managed};
use crate::support::{Ran, write_files};

/// Sources of other kinds, under the names that the guide gives them.
const OTHERS: [(&str, &[(&str, &str)]); 4] = [
    (
        "import cstate",
        &[
            (
                "old-status/config.yml",
                "title: Lumen\nparams:\n  systems:\n    - name: API\n      category: Core\n  categories:\n    - name: Core\n",
            ),
            (
                "old-status/content/issues/2024-04-16-slow.md",
                "---\ntitle: Slow\ndate: 2024-04-16T10:00:00Z\nresolved: true\nresolvedWhen: 2024-04-16T11:00:00Z\nseverity: down\naffected:\n  - API\nsection: issue\n---\n\nIt was slow.\n",
            ),
        ],
    ),
    (
        "import upptime",
        &[
            (
                "upptime/.upptimerc.yml",
                "owner: lumen\nrepo: upptime\nsites:\n  - name: API\n    url: https://api.example\n",
            ),
            ("issues.json", "[]"),
            ("comments.json", "[]"),
        ],
    ),
    (
        "import markdown",
        &[("postmortems/2024-04-16-slow.md", "# Slow\n\nDate: 2024-04-16\n\nIt was slow.\n")],
    ),
    (
        "import statuspage-text",
        &[
            ("page.txt", PAGE),
            ("edmonton/page.txt", PAGE),
            (
                "new-york/page.txt",
                "Down\nIncident Report for Lumen\nResolved\nIt is over.\nPosted Apr 16, 2024 - 10:33 EDT\n",
            ),
        ],
    ),
];

const PAGE: &str = "Slow\nIncident Report for Lumen\nResolved\nIt is over.\nPosted Apr 16, 2024 - 10:33 MDT\nInvestigating\n\
    It is slow.\nPosted Apr 16, 2024 - 10:03 MDT\nThis incident affected: API.\n";

/// The blocks of commands.
fn blocks() -> Vec<&'static str> {
    let guide = include_str!("../../../docs/migrating.md");
    guide.split("```sh\n").skip(1).filter_map(|rest| Some(rest.split_once("\n```")?.0)).collect()
}

/// Runs a script.
#[track_caller]
fn run(folder: &Path, script: &str) -> Ran {
    // The server answers those alone who ask for JSON.
    write_files(folder, &[(".curlrc", "header = \"Accept: application/json\"\n")]);
    let programs = Path::new(env!("CARGO_BIN_EXE_allclear")).parent().unwrap().display().to_string();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-exc", script]).current_dir(folder).env("PATH", path).env("CURL_HOME", folder);
    command.env("ALLCLEAR_TEST_PAUSES", "none").env("ALLCLEAR_TEST_CLOCK", "2024-06-03T12:00:00Z");
    Ran::of(command.output().unwrap()).ended(0)
}

#[test]
fn the_commands_of_the_guide_move_a_page() {
    let mut blocks = blocks();
    blocks.retain(|block| OTHERS.iter().all(|(kind, _)| !block.contains(kind)));
    let server = managed().serve();
    let page_id = format!("--page-id pg1 --api-url {}/v1", server.url);
    let script = blocks.join("\n").replace("https://status.example.com", &server.url);
    let script = script.replace("--page-id kctbh9vrtdwd", &page_id).replace("your-key", KEY);
    let folder = TempDir::new().unwrap();
    let ran = run(folder.path(), &script);
    assert!(blocks.len() > 3 && folder.path().join("moving-out/summary.json").exists(), "{}", ran.stderr);
    assert!(folder.path().join("other/content/incidents").exists(), "{}", ran.stdout);
}

#[test]
fn the_commands_of_the_guide_move_other_kinds() {
    for (kind, sources) in OTHERS {
        let of_kind: Vec<&str> = blocks().into_iter().filter(|block| block.contains(kind)).collect();
        assert!(!of_kind.is_empty(), "{kind}");
        let folder = TempDir::new().unwrap();
        write_files(folder.path(), sources);
        // GitHub's own program fetches what stands there already; an import may need a person.
        let lines = of_kind.iter().flat_map(|block| block.lines()).filter(|line| !line.starts_with("gh "));
        let lines = lines.map(|line| match line.contains(" import ") {
            true => format!("{line} || test $? = 1"),
            false => line.to_owned(),
        });
        run(folder.path(), &lines.collect::<Vec<_>>().join("\n"));
    }
}

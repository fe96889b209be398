//! The commands of docs/migrating.md for Statuspage, run in order against the page on loopback.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{KEY, managed};
use crate::support::{Ran, write_files};

/// Kinds of other pages, whose commands need sources of their own.
const OTHERS: [&str; 4] = ["import cstate", "import upptime", "import markdown", "import statuspage-text"];

#[test]
fn the_commands_of_the_guide_move_a_page() {
    let guide = include_str!("../../../docs/migrating.md");
    let blocks = guide.split("```sh\n").skip(1).filter_map(|rest| Some(rest.split_once("\n```")?.0));
    let blocks: Vec<&str> = blocks.filter(|block| OTHERS.iter().all(|kind| !block.contains(kind))).collect();
    let server = managed().serve();
    let page_id = format!("--page-id pg1 --api-url {}/v1", server.url);
    let script = blocks.join("\n").replace("https://status.example.com", &server.url);
    let script = script.replace("--page-id kctbh9vrtdwd", &page_id).replace("your-key", KEY);
    let folder = TempDir::new().unwrap();
    // The server answers those alone who ask for JSON.
    write_files(folder.path(), &[(".curlrc", "header = \"Accept: application/json\"\n")]);
    let programs = Path::new(env!("CARGO_BIN_EXE_allclear")).parent().unwrap().display().to_string();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command
        .args(["-exc", &script])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("CURL_HOME", folder.path());
    command.env("ALLCLEAR_TEST_PAUSES", "none").env("ALLCLEAR_TEST_CLOCK", "2024-06-03T12:00:00Z");
    let ran = Ran::of(command.output().unwrap()).ended(0);
    assert!(blocks.len() > 3 && folder.path().join("moving-out/summary.json").exists(), "{}", ran.stderr);
    assert!(folder.path().join("other/content/incidents").exists(), "{}", ran.stdout);
}

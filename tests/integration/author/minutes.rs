//! The first five minutes, short in the README and long in docs/first-five-minutes.md, are transcripts: their commands are
//! run, and print what is shown.
//!
//! Numbers differ from run to run, since the clock does: any two of them count as the same. A date more or less counts for
//! nothing, since midnight may lie in between; nor do seconds beside minutes, since two commands need not run within one
//! second. `UPDATE_GOLDEN=1` rewrites the outputs.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Desk, binary};

/// A text in which every number is `0`.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' if masked.ends_with('0') => {}
            '0'..='9' => masked.push('0'),
            c => masked.push(c),
        }
    }
    masked.replace("0-0-0 ", "").replace("0 min 0 s", "0 min")
}

/// Lets the components of a site begin before today: what begins ten minutes ago may begin yesterday.
fn age_components(site: &Path) {
    let Ok(text) = fs::read_to_string(site) else { return };
    let line =
        |line: &str| if line.starts_with("since = ") { "since = 2020-01-01" } else { line }.to_owned() + "\n";
    fs::write(site, text.lines().map(line).collect::<String>()).unwrap();
}

/// Runs the lines of a block that begin with `$ ` and puts what each prints below it; `cd` holds for later ones.
fn replay(block: &str, folder: &mut PathBuf) -> String {
    let mut shown = String::new();
    let mut lines = block.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(first) = line.strip_prefix("$ ") else { continue };
        let mut command = first.to_owned();
        let _ = writeln!(shown, "{line}");
        while command.ends_with('\\') {
            let next = lines.next().unwrap();
            let _ = writeln!(shown, "{next}");
            command = format!("{command}\n{next}");
        }
        match command.strip_prefix("cd ") {
            Some(to) => {
                *folder = folder.join(to);
                age_components(&folder.join("site.toml"));
            }
            None => shown.push_str(&run(&command, folder)),
        }
    }
    shown
}

fn run(command: &str, folder: &Path) -> String {
    let path = format!("{}:{}", binary().parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{command}: {text}");
    text
}

#[test]
fn the_first_five_minutes_are_as_shown() {
    check("docs/first-five-minutes.md");
}

#[test]
fn the_readme_is_as_shown() {
    check("README.md");
}

/// Checks the blocks of `console` of a page, one after the other in one folder.
#[track_caller]
fn check(page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let page = fs::read_to_string(&path).unwrap();
    let desk = Desk::with(&[]);
    let mut folder = desk.path().to_owned();
    let mut replayed = String::new();
    let mut rest = page.as_str();
    while let Some((before, block)) = rest.split_once("```console\n") {
        let (block, behind) = block.split_once("```\n").unwrap();
        let _ = write!(replayed, "{before}```console\n{}```\n", replay(block, &mut folder));
        rest = behind;
    }
    replayed.push_str(rest);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &replayed).unwrap();
        return;
    }
    assert_eq!(masked(&replayed), masked(&page), "UPDATE_GOLDEN=1 rewrites {}", path.display());
    for command in ["init", "new", "update", "resolve", "postmortem", "build"] {
        assert!(page.contains(&format!("\n$ allclear {command}")), "{command} is not shown");
    }
}

#[test]
fn masking_keeps_all_but_numbers() {
    assert_eq!(masked("open for 40 min, 2026-11-20 x1y"), "open for 0 min, x0y");
    assert_eq!(masked("It lasted 10 min 1 s."), masked("It lasted 10 min."));
}

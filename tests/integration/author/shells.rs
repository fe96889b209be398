//! Completions load in their shells, and manual pages are sound. The shells and mandoc are installed by tests/run.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::Desk;
use super::help::commands;

/// Runs a tool on a file that a command printed; `$1` is the file's path.
#[track_caller]
fn check(args: &[&str], tool: &[&str], expected: &str) {
    let desk = Desk::with(&[]);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let printed = desk.run(args);
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    file.write_all(printed.stdout.as_bytes()).unwrap();
    let output = Command::new(tool[0]).args(&tool[1..]).arg(file.path()).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|why| panic!("{}: {why}; tests/run installs it", tool[0]));
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.trim() == expected, "{tool:?}: {said}");
}

#[test]
fn completions_load_and_know_every_command() {
    let bash = "source \"$1\" && COMP_WORDS=(allclear upda) COMP_CWORD=1 && _allclear allclear upda allclear && \
                echo \"${COMPREPLY[@]}\"";
    check(&["completions", "bash"], &["bash", "-c", bash, "bash"], "update");
    let zsh = "autoload -U compinit && compinit -D -u && source \"$1\" && whence -w _allclear";
    check(&["completions", "zsh"], &["zsh", "-f", "-c", zsh, "zsh"], "_allclear: function");
    let fish = "source $argv[1]; complete -C 'allclear upda'";
    let about = "update\tAdd an update to an incident or a maintenance";
    check(&["completions", "fish"], &["fish", "--no-config", "-c", fish], about);
}

#[test]
fn manual_pages_are_sound() {
    let desk = Desk::with(&[]);
    let lint = ["mandoc", "-T", "lint", "-W", "error"];
    check(&["man"], &lint, "");
    for command in commands(&desk) {
        check(&["man", &command], &lint, "");
    }
    check(&["man", "import", "statuspage"], &lint, "");
    let page = desk.done(&["man", "new"]);
    assert!(page.contains("allclear\\-new \\- Report a new incident"), "{page}");
}

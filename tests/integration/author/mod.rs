//! The author's commands, run as they are typed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::{Ran, read_files, write_files};

mod arguments;
mod clones;
mod commands;
mod crowd;
mod first_steps;
mod help;
mod minutes;
mod overtaken;
mod pushes;
mod recipes;
mod sequences;
mod shells;
mod terminal;

const SITE: &str = "\
title = \"Acme status\"
base_url = \"https://status.acme.example/\"
time_zone = \"America/Denver\"

[[components]]
id = \"api\"
name = \"API\"
since = 2000-01-01

[[components]]
id = \"web\"
name = \"Web app\"
since = 2000-01-01
";

/// An incident that is open, written as no tool would.
const OPEN: &str = "+++\ntitle   = 'The API is slow' # working title\ncomponents = { api = \"degraded\" }\n\n\
                    # the usual suspects\ntags = [ 'capacity' ]\n+++\n\n## investigating | 2024-04-16 10:03\n\n\
                    - slow\n- very slow\n";

const OPEN_PATH: &str = "content/incidents/2024/2024-04-16-slow-api.md";

/// A site and what its commands do.
struct Desk {
    folder: TempDir,
}

impl Desk {
    /// A site with these files beside site.toml.
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_files(folder.path(), &[("site.toml", SITE)]);
        write_files(folder.path(), files);
        Self { folder }
    }

    /// A site with one open incident.
    fn open() -> Self {
        Self::with(&[(OPEN_PATH, OPEN)])
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The command in the site's folder; standard input is empty.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(args).current_dir(self.path()).stdin(Stdio::null());
        command
            .env_remove("SOURCE_DATE_EPOCH")
            .env_remove("VISUAL")
            .env_remove("EDITOR")
            .env("NO_COLOR", "1");
        command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_NAME", "A")
            .env("GIT_COMMITTER_NAME", "A");
        command.env("GIT_AUTHOR_EMAIL", "a@example.org").env("GIT_COMMITTER_EMAIL", "a@example.org");
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    /// Runs a command with a text on its standard input.
    fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran::of(child.wait_with_output().unwrap())
    }

    /// Runs a command that must succeed; returns the file it names.
    #[track_caller]
    fn done(&self, args: &[&str]) -> String {
        let ran = self.run(args).ended(0);
        ran.stdout.trim_end().to_owned()
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = read_files(self.path());
        files.retain(|path, _| !path.starts_with("public/") && !path.starts_with(".git/"));
        files
    }

    /// Checks that the content has no errors.
    #[track_caller]
    fn is_sound(&self) {
        self.run(&["check"]).ended(0);
    }
}

/// The arguments of a command as it is typed; single quotes hold an argument with spaces.
fn words(line: &str) -> Vec<&str> {
    line.split('\'')
        .enumerate()
        .flat_map(|(number, part)| match number % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        })
        .collect()
}

fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_allclear"))
}

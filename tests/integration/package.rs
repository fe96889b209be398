//! The package for Cargo's registry: what it holds, what it depends on, and how the program names the commit it was made from.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{git, read_files, write_files};

#[path = "../../build.rs"]
#[expect(dead_code, reason = "cargo calls the rest")]
mod build_script;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The paths that `cargo package` would put into a package.
fn packaged() -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["package", "--list", "--offline", "--locked", "--allow-dirty", "--quiet"]).current_dir(ROOT);
    let output = cargo.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap().lines().map(|path| path.replace('\\', "/")).collect()
}

#[test]
fn a_package_holds_what_the_program_is_made_of_and_nothing_else() {
    let packaged = packaged();
    let alone = [".cargo_vcs_info.json", "Cargo.toml", "Cargo.toml.orig", "Cargo.lock", "build.rs"];
    let texts = ["README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE-APACHE", "LICENSE-MIT"];
    let folders = ["src/", "themes/", "workflows/", "docs/", "tests/fixtures/broken/"];
    let is_needed = |path: &&String| {
        alone.contains(&path.as_str())
            || texts.contains(&path.as_str())
            || folders.iter().any(|folder| path.starts_with(folder))
    };
    let stray: Vec<&String> = packaged.iter().filter(|path| !is_needed(path)).collect();
    assert!(stray.is_empty(), "{stray:?}");
    for folder in folders {
        let missing: Vec<String> = read_files(&Path::new(ROOT).join(folder))
            .into_keys()
            .map(|path| format!("{folder}{path}"))
            .filter(|path| !packaged.contains(path))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
    for path in alone[1..].iter().chain(&texts) {
        assert!(packaged.contains(*path), "{path}");
    }
}

/// The names of a table's keys in Cargo.toml.
fn keys(manifest: &str, table: &str) -> Vec<String> {
    let (_, behind) = manifest.split_once(&format!("\n[{table}]\n")).unwrap();
    let rows = behind.lines().take_while(|line| !line.starts_with('['));
    rows.filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())).collect()
}

/// Whether Rust code names a crate: in `use`, in a path, or as a macro.
fn names(code: &str, dependency: &str) -> bool {
    let name = dependency.replace('-', "_");
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    code.match_indices(&name).any(|(at, _)| {
        let before = at.checked_sub(1).map(|at| code.as_bytes()[at]);
        let behind = &code[at + name.len()..];
        !before.is_some_and(is_name)
            && (behind.starts_with("::") || behind.starts_with("!(") || behind.starts_with(';'))
    })
}

/// Rust code of a folder, without comments.
fn code(folder: &str) -> String {
    let files = read_files(&Path::new(ROOT).join(folder));
    let texts = files.into_iter().filter(|(path, _)| path.ends_with(".rs"));
    let texts = texts.map(|(_, bytes)| String::from_utf8(bytes).unwrap());
    let lines = |text: String| -> String {
        text.lines().map(|line| format!("{}\n", line.split("//").next().unwrap())).collect()
    };
    texts.map(lines).collect()
}

#[test]
fn every_dependency_is_used() {
    let manifest = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    // It is no code of ours that is to find it: the dependency selects the tables of a crate below `rusty-s3`.
    let selected = ["idna_adapter"];
    let src = code("src");
    let unused = |table: &str, code: &str| -> Vec<String> {
        keys(&manifest, table).into_iter().filter(|dependency| !names(code, dependency)).collect()
    };
    assert_eq!(unused("dependencies", &src), selected);
    assert_eq!(unused("dev-dependencies", &(src + &code("tests/integration"))), [""; 0]);
}

#[test]
fn a_dependency_that_nothing_names_is_found() {
    let check = |code: &str, is_named: bool| assert_eq!(names(code, "serde-json"), is_named, "{code}");
    check("use serde_json::Value;", true);
    check("let x = serde_json::json!(1);", true);
    check("serde_json!(1)", true);
    check("use my_serde_json::Value;", false);
    check("let serde_json = 1 ", false);
    check("use serde::de;", false);
}

#[test]
fn the_commit_of_a_repository_and_changes_to_it_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let commit = |folder: &Path| build_script::commit(folder, &["src"]);
    assert_eq!(commit(folder.path()), "unknown commit");
    write_files(folder.path(), &[("src/lib.rs", "one"), ("docs/a.md", "one")]);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "one"]);
    let head = git(folder.path(), &["rev-parse", "HEAD"]);
    let named = format!("commit {}", &head[..12]);
    assert_eq!(commit(folder.path()), named);
    write_files(folder.path(), &[("docs/a.md", "two")]);
    assert_eq!(commit(folder.path()), named);
    write_files(folder.path(), &[("src/lib.rs", "two")]);
    assert_eq!(commit(folder.path()), named.clone() + ", changed");
    // A copy inside another project's repository.
    assert_eq!(commit(&folder.path().join("src")), "unknown commit");
    let record = |dirty: &str| {
        format!(
            "{{\n  \"git\": {{\n    \"sha1\": \"{0}\"{dirty}\n  }},\n  \"path_in_vcs\": \"\"\n}}",
            "ab".repeat(20)
        )
    };
    write_files(folder.path(), &[("src/.cargo_vcs_info.json", &record(""))]);
    assert_eq!(commit(&folder.path().join("src")), "commit abababababab");
    write_files(folder.path(), &[("src/.cargo_vcs_info.json", &record(",\n    \"dirty\": true"))]);
    assert_eq!(commit(&folder.path().join("src")), "commit abababababab, changed");
    write_files(folder.path(), &[("src/.cargo_vcs_info.json", "{}")]);
    assert_eq!(commit(&folder.path().join("src")), "unknown commit");
}

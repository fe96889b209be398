//! The package for Cargo's registry: what it holds, and how the program names the commit it was made from.

use std::collections::BTreeSet;
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

//! The rule of the house: a module imports only from modules listed above it in `lib.rs`, and files do not use each
//! other in a circle.

mod file_graph;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use self::file_graph::{Graph, Uses, circles};

/// The modules in the order of `lib.rs`.
fn modules() -> Vec<String> {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let name = |line: &str| {
        let declaration = line.strip_prefix("pub ").unwrap_or(line);
        declaration.strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned)
    };
    map.lines().filter_map(name).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The top-level modules that a line names with `crate::`.
fn named(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or_default();
    code.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .collect()
}

fn violations(order: &[String], file: &str, text: &str) -> Vec<String> {
    let own = file.split(['/', '.']).next().unwrap_or_default();
    let Some(own_place) = order.iter().position(|module| module == own) else { return Vec::new() };
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for other in named(line) {
            match order.iter().position(|module| module == other) {
                Some(place) if place > own_place => {
                    found.push(format!(
                        "{file}:{}: `{own}` imports `{other}`, which stands below it",
                        number + 1
                    ));
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn modules_import_only_from_above() {
    let order = modules();
    assert!(order.len() > 6, "lib.rs lists the modules: {order:?}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for path in sources(&root) {
        let file = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        found.extend(violations(&order, &file, &fs::read_to_string(&path).unwrap()));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Each circle with the names that tie its files.
fn described(uses: &Uses) -> Vec<String> {
    let ties = |circle: &BTreeSet<&str>| {
        let mut lines = vec![format!("circle of {}:", circle.len())];
        for file in circle {
            for (other, names) in uses[*file].iter().filter(|(other, _)| circle.contains(other.as_str())) {
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                lines.push(format!("  {file} -> {other}: {}", names.join(", ")));
            }
        }
        lines.join("\n")
    };
    circles(uses).iter().map(ties).collect()
}

#[test]
fn files_do_not_use_each_other_in_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let uses = Graph::read(&root).uses();
    assert!(uses.len() > 200 && uses.values().all(|of_file| of_file.len() < 100), "{} files", uses.len());
    let found = described(&uses);
    assert!(found.is_empty(), "move what is shared to a file of its own:\n{}", found.join("\n"));
}

#[test]
fn circles_of_files_are_found() {
    let found = |files: &[(&str, &str)]| described(&Graph::of(files).uses());
    let lib = ("lib.rs", "mod a;");
    let through_a_re_export = [
        lib,
        ("a/mod.rs", "mod b; mod c; mod d; pub use d::D; macro_rules! m { () => {} }"),
        ("a/b.rs", "use super::c::{self, X as Y}; struct B;"),
        ("a/c.rs", "fn f() -> usize { let x = format!(\"{}\", super::D::new()); x.len() } struct X;"),
        ("a/d.rs", "use crate::a::b; struct D; fn f(it: b::B) {}"),
    ];
    assert_eq!(
        found(&through_a_re_export),
        ["circle of 3:\n  a/b.rs -> a/c.rs: X\n  a/c.rs -> a/d.rs: D\n  a/d.rs -> a/b.rs: B"]
    );
    let with_its_parent =
        [lib, ("a/mod.rs", "mod b; use b::B; struct A;"), ("a/b.rs", "use super::A; struct B;")];
    assert_eq!(found(&with_its_parent), ["circle of 2:\n  a/b.rs -> a/mod.rs: A\n  a/mod.rs -> a/b.rs: B"]);
    let by_a_macro = [
        lib,
        ("a/mod.rs", "macro_rules! m { () => {} } mod b; fn f() { b::g() }"),
        ("a/b.rs", "fn g() { m!() }"),
    ];
    assert_eq!(found(&by_a_macro), ["circle of 2:\n  a/b.rs -> a/mod.rs: m!\n  a/mod.rs -> a/b.rs: g"]);
    let only_in_tests = [
        lib,
        ("a/mod.rs", "mod b; pub use b::B; pub struct A; #[cfg(test)] mod tests;"),
        (
            "a/b.rs",
            "pub struct B; #[cfg(test)] use super::{A, C}; #[cfg(test)] mod tests { use super::super::A; }",
        ),
        ("a/tests.rs", "use super::A;"),
    ];
    assert!(found(&only_in_tests).is_empty());
}

/// The places of a file that write to standard output or standard error by themselves. To ask what a stream is, is fine.
fn writers(file: &str, text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let asks = ["is_coloured(&", "style(&", "Paint::of(&"];
    let is_writer = |line: &str| {
        let line = line.split("//").next().unwrap_or_default();
        let prints = ["println!", "print!", "dbg!"].iter().any(|word| line.contains(word));
        let names = ["stdout()", "stderr()"].iter().any(|stream| {
            line.match_indices(stream).any(|(at, _)| {
                let is_word = line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let before = line[..at].trim_end_matches("io::").trim_end_matches("std::");
                let is_asked = line[at + stream.len()..].starts_with(".is_terminal()");
                !is_word && !is_asked && !asks.iter().any(|ask| before.ends_with(ask))
            })
        });
        prints || names
    };
    let found = code.lines().enumerate().filter(|(_, line)| is_writer(line));
    found.map(|(number, line)| format!("{file}:{}: {}", number + 1, line.trim())).collect()
}

#[test]
fn standard_streams_are_written_by_the_console_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for path in sources(&root) {
        let file = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        if file != "edge/console.rs" && !file.contains("tests") {
            found.extend(writers(&file, &fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(found.is_empty(), "write with `edge::console`:\n{}", found.join("\n"));
    let wrong = "let _ = writeln!(io::stdout(), \"x\");\neprintln!(\"x\");\nPaint::of(&io::stderr()); std::io::stderr().is_terminal()\n\
                 let out = io::stderr().lock();\n";
    assert_eq!(writers("x.rs", wrong).len(), 3);
}

#[test]
fn an_import_from_below_is_found() {
    let order = ["time", "model", "render"].map(str::to_owned);
    let text = "use crate::time::Day;\nuse crate::render::page; // crate::model\n";
    assert_eq!(
        violations(&order, "model/site.rs", text),
        ["model/site.rs:2: `model` imports `render`, which stands below it"]
    );
    assert!(violations(&order, "render.rs", text).is_empty());
}

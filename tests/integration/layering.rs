//! The rule of the house: a module imports only from modules listed above it in `lib.rs`.

use std::fs;
use std::path::{Path, PathBuf};

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

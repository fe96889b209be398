//! Which file of `src` uses a definition of which other file, read from the paths in the code without its tests.
//!
//! A path leads through modules and re-exports to the file that defines the item. Method calls are not seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Per file, the files whose definitions it uses, each with the names.
pub type Uses = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

type Segments = Vec<String>;

/// The code of one file that is not a test.
#[derive(Default)]
struct Module {
    file: String,
    children: BTreeSet<String>,
    definitions: BTreeSet<String>,
    /// What each name stands for that a `use` brings in.
    imports: BTreeMap<String, Segments>,
    paths: BTreeSet<Segments>,
}

/// Modules by their path below `crate`.
#[derive(Default)]
pub struct Graph {
    modules: BTreeMap<Segments, Module>,
}

impl Graph {
    /// Reads `lib.rs` in `root` and every module that it declares.
    pub fn read(root: &Path) -> Graph {
        let mut graph = Graph::default();
        graph.add(Vec::new(), "lib.rs", &|file| fs::read_to_string(root.join(file)).ok());
        graph
    }

    /// The same for texts by file name.
    pub fn of(files: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::default();
        let text = |file: &str| files.iter().find(|it| it.0 == file).map(|it| it.1.to_owned());
        graph.add(Vec::new(), "lib.rs", &text);
        graph
    }

    fn add(&mut self, path: Segments, file: &str, read: &dyn Fn(&str) -> Option<String>) {
        let Some(text) = read(file) else { return };
        let code: TokenStream = text.parse().unwrap();
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        module.read(&code.into_iter().collect::<Vec<_>>(), 0, 0);
        for child in &module.children {
            let below = [path.as_slice(), std::slice::from_ref(child)].concat();
            for file in [format!("{}.rs", below.join("/")), format!("{}/mod.rs", below.join("/"))] {
                self.add(below.clone(), &file, read);
            }
        }
        self.modules.insert(path, module);
    }

    pub fn uses(&self) -> Uses {
        let mut uses = Uses::new();
        for (path, module) in &self.modules {
            let of_file = uses.entry(module.file.clone()).or_default();
            for written in module.paths.iter().chain(module.imports.values()) {
                if let Some((file, name)) = self.definition(path, written, 0)
                    && file != module.file
                {
                    of_file.entry(file).or_default().insert(name);
                }
            }
        }
        uses
    }

    /// The file and the name of the item that a path written in the module `from` leads to.
    fn definition(&self, from: &[String], written: &[String], depth: usize) -> Option<(String, String)> {
        // Names of a function's own `use` items count for its whole file, and may lead back to themselves.
        if depth > 10 {
            return None;
        }
        let mut place = from.to_vec();
        for (index, name) in written.iter().enumerate() {
            let module = self.modules.get(&place)?;
            let rest = &written[index + 1..];
            match name.as_str() {
                "crate" => place.clear(),
                "self" => {}
                "super" => drop(place.pop()?),
                _ if module.children.contains(name) && !rest.is_empty() => place.push(name.clone()),
                _ if module.definitions.contains(name) => return Some((module.file.clone(), name.clone())),
                _ if module.children.contains(name) => place.push(name.clone()),
                _ => match module.imports.get(name.trim_end_matches('!')) {
                    Some(import) if import.as_slice() != written => {
                        return self.definition(&place, &[import, rest].concat(), depth + 1);
                    }
                    // Made by a macro of that module.
                    _ if index > 0 => return Some((module.file.clone(), name.clone())),
                    _ => return self.exported_macro(name),
                },
            }
        }
        None
    }

    fn exported_macro(&self, name: &str) -> Option<(String, String)> {
        let module = self.modules.values().find(|it| name.ends_with('!') && it.definitions.contains(name))?;
        Some((module.file.clone(), name.to_owned()))
    }
}

impl Module {
    /// Reads code inside so many groups, so many of them inline modules, whose `super` is this module.
    fn read(&mut self, code: &[TokenTree], depth: usize, inline: usize) {
        let own = |mut path: Segments| {
            let supers = path.iter().take_while(|it| *it == "super").count();
            path.drain(..supers.min(inline));
            path
        };
        let mut at = 0;
        while at < code.len() {
            if is_test_attribute(&code[at..]) {
                at = end_of_item(code, at + 2);
                continue;
            }
            let next = word(code.get(at + 1));
            match (word(code.get(at)).as_deref(), next) {
                (Some("use"), Some(_)) => {
                    let end = end_of_item(code, at);
                    for (name, path) in imports(&[], &code[at + 1..end - 1]) {
                        self.imports.insert(name, own(path));
                    }
                    at = end;
                    continue;
                }
                (Some("mod"), Some(name)) if is_punct(code.get(at + 2), ';') => {
                    self.children.insert(name);
                }
                (Some("macro_rules"), None) => {
                    self.definitions.insert(word(code.get(at + 2)).unwrap() + "!");
                }
                (Some("fn" | "struct" | "enum" | "trait" | "type" | "const" | "static"), Some(name))
                    if depth == 0 =>
                {
                    self.definitions.insert(name);
                }
                (Some(_), _) => {
                    let (path, end) = path(code, at);
                    self.paths.insert(own(path));
                    at = end;
                    continue;
                }
                (None, _) => {}
            }
            if let TokenTree::Group(group) = &code[at] {
                let is_module = at > 1 && word(code.get(at - 2)).as_deref() == Some("mod");
                let code: Vec<_> = group.stream().into_iter().collect();
                self.read(&code, depth + 1, inline + usize::from(is_module));
            }
            at += 1;
        }
    }
}

/// What each name of a `use` item's tree, `a::b::{c, d as e}`, stands for.
fn imports(before: &[String], tree: &[TokenTree]) -> Vec<(String, Segments)> {
    let mut found = Vec::new();
    for branch in tree.split(|it| is_punct(Some(it), ',')) {
        let (below, end) = path(branch, 0);
        let mut path = [before, &below].concat();
        if let Some(TokenTree::Group(group)) = branch.get(end) {
            found.extend(imports(&path, &group.stream().into_iter().collect::<Vec<_>>()));
            continue;
        }
        if path.len() > 1 {
            path.pop_if(|last| last == "self");
        }
        let is_renamed = word(branch.get(end)).is_some_and(|it| it == "as");
        let alias = if is_renamed { word(branch.get(end + 1)) } else { path.last().cloned() };
        found.extend(alias.map(|name| (name, path)));
    }
    found
}

/// The path that begins at `at`, a macro's name with its `!`; and where it ends.
fn path(code: &[TokenTree], mut at: usize) -> (Segments, usize) {
    let mut segments = Vec::new();
    while let Some(name) = word(code.get(at)) {
        at += 1;
        segments.push(if is_punct(code.get(at), '!') && !is_punct(code.get(at + 1), '=') {
            name + "!"
        } else {
            name
        });
        if is_punct(code.get(at), ':') && is_punct(code.get(at + 1), ':') {
            at += 2;
        } else {
            break;
        }
    }
    (segments, at)
}

/// Whether `#[cfg(test)]` or a `cfg` that asks for more than `test` begins here.
fn is_test_attribute(code: &[TokenTree]) -> bool {
    let Some(TokenTree::Group(group)) = code.get(1) else { return false };
    let text: String = group.stream().to_string().chars().filter(|it| !it.is_whitespace()).collect();
    is_punct(code.first(), '#') && (text == "cfg(test)" || text.starts_with("cfg(all(test"))
}

fn end_of_item(code: &[TokenTree], start: usize) -> usize {
    let is_statement = matches!(word(code.get(start)).as_deref(), Some("use" | "const" | "static"));
    let is_end = |it: &TokenTree| {
        let is_body = matches!(it, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        is_punct(Some(it), ';') || is_body && !is_statement
    };
    code[start..].iter().position(is_end).map_or(code.len(), |length| start + length + 1)
}

fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(it)) => Some(it.to_string()),
        _ => None,
    }
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(it)) if it.as_char() == wanted)
}

/// The sets of two or more files that use each other, directly or through others of the set.
pub fn circles(uses: &Uses) -> Vec<BTreeSet<&str>> {
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        uses.keys().map(|file| (file.as_str(), reachable(uses, file))).collect();
    let circle =
        |file: &&str| reach[file].iter().copied().filter(|other| reach[other].contains(file)).collect();
    let found: BTreeSet<BTreeSet<&str>> = reach.keys().map(circle).collect();
    found.into_iter().filter(|circle| circle.len() > 1).collect()
}

fn reachable<'a>(uses: &'a Uses, from: &str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = uses[from].keys().map(String::as_str).collect();
    while let Some(file) = open.pop() {
        if seen.insert(file) {
            open.extend(uses[file].keys().map(String::as_str));
        }
    }
    seen
}

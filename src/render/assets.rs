//! The theme's static files: named by content hash, with references between them rewritten.
//!
//! In CSS and JavaScript, quoted text that begins with `./` or `../` names another asset, relative to its own file.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::model::out_path::OutPath;
use crate::percent::{self, encode_path};
use crate::rules::ASSET_ERROR;
use crate::source::SourcePath;

/// Files in this folder of `static/` keep their names: one favicon per state of the service.
pub(super) const FAVICONS: &str = "favicon/";

/// A file below `static/`.
#[derive(Clone, Debug)]
pub(super) struct AssetFile {
    /// Its path; for a built-in file where the site's own would be.
    pub(super) path: SourcePath,
    pub(super) bytes: Arc<[u8]>,
}

/// The assets by output path.
#[derive(Clone, Debug, Default)]
pub(super) struct Assets {
    pub(super) outputs: BTreeMap<String, Arc<[u8]>>,
    /// Name below `static/` to output path.
    pub(super) names: BTreeMap<String, String>,
}

/// Names the assets by content hash, referenced ones first. Each reference without a target, or back to its own file,
/// is an error.
pub(super) fn hashed(files: &BTreeMap<String, AssetFile>) -> Result<Assets, Vec<Diagnostic>> {
    let mut hasher = Hasher { files, done: Assets::default(), open: Vec::new(), problems: Vec::new() };
    for name in files.keys() {
        hasher.place(name);
    }
    if hasher.problems.is_empty() { Ok(hasher.done) } else { Err(hasher.problems) }
}

struct Hasher<'a> {
    files: &'a BTreeMap<String, AssetFile>,
    done: Assets,
    /// The assets whose references are being resolved.
    open: Vec<&'a str>,
    problems: Vec<Diagnostic>,
}

impl<'a> Hasher<'a> {
    /// The output path of an asset, after placing all assets it refers to.
    fn place(&mut self, name: &'a str) -> Option<String> {
        if let Some(path) = self.done.names.get(name) {
            return Some(path.clone());
        }
        let file = self.files.get(name)?;
        self.open.push(name);
        let bytes = self.with_references(name, file);
        self.open.pop();
        let path = out_path(name, &bytes);
        self.done.names.insert(name.to_owned(), path.clone());
        self.done.outputs.insert(path.clone(), bytes);
        Some(path)
    }

    fn with_references(&mut self, name: &'a str, file: &'a AssetFile) -> Arc<[u8]> {
        let text =
            std::str::from_utf8(&file.bytes).ok().filter(|_| name.ends_with(".css") || name.ends_with(".js"));
        let Some(text) = text else { return Arc::clone(&file.bytes) };
        let mut out = String::with_capacity(text.len() + 64);
        let mut copied = 0;
        for (at, reference) in references(text) {
            if let Some(path) = self.follow(name, file, at, reference) {
                out.push_str(&text[copied..at]);
                out.push_str(&path);
                copied = at + reference.len();
            }
        }
        out.push_str(&text[copied..]);
        Arc::from(out.into_bytes())
    }

    /// The relative URL that replaces a reference.
    fn follow(&mut self, name: &'a str, file: &AssetFile, at: usize, reference: &str) -> Option<String> {
        let target = percent::decode(reference).and_then(|plain| SourcePath::new(name).sibling(&plain));
        let known = target
            .and_then(|target| self.files.get_key_value(target.as_str()))
            .map(|(name, _)| name.as_str());
        let problem = match known {
            None => format!("the theme has no file `{reference}` beside `static/{name}`"),
            Some(known) if self.open.contains(&known) => {
                format!("`static/{known}` and this file name each other")
            }
            Some(known) => {
                let path = self.place(known)?;
                let up = "../".repeat(name.matches('/').count());
                return Some(format!(
                    "{}{}",
                    if up.is_empty() { "./" } else { &up },
                    encode_path(path.strip_prefix("assets/")?)
                ));
            }
        };
        let help = "name a file of the theme's `static` folder, relative to this one";
        self.problems
            .push(Diagnostic::new(ASSET_ERROR, &file.path, at..at + reference.len(), problem).help(help));
        None
    }
}

/// Quoted texts that begin with `./` or `../`, with their byte offsets.
fn references(text: &str) -> impl Iterator<Item = (usize, &str)> {
    static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#""(?<double>\.\.?/[^"\s]*)"|'(?<single>\.\.?/[^'\s]*)'"#).expect("the pattern is valid")
    });
    let quoted = REFERENCE.captures_iter(text);
    quoted.filter_map(|it| it.name("double").or(it.name("single")).map(|it| (it.start(), it.as_str())))
}

fn out_path(name: &str, bytes: &[u8]) -> String {
    if name.starts_with(FAVICONS) {
        return format!("assets/{name}");
    }
    let (folder, file) = match name.rsplit_once('/') {
        Some((folder, file)) => (format!("assets/{folder}"), file),
        None => ("assets".to_owned(), name),
    };
    match OutPath::hashed(&folder, file, &Digest::of(bytes)) {
        Ok(path) => path.as_str().to_owned(),
        Err(error) => unreachable!("a snapshot's paths are made of plain parts: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::{AssetFile, hashed};
    use crate::source::SourcePath;

    fn files(list: &[(&str, &str)]) -> BTreeMap<String, AssetFile> {
        let file = |name: &str, text: &str| AssetFile {
            path: SourcePath::new(format!("themes/x/static/{name}")),
            bytes: Arc::from(text.as_bytes()),
        };
        list.iter().map(|&(name, text)| (name.to_owned(), file(name, text))).collect()
    }

    #[test]
    fn names_carry_hashes_and_references_follow() {
        let assets = hashed(&files(&[
            ("a.css", "b{background:url(\"./img/dot.svg\")}"),
            ("favicon/none.svg", "<svg/>"),
            ("img/dot.svg", "<svg></svg>"),
            ("js/main.js", "import { x } from '../lib.js';"),
            ("lib.js", "export const x = 'a ./b';"),
        ]))
        .unwrap();
        let dot = assets.names["img/dot.svg"].as_str();
        assert!(dot.starts_with("assets/img/dot.") && dot.ends_with(".svg") && dot.len() == 35, "{dot}");
        assert_eq!(assets.names["favicon/none.svg"], "assets/favicon/none.svg");
        let text = |name: &str| String::from_utf8(assets.outputs[&assets.names[name]].to_vec()).unwrap();
        assert_eq!(
            text("a.css"),
            format!("b{{background:url(\"./{}\")}}", dot.strip_prefix("assets/").unwrap())
        );
        let lib = assets.names["lib.js"].strip_prefix("assets/").unwrap();
        assert_eq!(text("js/main.js"), format!("import {{ x }} from '../{lib}';"));
        assert_eq!(text("lib.js"), "export const x = 'a ./b';");
    }

    #[test]
    fn a_change_of_a_named_asset_renames_those_that_name_it() {
        let name = |dot: &str| {
            hashed(&files(&[("a.css", "url('./d.svg')"), ("d.svg", dot)])).unwrap().names["a.css"].clone()
        };
        assert_ne!(name("<svg/>"), name("<svg></svg>"));
    }

    #[test]
    fn dead_and_circular_references_are_told() {
        let problems =
            hashed(&files(&[("a.js", "import './b.js'; import './c.js'"), ("c.js", "import './a.js'")]))
                .unwrap_err();
        let told: Vec<_> =
            problems.iter().map(|it| (it.message.as_str(), it.labels[0].span.clone())).collect();
        assert_eq!(told[0], ("the theme has no file `./b.js` beside `static/a.js`", 8..14));
        assert_eq!(told[1], ("`static/a.js` and this file name each other", 8..14));
        assert_eq!(problems[1].labels[0].file.as_str(), "themes/x/static/c.js");
    }
}

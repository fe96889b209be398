//! Files that are compiled into the program.
//!
//! Invariant: `include_dir` is named nowhere else.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

/// A folder with its files.
#[derive(Debug)]
pub struct Embedded(Dir<'static>);

/// The built-in theme.
pub static THEME: Embedded = Embedded(include_dir!("$CARGO_MANIFEST_DIR/themes/default"));

/// For each rule a folder with a site that breaks it, the message, and the corrected site.
pub static RULES: Embedded = Embedded(include_dir!("$CARGO_MANIFEST_DIR/tests/fixtures/broken"));

/// The workflows of a GitHub repository that holds a site.
pub static WORKFLOWS: Embedded = Embedded(include_dir!("$CARGO_MANIFEST_DIR/workflows"));

impl Embedded {
    /// All files by their paths from the folder.
    pub fn files(&self) -> BTreeMap<String, &'static [u8]> {
        let mut files = BTreeMap::new();
        collect(&self.0, &mut files);
        files
    }

    /// A file's bytes.
    pub fn bytes(&self, path: &str) -> Option<&'static [u8]> {
        self.0.get_file(path).map(include_dir::File::contents)
    }

    /// A file's text; none when it is not UTF-8.
    pub fn text(&self, path: &str) -> Option<&'static str> {
        std::str::from_utf8(self.bytes(path)?).ok()
    }
}

fn collect(dir: &Dir<'static>, files: &mut BTreeMap<String, &'static [u8]>) {
    for file in dir.files() {
        files.insert(file.path().to_string_lossy().replace('\\', "/"), file.contents());
    }
    for inner in dir.dirs() {
        collect(inner, files);
    }
}

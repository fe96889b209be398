//! Sites for tests.

use std::fs;

use tempfile::TempDir;

/// A site with these files, each holding its own path.
pub fn site(paths: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in paths {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, path).unwrap();
    }
    folder
}

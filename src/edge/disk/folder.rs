//! A site's folder that is read again and again: what did not change is not read twice.
//!
//! Invariant: what comes out is what reading anew would give; what is remembered only saves work.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{ParallelBridge as _, ParallelIterator as _};

use super::cached_file::CachedFile;
use super::texts::Texts;
use super::walk::{FOLDERS, Loaded, SITE_FILE, Walk};
use crate::edge::Error;
use crate::source::{Entry, Snapshot, SourcePath};

/// The site's folder as it is now.
///
/// Files whose content matters are read; files that are only copied become handles. Files and folders whose names begin
/// with a dot are ignored, those of `static/` but for `.git` excepted. A symbolic link counts as what it leads to, as long as that lies in the site's folder.
///
/// # Errors
/// When the folder or anything in it cannot be read, when a name is not UTF-8, when a symbolic link leads out of the
/// site's folder, nowhere or in a circle, and when there is something that is neither file nor folder.
pub fn read(site: &Path) -> Result<Snapshot, Error> {
    Folder::new(site).read()
}

/// A site's folder that is read again and again. Files that did not change since the last time are not read twice, and
/// share their bytes between the snapshots.
#[derive(Debug)]
pub struct Folder {
    site: PathBuf,
    known: BTreeMap<SourcePath, CachedFile>,
    texts: Texts,
}

impl Folder {
    /// A site's folder, of which nothing is known yet.
    pub fn new(site: &Path) -> Self {
        Self { site: site.to_owned(), known: BTreeMap::new(), texts: Texts::default() }
    }

    /// The folder as it is now; see [`super::read`].
    ///
    /// # Errors
    /// As [`super::read`].
    pub fn read(&mut self) -> Result<Snapshot, Error> {
        let walk = Walk::new(&self.site)?;
        let starts = FOLDERS.into_iter().chain([SITE_FILE]);
        let loaded = self.load(&walk, starts.flat_map(|start| walk.files(start)))?;
        let known = |loaded: &Loaded| match loaded {
            Loaded::Content(path, known) => Some((path.clone(), known.clone())),
            Loaded::Handle(_) => None,
        };
        let (known, files) = rayon::join(
            || loaded.iter().filter_map(known).collect(),
            || loaded.iter().map(Loaded::entry).collect(),
        );
        self.known = known;
        let mut snapshot = Snapshot { files };
        self.texts.fill(&self.site, &mut snapshot)?;
        Ok(snapshot)
    }

    /// The folder as it was in `last`, and as it is now at these paths, which the system names, and below them. It is quick,
    /// and it is only as right as the paths are: [`Folder::read`] must have the last word.
    ///
    /// # Errors
    /// As [`super::read`].
    pub fn read_at(&mut self, last: &Snapshot, paths: &[PathBuf]) -> Result<Snapshot, Error> {
        let walk = Walk::new(&self.site)?;
        let mut snapshot = last.clone();
        let starts: Vec<String> = paths.iter().filter_map(|path| walk.start(path)).collect();
        for path in starts.iter().flat_map(|start| at_and_below(&snapshot, start)).collect::<Vec<_>>() {
            snapshot.files.remove(&path);
        }
        let loaded = self.load(&walk, starts.iter().flat_map(|start| walk.files(start)))?;
        for loaded in loaded {
            snapshot.files.extend([loaded.entry()]);
            if let Loaded::Content(path, known) = loaded {
                self.known.insert(path, known);
            }
        }
        self.texts.fill(&self.site, &mut snapshot)?;
        Ok(snapshot)
    }

    /// Loads files while they are found.
    fn load(
        &self,
        walk: &Walk<'_>,
        found: impl Iterator<Item = Result<SourcePath, Error>> + Send,
    ) -> Result<Vec<Loaded>, Error> {
        let load = |path: Result<SourcePath, Error>| {
            let path = path?;
            let known = self.known.get(&path);
            walk.load(path, known)
        };
        let loaded: Result<Vec<_>, Error> = found.par_bridge().map(load).collect();
        Ok(loaded?.into_iter().flatten().collect())
    }
}

impl Loaded {
    /// As it stands in a snapshot.
    fn entry(&self) -> (SourcePath, Entry) {
        match self {
            Self::Handle(handle) => (handle.path.clone(), Entry::File(handle.clone())),
            Self::Content(path, known) => (path.clone(), Entry::Bytes(Arc::clone(&known.bytes))),
        }
    }
}

fn at_and_below(snapshot: &Snapshot, start: &str) -> Vec<SourcePath> {
    let at = SourcePath::new(start);
    let below = snapshot.below(start).map(|(path, _)| path.clone());
    below.chain(snapshot.files.contains_key(&at).then(|| at.clone())).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    use super::{Folder, Snapshot};
    use crate::edge::disk::read;
    use crate::edge::disk::testing::site;
    use crate::source::SourcePath;

    /// Makes a file look as if it had been written a minute ago.
    fn age(path: &Path) {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    }

    #[test]
    fn reading_again_sees_what_reading_anew_sees() {
        let site = site(&["site.toml", "content/a.md", "content/b.md", "content/c/d.md", "static/e.txt"]);
        let path = |path: &str| site.path().join(path);
        let mut folder = Folder::new(site.path());
        let mut check = || {
            let again = folder.read().unwrap();
            assert_eq!(again, read(site.path()).unwrap());
            again
        };
        let first = check();
        let shares = |a: &Snapshot, b: &Snapshot, path: &str| {
            let bytes = |snapshot: &Snapshot| Arc::clone(snapshot.bytes(&SourcePath::new(path)).unwrap());
            Arc::ptr_eq(&bytes(a), &bytes(b))
        };
        fs::write(path("content/a.md"), "CONTENT/A.MD").unwrap();
        let second = check();
        assert!(shares(&first, &second, "content/b.md") && !shares(&first, &second, "content/a.md"));
        fs::rename(path("content/b.md"), path("content/a.md")).unwrap();
        check();
        fs::rename(path("content/c"), path("content/f")).unwrap();
        check();
        fs::remove_dir_all(path("content")).unwrap();
        fs::write(path("static/e.txt"), "longer than before").unwrap();
        check();
        fs::create_dir_all(path("content")).unwrap();
        fs::write(path("content/a.md"), "anew").unwrap();
        check();
    }

    #[cfg(unix)]
    #[test]
    fn a_change_that_hides_behind_the_old_time_and_length_is_seen() {
        let site = site(&["content/a.md"]);
        let file = site.path().join("content/a.md");
        age(&file);
        let mut folder = Folder::new(site.path());
        folder.read().unwrap();
        let modified = fs::metadata(&file).unwrap().modified().unwrap();
        fs::write(&file, "CONTENT/A.MD").unwrap();
        fs::File::options().write(true).open(&file).unwrap().set_modified(modified).unwrap();
        let bytes = Arc::clone(folder.read().unwrap().bytes(&SourcePath::new("content/a.md")).unwrap());
        assert_eq!(&*bytes, b"CONTENT/A.MD");
    }

    #[test]
    fn reading_where_something_changed_sees_it() {
        let site = site(&["site.toml", "content/a.md", "content/b/c.md", "content/b/d.png", "static/e.txt"]);
        let root = fs::canonicalize(site.path()).unwrap();
        let mut folder = Folder::new(site.path());
        let mut last = folder.read().unwrap();
        let mut check = |touched: &[&str]| {
            let paths: Vec<_> = touched.iter().map(|path| root.join(path)).collect();
            last = folder.read_at(&last, &paths).unwrap();
            assert_eq!(last, read(site.path()).unwrap(), "{touched:?}");
        };
        let path = |path: &str| site.path().join(path);
        fs::write(path("content/a.md"), "other").unwrap();
        check(&["content/a.md"]);
        fs::rename(path("content/b"), path("content/f")).unwrap();
        check(&["content/b", "content/f"]);
        fs::write(path("content/.a.md.swp"), "hidden").unwrap();
        fs::create_dir_all(path("static/out/x")).unwrap();
        fs::write(path("static/out/x/y"), "output").unwrap();
        fs::create_dir_all(path("other")).unwrap();
        fs::write(path("other/z"), "no part of it").unwrap();
        check(&[
            "content/.a.md.swp",
            "static/out/x/y",
            "static/out",
            "other/z",
            "content/none.md",
            "content/a.md/x",
        ]);
        fs::remove_dir_all(path("content")).unwrap();
        fs::remove_file(path("site.toml")).unwrap();
        check(&["content", "site.toml"]);
        fs::create_dir_all(path("content/g/h")).unwrap();
        fs::write(path("content/g/h/i.md"), "i").unwrap();
        check(&["content/g"]);
    }
}

//! Reading the site's folder into a snapshot, once or again and again.
//!
//! Invariant: only `site.toml`, `content/`, `themes/`, `templates/` and `static/` are looked at, so whatever else lies in
//! the folder (dependencies, build products, the output) costs nothing and cannot leak into the site.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use walkdir::{DirEntry, WalkDir};

use crate::edge::Error;
use crate::source::{Entry, Handle, Snapshot, SourcePath};

/// The site's configuration, beside the folders.
const SITE_FILE: &str = "site.toml";

/// The folders that make a site, beside its `site.toml`.
pub const FOLDERS: [&str; 4] = ["content", "static", "templates", "themes"];

/// The site's folder as it is now, without the folders in `skip` (the output, when it lies inside).
///
/// Files whose content matters are read; files that are only copied become handles. Files and folders whose names begin
/// with a dot are ignored. A symbolic link counts as what it leads to, as long as that lies in the site's folder.
///
/// # Errors
/// When the folder or anything in it cannot be read, when a name is not UTF-8, when a symbolic link leads out of the
/// site's folder, nowhere or in a circle, and when there is something that is neither file nor folder.
pub fn read(site: &Path, skip: &[PathBuf]) -> Result<Snapshot, Error> {
    Folder::new(site, skip).read()
}

/// A site's folder that is read again and again. Files that did not change since the last time are not read twice, and
/// share their bytes between the snapshots.
#[derive(Debug)]
pub struct Folder {
    site: PathBuf,
    skip: Vec<PathBuf>,
    known: BTreeMap<SourcePath, Known>,
}

/// A file that was read.
#[derive(Clone, Debug)]
struct Known {
    mark: Mark,
    /// When the reading began.
    read: SystemTime,
    bytes: Arc<[u8]>,
}

impl Folder {
    /// A site's folder, of which nothing is known yet, without the folders in `skip`.
    pub fn new(site: &Path, skip: &[PathBuf]) -> Self {
        Self { site: site.to_owned(), skip: skip.to_vec(), known: BTreeMap::new() }
    }

    /// The folder as it is now; see [`read`].
    ///
    /// # Errors
    /// As [`read`].
    pub fn read(&mut self) -> Result<Snapshot, Error> {
        let root = fs::canonicalize(&self.site).map_err(Error::when("read", &self.site))?;
        let skip = self.skip.iter().filter_map(|folder| fs::canonicalize(folder).ok()).collect();
        let walk = Walk { site: &self.site, root, skip };
        let mut found = Vec::new();
        for start in FOLDERS.into_iter().chain([SITE_FILE]) {
            walk.collect(start, &mut found)?;
        }
        let load = |found: Found| {
            let known = self.known.get(&found.path);
            walk.load(found, known)
        };
        let loaded: Result<Vec<_>, Error> = found.into_par_iter().map(load).collect();
        let mut files = BTreeMap::new();
        self.known.clear();
        for (path, loaded) in loaded?.into_iter().flatten() {
            let entry = match loaded {
                Loaded::Handle(handle) => Entry::File(handle),
                Loaded::Known(known) => {
                    let bytes = Arc::clone(&known.bytes);
                    self.known.insert(path.clone(), known);
                    Entry::Bytes(bytes)
                }
            };
            files.insert(path, entry);
        }
        Ok(Snapshot { files })
    }
}

/// Opens a file of a site that is only copied.
///
/// # Errors
/// When it has gone or may not be read.
pub fn open(site: &Path, handle: &Handle) -> io::Result<File> {
    File::open(site.join(handle.path.as_str()))
}

impl Known {
    /// Whether the bytes are still those of the file that now has this mark.
    ///
    /// A file system's clock ticks: a file that was changed again within the tick in which it was read looks the same. So
    /// the mark of a file that was young when it was read proves nothing.
    fn is_still(&self, mark: Mark) -> bool {
        /// FAT counts in two seconds, the coarsest clock in use.
        const TICK: Duration = Duration::from_secs(2);
        let was_young = mark.youngest.checked_add(TICK).is_none_or(|settled| settled >= self.read);
        self.mark == mark && !was_young
    }
}

/// What tells two states of a file apart without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    len: u64,
    /// The later of the last changes of its content and, where the system keeps it, of its name or place.
    youngest: SystemTime,
    modified: i128,
    /// Where the system keeps it: which file it is, so that another one put in its place is told from it.
    identity: (u64, u64),
}

impl Mark {
    fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let (identity, changed) = system_mark(metadata);
        Self { len: metadata.len(), youngest: modified.max(changed), modified: stamp(metadata), identity }
    }
}

#[cfg(unix)]
fn system_mark(metadata: &Metadata) -> ((u64, u64), SystemTime) {
    use std::os::unix::fs::MetadataExt as _;
    let secs = u64::try_from(metadata.ctime()).unwrap_or(0);
    let nanos = u64::try_from(metadata.ctime_nsec()).unwrap_or(0);
    let changed = UNIX_EPOCH + Duration::from_secs(secs) + Duration::from_nanos(nanos);
    ((metadata.dev(), metadata.ino()), changed)
}

#[cfg(not(unix))]
fn system_mark(_: &Metadata) -> ((u64, u64), SystemTime) {
    ((0, 0), UNIX_EPOCH)
}

/// A file of the snapshot to be.
enum Loaded {
    Known(Known),
    Handle(Handle),
}

/// A file that was found and not read yet.
struct Found {
    /// Relative to the site's folder.
    path: SourcePath,
    metadata: Metadata,
}

/// One walk over a site.
struct Walk<'a> {
    /// The site's folder as the user names it, for messages.
    site: &'a Path,
    /// The site's folder as the system names it.
    root: PathBuf,
    /// Folders that are left out, as the system names them.
    skip: Vec<PathBuf>,
}

impl Walk<'_> {
    /// Finds the files at and below a path of the site, which may be absent.
    fn collect(&self, start: &str, found: &mut Vec<Found>) -> Result<(), Error> {
        let start = self.root.join(start);
        if fs::symlink_metadata(&start).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return Ok(());
        }
        let walk = WalkDir::new(start).follow_links(true).into_iter();
        for entry in walk.filter_entry(|entry| self.is_wanted(entry)) {
            match entry {
                Ok(entry) => found.extend(self.file(&entry)?),
                // An editor's lock file is a dot file and a link that leads nowhere.
                Err(error) if error.path().and_then(Path::file_name).is_some_and(is_hidden) => {}
                Err(error) => return Err(self.walk_error(error)),
            }
        }
        Ok(())
    }

    fn is_wanted(&self, entry: &DirEntry) -> bool {
        !is_hidden(entry.file_name()) && !self.skip.iter().any(|skipped| skipped == entry.path())
    }

    /// The file that an entry is; `None` for a folder.
    fn file(&self, entry: &DirEntry) -> Result<Option<Found>, Error> {
        if entry.path_is_symlink() {
            self.check_link(entry.path())?;
        }
        if entry.file_type().is_dir() {
            return Ok(None);
        }
        if !entry.file_type().is_file() {
            return Err(self.error(entry.path(), io::Error::other("it is neither a file nor a folder")));
        }
        let path = self.source_path(entry.path())?;
        let metadata = entry.metadata().map_err(|error| self.walk_error(error))?;
        Ok(Some(Found { path, metadata }))
    }

    /// A link may lead to anywhere in the site's folder, not out of it: what the site shows is what its folder holds.
    fn check_link(&self, link: &Path) -> Result<(), Error> {
        let end = fs::canonicalize(link).map_err(|error| self.error(link, error))?;
        if end.starts_with(&self.root) {
            return Ok(());
        }
        let problem = format!("the symbolic link leads out of the site, to `{}`", end.display());
        Err(self.error(link, io::Error::other(problem)))
    }

    fn source_path(&self, path: &Path) -> Result<SourcePath, Error> {
        let relative = path.strip_prefix(&self.root).expect("the walk begins in the site's folder");
        let part = |part: Component<'_>| part.as_os_str().to_str().map(str::to_owned);
        let parts: Option<Vec<String>> = relative.components().map(part).collect();
        let parts = parts.ok_or_else(|| self.error(path, io::Error::other("its name is not UTF-8")))?;
        Ok(SourcePath::new(parts.join("/")))
    }

    /// The file's content, taken from what is known where that still holds; `None` when it has gone since it was found.
    fn load(&self, found: Found, known: Option<&Known>) -> Result<Option<(SourcePath, Loaded)>, Error> {
        if !matters(&found.path) {
            let stamp = stamp(&found.metadata);
            let handle = Handle { path: found.path.clone(), len: found.metadata.len(), stamp };
            return Ok(Some((found.path, Loaded::Handle(handle))));
        }
        let mark = Mark::of(&found.metadata);
        if let Some(known) = known.filter(|known| known.is_still(mark)) {
            return Ok(Some((found.path, Loaded::Known(known.clone()))));
        }
        let path = self.root.join(found.path.as_str());
        let read = SystemTime::now();
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.error(&path, error)),
        };
        let bytes = match known.filter(|known| *known.bytes == *bytes) {
            Some(known) => Arc::clone(&known.bytes),
            None => Arc::from(bytes),
        };
        Ok(Some((found.path, Loaded::Known(Known { mark, read, bytes }))))
    }

    fn walk_error(&self, error: walkdir::Error) -> Error {
        let path = error.path().unwrap_or(&self.root).to_owned();
        let cause = match error.loop_ancestor() {
            Some(above) => {
                io::Error::other(format!("the symbolic link leads back to `{}`", self.named(above).display()))
            }
            None => error.into_io_error().expect("what is no loop is the system's error"),
        };
        self.error(&path, cause)
    }

    fn error(&self, path: &Path, cause: io::Error) -> Error {
        Error::when("read", &self.named(path))(cause)
    }

    /// A path below the root as the user would name it.
    fn named(&self, path: &Path) -> PathBuf {
        match path.strip_prefix(&self.root) {
            Ok(relative) if self.site == Path::new(".") => relative.to_owned(),
            Ok(relative) => self.site.join(relative),
            Err(_) => path.to_owned(),
        }
    }
}

/// Whether a file's content is read: reports, recorded downtime, configuration, themes and skeletons. The rest is copied.
fn matters(path: &SourcePath) -> bool {
    let path = path.as_str();
    match path.split_once('/') {
        Some(("content", _)) => path.ends_with(".md") || path.ends_with(".csv"),
        Some((folder, _)) => folder != "static",
        None => true,
    }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Nanoseconds between 1970 and the file's last change, negative before; 0 where the system does not say.
fn stamp(metadata: &Metadata) -> i128 {
    let nanos = |duration: std::time::Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    match metadata.modified().map(|changed| changed.duration_since(UNIX_EPOCH)) {
        Ok(Ok(since)) => nanos(since),
        Ok(Err(before)) => -nanos(before.duration()),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    use super::{Entry, Folder, Known, Mark, Snapshot, read};
    use crate::source::SourcePath;

    /// A site with these files, each holding its own path.
    fn site(paths: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for path in paths {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, path).unwrap();
        }
        folder
    }

    /// A line a file: its path, `=` and its content when it was read.
    fn shown(snapshot: &Snapshot) -> Vec<String> {
        let line = |(path, entry): (&_, &Entry)| match entry {
            Entry::Bytes(bytes) => format!("{path}={}", String::from_utf8_lossy(bytes)),
            Entry::File(handle) => format!("{path} {}", handle.len),
        };
        snapshot.files.iter().map(line).collect()
    }

    #[track_caller]
    fn check(site: &Path, expected: &[&str]) {
        assert_eq!(shown(&read(site, &[]).unwrap()), expected);
    }

    #[track_caller]
    fn check_error(site: &Path, expected: &str) {
        let message = read(site, &[]).unwrap_err().to_string();
        assert_eq!(message.replace(&site.display().to_string(), "SITE"), expected);
    }

    #[test]
    fn only_the_sites_own_places_are_read() {
        let site = site(&[
            "site.toml",
            "Cargo.toml",
            "node_modules/x.js",
            "public/index.html",
            "content/incidents/a.md",
            "content/incidents/a.png",
            "content/downtime/api.csv",
            "content/.obsidian/x.md",
            "content/incidents/.a.md.swp",
            "static/robots.txt",
            "templates/incident.md",
            "themes/own/static/x.css",
        ]);
        check(
            site.path(),
            &[
                "content/downtime/api.csv=content/downtime/api.csv",
                "content/incidents/a.md=content/incidents/a.md",
                "content/incidents/a.png 23",
                "site.toml=site.toml",
                "static/robots.txt 17",
                "templates/incident.md=templates/incident.md",
                "themes/own/static/x.css=themes/own/static/x.css",
            ],
        );
    }

    /// Makes a file look as if it had been written a minute ago.
    fn age(path: &Path) {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    }

    #[test]
    fn reading_again_sees_what_reading_anew_sees() {
        let site = site(&["site.toml", "content/a.md", "content/b.md", "content/c/d.md", "static/e.txt"]);
        let path = |path: &str| site.path().join(path);
        let mut folder = Folder::new(site.path(), &[]);
        let mut check = || {
            let again = folder.read().unwrap();
            assert_eq!(again, read(site.path(), &[]).unwrap());
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

    #[test]
    fn a_mark_proves_nothing_of_a_file_that_was_young_when_it_was_read() {
        let site = site(&["content/a.md"]);
        let file = site.path().join("content/a.md");
        age(&file);
        let mark = Mark::of(&fs::metadata(&file).unwrap());
        let known = |secs: u64| {
            let read = mark.youngest + Duration::from_secs(secs);
            Known { mark, read, bytes: Arc::from([].as_slice()) }
        };
        assert!(!known(1).is_still(mark));
        assert!(known(3).is_still(mark));
        assert!(!known(3).is_still(Mark { len: mark.len + 1, ..mark }));
        assert!(!known(3).is_still(Mark { identity: (0, 0), ..mark }) || cfg!(not(unix)));
    }

    #[cfg(unix)]
    #[test]
    fn a_change_that_hides_behind_the_old_time_and_length_is_seen() {
        let site = site(&["content/a.md"]);
        let file = site.path().join("content/a.md");
        age(&file);
        let mut folder = Folder::new(site.path(), &[]);
        folder.read().unwrap();
        let modified = fs::metadata(&file).unwrap().modified().unwrap();
        fs::write(&file, "CONTENT/A.MD").unwrap();
        fs::File::options().write(true).open(&file).unwrap().set_modified(modified).unwrap();
        assert_eq!(shown(&folder.read().unwrap()), ["content/a.md=CONTENT/A.MD"]);
    }

    #[test]
    fn an_empty_folder_is_an_empty_snapshot() {
        check(site(&[]).path(), &[]);
    }

    #[test]
    fn an_output_inside_is_left_out() {
        let site = site(&["static/a.txt", "static/out/index.html"]);
        let skip = [site.path().join("static/../static/out"), site.path().join("absent")];
        assert_eq!(shown(&read(site.path(), &skip).unwrap()), ["static/a.txt 12"]);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let site = site(&[]).path().join("absent");
        check_error(&site, "cannot read `SITE`: No such file or directory");
    }

    #[test]
    fn a_handle_tells_two_states_of_a_file_apart() {
        let site = site(&["static/a"]);
        let before = read(site.path(), &[]).unwrap();
        assert_eq!(read(site.path(), &[]).unwrap(), before);
        let file = fs::File::options().write(true).open(site.path().join("static/a")).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
        assert_ne!(read(site.path(), &[]).unwrap(), before);
    }

    #[cfg(unix)]
    mod unix {
        use std::ffi::OsStr;
        use std::fs;
        use std::os::unix::ffi::OsStrExt as _;
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;

        use super::{check, check_error, site};

        #[test]
        fn a_link_inside_the_site_is_followed() {
            let site = site(&["content/a.md", "content/pictures/b.png"]);
            symlink("a.md", site.path().join("content/c.md")).unwrap();
            symlink("../content/pictures", site.path().join("content/more")).unwrap();
            let files = ["content/a.md=content/a.md", "content/c.md=content/a.md", "content/more/b.png 22"];
            check(site.path(), &[files[0], files[1], files[2], "content/pictures/b.png 22"]);
        }

        #[test]
        fn a_link_out_of_the_site_is_an_error() {
            let outside = site(&["secret.md"]);
            let site = site(&["content/a.md"]);
            symlink(outside.path().join("secret.md"), site.path().join("content/b.md")).unwrap();
            let end = fs::canonicalize(outside.path()).unwrap().join("secret.md");
            let expected = format!(
                "cannot read `SITE/content/b.md`: the symbolic link leads out of the site, to `{}`",
                end.display()
            );
            check_error(site.path(), &expected);
            fs::remove_file(site.path().join("content/b.md")).unwrap();
            symlink(outside.path(), site.path().join("static")).unwrap();
            let expected = format!(
                "cannot read `SITE/static`: the symbolic link leads out of the site, to `{}`",
                end.parent().unwrap().display()
            );
            check_error(site.path(), &expected);
        }

        #[test]
        fn a_link_to_nowhere_or_in_a_circle_is_an_error_and_an_editors_lock_is_not() {
            let site = site(&["content/a.md"]);
            symlink("someone@somewhere:1", site.path().join("content/.#a.md")).unwrap();
            check(site.path(), &["content/a.md=content/a.md"]);
            symlink("absent", site.path().join("content/b.md")).unwrap();
            check_error(site.path(), "cannot read `SITE/content/b.md`: No such file or directory");
            fs::remove_file(site.path().join("content/b.md")).unwrap();
            symlink("../content", site.path().join("content/self")).unwrap();
            check_error(
                site.path(),
                "cannot read `SITE/content/self`: the symbolic link leads back to `SITE/content`",
            );
        }

        #[test]
        fn what_is_not_a_file_or_has_no_readable_name_is_an_error() {
            let site = site(&["content/a.md"]);
            let socket = UnixListener::bind(site.path().join("content/socket")).unwrap();
            check_error(site.path(), "cannot read `SITE/content/socket`: it is neither a file nor a folder");
            drop(socket);
            fs::remove_file(site.path().join("content/socket")).unwrap();
            fs::write(site.path().join("content").join(OsStr::from_bytes(b"\xff.md")), "").unwrap();
            check_error(site.path(), "cannot read `SITE/content/\u{fffd}.md`: its name is not UTF-8");
        }
    }
}

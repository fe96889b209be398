//! Reading the site's folder into a snapshot.
//!
//! Invariant: only `site.toml`, `content/`, `themes/`, `templates/` and `static/` are looked at, so whatever else lies in
//! the folder (dependencies, build products, the output) costs nothing and cannot leak into the site.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use walkdir::{DirEntry, WalkDir};

use super::cached_file::{CachedFile, Mark, modified_nanos};
use crate::edge::Error;
use crate::edge::disk::file::is_absence;
use crate::parse::files::{self, without_type};
use crate::parse::text;
use crate::source::{Handle, SourcePath};

/// The site's configuration, beside the folders.
pub(super) const SITE_FILE: &str = "site.toml";

/// The folders that make a site, beside its `site.toml`.
pub const FOLDERS: [&str; 4] = ["content", "static", "templates", "themes"];

/// Opens a file of a site that is only copied.
///
/// # Errors
/// When it has gone or may not be read.
pub fn open(site: &Path, handle: &Handle) -> io::Result<File> {
    File::open(handle.place(site))
}

/// A file of the snapshot to be.
pub(super) enum Loaded {
    Content(SourcePath, CachedFile),
    Handle(Handle),
}

/// One walk over a site.
pub(super) struct Walk<'a> {
    /// The site's folder as the user names it, for messages.
    site: &'a Path,
    /// The site's folder as the system names it.
    root: PathBuf,
}

impl<'a> Walk<'a> {
    /// A walk over this site.
    ///
    /// # Errors
    /// When the site's folder cannot be reached.
    pub(super) fn new(site: &'a Path) -> Result<Self, Error> {
        let root = fs::canonicalize(site).map_err(Error::when("read", site))?;
        Ok(Self { site, root })
    }

    /// Where to start for a path that the system names; `None` when it is no part of the site.
    pub(super) fn start(&self, path: &Path) -> Option<String> {
        let relative = path.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<&str>> = relative.iter().map(OsStr::to_str).collect();
        Some(parts?.join("/")).filter(|path| is_part(path))
    }

    /// The files at and below a path of the site, which may be absent.
    ///
    /// # Errors
    /// As [`read`].
    pub(super) fn files(&self, start: &str) -> impl Iterator<Item = Result<SourcePath, Error>> + Send {
        let start = self.root.join(start);
        let is_absent = fs::symlink_metadata(&start).is_err_and(|error| is_absence(&error));
        let walk = (!is_absent).then(|| WalkDir::new(start).follow_links(true).into_iter());
        let walk = walk.into_iter().flat_map(|walk| walk.filter_entry(|entry| self.is_wanted(entry)));
        walk.filter_map(|entry| match entry {
            Ok(entry) => self.file(&entry).transpose(),
            // An editor's lock file is a dot file and a link that leads nowhere.
            Err(error) if error.path().and_then(Path::file_name).is_some_and(is_hidden) => None,
            // It went while the folder was read, as editors' files for a moment do.
            Err(error) if has_gone(&error) => None,
            Err(error) => Some(Err(self.walk_error(error))),
        })
    }

    fn is_wanted(&self, entry: &DirEntry) -> bool {
        let in_static = || entry.path().strip_prefix(&self.root).is_ok_and(|path| path.starts_with("static"));
        let is_left_out = is_hidden(entry.file_name()) && (is_git(entry.file_name()) || !in_static());
        !is_left_out
    }

    /// The file that an entry is; `None` for a folder.
    fn file(&self, entry: &DirEntry) -> Result<Option<SourcePath>, Error> {
        if entry.path_is_symlink() {
            self.check_link(entry.path())?;
        }
        if entry.file_type().is_dir() {
            return Ok(None);
        }
        if !entry.file_type().is_file() {
            return Err(self.error(entry.path(), io::Error::other("it is neither a file nor a folder")));
        }
        self.source_path(entry.path()).map(Some)
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
        let parts =
            parts.ok_or_else(|| self.error(path, io::Error::other("its name is not UTF-8; rename it")))?;
        Ok(SourcePath::new(parts.join("/")))
    }

    /// A file that was found, its content taken from what is known where that still holds; `None` when it has gone since.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn load(&self, path: SourcePath, known: Option<&CachedFile>) -> Result<Option<Loaded>, Error> {
        let place = self.root.join(path.as_str());
        match load(&place, path, known) {
            Ok(loaded) => Ok(Some(loaded)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.error(&place, error)),
        }
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

fn load(place: &Path, path: SourcePath, known: Option<&CachedFile>) -> io::Result<Loaded> {
    if !matters(&path) {
        let metadata = fs::metadata(place)?;
        return Ok(Loaded::Handle(Handle::new(path, metadata.len(), modified_nanos(&metadata))));
    }
    if let Some(known) = known
        && known.is_still(Mark::of(&fs::metadata(place)?))
    {
        return Ok(Loaded::Content(path, known.clone()));
    }
    // The open file is asked, so that the system goes its way along the path once.
    let mut file = File::open(place)?;
    let metadata = file.metadata()?;
    let read = SystemTime::now();
    let limit = if files::is_parsed(&path) { MOST_READ } else { u64::MAX };
    let bytes = contents(&mut file, metadata.len().min(limit), limit)?;
    let bytes = match known.filter(|known| *known.bytes == *bytes) {
        Some(known) => Arc::clone(&known.bytes),
        None => Arc::from(bytes),
    };
    Ok(Loaded::Content(path, CachedFile { mark: Mark::of(&metadata), read, bytes }))
}

/// The most bytes that are read of a text: one more than it may have tells that it is too large.
pub(super) const MOST_READ: u64 = text::LARGEST as u64 + 1;

/// What a file holds that had this length a moment ago. The system is not asked for the length again.
fn contents(file: &mut File, len: u64, limit: u64) -> io::Result<Vec<u8>> {
    /// Room in which the file's end is found.
    const ROOM: usize = 64;
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0).saturating_add(ROOM));
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a path from the site's folder is a part of the site.
pub fn is_part(path: &str) -> bool {
    let parts: Vec<&OsStr> = path.split('/').map(OsStr::new).collect();
    match path.split_once('/') {
        None => path == SITE_FILE || FOLDERS.contains(&path),
        Some(("static", _)) => !parts.iter().any(|part| is_git(part)),
        Some((folder, _)) => FOLDERS.contains(&folder) && !parts.iter().any(|part| is_hidden(part)),
    }
}

/// Whether a file's content is read: reports, recorded downtime, configuration, themes and skeletons. The rest is copied.
pub fn matters(path: &SourcePath) -> bool {
    let path = path.as_str();
    match path.split_once('/') {
        Some(("content", _)) => ["md", "csv"].iter().any(|it| without_type(path, it).is_some()),
        Some((folder, _)) => folder != "static",
        None => true,
    }
}

/// Whether something is told of that was there a moment ago, be it there again by now. A link that leads nowhere is not.
fn has_gone(error: &walkdir::Error) -> bool {
    let is_link = |path: &Path| path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    error.io_error().is_some_and(is_absence) && !error.path().is_some_and(is_link)
}

/// Whether it is the folder of a repository, which may hold very many files.
fn is_git(name: &OsStr) -> bool {
    name.eq_ignore_ascii_case(".git")
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::edge::disk::read;
    use crate::edge::disk::testing::site;
    use crate::source::{Entry, Snapshot};

    /// A line a file: its path, `=` and its content when it was read.
    fn shown(snapshot: &Snapshot) -> Vec<String> {
        let line = |(path, entry): (&_, &Entry)| match entry {
            Entry::Bytes(bytes) => format!("{path}={}", String::from_utf8_lossy(bytes)),
            Entry::File(handle) | Entry::Text(handle, _) => format!("{path} {}", handle.len),
        };
        snapshot.files.iter().map(line).collect()
    }

    #[track_caller]
    fn check(site: &Path, expected: &[&str]) {
        assert_eq!(shown(&read(site).unwrap()), expected);
    }

    #[track_caller]
    fn check_error(site: &Path, expected: &str) {
        let message = read(site).unwrap_err().to_string();
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
            "static/.well-known/security.txt",
            "static/.git/HEAD",
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
                "static/.well-known/security.txt 31",
                "static/robots.txt 17",
                "templates/incident.md=templates/incident.md",
                "themes/own/static/x.css=themes/own/static/x.css",
            ],
        );
    }

    /// Reading files of 1,000 GB would take hours, and more memory than there is.
    #[test]
    fn of_a_text_that_is_too_large_only_so_much_is_read_as_shows_it() {
        let paths = ["content/a.md", "content/downtime/a.csv", "themes/x/i18n/en.ftl", "static/a.txt"];
        let more = ["templates/incident.md", "themes/x/templates/a.html", "themes/x/theme.toml"];
        let site = site(&[&paths[..], &more].concat());
        fs::write(site.path().join("site.toml"), "[checks.redact]\nx = 'y'\n").unwrap();
        for path in paths.iter().chain(&more) {
            let file = fs::File::options().write(true).open(site.path().join(path)).unwrap();
            file.set_len(1_000_000_000_000).unwrap();
        }
        for (path, entry) in read(site.path()).unwrap().files {
            let (Entry::Bytes(bytes) | Entry::Text(_, bytes)) = entry else { panic!("{path}") };
            assert_eq!(bytes.len(), if path.as_str() == "site.toml" { 24 } else { 10_000_001 }, "{path}");
        }
    }

    #[test]
    fn an_empty_folder_is_an_empty_snapshot() {
        check(site(&[]).path(), &[]);
    }

    /// Editors make files for a moment, and a checkout of another branch takes whole folders away.
    #[test]
    fn what_comes_and_goes_while_it_is_read_is_no_problem() {
        let site = site(&["site.toml", "content/a.md"]);
        let (over, is_over) = std::sync::mpsc::channel::<()>();
        let content = site.path().join("content");
        let restless = std::thread::spawn(move || {
            while is_over.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                fs::create_dir_all(content.join("b/c")).unwrap();
                for file in ["4913", "b/d.md", "b/c/e.md"] {
                    fs::write(content.join(file), "x").unwrap();
                }
                fs::remove_file(content.join("4913")).unwrap();
                fs::remove_dir_all(content.join("b")).unwrap();
            }
        });
        let read = || read(site.path()).map(|snapshot| assert!(snapshot.files.len() >= 2));
        let failed: Vec<String> = (0..2000).filter_map(|_| read().err()).map(|it| it.to_string()).collect();
        drop(over);
        restless.join().unwrap();
        assert!(failed.is_empty(), "{} times, as {}", failed.len(), failed[0]);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let site = site(&[]).path().join("absent");
        check_error(&site, "cannot read `SITE`: No such file or directory");
    }

    #[test]
    fn a_handle_tells_two_states_of_a_file_apart() {
        let site = site(&["static/a"]);
        let before = read(site.path()).unwrap();
        assert_eq!(read(site.path()).unwrap(), before);
        let file = fs::File::options().write(true).open(site.path().join("static/a")).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
        assert_ne!(read(site.path()).unwrap(), before);
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
            check_error(site.path(), "cannot read `SITE/content/\\xFF.md`: its name is not UTF-8; rename it");
        }
    }
}

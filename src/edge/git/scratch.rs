//! A git repository that lives as long as one publish, in the system's folder for such things.
//!
//! It speaks to remotes as the author's repository does: with its settings of credentials, HTTP and SSH. Invariant: no
//! secret is written to a file or an argument list, and none is in an error.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

use crate::diagnostic::secrets::masked;
use crate::digest::{Digest, Hasher};
use crate::edge::Error;
use crate::edge::deploy::{DeployError, Refusal};
use crate::edge::git::command::{git as any_git, output, printed, refused, was_overtaken};
use crate::edge::git::objects::objects;
use crate::model::target::{History, is_remote};
use crate::time::Instant;

/// The name of the remote in the repository of our own.
const REMOTE: &str = "target";

/// Settings of the author's repository that say how to speak to a remote: sections, in lower case.
const SETTINGS: [&str; 8] =
    ["http.", "https.", "credential.", "url.", "ssh.", "protocol.", "core.sshcommand", "core.askpass"];

/// A repository without a work tree.
#[derive(Debug)]
pub(in crate::edge) struct Scratch {
    folder: PathBuf,
    address: String,
    /// Name and e-mail address of the committer.
    committer: String,
    /// Settings of the author's repository, handed on in the environment.
    settings: Vec<(OsString, OsString)>,
    imports: AtomicUsize,
}

/// The newest commit of a branch.
#[derive(Clone, Debug)]
pub(in crate::edge) struct Tip {
    pub(in crate::edge) commit: String,
    pub(in crate::edge) tree: String,
    /// The objects of its files by their paths.
    pub(in crate::edge) files: BTreeMap<String, String>,
}

/// Which files' bytes are fetched along with a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::edge) enum Blobs {
    /// None; they are when they are read.
    AsNeeded,
    /// All of them.
    All,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is in the system's folder for such things.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Scratch {
    /// A repository whose one remote is that of the author's repository, or stands at that address.
    pub(in crate::edge) fn new(remote: &str, site: &Path) -> Result<Self, DeployError> {
        let address = address(remote, site)?;
        if !is_remote(&address) {
            let message = format!("the remote `{}` runs a program or is not an address", masked(&address));
            return Err(
                Refusal::new(message, "give it an address of a repository, such as `git@HOST:PATH`").into()
            );
        }
        let folder = create_folder()?;
        let mut scratch = Self {
            folder,
            address,
            committer: committer(site),
            settings: Vec::new(),
            imports: AtomicUsize::new(0),
        };
        scratch.settings = as_environment(&settings(site, &scratch.address));
        let mut init = git();
        init.args(["init", "--quiet", "--bare"]).arg(&scratch.folder);
        scratch.run("create a repository in", &mut init)?;
        Ok(scratch)
    }

    /// The remote's address as it may be shown.
    pub(in crate::edge) fn shown(&self) -> String {
        format!("`{}`", masked(&self.address))
    }

    /// The newest commit of a branch; `None` when there is no such branch.
    pub(in crate::edge) fn fetch(&self, branch: &str, blobs: Blobs) -> Result<Option<Tip>, Error> {
        let name = format!("refs/heads/{branch}");
        let mut list = self.git();
        list.args(["ls-remote", "--refs", REMOTE, &name]);
        let listed = self.read("read", &mut list)?;
        let Some(commit) = listed.split_whitespace().next().map(str::to_owned) else { return Ok(None) };
        let mut fetch = self.git();
        fetch.args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--depth=1"]);
        fetch.args((blobs == Blobs::AsNeeded).then_some("--filter=blob:none"));
        fetch.args([REMOTE, &format!("+{name}:refs/allclear/tip")]);
        self.run("fetch", &mut fetch)?;
        let commit = match self.read("read", self.git().args(["rev-parse", "refs/allclear/tip"]))? {
            // It moved between the two.
            fetched if fetched.trim() != commit => fetched.trim().to_owned(),
            _ => commit,
        };
        let tree = format!("{commit}^{{tree}}");
        let tree = self.read("read", self.git().args(["rev-parse", &tree]))?.trim().to_owned();
        let listed = self.read("read", self.git().args(["ls-tree", "-r", "-z", "--full-tree", &tree]))?;
        let files = listed.split('\0').filter_map(|line| {
            let (about, path) = line.split_once('\t')?;
            Some((path.to_owned(), about.rsplit(' ').next()?.to_owned()))
        });
        let files = files.collect();
        Ok(Some(Tip { commit, tree, files }))
    }

    /// A file's bytes.
    pub(in crate::edge) fn blob(&self, object: &str) -> Result<Vec<u8>, Error> {
        let mut read = self.git();
        Ok(output("read", &self.shown_path(), read.args(["cat-file", "blob", object]))?.stdout)
    }

    /// The digests of many files' bytes by their objects.
    pub(in crate::edge) fn digests(&self, ids: Vec<String>) -> Result<BTreeMap<String, Digest>, Error> {
        let hashers = objects(self.git(), &self.shown_path(), &ids, Hasher::update)?;
        Ok(hashers.into_iter().map(|(object, hasher)| (object, hasher.finish())).collect())
    }

    /// Makes a commit of what `write` hands to git-fast-import(1) after its head.
    pub(in crate::edge) fn import(
        &self,
        subject: &str,
        now: Instant,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<String, Error> {
        let name = format!("refs/allclear/new-{}", self.imports.fetch_add(1, Ordering::Relaxed));
        let mut import = self.git();
        import.args(["fast-import", "--quiet", "--done", "--date-format=raw"]);
        let mut child = import
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(Error::when("start", Path::new("git")))?;
        let mut stream = io::BufWriter::new(child.stdin.take().expect("the pipe was asked for"));
        let head = format!(
            "commit {name}\ncommitter {} {} +0000\ndata {}\n{subject}\n",
            self.committer,
            now.epoch_secs(),
            subject.len()
        );
        let written = stream
            .write_all(head.as_bytes())
            .and_then(|()| write(&mut stream))
            .and_then(|()| stream.write_all(b"done\n"))
            .and_then(|()| stream.flush());
        drop(stream);
        let output = child.wait_with_output().map_err(Error::when("start", Path::new("git")))?;
        match written {
            // A broken pipe says less than git itself does.
            Err(error) if output.status.success() || error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::when("commit to", &self.shown_path())(error))
            }
            _ if !output.status.success() => Err(refused("commit to", &self.shown_path(), &output)),
            _ => Ok(self.read("read", self.git().args(["rev-parse", &name]))?.trim().to_owned()),
        }
    }

    /// Moves a branch from the commit it was expected at (empty: no such branch) to another. `false` when others moved it
    /// meanwhile.
    pub(in crate::edge) fn push(
        &self,
        commit: &str,
        branch: &str,
        history: History,
        expected: &str,
    ) -> Result<bool, Error> {
        let mut push = self.git();
        push.args(["push", "--quiet"]);
        if history == History::Single || expected.is_empty() {
            push.arg(format!("--force-with-lease=refs/heads/{branch}:{expected}"));
        }
        push.args([REMOTE, &format!("{commit}:refs/heads/{branch}")]);
        let output = push.output().map_err(Error::when("start", Path::new("git")))?;
        match output.status.success() {
            true => Ok(true),
            false if was_overtaken(&output) => Ok(false),
            false => Err(refused("push to", &self.shown_path(), &output)),
        }
    }

    /// The command git in this repository, with the settings of the author's.
    fn git(&self) -> Command {
        let mut git = git();
        git.arg("--git-dir").arg(&self.folder).envs(self.settings.iter().map(|(key, value)| (key, value)));
        git
    }

    fn run(&self, action: &'static str, command: &mut Command) -> Result<(), Error> {
        output(action, &self.shown_path(), command).map(drop)
    }

    fn read(&self, action: &'static str, command: &mut Command) -> Result<String, Error> {
        let output = output(action, &self.shown_path(), command)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn shown_path(&self) -> PathBuf {
        PathBuf::from(masked(&self.address))
    }
}

/// Git, which reads nothing from us and knows nothing of a repository whose hook we run in.
fn git() -> Command {
    let mut git = any_git();
    git.stdin(Stdio::null());
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"] {
        git.env_remove(name);
    }
    git
}

/// A folder that nobody else can read.
pub(super) fn create_folder() -> Result<PathBuf, Error> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    for attempt in 0..1000 {
        let path = env::temp_dir().join(format!("allclear-{}-{number}-{attempt}", process::id()));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created.map(|()| path.clone()).map_err(Error::when("create", &path)),
        }
    }
    Err(Error::when("create a folder in", &env::temp_dir())(io::ErrorKind::AlreadyExists.into()))
}

/// Where a remote stands: by its name in the author's repository, by a path from the site's folder, or by an address.
fn address(remote: &str, site: &Path) -> Result<String, DeployError> {
    if let Some(address) = printed(git().arg("-C").arg(site).args(["remote", "get-url", "--push", remote])) {
        // A path is meant from the repository, and we work elsewhere.
        let root = printed(git().arg("-C").arg(site).args(["rev-parse", "--show-toplevel"]));
        let path = root.map(|root| Path::new(&root).join(&address)).filter(|path| path.exists());
        return Ok(path.map_or(address, |path| path.to_string_lossy().into_owned()));
    }
    let path = site.join(remote);
    if path.exists() {
        let path = path.canonicalize().map_err(Error::when("find", &path))?;
        return Ok(path.to_string_lossy().into_owned());
    }
    match remote.contains([':', '/']) {
        true => Ok(remote.to_owned()),
        false => Err(Refusal::new(
            format!("there is no remote `{remote}` in `{}`", site.display()),
            "add it with `git remote add`, or give the repository's address as `remote` in site.toml",
        )
        .into()),
    }
}

/// Who commits: as in the author's repository, else ourselves.
fn committer(site: &Path) -> String {
    let ident = printed(git().arg("-C").arg(site).args(["var", "GIT_COMMITTER_IDENT"]));
    let name_and_address = ident.and_then(|ident| Some(ident[..=ident.rfind('>')?].to_owned()));
    name_and_address.unwrap_or_else(|| "allclear <allclear@localhost>".to_owned())
}

/// How the author's repository speaks to remotes, and where ours is.
fn settings(site: &Path, address: &str) -> Vec<(String, String)> {
    let mut list = git();
    list.arg("-C").arg(site).args(["config", "--local", "--includes", "--list", "-z"]);
    let listed = list.output().ok().filter(|output| output.status.success());
    let listed =
        listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let mut settings: Vec<(String, String)> = listed
        .split('\0')
        .filter_map(|entry| entry.split_once('\n').or(Some((entry, "true"))))
        .filter(|(key, _)| SETTINGS.iter().any(|section| key.to_ascii_lowercase().starts_with(section)))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    settings.push((format!("remote.{REMOTE}.url"), address.to_owned()));
    // Files that are read later are fetched from there.
    settings.push((format!("remote.{REMOTE}.promisor"), "true".to_owned()));
    settings
}

/// git-config(1), `GIT_CONFIG_COUNT`: settings that stand in no file and no argument list.
fn as_environment(settings: &[(String, String)]) -> Vec<(OsString, OsString)> {
    let before: usize = env::var("GIT_CONFIG_COUNT").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
    let mut variables: Vec<(OsString, OsString)> =
        vec![("GIT_CONFIG_COUNT".into(), (before + settings.len()).to_string().into())];
    for (number, (key, value)) in (before..).zip(settings) {
        variables.push((format!("GIT_CONFIG_KEY_{number}").into(), key.into()));
        variables.push((format!("GIT_CONFIG_VALUE_{number}").into(), value.into()));
    }
    variables
}

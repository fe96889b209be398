//! Publishing to branches of real repositories, next to people who push there too.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use allclear::diff::Unmanaged;
use allclear::edge::deploy::DeployError;
use allclear::edge::publish::branch::GitBranch;
use allclear::edge::publish::{Destination, PublishOptions, Published, UnchangedFiles};
use allclear::model::out_path::OutPath;
use allclear::model::target::{Branch, History};

use crate::kills::{Site, site};
use crate::publish::{CAREFUL, with_release};
use crate::support::git;

/// A bare repository and a site's repository that has it as `origin`, with a staged file and an unstaged one.
struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "--quiet", "--bare", "bare.git"]);
        git(folder.path(), &["init", "--quiet", "site"]);
        let world = Self { folder };
        git(&world.site(), &["remote", "add", "origin", "../bare.git"]);
        git(&world.site(), &["config", "user.name", "Author"]);
        git(&world.site(), &["config", "user.email", "author@example.org"]);
        fs::write(world.site().join("site.toml"), "title = 'x'\n").unwrap();
        fs::write(world.site().join("staged"), "x\n").unwrap();
        git(&world.site(), &["add", "staged"]);
        world
    }

    fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn bare(&self) -> PathBuf {
        self.folder.path().join("bare.git")
    }

    fn publish(
        &self,
        branch: &Branch,
        site: &Site,
        options: &PublishOptions<'_>,
    ) -> Result<Published, DeployError> {
        let target = GitBranch::open(branch, &self.site())?;
        with_release(site, 0, |release| target.publish(release, options))
    }

    fn files(&self) -> Vec<String> {
        let listed =
            git(&self.bare(), &["-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "gh-pages"]);
        listed.lines().map(str::to_owned).collect()
    }

    fn count(&self) -> usize {
        git(&self.bare(), &["rev-list", "--count", "gh-pages"]).trim().parse().unwrap()
    }

    /// The branch holds the site at this prefix.
    #[track_caller]
    fn check(&self, site: &Site, prefix: &str) {
        for (path, bytes) in site {
            let shown = Command::new("git")
                .arg("-C")
                .arg(self.bare())
                .args(["cat-file", "blob", &format!("gh-pages:{prefix}{path}")])
                .output()
                .unwrap();
            assert_eq!(&shown.stdout, bytes, "{path}");
        }
    }

    /// Somebody else commits a file to the branch.
    fn push_as_other(&self, path: &str, text: &str) {
        let clone = self.folder.path().join(format!("clone-{}", path.replace('/', "-")));
        let there = clone.to_str().unwrap().to_owned();
        git(self.folder.path(), &["clone", "--quiet", "--branch", "gh-pages", "bare.git", &there]);
        fs::create_dir_all(clone.join(path).parent().unwrap()).unwrap();
        fs::write(clone.join(path), text).unwrap();
        git(&clone, &["add", "."]);
        git(&clone, &["commit", "--quiet", "-m", "other"]);
        git(&clone, &["push", "--quiet"]);
    }
}

fn branch(prefix: &str, history: History) -> Branch {
    Branch {
        remote: "origin".to_owned(),
        name: "gh-pages".to_owned(),
        prefix: prefix.to_owned(),
        cname: None,
        history,
    }
}

#[test]
fn exactly_what_differs_is_committed_and_the_author_sees_nothing_of_it() {
    let world = World::new();
    let before = git(&world.site(), &["status", "--porcelain", "--branch"]);
    let branch = branch("", History::Kept);
    let (old, new) = (site(1, 0), site(1, 1));
    let first = world.publish(&branch, &old, &CAREFUL).unwrap();
    assert_eq!(first.changes.added.len(), old.len());
    let second = world.publish(&branch, &new, &CAREFUL).unwrap();
    world.check(&new, "");
    assert_eq!(world.count(), 2);
    let changed = git(&world.bare(), &["diff", "--no-renames", "--name-only", "gh-pages~", "gh-pages"]);
    let own = |path: &&str| !path.starts_with(".allclear/") && *path != "allclear-manifest.txt";
    let changes = &second.changes;
    assert_eq!(
        changed.lines().filter(own).collect::<BTreeSet<_>>(),
        changes.added.iter().chain(&changes.changed).chain(&changes.removed).map(OutPath::as_str).collect()
    );
    assert_eq!(git(&world.bare(), &["log", "-1", "--format=%an", "gh-pages"]), "Author\n");
    assert_eq!(git(&world.site(), &["status", "--porcelain", "--branch"]), before);
    assert_eq!(git(&world.site(), &["for-each-ref"]), "");
    assert_eq!(git(&world.site(), &["count-objects"]).split(' ').next(), Some("1"), "the staged file alone");
}

#[test]
fn the_same_content_is_not_pushed_again() {
    let world = World::new();
    let branch = branch("", History::Kept);
    world.publish(&branch, &site(2, 0), &CAREFUL).unwrap();
    let again = world.publish(&branch, &site(2, 0), &CAREFUL).unwrap();
    assert_eq!((again.commit, again.changes.is_empty(), world.count()), (None, true, 1));
}

#[test]
fn without_history_the_branch_is_one_commit() {
    let world = World::new();
    let branch = branch("", History::Single);
    for version in 0..3 {
        world.publish(&branch, &site(3, version), &CAREFUL).unwrap();
        assert_eq!(world.count(), 1);
        world.check(&site(3, version), "");
    }
}

#[test]
fn previews_stand_beside_the_site() {
    let world = World::new();
    world.publish(&branch("previews/7/", History::Kept), &site(4, 1), &CAREFUL).unwrap();
    assert!(world.files().contains(&".nojekyll".to_owned()), "it is read at the top alone");
    world.publish(&branch("", History::Kept), &site(4, 0), &CAREFUL).unwrap();
    world.publish(&branch("previews/7/", History::Single), &site(4, 2), &CAREFUL).unwrap();
    world.check(&site(4, 0), "");
    world.check(&site(4, 2), "previews/7/");
    let target = GitBranch::open(&branch("previews/7/", History::Kept), &world.site()).unwrap();
    let verdict = target.verify().unwrap();
    assert!(verdict.is_right());
    assert_eq!(verdict.right, site(4, 2).len());
}

#[test]
fn files_of_others_stay() {
    let world = World::new();
    let branch = branch("", History::Kept);
    world.publish(&branch, &site(5, 0), &CAREFUL).unwrap();
    world.push_as_other("notes/mine.txt", "mine");
    let published = world.publish(&branch, &site(5, 1), &CAREFUL).unwrap();
    assert_eq!(published.foreign, ["notes/mine.txt"]);
    world.check(&site(5, 1), "");
    assert!(world.files().contains(&"notes/mine.txt".to_owned()));
    assert_eq!(world.count(), 3);
}

#[test]
fn files_of_others_in_the_way_stop_it_unless_they_are_the_same() {
    let world = World::new();
    let branch = branch("", History::Kept);
    let site = |text: &str| {
        let mut site = Site::new();
        site.insert(OutPath::new("index.html").unwrap(), b"front".to_vec());
        if !text.is_empty() {
            site.insert(OutPath::new("CNAME").unwrap(), text.as_bytes().to_vec());
        }
        site
    };
    world.publish(&branch, &site(""), &CAREFUL).unwrap();
    world.push_as_other("CNAME", "status.example.org\n");
    world.publish(&branch, &site("status.example.org\n"), &CAREFUL).unwrap();
    world.publish(&branch, &site(""), &CAREFUL).unwrap();
    world.push_as_other("CNAME/x", "a folder");
    let error = world.publish(&branch, &site("other.example.org\n"), &CAREFUL).unwrap_err();
    assert!(error.to_string().contains("`CNAME/x`"), "{error}");
    world
        .publish(
            &branch,
            &site("other.example.org\n"),
            &PublishOptions { unmanaged: Unmanaged::Adopt, ..CAREFUL },
        )
        .unwrap();
    world.check(&site("other.example.org\n"), "");
}

#[test]
fn who_publish_at_once_are_all_there_in_the_end() {
    let world = World::new();
    world.publish(&branch("", History::Kept), &site(6, 0), &CAREFUL).unwrap();
    thread::scope(|scope| {
        for number in 1..=3_u64 {
            let world = &world;
            scope.spawn(move || {
                let history = if number == 3 { History::Single } else { History::Kept };
                let branch = branch(&format!("previews/{number}/"), history);
                world.publish(&branch, &site(6, number), &CAREFUL).unwrap();
            });
        }
    });
    world.check(&site(6, 0), "");
    for number in 1..=3 {
        world.check(&site(6, number), &format!("previews/{number}/"));
    }
}

#[test]
fn what_git_refuses_is_told_without_secrets() {
    let world = World::new();
    let to = |remote: &str| Branch { remote: remote.to_owned(), ..branch("", History::Kept) };
    let error = world.publish(&to("upstream"), &site(7, 0), &CAREFUL).unwrap_err();
    assert!(error.to_string().contains("there is no remote `upstream`"), "{error}");
    assert!(error.help().is_some());
    let error =
        world.publish(&to("http://user:s3cr3t@127.0.0.1:1/x.git"), &site(7, 0), &CAREFUL).unwrap_err();
    assert!(!error.to_string().contains("s3cr3t"), "{error}");
    let hook = world.bare().join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\necho not today\nexit 1\n").unwrap();
    #[cfg(unix)]
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let error = world.publish(&branch("", History::Kept), &site(7, 0), &CAREFUL).unwrap_err();
    assert!(error.to_string().contains("not today"), "{error}");
}

#[cfg(unix)]
#[test]
fn what_a_hook_says_forges_no_line() {
    let world = World::new();
    let hook = world.bare().join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let says =
        "printf 'not today\\n\\nerror: forged\\033[2J\\r\\302\\233'; for n in $(seq 100); do echo $n; done";
    fs::write(&hook, format!("#!/bin/sh\n{says}\nexit 1\n")).unwrap();
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let error = world.publish(&branch("", History::Kept), &site(7, 0), &CAREFUL).unwrap_err().to_string();
    assert!(error.contains("not today\n"), "{error}");
    let (first, rest) = error.split_once('\n').unwrap();
    assert!(first.starts_with("cannot push to `"), "{error}");
    assert!(rest.lines().all(|line| line.starts_with("  ")), "{error}");
    assert!(rest.contains("more lines") && rest.lines().count() < 30, "{error}");
    assert!(!error.contains(|char: char| char.is_control() && char != '\n'), "{error:?}");
}

#[test]
fn remotes_that_run_programs_are_refused() {
    let world = World::new();
    let to = |remote: &str| Branch { remote: remote.to_owned(), ..branch("", History::Kept) };
    git(&world.site(), &["remote", "add", "odd", "ext::touch ran"]);
    for remote in ["fd::17", "ext::touch ran", "odd", "x::y"] {
        let error = world.publish(&to(remote), &site(7, 0), &CAREFUL).unwrap_err().to_string();
        assert!(
            error.contains("runs a program") || error.contains("there is no remote"),
            "{remote}: {error}"
        );
    }
}

#[test]
fn a_damaged_file_of_our_own_says_what_to_do_which_then_works() {
    for path in ["allclear-manifest.txt", ".allclear/retired"] {
        let world = World::new();
        let branch = branch("", History::Kept);
        world.publish(&branch, &site(6, 0), &CAREFUL).unwrap();
        world.push_as_other(path, "<<<<<<< HEAD\n");
        let error = world.publish(&branch, &site(6, 1), &CAREFUL).unwrap_err();
        assert!(error.to_string().starts_with(&format!("`{path}` in the branch `gh-pages` of ")), "{error}");
        assert!(error.to_string().contains(" is damaged: line 1: "), "{error}");
        assert!(error.help().unwrap().contains("`--adopt`"));
        let adopting = PublishOptions { unmanaged: Unmanaged::Adopt, ..CAREFUL };
        world.publish(&branch, &site(6, 1), &adopting).unwrap();
        world.check(&site(6, 1), "");
        assert!(world.publish(&branch, &site(6, 1), &CAREFUL).unwrap().changes.is_empty());
    }
}

#[test]
fn a_path_is_a_remote_too() {
    let world = World::new();
    let by_path = Branch { remote: "../bare.git".to_owned(), ..branch("", History::Kept) };
    world.publish(&by_path, &site(8, 0), &CAREFUL).unwrap();
    world.check(&site(8, 0), "");
    let target = GitBranch::open(&by_path, &world.site()).unwrap();
    let front = OutPath::new("index.html").unwrap();
    assert_eq!(target.read(&front).unwrap().as_ref(), site(8, 0).get(&front));
}

/// A publish trusts the manifest; with `--all` it looks at what the branch holds.
#[test]
fn what_others_changed_in_the_branch_is_mended_when_all_files_are_looked_at() {
    let world = World::new();
    let branch = branch("", History::Kept);
    let site = site(6, 0);
    world.publish(&branch, &site, &CAREFUL).unwrap();
    let path = site.keys().find(|path| path.as_str().ends_with(".html")).unwrap();
    world.push_as_other(path.as_str(), "changed by hand");
    assert!(world.publish(&branch, &site, &CAREFUL).unwrap().changes.is_empty());
    let all = PublishOptions { unchanged: UnchangedFiles::Rewrite, ..CAREFUL };
    let mended = world.publish(&branch, &site, &all).unwrap();
    assert_eq!(mended.changes.changed.iter().map(OutPath::as_str).collect::<Vec<_>>(), [path.as_str()]);
    world.check(&site, "");
    assert_eq!(world.publish(&branch, &site, &all).unwrap().commit, None);
}

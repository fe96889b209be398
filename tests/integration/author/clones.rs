//! A commit holds all that its report needs: the rest of a move, and what symbolic links lead to.

use std::fs;

use super::pushes::{clone_builds, published};
use super::{Desk, OPEN, OPEN_PATH};
use crate::support::git;

/// What git has of a folder after the last commit.
fn committed(desk: &Desk, folder: &str) -> String {
    git(desk.path(), &["ls-tree", "-r", "--name-only", "HEAD", folder])
}

/// A moved report is committed whole, whoever moved it, and whether the move is staged.
#[track_caller]
fn check_move(from: &str, to: &str, is_staged: bool) {
    let desk = Desk::with(&[("content/notes.txt", "mine")]);
    let is_folder = !from.ends_with(".md");
    let report = |place: &str| if is_folder { format!("{place}/index.md") } else { place.to_owned() };
    let path = desk.path().join(report(from));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, OPEN).unwrap();
    if is_folder {
        fs::write(desk.path().join(from).join("kept.gif"), "GIF89a").unwrap();
    }
    let _remote = published(&desk);
    fs::create_dir_all(desk.path().join(to).parent().unwrap()).unwrap();
    match is_staged {
        true => drop(git(desk.path(), &["mv", from, to])),
        false => fs::rename(desk.path().join(from), desk.path().join(to)).unwrap(),
    }
    fs::remove_file(desk.path().join("content/notes.txt")).unwrap();
    desk.done(&["update", &report(to), "--message", "Still.", "--commit"]);
    clone_builds(&desk);
    assert_eq!(git(desk.path(), &["status", "--porcelain"]), " D content/notes.txt\n");
    let mut files = vec![report(to), "content/notes.txt".to_owned()];
    files.extend(is_folder.then(|| format!("{to}/kept.gif")));
    files.sort();
    assert_eq!(committed(&desk, "content/"), files.join("\n") + "\n");
}

#[test]
fn a_move_by_hand_is_committed_whole() {
    for is_staged in [true, false] {
        check_move("content/incidents/a.md", "content/incidents/2024/a.md", is_staged);
        check_move("content/incidents/a.md", "content/incidents/b.md", is_staged);
        check_move("content/incidents/slow.md", "content/incidents/Slow.md", is_staged);
        check_move("content/incidents/a", "content/incidents/b", is_staged);
        check_move("content/incidents/a", "content/incidents/2024/a", is_staged);
    }
}

#[test]
fn a_moved_maintenance_is_committed_whole() {
    let desk = Desk::with(&[]);
    let _remote = published(&desk);
    let path =
        desk.done(&["schedule", "Works", "--from", "+2d", "--for", "2h", "--affects", "api", "--commit"]);
    git(desk.path(), &["mv", &path, "content/maintenance/b.md"]);
    desk.done(&["update", "b", "--status", "cancelled", "--message", "No.", "--commit"]);
    assert_eq!(committed(&desk, "content/"), "content/maintenance/b.md\n");
    clone_builds(&desk);
}

#[test]
fn a_report_that_was_deleted_is_not_taken_for_another_ones_earlier_place() {
    let desk = Desk::open();
    let _remote = published(&desk);
    fs::remove_file(desk.path().join(OPEN_PATH)).unwrap();
    desk.done(&["new", "Web down", "--affects", "web=major", "--commit"]);
    assert_eq!(git(desk.path(), &["status", "--porcelain"]), format!(" D {OPEN_PATH}\n"));
}

#[test]
fn files_that_git_was_told_to_forget_are_committed_again() {
    let desk = Desk::open();
    let _remote = published(&desk);
    git(desk.path(), &["rm", "--quiet", "--cached", OPEN_PATH]);
    desk.done(&["update", "slow", "--message", "x", "--commit"]);
    assert_eq!(git(desk.path(), &["status", "--porcelain"]), "");
    clone_builds(&desk);
}

#[test]
fn changes_that_git_overlooks_are_not_said_to_be_committed() {
    for flag in ["skip-worktree", "assume-unchanged"] {
        let desk = Desk::open();
        let _remote = published(&desk);
        git(desk.path(), &["update-index", &format!("--{flag}"), OPEN_PATH]);
        desk.run(&["update", "slow", "--message", "x", "--commit"])
            .failed("git was told to overlook changes of");
        git(desk.path(), &["update-index", &format!("--no-{flag}"), OPEN_PATH]);
        desk.done(&["update", "slow", "--message", "y", "--commit"]);
        // Another file's overlooked change is one that a clone does not have.
        git(desk.path(), &["update-index", &format!("--{flag}"), "site.toml"]);
        let site = format!("{}\n[[components]]\nid = \"mail\"\nname = \"Mail\"\n", super::SITE);
        fs::write(desk.path().join("site.toml"), site).unwrap();
        let ran = desk.run(&["new", "Mail down", "--affects", "mail=major", "--commit"]);
        assert!(ran.stderr.contains("git does not have `site.toml` as it is"), "{}", ran.stderr);
    }
}

#[test]
fn a_report_in_a_repository_of_its_own_is_not_said_to_be_committed() {
    let desk = Desk::open();
    let _remote = published(&desk);
    let inner = desk.path().join("content/maintenance");
    fs::create_dir(&inner).unwrap();
    git(&inner, &["init", "--quiet", "."]);
    git(&inner, &["commit", "--quiet", "--allow-empty", "-m", "Begin"]);
    for add in [false, true] {
        if add {
            git(desk.path(), &["add", "content/maintenance"]);
            git(desk.path(), &["commit", "--quiet", "-m", "As a submodule"]);
        }
        desk.run(&["schedule", "Works", "--from", "+2d", "--for", "2h", "--affects", "api", "--commit"])
            .failed(" is in a git repository of its own, `");
    }
}

#[cfg(unix)]
mod links {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::super::pushes::{add_image, clone_builds, published};
    use super::{Desk, OPEN, committed};
    use crate::support::git;

    const REPORT: &str = "content/incidents/a/index.md";

    /// A report that shows an image, which is a symbolic link to `target`.
    fn with_image(target: &Path) -> (Desk, tempfile::TempDir) {
        let desk = Desk::with(&[(REPORT, OPEN), ("material/graph.gif", "GIF89a")]);
        let remote = published(&desk);
        git(desk.path(), &["rm", "--quiet", "--cached", "material/graph.gif"]);
        git(desk.path(), &["commit", "--quiet", "-m", "Without"]);
        add_image(&desk, REPORT, "graph.gif");
        let link = desk.path().join("content/incidents/a/graph.gif");
        fs::remove_file(&link).unwrap();
        symlink(target, &link).unwrap();
        (desk, remote)
    }

    #[test]
    fn what_a_link_leads_to_is_committed_along() {
        let (desk, _remote) = with_image(Path::new("../../../material/graph.gif"));
        desk.done(&["update", "a", "--message", "x", "--commit"]);
        clone_builds(&desk);
        assert_eq!(git(desk.path(), &["status", "--porcelain"]), "");
    }

    #[test]
    fn a_link_that_would_lead_nowhere_is_not_committed() {
        let (desk, _remote) = with_image(Path::new("../../../material/graph.gif"));
        fs::write(desk.path().join(".gitignore"), "material\n").unwrap();
        let ran = desk.run(&["update", "a", "--message", "x", "--commit"]).ended(2);
        assert!(ran.stderr.contains("; git ignores `material/graph.gif`; "), "{}", ran.stderr);
        let link = desk.path().join("content/incidents/a/graph.gif");
        fs::remove_file(&link).unwrap();
        // Another machine's clone has another absolute path.
        symlink(fs::canonicalize(desk.path()).unwrap().join("material/graph.gif"), &link).unwrap();
        desk.run(&["update", "a", "--message", "y", "--commit"]).failed("it is a symbolic link to `/");
        assert_eq!(git(desk.path(), &["log", "--format=%s", "-1"]), "Without\n");
    }

    #[test]
    fn a_report_behind_links_is_committed_where_it_is() {
        for (link, target, file) in [
            ("content/incidents/a.md", "../../material/a.md", "material/a.md"),
            ("content/incidents", "../material", "material/a.md"),
            ("content", "material", "material/incidents/a.md"),
        ] {
            let desk = Desk::with(&[(file, OPEN)]);
            fs::create_dir_all(desk.path().join(link).parent().unwrap()).unwrap();
            symlink(target, desk.path().join(link)).unwrap();
            git(desk.path(), &["init", "--quiet", "."]);
            git(desk.path(), &["add", "site.toml"]);
            git(desk.path(), &["commit", "--quiet", "-m", "Begin"]);
            desk.done(&["update", "a", "--message", "x", "--commit"]);
            assert_eq!(committed(&desk, "."), format!("{link}\n{file}\nsite.toml\n"));
            clone_builds(&desk);
            desk.done(&["update", "a", "--message", "y", "--commit"]);
            assert_eq!(git(desk.path(), &["status", "--porcelain"]), "");
        }
    }
}

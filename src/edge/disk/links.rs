//! Symbolic links on the way to a file of the site.

use std::path::Path;
use std::{fs, io};

use crate::edge::Error;
use crate::source::SourcePath;

/// As many links as Linux follows on one way (path_resolution(7)).
const MOST_LINKS: usize = 40;

/// The symbolic links on the way to a file of the site, and last the file they lead to: what another folder needs to have the
/// file at this path.
///
/// # Errors
/// When a link leads out of the site's folder, or to an absolute path, which is another one on another machine.
pub fn way(site: &Path, path: &SourcePath) -> Result<Vec<SourcePath>, Error> {
    let mut way = Vec::new();
    let mut end = path.clone();
    while let Some((link, target)) = first_link(site, &end) {
        let rest = &end.as_str()[link.as_str().len()..];
        let next = target.to_str().filter(|_| way.len() < MOST_LINKS && target.is_relative());
        let next = next.and_then(|target| link.sibling(&format!("{}{rest}", target.replace('\\', "/"))));
        let cause =
            || format!("it is a symbolic link to `{}`, which a clone would not have", target.display());
        end =
            next.ok_or_else(|| Error::when("follow", &site.join(link.as_str()))(io::Error::other(cause())))?;
        way.push(link);
    }
    way.push(end);
    Ok(way)
}

/// The first part of a path that is a link, and where that leads.
fn first_link(site: &Path, path: &SourcePath) -> Option<(SourcePath, std::path::PathBuf)> {
    let path = path.as_str();
    let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
    ends.into_iter().find_map(|end| {
        let target = fs::read_link(site.join(&path[..end])).ok()?;
        Some((SourcePath::new(&path[..end]), target))
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::way;
    use crate::source::SourcePath;

    #[test]
    fn a_way_names_every_link_and_the_file() {
        let site = tempfile::tempdir().unwrap();
        fs::create_dir_all(site.path().join("material/old")).unwrap();
        fs::write(site.path().join("material/old/a.md"), "").unwrap();
        fs::create_dir(site.path().join("content")).unwrap();
        let link = |to: &str, at: &str| symlink(to, site.path().join(at)).unwrap();
        link("../material/new", "content/incidents");
        link("old", "material/new");
        link("a.md", "material/old/b.md");
        link("/etc/hosts", "content/c.md");
        link("../../d", "content/d.md");
        link("e.md", "content/e.md");
        let check = |path: &str, expected: &[&str]| {
            let way = way(site.path(), &SourcePath::new(path)).unwrap_or_default();
            assert_eq!(way.iter().map(SourcePath::as_str).collect::<Vec<_>>(), expected);
        };
        check("site.toml", &["site.toml"]);
        let links = ["content/incidents", "material/new", "material/old/b.md", "material/old/a.md"];
        check("content/incidents/b.md", &links);
        for wrong in ["content/c.md", "content/d.md", "content/e.md"] {
            check(wrong, &[]);
        }
    }
}

//! A published site against its manifest.

use serde::Serialize;

use crate::diff::Manifest;
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::publish::MANIFEST;
use crate::edge::publish::parallel::in_parallel;
use crate::model::out_path::{OWN_FOLDER, OutPath};

/// How many files are asked for at once.
const THREADS: usize = 8;

/// The result of a comparison. Paths are in order; as JSON the fields keep their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// How many files are as the manifest says.
    pub right: usize,
    /// Files that hold something else.
    pub differing: Vec<OutPath>,
    /// Files that are not there.
    pub missing: Vec<OutPath>,
    /// Files that are not there, as on every host that keeps such names to itself.
    pub hidden: Vec<OutPath>,
    /// Files that are in no manifest, where the place can list what it holds.
    pub foreign: Vec<String>,
}

impl Verdict {
    /// Whether readers get every file as it was built.
    pub fn is_right(&self) -> bool {
        self.differing.is_empty() && self.missing.is_empty()
    }
}

/// The state of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    File(Digest),
    Nothing,
}

impl Seen {
    /// Of a file's bytes.
    pub fn of(bytes: Option<&Vec<u8>>) -> Self {
        bytes.map_or(Self::Nothing, |bytes| Self::File(Digest::of(bytes)))
    }
}

/// Looks at every file of a manifest. `look` is asked on many threads at once.
///
/// # Errors
/// The first failure of `look`.
pub fn judge(
    manifest: &Manifest,
    look: impl Fn(&OutPath) -> Result<Seen, Error> + Sync,
) -> Result<Verdict, Error> {
    let files: Vec<(&OutPath, &Digest)> = manifest.files.iter().collect();
    let seen = in_parallel(&files, THREADS, |(path, _)| look(path))?;
    let mut verdict = Verdict::default();
    for ((path, digest), seen) in files.into_iter().zip(seen) {
        match seen {
            Seen::File(found) if found == *digest => verdict.right += 1,
            Seen::File(_) => verdict.differing.push(path.clone()),
            Seen::Nothing if is_often_hidden(path) => verdict.hidden.push(path.clone()),
            Seen::Nothing => verdict.missing.push(path.clone()),
        }
    }
    Ok(verdict)
}

/// Names that hosts read themselves and show nobody.
fn is_often_hidden(path: &OutPath) -> bool {
    path.as_str().split('/').any(|part| part.starts_with('.'))
        || matches!(path.as_str(), "CNAME" | "_headers" | "_redirects")
}

/// Of everything a place holds, what neither the site nor its publisher wrote.
pub(super) fn foreign<'a>(all: impl Iterator<Item = &'a str>, is_ours: impl Fn(&str) -> bool) -> Vec<String> {
    let is_own = |path: &str| {
        path == MANIFEST.as_str() || path.strip_prefix(OWN_FOLDER).is_some_and(|rest| rest.starts_with('/'))
    };
    all.filter(|path| !is_own(path) && !is_ours(path)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{Manifest, OutPath, Seen, judge};
    use crate::digest::Digest;

    #[test]
    fn everything_wrong_is_named() {
        let path = |text: &str| OutPath::new(text).unwrap();
        let names = ["index.html", "other.html", "gone.html", ".nojekyll", "_headers", "same.html"];
        let manifest: Manifest =
            names.map(|name| (path(name), Digest::of(name.as_bytes()))).into_iter().collect();
        let look = |path: &OutPath| {
            Ok(match path.as_str() {
                "gone.html" | ".nojekyll" | "_headers" => Seen::Nothing,
                "other.html" => Seen::of(Some(&b"something else".to_vec())),
                name => Seen::of(Some(&name.as_bytes().to_vec())),
            })
        };
        let verdict = judge(&manifest, look).unwrap();
        assert_eq!(verdict.right, 2);
        assert_eq!(verdict.differing, [path("other.html")]);
        assert_eq!(verdict.missing, [path("gone.html")]);
        assert_eq!(verdict.hidden, [path(".nojekyll"), path("_headers")]);
        assert!(!verdict.is_right());
    }
}

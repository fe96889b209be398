//! The manifest: every output's path and digest, in the form that `sha256sum -c` reads.

use std::collections::BTreeMap;
use std::fmt;

use crate::digest::Digest;
use crate::model::out_path::OutPath;

/// How the first line begins, which `sha256sum -c` skips: the number of files, so that a manifest that was cut is noticed.
const COUNT: &str = "# files: ";

/// Every output by its path, with the digest of its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    pub files: BTreeMap<OutPath, Digest>,
}

/// A line that is not what its file consists of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct BadLine {
    pub line: usize,
    pub problem: String,
}

impl Manifest {
    /// Reads what [`fmt::Display`] writes; the `*` that `sha256sum --binary` puts before a path is read as well. Older
    /// manifests do not begin with their number of files.
    pub fn parse(text: &str) -> Result<Self, BadLine> {
        let mut files = BTreeMap::new();
        let count = text.lines().next().and_then(|line| line.strip_prefix(COUNT));
        for (line, digest_and_path) in numbered(text)?.skip(usize::from(count.is_some())) {
            let (digest, path) = parse_line(digest_and_path).map_err(|problem| BadLine { line, problem })?;
            if files.insert(path.clone(), digest).is_some() {
                return Err(BadLine { line, problem: format!("`{path}` is listed twice") });
            }
        }
        if text.is_empty() || count.is_some_and(|count| count != files.len().to_string()) {
            let problem =
                format!("it is cut: it ends after {} of {} files", files.len(), count.unwrap_or("its"));
            return Err(BadLine { line: text.lines().count().max(1), problem });
        }
        Ok(Self { files })
    }

    pub fn digest(&self, path: &OutPath) -> Option<&Digest> {
        self.files.get(path)
    }
}

impl FromIterator<(OutPath, Digest)> for Manifest {
    fn from_iter<I: IntoIterator<Item = (OutPath, Digest)>>(files: I) -> Self {
        Self { files: files.into_iter().collect() }
    }
}

impl fmt::Display for Manifest {
    /// The number of files, then a line a file, in order of paths: 64 hexadecimal digits, two spaces, the path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{COUNT}{}", self.files.len())?;
        self.files.iter().try_for_each(|(path, digest)| writeln!(f, "{digest}  {path}"))
    }
}

/// The lines of a record with their numbers from 1. The last one must have its end: a path that was cut would name another file.
pub(super) fn numbered(text: &str) -> Result<impl Iterator<Item = (usize, &str)>, BadLine> {
    if !text.is_empty() && !text.ends_with('\n') {
        return Err(BadLine { line: text.lines().count(), problem: "the line is cut".to_owned() });
    }
    Ok(text.lines().enumerate().map(|(index, line)| (index + 1, line)))
}

pub(super) fn parse_line(line: &str) -> Result<(Digest, OutPath), String> {
    let (digest, path) = line
        .split_once("  ")
        .or_else(|| line.split_once(" *"))
        .ok_or("not a digest, two spaces and a path")?;
    let digest = digest.parse().map_err(|problem| format!("{problem}"))?;
    let path = OutPath::recorded(path).map_err(|problem| problem.to_string())?;
    Ok((digest, path))
}

/// The manifest of files given as path and content: `a.html=1 b.html=2`.
#[cfg(test)]
pub(super) fn manifest(words: &str) -> Manifest {
    let file = |word: &str| {
        let (path, content) = word.split_once('=').unwrap();
        (OutPath::new(path).unwrap(), Digest::of(content.as_bytes()))
    };
    words.split_whitespace().map(file).collect()
}

#[cfg(test)]
mod tests {
    use super::{Digest, Manifest, OutPath};

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn it_is_written_as_sha256sum_reads_it() {
        let file = |path| (OutPath::new(path).unwrap(), Digest::of(b"abc"));
        let manifest: Manifest = [file("b c/index.html"), file("a.css")].into_iter().collect();
        let text = format!("{ABC}  a.css\n{ABC}  b c/index.html\n");
        assert_eq!(manifest.to_string(), format!("# files: 2\n{text}"));
        assert_eq!(Manifest::parse(&manifest.to_string()).unwrap(), manifest);
        assert_eq!(Manifest::parse(&text).unwrap(), manifest);
        assert_eq!(Manifest::parse(&text.replace("  ", " *")).unwrap(), manifest);
        let none = Manifest::default();
        assert_eq!(Manifest::parse(&none.to_string()).unwrap(), none);
        let cut = Manifest::parse(text.trim_end().strip_suffix(".html").unwrap()).unwrap_err();
        assert_eq!((cut.line, &*cut.problem), (2, "the line is cut"));
    }

    #[test]
    fn a_manifest_that_ends_too_early_is_damaged() {
        let problem = |text: &str| Manifest::parse(text).unwrap_err().to_string();
        let text = format!("# files: 2\n{ABC}  a\n{ABC}  b\n");
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        assert_eq!(problem(""), "line 1: it is cut: it ends after 0 of its files");
        assert_eq!(problem(lines[0]), "line 1: it is cut: it ends after 0 of 2 files");
        assert_eq!(problem(&lines[..2].concat()), "line 2: it is cut: it ends after 1 of 2 files");
        assert_eq!(problem("# files: 0"), "line 1: the line is cut");
    }

    #[track_caller]
    fn check(line: &str, problem: &str) {
        let text = format!("{ABC}  a\n{line}\n");
        assert_eq!(Manifest::parse(&text).unwrap_err().to_string(), problem);
    }

    #[test]
    fn a_damaged_line_is_named() {
        check("", "line 2: not a digest, two spaces and a path");
        check(&ABC[..40], "line 2: not a digest, two spaces and a path");
        check("abc  b", "line 2: a SHA-256 has 64 hexadecimal digits");
        check(&format!("{ABC}  ../b"), "line 2: `../b` has a part `.` or `..`");
        check(&format!("{ABC}  a"), "line 2: `a` is listed twice");
    }
}

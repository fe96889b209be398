//! Hashed assets that no page names any more: they stay a day, for pages in readers' browsers and caches.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

use crate::diff::manifest::{BadLine, Manifest, numbered, parse_line};
use crate::digest::Digest;
use crate::model::out_path::OutPath;
use crate::time::Instant;

/// How long a superseded asset stays, in seconds: one day.
pub const KEEP_SECS: i64 = 86_400;

/// Superseded assets that are still there, with their digests and the instants at which they were superseded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retired {
    pub files: BTreeMap<OutPath, (Digest, Instant)>,
}

impl Retired {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Result<Self, BadLine> {
        let mut files = BTreeMap::new();
        for (line, text) in numbered(text)? {
            let (path, file) = parse_retired(text).map_err(|problem| BadLine { line, problem })?;
            files.insert(path, file);
        }
        Ok(Self { files })
    }

    /// Which assets stay although `new` does not name them: those already retired for less than a day, and those of
    /// `old` that are superseded now. A retirement that lies after `now` (a clock was set back) begins at `now`. An asset
    /// that stands where a new output needs a folder, or in a folder where one needs a file, does not stay.
    #[must_use]
    pub fn renewed(&self, old: &Manifest, new: &Manifest, now: Instant) -> Self {
        let fresh =
            old.files.iter().filter(|(path, _)| path.is_hashed_asset() && !self.files.contains_key(*path));
        let fresh = fresh.map(|(path, digest)| (path, (*digest, now)));
        let known = self.files.iter().map(|(path, (digest, since))| (path, (*digest, *since.min(&now))));
        let stays = |path: &OutPath, since: Instant| now.secs_since(since) < KEEP_SECS && has_room(path, new);
        let files = known.chain(fresh).filter(|(path, (_, since))| stays(path, *since));
        Self { files: files.map(|(path, file)| (path.clone(), file)).collect() }
    }
}

impl fmt::Display for Retired {
    /// A line an asset, in order of paths: the retirement as RFC 3339 in UTC, then as in a manifest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.files.iter().try_for_each(|(path, (digest, since))| writeln!(f, "{since} {digest}  {path}"))
    }
}

/// Whether `new` leaves a path free, as a file and as a folder.
fn has_room(path: &OutPath, new: &Manifest) -> bool {
    let inside = format!("{path}/");
    let below = new.files.range::<str, _>((Bound::Included(inside.as_str()), Bound::Unbounded)).next();
    new.digest(path).is_none()
        && !path.folders().any(|folder| new.files.contains_key(folder))
        && !below.is_some_and(|(other, _)| other.as_str().starts_with(&inside))
}

fn parse_retired(line: &str) -> Result<(OutPath, (Digest, Instant)), String> {
    let (since, file) = line.split_once(' ').ok_or("not a time, a digest and a path")?;
    let since = Instant::parse_rfc3339(since).ok_or_else(|| format!("`{since}` is not a time"))?;
    let (digest, path) = parse_line(file)?;
    Ok((path, (digest, since)))
}

#[cfg(test)]
mod tests {
    use super::{Digest, Instant, KEEP_SECS, Manifest, OutPath, Retired};

    const OLD: &str = "style.0123456789abcdef.css";
    const NEW: &str = "style.fedcba9876543210.css";

    fn manifest(paths: &[&str]) -> Manifest {
        paths.iter().map(|path| (OutPath::new(path).unwrap(), Digest::of(b""))).collect()
    }

    fn at(secs: i64) -> Instant {
        Instant::from_epoch_secs(secs)
    }

    fn names(retired: &Retired) -> Vec<(&str, i64)> {
        retired.files.iter().map(|(path, (_, since))| (path.as_str(), since.epoch_secs())).collect()
    }

    #[test]
    fn a_superseded_asset_stays_a_day_and_no_page_does() {
        let (old, new) = (manifest(&["old.html", OLD]), manifest(&[NEW]));
        let retired = Retired::default().renewed(&old, &new, at(100));
        assert_eq!(names(&retired), [(OLD, 100)]);
        let last_moment = retired.renewed(&new, &new, at(100 + KEEP_SECS - 1));
        assert_eq!(names(&last_moment), [(OLD, 100)]);
        assert_eq!(names(&retired.renewed(&new, &new, at(100 + KEEP_SECS))), []);
    }

    #[test]
    fn an_asset_that_comes_back_is_retired_no_more() {
        let retired = Retired::default().renewed(&manifest(&[OLD]), &manifest(&[]), at(0));
        assert_eq!(names(&retired.renewed(&manifest(&[]), &manifest(&[OLD]), at(1))), []);
    }

    #[test]
    fn an_asset_in_the_way_of_an_output_does_not_stay() {
        for taken in [&format!("{OLD}/index.html"), OLD] {
            assert_eq!(names(&Retired::default().renewed(&manifest(&[OLD]), &manifest(&[taken]), at(0))), []);
        }
        let below = format!("a/{OLD}");
        let retired = |new| Retired::default().renewed(&manifest(&[&below]), &manifest(&[new]), at(0));
        assert_eq!(names(&retired("a")), []);
        assert_eq!(names(&retired("a.html")), [(below.as_str(), 0)]);
    }

    #[test]
    fn a_clock_set_back_keeps_nothing_longer_than_a_day() {
        let retired = Retired::default().renewed(&manifest(&[OLD]), &manifest(&[]), at(1_000_000));
        assert_eq!(names(&retired.renewed(&manifest(&[]), &manifest(&[]), at(500))), [(OLD, 500)]);
    }

    #[test]
    fn it_is_read_back_as_written() {
        let retired = Retired::default().renewed(&manifest(&[OLD]), &manifest(&[]), at(1_714_957_200));
        let text = retired.to_string();
        assert_eq!(text, format!("2024-05-06T01:00:00Z {}  {OLD}\n", Digest::of(b"")));
        assert_eq!(Retired::parse(&text), Ok(retired));
        let problem = |text| Retired::parse(text).unwrap_err().to_string();
        assert_eq!(problem("x\n"), "line 1: not a time, a digest and a path");
        assert_eq!(problem("noon x  y\n"), "line 1: `noon` is not a time");
    }
}

//! Publishing to a branch of a git repository, by the command `git`: exactly the files that differ, in one commit.
//!
//! All work is done in a repository of our own that lives as long as the publish, so no work tree, index or ref of the
//! author's is touched. A push is atomic by itself: there is no journal.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::diff::{BadLine, Changes, Manifest, Retired};
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::publish::deployed::{Own, parsed, settled};
use crate::edge::publish::scratch::{Blobs, Scratch, Tip};
use crate::edge::publish::{
    Destination, MANIFEST, Order, Progress, PublishError, Published, Refusal, Release, Seen, Strangers,
    Verdict, as_of, judge, refuse_older, verdict,
};
use crate::model::target::{Branch, History};
use crate::plan::path::OutPath;

/// How often a push is tried when others push at the same time.
const ATTEMPTS: u32 = 6;

/// Superseded assets that are still there, below the site's folder in the branch.
const RETIRED: &str = ".allclear/retired";

/// Tells GitHub Pages to publish the branch as it is. It is read at the branch's top alone.
const NO_JEKYLL: &str = ".nojekyll";

/// A branch that a site is published to; it may be absent.
#[derive(Debug)]
pub struct GitBranch {
    branch: Branch,
    scratch: Scratch,
}

impl GitBranch {
    /// The branch, its remote named as in the repository that holds the site's folder.
    ///
    /// # Errors
    /// Without git, or when there is no such remote.
    pub fn open(branch: &Branch, site: &Path) -> Result<Self, PublishError> {
        Ok(Self { branch: branch.clone(), scratch: Scratch::new(&branch.remote, site)? })
    }

    fn place(&self) -> String {
        format!("the branch `{}` of {}", self.branch.name, self.scratch.shown())
    }

    /// The path in the branch of a path in the site.
    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.branch.prefix)
    }

    fn tip(&self, blobs: Blobs) -> Result<Option<Tip>, Error> {
        self.scratch.fetch(&self.branch.name, blobs)
    }

    fn file(&self, tip: Option<&Tip>, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let object = tip.and_then(|tip| tip.files.get(&self.path(path)));
        object.map(|object| self.scratch.blob(object)).transpose()
    }

    /// One of our own files at the tip.
    fn own<T>(
        &self,
        tip: Option<&Tip>,
        path: &str,
        parse: impl Fn(&str) -> Result<T, BadLine>,
    ) -> Result<Own<T>, Error> {
        let bytes = self.file(tip, path)?;
        Ok(bytes.map(|bytes| parsed(&bytes, (&self.path(path), &self.place()), parse)).transpose())
    }

    /// What a release would change at this tip.
    fn prepare(
        &self,
        tip: Option<&Tip>,
        release: &Release<'_>,
        order: &Order<'_>,
    ) -> Result<Prepared, PublishError> {
        let published = self.file(tip, "build.json")?.and_then(|bytes| as_of(&bytes));
        refuse_older(release, published, &self.place(), order)?;
        let mut is_damaged = false;
        let recorded = self.own(tip, MANIFEST.as_str(), Manifest::parse)?;
        let recorded = settled(recorded, order.strangers, &mut is_damaged)?;
        let known = settled(self.own(tip, RETIRED, Retired::parse)?, order.strangers, &mut is_damaged)?;
        let known = known.unwrap_or_default();
        let there = self.there(tip);
        let mut owned = recorded.clone().unwrap_or_default();
        owned.files.extend(known.files.iter().map(|(path, (digest, _))| (path.clone(), *digest)));
        owned.files.retain(|path, _| there.contains(path.as_str()));
        self.take_over(tip, release, order, &there, &mut owned)?;
        let retired = known.renewed(&owned, &release.manifest, release.now);
        let foreign = verdict::foreign(there.iter().map(String::as_str), |path| {
            owned.files.contains_key(path) || release.manifest.files.contains_key(path)
        });
        owned.files.retain(|path, _| !retired.files.contains_key(path));
        let changes = Changes::between(&owned, &release.manifest);
        let needs_switch = tip.is_none_or(|tip| !tip.files.contains_key(NO_JEKYLL));
        let adds_switch = needs_switch && !self.branch.prefix.is_empty();
        let is_done = changes.is_empty()
            && !is_damaged
            && !adds_switch
            && recorded.as_ref() == Some(&release.manifest)
            && known == retired;
        Ok(Prepared { changes, retired, foreign, adds_switch, is_done })
    }

    /// The site's files in the branch, by their paths in the site.
    fn there(&self, tip: Option<&Tip>) -> BTreeSet<String> {
        let files = tip.into_iter().flat_map(|tip| tip.files.keys());
        files.filter_map(|path| path.strip_prefix(&self.branch.prefix)).map(str::to_owned).collect()
    }

    /// Makes files ours that are not, where the site has the same ones, or where the order says so.
    fn take_over(
        &self,
        tip: Option<&Tip>,
        release: &Release<'_>,
        order: &Order<'_>,
        there: &BTreeSet<String>,
        owned: &mut Manifest,
    ) -> Result<(), PublishError> {
        let mut in_the_way = Vec::new();
        let folders: BTreeSet<&str> = release.manifest.files.keys().flat_map(OutPath::folders).collect();
        for path in there.iter().filter_map(|path| OutPath::new(path).ok()) {
            if owned.digest(&path).is_some() || path == *MANIFEST {
                continue;
            }
            let is_inside_a_file = path.folders().any(|folder| release.manifest.files.contains_key(folder));
            let wanted = release.manifest.digest(&path);
            if wanted.is_none() && !folders.contains(path.as_str()) && !is_inside_a_file {
                continue;
            }
            let digest = self.file(tip, path.as_str())?.map(|bytes| Digest::of(&bytes));
            match digest {
                Some(digest) if wanted == Some(&digest) || order.strangers == Strangers::Adopt => {
                    owned.files.insert(path, digest);
                }
                _ => in_the_way.push(path),
            }
        }
        match in_the_way.is_empty() {
            true => Ok(()),
            false => Err(Refusal::foreign(&self.place(), &in_the_way).into()),
        }
    }

    /// Makes the commit that brings a release about.
    fn commit(
        &self,
        tip: Option<&Tip>,
        release: &Release<'_>,
        prepared: &Prepared,
        order: &Order<'_>,
    ) -> Result<String, Error> {
        let subject = format!("Publish the site as of {}", release.as_of);
        self.scratch.import(&subject, release.now, |stream| {
            match (tip, self.branch.history) {
                (Some(tip), History::Kept) => writeln!(stream, "from {}", tip.commit)?,
                (Some(tip), History::Single) => writeln!(stream, "M 040000 {} \"\"", tip.tree)?,
                (None, _) => {}
            }
            for path in &prepared.changes.removed {
                writeln!(stream, "D {}", quoted(&self.path(path.as_str())))?;
            }
            let written: Vec<&OutPath> =
                prepared.changes.added.iter().chain(&prepared.changes.changed).collect();
            for (done, path) in written.iter().enumerate() {
                put(stream, &self.path(path.as_str()), &release.body(path).map_err(io::Error::other)?)?;
                (order.progress)(Progress { done: done + 1, all: written.len() });
            }
            if prepared.adds_switch {
                put(stream, NO_JEKYLL, b"")?;
            }
            match prepared.retired.files.is_empty() {
                true => writeln!(stream, "D {}", quoted(&self.path(RETIRED)))?,
                false => put(stream, &self.path(RETIRED), prepared.retired.to_string().as_bytes())?,
            }
            put(stream, &self.path(MANIFEST.as_str()), release.manifest.to_string().as_bytes())
        })
    }
}

/// What is to be done at a tip.
struct Prepared {
    changes: Changes,
    retired: Retired,
    foreign: Vec<String>,
    adds_switch: bool,
    is_done: bool,
}

impl Destination for GitBranch {
    fn publish(&self, release: &Release<'_>, order: &Order<'_>) -> Result<Published, PublishError> {
        for attempt in 1..=ATTEMPTS {
            let tip = self.tip(Blobs::AsNeeded)?;
            let prepared = self.prepare(tip.as_ref(), release, order)?;
            let mut published = Published {
                changes: prepared.changes.clone(),
                foreign: prepared.foreign.clone(),
                ..Published::default()
            };
            if prepared.is_done {
                return Ok(published);
            }
            let commit = self.commit(tip.as_ref(), release, &prepared, order)?;
            if (order.stops)() {
                return Err(Refusal::new("stopped before the push", "nothing was changed").into());
            }
            let expected = tip.as_ref().map_or("", |tip| &tip.commit);
            if self.scratch.push(&commit, &self.branch.name, self.branch.history, expected)? {
                published.commit = Some(commit);
                return Ok(published);
            }
            thread::sleep(Duration::from_millis(50) * attempt);
        }
        let busy = format!("others push to {} again and again", self.place());
        Err(Refusal::new(busy, "run the command again when they are done").into())
    }

    fn compare(&self, release: &Release<'_>, order: &Order<'_>) -> Result<Published, PublishError> {
        let prepared = self.prepare(self.tip(Blobs::AsNeeded)?.as_ref(), release, order)?;
        Ok(Published { changes: prepared.changes, foreign: prepared.foreign, ..Published::default() })
    }

    fn read(&self, path: &OutPath) -> Result<Option<Vec<u8>>, Error> {
        self.file(self.tip(Blobs::AsNeeded)?.as_ref(), path.as_str())
    }

    fn verify(&self) -> Result<Verdict, PublishError> {
        let tip = self.tip(Blobs::All)?;
        let manifest = self.own(tip.as_ref(), MANIFEST.as_str(), Manifest::parse)??.ok_or_else(|| {
            Refusal::new(format!("nothing was published to {}", self.place()), "publish there first")
        })?;
        let known = self.own(tip.as_ref(), RETIRED, Retired::parse)??.unwrap_or_default();
        let objects = tip.as_ref().map(|tip| &tip.files);
        let of = |path: &OutPath| objects.and_then(|objects| objects.get(&self.path(path.as_str())));
        let found: BTreeMap<String, Digest> =
            self.scratch.digests(manifest.files.keys().filter_map(&of).cloned().collect())?;
        let look = |path: &OutPath| {
            Ok(of(path)
                .and_then(|object| found.get(object))
                .map_or(Seen::Nothing, |digest| Seen::File(*digest)))
        };
        let mut verdict = judge(&manifest, look)?;
        let there = self.there(tip.as_ref());
        verdict.foreign = verdict::foreign(there.iter().map(String::as_str), |path| {
            manifest.files.contains_key(path) || known.files.contains_key(path)
        });
        Ok(verdict)
    }
}

/// Writes a file into a stream for git-fast-import(1).
fn put(stream: &mut dyn io::Write, path: &str, bytes: &[u8]) -> io::Result<()> {
    writeln!(stream, "M 100644 inline {}\ndata {}", quoted(path), bytes.len())?;
    stream.write_all(bytes)?;
    writeln!(stream)
}

/// A path as git-fast-import(1) reads it whatever it holds.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn paths_are_quoted() {
        assert_eq!(quoted("a b/é.html"), "\"a b/é.html\"");
        assert_eq!(quoted("a\"b"), "\"a\\\"b\"");
    }
}

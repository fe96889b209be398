//! Publishing to a branch of a git repository, by the command `git`: exactly the files that differ, in one commit.
//!
//! All work is done in a repository of our own that lives as long as the publish, so no work tree, index or ref of the
//! author's is touched. A push is atomic by itself: there is no journal.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::diff::{Damaged, Deployed, Deployment, DesiredState, Manifest, Record, Unmanaged};
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::deploy::{DeployError, Progress, Refusal};
use crate::edge::git::ATTEMPTS;
use crate::edge::git::scratch::{Blobs, Scratch, Tip};
use crate::edge::publish::release::{HELD_BYTES, Rendered};
use crate::edge::publish::{
    Destination, LastRelease, MANIFEST, PublishOptions, Published, Release, Seen, UnchangedFiles, Verdict,
    as_of, damaged, judge, published_manifest, record_path, refuse_older, refuse_unmanaged, verdict,
};
use crate::model::out_path::OutPath;
use crate::model::target::{Branch, History};

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
    pub fn open(branch: &Branch, site: &Path) -> Result<Self, DeployError> {
        Ok(Self { branch: branch.clone(), scratch: Scratch::new(&branch.remote, site)? })
    }

    fn place(&self) -> String {
        format!("the branch `{}` of {}", self.branch.name, self.scratch.shown())
    }

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

    /// The records at a tip. There is no journal.
    fn deployed(&self, tip: Option<&Tip>, unmanaged: Unmanaged) -> Result<Deployed, DeployError> {
        let get = |record| match record {
            Record::Journal => Ok(None),
            Record::Manifest | Record::Retired => self.file(tip, &record_path(record)),
        };
        let damaged = |it: Damaged| damaged(&it, &self.path(&record_path(it.record)), &self.place());
        Ok(Deployed::read(get, unmanaged)?.map_err(damaged)?)
    }

    fn refuse_older(
        &self,
        tip: Option<&Tip>,
        release: &Release<'_>,
        options: &PublishOptions<'_>,
    ) -> Result<(), DeployError> {
        let published = self.file(tip, "build.json")?.and_then(|bytes| as_of(&bytes));
        Ok(refuse_older(release, published, &self.place(), options)?)
    }

    /// The changes of a site at this tip.
    fn prepare(
        &self,
        tip: Option<&Tip>,
        deployed: &Deployed,
        desired: DesiredState<'_>,
        options: &PublishOptions<'_>,
    ) -> Result<Prepared, DeployError> {
        let new = desired.manifest;
        let there = self.there(tip);
        let mut managed = deployed.managed();
        managed.files.retain(|path, _| there.contains(path.as_str()));
        if options.unchanged == UnchangedFiles::Rewrite {
            managed.files = self.contents(tip, managed.files.keys())?;
        }
        let found = self.unmanaged(tip, new, &there, &managed)?;
        let others = options.unmanaged.take_over(&mut managed, new, found);
        refuse_unmanaged(&self.place(), &others)?;
        let foreign = verdict::foreign(there.iter().map(String::as_str), |path| {
            managed.files.contains_key(path) || new.files.contains_key(path)
        });
        let deployment = Deployment::new(deployed, managed, desired, |_| false);
        let needs_switch = tip.is_none_or(|tip| !tip.files.contains_key(NO_JEKYLL));
        Ok(Prepared { deployment, foreign, adds_switch: needs_switch && !self.branch.prefix.is_empty() })
    }

    /// The digests of files as they are in the branch, whoever wrote them there.
    fn contents<'a>(
        &self,
        tip: Option<&Tip>,
        paths: impl Iterator<Item = &'a OutPath> + Clone,
    ) -> Result<BTreeMap<OutPath, Digest>, Error> {
        let object = |path: &OutPath| tip.and_then(|tip| tip.files.get(&self.path(path.as_str())));
        let found: BTreeMap<String, Digest> =
            self.scratch.digests(paths.clone().filter_map(object).cloned().collect())?;
        let digest = |path: &OutPath| Some((path.clone(), *found.get(object(path)?)?));
        Ok(paths.filter_map(digest).collect())
    }

    /// The site's files in the branch, by their paths in the site.
    fn there(&self, tip: Option<&Tip>) -> BTreeSet<String> {
        let files = tip.into_iter().flat_map(|tip| tip.files.keys());
        files.filter_map(|path| path.strip_prefix(&self.branch.prefix)).map(str::to_owned).collect()
    }

    /// Unmanaged files where files of the site are to stand, or in the way of their folders.
    fn unmanaged(
        &self,
        tip: Option<&Tip>,
        new: &Manifest,
        there: &BTreeSet<String>,
        managed: &Manifest,
    ) -> Result<Vec<(OutPath, Option<Digest>)>, Error> {
        let folders: BTreeSet<&str> = new.files.keys().flat_map(OutPath::folders).collect();
        let is_in_the_way = |path: &OutPath| {
            let is_inside_a_file = || path.folders().any(|folder| new.files.contains_key(folder));
            new.digest(path).is_some() || folders.contains(path.as_str()) || is_inside_a_file()
        };
        let paths = there.iter().filter_map(|path| OutPath::new(path).ok());
        let paths = paths.filter(|path| managed.digest(path).is_none() && *path != *MANIFEST);
        let digest = |path: OutPath| {
            let bytes = self.file(tip, path.as_str())?;
            Ok((path, bytes.map(|bytes| Digest::of(&bytes))))
        };
        paths.filter(is_in_the_way).map(digest).collect()
    }

    /// Makes the commit that brings a release about.
    fn commit(
        &self,
        tip: Option<&Tip>,
        rendered: &Rendered<'_>,
        prepared: &Prepared,
        options: &PublishOptions<'_>,
    ) -> Result<String, Error> {
        let Prepared { deployment, adds_switch, .. } = prepared;
        let Deployment { changes, retired, .. } = deployment;
        let Release { now, as_of, .. } = *rendered.release;
        self.scratch.import(&format!("Publish the site as of {as_of}"), now, |stream| {
            match (tip, self.branch.history) {
                (Some(tip), History::Kept) => writeln!(stream, "from {}", tip.commit)?,
                (Some(tip), History::Single) => writeln!(stream, "M 040000 {} \"\"", tip.tree)?,
                (None, _) => {}
            }
            for path in &changes.removed {
                writeln!(stream, "D {}", quoted(&self.path(path.as_str())))?;
            }
            for (done, path) in changes.added.iter().chain(&changes.changed).enumerate() {
                put(stream, &self.path(path.as_str()), &rendered.body(path).map_err(io::Error::other)?)?;
                (options.progress)(Progress { done: done + 1, all: changes.written() });
            }
            if *adds_switch {
                put(stream, NO_JEKYLL, b"")?;
            }
            let [manifest, list] = [Record::Manifest, Record::Retired].map(|it| self.path(&record_path(it)));
            match retired.files.is_empty() {
                true => writeln!(stream, "D {}", quoted(&list))?,
                false => put(stream, &list, retired.to_string().as_bytes())?,
            }
            put(stream, &manifest, rendered.manifest.to_string().as_bytes())
        })
    }
}

/// Files are compared with what the branch holds when all are to be right, and else with the manifest.
fn blobs(options: &PublishOptions<'_>) -> Blobs {
    match options.unchanged {
        UnchangedFiles::Rewrite => Blobs::All,
        UnchangedFiles::Keep => Blobs::AsNeeded,
    }
}

/// The changes at a tip, and the state that was found there.
struct Prepared {
    deployment: Deployment,
    foreign: Vec<String>,
    adds_switch: bool,
}

impl Prepared {
    fn is_done(&self) -> bool {
        self.deployment.is_done() && !self.adds_switch
    }

    fn published(self, commit: Option<String>) -> Published {
        let (changes, foreign) = (self.deployment.changes, self.foreign);
        Published { changes, foreign, commit, ..Published::default() }
    }
}

impl Destination for GitBranch {
    fn publish(&self, release: &Release<'_>, options: &PublishOptions<'_>) -> Result<Published, DeployError> {
        let mut rendered = None;
        for attempt in 1..=ATTEMPTS {
            let tip = self.tip(blobs(options))?;
            self.refuse_older(tip.as_ref(), release, options)?;
            let deployed = self.deployed(tip.as_ref(), options.unmanaged)?;
            let rendered = match &rendered {
                Some(rendered) => rendered,
                None => rendered.insert(Rendered::new(release, &deployed, options.unchanged, HELD_BYTES)?),
            };
            let prepared = self.prepare(tip.as_ref(), &deployed, rendered.desired(), options)?;
            if prepared.is_done() {
                rendered.record();
                return Ok(prepared.published(None));
            }
            let commit = self.commit(tip.as_ref(), rendered, &prepared, options)?;
            if (options.stops)() {
                return Err(Refusal::new("stopped before the push", "nothing was changed").into());
            }
            let expected = tip.as_ref().map_or("", |tip| &tip.commit);
            if self.scratch.push(&commit, &self.branch.name, self.branch.history, expected)? {
                rendered.record();
                return Ok(prepared.published(Some(commit)));
            }
            thread::sleep(Duration::from_millis(50) * attempt);
        }
        let busy = format!("others push to {} again and again", self.place());
        Err(Refusal::new(busy, "run the command again when they are done").into())
    }

    fn publish_again(
        &self,
        last: &LastRelease<'_>,
        options: &PublishOptions<'_>,
    ) -> Result<Option<Published>, DeployError> {
        let tip = self.tip(Blobs::AsNeeded)?;
        let deployed = self.deployed(tip.as_ref(), options.unmanaged)?;
        let Some(manifest) = last.manifest(&deployed)? else { return Ok(None) };
        let desired = DesiredState { manifest, now: last.now, as_of: None };
        let prepared = self.prepare(tip.as_ref(), &deployed, desired, options)?;
        Ok(prepared.is_done().then(|| prepared.published(None)))
    }

    fn compare(&self, release: &Release<'_>, options: &PublishOptions<'_>) -> Result<Published, DeployError> {
        let tip = self.tip(blobs(options))?;
        self.refuse_older(tip.as_ref(), release, options)?;
        let deployed = self.deployed(tip.as_ref(), options.unmanaged)?;
        let rendered = Rendered::new(release, &deployed, options.unchanged, 0)?;
        Ok(self.prepare(tip.as_ref(), &deployed, rendered.desired(), options)?.published(None))
    }

    fn read(&self, path: &OutPath) -> Result<Option<Vec<u8>>, Error> {
        self.file(self.tip(Blobs::AsNeeded)?.as_ref(), path.as_str())
    }

    fn verify(&self) -> Result<Verdict, DeployError> {
        let tip = self.tip(Blobs::All)?;
        let Deployed { recorded, retired, .. } = self.deployed(tip.as_ref(), Unmanaged::Refuse)?;
        let manifest = published_manifest(recorded, &self.place())?;
        let found = self.contents(tip.as_ref(), manifest.files.keys())?;
        let look = |path: &OutPath| Ok(found.get(path).map_or(Seen::Nothing, |digest| Seen::File(*digest)));
        let mut verdict = judge(&manifest, look)?;
        let there = self.there(tip.as_ref());
        verdict.foreign = verdict::foreign(there.iter().map(String::as_str), |path| {
            manifest.files.contains_key(path) || retired.files.contains_key(path)
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

//! This machine's record of its last publish to a target, in a folder of the site that git ignores.
//!
//! Invariant: without the record a publish does the same, and takes longer. The record counts only beside the manifest that
//! it names, so that a publish from another machine in between cannot mislead this one, and never beside a journal.

use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::diff::{Deployed, Manifest};
use crate::edge::Error;
use crate::edge::disk::{BuildRecord, digest_file, overwrite};
use crate::model::out_path::OutPath;
use crate::pipeline::Keys;
use crate::source::{Handle, SourcePath};
use crate::time::Instant;

/// Its folder in the site's.
const FOLDER: &str = ".allclear/published";

/// The record of one target.
#[derive(Clone, Debug)]
pub struct LocalRecord {
    site: PathBuf,
    path: SourcePath,
}

impl LocalRecord {
    /// The record of the target of that name.
    pub fn of(site: &Path, target: &str) -> Self {
        Self { site: site.to_owned(), path: SourcePath::new(format!("{FOLDER}/{target}")) }
    }

    /// The result of the last publish, whether or not it counts.
    pub fn last_result(&self) -> Option<String> {
        BuildRecord::last_result(&self.place())
    }

    /// What counts of it beside the records of a destination.
    pub(super) fn beside(&self, deployed: &Deployed) -> BuildRecord {
        match deployed {
            Deployed { recorded: Some(manifest), journal: None, is_damaged: false, .. } => {
                BuildRecord::load(&self.place(), manifest).0
            }
            _ => BuildRecord::default(),
        }
    }

    /// Records a publish that is done.
    pub(super) fn save(&self, keys: &Keys, result: &str, manifest: &Manifest) {
        let text = BuildRecord::of_keys(keys, result).text(manifest);
        let ignore = SourcePath::new(format!("{FOLDER}/.gitignore"));
        // A site that cannot be written to is published all the same.
        let _ = overwrite(&self.site, &ignore, b"*\n")
            .and_then(|()| overwrite(&self.site, &self.path, text.as_bytes()));
    }

    fn place(&self) -> PathBuf {
        self.site.join(self.path.as_str())
    }
}

/// The last release to a destination, for which nothing is rendered.
#[derive(Clone, Copy)]
pub struct LastRelease<'a> {
    /// The site's folder, which holds the files that are copied.
    pub site: &'a Path,
    /// The clock: superseded assets stay for a day from here.
    pub now: Instant,
    pub record: &'a LocalRecord,
    /// The result that was recorded with it.
    pub result: &'a str,
    /// The sources of copied files.
    pub copied: &'a (dyn Fn(&OutPath) -> Option<Handle> + Sync),
}

impl LastRelease<'_> {
    /// The manifest that stands at a destination, if it is the one that was recorded and copied files are as they were.
    pub(super) fn manifest<'a>(&self, deployed: &'a Deployed) -> Result<Option<&'a Manifest>, Error> {
        let Some(manifest) = &deployed.recorded else { return Ok(None) };
        if self.record.beside(deployed).result != self.result {
            return Ok(None);
        }
        let is_same = |(path, digest): (&OutPath, &_)| {
            let Some(handle) = (self.copied)(path) else { return Ok(true) };
            let source = handle.place(self.site);
            Ok(digest_file(&source).map_err(Error::when("read", &source))? == *digest)
        };
        let same: Result<Vec<bool>, Error> = manifest.files.par_iter().map(is_same).collect();
        Ok(same?.into_iter().all(|is_same| is_same).then_some(manifest))
    }
}

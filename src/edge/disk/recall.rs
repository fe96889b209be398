//! What is known of the files that the last build wrote: their stamps, and what they were rendered from.
//!
//! The record names the manifest that it belongs to. Beside another manifest it counts for nothing, so a build that was
//! killed between two files cannot mislead the next. Stamps count during the boot in which they were recorded; that an
//! output was rendered from the same inputs counts for as long as the inputs' digest is the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use crate::diff::Manifest;
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::disk::stamp::{Stamp, boot};
use crate::edge::disk::state::{OwnFolder, is_absence, look};
use crate::edge::disk::write::Rendered;
use crate::model::out_path::OutPath;

/// The first word of the record: another form of it is no record of ours.
const FORM: &str = "allclear-inputs-2";

/// What stands for a boot or inputs that have no name.
const NAMELESS: &str = "-";

/// What is known of the outputs that the manifest in force names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recall {
    boot: Option<String>,
    inputs: Option<Digest>,
    files: BTreeMap<OutPath, Known>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    stamp: Stamp,
    /// Whether it is a copy of a file, which may change while everything that is rendered stays.
    is_copy: bool,
}

impl Recall {
    /// What was recorded of the outputs that `manifest` lists, and when; nothing without a record that says so.
    pub(super) fn load(own: &OwnFolder, manifest: &Manifest) -> (Self, SystemTime) {
        let record = fs::read_to_string(own.inputs()).unwrap_or_default();
        let recorded = fs::metadata(own.inputs()).and_then(|metadata| metadata.modified());
        let recall = Self::parse(&record, manifest).unwrap_or_default();
        (recall, recorded.unwrap_or(SystemTime::UNIX_EPOCH))
    }

    /// What is known of files that were written or looked at just now.
    pub(super) fn new(inputs: Option<Digest>, rendered: &[Rendered]) -> Self {
        let known = |output: &Rendered| {
            let is_copy = output.is_copy;
            Some((output.path.clone(), Known { stamp: output.stamp?, is_copy }))
        };
        Self { boot: boot(), inputs, files: rendered.iter().filter_map(known).collect() }
    }

    /// The stamps that prove, as of now, that a file is as it was recorded.
    pub(super) fn proofs(&self, recorded: SystemTime) -> BTreeMap<OutPath, Stamp> {
        if self.boot.is_none() || self.boot != boot() {
            return BTreeMap::new();
        }
        let settled = self.files.iter().filter(|(_, known)| known.stamp.is_settled(recorded));
        settled.map(|(path, known)| (path.clone(), known.stamp)).collect()
    }

    /// Whether an output was rendered from these inputs.
    pub(super) fn is_rendered_from(&self, inputs: Option<Digest>, path: &OutPath) -> bool {
        inputs.is_some() && self.inputs == inputs && self.files.get(path).is_some_and(|known| !known.is_copy)
    }

    /// The record's text.
    pub(super) fn record(&self, manifest: &Manifest) -> String {
        let inputs = self.inputs.map_or(NAMELESS.to_owned(), |inputs| inputs.to_string());
        let boot = self.boot.as_deref().unwrap_or(NAMELESS);
        let mut text = format!("{FORM}\nmanifest {}\nboot {boot}\ninputs {inputs}\n", digest_of(manifest));
        for (path, known) in &self.files {
            let kind = if known.is_copy { "copied" } else { "rendered" };
            let _ = writeln!(text, "{kind} {} {path}", known.stamp);
        }
        text
    }

    fn parse(record: &str, manifest: &Manifest) -> Option<Self> {
        let mut lines = record.lines();
        let mut field = |name: &str| lines.next()?.strip_prefix(name);
        field(FORM)?;
        let names_it = field("manifest ")? == digest_of(manifest).to_string();
        let boot = Some(field("boot ")?.to_owned()).filter(|boot| boot != NAMELESS);
        let inputs = field("inputs ")?.parse().ok();
        let files: Option<_> = lines.map(entry).collect();
        Some(Self { boot, inputs, files: files? }).filter(|_| names_it)
    }
}

fn digest_of(manifest: &Manifest) -> Digest {
    Digest::of(manifest.to_string().as_bytes())
}

fn entry(line: &str) -> Option<(OutPath, Known)> {
    let (kind, line) = line.split_once(' ')?;
    let (stamp, path) = line.split_once(' ')?;
    Some((OutPath::recorded(path).ok()?, Known { stamp: stamp.parse().ok()?, is_copy: kind == "copied" }))
}

/// Files of ours, with what proves that they are as they were recorded.
#[derive(Clone, Debug)]
pub(super) struct Proven<'a> {
    pub(super) target: &'a Path,
    /// The site's folder, which holds the files that are copied.
    pub(super) site: &'a Path,
    pub(super) managed: &'a Manifest,
    pub(super) stamps: &'a BTreeMap<OutPath, Stamp>,
}

impl Proven<'_> {
    /// The digest and the stamp of what stands at the place of an output that is ours; `None` where there is no file. A
    /// file with the stamp that was recorded is not read.
    ///
    /// # Errors
    /// What the disk says of the place.
    pub(super) fn in_place(&self, path: &OutPath) -> Result<Option<(Digest, Stamp)>, Error> {
        let Some(&digest) = self.managed.digest(path) else { return Ok(None) };
        let place = self.target.join(path.as_str());
        let proof = self.stamps.get(path);
        let found = match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_file() && proof == Some(&Stamp::of(&metadata)) => {
                return Ok(Some((digest, Stamp::of(&metadata))));
            }
            Ok(_) => look(&place),
            Err(error) => Err(error),
        };
        match found {
            Err(error) if is_absence(&error) => Ok(None),
            found => found.map_err(|error: io::Error| Error::when("read", &place)(error)),
        }
    }
}

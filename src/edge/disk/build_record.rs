//! What is known of the files that the last build wrote: their stamps, and what they were rendered from.
//!
//! The record names the manifest that it belongs to. Beside another manifest it counts for nothing, so a build that was
//! killed between two files cannot mislead the next. Stamps count during the boot in which they were recorded; that an
//! output was rendered from the same inputs counts for as long as the inputs' digest is the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::time::SystemTime;

use crate::diff::Manifest;
use crate::digest::Digest;
use crate::edge::disk::own_folder::OwnFolder;
use crate::edge::disk::stamp::{Stamp, boot};
use crate::model::out_path::OutPath;

/// The first word of the record: another form of it is no record of ours.
const FORM: &str = "allclear-inputs-2";

/// What stands for a boot or inputs that have no name.
const NAMELESS: &str = "-";

/// An output that was rendered, and staged when it differs.
pub(super) struct Rendered {
    pub(super) path: OutPath,
    pub(super) digest: Digest,
    /// Whether it is a file that was only copied.
    pub(super) is_copy: bool,
    /// What stands in its place now, as far as it is managed.
    pub(super) in_place: Option<Digest>,
    /// The stamp of the file that is right: the one in place, or the one on the stage; `None` where it was only compared.
    pub(super) stamp: Option<Stamp>,
}

/// What is known of the outputs that the manifest in force names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BuildRecord {
    boot: Option<String>,
    inputs: Option<Digest>,
    files: BTreeMap<OutPath, KnownOutput>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KnownOutput {
    stamp: Stamp,
    /// Whether it is a copy of a file, which may change while everything that is rendered stays.
    is_copy: bool,
}

impl BuildRecord {
    /// What was recorded of the outputs that `manifest` lists, and when; nothing without a record that says so.
    pub(super) fn load(own: &OwnFolder, manifest: &Manifest) -> (Self, SystemTime) {
        let record = fs::read_to_string(own.inputs()).unwrap_or_default();
        let recorded = fs::metadata(own.inputs()).and_then(|metadata| metadata.modified());
        let known = Self::parse(&record, manifest).unwrap_or_default();
        (known, recorded.unwrap_or(SystemTime::UNIX_EPOCH))
    }

    /// What is known of files that were written or looked at just now.
    pub(super) fn new(inputs: Option<Digest>, rendered: &[Rendered]) -> Self {
        let known = |output: &Rendered| {
            let is_copy = output.is_copy;
            Some((output.path.clone(), KnownOutput { stamp: output.stamp?, is_copy }))
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
    pub(super) fn text(&self, manifest: &Manifest) -> String {
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

fn entry(line: &str) -> Option<(OutPath, KnownOutput)> {
    let (kind, line) = line.split_once(' ')?;
    let (stamp, path) = line.split_once(' ')?;
    Some((
        OutPath::recorded(path).ok()?,
        KnownOutput { stamp: stamp.parse().ok()?, is_copy: kind == "copied" },
    ))
}

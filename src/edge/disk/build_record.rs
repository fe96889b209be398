//! What is known of the files that the last build wrote: their stamps, and the keys that they were rendered with.
//!
//! The record names the manifest that it belongs to. Beside another manifest it counts for nothing, so a build that was
//! killed between two files cannot mislead the next. Stamps count during the boot in which they were recorded, keys for
//! as long as they are the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::time::SystemTime;

use crate::diff::Manifest;
use crate::digest::{Digest, Key};
use crate::edge::disk::own_folder::OwnFolder;
use crate::edge::disk::stamp::{Stamp, boot};
use crate::model::out_path::OutPath;
use crate::pipeline::Keys;

/// The first word of the record: another form of it is no record of ours.
const FORM: &str = "allclear-inputs-3";

/// How the second line of the record begins.
const RESULT: &str = "result ";

/// What stands for a boot without a name and an output without a key.
const NAMELESS: &str = "-";

/// An output that was rendered, and staged when it differs.
pub(super) struct Rendered {
    pub(super) path: OutPath,
    pub(super) digest: Digest,
    /// What stands in its place now, as far as it is managed.
    pub(super) in_place: Option<Digest>,
    /// The stamp of the file that is right: the one in place, or the one on the stage; `None` where it was only compared.
    pub(super) stamp: Option<Stamp>,
}

/// What is known of the outputs that the manifest in force names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BuildRecord {
    boot: Option<String>,
    /// As [`super::Job::result`].
    pub(super) result: String,
    files: BTreeMap<OutPath, KnownOutput>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KnownOutput {
    stamp: Stamp,
    /// `None`: a copied file, or one that is always rendered.
    key: Option<Key>,
}

impl BuildRecord {
    /// What was recorded of the outputs that `manifest` lists, and when; nothing without a record that says so.
    pub(super) fn load(own: &OwnFolder, manifest: &Manifest) -> (Self, SystemTime) {
        let record = fs::read_to_string(own.inputs()).unwrap_or_default();
        let recorded = fs::metadata(own.inputs()).and_then(|metadata| metadata.modified());
        let known = Self::parse(&record, manifest).unwrap_or_default();
        (known, recorded.unwrap_or(SystemTime::UNIX_EPOCH))
    }

    /// The result of the record that was written last, whether or not it counts.
    pub(super) fn last_result(own: &OwnFolder) -> Option<String> {
        let mut lines = BufReader::new(fs::File::open(own.inputs()).ok()?).lines();
        let mut line = || lines.next()?.ok();
        line().filter(|form| form == FORM)?;
        line()?.strip_prefix(RESULT).map(str::to_owned)
    }

    /// The keys of all outputs that have one.
    pub(super) fn keys(&self) -> Keys {
        self.files.iter().filter_map(|(path, known)| Some((path.clone(), known.key?))).collect()
    }

    /// What is known of files that were written or looked at just now.
    pub(super) fn new(keys: &Keys, result: &str, rendered: &[Rendered]) -> Self {
        let known = |output: &Rendered| {
            let key = keys.get(&output.path).copied();
            Some((output.path.clone(), KnownOutput { stamp: output.stamp?, key }))
        };
        let result = result.to_owned();
        Self { boot: boot(), result, files: rendered.iter().filter_map(known).collect() }
    }

    /// The stamps that prove, as of now, that a file is as it was recorded.
    pub(super) fn proofs(&self, recorded: SystemTime) -> BTreeMap<OutPath, Stamp> {
        if self.boot.is_none() || self.boot != boot() {
            return BTreeMap::new();
        }
        let settled = self.files.iter().filter(|(_, known)| known.stamp.is_settled(recorded));
        settled.map(|(path, known)| (path.clone(), known.stamp)).collect()
    }

    /// Whether an output was rendered with this key.
    pub(super) fn has_key(&self, path: &OutPath, key: Option<&Key>) -> bool {
        key.is_some() && self.files.get(path).and_then(|known| known.key.as_ref()) == key
    }

    /// The record's text.
    pub(super) fn text(&self, manifest: &Manifest) -> String {
        let boot = self.boot.as_deref().unwrap_or(NAMELESS);
        let mut text =
            format!("{FORM}\n{RESULT}{}\nmanifest {}\nboot {boot}\n", self.result, digest_of(manifest));
        for (path, known) in &self.files {
            let _ = match known.key {
                Some(key) => writeln!(text, "{key} {} {path}", known.stamp),
                None => writeln!(text, "{NAMELESS} {} {path}", known.stamp),
            };
        }
        text
    }

    fn parse(record: &str, manifest: &Manifest) -> Option<Self> {
        let mut lines = record.lines();
        let mut field = |name: &str| lines.next()?.strip_prefix(name);
        field(FORM)?;
        let result = field(RESULT)?.to_owned();
        let names_it = field("manifest ")? == digest_of(manifest).to_string();
        let boot = Some(field("boot ")?.to_owned()).filter(|boot| boot != NAMELESS);
        let files: Option<_> = lines.map(entry).collect();
        Some(Self { boot, result, files: files? }).filter(|_| names_it)
    }
}

fn digest_of(manifest: &Manifest) -> Digest {
    Digest::of(manifest.to_string().as_bytes())
}

fn entry(line: &str) -> Option<(OutPath, KnownOutput)> {
    let (key, line) = line.split_once(' ')?;
    let (stamp, path) = line.split_once(' ')?;
    let key = if key == NAMELESS { None } else { Some(key.parse().ok()?) };
    Some((OutPath::recorded(path).ok()?, KnownOutput { stamp: stamp.parse().ok()?, key }))
}

//! What is known of the files that the last build or publish wrote: the keys that they were rendered with, and their stamps
//! where they lie in a folder.
//!
//! The record names the manifest that it belongs to. Beside another manifest it counts for nothing, so a build that was
//! killed between two files cannot mislead the next. Nor does a record count that is not as it was written. Stamps count
//! during the boot in which they were recorded, keys for as long as they are the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::str::FromStr;
use std::time::SystemTime;

use crate::diff::Manifest;
use crate::digest::{Digest, Key};
use crate::edge::disk::file::{read_file, refuse_special};
use crate::edge::disk::stamp::{Stamp, boot};
use crate::model::out_path::OutPath;
use crate::pipeline::Keys;

/// How the record begins: another form of it is no record of ours. The digest of all that follows stands behind it.
const FORM: &str = "allclear-inputs-4 ";

/// How the second line of the record begins.
const RESULT: &str = "result ";

/// What stands for a boot without a name, and an output without a key or a stamp.
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

/// The records of the outputs that the current manifest names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::edge) struct BuildRecord {
    boot: Option<String>,
    /// As [`super::Job::result`].
    pub(in crate::edge) result: String,
    files: BTreeMap<OutPath, KnownOutput>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KnownOutput {
    /// `None`: it lies in no folder.
    stamp: Option<Stamp>,
    /// `None`: a copied file, or one that is always rendered.
    key: Option<Key>,
}

impl BuildRecord {
    /// What was recorded of the outputs that `manifest` lists, and when; nothing without a record that says so.
    pub(in crate::edge) fn load(path: &Path, manifest: &Manifest) -> (Self, SystemTime) {
        let record = read_file(path).ok().flatten().and_then(|bytes| String::from_utf8(bytes).ok());
        let recorded = fs::metadata(path).and_then(|metadata| metadata.modified());
        let known = record.and_then(|record| Self::parse(&record, manifest)).unwrap_or_default();
        (known, recorded.unwrap_or(SystemTime::UNIX_EPOCH))
    }

    /// The result of the record that was written last, whether or not it counts.
    pub(in crate::edge) fn last_result(path: &Path) -> Option<String> {
        refuse_special(path).ok()?;
        let mut lines = BufReader::new(fs::File::open(path).ok()?).lines();
        let mut line = || lines.next()?.ok();
        line().filter(|form| form.starts_with(FORM))?;
        line()?.strip_prefix(RESULT).map(str::to_owned)
    }

    /// The keys of all outputs that have one.
    pub(super) fn keys(&self) -> Keys {
        self.files.iter().filter_map(|(path, known)| Some((path.clone(), known.key?))).collect()
    }

    /// What is known of outputs that were published: those without a key are looked at each time.
    pub(in crate::edge) fn of_keys(keys: &Keys, result: &str) -> Self {
        let known = |key: &Key| KnownOutput { stamp: None, key: Some(*key) };
        let files = keys.iter().map(|(path, key)| (path.clone(), known(key))).collect();
        Self { boot: None, result: result.to_owned(), files }
    }

    /// What is known of files that were written or looked at just now.
    pub(super) fn new(keys: &Keys, result: &str, rendered: &[Rendered]) -> Self {
        let known = |output: &Rendered| {
            let key = keys.get(&output.path).copied();
            Some((output.path.clone(), KnownOutput { stamp: Some(output.stamp?), key }))
        };
        let result = result.to_owned();
        Self { boot: boot(), result, files: rendered.iter().filter_map(known).collect() }
    }

    /// The stamps that prove, as of now, that a file is as it was recorded.
    pub(super) fn proofs(&self, recorded: SystemTime) -> BTreeMap<OutPath, Stamp> {
        if self.boot.is_none() || self.boot != boot() {
            return BTreeMap::new();
        }
        let stamps = self.files.iter().filter_map(|(path, known)| Some((path, known.stamp?)));
        let settled = stamps.filter(|(_, stamp)| stamp.is_settled(recorded));
        settled.map(|(path, stamp)| (path.clone(), stamp)).collect()
    }

    /// Whether an output was rendered with this key.
    pub(in crate::edge) fn has_key(&self, path: &OutPath, key: Option<&Key>) -> bool {
        key.is_some() && self.files.get(path).and_then(|known| known.key.as_ref()) == key
    }

    /// The record's text.
    pub(in crate::edge) fn text(&self, manifest: &Manifest) -> String {
        let boot = self.boot.as_deref().unwrap_or(NAMELESS);
        let mut text = format!("{RESULT}{}\nmanifest {}\nboot {boot}\n", self.result, digest_of(manifest));
        for (path, known) in &self.files {
            let (key, stamp) = (shown(known.key), shown(known.stamp));
            let _ = writeln!(text, "{key} {stamp} {path}");
        }
        format!("{FORM}{}\n{text}", Digest::of(text.as_bytes()))
    }

    fn parse(record: &str, manifest: &Manifest) -> Option<Self> {
        let (digest, text) = record.strip_prefix(FORM)?.split_once('\n')?;
        if digest != Digest::of(text.as_bytes()).to_string() {
            return None;
        }
        let mut lines = text.lines();
        let mut field = |name: &str| lines.next()?.strip_prefix(name);
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
    let known = KnownOutput { stamp: known(stamp)?, key: known(key)? };
    Some((OutPath::recorded(path).ok()?, known))
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(|| NAMELESS.to_owned(), |value| value.to_string())
}

/// What a word of an entry stands for; `None` when it is damaged.
fn known<T: FromStr>(word: &str) -> Option<Option<T>> {
    if word == NAMELESS { Some(None) } else { word.parse().ok().map(Some) }
}

#[cfg(test)]
mod tests {
    use super::{BuildRecord, Digest, Keys, Manifest, OutPath};

    #[test]
    fn it_counts_whole_and_beside_its_manifest_alone() {
        let path = |text| OutPath::new(text).unwrap();
        let keys: Keys = ["a", "b"].map(|text| (path(text), Digest::of(text.as_bytes()).into())).into();
        let record = BuildRecord::of_keys(&keys, "{}");
        let manifest: Manifest = [(path("a"), Digest::of(b"1"))].into_iter().collect();
        let text = record.text(&manifest);
        assert_eq!(BuildRecord::parse(&text, &manifest), Some(record));
        assert_eq!(BuildRecord::parse(&text, &Manifest::default()), None);
        for at in 0..text.len() {
            assert_eq!(BuildRecord::parse(&text[..at], &manifest), None, "cut at {at}");
            let mut damaged = text.clone().into_bytes();
            damaged[at] ^= 1;
            let damaged = String::from_utf8(damaged).unwrap();
            assert_eq!(BuildRecord::parse(&damaged, &manifest), None, "damaged at {at}");
        }
    }
}

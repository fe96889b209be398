//! What the last build wrote from the same inputs: an output of which that is known need not be rendered again.
//!
//! The record names the manifest that it belongs to and the digest of everything that decides over the outputs' bytes. Where
//! one of the two differs, it counts for nothing, so a build that was killed between two files cannot mislead the next.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::diff::Manifest;
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::disk::state::OwnFolder;
use crate::edge::disk::write::{Rendered, in_place};
use crate::plan::path::OutPath;

/// The first word of the record: another form of it is no record of ours.
const FORM: &str = "allclear-inputs-1";

/// The outputs that the manifest in force was rendered with, by their lengths in bytes. Copied files are not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recall {
    lens: BTreeMap<OutPath, u64>,
}

impl Recall {
    /// What is known of outputs made of `inputs`, as `manifest` lists them; nothing without a record that says so.
    pub(super) fn load(own: &OwnFolder, inputs: Digest, manifest: &Manifest) -> Self {
        let record = fs::read_to_string(own.inputs()).unwrap_or_default();
        let head = head(inputs, manifest);
        let lens = record.strip_prefix(&head).and_then(|lines| lines.lines().map(entry).collect());
        Self { lens: lens.unwrap_or_default() }
    }

    /// The record of what was rendered just now.
    pub(super) fn new(rendered: impl IntoIterator<Item = (OutPath, u64)>) -> Self {
        Self { lens: rendered.into_iter().collect() }
    }

    /// The record's text.
    pub(super) fn record(&self, inputs: Digest, manifest: &Manifest) -> String {
        let mut text = head(inputs, manifest);
        for (path, len) in &self.lens {
            let _ = writeln!(text, "{len} {path}");
        }
        text
    }

    /// An output that is known, and whose file stands in its place, by its length.
    ///
    /// # Errors
    /// What the disk says of the place.
    pub(super) fn recalled(
        &self,
        target: &Path,
        owned: &Manifest,
        path: &OutPath,
    ) -> Result<Option<Rendered>, Error> {
        let (Some(&len), Some(&digest)) = (self.lens.get(path), owned.digest(path)) else { return Ok(None) };
        let there = in_place(&target.join(path.as_str()), digest, len)?;
        let whole = there == Some(digest);
        Ok(whole.then(|| Rendered { path: path.clone(), digest, len: Some(len), in_place: there }))
    }
}

fn head(inputs: Digest, manifest: &Manifest) -> String {
    format!("{FORM}\ninputs {inputs}\nmanifest {}\n", Digest::of(manifest.to_string().as_bytes()))
}

fn entry(line: &str) -> Option<(OutPath, u64)> {
    let (len, path) = line.split_once(' ')?;
    Some((OutPath::new(path).ok()?, len.parse().ok()?))
}

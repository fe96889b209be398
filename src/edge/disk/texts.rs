//! The texts among files that are only copied, for a site that says what must not be published.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use super::walk::{MOST_READ, SITE_FILE};
use crate::edge::Error;
use crate::parse::files;
use crate::source::{Entry, Handle, Snapshot, SourcePath};

/// Texts that were read, kept while their files do not change.
#[derive(Debug, Default)]
pub(super) struct Texts(BTreeMap<SourcePath, (Handle, Arc<[u8]>)>);

impl Texts {
    /// Puts the texts of copied files into a snapshot whose site.toml has `[checks.redact]`; others need none.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn fill(&mut self, site: &Path, snapshot: &mut Snapshot) -> Result<(), Error> {
        let site_toml = snapshot.text(&SourcePath::new(SITE_FILE));
        let known = std::mem::take(&mut self.0);
        if !site_toml.is_some_and(|text| text.contains("redact")) {
            return Ok(());
        }
        for (path, entry) in &mut snapshot.files {
            let (Entry::File(handle) | Entry::Text(handle, _)) = entry else { continue };
            if !files::is_text(path) {
                continue;
            }
            let bytes = match known.get(path).filter(|(known, _)| known == handle) {
                Some((_, bytes)) => Arc::clone(bytes),
                None => match read(&site.join(path.as_str())) {
                    Ok(bytes) => Arc::from(bytes),
                    // It went since the folder was read: then the copy will fail, not this.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(Error::when("read", &site.join(path.as_str()))(error)),
                },
            };
            self.0.insert(path.clone(), (handle.clone(), Arc::clone(&bytes)));
            *entry = Entry::Text(handle.clone(), bytes);
        }
        Ok(())
    }
}

/// A file's bytes, of one that is too large only so many that it shows.
fn read(place: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(place)?.take(MOST_READ).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::edge::disk::read;
    use crate::source::{Entry, SourcePath};

    #[test]
    fn copied_texts_are_read_for_a_site_with_redactions_only() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("static")).unwrap();
        fs::write(folder.path().join("static/a.svg"), "<svg/>").unwrap();
        fs::write(folder.path().join("static/a.png"), "x").unwrap();
        let entry = |name: &str| {
            let snapshot = read(folder.path()).unwrap();
            snapshot.files.get(&SourcePath::new(format!("static/{name}"))).cloned().unwrap()
        };
        fs::write(folder.path().join("site.toml"), "").unwrap();
        assert!(matches!(entry("a.svg"), Entry::File(_)));
        fs::write(folder.path().join("site.toml"), "[checks.redact]\nx = 'y'\n").unwrap();
        assert!(matches!(entry("a.svg"), Entry::Text(_, bytes) if *bytes == *b"<svg/>"));
        assert!(matches!(entry("a.png"), Entry::File(_)));
    }
}

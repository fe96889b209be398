//! Responses that are kept until the import has ended.

use std::fs;
use std::path::{Path, PathBuf};

use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::disk::{Expected, read_file, save};
use crate::source::SourcePath;

const FOLDER: &str = ".allclear/import";

/// The kept responses of one page. The caller holds the site's lock.
pub struct Kept {
    site: PathBuf,
    /// Tells pages apart.
    page: String,
}

impl Kept {
    /// Makes the folder, which git ignores and only its owner can read: drafts are in it.
    pub fn open(site: &Path, page: &str) -> Result<Self, Error> {
        let ignore = SourcePath::new(format!("{FOLDER}/.gitignore"));
        if !site.join(ignore.as_str()).exists() {
            save(site, &ignore, b"*\n", Expected::Nothing)?;
        }
        #[cfg(unix)]
        {
            let folder = site.join(FOLDER);
            let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            fs::set_permissions(&folder, private).map_err(Error::when("protect", &folder))?;
        }
        Ok(Self { site: site.to_owned(), page: page.to_owned() })
    }

    fn path(&self, key: &str) -> SourcePath {
        let digest = Digest::of(format!("{}\n{key}", self.page).as_bytes());
        SourcePath::new(format!("{FOLDER}/{}", digest.short(32)))
    }

    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        read_file(&self.site.join(self.path(key).as_str()))
    }

    pub fn put(&self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        let old = self.get(key)?;
        save(&self.site, &self.path(key), bytes, old.as_deref().map_or(Expected::Nothing, Expected::Bytes))
    }

    /// The kept response, else the one that `read` gives, which is then kept.
    pub fn get_or(
        &self,
        key: &str,
        read: impl FnOnce() -> Result<Option<Vec<u8>>, Error>,
    ) -> Result<Option<Vec<u8>>, Error> {
        if let Some(bytes) = self.get(key)? {
            return Ok(Some(bytes));
        }
        let bytes = read()?;
        if let Some(bytes) = &bytes {
            self.put(key, bytes)?;
        }
        Ok(bytes)
    }

    /// Removes all kept responses of a site.
    pub fn clear(site: &Path) -> Result<(), Error> {
        let folder = site.join(FOLDER);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Error::when("remove", &folder))?;
        }
        // Only when nothing else is in it.
        let _ = fs::remove_dir(site.join(".allclear"));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn responses_are_kept_by_page_and_key_until_the_end() {
        let site = tempfile::tempdir().unwrap();
        let (one, other) = (Kept::open(site.path(), "a").unwrap(), Kept::open(site.path(), "b").unwrap());
        one.put("x", b"1").unwrap();
        one.put("x", b"2").unwrap();
        assert_eq!(one.get("x").unwrap().as_deref(), Some(&b"2"[..]));
        assert_eq!(other.get("x").unwrap(), None);
        assert_eq!(one.get_or("x", || panic!("it is kept")).unwrap().as_deref(), Some(&b"2"[..]));
        assert_eq!(other.get_or("x", || Ok(None)).unwrap(), None);
        Kept::clear(site.path()).unwrap();
        assert_eq!(std::fs::read_dir(site.path()).unwrap().count(), 0);
        Kept::clear(site.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_kept_outside_of_the_site() {
        let (site, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(elsewhere.path(), site.path().join(".allclear")).unwrap();
        assert!(Kept::open(site.path(), "a").is_err());
        assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
}

//! Golden sites: every output byte of small sites. `UPDATE_GOLDEN=1` rewrites them; the diff is to be read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use allclear::check::{Clock, Drafts, Options};
use allclear::edge::disk;
use allclear::pipeline::{self, Body};
use allclear::time::Instant;

use crate::support::{read_files, write_bytes};

fn golden_sites() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut sites: Vec<PathBuf> = folders.filter(|folder| folder.join("now").exists()).collect();
    sites.sort();
    sites
}

/// Every output of a site as of the instant in its file `now`.
fn outputs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let site = folder.join("site");
    let now = fs::read_to_string(folder.join("now")).unwrap();
    let now = Instant::parse_rfc3339(now.trim()).unwrap();
    let snapshot = disk::read(&site, &[]).unwrap();
    let options = Options { now, clock: Clock::Fixed, drafts: Drafts::Hide, base_url: None };
    let outcome = pipeline::run(&snapshot, &options);
    assert_eq!(outcome.problems, [], "{}", folder.display());
    let prepared = outcome.prepared.unwrap();
    let bytes = |path| match prepared.render(path).unwrap() {
        Body::Bytes(bytes) => bytes,
        Body::File(handle) => fs::read(site.join(handle.path.as_str())).unwrap(),
    };
    prepared.plan.outputs.keys().map(|path| (path.as_str().to_owned(), bytes(path))).collect()
}

#[test]
fn golden_sites_are_as_they_were() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let sites = golden_sites();
    assert!(sites.len() > 1, "there are golden sites");
    for folder in sites {
        let (public, built) = (folder.join("public"), outputs(&folder));
        if update {
            let _ = fs::remove_dir_all(&public);
            write_bytes(&public, &built);
        }
        let golden = read_files(&public);
        let paths = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(paths(&built), paths(&golden), "outputs of {}", folder.display());
        for (path, bytes) in &built {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert!(
                bytes == &golden[path],
                "{}/{path} is not as it was (UPDATE_GOLDEN=1 rewrites it):\n{}",
                folder.display(),
                first_difference(&text(&golden[path]), &text(bytes))
            );
        }
    }
}

/// The first line that differs, old and new.
fn first_difference(old: &str, new: &str) -> String {
    let lines = old.lines().zip(new.lines()).enumerate().find(|(_, (old, new))| old != new);
    lines.map_or("one is longer".to_owned(), |(number, (old, new))| {
        format!("line {}:\n- {old}\n+ {new}", number + 1)
    })
}

//! Golden sites, one a feature: the outputs that their file `outputs` names show it, all without that file. They are kept byte
//! for byte but for digests and the bytes of hashed assets, which change with every edit of the theme. `UPDATE_GOLDEN=1`
//! rewrites them; the diff is to be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use allclear::check::{Clock, Options, Variant};
use allclear::edge::disk;
use allclear::pipeline::{self, Body, Prepared};
use allclear::time::Instant;
use regex::{Captures, Regex};
use sha2::{Digest, Sha256};

use crate::support::{read_files, write_bytes};

mod theme_reference;
mod theme_views;

fn golden_sites() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut sites: Vec<PathBuf> = folders.filter(|folder| folder.join("now").exists()).collect();
    sites.sort();
    sites
}

/// A site as of the instant in its file `now`.
fn prepared(folder: &Path) -> Prepared {
    let site = folder.join("site");
    let now = fs::read_to_string(folder.join("now")).unwrap();
    let now = Instant::parse_rfc3339(now.trim()).unwrap();
    let snapshot = disk::read(&site).unwrap();
    let options = Options { now, clock: Clock::Fixed, variant: Variant::default() };
    let outcome = pipeline::run(&snapshot, &options);
    assert_eq!(outcome.problems, [], "{}", folder.display());
    outcome.prepared.unwrap()
}

/// Whether the file `outputs` names a path: whole, or by what comes before a final `*`.
fn is_kept(folder: &Path) -> impl Fn(&str) -> bool {
    let patterns = fs::read_to_string(folder.join("outputs")).unwrap_or("*".to_owned());
    move |path| {
        let mut patterns = patterns.lines();
        patterns
            .any(|pattern| pattern.strip_suffix('*').map_or(path == pattern, |start| path.starts_with(start)))
    }
}

/// Every output of a site.
fn outputs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (prepared, site) = (prepared(folder), folder.join("site"));
    let bytes = |path| match prepared.render(path).unwrap() {
        Body::Bytes(bytes) => bytes,
        Body::File(handle) => fs::read(site.join(handle.path.as_str())).unwrap(),
    };
    prepared.plan.outputs.keys().map(|path| (path.as_str().to_owned(), bytes(path))).collect()
}

/// The name of a hashed asset: 16 hexadecimal digits of its bytes' SHA-256 before its ending.
const ASSET: &str = r"^assets/[a-z-]+\.([0-9a-f]{16})\.(?:css|js)$";

/// The outputs as they are kept: each digest as `HASH`, hashed assets empty.
fn redacted(outputs: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let digest = Regex::new(r"\b(?:[0-9a-f]{64}|[0-9a-f]{16})\b|\bsha256-[A-Za-z0-9+/]{43}=").unwrap();
    let hide = |text: &str| digest.replace_all(text, "HASH").into_owned();
    let kept = |(path, bytes): (String, Vec<u8>)| {
        let bytes = match String::from_utf8(bytes) {
            _ if path.contains(".HASH.") => Vec::new(),
            Ok(text) => hide(&text).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        (path, bytes)
    };
    outputs.into_iter().map(|(path, bytes)| kept((hide(&path), bytes))).collect()
}

#[test]
fn golden_sites_are_as_they_were() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let sites = golden_sites();
    assert!(sites.len() > 1, "there are golden sites");
    for folder in sites {
        let public = folder.join("public");
        let mut built = outputs(&folder);
        let is_kept = is_kept(&folder);
        built.retain(|path, _| is_kept(path));
        let built = redacted(built);
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

/// By the names of the plan, such as `Html(Front` and `Feed(Atom`; but for outputs that are the same without content.
#[test]
fn every_kind_of_output_is_kept_in_a_site_with_content() {
    let empty = outputs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/empty"));
    let (mut kept, mut all) = (BTreeSet::new(), BTreeSet::new());
    for folder in golden_sites() {
        let (is_kept, outputs) = (is_kept(&folder), outputs(&folder));
        for (path, page) in &prepared(&folder).plan.outputs {
            let path = path.as_str();
            if empty.get(path) == Some(&outputs[path]) {
                continue;
            }
            let kind = format!("{page:?}");
            let kind =
                kind.split([',', ')']).next().unwrap().splitn(3, '(').take(2).collect::<Vec<_>>().join("(");
            if is_kept(path) {
                kept.insert(kind.clone());
            }
            all.insert(kind);
        }
    }
    assert!(all.len() > 30, "{all:?}");
    assert_eq!(all.difference(&kept).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// What golden sites leave out.
#[test]
fn assets_are_named_by_their_digests_and_found_by_those_names() {
    let asset = Regex::new(ASSET).unwrap();
    let named = Regex::new(r"[a-z-]+\.[0-9a-f]{16}\.(?:css|js)").unwrap();
    for folder in golden_sites() {
        let outputs = outputs(&folder);
        let hex =
            |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let wrong = |(path, bytes): &(&String, &Vec<u8>)| {
            asset.captures(path).is_some_and(|found: Captures<'_>| !hex(bytes).starts_with(&found[1]))
        };
        assert_eq!(outputs.iter().find(wrong).map(|(path, _)| path), None);
        let assets = outputs.keys().filter(|path| asset.is_match(path)).count();
        assert!(assets > 5, "{assets} hashed assets");
        for (path, bytes) in &outputs {
            let text = String::from_utf8_lossy(bytes);
            for name in named.find_iter(&text) {
                let there = format!("assets/{}", name.as_str());
                assert!(outputs.contains_key(&there), "{path} names {there}");
            }
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

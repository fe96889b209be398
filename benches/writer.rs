//! The bare writer, the limit that the file system sets: `writer FROM TO` reads a built site into memory, then creates the
//! same files with the same bytes in the fresh folder TO, on as many threads as a build has, and prints how many seconds
//! that took.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a tool of its own, which ends at the first thing that goes wrong"
)]

use std::env;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use walkdir::WalkDir;

fn main() {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [from, to] = &arguments[..] else { panic!("usage: writer FROM TO") };
    let files = read(from);
    let start = Instant::now();
    fs::create_dir(to).unwrap();
    files.par_iter().for_each(|(path, bytes)| create(&to.join(path)).write_all(bytes).unwrap());
    println!("{:.4}", start.elapsed().as_secs_f64());
}

/// Every file of a built site but the builder's own, by its path in the site.
fn read(from: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = WalkDir::new(from).sort_by_file_name().into_iter().map(Result::unwrap);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (entry.path().strip_prefix(from).unwrap().to_owned(), entry))
        .filter(|(path, _)| !path.starts_with(".allclear"))
        .map(|(path, entry)| (path, fs::read(entry.path()).unwrap()))
        .collect()
}

fn create(path: &Path) -> File {
    match File::create_new(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            File::create_new(path).unwrap()
        }
        created => created.unwrap(),
    }
}

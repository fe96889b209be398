//! The bytes of many objects, read by one process.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use crate::edge::Error;

/// What is made of each object's bytes, which come in pieces; `git` runs in the repository, and `place` is named where it fails.
pub(super) fn objects<T: Default>(
    mut git: Command,
    place: &Path,
    objects: &[String],
    add: fn(&mut T, &[u8]),
) -> Result<BTreeMap<String, T>, Error> {
    let mut child = git
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(Error::when("start", Path::new("git")))?;
    let mut questions = child.stdin.take().expect("the pipe was asked for");
    let mut answers = BufReader::new(child.stdout.take().expect("the pipe was asked for"));
    let read = thread::scope(|scope| {
        // A failure shows when the answers end.
        scope.spawn(move || objects.iter().try_for_each(|object| writeln!(questions, "{object}")));
        let mut all = BTreeMap::new();
        while let Some((object, size)) = next(&mut answers)? {
            let mut made = T::default();
            bytes(&mut answers, size, |piece| add(&mut made, piece))?;
            all.insert(object, made);
        }
        Ok(all)
    });
    let ended = child.wait();
    read.and_then(|all| ended.map(|_| all)).map_err(Error::when("read", place))
}

/// The next object and its length in bytes; `None` at the end.
fn next(answers: &mut impl BufRead) -> io::Result<Option<(String, u64)>> {
    let mut head = String::new();
    if answers.read_line(&mut head)? == 0 {
        return Ok(None);
    }
    let mut words = head.split_whitespace();
    let (object, size) = (words.next().unwrap_or_default(), words.nth(1).and_then(|size| size.parse().ok()));
    let size = size.ok_or_else(|| io::Error::other(format!("`{}` is missing", head.trim())))?;
    Ok(Some((object.to_owned(), size)))
}

fn bytes(answers: &mut impl BufRead, size: u64, mut add: impl FnMut(&[u8])) -> io::Result<()> {
    let mut left = size;
    let mut buffer = [0; 16 * 1024];
    while left > 0 {
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = answers.read(&mut buffer[..wanted])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        add(&buffer[..read]);
        left -= read as u64;
    }
    answers.read_exact(&mut [0])
}

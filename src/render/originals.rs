//! The record of copied theme files, with the digest of each built-in file at that time.
//!
//! `allclear theme copy` writes it to `themes/NAME/originals.txt`: one line `SHA-256  PATH` per file, relative to the
//! theme's folder. Lines that begin with `#` are comments.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::embedded::THEME;
use crate::rules::OUTDATED_COPY;
use crate::source::SourcePath;

const HEADER: &str = "# The SHA-256 of each built-in file when `allclear theme copy` copied it.\n";

/// The record `old` with the current digests of the built-in files at `paths`.
pub fn record(old: &str, paths: &[&str]) -> String {
    let is_kept = |line: &&str| line.split_once("  ").is_none_or(|(_, path)| !paths.contains(&path));
    let old = if old.is_empty() { HEADER } else { old };
    let kept = old.lines().filter(is_kept).map(str::to_owned);
    let new = paths.iter().filter_map(|path| Some(format!("{}  {path}", Digest::of(THEME.bytes(path)?))));
    kept.chain(new).map(|line| line + "\n").collect()
}

/// Warns about each copy whose built-in file has changed since. `copy` finds a file of the theme's folder.
pub(super) fn problems<'a>(
    path: &SourcePath,
    text: &str,
    copy: impl Fn(&str) -> Option<&'a [u8]>,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let entry = line.trim_end();
        let span = start..start + entry.len();
        start += line.len();
        if entry.is_empty() || entry.starts_with('#') {
            continue;
        }
        let parsed = entry.split_once("  ").and_then(|(digest, name)| Some((digest.parse().ok()?, name)));
        problems.extend(match parsed {
            None => Some(unreadable(path, span)),
            Some((digest, name)) => copy(name).and_then(|copy| outdated((path, span), name, digest, copy)),
        });
    }
    problems
}

fn unreadable(path: &SourcePath, span: Range<usize>) -> Diagnostic {
    let message = "this line is not a digest, two spaces and a file's path";
    Diagnostic::new(OUTDATED_COPY, path, span, message)
        .help("remove the line, and run `allclear theme copy --keep FILE` for its file")
}

fn outdated(
    (path, span): (&SourcePath, Range<usize>),
    name: &str,
    recorded: Digest,
    copy: &[u8],
) -> Option<Diagnostic> {
    let Some(original) = THEME.bytes(name) else {
        let message = format!("the built-in theme has no `{name}` anymore");
        let help = "remove this line; remove the copy, too, if no file of your theme uses it";
        return Some(Diagnostic::new(OUTDATED_COPY, path, span, message).help(help));
    };
    if Digest::of(original) == recorded {
        return None;
    }
    let message = format!("the built-in `{name}` has changed since it was copied");
    let help = match Digest::of(copy) == recorded {
        true => "the copy was never edited: remove it and this line to use the built-in file".to_owned(),
        false => format!(
            "take over the changes of `allclear theme copy --print {name}`, then run `allclear theme copy --keep {name}`"
        ),
    };
    Some(Diagnostic::new(OUTDATED_COPY, path, span, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::{problems, record};
    use crate::digest::Digest;
    use crate::source::SourcePath;

    const PAGE: &str = "templates/not-found.html";

    #[test]
    fn a_copy_is_recorded_once_with_the_digest_of_its_original() {
        let first = record("", &["templates/front.html", PAGE]);
        let lines: Vec<&str> = first.lines().collect();
        let [header, front, page] = lines.as_slice() else { panic!("{first}") };
        assert!(header.starts_with("# "));
        assert_eq!(page.len(), 64 + 2 + PAGE.len());
        assert_eq!(record(&first.replace(&page[..64], &"0".repeat(64)), &[PAGE]), first);
        assert!(front.ends_with("  templates/front.html"));
    }

    #[test]
    fn only_a_copy_whose_original_changed_is_reported() {
        let check = |record: &str, copy: Option<&'static [u8]>, expected: &[(&str, &str)]| {
            let found = problems(&SourcePath::new("themes/a/originals.txt"), record, |_| copy);
            let found: Vec<(&str, &str)> = found
                .iter()
                .map(|it| (&record[it.labels[0].span.clone()], it.help.as_deref().unwrap_or_default()))
                .map(|(line, help)| (line, help.split([':', '`', ';', ',']).next().unwrap_or_default()))
                .collect();
            assert_eq!(found, expected, "{record}");
        };
        let current = record("", &[PAGE]);
        check(&current, Some(b"edited"), &[]);
        let old = format!("# comment\n\n{}  {PAGE}\n", Digest::of(b"an older version"));
        let line = old.lines().nth(2).unwrap();
        check(&old, Some(b"edited"), &[(line, "take over the changes of ")]);
        check(&old, Some(b"an older version"), &[(line, "the copy was never edited")]);
        check(&old, None, &[]);
        let gone = old.replace(PAGE, "templates/gone.html");
        check(&gone, Some(b"edited"), &[(gone.lines().nth(2).unwrap(), "remove this line")]);
        check("half a line\r\n", Some(b""), &[("half a line", "remove the line")]);
    }
}

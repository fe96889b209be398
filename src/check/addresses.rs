//! Slugs and old addresses.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::check::rules;
use crate::diagnostic::Diagnostic;
use crate::model::report::Slug;
use crate::parse::files;
use crate::source::{SourcePath, Spanned};

/// The slug of a report or page that is no translation; `None` when its name is unusable, which is a problem
/// already.
pub(super) fn slug(path: &SourcePath) -> Option<Slug> {
    files::slug(path, None)
}

/// The usable ones of these addresses, percent-encoding undone.
pub(super) fn aliases(
    file: &SourcePath,
    written: &[Spanned<String>],
    problems: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut all = Vec::new();
    for alias in written {
        match address(&alias.value) {
            Ok(address) => all.push(address),
            Err(help) => {
                let message = format!("`{}` is no address of this site", alias.value);
                let problem = Diagnostic::new(rules::INVALID_ALIAS, file, alias.span.clone(), message);
                problems.push(problem.help(help));
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

/// A written address, percent-encoding undone, or what to do about it.
pub(super) fn address(written: &str) -> Result<String, &'static str> {
    let Some(rest) = written.strip_prefix('/') else {
        return Err("begin with `/`, without scheme and host");
    };
    if rest.contains(['?', '#']) {
        return Err("leave out what follows `?` or `#`: it never reaches a static site");
    }
    let decoded = percent_decoded(rest).ok_or("write the characters themselves instead of `%`")?;
    let folder = decoded.strip_suffix('/').unwrap_or(&decoded);
    if !is_usable_path(folder) {
        return Err("write a path such as `/incidents/old-name/`, without `..` and empty parts");
    }
    Ok(format!("/{decoded}"))
}

/// Whether an output may stand at this path: no part is empty, `.` or `..` or holds what file systems cannot,
/// and the first is not the folder that the output's writer keeps for itself.
pub(super) fn is_usable_path(path: &str) -> bool {
    let is_usable = |part: &str| {
        !matches!(part, "" | "." | "..") && !part.contains('\\') && !part.contains(char::is_control)
    };
    let first = path.split('/').next().unwrap_or_default();
    path.split('/').all(is_usable) && !first.eq_ignore_ascii_case(".allclear")
}

/// The text with every `%XX` replaced by its byte; `None` when one is malformed or the bytes are not UTF-8.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        let digits =
            std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

/// Who has a name: a problem for everyone who comes after the first.
#[derive(Default)]
pub(super) struct Names<'a> {
    taken: BTreeMap<String, (&'a SourcePath, Range<usize>)>,
}

impl<'a> Names<'a> {
    /// Gives `name` to a file, or the place of the file that has it.
    pub(super) fn take(
        &mut self,
        name: &str,
        file: &'a SourcePath,
        span: Range<usize>,
    ) -> Result<(), (&'a SourcePath, Range<usize>)> {
        match self.taken.get(name) {
            Some(owner) => Err(owner.clone()),
            None => {
                self.taken.insert(name.to_owned(), (file, span));
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{address, percent_decoded};

    #[test]
    fn addresses_are_decoded() {
        let check = |written: &str, expected: Option<&str>| {
            assert_eq!(address(written).ok().as_deref(), expected, "{written}");
        };
        check("/incidents/p31zjtct2jer", Some("/incidents/p31zjtct2jer"));
        check("/incidents/p31zjtct2jer/", Some("/incidents/p31zjtct2jer/"));
        check("/a/b.html", Some("/a/b.html"));
        check("/a/b.html/", Some("/a/b.html/"));
        check("/v1.2", Some("/v1.2"));
        check("/caf%C3%A9", Some("/café"));
        check("/old%20name/", Some("/old name/"));
        for wrong in [
            "",
            "/",
            "//",
            "a",
            "https://x.example/a",
            "/a/../b",
            "/.allclear/a",
            "/./a",
            "/a//b",
            "/a?b",
            "/a#b",
            "/a\\b",
        ] {
            check(wrong, None);
        }
        for wrong in ["/a%2", "/a%zz", "/%ff", "/a%2F..%2Fb", "/a%00"] {
            check(wrong, None);
        }
    }

    #[test]
    fn percent_encoding_is_undone() {
        assert_eq!(percent_decoded("a%20b").as_deref(), Some("a b"));
        assert_eq!(percent_decoded("a%+1"), None);
    }
}

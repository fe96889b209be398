//! Slugs and old addresses.

use crate::diagnostic::Diagnostic;
use crate::model::out_path::{self, BadPath};
use crate::model::report::Slug;
use crate::parse::files;
use crate::percent;
use crate::rules;
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
                let message = format!("`{}` is not an address of this site", alias.value);
                let problem = Diagnostic::new(rules::INVALID_ALIAS, file, alias.span.clone(), message);
                problems.push(problem.help(help));
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

/// Whether an old address can become a redirect.
pub fn is_old_address(written: &str) -> bool {
    address(written).is_ok()
}

pub(super) fn address(written: &str) -> Result<String, &'static str> {
    let Some(rest) = written.strip_prefix('/') else {
        return Err("begin with `/`, without scheme and host");
    };
    if rest.contains(['?', '#']) {
        return Err("leave out what follows `?` or `#`: it never reaches a static site");
    }
    let decoded = percent::decode(rest).ok_or("write the characters themselves instead of `%`")?;
    let folder = decoded.strip_suffix('/').unwrap_or(&decoded);
    out_path::check(folder).map_err(|why| path_help(&why))?;
    Ok(format!("/{decoded}"))
}

pub(super) fn path_help(why: &BadPath) -> &'static str {
    match why {
        BadPath::EmptyPart(_) | BadPath::Dots(_) => {
            "write a path such as `/incidents/old-name/`, without `..` and empty parts"
        }
        BadPath::BadCharacter(_) => "leave out backslashes and control characters",
        BadPath::Reserved(_) => {
            "choose another name: allclear keeps its records in `.allclear` and `allclear-manifest.txt`"
        }
        BadPath::Git(_) => "choose another name: git takes this one for a file of its own",
        BadPath::TooLong(_) => "shorten it: file systems hold at most 255 bytes a part",
        BadPath::TooLongInAll(_) => "shorten it: buckets hold paths of at most 1,024 bytes",
    }
}

#[cfg(test)]
mod tests {
    use super::address;

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
        for wrong in "/ // a https://x.example/a /a/../b /.allclear/a /./a /a//b /a?b /a#b /a\\b".split(' ') {
            check(wrong, None);
        }
        for wrong in
            ["", "/.git", "/a/.GIT/", "/git~1/x", "/.gitattributes", &format!("/{}", "a".repeat(256))]
        {
            check(wrong, None);
        }
        for wrong in ["/a%2", "/a%zz", "/%ff", "/a%2F..%2Fb", "/a%00"] {
            check(wrong, None);
        }
    }
}

//! Dot files of `static/`: published when `static_include` names them, else reported as left out.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use crate::check::site_toml::problem;
use crate::diagnostic::Diagnostic;
use crate::model::out_path;
use crate::parse::draft::{Drafts, SiteDraft};
use crate::parse::near::{did_you_mean, near_early};
use crate::rules;
use crate::source::{Handle, Spanned};

/// Files of git, editors and systems that nobody means to publish.
const LITTER: [&str; 6] = [".DS_Store", ".gitkeep", ".keep", ".gitignore", ".gitattributes", ".directory"];

pub(super) struct DotFiles<'a> {
    pub(super) included: Vec<&'a Handle>,
    pub(super) problems: Vec<Diagnostic>,
}

pub(super) fn dot_files<'a>(drafts: &'a Drafts, site: &SiteDraft) -> DotFiles<'a> {
    let wanted = site.toml.static_include.as_slice();
    let there = LazyCell::new(|| drafts.dot_files.iter().flat_map(|it| ends(below_static(it))).collect());
    let mut problems = Vec::new();
    for entry in wanted {
        problems.extend(nothing_there(entry, &there, problems.len()));
    }
    let mut included = Vec::new();
    let mut told = BTreeSet::new();
    for handle in &drafts.dot_files {
        match left_out(below_static(handle), wanted) {
            None => included.push(handle),
            Some(hidden) if told.insert(hidden) => {
                problems.extend((!is_litter(hidden)).then(|| not_published(handle, hidden)));
            }
            Some(_) => {}
        }
    }
    DotFiles { included, problems }
}

fn below_static(handle: &Handle) -> &str {
    handle.path.as_str().strip_prefix("static/").unwrap_or(handle.path.as_str())
}

/// The path up to the first dot file or folder that no entry covers; `None` when all are covered.
fn left_out<'p>(path: &'p str, wanted: &[Spanned<String>]) -> Option<&'p str> {
    let covered = wanted.iter().filter_map(|entry| path.strip_prefix(entry.value.trim_end_matches('/')));
    let covered = covered.filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let rest = covered.min_by_key(|rest| rest.len()).unwrap_or(path);
    let mut end = path.len() - rest.len();
    for part in rest.split('/') {
        if part.starts_with('.') {
            return Some(&path[..end + part.len()]);
        }
        end += part.len() + 1;
    }
    None
}

fn is_litter(hidden: &str) -> bool {
    let name = hidden.rsplit('/').next().unwrap_or(hidden);
    let is_half_written = [".swp", ".swo", ".tmp", "~"].iter().any(|end| name.ends_with(end));
    LITTER.contains(&name) || name.starts_with("._") || name.starts_with(".#") || is_half_written
}

fn not_published(handle: &Handle, hidden: &str) -> Diagnostic {
    let message = format!("`static/{hidden}` is not published: its name begins with a dot");
    let help = format!("add `\"{hidden}\"` to `static_include` in site.toml, or remove it");
    Diagnostic::new(rules::STRAY_FILE, &handle.path, 0..0, message).help(help)
}

fn ends(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| end).chain([path.len()]).map(|end| &path[..end])
}

/// An entry that names no dot file, or one that cannot be published.
fn nothing_there(entry: &Spanned<String>, there: &BTreeSet<&str>, found: usize) -> Option<Diagnostic> {
    let name = entry.value.trim_end_matches('/');
    let is_hidden = |path: &&str| path.split('/').any(|part| part.starts_with('.'));
    if out_path::check(name).is_ok() && there.contains(name) {
        return None;
    }
    let message = format!("`static/` holds no dot file `{}` that can be published", entry.value);
    let problem = problem(rules::INVALID_SETTING, &entry.span, message);
    let near = near_early(name, found, there.iter().copied().filter(is_hidden));
    let near = near.filter(|near| out_path::check(near).is_ok());
    Some(problem.help(did_you_mean(near, "write its path below `static/`, as in `.well-known`")))
}

#[cfg(test)]
mod tests {
    use super::left_out;
    use crate::source::Spanned;

    #[test]
    fn an_entry_covers_what_it_names_and_no_other_dot_file() {
        let check = |path: &str, wanted: &[&str], expected: Option<&str>| {
            let wanted: Vec<_> = wanted.iter().map(|entry| Spanned::new((*entry).to_owned(), 0..0)).collect();
            assert_eq!(left_out(path, &wanted), expected, "{path} {wanted:?}");
        };
        check(".well-known/a/b.txt", &[], Some(".well-known"));
        check(".well-known/a/b.txt", &[".well-known"], None);
        check(".well-known/a/b.txt", &[".well-known/"], None);
        check(".well-known/a/b.txt", &[".well"], Some(".well-known"));
        check(".well-known/.x/b", &[".well-known"], Some(".well-known/.x"));
        check(".well-known/.x/b", &[".well-known", ".well-known/.x"], None);
        check("files/.htaccess", &[".htaccess"], Some("files/.htaccess"));
        check("files/.htaccess", &["files/.htaccess"], None);
        check(".htaccess", &[".htaccess"], None);
    }
}

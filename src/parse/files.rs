//! The role of a file, by its path alone.

use crate::diagnostic::Diagnostic;
use crate::model::report::{Kind, Slug};
use crate::rules;
use crate::source::SourcePath;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Site,
    /// A Markdown file below `content/incidents` or `content/maintenance`.
    Report(Kind),
    Page,
    Downtime,
    /// A file of `static/`, or one that Markdown may link to.
    Attachment,
    /// An attachment with an unlikely type: a mistake unless it stands beside an `index.md`.
    UnlikelyAttachment,
    /// A file of `content/`, `templates/` or `themes/` that nothing reads.
    Stray,
    /// A file of `static/` with a dot at the start of its own or a folder's name.
    DotFile,
    /// A file that parsing ignores: themes, templates, dot files.
    Other,
}

/// File types below `content/` that are mistakes unless they stand beside an `index.md`.
const UNLIKELY_TYPES: &[&str] = &["txt", "toml", "yaml", "yml", "json", "html", "rtf", "doc", "docx", "odt"];

/// File types that are always mistakes: other names of Markdown, and leftovers of editors and tools.
const STRAY_TYPES: &[&str] =
    &["markdown", "mdown", "mkd", "mdx", "bak", "old", "orig", "rej", "swp", "swo", "tmp", "part"];

/// Text file types, which are searched for private content.
const TEXT_TYPES: &str = "svg txt csv tsv json geojson xml html htm xhtml md css js mjs map webmanifest rss atom ics vcf \
                          vtt srt log yaml yml toml ini conf cfg tex rtf eml diff patch sql sh py";

/// Whether the file is text by its name; one without a type counts.
pub fn is_text(path: &SourcePath) -> bool {
    let file_type = file_type(path.as_str()).to_ascii_lowercase();
    file_type.is_empty() || TEXT_TYPES.split(' ').any(|text_type| text_type == file_type)
}

/// Whether the file is parsed as text and limited in length: everything except a theme's copied files.
pub fn is_parsed(path: &SourcePath) -> bool {
    let Some(inside) = path.as_str().strip_prefix("themes/") else { return true };
    inside.ends_with(".toml") || matches!(inside.split('/').nth(1), Some("templates" | "i18n" | ORIGINALS))
}

const TEMPLATES: [&str; 2] = ["incident.md", "postmortem.md"];

/// The record of a theme's copied files, in the theme's folder.
pub const ORIGINALS: &str = "originals.txt";

/// Documentation of a theme, which is not published.
const ABOUT_THEME: [&str; 5] = ["readme", "license", "licence", "changelog", "notice"];

/// Whether a theme may have this path below `themes/`; a file beside the themes is none of theirs.
fn is_of_theme(rest: &str) -> bool {
    let Some((_, rest)) = rest.split_once('/') else { return is_about(rest) };
    match rest.split_once('/') {
        Some(("templates" | "static", _)) => true,
        Some(("i18n", name)) => name.ends_with(".ftl") && !name.contains('/'),
        Some(_) => false,
        None => rest == "theme.toml" || rest == ORIGINALS || is_about(rest),
    }
}

fn is_about(name: &str) -> bool {
    let stem = name.split(['.', '-']).next().unwrap_or_default();
    ABOUT_THEME.iter().any(|about| stem.eq_ignore_ascii_case(about))
}

pub fn role(path: &SourcePath) -> Role {
    let path = path.as_str();
    if path.split('/').any(|part| part.starts_with('.')) {
        return if path.starts_with("static/") { Role::DotFile } else { Role::Other };
    }
    match path.split_once('/') {
        None if path == "site.toml" => Role::Site,
        Some(("static", _)) => Role::Attachment,
        Some(("content", rest)) => content_role(rest),
        Some(("templates", name)) if !TEMPLATES.contains(&name) => Role::Stray,
        Some(("themes", rest)) if !is_of_theme(rest) => Role::Stray,
        _ => Role::Other,
    }
}

fn content_role(rest: &str) -> Role {
    let Some((folder, rest)) = rest.split_once('/') else { return Role::Stray };
    let file_type = file_type(rest);
    let is = |wanted: &str| file_type.eq_ignore_ascii_case(wanted);
    match folder {
        "incidents" if is("md") => Role::Report(Kind::Incident),
        "maintenance" if is("md") => Role::Report(Kind::Maintenance),
        "pages" if is("md") => Role::Page,
        "incidents" | "maintenance" | "pages" => attachment_role(file_type),
        "downtime" if is("csv") && !rest.contains('/') => Role::Downtime,
        _ => Role::Stray,
    }
}

fn attachment_role(file_type: &str) -> Role {
    let lowered = file_type.to_ascii_lowercase();
    let is_one_of = |types: &[&str]| types.contains(&lowered.as_str());
    match lowered.as_str() {
        // Leftovers of editors: `x.md~`, `#x.md#` (unsaved text), `x.md___jb_tmp___`.
        _ if file_type.ends_with(['~', '#']) || file_type.ends_with("___") => Role::Stray,
        _ if is_one_of(STRAY_TYPES) => Role::Stray,
        "" => Role::UnlikelyAttachment,
        _ if is_one_of(UNLIKELY_TYPES) => Role::UnlikelyAttachment,
        _ => Role::Attachment,
    }
}

/// The part after the last dot of the file name; empty without a dot.
fn file_type(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, file_type)| file_type)
}

/// A name without this type, ASCII case ignored; `None` when it has another type.
pub fn without_type<'a>(name: &'a str, file_type: &str) -> Option<&'a str> {
    let (stem, found) = name.rsplit_once('.')?;
    found.eq_ignore_ascii_case(file_type).then_some(stem)
}

/// Whether the document has a folder of its own.
pub fn is_index(path: &SourcePath) -> bool {
    without_type(path.file_name(), "md") == Some("index")
}

/// The warning about a file that nothing reads.
pub(super) fn stray(path: &SourcePath) -> Diagnostic {
    let help = match file_type(path.as_str()).to_ascii_lowercase().as_str() {
        _ if path.as_str().starts_with("templates/") => {
            "remove it: `incident.md` and `postmortem.md` are read here"
        }
        _ if path.as_str().starts_with("themes/") => {
            "remove it: a theme has `theme.toml`, `templates/`, `static/` and `i18n/LANGUAGE.ftl`"
        }
        "md" | "markdown" | "mdown" | "mkd" | "mdx" => {
            "move it below `content/incidents`, `content/maintenance` \
                                                        or `content/pages` with a name that ends in `.md`"
        }
        "csv" => "recorded downtime is `content/downtime/COMPONENT.csv`",
        _ => "remove it, or move it to `static/` to have it copied",
    };
    Diagnostic::new(rules::STRAY_FILE, path, 0..0, "nothing reads this file").help(help)
}

/// The warning about a file that no report or page refers to.
pub fn unused(path: &SourcePath) -> Diagnostic {
    let problem =
        Diagnostic::new(rules::STRAY_FILE, path, 0..0, "nothing refers to this file, so it is not published");
    problem.help("refer to it in a report or a page, remove it, or move it to `static/` to have it copied")
}

/// The language in `X.LANG.md`, by its form: two or three lowercase letters, then perhaps a script (`Hans`) and a
/// region (`CH`, `419`). It is compared with `languages` later.
pub(super) fn language(path: &SourcePath) -> Option<String> {
    let stem = without_type(path.file_name(), "md")?;
    let (base, language) = stem.rsplit_once('.')?;
    let mut parts = language.split('-');
    let letters = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let has_language = parts
        .next()
        .is_some_and(|part| letters(part, &[2, 3]) && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    let is_region = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = has_language && parts.all(|part| letters(part, &[2, 4]) || is_region(part));
    (fits && !base.is_empty()).then(|| language.to_owned())
}

/// The file's name as written: its stem, or its folder's name for an `index.md`, without a translation's language.
/// Empty for an `index.md` directly in `content/incidents` or the like.
pub fn stem<'a>(path: &'a SourcePath, language: Option<&str>) -> &'a str {
    let name = path.file_name();
    let stem = without_type(name, "md").or_else(|| without_type(name, "csv")).unwrap_or(name);
    let stem = language.and_then(|language| stem.strip_suffix(language)?.strip_suffix('.')).unwrap_or(stem);
    if stem != "index" {
        return stem;
    }
    let folder = path.folder();
    let is_nested = folder.matches('/').count() >= 2;
    folder.rsplit('/').next().filter(|_| is_nested).unwrap_or_default()
}

/// The slug of a report or page: its [`stem`] in lower case. `None` when it is not allowed, which is a problem of the
/// file already.
pub fn slug(path: &SourcePath, language: Option<&str>) -> Option<Slug> {
    Slug::new(&stem(path, language).to_lowercase())
}

/// The problem of a report's or page's name, if any.
pub(super) fn name_problem(path: &SourcePath, language: Option<&str>) -> Option<Diagnostic> {
    let stem = stem(path, language);
    let Some(slug) = slug(path, language) else {
        let message = format!("the file's name `{stem}` cannot be an address");
        let help = match suggestion(stem) {
            Some(name) => {
                format!("rename it, for example to `{name}.md`: `a-z`, `0-9`, `.`, `_` and `-` are allowed")
            }
            None => "rename it: `a-z`, `0-9`, `.`, `_` and `-` are allowed".to_owned(),
        };
        return Some(Diagnostic::new(rules::UNUSABLE_SLUG, path, 0..0, message).help(help));
    };
    (slug.as_str() != stem).then(|| {
        let message = format!("the address of `{stem}` is `{slug}`, in small letters");
        let help = format!("rename it to `{slug}`");
        Diagnostic::new(rules::SLUG_LOWERED, path, 0..0, message).help(help)
    })
}

/// The text transliterated to ASCII.
pub fn in_latin(text: &str) -> String {
    deunicode::deunicode(text)
}

/// An allowed name similar to this one, if possible.
fn suggestion(stem: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name = in_latin(stem).to_ascii_lowercase();
    let name: String = name.chars().map(|c| if fits(c) { c } else { '-' }).collect();
    let name: Vec<&str> = name.split('-').filter(|part| !part.is_empty()).collect();
    let name = name.join("-");
    Slug::new(name.trim_start_matches('.')).map(|slug| slug.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Role, language, name_problem, role, slug, stem};
    use crate::model::report::Kind;
    use crate::source::SourcePath;

    #[test]
    fn a_path_says_what_a_file_is() {
        let check = |paths: &str, expected: Role| {
            for path in paths.split(' ') {
                assert_eq!(role(&SourcePath::new(path)), expected, "{path}");
            }
        };
        check("site.toml", Role::Site);
        let incidents =
            "content/incidents/x.md content/incidents/2024/team/x.md content/incidents/x/index.md";
        check(incidents, Role::Report(Kind::Incident));
        check("content/incidents/x.MD", Role::Report(Kind::Incident));
        check("content/maintenance/x.md", Role::Report(Kind::Maintenance));
        check("content/pages/about.md content/pages/x.Md", Role::Page);
        check("content/downtime/api.csv content/downtime/api.CSV", Role::Downtime);
        let attachments = "content/incidents/x/graph.png content/incidents/x/days.csv static/robots.txt";
        check(attachments, Role::Attachment);
        check("content/incidents/notes.txt content/incidents/README", Role::UnlikelyAttachment);
        let strays = "content/incidents/x.md~ content/incidents/#x.md# content/incidents/x/index.md___jb_tmp___ \
            content/incidents/x.md.orig content/incidents/x.markdown content/downtime/x/api.csv content/downtime/api.txt \
            content/x.md content/incident/x.md themes/mine/x.md themes/mine/layouts/x.html themes/mine/i18n/notes.txt \
            themes/theme.toml templates/maintenance.md";
        check(strays, Role::Stray);
        check("static/.hidden/x", Role::DotFile);
        let others = "content/incidents/.draft.md content/.git/x.md themes/mine/README.md themes/mine/LICENSE-MIT \
            themes/mine/theme.toml themes/mine/templates/x.html themes/mine/static/a/b.css themes/mine/i18n/en.ftl \
            templates/postmortem.md templates/incident.md README.md other/site.toml";
        check(others, Role::Other);
    }

    #[test]
    fn languages_are_known_by_their_form() {
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(language(&SourcePath::new(path)).as_deref(), expected, "{path}");
        };
        check("content/pages/about.fr.md", Some("fr"));
        check("content/pages/about.pt-BR.md", Some("pt-BR"));
        check("content/pages/about.zh-Hans-CN.md", Some("zh-Hans-CN"));
        check("content/pages/about.es-419.md", Some("es-419"));
        check("content/pages/about.md", None);
        check("content/pages/v1.2.md", None);
        check("content/pages/x.FR.md", None);
        check("content/pages/x.notes.md", None);
    }

    #[test]
    fn names_become_addresses() {
        let check = |path: &str, language: Option<&str>, expected: (&str, Option<&str>)| {
            let path = SourcePath::new(path);
            let slug = slug(&path, language);
            assert_eq!((stem(&path, language), slug.as_ref().map(|slug| slug.as_str())), expected, "{path}");
        };
        check("content/incidents/2024/DB-down.md", None, ("DB-down", Some("db-down")));
        check("content/incidents/db-down/index.md", None, ("db-down", Some("db-down")));
        check("content/incidents/index.md", None, ("", None));
        check("content/incidents/a.MD", None, ("a", Some("a")));
        check("content/incidents/a/index.Md", None, ("a", Some("a")));
        check("content/incidents/x.fr.MD", Some("fr"), ("x", Some("x")));
        check("content/incidents/x.fr.md", Some("fr"), ("x", Some("x")));
        check("content/incidents/x.fr.md", None, ("x.fr", Some("x.fr")));
        check("content/incidents/x/index.fr.md", Some("fr"), ("x", Some("x")));
        check("content/incidents/zu spät.md", None, ("zu spät", None));
        check("content/downtime/api.csv", None, ("api", Some("api")));
    }

    #[test]
    fn names_that_cannot_stay_are_reported() {
        let check = |path: &str, expected: Option<(&str, &str)>| {
            let path = SourcePath::new(path);
            let problem = name_problem(&path, language(&path).as_deref());
            let found =
                problem.as_ref().map(|problem| (problem.rule, problem.help.as_deref().unwrap_or_default()));
            assert_eq!(found, expected, "{path}");
        };
        check("content/incidents/2024-04-16-db.md", None);
        check("content/incidents/x.pt-BR.md", None);
        check("content/incidents/X.md", Some(("slug-lowered", "rename it to `x`")));
        let help = "rename it, for example to `zu-spat.md`: `a-z`, `0-9`, `.`, `_` and `-` are allowed";
        check("content/incidents/zu spät.md", Some(("unusable-slug", help)));
        let help = "rename it, for example to `storung.md`: `a-z`, `0-9`, `.`, `_` and `-` are allowed";
        check("content/incidents/Störung.md", Some(("unusable-slug", help)));
        let help = "rename it, for example to `ri-ben.md`: `a-z`, `0-9`, `.`, `_` and `-` are allowed";
        check("content/incidents/日本.md", Some(("unusable-slug", help)));
        let help = "rename it: `a-z`, `0-9`, `.`, `_` and `-` are allowed";
        check("content/incidents/???.md", Some(("unusable-slug", help)));
        check("content/incidents/index.md", Some(("unusable-slug", help)));
    }
}

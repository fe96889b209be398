//! `allclear theme`: copies files of the built-in theme for editing.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::site_args::SiteArgs;
use crate::edge::console;
use crate::edge::disk::{self, Expected};
use crate::embedded::THEME;
use crate::parse;
use crate::parse::files::ORIGINALS;
use crate::parse::near::near;
use crate::render::originals::record;
use crate::source::{Entry, Snapshot, SourcePath};

/// Work on a theme of your own
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  allclear theme copy templates/front.html")]
pub(super) struct Theme {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Copy(Copy),
}

/// Copy the built-in theme, or files of it, into your theme's folder for editing
///
/// A file there takes the place of the built-in one, so copy only what you change. `originals.txt` beside the copies records
/// which version of each file was copied: after an upgrade, `allclear check` warns about copies whose original has changed.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  allclear theme copy templates/front.html
  allclear theme copy --theme brand i18n static/style.css
  allclear theme copy --print templates/front.html \\
    | diff themes/brand/templates/front.html -")]
struct Copy {
    /// Files or folders of the theme, as templates/front.html [default: all]
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    #[command(flatten)]
    site: SiteArgs,
    /// The theme's folder in `themes/` [default: the theme of site.toml]
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// Keep files that exist already, and record the version of this program's built-in files for them
    #[arg(long)]
    keep: bool,
    /// Print one built-in file and write nothing
    #[arg(long, conflicts_with_all = ["keep", "theme"])]
    print: bool,
}

pub(super) fn run(args: &Theme) -> Result<(), Failure> {
    let Action::Copy(args) = &args.action;
    let paths = chosen(&args.files)?;
    if !args.print {
        return copy(args, &paths);
    }
    match paths.iter().filter_map(|path| THEME.bytes(path)).collect::<Vec<_>>().as_slice() {
        [bytes] => console::print_bytes(bytes).map_err(Failure::world),
        _ => Err(usage("--print takes one file", "name it, as templates/front.html")),
    }
}

/// The paths of the named files and of files in named folders; all without any name.
fn chosen(named: &[String]) -> Result<BTreeSet<String>, Failure> {
    let all = THEME.files();
    if named.is_empty() {
        return Ok(all.into_keys().collect());
    }
    let mut chosen = BTreeSet::new();
    for name in named {
        let name = name.trim_start_matches("./").trim_end_matches('/');
        let below =
            |path: &&String| *path == name || path.strip_prefix(name).is_some_and(|it| it.starts_with('/'));
        let found: Vec<&String> = all.keys().filter(below).collect();
        if found.is_empty() {
            let help = match near(name, all.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a file as `templates/front.html`, or one of the folders `templates`, `static` and `i18n`"
                    .to_owned(),
            };
            return Err(usage(&format!("the built-in theme has no `{name}`"), &help));
        }
        chosen.extend(found.into_iter().cloned());
    }
    Ok(chosen)
}

fn copy(args: &Copy, paths: &BTreeSet<String>) -> Result<(), Failure> {
    let site = &args.site.site;
    load::read(site)?;
    let _lock = load::lock(site)?;
    let snapshot = load::read(site)?;
    let used = parse::all(&snapshot).site.and_then(|site| Some(site.toml.theme.as_ref()?.value.clone()));
    let used = used.unwrap_or_else(|| "default".to_owned());
    let name = args.theme.as_ref().unwrap_or(&used);
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', ':']) {
        return Err(usage(
            &format!("--theme: `{name}` cannot be a folder's name"),
            "use letters, digits and hyphens",
        ));
    }
    let place = |path: &str| SourcePath::new(format!("themes/{name}/{path}"));
    let new = missing(args, &snapshot, paths, place)?;
    for (path, bytes) in new {
        disk::save(site, &path, bytes, Expected::Nothing).map_err(Failure::world)?;
        console::print(&format!("{path}\n")).map_err(Failure::world)?;
    }
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    keep_record(args, &snapshot, &place(ORIGINALS), &paths)?;
    if *name != used {
        say!("Set `theme = \"{name}\"` in site.toml to use it");
    }
    Ok(())
}

/// The built-in files that the theme does not have yet. Files that differ are an error unless they are to be kept.
fn missing(
    args: &Copy,
    snapshot: &Snapshot,
    paths: &BTreeSet<String>,
    place: impl Fn(&str) -> SourcePath,
) -> Result<Vec<(SourcePath, &'static [u8])>, Failure> {
    let files = paths.iter().filter_map(|path| Some((place(path), THEME.bytes(path)?)));
    let (present, missing): (Vec<_>, Vec<_>) = files.partition(|(path, _)| snapshot.files.contains_key(path));
    let differs = |(path, bytes): &&(SourcePath, &[u8])| match &snapshot.files[path] {
        Entry::Bytes(own) => **own != **bytes,
        _ => true,
    };
    match present.iter().find(differs) {
        Some((path, _)) if !args.keep => Err(usage(
            &format!("`{path}` exists, and differs from the built-in file; nothing was copied"),
            "name other files, or keep your files with `--keep`",
        )),
        _ => Ok(missing),
    }
}

fn keep_record(args: &Copy, snapshot: &Snapshot, path: &SourcePath, paths: &[&str]) -> Result<(), Failure> {
    let old = snapshot.bytes(path);
    let text = old.map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
    let new = record(&text, paths);
    if new == text {
        return Ok(());
    }
    let expected = old.map_or(Expected::Nothing, |bytes| Expected::Bytes(bytes));
    disk::save(&args.site.site, path, new.as_bytes(), expected).map_err(Failure::world)?;
    console::print(&format!("{path}\n")).map_err(Failure::world)
}

//! `allclear init`: a new site.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::author::{self, usage};
use crate::cli::clock::real_now;
use crate::cli::failure::Failure;
use crate::edge::console;
use crate::edge::disk::{self, Expected};
use crate::edge::git::Repository;
use crate::edit::sample;
use crate::edit::site::{GITIGNORE, NewSite, base_url_of_remote, component_ids, site_toml};
use crate::edit::workflows::{Placement, workflows};
use crate::model::config::BaseUrl;
use crate::parse::near::near;
use crate::source::SourcePath;
use crate::time::Zone;

const GITIGNORE_PATH: &str = ".gitignore";

/// How many days ago components begin, so that yesterday's incidents can be reported.
const DAYS: i64 = 1;

/// The same with `--demo`, whose sample reports are older.
const DEMO_DAYS: i64 = 90;

/// Create a new site that builds, serves and deploys at once
///
/// Asks nothing and overwrites nothing. The URL is taken from the git remote if that is a known page host. The site has
/// no incidents unless you ask for samples, which are marked as such.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  allclear init status --component \"API\" --component \"Web app\"\n  allclear init . --github"
)]
pub(super) struct Init {
    /// The site's folder; it may exist already
    dir: PathBuf,
    /// The name of a component; repeatable
    #[arg(long, value_name = "NAME")]
    component: Vec<String>,
    /// The page's title [default: Service status]
    #[arg(long)]
    title: Option<String>,
    /// The site's URL [default: from the git remote]
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// The site's time zone, as Europe/Berlin [default: Etc/UTC]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Add sample reports, marked as such
    #[arg(long)]
    demo: bool,
    /// Add the workflows that publish the site on GitHub, also to a site that exists
    #[arg(long)]
    github: bool,
    /// Print the files and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Init) -> Result<(), Failure> {
    let has_site = args.dir.join("site.toml").exists();
    if has_site && !args.github {
        let message = format!("there is a site in `{}` already", args.dir.display());
        return Err(usage(&message, "give another folder, or edit its site.toml"));
    }
    let site = if has_site { None } else { Some(new_site(args)?) };
    let files = site.as_ref().map(|site| site_files(args, site)).transpose()?.unwrap_or_default();
    let workflows = if args.github { missing_workflows(&args.dir)? } else { Vec::new() };
    if args.dry_run {
        return show_texts(&[&workflows[..], &files].concat());
    }
    disk::create_folder(&args.dir).map_err(Failure::world)?;
    for NewFile { folder, path, text } in workflows.iter().chain(&files) {
        disk::save(folder, &SourcePath::new(path), text.as_bytes(), Expected::Nothing)
            .map_err(Failure::world)?;
    }
    for NewFile { folder, path, .. } in workflows.iter().chain(&files) {
        let path = folder.join(path);
        console::print(&format!("{}\n", path.strip_prefix(".").unwrap_or(&path).display()))
            .map_err(Failure::world)?;
    }
    match &site {
        Some(site) => tell(args, site, &files),
        None => say!("Next: commit these files, choose GitHub Actions as the source of Pages, and push"),
    }
    Ok(())
}

/// A file to be written.
#[derive(Clone, Debug)]
struct NewFile {
    folder: PathBuf,
    /// Below the folder.
    path: String,
    text: String,
}

/// The files of a new site. An existing .gitignore is kept; any other file that is there is an error.
fn site_files(args: &Init, site: &NewSite) -> Result<Vec<NewFile>, Failure> {
    let mut files = files(args, site)?;
    files.retain(|(path, _)| path != GITIGNORE_PATH || !args.dir.join(path).exists());
    let new = |(path, text)| NewFile { folder: args.dir.clone(), path, text };
    let files: Vec<NewFile> = files.into_iter().map(new).collect();
    match files.iter().find(|file| args.dir.join(&file.path).exists()) {
        Some(file) => {
            Err(is_there(&args.dir.join(&file.path), "give another folder: nothing is overwritten"))
        }
        None => Ok(files),
    }
}

fn is_there(path: &Path, help: &str) -> Failure {
    usage(&format!("`{}` is there already", path.display()), help)
}

/// The workflows that are not there yet, at the root of the git repository. One that is there and differs is an error.
fn missing_workflows(dir: &Path) -> Result<Vec<NewFile>, Failure> {
    let present = present_folder(dir);
    let repository = Repository::of(&present);
    let folder = repository.as_ref().map_or(Some(String::new()), |it| below(it.root(), dir, &present));
    let folder = folder.ok_or_else(|| usage("the path of the site is not UTF-8", "rename its folders"))?;
    let root = repository.as_ref().filter(|_| !folder.is_empty()).map_or(dir, Repository::root);
    let branch = repository.as_ref().and_then(Repository::branch).unwrap_or_else(|| "main".to_owned());
    let mut files = Vec::new();
    for (path, text) in workflows(&Placement { folder, branch }) {
        let place = root.join(&path);
        match disk::read_file(&place).map_err(Failure::world)? {
            Some(bytes) if bytes == text.as_bytes() => {}
            Some(_) => {
                let help = "move it away; `--dry-run` shows what would stand there";
                return Err(is_there(&place, help));
            }
            None => files.push(NewFile { folder: root.to_owned(), path, text }),
        }
    }
    Ok(files)
}

/// The nearest folder that exists, from `dir` up.
fn present_folder(dir: &Path) -> PathBuf {
    let whole = std::path::absolute(dir).unwrap_or_else(|_| PathBuf::from("."));
    whole.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new(".")).to_owned()
}

/// The path of `dir` below the root, of which `present` exists; `None` when it is not UTF-8.
fn below(root: &Path, dir: &Path, present: &Path) -> Option<String> {
    let rest = std::path::absolute(dir).ok()?.strip_prefix(present).ok()?.to_owned();
    let whole = std::fs::canonicalize(present).ok()?.join(rest);
    let root = std::fs::canonicalize(root).ok()?;
    let parts = whole.strip_prefix(root).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

fn show_texts(files: &[NewFile]) -> Result<(), Failure> {
    let shown = |NewFile { folder, path, text }: &NewFile| {
        let path = folder.join(path);
        format!("==> {} <==\n{text}\n", path.strip_prefix(".").unwrap_or(&path).display())
    };
    console::print(&files.iter().map(shown).collect::<String>()).map_err(Failure::world)?;
    say!("Nothing was written (--dry-run)");
    Ok(())
}

fn new_site(args: &Init) -> Result<NewSite, Failure> {
    let zone = zone(args.time_zone.as_deref())?;
    let mut components = Vec::new();
    for name in &args.component {
        let name = crate::edit::message::title(name);
        components.push(
            name.map_err(|why| Failure::World(format!("--component cannot be used: {why}")))?.to_owned(),
        );
    }
    if components.is_empty() && args.demo {
        components = ["API", "Web app"].map(str::to_owned).to_vec();
    }
    let title = args.title.as_deref().map_or(Ok("Service status".to_owned()), author::title)?;
    let since = zone.day_of(real_now()).plus_days(if args.demo { -DEMO_DAYS } else { -DAYS });
    Ok(NewSite { title, base_url: base_url(args)?, time_zone: zone.name().to_owned(), components, since })
}

fn zone(given: Option<&str>) -> Result<Zone, Failure> {
    let Some(name) = given else { return Ok(Zone::UTC) };
    Zone::parse(name).ok_or_else(|| {
        let help = match near(name, Zone::names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use an IANA name, as Europe/Berlin or America/Edmonton".to_owned(),
        };
        usage(&format!("--time-zone: unknown zone `{name}`"), &help)
    })
}

fn base_url(args: &Init) -> Result<String, Failure> {
    if let Some(given) = &args.base_url {
        let wrong = |why| {
            let problem = format!("--base-url: `{given}` is not the address of a site: {why}");
            usage(&problem, "write it as https://status.example.org/")
        };
        return BaseUrl::parse(given).map(|url| url.as_str().to_owned()).map_err(wrong);
    }
    let remote =
        Repository::of(&present_folder(&args.dir)).and_then(|repository| repository.remote_address());
    Ok(remote
        .and_then(|remote| base_url_of_remote(&remote))
        .unwrap_or_else(|| BaseUrl::PLACEHOLDER.to_owned()))
}

/// All files by path; site.toml comes last, so that an interrupted run leaves no half-made site.
fn files(args: &Init, site: &NewSite) -> Result<Vec<(String, String)>, Failure> {
    let mut files = vec![(GITIGNORE_PATH.to_owned(), GITIGNORE.to_owned())];
    if args.demo {
        let zone = zone(args.time_zone.as_deref())?;
        files.extend(sample::reports(&component_ids(&site.components), real_now(), zone));
    }
    files.push(("site.toml".to_owned(), site_toml(site)));
    Ok(files)
}

fn tell(args: &Init, site: &NewSite, files: &[NewFile]) {
    if site.base_url == BaseUrl::PLACEHOLDER {
        say!("The site's address is not known: set `base_url` in site.toml before you publish");
    }
    if site.components.is_empty() {
        say!("There are no components: add `[[components]]` to site.toml");
    }
    if files.iter().all(|file| file.path != GITIGNORE_PATH) {
        say!("Your .gitignore stays as it is: add `{}` to it, where builds go", GITIGNORE.trim_end());
    }
    match args.dir.as_os_str().is_empty() || args.dir == Path::new(".") {
        true => say!("Next: allclear serve"),
        false => say!("Next: cd {}, then allclear serve", args.dir.display()),
    }
}

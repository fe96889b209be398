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
#[command(after_help = "Example:\n  allclear init status --component \"API\" --component \"Web app\"")]
pub(super) struct Init {
    /// Its folder; it may exist
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
}

pub(super) fn run(args: &Init) -> Result<(), Failure> {
    let site = new_site(args)?;
    let mut files = files(args, &site)?;
    if args.dir.join("site.toml").exists() {
        let message = format!("there is a site in `{}` already", args.dir.display());
        return Err(usage(&message, "give another folder, or edit its site.toml"));
    }
    // An existing .gitignore is kept.
    files.retain(|(path, _)| path != GITIGNORE_PATH || !args.dir.join(path).exists());
    if let Some((path, _)) = files.iter().find(|(path, _)| args.dir.join(path).exists()) {
        let message = format!("`{}` is there already", args.dir.join(path).display());
        return Err(usage(&message, "give another folder: nothing is overwritten"));
    }
    disk::create_folder(&args.dir).map_err(Failure::world)?;
    for (path, text) in &files {
        disk::save(&args.dir, &SourcePath::new(path), text.as_bytes(), Expected::Nothing)
            .map_err(Failure::world)?;
    }
    show(args, &site, &files)
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
    let present = args.dir.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let remote = Repository::of(present).and_then(|repository| repository.remote_address());
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

fn show(args: &Init, site: &NewSite, files: &[(String, String)]) -> Result<(), Failure> {
    for (path, _) in files {
        let path = args.dir.join(path);
        console::print(&format!("{}\n", path.strip_prefix(".").unwrap_or(&path).display()))
            .map_err(Failure::world)?;
    }
    if site.base_url == BaseUrl::PLACEHOLDER {
        say!("The site's address is not known: set `base_url` in site.toml before you publish");
    }
    if site.components.is_empty() {
        say!("There are no components: add `[[components]]` to site.toml");
    }
    if files.iter().all(|(path, _)| path != GITIGNORE_PATH) {
        say!("Your .gitignore stays as it is: add `{}` to it, where builds go", GITIGNORE.trim_end());
    }
    match args.dir.as_os_str().is_empty() || args.dir == Path::new(".") {
        true => say!("Next: allclear serve"),
        false => say!("Next: cd {}, then allclear serve", args.dir.display()),
    }
    Ok(())
}

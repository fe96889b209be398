//! `allclear import statuspage`: a live page, or saved responses of Statuspage's APIs, and its feed.

use std::path::PathBuf;

use clap::Args;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::cli::import::live::{LivePage, Subscribers};
use crate::cli::import::run::{KindArgs, import, import_in_two_steps};
use crate::cli::import::sources::read_all;
use crate::cli::load::base_url;
use crate::edge::statuspage::Kept;
use crate::import::existing::ExistingSite;
use crate::import::history::History;
use crate::import::log::{Finding, ImportLog};
use crate::import::statuspage::body::SourceBody;
use crate::import::statuspage::convert;
use crate::import::statuspage::{SavedFile, read, uptime};
use crate::model::config::BaseUrl;
use crate::time::{Day, Zone, written};

/// The environment variable with the key of the management API.
const KEY: &str = "ALLCLEAR_STATUSPAGE_KEY";

#[derive(Debug, Args)]
pub(super) struct Statuspage {
    /// The page's URL, or saved responses of the API (v1 or v2), `history.atom` or the page as HTML: files or folders
    #[arg(required_unless_present = "page_id", value_name = "SOURCE")]
    sources: Vec<PathBuf>,
    /// Read the page with this id through the management API, with the key in $ALLCLEAR_STATUSPAGE_KEY
    #[arg(long, value_name = "ID")]
    page_id: Option<String>,
    /// Leave out what ended before this day
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Write the page's subscribers to this CSV file, outside the site
    #[arg(long, value_name = "FILE", requires = "page_id")]
    subscribers: Option<PathBuf>,
    /// The management API's URL
    #[arg(long, value_name = "URL", default_value = "https://api.statuspage.io/v1", requires = "page_id")]
    api_url: String,
}

/// What the arguments ask for.
struct Sources {
    files: Vec<PathBuf>,
    page: Option<LivePage>,
    since: Option<Day>,
}

pub(super) fn run(args: &KindArgs<Statuspage>) -> Result<(), Failure> {
    let site = &args.shared.site.site;
    let sources = sources(&args.own)?;
    let Some(page) = &sources.page else {
        return import(args, "statuspage", |_, existing, log| {
            history(&sources, Vec::new(), existing.zone, log)
        });
    };
    let subscribers = args.own.subscribers.as_deref().map(|path| Subscribers::at(path, site)).transpose()?;
    let first = |_: &Statuspage, existing: &ExistingSite, log: &mut ImportLog| {
        let kept = Kept::open(site, &page.name()).map_err(Failure::world)?;
        let files = page.read(&kept, sources.since, log)?;
        history(&sources, files, existing.zone, log)
    };
    let more = |reported: &_, history: &mut History| {
        let kept = Kept::open(site, &page.name()).map_err(Failure::world)?;
        page.read_older(&kept, sources.since, reported, history)
    };
    let outcome = import_in_two_steps(args, "statuspage", first, page.is_managed().then_some(more));
    let is_written = matches!(outcome, Ok(()) | Err(Failure::Content)) && !args.shared.dry_run;
    if is_written {
        if let Some(subscribers) = &subscribers {
            let kept = Kept::open(site, &page.name()).map_err(Failure::world)?;
            subscribers.write(page, &kept)?;
        }
        Kept::clear(site).map_err(Failure::world)?;
    }
    outcome
}

fn sources(args: &Statuspage) -> Result<Sources, Failure> {
    let is_url = |source: &&PathBuf| {
        source.to_str().is_some_and(|it| it.starts_with("https://") || it.starts_with("http://"))
    };
    let (urls, files): (Vec<&PathBuf>, Vec<&PathBuf>) = args.sources.iter().partition(is_url);
    let url = match urls.as_slice() {
        [] => None,
        [url] => Some(base_url(&url.to_string_lossy())?),
        _ => return Err(usage("there are two URLs", "import one page after the other")),
    };
    let since = args.since.as_deref().map(written::parse_day).transpose();
    let since = since.map_err(|why| usage(&format!("--since: {why}"), "write a day such as `2024-04-16`"))?;
    let page = match &args.page_id {
        Some(id) => Some(managed(args, id, url)?),
        None => url.map(LivePage::public),
    };
    Ok(Sources { files: files.into_iter().cloned().collect(), page, since })
}

fn managed(args: &Statuspage, id: &str, url: Option<BaseUrl>) -> Result<LivePage, Failure> {
    let api = base_url(&args.api_url)?;
    if !LivePage::is_safe(&api) {
        return Err(usage("--api-url is not `https://`", "the key would travel in the clear"));
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if id.is_empty() || !id.bytes().all(is_plain) {
        return Err(usage("this is not the id of a page", "copy it from the API tab of your account"));
    }
    let key = std::env::var(KEY).map(|key| key.trim().to_owned()).unwrap_or_default();
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(usage(
            &format!("`{KEY}` does not hold a key"),
            "set it to the key from the API tab of your account",
        ));
    }
    Ok(LivePage::managed(url, api, id.to_owned(), key))
}

/// The history of saved files and of what was read of a live page.
fn history(
    sources: &Sources,
    live: Vec<(String, Vec<u8>)>,
    zone: Zone,
    log: &mut ImportLog,
) -> Result<History, Failure> {
    let (mut bodies, mut feeds, mut timelines) = (Vec::new(), Vec::new(), Vec::new());
    // Of two sources for one day, the live page is newer.
    let files: Vec<(String, Vec<u8>)> = read_all(&sources.files, log)?.into_iter().chain(live).collect();
    let parsed = files.into_par_iter().map(|(name, bytes)| (name, read(&bytes)));
    for (name, file) in parsed.collect::<Vec<_>>() {
        match file {
            Ok(SavedFile::Body(body)) => bodies.push(SourceBody { name, body: *body }),
            Ok(SavedFile::Feed(feed)) => feeds.push((name, feed)),
            Ok(SavedFile::Uptime(found)) => timelines.push((name, found)),
            Err(why) => log.add(Finding::Unsettled, &name, why),
        }
    }
    let mut history = convert::history(bodies, &feeds, zone);
    uptime::publish(&timelines, &mut history);
    convert::leave_out_before(&mut history, sources.since, zone);
    Ok(history)
}

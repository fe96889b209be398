//! `allclear announce`: tells services of updates that readers have not been told of.

mod delivery;

use std::path::{Path, PathBuf};

use crate::announce::{Baseline, Choice, Feed, Known, Line, MOST_AT_ONCE, Message, Record, choose};
use crate::check;
use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::cli::last_good::{LastGoodArgs, Publishable};
use crate::cli::load::{self, ContentArgs, Source};
use crate::cli::site_args::SiteArgs;
use crate::cli::targets::Targets;
use crate::edge::announce::{Keeping, RecordFile, deployed, ignored_folder, read_record};
use crate::edge::git::Repository;
use crate::model::announcer::{Announcer, Service};
use crate::model::out_path::OutPath;
use crate::model::target::Target;
use crate::parse::near::help_with;
use crate::render::Said;
use crate::time::Instant;

use delivery::Delivery;

/// Where records are kept, in the site's folder; git ignores it.
const RECORDS: &str = ".allclear/announced";

/// Tell services of new updates
///
/// Posts each update that readers have not been told of once, oldest first, to the announcers of site.toml: `[announce.NAME]`.
/// A delivery record for each announcer says what was posted; without one, the deployed feed of updates says what readers were
/// told.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  allclear announce --begin --against https://status.example.org/
  allclear announce --dry-run
  allclear announce chat --against before/updates.atom --dry-run")]
pub(super) struct Announce {
    #[command(flatten)]
    site: SiteArgs,
    /// The announcers, by their names in site.toml [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// What readers were told, where there is no record: the deployed site's URL, a target's name in site.toml, a copy of
    /// updates.atom, or another record
    #[arg(long, value_name = "URL|TARGET|FILE")]
    against: Option<String>,
    /// Before a site is published: begin the records that do not exist yet, and announce nothing
    #[arg(long, requires = "against", conflicts_with_all = ["all", "dry_run"])]
    begin: bool,
    /// The folder of the records, a file `NAME.jsonl` for each announcer [default: .allclear/announced in the site's folder]
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Commit and push the record before each request and after each answer; the folder is in a clone of its own
    #[arg(long, requires = "record")]
    push: bool,
    /// Also announce what a first publish and imports bring, and more than ten updates
    #[arg(long)]
    all: bool,
    /// Print what would be sent; send and record nothing
    #[arg(long)]
    dry_run: bool,
    /// Use this time instead of now (RFC 3339, `2026-11-20 14:30` in the site's zone, or `-2h`)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    now: Option<String>,
    /// The site's URL, instead of site.toml's `base_url`
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    #[command(flatten)]
    last_good: LastGoodArgs,
}

/// What all announcers have in common.
struct Round<'a> {
    args: &'a Announce,
    site: String,
    said: Vec<Said>,
    now: Instant,
    against: Option<Told>,
}

/// What `--against` says.
enum Told {
    Feed(Feed),
    Record(Record),
    /// Nothing is deployed yet.
    Nothing,
}

/// Announces by each announcer; one that fails does not keep the others from being tried.
pub(super) fn run(args: &Announce) -> Result<(), Failure> {
    let targets = Targets::read(&args.site)?;
    let content = ContentArgs { now: args.now.clone(), drafts: false, base_url: args.base_url.clone() };
    let target = target(args, &targets);
    let all = Source::new(targets.source.snapshot.clone());
    let Publishable { source, verdict, kept: _kept } =
        args.last_good.publishable(&targets.site, (&content, target), all)?;
    let ready = source.ready(&content, target)?;
    let announcers = announcers(&targets, &args.names)?;
    if announcers.is_empty() {
        say!("nothing to do: site.toml names no announcer in `[announce.NAME]`");
        return verdict;
    }
    require_clone(args)?;
    let round = Round {
        args,
        site: ready.prepared.edition.site.config.title.clone(),
        said: ready.prepared.said(),
        now: ready.prepared.edition.now,
        against: args.against.as_deref().map(|place| told(place, &targets, target)).transpose()?,
    };
    let mut failed = 0;
    for announcer in &announcers {
        if let Err(failure) = announce(&round, announcer) {
            failed += 1;
            if let Failure::World(why) = &failure {
                say!("error: `{}`: {why}", announcer.name);
            }
        }
    }
    match failed {
        0 => verdict,
        _ => Err(Failure::World(format!("{failed} of {} announcers did not finish", announcers.len()))),
    }
}

/// A record that is pushed from the site's own branch would publish the site again.
fn require_clone(args: &Announce) -> Result<(), Failure> {
    let Some(folder) = args.record.as_deref().filter(|_| args.push) else { return Ok(()) };
    let root = |folder: &Path| Repository::of(folder).map(|repository| repository.root().to_owned());
    match root(folder).filter(|_| folder.is_dir()) {
        Some(own) if Some(&own) != root(&args.site.site).as_ref() => Ok(()),
        _ => Err(usage(
            &format!("--push: `{}` is in no clone of its own", folder.display()),
            "clone the branch of the records into that folder",
        )),
    }
}

fn target<'t>(args: &Announce, targets: &'t Targets) -> Option<&'t Target> {
    args.against.as_deref().and_then(|name| targets.find(name))
}

fn announcers(targets: &Targets, names: &[String]) -> Result<Vec<Announcer>, Failure> {
    let site = targets.source.drafts().site.clone().unwrap_or_default();
    let all = check::announcers(&site).0;
    if names.is_empty() {
        return Ok(all);
    }
    let find = |name: &String| {
        all.iter().find(|it| it.name == *name).cloned().ok_or_else(|| {
            let help = help_with(name, "announcer", all.iter().map(|it| it.name.as_str()));
            usage(&format!("there is no announcer `{name}` in site.toml"), &help)
        })
    };
    names.iter().map(find).collect()
}

fn told(place: &str, targets: &Targets, target: Option<&Target>) -> Result<Told, Failure> {
    let text = if place.contains("://") {
        // A query gets past caches.
        let url = match place.split(['?', '#']).next().is_some_and(|path| path.ends_with(".atom")) {
            true => place.to_owned(),
            false => load::base_url(place)?.join("updates.atom"),
        };
        deployed(&url).map_err(Failure::world)?
    } else if let Some(target) = target {
        let feed = OutPath::new("updates.atom").expect("a plain name is an output's path");
        let bytes = targets.destination(target)?.read(&feed).map_err(Failure::world)?;
        bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    } else if Path::new(place).is_file() {
        Some(read_record(Path::new(place)).map_err(Failure::world)?)
    } else {
        let help = "write the site's URL, a target's name in site.toml, or a file";
        return Err(usage(&format!("--against: there is no target and no file `{place}`"), help));
    };
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(Told::Nothing) };
    let wrong = |why: String| Failure::World(format!("--against: `{place}`: {why}"));
    match text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        true => Record::parse(&text).map(Told::Record).map_err(wrong),
        false => Feed::parse(&text).map(Told::Feed).map_err(wrong),
    }
}

fn announce(round: &Round<'_>, announcer: &Announcer) -> Result<(), Failure> {
    let folder = match &round.args.record {
        Some(folder) => folder.clone(),
        None => round.args.site.site.join(RECORDS),
    };
    let path = folder.join(format!("{}.jsonl", announcer.name));
    if round.args.dry_run {
        let choice = chosen(round, &read_record(&path).map_err(Failure::world)?, &path)?;
        say_choice(announcer, &choice);
        if let Err(Failure::World(why)) = require_few(round, &choice) {
            say!("`{}`: {why}", announcer.name);
        }
        return delivery::show(announcer, &round.site, &choice);
    }
    if round.args.record.is_none() {
        ignored_folder(&folder).map_err(Failure::world)?;
    }
    let keeping = if round.args.push { Keeping::Pushed } else { Keeping::Local };
    let (mut file, text) = RecordFile::open(&path, keeping).map_err(Failure::world)?;
    // An earlier run may have failed to push what it noted.
    file.keep().map_err(Failure::world)?;
    if round.args.begin && !text.trim().is_empty() {
        return Ok(());
    }
    let choice = chosen(round, &text, &path)?;
    say_choice(announcer, &choice);
    // Whatever becomes of the updates: the next run begins where this one did.
    file.append(&choice.lines.iter().map(Line::text).collect::<String>()).map_err(Failure::world)?;
    if round.args.begin {
        return Ok(());
    }
    require_few(round, &choice)?;
    let env = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let message = Message { announcer, site: &round.site, env: &env };
    Delivery { message, file, now: round.now }.run(&choice)
}

fn require_few(round: &Round<'_>, choice: &Choice<'_>) -> Result<(), Failure> {
    let count = choice.send.len();
    if count <= MOST_AT_ONCE || round.args.all {
        return Ok(());
    }
    let message =
        format!("{count} updates are new, which is more than {MOST_AT_ONCE} at once: none is announced");
    Err(usage(&message, "look at them with `--dry-run`; `--all` announces them"))
}

/// What is to be announced, by a record's text, else by `--against`.
fn chosen<'r>(round: &'r Round<'_>, text: &str, path: &Path) -> Result<Choice<'r>, Failure> {
    let known = if round.args.all { Known::Insist } else { Known::LeaveOut };
    let baseline = match (text.trim().is_empty(), &round.against) {
        (false, _) => Record::parse(text).map(Baseline::Record).map_err(|why| {
            Failure::World(format!(
                "`{}`: {why}\nhelp: remove that line, or restore the file",
                path.display()
            ))
        })?,
        (true, Some(Told::Feed(feed))) => Baseline::Feed(feed.clone()),
        (true, Some(Told::Record(record))) => Baseline::Other(record.clone()),
        (true, Some(Told::Nothing)) => Baseline::Nothing,
        (true, None) => {
            return Err(usage(
                &format!(
                    "the record `{}` is missing or empty, and nothing else says what readers were told",
                    path.display()
                ),
                "name the deployed site with `--against URL`",
            ));
        }
    };
    Ok(choose(baseline, &round.said, round.now, known))
}

fn say_choice(announcer: &Announcer, choice: &Choice<'_>) {
    let name = &announcer.name;
    // A hub is told again what it was told already.
    if !matches!(announcer.service, Service::WebSub { .. }) {
        for said in &choice.unanswered {
            say!(
                "`{name}`: not known whether it arrived, and not sent again: {} ({})",
                said.subject,
                said.id
            );
        }
    }
    let mut whys: Vec<&str> = Vec::new();
    for (_, why) in &choice.skipped {
        if !whys.contains(why) {
            whys.push(*why);
        }
    }
    for why in whys {
        let of_why: Vec<&Said> =
            choice.skipped.iter().filter(|(_, it)| *it == why).map(|(said, _)| *said).collect();
        match of_why.as_slice() {
            [only] => say!("`{name}`: not announced: {}: {why}", only.subject),
            all => say!("`{name}`: {} updates are not announced: {why}", all.len()),
        }
    }
}

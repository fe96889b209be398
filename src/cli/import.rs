//! `allclear import`: converts another status page's history.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::output::print_json;
use crate::cli::site_args::SiteArgs;
use crate::edge::Error;
use crate::edge::console;
use crate::edge::disk::{self, Expected};
use crate::import::existing::{ExistingPart, ExistingSite};
use crate::import::history::History;
use crate::import::log::{Finding, ImportLog, LogEntry};
use crate::import::statuspage;
use crate::import::write::{self};
use crate::parse::{self, draft::Drafts, files};
use crate::pipeline;
use crate::source::{Snapshot, SourcePath, Spanned};
use crate::time::Zone;

/// The largest source file, in bytes.
const MOST_BYTES: u64 = 200 << 20;

/// Import the history of another status page
///
/// Writes reports, recorded downtime, and components that are missing in site.toml. Prints for every source what was
/// imported, guessed and left out. A second run changes nothing. Exit status 1: you have to settle something.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  allclear import statuspage incidents.json components.json --dry-run")]
pub(super) struct Import {
    /// The kind of source
    kind: Kind,
    /// Files or folders
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
    /// Show what would be written without writing it
    #[arg(long)]
    dry_run: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    site: SiteArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Saved responses of Statuspage's API, v1 or v2
    Statuspage,
}

/// Fails with [`Failure::Content`] when the user has to settle something.
pub(super) fn run(args: &Import) -> Result<(), Failure> {
    let waiting = || say!("waiting for another command that edits this site");
    let _lock = if args.dry_run {
        None
    } else {
        Some(disk::lock_site(&args.site.site, &waiting).map_err(Failure::world)?)
    };
    let snapshot = load::read(&args.site.site)?;
    let drafts = parse::all(&snapshot);
    let mut log = ImportLog::default();
    let history = history(args, pipeline::zone(&drafts), &mut log)?;
    let zone = written_zone(&drafts, &history);
    let mut made = write::files(&history, &existing(&drafts), zone);
    made.log.entries.splice(0..0, log.entries);
    if !args.dry_run {
        save(args, &snapshot, &history, &made)?;
    }
    show(args, &made.log)?;
    if made.log.is_unsettled() { Err(Failure::Content) } else { Ok(()) }
}

/// The time zone of written reports: site.toml's, else the page's, which is then added to site.toml.
fn written_zone(drafts: &Drafts, history: &History) -> Zone {
    let is_said = drafts.site.as_ref().is_some_and(|site| site.toml.time_zone.is_some());
    let zone = pipeline::zone(drafts);
    if is_said { zone } else { history.site.zone.unwrap_or(zone) }
}

fn history(args: &Import, zone: Zone, log: &mut ImportLog) -> Result<History, Failure> {
    let (mut sources, mut feeds) = (Vec::new(), Vec::new());
    for (name, bytes) in read_all(&args.sources)? {
        match statuspage::read(&bytes) {
            Ok(statuspage::SavedFile::Body(body)) => {
                sources.push(statuspage::convert::SourceBody { name, body: *body })
            }
            Ok(statuspage::SavedFile::Feed(feed)) => feeds.push((name, feed)),
            Err(why) => log.add(Finding::Unsettled, &name, why),
        }
    }
    Ok(statuspage::convert::history(sources, &feeds, zone))
}

/// The given files and all files in the given folders, by name.
fn read_all(sources: &[PathBuf]) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut files = BTreeMap::new();
    for source in sources {
        for entry in walkdir::WalkDir::new(source).sort_by_file_name() {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(source).to_owned();
                let cause = error.into_io_error();
                let cause = cause.unwrap_or_else(|| std::io::Error::other("a link in it leads back to it"));
                Failure::world(Error::when("read", &path)(cause))
            })?;
            if entry.file_type().is_file() {
                files.insert(entry.path().display().to_string(), read(entry.path())?);
            }
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let length = fs::metadata(path).map_err(Error::when("read", path)).map_err(Failure::world)?.len();
    if length > MOST_BYTES {
        let message = format!("`{}` has {} MB", path.display(), length >> 20);
        return Err(usage(&message, "split it: a source may have 200 MB"));
    }
    fs::read(path).map_err(Error::when("read", path)).map_err(Failure::world)
}

fn existing(drafts: &Drafts) -> ExistingSite {
    let mut existing = ExistingSite::default();
    if let Some(site) = &drafts.site {
        let components = site.toml.components.iter().map(|table| (&table.id, &table.api_id, &table.name));
        existing.components = components.filter_map(named).collect();
        let groups = site.toml.groups.iter().map(|table| (&table.id, &table.api_id, &table.name));
        existing.groups = groups.filter_map(named).collect();
    }
    for report in &drafts.reports {
        let Some(slug) = files::slug(&report.path, report.language.as_deref()) else { continue };
        if let Some(id) = &report.front.id {
            existing.reports.insert(id.value.clone(), slug.to_string());
        }
        existing.slugs.insert(slug.to_string());
    }
    existing
}

type Text = Option<Spanned<String>>;

fn named((id, api_id, name): (&Text, &Text, &Text)) -> Option<ExistingPart> {
    let text = |text: &Text| text.as_ref().map(|text| text.value.clone());
    Some(ExistingPart { id: text(id)?, api_id: text(api_id), name: text(name)? })
}

/// Writes the files; site.toml comes first, because reports name its components.
fn save(args: &Import, snapshot: &Snapshot, history: &History, made: &write::Files) -> Result<(), Failure> {
    let folder = &args.site.site;
    let site_toml = SourcePath::new("site.toml");
    let old = snapshot.text(&site_toml).unwrap_or_default();
    let new = write::site_toml(old, history, &made.tables);
    if new != old {
        disk::save(folder, &site_toml, new.as_bytes(), Expected::Bytes(old.as_bytes()))
            .map_err(Failure::world)?;
    }
    for (path, text) in &made.files {
        disk::save(folder, path, text.as_bytes(), Expected::Nothing).map_err(Failure::world)?;
    }
    Ok(())
}

fn show(args: &Import, log: &ImportLog) -> Result<(), Failure> {
    if args.json {
        return print_json(log);
    }
    let line = |entry: &LogEntry| {
        format!(
            "{}: {}: {}
",
            word(entry.finding),
            entry.source,
            entry.text
        )
    };
    let lines: String = log.entries.iter().map(line).collect();
    console::print(&lines).map_err(Failure::world)?;
    let counts = [Finding::Made, Finding::Guessed, Finding::LeftOut, Finding::Unsettled];
    let counts = counts.map(|finding| format!("{} {}", log.count(finding), word(finding)));
    say!("{}", counts.join(", "));
    Ok(())
}

fn word(finding: Finding) -> &'static str {
    match finding {
        Finding::Made => "made",
        Finding::Guessed => "guessed",
        Finding::LeftOut => "left out",
        Finding::Unsettled => "needs a person",
    }
}

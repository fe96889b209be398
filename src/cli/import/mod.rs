//! `allclear import`: converts another status page's history.

use clap::{Args, Subcommand};

use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::output::print_json;
use crate::cli::site_args::SiteArgs;
use crate::edge::console;
use crate::edge::disk::{self, Expected};
use crate::import::existing::{ExistingPart, ExistingSite};
use crate::import::history::History;
use crate::import::log::{Finding, ImportLog, LogEntry};
use crate::import::write;
use crate::parse::{self, draft::Drafts, files};
use crate::pipeline;
use crate::source::{Snapshot, SourcePath, Spanned};
use crate::time::Zone;

mod sources;
mod statuspage;

/// Import the history of another status page
///
/// Writes reports, recorded downtime, and components that are missing in site.toml. Prints for every source what was
/// imported, guessed and left out. A second run changes nothing. Exit status 1: you have to settle something.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  allclear import statuspage incidents.json components.json --dry-run")]
pub(super) struct Import {
    #[command(subcommand)]
    kind: Kind,
}

/// One function per kind reads its sources as a [`History`].
#[derive(Debug, Subcommand)]
enum Kind {
    /// Import from Statuspage
    #[command(after_help = "Example:\n  allclear import statuspage incidents.json components.json --dry-run")]
    Statuspage(KindArgs<statuspage::Statuspage>),
}

#[derive(Debug, Args)]
struct KindArgs<T: Args> {
    #[command(flatten)]
    own: T,
    #[command(flatten)]
    shared: Shared,
}

/// Options of every kind.
#[derive(Debug, Args)]
struct Shared {
    /// Show what would be written without writing it
    #[arg(long)]
    dry_run: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    site: SiteArgs,
}

/// Fails with [`Failure::Content`] when the user has to settle something.
pub(super) fn run(args: &Import) -> Result<(), Failure> {
    match &args.kind {
        Kind::Statuspage(args) => import(args, statuspage::history),
    }
}

/// Reads a kind's sources, given what the site has, and writes and shows the result.
fn import<T: Args>(
    args: &KindArgs<T>,
    history: fn(&T, &ExistingSite, &mut ImportLog) -> Result<History, Failure>,
) -> Result<(), Failure> {
    let shared = &args.shared;
    let waiting = || say!("waiting for another command that edits this site");
    let _lock = if shared.dry_run {
        None
    } else {
        Some(disk::lock_site(&shared.site.site, &waiting).map_err(Failure::world)?)
    };
    let snapshot = load::read(&shared.site.site)?;
    let drafts = parse::all(&snapshot);
    let existing = existing(&drafts);
    let mut log = ImportLog::default();
    let history = history(&args.own, &existing, &mut log)?;
    let zone = written_zone(&drafts, &history);
    let mut made = write::files(&history, &existing, zone);
    made.log.entries.splice(0..0, log.entries);
    if !shared.dry_run {
        save(shared, &snapshot, &history, &made)?;
    }
    show(shared, &made.log)?;
    if made.log.is_unsettled() { Err(Failure::Content) } else { Ok(()) }
}

/// The time zone of written reports: site.toml's, else the page's, which is then added to site.toml.
fn written_zone(drafts: &Drafts, history: &History) -> Zone {
    let is_said = drafts.site.as_ref().is_some_and(|site| site.toml.time_zone.is_some());
    let zone = pipeline::zone(drafts);
    if is_said { zone } else { history.site.zone.unwrap_or(zone) }
}

fn existing(drafts: &Drafts) -> ExistingSite {
    let mut existing = ExistingSite { zone: pipeline::zone(drafts), ..ExistingSite::default() };
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
fn save(shared: &Shared, snapshot: &Snapshot, history: &History, made: &write::Files) -> Result<(), Failure> {
    let folder = &shared.site.site;
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

fn show(shared: &Shared, log: &ImportLog) -> Result<(), Failure> {
    if shared.json {
        return print_json(log);
    }
    let line = |entry: &LogEntry| format!("{}: {}: {}\n", word(entry.finding), entry.source, entry.text);
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
